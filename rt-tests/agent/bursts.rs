//! Bursts of any shape: nothing is lost, nothing twice, in order.

use super::*;
use support::random::Random;

#[test]
fn a_minute_at_once_is_sent_from_its_first_sample_to_its_last() {
    let _alone = alone();
    let mut call = Call::new();
    call.say(60 * 8_000);
    call.port.writer.finish().unwrap();
    call.run(61_000);
    let heard = call.phone.heard();
    let begin = call.found(0..60 * 8_000).expect("all of it, in one piece");
    // Before it silence, behind it what was heard last, backwards and fading, for 5 ms.
    assert!(heard[..begin].iter().all(|octet| *octet == 0xff));
    assert!(heard[begin + 480_000 + 40..].iter().all(|octet| *octet == 0xff));
    assert_eq!(call.kinds()[..1], [(472_000, AgentEventKind::BacklogLow)]);
    assert_eq!(call.kinds()[1..], [(480_000, AgentEventKind::DryBegan(DryCause::Finished))]);
    let counts = call.port.writer.statistics();
    assert_eq!((counts.written, counts.sent, counts.forgotten, counts.late), (480_000, 480_000, 0, 0));
    call.end();
}

#[test]
fn pieces_of_any_length_at_any_time_follow_on_each_other() {
    let _alone = alone();
    for seed in 0..6 {
        let mut call = Call::new();
        let mut random = Random(seed);
        // Enough ahead that it never runs dry; then pieces as they come: one sample, a packet, a second.
        call.say(2_000);
        while call.said.len() < 200_000 {
            for _ in 0..random.below(20) {
                let most = [1, 7, 160, 321, 8_000][random.below(5)];
                call.say(1 + random.below(most));
            }
            if call.port.writer.waiting() > 2_000 {
                call.run(10 * (1 + random.below(20)) as u64);
            }
        }
        call.port.writer.finish().unwrap();
        let left = call.port.writer.waiting() / 8;
        call.run(left + 100);
        assert!(call.found(0..call.said.len()).is_some(), "seed {seed}");
        assert_eq!(call.port.writer.statistics().late, 0, "seed {seed}: it ran dry");
        call.end();
    }
}

#[test]
fn what_comes_ahead_of_time_or_in_lumps_is_all_there_and_each_hole_is_told() {
    let _alone = alone();
    // Packets of 20 ms: a third of them ahead of time; and 25 of them every 500 ms, ten ms late each time.
    for (ahead, lump, pause) in [(172, 43, 860), (0, 25, 510)] {
        let mut call = Call::new();
        (0..ahead).for_each(|_| call.say(160));
        while call.said.len() < 602 * 160 {
            (0..lump).for_each(|_| call.say(160));
            call.run(pause);
        }
        call.run(4_000);
        let dry: Vec<_> = call.told.iter().filter(|event| matches!(event.kind, AgentEventKind::DryBegan(_))).collect();
        let counts = call.port.writer.statistics();
        assert_eq!((counts.sent, counts.forgotten), (call.said.len() as u64, 0));
        // Between two holes it is whole, but for the 5 ms that fade in behind one.
        let mut begin = 0;
        for hole in &dry {
            let end = hole.position.sample as usize;
            let whole = if begin == 0 { 0 } else { begin + 40 };
            assert!(call.found(whole..end).is_some(), "{begin} to {end} of {ahead} ahead");
            begin = end;
        }
        assert_eq!(begin, call.said.len(), "the last hole is its end");
        let lengths = call.told.iter().filter_map(|event| match event.kind {
            AgentEventKind::DryEnded { cause: DryCause::Late, lasted } => Some(lasted),
            _ => None,
        });
        let lengths: Vec<_> = lengths.collect();
        assert_eq!(lengths.len() + 1, dry.len());
        assert!(lengths.iter().all(|lasted| *lasted == Duration::from_millis(10)), "{lengths:?}");
        assert_eq!(dry.len() as u64, counts.late);
        assert_eq!(ahead == 0, dry.len() > 1, "{dry:?}");
        call.end();
    }
}

