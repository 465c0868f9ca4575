//! Control: all phones talk and listen, each at its own time within 20 ms, until they are told to stop.

use super::phone::Phone;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_millis(20);

/// Runs phones that come one by one; they are given back.
pub(super) fn talk(coming: &Receiver<Phone>, ends: &AtomicBool) -> Vec<Phone> {
    let mut phones: Vec<(Phone, Instant)> = Vec::new();
    while !ends.load(Relaxed) {
        while let Ok(phone) = coming.try_recv() {
            // Odd steps of 20 ms: they do not all send at once.
            let due = Instant::now() + PERIOD * (phones.len() as u32 * 7 % 20) / 20;
            phones.push((phone, due));
        }
        let now = Instant::now();
        for (phone, due) in &mut phones {
            while *due <= now {
                // A phone whose packet the system does not take has lost it, which is seen at the other end.
                let _ = phone.speak();
                *due += PERIOD;
            }
            phone.listen();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    phones.into_iter().map(|(phone, _)| phone).collect()
}
