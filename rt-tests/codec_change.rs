//! A codec changes in mid-call, both ways, at a tick boundary: nothing clicks, no packet goes missing, no tick allocates.
//!
//! A click is measured as the greatest second difference of the samples against that of the same voice without a change.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::AudioDecoder;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::{Gain, Ptime, SampleRate};
use support::edges::{deepest_dip, roughness, voice};
use support::endpoint::{Endpoint, codec};
use support::phone::done;
use trap::Counts;

/// What a partner at L16/16000 heard, and what came back to the one that changes from `before` to `after` (or not) after a
/// second and `late` ticks.
struct Outcome {
    heard: Vec<f32>,
    back: Vec<(RtpHeader, Vec<u8>)>,
}

fn run(before: &AudioFormat, after: Option<&AudioFormat>, ptime: Ptime, late: usize, pitch: f64) -> Outcome {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 9).unwrap();
    let wide = AudioFormat::l16(SampleRate::Hz16000).unwrap();
    let mut one = Endpoint::new(&mut engine, 1, before, Ptime::MS20, ptime);
    let mut two = Endpoint::new(&mut engine, 2, &wide, Ptime::MS20, Ptime::MS20);
    let pending = engine.handle().bridge(&one.session, &two.session);
    done(&mut engine, pending);
    let counts = trap::counts();
    let mut pending = None;
    for tick in 0..400 {
        if let Some(after) = after.filter(|_| tick == 200 + late) {
            pending = Some(one.session.update(MediaSessionParams::new(after.clone()).ptime(ptime)));
        }
        // The peer changes a little later, as its answer comes.
        if let Some(after) = after.filter(|_| tick == 206) {
            let said = one.said * after.sample_rate().block_samples() / before.sample_rate().block_samples();
            one.encoder = codec(after, Ptime::MS20).0;
            (one.format, one.said, one.phone.next.payload_type) = (after.clone(), said, after.payload_type());
            if before.clock_rate() != after.clock_rate() {
                one.phone.next.ssrc += 1;
            }
        }
        let now = engine.now();
        let say = voice(one.format.sample_rate(), pitch);
        one.speak(&mut engine.network, now, say);
        two.speak(&mut engine.network, now, voice(SampleRate::Hz16000, pitch));
        engine.tick();
        one.phone.listen(&mut engine.network);
        two.phone.listen(&mut engine.network);
    }
    assert!(pending.is_none_or(|mut pending| pending.poll_now().is_some_and(|answer| answer.is_ok())));
    assert_eq!(trap::counts().since(counts), Counts::default(), "{before} {after:?}");
    let statistics = one.session.statistics();
    let statistics = done(&mut engine, statistics);
    assert_eq!((statistics.bad_payload, statistics.unknown_payload_type, statistics.discarded_blocks), (0, 0, 0));
    let heard = two.decode().into_iter().flat_map(|(_, pcm)| pcm).collect();
    Outcome { heard, back: one.phone.got.iter().map(|p| (p.header, p.payload.clone())).collect() }
}

fn formats() -> Vec<AudioFormat> {
    #[cfg_attr(not(feature = "opus"), expect(unused_mut, reason = "only Opus is added"))]
    let mut formats = vec![AudioFormat::pcmu(), AudioFormat::g722(), AudioFormat::pcma()];
    #[cfg(feature = "opus")]
    formats.push(AudioFormat::opus().at(SampleRate::Hz16000).unwrap());
    formats
}

/// Decodes what came back, each packet by its payload type, a decoder of each from its first packet on.
fn decoded(back: &[(RtpHeader, Vec<u8>)], formats: &[&AudioFormat]) -> Vec<Vec<f32>> {
    let mut decoders: Vec<_> = formats.iter().map(|f| (f.payload_type(), codec(f, Ptime::MS20).1)).collect();
    let decode = |(header, payload): &(RtpHeader, Vec<u8>)| {
        let (_, decoder) = decoders.iter_mut().find(|(own, _)| *own == header.payload_type).expect("one of the two");
        let mut pcm = vec![0.0; 12 * 480];
        let samples = decoder.decode_into(payload, &mut pcm).expect("a payload of its codec");
        pcm.truncate(samples);
        pcm
    };
    back.iter().map(decode).collect()
}

/// The greatest second difference that natural speech allows a change, and the deepest dip of a block of 10 ms.
const ROUGH: f32 = 1.6;
const DIP: f32 = 10.0;

#[test]
fn a_codec_changes_without_a_click_in_a_low_voice() {
    changes_without_a_click(125.0);
}

#[test]
fn a_codec_changes_without_a_click_in_a_high_voice() {
    changes_without_a_click(210.0);
}

