use super::*;

fn block(cause: GlitchCause, tick: u64) -> GlitchRecord {
    GlitchRecord::at(cause, TickNumber(tick), 10_000)
}

/// What is told until a tick.
fn told(glitches: &mut LegGlitches, to: u64) -> Vec<GlitchRecord> {
    std::iter::from_fn(|| glitches.take(TickNumber(to))).collect()
}

#[test]
fn blocks_of_one_cause_are_one_glitch_that_is_told_when_it_is_over() {
    let mut glitches = LegGlitches::default();
    for tick in [5, 6, 8] {
        glitches.note(block(GlitchCause::PromptDry, tick));
        assert_eq!(told(&mut glitches, tick), []);
    }
    assert_eq!(told(&mut glitches, 10), []);
    assert_eq!(told(&mut glitches, 11), [GlitchRecord { us: 30_000, ..block(GlitchCause::PromptDry, 5) }]);
    assert!(glitches.is_empty());
}

#[test]
fn one_that_lasts_is_told_each_second_and_goes_on() {
    let mut glitches = LegGlitches::default();
    let mut parts = Vec::new();
    for tick in 0..250 {
        glitches.note(block(GlitchCause::StalledReader, tick));
        parts.extend(told(&mut glitches, tick));
    }
    parts.extend(told(&mut glitches, 300));
    let lengths: Vec<_> = parts.iter().map(|part| (part.from.0, part.us / 10_000, part.goes_on)).collect();
    assert_eq!(lengths, [(0, 100, false), (100, 100, true), (200, 50, true)]);
}

#[test]
fn a_limiter_is_told_of_where_it_is_strong_or_works_for_long() {
    for (gain, blocks, tells) in [(0.4, 1, true), (0.8, 19, false), (0.8, 20, true), (0.6, 2, false)] {
        let mut glitches = LegGlitches::default();
        (0..blocks).for_each(|tick| glitches.limit(TickNumber(tick), gain));
        assert_eq!(!told(&mut glitches, 100).is_empty(), tells, "{gain} for {blocks} blocks");
        assert!(glitches.is_empty());
    }
}

#[test]
fn more_causes_at_once_than_there_are_places_for_are_counted() {
    let mut glitches = LegGlitches::default();
    for cause in GlitchCause::ALL.into_iter().take(RUNS + 2) {
        glitches.note(block(cause, 1));
    }
    assert_eq!((told(&mut glitches, 200).len(), glitches.missed()), (RUNS, 2));
}
