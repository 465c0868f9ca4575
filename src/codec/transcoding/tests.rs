//! Pure: any codec to any other, through rates and packet times.

use super::*;
use crate::codec::CodecManager;
use crate::codec::format::CodecName;
use crate::types::{Ptime, SampleRate};

/// A codec as it is built, and the ratio of a tone to what is not it that one pass leaves, dB.
#[derive(Debug, Clone)]
struct Side {
    name: CodecName,
    clock: u32,
    rate: SampleRate,
    channels: u8,
    sinad: f32,
}

fn sides() -> Vec<Side> {
    let side = |name, clock, rate, channels, sinad| Side { name, clock, rate, channels, sinad };
    let mut all = vec![
        side(CodecName::Pcmu, 8_000, SampleRate::Hz8000, 1, 34.0),
        side(CodecName::Pcma, 8_000, SampleRate::Hz8000, 1, 34.0),
        side(CodecName::G722, 8_000, SampleRate::Hz16000, 1, 30.0),
        side(CodecName::L16, 8_000, SampleRate::Hz8000, 1, 80.0),
        side(CodecName::L16, 16_000, SampleRate::Hz16000, 2, 80.0),
        side(CodecName::L16, 48_000, SampleRate::Hz48000, 1, 80.0),
    ];
    if cfg!(feature = "opus") {
        all.push(side(CodecName::Opus, 48_000, SampleRate::Hz8000, 1, 20.0));
        all.push(side(CodecName::Opus, 48_000, SampleRate::Hz16000, 1, 20.0));
        all.push(side(CodecName::Opus, 48_000, SampleRate::Hz48000, 2, 20.0));
    }
    all
}

fn manager() -> CodecManager {
    CodecManager::default()
}

fn params(side: &Side, ptime: u32) -> AudioCodecParams {
    AudioCodecParams::mono(side.rate).with_channels(side.channels).with_ptime(Ptime::from_ms(ptime).unwrap())
}

fn transcoder(from: &Side, from_ms: u32, to: &Side, to_ms: u32) -> Transcoder {
    let built = manager()
        .create_transcoder((&from.name, from.clock, &params(from, from_ms)), (&to.name, to.clock, &params(to, to_ms)));
    built.unwrap()
}

/// A second of a tone of 1 kHz, encoded in packets.
fn tone(side: &Side, ptime: u32, ms: u32) -> Vec<Vec<u8>> {
    let mut encoder = manager().registry().encoder(&side.name, side.clock, &params(side, ptime)).unwrap();
    let frame = side.rate.block_samples() * ptime as usize / 10;
    let step = std::f32::consts::TAU * 1_000.0 / side.rate.hz() as f32;
    let mut out = vec![0; 12_000];
    (0..ms / ptime)
        .map(|n| {
            let plane: Vec<f32> = (0..frame).map(|i| 0.4 * ((n as usize * frame + i) as f32 * step).sin()).collect();
            let octets = encoder.encode_into(&plane.repeat(usize::from(side.channels)), &mut out).unwrap();
            out[..octets].to_vec()
        })
        .collect()
}

/// Ratio of the 1 kHz tone in `pcm`, whatever its phase, to all else; and its amplitude.
fn sinad(pcm: &[f32], rate: SampleRate) -> (f32, f64) {
    let step = std::f64::consts::TAU * 1_000.0 / f64::from(rate.hz());
    let n = pcm.len() / (rate.hz() as usize / 1_000) * (rate.hz() as usize / 1_000);
    let (mut s, mut c, mut total) = (0.0, 0.0, 0.0);
    for (i, &x) in pcm[..n].iter().enumerate() {
        let (x, phase) = (f64::from(x), i as f64 * step);
        s += x * phase.sin();
        c += x * phase.cos();
        total += x * x;
    }
    let power = (s * s + c * c) * 2.0 / n as f64;
    (10.0 * (power / (total - power).max(1e-12)).log10() as f32, (2.0 * power / n as f64).sqrt())
}

/// Runs packets through; the outgoing ones.
fn run(transcoder: &mut Transcoder, packets: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for packet in packets {
        transcoder.push(packet).unwrap();
        all.extend(pull(transcoder));
    }
    all
}