fn changes_without_a_click(pitch: f64) {
    trap::set_scope(media_core::rt::on_media_thread);
    let formats = formats();
    // The voice itself through each codec; from half a second on, when all has settled.
    let natural = formats.iter().map(|f| roughness(&run(f, None, Ptime::MS20, 0, pitch).heard[8_000..], 160));
    let natural: Vec<_> = natural.collect();
    for (b, before) in formats.iter().enumerate() {
        for (a, after) in formats.iter().enumerate().filter(|(a, _)| *a != b) {
            for late in [0, 1, 5] {
                let case = format!("{before} to {after} at {pitch} Hz, {late} ticks later");
                let changed = run(before, Some(after), Ptime::MS20, late, pitch).heard;
                let (rough, quiet) = roughness(&changed[8_000..], 160);
                let ratio = rough / natural[a].0.max(natural[b].0);
                let dip = deepest_dip(&changed[8_000..], 160);
                let least = natural[a].1.min(natural[b].1);
                println!("{case}: {ratio:.2} of natural, quietest {quiet:.4} ({least:.4}), dip {dip:.1} dB");
                assert!(ratio < ROUGH, "{case}: {ratio} of natural");
                assert!(quiet >= 0.8 * least && dip < DIP, "{case}: a hole of {quiet}, {dip} dB");
            }
        }
    }
}

/// What the one that changes hears: from the first packet of the new codec on, by a decoder that begins there.
#[test]
fn what_is_sent_begins_in_the_midst_of_the_voice() {
    trap::set_scope(media_core::rt::on_media_thread);
    let formats = formats();
    for pitch in [125.0, 210.0] {
        for after in &formats {
            let back = run(after, None, Ptime::MS20, 0, pitch).back;
            let whole: Vec<f32> = decoded(&back, &[after]).concat();
            let block = after.sample_rate().block_samples();
            let (natural, least) = roughness(&whole[50 * block..], block);
            for before in formats.iter().filter(|before| *before != after) {
                for late in [0, 1] {
                    let back = run(before, Some(after), Ptime::MS20, late, pitch).back;
                    let ours = |(header, _): &&(RtpHeader, Vec<u8>)| header.payload_type == after.payload_type();
                    let back: Vec<_> = back.iter().filter(ours).cloned().collect();
                    let pcm: Vec<f32> = decoded(&back, &[after]).concat();
                    let (rough, quiet) = roughness(&pcm[..30 * block], block);
                    let first = roughness(&pcm[..block], block).1;
                    let case = format!("{before} to {after} at {pitch} Hz, {late} ticks later");
                    println!(
                        "{case}: {:.2} of natural, first {first:.4}, quietest {quiet:.4} ({least:.4})",
                        rough / natural
                    );
                    assert!(rough < ROUGH * natural && quiet > 0.316 * least, "{case}: {} of natural", rough / natural);
                }
            }
        }
    }
}

#[test]
fn what_is_sent_goes_on_without_a_gap() {
    trap::set_scope(media_core::rt::on_media_thread);
    for before in &formats() {
        for after in formats().iter().filter(|after| *after != before) {
            for (ms, late) in [(20, 0), (20, 1), (40, 2), (60, 3), (30, 1)] {
                let case = format!("{before} to {after} at {ms} ms, {late} ticks later");
                let back = run(before, Some(after), Ptime::from_ms(ms).unwrap(), late, 125.0).back;
                let changes = back.windows(2).filter(|p| p[0].0.payload_type != p[1].0.payload_type).count();
                assert_eq!(changes, 1, "{case}");
                let pcm = decoded(&back, &[before, after]);
                for (pair, pcm) in back.windows(2).zip(&pcm) {
                    let [(from, _), (to, _)] = pair else { unreachable!() };
                    let format = if from.payload_type == before.payload_type() { before } else { after };
                    let units = pcm.len() as u32 * format.clock_rate() / format.sample_rate().hz();
                    let step = (to.sequence.wrapping_sub(from.sequence), to.timestamp.wrapping_sub(from.timestamp));
                    assert_eq!(step, (1, units), "{case}: {from:?} then {to:?}");
                    assert!(from.ssrc == to.ssrc || before.clock_rate() != after.clock_rate(), "{case}");
                }
            }
        }
    }
}

/// In a room at 16 kHz, the one that changes to 8 kHz needs a conversion that begins then: its filter would be empty.
#[test]
fn a_conversion_from_a_room_begins_full() {
    trap::set_scope(media_core::rt::on_media_thread);
    for speaks in [false, true] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 9).unwrap();
        let wide = AudioFormat::l16(SampleRate::Hz16000).unwrap();
        let narrow = AudioFormat::l16(SampleRate::Hz8000).unwrap();
        let pending = engine.handle().create_conference(SampleRate::Hz16000);
        let room = done(&mut engine, pending);
        let mut talker = Endpoint::new(&mut engine, 1, &wide, Ptime::MS20, Ptime::MS20);
        let mut hearer = Endpoint::new(&mut engine, 2, &wide, Ptime::MS20, Ptime::from_ms(10).unwrap());
        for end in [&talker, &hearer] {
            let pending = room.join(&end.session);
            done(&mut engine, pending);
        }
        // A steady tone, so that a few samples tell.
        let tone = |hz: f64| move |n: usize| 0.3 * (n as f64 * std::f64::consts::TAU * hz / 16_000.0).sin() as f32;
        let mut pending = None;
        for tick in 0..200 {
            if tick == 120 {
                // Only what is sent changes.
                let mut params = MediaSessionParams::new(wide.clone()).ptime(Ptime::from_ms(10).unwrap());
                params.send = narrow.clone();
                pending = Some(hearer.session.update(params));
            }
            let now = engine.now();
            talker.speak(&mut engine.network, now, tone(1_000.0));
            if speaks {
                hearer.speak(&mut engine.network, now, tone(250.0));
            }
            engine.tick();
            hearer.phone.listen(&mut engine.network);
        }
        assert!(pending.is_some_and(|mut pending| pending.poll_now().is_some_and(|answer| answer.is_ok())));
        let back: Vec<_> = hearer.phone.got.iter().map(|p| (p.header, p.payload.clone())).collect();
        let ours: Vec<_> = back.into_iter().filter(|(h, _)| h.payload_type == narrow.payload_type()).collect();
        let pcm = decoded(&ours, &[&narrow]).concat();
        // Each 2 ms hold two periods of the talker's tone, from the first on, and nothing of the hearer's own.
        let level = |part: &[f32]| (part.iter().map(|x| x * x).sum::<f32>() / part.len() as f32).sqrt();
        let levels: Vec<f32> = pcm[..160].chunks_exact(16).map(level).collect();
        assert!(levels.iter().all(|&l| (0.17..0.25).contains(&l)), "{levels:?}, the hearer speaks: {speaks}");
    }
}

