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
    assert_eq!((seen, turns.wait(ms(12))), (vec![7, 8, 9], Some(Duration::from_millis(3))));
    assert_eq!((turns.current(ms(15)), turns.wait(ms(15))), (Some(7), Some(Duration::ZERO)));
    turns.pass();
    turns.pass();
    turns.push(6);
    assert_eq!(
        (turns.current(ms(16)), turns.wait(ms(16))),
        (Some(6), Some(Duration::ZERO)),
        "who comes new does not wait"
    );
    (0..3).for_each(|_| turns.remove());
    assert_eq!((turns.current(ms(40)), turns.wait(ms(40))), (None, None));
}
