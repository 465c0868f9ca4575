//! What the network does: loss, late packets, holds on the way, floods, pauses, another source.

use super::*;
use media_core::RedundancyFormat;
use media_core::quality::{Filling, GlitchDetail, GlitchSide};

#[test]
fn loss_is_named() {
    let mut call = Call::usual();
    let mut lost = Vec::new();
    let planted = call.plant(1_000, |call| {
        let packets = 1 + call.random.next() % 4;
        (0..2 * packets).for_each(|_| call.tick(Fate::Lost));
        lost.push(packets as u32);
    });
    let glitches = call.glitches();
    named(&planted, &list(&glitches), GlitchCause::Lost);
    let told = glitches.iter().map(|glitch| {
        assert_eq!(glitch.side, GlitchSide::Inward);
        match glitch.detail {
            GlitchDetail::Packets { missing, late: 0, .. } => {
                assert_eq!(glitch.length, Duration::from_millis(u64::from(missing) * 20));
                missing
            }
            detail => panic!("{detail:?}"),
        }
    });
    assert_eq!(told.collect::<Vec<_>>(), lost);
}

#[test]
fn packets_that_come_too_late_are_named_and_are_not_lost() {
    let mut call = Call::usual();
    let planted = call.plant(1_000, |call| {
        let by = 120 + 10 * (call.random.next() % 20);
        (0..2).for_each(|_| call.tick(Fate::Late(by)));
    });
    let glitches = call.glitches();
    named(&planted, &list(&glitches), GlitchCause::Late);
    let statistics = call.session.statistics();
    assert_eq!(call.ask(statistics).lost, 0);
    for glitch in glitches.iter() {
        let GlitchDetail::Packets { late: 1, late_by, .. } = glitch.detail else { panic!("{glitch:?}") };
        assert!((40..300).contains(&late_by.as_millis()), "{glitch}");
    }
}

#[test]
fn a_stall_of_the_network_is_late_too() {
    let mut call = Call::usual();
    // So many packets are held up, and come at once.
    let planted = call.plant(12_000, |call| {
        let held = 7 + call.random.next() % 4;
        for n in (0..held).rev() {
            (0..2).for_each(|_| call.tick(Fate::Late(20 * n + 20)));
        }
    });
    // The delay that grew by it is taken back.
    let causes = (GlitchCause::Late, Some(GlitchCause::Stretched));
    let (right, unnamed, invented) = judge_beside(&planted, call.all(), causes, Duration::from_millis(400));
    assert!(right >= 99 && unnamed == 0 && invented == 0);
}

#[test]
fn what_the_limit_on_floods_drops_is_named() {
    let mut call = Call::usual();
    let planted = call.plant(1_500, |call| {
        call.ticks += call.ticks % 2;
        // Copies of an old packet, from the peer itself, ahead of each new one.
        for burst in 0..4 {
            let next = call.phones[0].next;
            let (sequence, timestamp) = (next.sequence.wrapping_sub(30), next.timestamp.wrapping_sub(30 * 160));
            let old = media_core::rtp::RtpHeader { sequence, timestamp, ..next };
            for _ in 0..if burst == 0 { 200 } else { 40 } {
                let now = call.engine.now();
                call.phones[0].post(&mut call.engine.network, now, old, &[0xff; 160]);
            }
            (0..2).for_each(|_| call.tick(Fate::Sent));
        }
    });
    // The delay that grew by it is taken back.
    let causes = (GlitchCause::Flooded, Some(GlitchCause::Stretched));
    let (right, unnamed, invented) = judge_beside(&planted, call.all(), causes, Duration::from_millis(200));
    assert!(right >= 99 && unnamed == 0 && invented == 0);
}

#[test]
fn audio_beyond_the_greatest_delay_is_named() {
    let narrow = fixed().jitter(JitterConfig::new(8_000).strategy(JitterStrategy::Fixed(60)).max_delay_ms(200));
    let mut call = Call::new(narrow, MediaSessionParams::new(AudioFormat::pcma()));
    let planted = call.plant(1_500, |call| {
        call.ticks += call.ticks % 2;
        // A sender that runs ahead of its clock: 400 ms leave at once.
        for _ in 0..20 {
            let (now, from) = (call.engine.now(), call.at % (call.voice.len() - 160));
            let (header, payload) = (call.phones[0].next, call.payload(0, from));
            call.phones[0].post(&mut call.engine.network, now, header, &payload);
            let next = &mut call.phones[0].next;
            (next.sequence, next.timestamp) = (header.sequence.wrapping_add(1), header.timestamp.wrapping_add(160));
            call.at += 160;
        }
        (0..2).for_each(|_| call.tick(Fate::Sent));
    });
    // What waits behind it is taken back.
    let causes = (GlitchCause::Dropped, Some(GlitchCause::Stretched));
    let (right, unnamed, invented) = judge_beside(&planted, call.all(), causes, Duration::from_millis(400));
    assert!(right >= 99 && unnamed == 0 && invented == 0);
}