/// How loud the first 10 ms in the codec `after` are that a partner gets of one who speaks at that gain, in a room with nobody
/// else if `room` (the partner itself speaks then).
fn first_level(after: &AudioFormat, gain: Option<Gain>, room: bool) -> f32 {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 9).unwrap();
    let (wide, ms) = (AudioFormat::l16(SampleRate::Hz16000).unwrap(), Ptime::from_ms(10).unwrap());
    let mut talker = Endpoint::new(&mut engine, 1, &wide, Ptime::MS20, ms);
    let mut hearer = Endpoint::new(&mut engine, 2, &wide, Ptime::MS20, ms);
    if room {
        let pending = engine.handle().create_conference(SampleRate::Hz16000);
        let room = done(&mut engine, pending);
        for end in [&talker, &hearer] {
            let pending = room.join(&end.session);
            done(&mut engine, pending);
        }
    } else {
        let pending = engine.handle().bridge(&talker.session, &hearer.session);
        done(&mut engine, pending);
    }
    let speaker = if room { &mut hearer } else { &mut talker };
    let pending = gain.map_or_else(|| speaker.session.mute(), |gain| speaker.session.set_gain(gain));
    done(&mut engine, pending);
    let tone = |n: usize| 0.3 * (n as f64 * std::f64::consts::TAU * 500.0 / 16_000.0).sin() as f32;
    let mut pending = None;
    for tick in 0..200 {
        if tick == 120 {
            let mut params = MediaSessionParams::new(wide.clone()).ptime(ms);
            params.send = after.clone();
            pending = Some(hearer.session.update(params));
        }
        let now = engine.now();
        let speaker = if room { &mut hearer } else { &mut talker };
        speaker.speak(&mut engine.network, now, tone);
        engine.tick();
        hearer.phone.listen(&mut engine.network);
    }
    assert!(pending.is_some_and(|mut pending| pending.poll_now().is_some_and(|answer| answer.is_ok())));
    let back: Vec<_> = hearer.phone.got.iter().map(|p| (p.header, p.payload.clone())).collect();
    let ours: Vec<_> = back.into_iter().filter(|(h, _)| h.payload_type == after.payload_type()).collect();
    let first = decoded(&ours[..1], &[after]).concat();
    (first.iter().map(|x| x * x).sum::<f32>() / first.len() as f32).sqrt()
}

/// What a new encoder or conversion begins with is what was heard last, not what was said.
#[test]
fn a_stream_begins_with_nothing_of_who_is_muted_or_turned_down() {
    trap::set_scope(media_core::rt::on_media_thread);
    let narrow = AudioFormat::l16(SampleRate::Hz8000).unwrap();
    for after in formats().iter().chain([&narrow]) {
        let faint = Gain::linear(0.001).unwrap();
        let [muted, faint, heard] = [None, Some(faint), Some(Gain::UNITY)].map(|gain| first_level(after, gain, false));
        assert!(
            muted < 1e-3 && faint < 2e-3 && heard > 0.08,
            "{after}: muted {muted}, turned down {faint}, else {heard}"
        );
    }
    let alone = first_level(&narrow, None, true);
    assert!(alone < 1e-3, "in a room nobody hears what it says itself: {alone}");
}

/// Twin: a cut of a few samples is seen by the measure.
#[test]
fn the_measure_sees_a_click() {
    let clean: Vec<f32> = (0..16_000).map(voice(SampleRate::Hz16000, 125.0)).collect();
    let mut cut = clean.clone();
    cut.drain(8_000..8_037);
    let (natural, _) = roughness(&clean, 160);
    assert!(roughness(&cut, 160).0 > 1.25 * natural);
    let mut hole = clean.clone();
    hole[8_000..8_160].fill(0.0);
    assert!(roughness(&hole, 160).1 == 0.0 && deepest_dip(&hole, 160) > DIP && deepest_dip(&clean, 160) < DIP);
}
