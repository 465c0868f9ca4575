//! Producers that speak as time goes by: what piled up is worked off, another clock is followed, nothing is dropped.

use super::*;

/// Syllables of a voice of 120 Hz, with pauses between them.
fn voice(samples: usize) -> Vec<f32> {
    let step = std::f32::consts::TAU * 120.0 / 8_000.0;
    let sample = |n: usize| {
        let envelope = ((n as f32 / 8_000.0 * 4.0 * std::f32::consts::PI).sin()).max(0.0).powf(0.5);
        let glide = (n as f32 / 8_000.0 * 1.7).sin() * 12.0;
        let phase = n as f32 * step + glide;
        let tones = (1..=8).map(|k| (phase * k as f32).sin() / k as f32).sum::<f32>();
        tones * envelope * 0.15
    };
    (0..samples).map(sample).collect()
}

fn live(ms: u64) -> AgentParams {
    AgentParams::new(SampleRate::Hz8000).latency(Some(Duration::from_millis(ms)))
}

/// The greatest step from sample to sample.
fn edge(heard: &[f32]) -> f32 {
    heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn two_seconds_that_piled_up_are_gone_in_ten() {
    let _alone = alone();
    let mut call = Call::with(live(100));
    let said = voice(30 * 8_000);
    let mut at = 2 * 8_000;
    assert_eq!(call.port.writer.write(&said[..at]), Ok(at));
    let mut waiting = Vec::new();
    while at + 160 <= said.len() {
        assert_eq!(call.port.writer.write(&said[at..at + 160]), Ok(160));
        at += 160;
        call.run(20);
        waiting.push(call.port.writer.waiting() / 8);
    }
    assert!(waiting[100] > 700, "{}", waiting[100]);
    let later = &waiting[500..];
    let (least, most) = (later.iter().min().unwrap(), later.iter().max().unwrap());
    assert!(*least >= 70 && *most <= 130, "{least} to {most} ms wait from 10 s on");
    let counts = call.port.writer.statistics();
    assert_eq!((counts.forgotten, counts.late), (0, 0));
    assert!(counts.shortened > 14_000, "{counts:?}");
    let (spoken, heard) = (edge(&said), edge(&linear(&call.phone.heard())));
    assert!(heard < spoken * 1.3, "an edge of {heard}, where the voice has {spoken}");
    call.end();
}

#[test]
fn a_clock_that_is_not_ours_is_followed_for_an_hour() {
    let _alone = alone();
    for (ppm, minutes) in [(-300.0, 10), (300.0, 60), (100.0, 60)] {
        let mut call = Call::with(live(100));
        let said = voice(8_000 * 10);
        let (mut written, mut due) = (0u64, 0.0f64);
        let (mut sum, mut off, mut heard) = (0.0, 0.0f64, 0.0f32);
        for n in 0..minutes * 3_000u32 {
            due += 160.0 * (1.0 + ppm * 1e-6);
            while (written as f64) < due {
                let from = (written % said.len() as u64) as usize;
                let length = ((due - written as f64).ceil() as usize).min(said.len() - from);
                assert_eq!(call.port.writer.write(&said[from..from + length]), Ok(length));
                written += length as u64;
            }
            call.run(20);
            if n >= 500 {
                // What waits now, and the block that was played since the packet was written.
                let latency = call.port.writer.waiting() as f64 / 8.0 + 10.0;
                (sum, off) = (sum + latency, off.max((latency - 100.0).abs()));
            }
            if call.phone.got.len() == 3_000 {
                heard = heard.max(edge(&linear(&call.phone.heard())));
                call.phone.got.clear();
                call.told.clear();
            }
        }
        let (mean, counts) = (sum / f64::from(minutes * 3_000 - 500), call.port.writer.statistics());
        println!(
            "{ppm} ppm, {minutes} minutes: mean {mean:.1} ms, off by {off:.1} ms at most, edge {heard}, {counts:?}"
        );
        assert_eq!((counts.forgotten, counts.late), (0, 0), "{ppm}");
        assert!(off <= 10.0, "{ppm} ppm: off by {off} ms");
        assert!(heard < edge(&said) * 1.3, "{ppm} ppm: an edge of {heard}");
        call.end();
    }
}

#[test]
fn it_begins_when_its_latency_is_there_and_begins_anew_after_a_hole() {
    let _alone = alone();
    let mut call = Call::with(live(100));
    let said = voice(16_000);
    for piece in said[..4_000].chunks(160) {
        assert_eq!(call.port.writer.write(piece), Ok(160));
        call.run(20);
    }
    // 100 ms behind what is written.
    let behind = 4_000 - call.port.writer.position().sample;
    assert!((640..960).contains(&behind), "{behind}");
    call.run(500);
    assert_eq!(call.port.writer.waiting(), 0);
    assert_eq!(call.port.writer.statistics().late, 1);
    for piece in said[4_000..8_000].chunks(160) {
        assert_eq!(call.port.writer.write(piece), Ok(160));
        call.run(20);
    }
    let behind = 8_000 - call.port.writer.position().sample;
    assert!((640..960).contains(&behind), "{behind}");
    // Less than its latency is said as well, once it has waited so long.
    call.run(500);
    assert_eq!(call.port.writer.write(&said[..400]), Ok(400));
    call.run(300);
    assert_eq!(call.port.writer.waiting(), 0);
    call.end();
}

#[test]
fn a_flush_cuts_what_was_fetched_already() {
    let _alone = alone();
    let mut call = Call::with(live(100));
    call.say(4_000);
    call.run(300);
    let at = call.port.writer.position().sample;
    call.port.writer.flush();
    call.run(40);
    let cut = call.told.iter().find(|event| matches!(event.kind, AgentEventKind::Flushed { .. })).unwrap();
    let AgentEventKind::Flushed { forgotten, .. } = cut.kind else { unreachable!() };
    assert_eq!((cut.position.sample, at + forgotten), (at, 4_000));
    let at = at as usize;
    // A splice may have been under way where it was cut.
    assert!((at..at + 400).step_by(8).all(|from| call.found(from..from + 8).is_none()));
    call.end();
}

#[test]
fn digital_silence_that_piled_up_is_left_out() {
    let _alone = alone();
    let mut call = Call::with(live(60));
    let said = voice(4_000);
    assert_eq!(call.port.writer.write(&[&[0.0; 24_000], &said[..]].concat()), Ok(28_000));
    // A pause of three seconds goes by twice as fast.
    call.run(1_000);
    assert!(call.port.writer.waiting() <= 12_100, "{}", call.port.writer.waiting());
    call.run(2_000);
    assert_eq!(call.port.writer.waiting(), 0);
    call.end();
}
