//! Seeks: as far as can be, and as often as one likes.

use super::*;

/// Beyond all that can be counted.
#[test]
fn a_prompt_is_sought_as_far_as_can_be() {
    let _alone = alone();
    let tone = || Prompt::tone(media_core::ToneCadence::new(&[440.0], -10.0).on_off(Duration::MAX, Duration::MAX));
    let mut call = Call::new();
    let playback = call.play(tone());
    call.run(200);
    let sought = playback.seek(Duration::MAX);
    call.done(sought);
    call.run(1_000);
    assert_eq!(call.ends(), [], "it has no end");
    call.play(tone().start_at(Duration::MAX));
    call.run(1_000);
    assert_eq!(call.ends().len(), 1, "but for another in its place: {:?}", call.ends());
    call.end();
}

#[test]
fn there_is_an_end_to_what_is_sought_on_a_disk_that_stalls() {
    let _alone = alone();
    let mut call = Call::new();
    let playback = call.play(Prompt::samples(vec![0.1; 80_000], 8_000));
    call.run(100);
    call.engine.hold_files(true);
    let taken = (0..10_000u64).take_while(|n| {
        let pending = playback.seek(Duration::from_millis(n % 5_000));
        match call.engine.complete(pending) {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error, PlaybackError::Stalled.into());
                false
            }
        }
    });
    let taken = taken.count();
    assert!((8_000..9_000).contains(&taken), "{taken}");
    call.engine.hold_files(false);
    let sought = playback.seek(Duration::from_millis(9_500));
    call.run(1_000);
    drop(sought);
    call.end();
}
