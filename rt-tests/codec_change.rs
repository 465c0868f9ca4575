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
use media_core::types::{Ptime, SampleRate};
use support::endpoint::{Endpoint, codec};
use support::phone::done;
use trap::Counts;

/// A voice at 125 Hz with falling partials and a level that moves like that of syllables.
fn voice(rate: SampleRate) -> impl Fn(usize) -> f32 {
    move |n| {
        let t = n as f64 / f64::from(rate.hz());
        let partials = (1..=20)
            .map(|k| (std::f64::consts::TAU * 125.0 * f64::from(k) * t + f64::from(k * k)).sin() / f64::from(k));
        (0.12 * (1.0 + 0.5 * (std::f64::consts::TAU * 3.0 * t).sin()) * partials.sum::<f64>()) as f32
    }
}

/// The greatest second difference in any of the blocks, and the quietest block of 10 ms.
fn roughness(pcm: &[f32], block: usize) -> (f32, f32) {
    let second = |w: &[f32]| (w[0] - 2.0 * w[1] + w[2]).abs();
    let rough = pcm.windows(3).map(second).fold(0.0, f32::max);
    let power = |b: &[f32]| (b.iter().map(|x| x * x).sum::<f32>() / b.len() as f32).sqrt();
    (rough, pcm.chunks_exact(block).map(power).fold(f32::INFINITY, f32::min))
}

/// What a partner at L16/16000 heard, and what came back to the one that changes from `before` to `after` (or not) after a
/// second and `late` ticks.
struct Outcome {
    heard: Vec<f32>,
    back: Vec<(RtpHeader, Vec<u8>)>,
}

fn run(before: &AudioFormat, after: Option<&AudioFormat>, ptime: Ptime, late: usize) -> Outcome {
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
        let say = voice(one.format.sample_rate());
        one.speak(&mut engine.network, now, say);
        two.speak(&mut engine.network, now, voice(SampleRate::Hz16000));
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

#[test]
fn a_codec_changes_with_hardly_a_click() {
    trap::set_scope(media_core::rt::on_media_thread);
    let formats = formats();
    for before in &formats {
        for after in formats.iter().filter(|after| *after != before) {
            for late in [0, 1, 5] {
                let case = format!("{before} to {after}, {late} ticks later");
                let changed = run(before, Some(after), Ptime::MS20, late).heard;
                if let Ok(folder) = std::env::var("DUMP") {
                    let name = format!("{folder}/{}-{}-{late}.f32", before.encoding(), after.encoding());
                    std::fs::write(name, changed.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
                }
                // The voice itself through either codec; from half a second on, when all has settled.
                let natural = [before, after].map(|f| roughness(&run(f, None, Ptime::MS20, 0).heard[8_000..], 160));
                let limit = natural[0].0.max(natural[1].0);
                let (rough, quiet) = roughness(&changed[8_000..], 160);
                let ratio = rough / limit;
                println!("{case}: {ratio:.2} of natural, quietest {quiet:.4} ({:.4})", natural[0].1.min(natural[1].1));
                // To and from Opus an encoder begins in the middle of a voice, and the resamplers' delay differs by up to 6 ms.
                let opus = [before, after].iter().any(|f| f.encoding() == "opus");
                assert!(ratio < if opus { 6.0 } else { 1.7 }, "{case}: {ratio} of natural");
                let least = if opus { 0.0 } else { 0.9 * natural[0].1.min(natural[1].1) };
                assert!(quiet >= least, "{case}: a hole of {quiet}");
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
                let back = run(before, Some(after), Ptime::from_ms(ms).unwrap(), late).back;
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

/// Twin: a cut of a few samples is seen by the measure.
#[test]
fn the_measure_sees_a_click() {
    let clean: Vec<f32> = (0..16_000).map(voice(SampleRate::Hz16000)).collect();
    let mut cut = clean.clone();
    cut.drain(8_000..8_037);
    let (natural, _) = roughness(&clean, 160);
    assert!(roughness(&cut, 160).0 > 1.25 * natural);
    let mut hole = clean.clone();
    hole[8_000..8_200].fill(0.0);
    assert!(roughness(&hole, 160).1 == 0.0);
}
