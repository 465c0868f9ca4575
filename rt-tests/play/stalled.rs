//! A disk that stalls: silence that is faded, counted and told, and nothing else.

use super::*;

#[test]
fn a_prompt_that_runs_dry_is_faded_told_of_and_goes_on_where_it_was() {
    let _alone = alone();
    let mut call = Call::new();
    let said = noise(16_000, 1);
    let playback = call.play(Prompt::samples(said.clone(), 8_000));
    call.run(300);
    call.engine.hold_files(true);
    call.run(1_000);
    let dry = EventKind::PlaybackUnderrun { playback: playback.id(), lasted: None };
    assert_eq!(call.of_prompts()[1..], [dry], "half a second was there, and then no more");
    let silent = call.phone.heard().len();
    call.engine.hold_files(false);
    call.run(2_000);
    let (heard, plain) = (call.phone.heard(), mu_law(&said));
    let same = heard.iter().zip(&plain).take_while(|(a, b)| a == b).count() / 80 * 80;
    assert!((6_000..7_000).contains(&same), "what was read ahead is heard: {same}");
    let ramp = |from: usize, gain: &dyn Fn(f32) -> f32| {
        let faded = said[from..from + 80].iter().enumerate().map(|(n, x)| x * gain((n + 1) as f32 / 80.0));
        mu_law(&faded.collect::<Vec<_>>())
    };
    assert_eq!(heard[same..same + 80], ramp(same, &|n| 1.0 - n));
    let rest = found(&heard, &plain[same + 160..]).expect("the rest, to the sample");
    assert!(heard[same + 80..rest - 80].iter().all(|octet| *octet == 0xff) && rest > silent);
    assert_eq!(heard[rest - 80..rest], ramp(same + 80, &|n| n));
    let gap = Duration::from_micros((rest - same - 160) as u64 * 125);
    let over = EventKind::PlaybackUnderrun { playback: playback.id(), lasted: Some(gap) };
    assert_eq!(call.of_prompts()[2], over);
    assert_eq!(call.ends()[0].samples, 16_000);
    let statistics = call.session.statistics();
    assert_eq!(u128::from(call.done(statistics).prompts_dry_ms), gap.as_millis());
    call.end();
}

#[test]
fn what_is_stopped_on_a_disk_that_stalls_ends_at_once_and_the_call_ends_as_well() {
    let _alone = alone();
    let mut call = Call::new();
    let first = call.play(Prompt::samples(vec![0.1; 80_000], 8_000));
    call.run(300);
    call.engine.hold_files(true);
    let stopped = first.stop();
    call.done(stopped);
    call.run(50);
    assert_eq!(call.ends()[0].end, PlaybackEnd::Stopped);
    // As long as nothing can be cleared away there is an end to what is taken.
    let taken = (0..100).take_while(|_| {
        let pending = call.session.play(Prompt::samples(vec![0.1; 800], 8_000));
        call.engine.complete(pending).is_ok()
    });
    assert_eq!(taken.count(), 31);
    let destroyed = call.session.destroy();
    call.done(destroyed);
    call.run(50);
    assert_eq!(call.ends().len(), 32, "each is told of");
    call.end();
}