fn pull(transcoder: &mut Transcoder) -> Vec<Vec<u8>> {
    let mut out = vec![0; 12_000];
    std::iter::from_fn(|| transcoder.pull(&mut out).unwrap().map(|octets| out[..octets].to_vec())).collect()
}

fn decode(side: &Side, packets: &[Vec<u8>]) -> Vec<f32> {
    let mut decoder = manager().registry().decoder(&side.name, side.clock, &params(side, 20)).unwrap();
    let mut pcm = vec![0.0; 12_000];
    let mut first_channel = Vec::new();
    for packet in packets {
        let samples = decoder.decode_into(packet, &mut pcm).unwrap();
        first_channel.extend_from_slice(&pcm[..samples]);
    }
    first_channel
}

#[test]
fn any_codec_to_any_codec_at_any_packet_time() {
    for from in sides() {
        for to in sides() {
            for (from_ms, to_ms) in [(20, 20), (10, 60), (60, 10), (30, 40)] {
                let mut t = transcoder(&from, from_ms, &to, to_ms);
                let out = run(&mut t, &tone(&from, from_ms, 600));
                assert_eq!(
                    out.len() as u32,
                    600 / to_ms,
                    "each packet time gives one packet: {from:?} {from_ms} {to:?} {to_ms}"
                );
                let heard = decode(&to, &out);
                assert_eq!(heard.len(), t.packet_samples() * out.len(), "time goes by samples");
                let steady = &heard[heard.len() / 3..];
                let (ratio, amplitude) = sinad(steady, to.rate);
                let wanted = from.sinad.min(to.sinad) - if from.sinad.min(to.sinad) < 80.0 { 3.0 } else { 0.0 };
                assert!(ratio > wanted, "{ratio:.1} dB of {wanted}: {from:?} {from_ms} ms to {to:?} {to_ms} ms");
                assert!((amplitude - 0.4).abs() < 0.05, "{amplitude}");
                assert_eq!(t.counters().overrun, 0);
            }
        }
    }
}

#[test]
fn a_lost_packet_costs_no_time() {
    let (pcmu, l16) = (&sides()[0], &sides()[4]);
    let packets = tone(pcmu, 20, 1_000);
    let mut t = transcoder(pcmu, 20, l16, 20);
    let (mut out, mut all) = (vec![0; 4_000], Vec::new());
    for (n, packet) in packets.iter().enumerate() {
        match n {
            20 | 21 => t.lost(None),
            30 => assert_eq!(t.push(&[]), Err(CodecFault::BadPayload)),
            _ => t.push(packet).unwrap(),
        }
        while let Some(octets) = t.pull(&mut out).unwrap() {
            all.push(out[..octets].to_vec());
        }
    }
    assert_eq!(all.len(), 50);
    let heard = decode(l16, &all);
    // 1 kHz at 0.4 rises by at most 0.16 a sample at 16 kHz: no step is larger where it fades.
    let step = heard.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(step < 0.2, "{step}");
    assert!(heard[20 * 320 + 200..22 * 320].iter().all(|x| x.abs() < 0.01), "the gap is silent");
    assert!(sinad(&heard[35 * 320..], l16.rate).0 > 34.0);
    let counters = t.counters();
    assert_eq!((counters.decoded, counters.concealed, counters.malformed, counters.encoded), (47, 3, 1, 50));
}