#[test]
fn a_hole_is_faded_into_and_out_of() {
    let _alone = alone();
    let mut call = Call::new();
    let tone: Vec<f32> = (0..8_000).map(|n| (n as f32 * 0.3).sin() * 0.5).collect();
    assert_eq!(call.port.writer.write(&tone[..4_003]), Ok(4_003));
    call.run(600);
    assert_eq!(call.port.writer.write(&tone[4_003..]), Ok(3_997));
    call.run(700);
    let heard = linear(&call.phone.heard());
    let edge = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(edge < 0.5 * 0.3 * 1.1, "an edge of {edge}: the tone's own steps are of 0.15");
    call.end();
}

#[test]
fn what_finds_no_room_stays_with_who_writes() {
    let _alone = alone();
    let mut call = Call::with(AgentParams::new(SampleRate::Hz8000).backlog(Duration::from_millis(250)));
    let said = noise(8_000, 1);
    assert_eq!(call.port.writer.write(&said), Ok(2_000));
    assert_eq!((call.port.writer.room(), call.port.writer.write(&said[2_000..])), (0, Ok(0)));
    let mut taken = 2_000;
    while taken < said.len() {
        call.run(20);
        taken += call.port.writer.write(&said[taken..]).unwrap();
        assert!(call.port.writer.waiting() <= 2_000);
    }
    call.run(400);
    call.said = said;
    assert!(call.found(0..8_000).is_some());
    call.end();
}

#[test]
fn samples_of_16_bit_and_those_that_are_none() {
    let _alone = alone();
    let mut call = Call::new();
    let whole: Vec<i16> = (0..800).map(|n| (n * 41 % 65_536 - 32_768) as i16).collect();
    assert_eq!(call.port.writer.write_i16(&whole), Ok(800));
    call.said = whole.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    let odd = [f32::NAN, f32::INFINITY, 1e38, -1e38, 1.5];
    assert_eq!(call.port.writer.write(&odd), Ok(5));
    call.said.extend([0.0, 0.0, 1.0, -1.0, 1.0]);
    call.port.writer.finish().unwrap();
    call.run(300);
    assert!(call.found(0..805).is_some());
    call.end();
}

#[test]
fn at_other_rates_as_well() {
    let _alone = alone();
    for rate in [SampleRate::Hz16000, SampleRate::Hz24000, SampleRate::Hz48000] {
        let mut call = Call::with(AgentParams::new(rate));
        let step = std::f32::consts::TAU * 440.0 / rate.hz() as f32;
        let tone: Vec<f32> = (0..2 * rate.hz()).map(|n| (n as f32 * step).sin() * 0.5).collect();
        assert_eq!(call.port.writer.write(&tone), Ok(tone.len()));
        call.run(2_500);
        let heard = linear(&call.phone.heard());
        let loud = heard.iter().filter(|sample| sample.abs() > 0.01).count();
        let power: f32 = heard.iter().map(|sample| sample * sample).sum::<f32>() / 16_000.0;
        assert!((15_600..16_040).contains(&loud), "{rate}: {loud}");
        assert!((0.120..0.127).contains(&power), "{rate}: {power}");
        assert_eq!(call.port.writer.position().sample, tone.len() as u64);
        call.end();
    }
}

#[test]
fn a_session_that_has_ended_takes_nothing() {
    let _alone = alone();
    let mut call = Call::new();
    call.say(80_000);
    call.run(100);
    let ended = call.agent.destroy();
    call.done(ended);
    call.run(20);
    let closed = media_core::AgentWriteError::Closed;
    assert_eq!((call.port.writer.write(&[0.0]), call.port.writer.mark(1)), (Err(closed), Err(closed)));
    assert!(call.port.events.is_over());
    while call.port.reader.read(&mut [0.0; 80]).is_some() {}
    assert!(call.port.reader.is_over());
    call.end();
}
