//! Real-time: whatever came between, payloads pass again, at each phase of a packet, within a fifth of a second.

use super::*;
use media_core::Prompt;
use media_core::session::TelephoneEventFormat;

/// Two µ-law phones that have talked for a while when they are bridged, `phase` blocks into a packet of theirs.
fn bridged_late(phase: usize) -> (Talk, MediaSessionHandle) {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let ((a, one), (b, two)) = (pcmu(&mut engine, 1), pcmu(&mut engine, 2));
    let mut talk = Talk::new(engine, vec![one, two]);
    talk.run(50 + phase);
    let pending = talk.engine.handle().bridge(&a, &b);
    talk.ask(pending);
    (talk, a)
}

#[test]
fn payloads_pass_in_whichever_block_of_a_packet_the_bridge_begins() {
    for phase in 0..4 {
        let (mut talk, a) = bridged_late(phase);
        talk.run(10);
        let pending = a.statistics();
        let before = talk.ask(pending).passed_packets;
        talk.run(100);
        let pending = a.statistics();
        let passed = talk.ask(pending).passed_packets - before;
        assert!(passed >= 49, "phase {phase}: {passed} of 50 packets passed");
        assert_eq!(talk.gaps(1), vec![], "phase {phase}");
        let heard = talk.phones[1].heard();
        let last = &heard[heard.len() - 50 * 160..];
        assert!(talk.said[0].windows(last.len()).any(|w| w == last), "phase {phase}: octet by octet");
        // All that was said since is there, the packet that went out short with it.
        let silence = |octet: &u8| matches!(octet, 0xff | 0x7f);
        let heard: Vec<u8> = heard.into_iter().skip_while(silence).collect();
        let at = talk.said[0].windows(400).position(|w| *w == heard[..400]).expect("what is heard was said");
        assert_eq!(heard[..], talk.said[0][at..at + heard.len()], "phase {phase}");
    }
}

/// What a bridge is disturbed by; phone 0 is heard by session `b`.
type Disturbance = fn(&mut Talk, &MediaSessionHandle, &MediaSessionHandle);

fn events() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(TelephoneEventFormat::new(101, 8_000))
}

/// A prompt of `blocks` to the listener, which ends in the midst of a packet or does not.
fn prompt(talk: &mut Talk, b: &MediaSessionHandle, blocks: usize) {
    let said: Vec<f32> = (0..80 * blocks).map(|n| 0.1 * (n as f32 * 0.3).sin()).collect();
    let pending = b.play(Prompt::samples(said, 8_000));
    let _playback = talk.ask(pending);
    talk.run(blocks + 20);
}

const DISTURBANCES: [(&str, Disturbance); 12] = [
    ("a prompt to the listener", |talk, _, b| prompt(talk, b, 13)),
    ("a prompt to the listener, of whole packets", |talk, _, b| prompt(talk, b, 14)),
    ("a prompt to the listener while the peer is silent", |talk, _, b| {
        talk.rest(150);
        let pending = b.play(Prompt::samples(vec![0.1; 80 * 13], 8_000));
        let playback = talk.ask_at_rest(pending);
        talk.rest(9);
        let pending = playback.stop();
        talk.ask_at_rest(pending);
    }),
    ("the peer offers the same again", |talk, a, _| {
        let pending = a.update(events().remote(talk.phones[0].address));
        talk.ask(pending);
    }),
    ("the listener's peer offers the same again", |talk, _, b| {
        let pending = b.update(events().remote(talk.phones[1].address));
        talk.ask(pending);
    }),
    ("the peer is silent", |talk, _, _| talk.rest(150)),
    ("the peer is silent, offers the same again, and speaks", |talk, a, _| {
        talk.rest(150);
        let pending = a.update(events().remote(talk.phones[0].address));
        talk.ask_at_rest(pending);
        talk.rest(30);
    }),
    ("hold of the peer", |talk, a, _| {
        let pending = a.hold_inward();
        talk.ask(pending);
        talk.run(33);
        let pending = a.resume_inward();
        talk.ask(pending);
    }),
    ("hold of the listener", |talk, _, b| {
        let pending = b.hold_outward();
        talk.ask(pending);
        talk.run(33);
        let pending = b.resume_outward();
        talk.ask(pending);
    }),
    ("digits to the listener", |talk, _, b| {
        let pending = b.send_digits("5", 130);
        talk.ask(pending);
        talk.run(60);
    }),
    ("the bridge ends, and another begins", |talk, a, b| {
        let pending = talk.engine.handle().unbridge(a);
        talk.ask(pending);
        talk.run(31);
        let pending = talk.engine.handle().bridge(a, b);
        talk.ask(pending);
    }),
    ("mute of the peer", |talk, a, _| {
        let pending = a.mute();
        talk.ask(pending);
        talk.run(33);
        let pending = a.unmute();
        talk.ask(pending);
    }),
];