#[cfg(feature = "opus")]
#[test]
fn a_lost_opus_packet_comes_back_from_its_successor() {
    use crate::codec::audio;
    use crate::codec::format::{CodecParameters, OpusParameters};
    let opus = &sides()[7];
    let wishes = OpusParameters { inband_fec: true, ..OpusParameters::default() };
    let with_fec = params(opus, 20).with_parameters(CodecParameters::Opus(wishes));
    let mut encoder = manager().registry().encoder(&opus.name, opus.clock, &with_fec).unwrap();
    if let Encoder::Opus(opus) = &mut encoder {
        opus.configure(audio::opus::OpusSettings {
            expected_loss_percent: 30,
            bitrate: audio::opus::OpusBitrate::Bits(24_000),
            ..opus.settings()
        });
    }
    let mut t = transcoder(opus, 20, &sides()[0], 20);
    let (mut noise, mut out) = (1u32, [0; 1_500]);
    let packets: Vec<Vec<u8>> = (0..60)
        .map(|n| {
            let pcm: [f32; 320] = std::array::from_fn(|i| {
                let at = (n * 320 + i) as f32;
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let voiced = (at * 0.06).sin() + 0.5 * (at * 0.12).sin() + 0.3 * (at * 0.3).sin();
                (0.15 + 0.1 * (at * 0.002).sin()) * voiced + 0.01 * (noise >> 8) as f32 / (1 << 24) as f32
            });
            let octets = encoder.encode_into(&pcm, &mut out).unwrap();
            out[..octets].to_vec()
        })
        .collect();
    for (n, packet) in packets.iter().enumerate() {
        if n % 10 == 9 { t.lost(packets.get(n + 1).map(|p| &p[..])) } else { t.push(packet).unwrap() }
    }
    let counters = t.counters();
    assert!(counters.recovered >= 3 && counters.recovered + counters.concealed == 6, "{counters:?}");
}

#[test]
fn what_nobody_pulls_is_dropped_and_counted() {
    let (from, to) = (&sides()[0], &sides()[2]);
    let mut t = transcoder(from, 20, to, 20);
    for packet in tone(from, 20, 1_000) {
        t.push(&packet).unwrap();
    }
    let mut out = [0; 160];
    let mut pulled = 0;
    while t.pull(&mut out).unwrap().is_some() {
        pulled += 1;
    }
    assert_eq!(pulled, 12, "240 ms wait at most");
    assert_eq!(t.counters().overrun, 16 * (1_000 - 240));
    t.reset();
    assert_eq!(t.pull(&mut out), Ok(None));
    assert!(t.delay().as_millis() >= 2, "the resampler's");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let mono = AudioCodecParams::mono(SampleRate::Hz8000);
    let gsm = CodecName::parse("GSM");
    let missing = manager().create_transcoder((&gsm, 8_000, &mono), (&CodecName::Pcmu, 8_000, &mono));
    assert!(matches!(missing, Err(CodecError::Unsupported { .. })));
    let three = mono.with_channels(3);
    let codec = manager().create_audio_codec(0, &mono).unwrap();
    assert!(matches!(Transcoder::new((codec.decoder, three), (codec.encoder, mono)), Err(CodecError::Channels { .. })));
}

/// A stream that is over comes out to its end, whatever waits for a whole packet.
#[test]
fn what_waits_at_the_end_comes_out_filled_up_with_silence() {
    for (from, to, to_ms) in sides()
        .iter()
        .flat_map(|from| sides().into_iter().map(move |to| (from.clone(), to)))
        .flat_map(|(from, to)| [20, 60].map(|ms| (from.clone(), to.clone(), ms)))
    {
        let mut transcoder = transcoder(&from, 10, &to, to_ms);
        let packets = tone(&from, 10, 250);
        let mut heard = run(&mut transcoder, &packets);
        let before = heard.len();
        transcoder.finish();
        heard.extend(pull(&mut transcoder));
        let what = format!("{from:?} to {to:?} of {to_ms} ms");
        let samples = |ms: u32| (to.rate.hz() * ms / 1_000) as usize;
        let delay = (transcoder.delay().as_secs_f64() * f64::from(to.rate.hz())).ceil() as usize;
        assert!(
            heard.len() > before && heard.len() * samples(to_ms) >= samples(250) + delay,
            "{what}: {}",
            heard.len()
        );
        let pcm = decode(&to, &heard);
        let end = &pcm[samples(240)..samples(250)];
        let power = end.iter().map(|x| x * x).sum::<f32>() / end.len() as f32;
        assert!(power > 0.03, "{what}: the end has {power} of 0.08");
        transcoder.finish();
        assert!(pull(&mut transcoder).len() <= 1, "{what}: nothing waits any more but what delays");
    }
}