#[test]
fn a_sender_that_pauses_amid_sound_is_named() {
    let mut call = Call::usual();
    let planted = call.plant(2_000, |call| {
        call.ticks += call.ticks % 2;
        let ticks = 3 + call.random.next() % 20;
        while !call.is_loud() {
            (0..2).for_each(|_| call.tick(Fate::Sent));
        }
        // No number is used up: timestamps go on.
        (0..2 * ticks).for_each(|_| call.tick(Fate::None));
        call.phones[0].next.marker = true;
    });
    named(&planted, call.all(), GlitchCause::SenderPaused);
}

#[test]
fn another_source_is_named() {
    let mut call = Call::usual();
    let planted = call.plant(2_000, |call| {
        call.phones[0].next.ssrc = call.phones[0].next.ssrc.wrapping_add(0x1234_5678);
        call.phones[0].next.sequence = call.phones[0].next.sequence.wrapping_mul(13);
        call.run(40);
    });
    named(&planted, call.all(), GlitchCause::SourceChanged);
}

#[test]
fn holes_pass_where_payloads_do() {
    let mut call = Call::new(fixed(), fixed());
    let planted = call.plant(1_000, |call| (0..4).for_each(|_| call.tick(Fate::Lost)));
    let glitches = call.glitches();
    named(&planted, &list(&glitches), GlitchCause::Lost);
    let passed = |glitch: &Glitch| matches!(glitch.detail, GlitchDetail::Packets { filling: Filling::PassedOn, .. });
    assert!(glitches.iter().all(passed));
}

#[test]
fn stretching_is_named_and_its_length_is_what_was_counted() {
    let adaptive = MediaSessionParams::new(AudioFormat::pcmu());
    let mut call = Call::new(adaptive, MediaSessionParams::new(AudioFormat::pcma()));
    call.run(2_000);
    let mut planted = Vec::new();
    let (mut before, mut turns) = (0, 0);
    while planted.len() < TIMES && turns < 1_200 {
        turns += 1;
        // A network whose delay wavers, and rests again.
        let wavers = turns % 12 < 4;
        for _ in 0..250 {
            let late = if wavers { call.random.next() % 60 } else { 0 };
            let from = call.engine.now();
            call.tick(Fate::Late(late));
            if call.ticks.is_multiple_of(10) {
                let pending = call.session.statistics();
                let stretched = call.ask(pending).stretched_ms;
                if stretched > before {
                    before = stretched;
                    planted.push(from);
                }
            }
        }
        call.all();
    }
    call.run(2_000);
    let all = call.all().to_vec();
    let glitches: Vec<&Glitch> = all.iter().filter(|glitch| glitch.cause == GlitchCause::Stretched).collect();
    // What overtakes others is late where they are not.
    let known = [GlitchCause::Stretched, GlitchCause::Late];
    let others: Vec<&Glitch> = all.iter().filter(|glitch| !known.contains(&glitch.cause)).collect();
    println!(
        "{} changes of delay in {turns} turns, {} glitches of {}, {before} ms",
        planted.len(),
        glitches.len(),
        all.len()
    );
    assert!(planted.len() >= TIMES && others.is_empty(), "{others:?}");
    // Each is told; those within a second of each other as one.
    let near = |at: &MediaTime| {
        let within = |glitch: &&&Glitch| {
            *at + Duration::from_millis(150) >= glitch.at && *at <= glitch.at + Duration::from_secs(15)
        };
        glitches.iter().any(|glitch| within(&glitch))
    };
    assert_eq!(planted.iter().filter(|at| !near(at)).count(), 0, "unnamed");
    let told: Duration = glitches.iter().map(|glitch| glitch.length).sum();
    assert!(told.as_millis().abs_diff(u128::from(before)) <= 1 + planted.len() as u128 / 2, "{told:?} {before} ms");
    for glitch in glitches {
        let GlitchDetail::Stretched { longer, shorter } = glitch.detail else { panic!("{glitch:?}") };
        assert_eq!(longer + shorter, glitch.length);
    }
}

#[test]
fn packets_that_the_codec_does_not_take_are_named() {
    let jitter = JitterConfig::new(8_000).strategy(JitterStrategy::Fixed(60));
    let l16 = MediaSessionParams::new(AudioFormat::rtpmap(96, "L16/8000").unwrap()).jitter(jitter);
    let mut call = Call::new(l16, MediaSessionParams::new(AudioFormat::pcma()));
    call.linear = true;
    call.phones[0].next.payload_type = 96;
    undecodable(call);
}

#[test]
fn redundancy_that_cannot_be_read_is_named() {
    let red = fixed().redundancy(RedundancyFormat::new(RED, 1));
    undecodable(Call::new(red, MediaSessionParams::new(AudioFormat::pcma())));
}

fn undecodable(mut call: Call) {
    let mut odd = 0;
    let planted = call.plant(1_000, |call| {
        let packets = 1 + call.random.next() % 3;
        (0..2 * packets).for_each(|_| call.tick(Fate::Odd));
        odd += packets;
    });
    named(&planted, call.all(), GlitchCause::Undecodable);
    let statistics = call.session.statistics();
    let statistics = call.ask(statistics);
    assert_eq!((statistics.bad_payload, statistics.lost), (odd, 0));
}
