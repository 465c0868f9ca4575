use super::*;
use std::time::SystemTime;

fn at(ms: u64, cause: GlitchCause) -> Glitch {
    let (side, length, detail) = (GlitchSide::Inward, Duration::from_millis(10), GlitchDetail::None);
    Glitch { side, at: MediaTime::from_millis(ms), wall: SystemTime::UNIX_EPOCH, length, cause, detail }
}

#[test]
fn the_newest_are_kept_in_their_order_and_all_are_counted() {
    let mut glitches = Glitches::default();
    for n in 0..200 {
        glitches.add(at(1_000 + 20 * (n ^ 1), GlitchCause::Lost));
    }
    glitches.add(at(10_000, GlitchCause::Late));
    assert_eq!((glitches.count(GlitchCause::Lost), glitches.count(GlitchCause::Late), glitches.total()), (200, 1, 201));
    assert_eq!(glitches.iter().count(), Glitches::KEPT);
    let times: Vec<_> = glitches.iter().map(|glitch| glitch.at).collect();
    assert!(times.is_sorted());
    assert_eq!(glitches.counts().collect::<Vec<_>>(), [(GlitchCause::Lost, 200), (GlitchCause::Late, 1)]);
}

#[test]
fn what_goes_on_is_one_glitch() {
    let mut glitches = Glitches::default();
    glitches.add(at(0, GlitchCause::PromptDry));
    glitches.add(at(5, GlitchCause::Late));
    glitches.go_on(at(10, GlitchCause::PromptDry));
    assert_eq!(glitches.total(), 2);
    assert_eq!(glitches.iter().next().unwrap().length, Duration::from_millis(20));
    glitches.lasts(GlitchCause::PromptDry, GlitchSide::Inward, MediaTime::ZERO, Duration::from_secs(3));
    assert_eq!(glitches.iter().next().unwrap().length, Duration::from_secs(3));
}
