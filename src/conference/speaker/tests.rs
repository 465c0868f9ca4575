//! Pure: who has the floor.

use super::*;
use crate::types::SampleRate;

struct Members {
    talks: Vec<Talk>,
    floor: DominantSpeaker,
}

impl Members {
    fn new(members: usize) -> Self {
        let talks = (0..members).map(|_| Talk::new(SampleRate::Hz8000, false)).collect();
        Self { talks, floor: DominantSpeaker::new() }
    }

    /// So many blocks in which each is as loud, and speech or not; in which of them the floor changed.
    fn pass(&mut self, blocks: usize, said: &[Option<(f32, bool)>]) -> Option<usize> {
        let mut changed = None;
        for block in 0..blocks {
            for (talk, said) in self.talks.iter_mut().zip(said) {
                match said {
                    Some((level, speech)) => talk.note(*level, if *speech { 0.9 } else { 0.1 }),
                    None => talk.pass(false),
                }
            }
            if self.floor.update(self.talks.iter().map(Standing::from).enumerate()) {
                changed = changed.or(Some(block));
            }
        }
        changed
    }
}

const SPEECH: Option<(f32, bool)> = Some((-25.0, true));
const NOISE: Option<(f32, bool)> = Some((-15.0, false));

#[test]
fn the_floor_passes_on_when_its_holder_is_quiet() {
    let mut members = Members::new(3);
    assert_eq!(members.pass(100, &[SPEECH, None, None]), Some(15));
    assert_eq!(members.pass(100, &[None, SPEECH, NOISE]), Some(15), "a sixth of a second");
    assert_eq!(members.floor.holder(), Some(1));
    assert_eq!(members.pass(1_000, &[None, None, NOISE]), None, "it is its holder's until another speaks");
}

#[test]
fn a_short_word_and_who_talks_beside_do_not_take_it() {
    let mut members = Members::new(3);
    members.pass(100, &[SPEECH, None, None]);
    for _ in 0..10 {
        assert_eq!(members.pass(12, &[None, SPEECH, None]), None, "mm-hm in a pause");
        assert_eq!(members.pass(80, &[SPEECH, None, NOISE]), None);
    }
    for _ in 0..3 {
        assert_eq!(members.pass(500, &[SPEECH, SPEECH, None]), None, "as loud");
        assert_eq!(members.pass(12, &[None, None, NOISE]), None, "a breath");
    }
    assert_eq!(members.pass(140, &[SPEECH, Some((-20.0, true)), None]), None, "not for long enough");
    assert_eq!(members.pass(20, &[SPEECH, Some((-20.0, true)), None]), Some(11), "louder for a second and a half");
}

#[test]
fn music_that_never_ends_gives_way_to_a_speaker() {
    let mut members = Members::new(2);
    members.pass(900, &[None, SPEECH]);
    assert_eq!(members.floor.holder(), Some(1), "nobody else is there");
    assert_eq!(members.pass(50, &[Some((-40.0, true)), SPEECH]), Some(15), "quiet as it is");
    assert_eq!(members.pass(1_000, &[Some((-40.0, true)), SPEECH]), None);
}

#[test]
fn who_is_gone_has_it_no_more() {
    let mut members = Members::new(2);
    members.pass(100, &[SPEECH, None]);
    members.floor.forget(1);
    assert_eq!(members.floor.holder(), Some(0));
    members.floor.forget(0);
    assert_eq!(members.floor.holder(), None);
}
