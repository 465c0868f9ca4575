//! Real-time: a block of sums at another rate, for the block or two in which the rate of a room changes.

/// Puts a block in place of one of another length, in straight lines: no filter, as none has heard what came before.
pub(super) fn stretch(from: &[i32], to: &mut [i32]) {
    if from.len() == to.len() {
        return to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    }
    let length = to.len();
    for (at, to) in to.iter_mut().enumerate() {
        let (place, part) = (at * from.len() / length, at * from.len() % length);
        let here = i64::from(from.get(place).copied().unwrap_or(0));
        let next = from.get(place + 1).map_or(here, |next| i64::from(*next));
        *to = (here + (next - here) * part as i64 / length as i64) as i32;
    }
}