/// What went out of packets that had begun in the midst of the source's was half a packet off for good, so that payloads never
/// passed again: many a call was decoded and packed anew from its first re-INVITE to its last word.
#[test]
fn payloads_pass_again_whatever_came_between() {
    for (name, disturb) in DISTURBANCES {
        // At each phase of a packet, and with packets that arrive between two ticks.
        for phase in 0..8 {
            let (mut talk, a, b) = bridged(&events(), &events());
            talk.after = Duration::from_micros(1_700 * phase as u64 % 10_000);
            talk.run(40 + phase);
            disturb(&mut talk, &a, &b);
            for _ in 0..phase {
                talk.engine.tick();
            }
            talk.run(20);
            let passed = |talk: &mut Talk| {
                let pending = a.statistics();
                talk.ask(pending).passed_packets
            };
            let before = passed(&mut talk);
            talk.run(100);
            let passed = passed(&mut talk) - before;
            assert!(passed >= 49, "{name}, phase {phase}: {passed} of 50 packets passed");
            let heard = talk.phones[1].heard();
            let last = &heard[heard.len() - 40 * 160..];
            assert!(talk.said[0].windows(last.len()).any(|w| w == last), "{name}, phase {phase}: octet by octet");
        }
    }
}

/// A leg that was decoded for a while, on a network whose delay moved meanwhile: its audio was stretched, and what waits is no whole
/// number of blocks.
#[test]
fn payloads_pass_again_after_the_delay_was_changed() {
    let (mut talk, a, _) = passed(0);
    let pending = a.set_metering(true);
    talk.ask(pending);
    let count = |talk: &mut Talk| {
        let pending = a.statistics();
        talk.ask(pending)
    };
    let mut said = 0;
    let mut late = |talk: &mut Talk, packets: usize, delay_ms: fn(usize) -> u64| {
        for number in 0..packets {
            let now = talk.engine.now();
            let at = now + Duration::from_millis(delay_ms(number));
            let phone = &mut talk.phones[0];
            // 37 samples a period: a splice is by one of them.
            let tone: Vec<u8> = (0..160).map(|n| if (said + n) % 37 < 18 { 0x90 } else { 0x10 }).collect();
            said += 160;
            phone.send(&mut talk.engine.network, at, &tone);
            for _ in 0..2 {
                talk.engine.tick();
                talk.phones[1].listen(&mut talk.engine.network);
            }
        }
    };
    late(&mut talk, 300, |n| [0, 90, 70, 50, 30][n % 5]);
    late(&mut talk, 500, |_| 0);
    let stretched = count(&mut talk);
    assert!(stretched.stretched_ms > 0, "the delay was changed: {stretched}");
    assert_eq!(stretched.passed_packets, count(&mut talk).passed_packets, "a meter needs the audio");
    let pending = a.set_metering(false);
    talk.ask(pending);
    late(&mut talk, 10, |_| 0);
    let before = count(&mut talk).passed_packets;
    late(&mut talk, 100, |_| 0);
    let passed = count(&mut talk).passed_packets - before;
    assert!(passed >= 99, "{passed} of 100 packets passed");
}

/// The encoder that made a short packet makes whole ones again when it is needed again: another prompt is heard.
#[cfg(feature = "opus")]
#[test]
fn an_encoder_goes_on_behind_a_packet_that_went_out_short() {
    use media_core::codec::{AudioEncoder as _, OpusEncoder, OpusSettings};
    use media_core::types::{Ptime, SampleRate};
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let opus = || MediaSessionParams::new(AudioFormat::opus());
    let ((a, one), (b, two)) = (connect(&mut engine, 1, opus()), connect(&mut engine, 2, opus()));
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let mut talk = Talk::new(engine, vec![one, two]);
    let mut encoder = OpusEncoder::new(SampleRate::Hz48000, 1, Ptime::MS20, OpusSettings::default()).unwrap();
    let mut speak = |talk: &mut Talk, packets: usize| {
        for number in 0..packets {
            let said: Vec<f32> = (0..960).map(|n| 0.3 * ((number * 960 + n) as f32 * 0.05).sin()).collect();
            let mut payload = [0; 1_275];
            let octets = encoder.encode_into(&said, &mut payload).unwrap();
            let now = talk.engine.now();
            let next = talk.phones[0].next;
            talk.phones[0].post(&mut talk.engine.network, now, next, &payload[..octets]);
            let next = &mut talk.phones[0].next;
            (next.sequence, next.timestamp) = (next.sequence.wrapping_add(1), next.timestamp.wrapping_add(960));
            (0..2).for_each(|_| talk.engine.tick());
            talk.phones[1].listen(&mut talk.engine.network);
        }
    };
    speak(&mut talk, 50);
    // Prompts to a silent line, which end in the midst of a packet or not, and the peer speaks again.
    for phase in 0..4 {
        (0..150).for_each(|_| talk.engine.tick());
        let pending = b.play(Prompt::samples(vec![0.1; 480 * 30], 48_000));
        let playback = talk.engine.complete(pending).expect("a prompt");
        (0..9 + phase).for_each(|_| talk.engine.tick());
        let pending = playback.stop();
        talk.engine.complete(pending).expect("it ends");
        (0..phase / 2).for_each(|_| talk.engine.tick());
        speak(&mut talk, 30);
    }
    let told = b.statistics();
    let told = talk.engine.complete(told).unwrap();
    assert_eq!(told.faults, 0, "{told}");
    let short =
        talk.phones[1].got.windows(2).filter(|p| p[1].header.timestamp.wrapping_sub(p[0].header.timestamp) == 480);
    assert!(short.count() > 0, "a packet went out short");
}
