use super::*;

#[test]
fn each_has_its_turn_and_looks_are_5_ms_apart() {
    let ms = MediaTime::from_millis;
    let mut turns = Turns::new(4);
    assert_eq!((turns.current(ms(1)), turns.wait(ms(1))), (None, None));
    [7, 8, 9].into_iter().for_each(|place| turns.push(place));
    let mut seen = Vec::new();
    while let Some(place) = turns.current(ms(10)) {
        seen.push(place);
        if place == 8 { turns.remove() } else { turns.pass() }
    }
    assert_eq!(seen, [7, 8, 9]);
    assert_eq!((turns.current(ms(10)), turns.wait(ms(10))), (Some(7), Some(Duration::ZERO)));
    turns.pass();
    turns.pass();
    assert_eq!((turns.current(ms(12)), turns.wait(ms(12))), (None, Some(Duration::from_millis(3))));
    turns.push(6);
    assert_eq!(turns.current(ms(13)), Some(6));
    assert_eq!(turns.current(ms(15)), Some(6));
}
