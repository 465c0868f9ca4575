//! A peer sends another codec of those that were answered, without a word (RFC 3264 section 6.1): it is heard from its first
//! packet on, without an edge, and no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::AudioEncoder;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, SessionStatistics};
use media_core::types::{Ptime, SampleRate};
use support::edges::{deepest_dip, roughness, voice};
use support::endpoint::{Endpoint, codec};
use support::phone::{connect, done};
use trap::Counts;

/// The greatest second difference that natural speech allows a change, and the deepest dip of a block of 10 ms.
const ROUGH: f32 = 1.6;
const DIP: f32 = 10.0;

fn formats() -> Vec<AudioFormat> {
    #[cfg_attr(not(feature = "opus"), expect(unused_mut, reason = "only Opus is added"))]
    let mut formats = vec![
        AudioFormat::pcmu(),
        AudioFormat::g722(),
        AudioFormat::pcma(),
        AudioFormat::l16(SampleRate::Hz16000).unwrap(),
    ];
    #[cfg(feature = "opus")]
    formats.push(AudioFormat::opus());
    formats
}

/// How a sender changes its timestamps and SSRC with the clock rate.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Clocks {
    /// They go on in units of the new clock.
    GoOn,
    /// As if the new clock had run all the time.
    OwnTime,
    /// Another SSRC with numbers of its own (RFC 7160 section 4.1).
    OwnSource,
}

struct Outcome {
    heard: Vec<f32>,
    statistics: SessionStatistics,
    told: Vec<EventKind>,
}

/// A voice in packets of 20 ms of which each has the codec that `second_at` gives it (the first, or the second), as a
/// partner at L16/16000 hears it.
fn run(
    first: &AudioFormat,
    second: &AudioFormat,
    clocks: Clocks,
    pitch: f64,
    second_at: impl Fn(usize) -> bool,
) -> Outcome {
    let case = format!("{first} and {second}, {clocks:?}");
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 9).unwrap();
    let events = engine.handle().subscribe();
    let wide = AudioFormat::l16(SampleRate::Hz16000).unwrap().with_payload_type(111).unwrap();
    let (session, mut phone) = connect(&mut engine, 1, MediaSessionParams::new(first.clone()).also(second.clone()));
    let mut two = Endpoint::new(&mut engine, 2, &wide, Ptime::MS20, Ptime::MS20);
    let pending = engine.handle().bridge(&session, &two.session);
    done(&mut engine, pending);
    let formats = [first, second];
    // When an encoder was last at work: one that was not for long begins anew.
    let mut last_at = [0; 2];
    let mut encoders = formats.map(|format| codec(format, Ptime::MS20).0);
    // Timestamps and numbers by clock, for senders that keep them apart.
    let mut own = [phone.next; 2];
    own[1].ssrc += u32::from(first.clock_rate() != second.clock_rate());
    own[1].sequence = 30_000;
    let counts = trap::counts();
    for tick in 0..400 {
        let now = engine.now();
        if tick % 2 == 0 {
            let (packet, which) = (tick / 2, usize::from(second_at(tick / 2)));
            let samples = 2 * formats[which].sample_rate().block_samples();
            let say = voice(formats[which].sample_rate(), pitch);
            let pcm: Vec<f32> = (packet * samples..(packet + 1) * samples).map(say).collect();
            let mut payload = vec![0; 4_000];
            if packet - std::mem::replace(&mut last_at[which], packet) > 10 {
                encoders[which].reset();
            }
            let octets = encoders[which].encode_into(&pcm, &mut payload).unwrap();
            let units = |of: usize| formats[of].clock_rate() / 50;
            let mut header = if clocks == Clocks::OwnSource { own[which] } else { phone.next };
            if clocks != Clocks::GoOn {
                header.timestamp = own[which].timestamp;
            }
            header.payload_type = formats[which].payload_type();
            phone.post(&mut engine.network, now, header, &payload[..octets]);
            phone.next.sequence = phone.next.sequence.wrapping_add(1);
            phone.next.timestamp = phone.next.timestamp.wrapping_add(units(which));
            own[which].sequence = own[which].sequence.wrapping_add(1);
            #[expect(clippy::needless_range_loop, reason = "two ends by number")]
            for of in 0..2 {
                own[of].timestamp = own[of].timestamp.wrapping_add(units(of));
            }
        }
        engine.tick();
        two.phone.listen(&mut engine.network);
    }
    assert_eq!(trap::counts().since(counts), Counts::default(), "{case}");
    let statistics = session.statistics();
    let statistics = done(&mut engine, statistics);
    assert_eq!((statistics.bad_payload, statistics.unknown_payload_type, statistics.refused), (0, 0, 0), "{case}");
    assert_eq!((statistics.lost, statistics.late, statistics.source_changes), (0, 0, 0), "{case}: {statistics}");
    let heard = two.decode().into_iter().flat_map(|(_, pcm)| pcm).collect();
    let told = std::iter::from_fn(|| events.try_next()).filter(|event| event.session.is_some()).map(|e| e.kind);
    Outcome { heard, statistics, told: told.collect() }
}

/// Runs of a second or two of each, single packets, and one after another.
#[expect(clippy::type_complexity, reason = "a table")]
fn patterns() -> [(&'static str, fn(usize) -> bool); 4] {
    [
        ("changes once", |n| n > 75),
        ("there and back", |n| (60..110).contains(&n)),
        ("a single packet", |n| n == 80 || n == 131),
        ("one after another", |n| n > 60 && n % 2 == 1),
    ]
}

#[test]
fn every_answered_codec_is_heard_without_an_edge_in_a_low_voice() {
    every_codec_is_heard(125.0);
}

#[test]
fn every_answered_codec_is_heard_without_an_edge_in_a_high_voice() {
    every_codec_is_heard(210.0);
}

fn every_codec_is_heard(pitch: f64) {
    trap::set_scope(media_core::rt::on_media_thread);
    let formats = formats();
    let natural = |f: &AudioFormat| roughness(&run(f, &other(f), Clocks::GoOn, pitch, |_| false).heard[8_000..], 160);
    let natural: Vec<_> = formats.iter().map(natural).collect();
    let mut faults = Vec::new();
    for (a, first) in formats.iter().enumerate() {
        for (b, second) in formats.iter().enumerate().filter(|(b, _)| *b != a) {
            let unlike = first.clock_rate() != second.clock_rate();
            let ways: &[_] = if unlike { &[Clocks::GoOn, Clocks::OwnTime, Clocks::OwnSource] } else { &[Clocks::GoOn] };
            for clocks in ways {
                for (name, pattern) in patterns() {
                    let outcome = run(first, second, *clocks, pitch, pattern);
                    let (rough, quiet) = roughness(&outcome.heard[8_000..], 160);
                    let ratio = rough / natural[a].0.max(natural[b].0);
                    let (dip, least) = (deepest_dip(&outcome.heard[8_000..], 160), natural[a].1.min(natural[b].1));
                    // An encoder of Opus that hears every other packet only is quieter at their seams by itself.
                    let concealed = outcome.statistics.concealed_blocks;
                    if ratio >= ROUGH
                        || dip >= DIP
                        || quiet < if name == "one after another" { 0.35 } else { 0.6 } * least
                        || concealed > 0
                    {
                        faults.push(format!(
                            "{first} and {second}, {clocks:?}, {name}, {pitch} Hz: {ratio:.2} of natural, dip {dip:.1} dB, \
                             quietest {quiet:.4} of {least:.4}, concealed {concealed}"
                        ));
                    }
                    let changes = outcome.told.iter().filter(|e| matches!(e, EventKind::CodecChanged { .. })).count();
                    let wanted = match name {
                        "changes once" => 1,
                        "there and back" => 2,
                        _ => 0,
                    };
                    assert_eq!(changes, wanted, "{first} and {second}, {name}: {:?}", outcome.told);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// A packet or two may be strays of a renegotiation; three are a change.
#[test]
fn another_codec_is_told_from_its_third_packet_on() {
    trap::set_scope(media_core::rt::on_media_thread);
    for (packets, told) in [(2, 0), (3, 2)] {
        let pattern = |n| (80..80 + packets).contains(&n);
        let outcome = run(&AudioFormat::pcmu(), &AudioFormat::g722(), Clocks::GoOn, 125.0, pattern);
        let changes = outcome.told.iter().filter(|e| matches!(e, EventKind::CodecChanged { .. })).count();
        assert_eq!(changes, told, "{packets} packets: {:?}", outcome.told);
    }
}

/// The session's own timeline counts in units of its first codec.
#[cfg(feature = "opus")]
#[test]
fn a_hole_in_the_second_codec_is_passed_on_in_units_of_its_own() {
    let (narrow, wide) = (AudioFormat::pcmu(), AudioFormat::opus());
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 9).unwrap();
    let params = MediaSessionParams::new(narrow.clone()).also(wide.clone());
    // What comes behind the hole is there when the hole is due.
    let jitter = params.jitter.min_delay_ms(60);
    let (session, mut phone) = connect(&mut engine, 1, params.jitter(jitter));
    let (other, mut two) = connect(&mut engine, 2, MediaSessionParams::new(wide.clone()).also(narrow));
    let pending = engine.handle().bridge(&session, &other);
    done(&mut engine, pending);
    phone.next.payload_type = wide.payload_type();
    for packet in 0..150 {
        let now = engine.now();
        if packet != 100 {
            phone.post(&mut engine.network, now, phone.next, &[0xf8, 0xff, 0xfe]);
        }
        phone.next.sequence = phone.next.sequence.wrapping_add(1);
        phone.next.timestamp = phone.next.timestamp.wrapping_add(960);
        (0..2).for_each(|_| engine.tick());
        two.listen(&mut engine.network);
    }
    let statistics = session.statistics();
    let statistics = done(&mut engine, statistics);
    assert!(statistics.passed_packets > 90, "{statistics}");
    let step = |p: &[support::phone::Packet]| {
        (
            p[1].header.sequence.wrapping_sub(p[0].header.sequence),
            p[1].header.timestamp.wrapping_sub(p[0].header.timestamp),
        )
    };
    let last = &two.got[two.got.len() - 80..];
    let steps: Vec<_> = last.windows(2).map(step).collect();
    assert_eq!(steps.iter().filter(|step| **step == (2, 1_920)).count(), 1, "{steps:?}");
    assert!(steps.iter().all(|step| [(1, 960), (2, 1_920)].contains(step)), "{steps:?}");
}

/// Another format than that one, with the same clock.
fn other(format: &AudioFormat) -> AudioFormat {
    format.clone().with_payload_type(121).unwrap()
}
