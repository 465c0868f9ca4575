//! Pure: Opus: rates, packet times, settings that change while it runs, FEC, DTX, bad packets.

use super::*;
use crate::codec::format::OpusParameters;
use crate::codec::{AudioDecoder, AudioEncoder, CodecError, CodecFault};
use crate::types::{Ptime, SampleRate};

const RATES: [SampleRate; 4] = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz24000, SampleRate::Hz48000];
const PTIMES: [u32; 5] = [10, 20, 30, 40, 60];

fn ms(ms: u32) -> Ptime {
    Ptime::from_ms(ms).unwrap()
}

fn encoder(rate: SampleRate, channels: u8, ptime: u32, settings: OpusSettings) -> OpusEncoder {
    OpusEncoder::new(rate, channels, ms(ptime), settings).unwrap()
}

struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// Something like voice: harmonics of a gliding pitch under a syllable envelope, with breath noise.
fn voice(rate: SampleRate, seconds: f32) -> Vec<f32> {
    let (hz, mut noise, mut phase) = (rate.hz() as f32, Noise(7), 0.0f32);
    (0..(seconds * hz) as usize)
        .map(|i| {
            let t = i as f32 / hz;
            phase += (120.0 + 30.0 * (t * 2.1).sin()) / hz;
            let envelope = (0.5 + 0.5 * (t * 4.0 * std::f32::consts::TAU).sin()).powi(2);
            let tone: f32 = (1..12).map(|k| (phase * k as f32 * std::f32::consts::TAU).sin() / k as f32).sum();
            envelope * (0.15 * tone + 0.01 * noise.next())
        })
        .collect()
}

fn tone(rate: SampleRate, hz: f32, seconds: f32) -> Vec<f32> {
    let step = hz / rate.hz() as f32 * std::f32::consts::TAU;
    (0..(seconds * rate.hz() as f32) as usize).map(|i| 0.4 * (i as f32 * step).sin()).collect()
}

/// The level of the first 5 ms, and the greatest second difference, of a voice's encoding that begins in its midst.
fn begins(rate: SampleRate, ptime: u32, past: usize) -> (f32, f32) {
    let (sound, block) = (voice(rate, 2.0), rate.block_samples());
    let from = 110 * block;
    let mut encoder = encoder(rate, 1, ptime, OpusSettings::default());
    let (mut room, mut pcm, mut heard) = ([0; 1_500], vec![0.0; 6 * 480], Vec::new());
    if past > 0 {
        encoder.pre_roll(&sound[from - past * block..from], &mut room);
    }
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    for packet in sound[from..from + 12 * block].chunks_exact(encoder.frame_samples()) {
        let octets = encoder.encode_into(packet, &mut room).unwrap();
        let n = decoder.decode_into(&room[..octets], &mut pcm).unwrap();
        heard.extend_from_slice(&pcm[..n]);
    }
    let rough = heard.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
    ((energy(&heard[..block / 2]) / (block / 2) as f32).sqrt(), rough)
}

#[test]
fn an_encoder_can_begin_in_the_midst_of_a_voice() {
    for rate in RATES {
        for ptime in PTIMES {
            let (silent, edge) = begins(rate, ptime, 0);
            for past in [1, 2] {
                let (level, rough) = begins(rate, ptime, past);
                assert!(level > 0.02 && level > 5.0 * silent, "{rate} {ptime} {past}: {level}, without: {silent}");
                assert!(rough < 1.2 * edge, "{rate} {ptime} {past}: {rough}, without: {edge}");
            }
        }
    }
    // What it cannot begin with changes nothing.
    let mut odd = encoder(SampleRate::Hz16000, 1, 20, OpusSettings::default());
    for samples in [0, 100, 16_000] {
        odd.pre_roll(&vec![0.1; samples], &mut [0; 1_500]);
    }
    assert_eq!(odd.frame_samples(), 320);
}

/// Encodes packet by packet; channel after channel within each.
fn encode(encoder: &mut OpusEncoder, channels: &[Vec<f32>]) -> Vec<Vec<u8>> {
    let (frame, mut out) = (encoder.frame_samples(), [0; 4_000]);
    (0..channels[0].len() / frame)
        .map(|n| {
            let planar: Vec<f32> = channels.iter().flat_map(|c| &c[n * frame..(n + 1) * frame]).copied().collect();
            let octets = encoder.encode_into(&planar, &mut out).unwrap();
            out[..octets].to_vec()
        })
        .collect()
}

fn energy(x: &[f32]) -> f32 {
    x.iter().map(|v| v * v).sum()
}

/// Power ratio of `reference` to what is not it in `heard`, dB.
fn snr(reference: &[f32], heard: &[f32]) -> f32 {
    let error: f32 = reference.iter().zip(heard).map(|(a, b)| (a - b) * (a - b)).sum();
    10.0 * (energy(reference) / error.max(1e-12)).log10()
}

#[test]
fn a_tone_survives_at_each_rate_ptime_and_number_of_channels() {
    for rate in RATES {
        for ptime in PTIMES {
            for channels in [1u8, 2] {
                let settings = OpusSettings {
                    bitrate: OpusBitrate::Bits(96_000),
                    application: OpusApplication::Audio,
                    ..OpusSettings::default()
                };
                let mut encoder = encoder(rate, channels, ptime, settings);
                let mut decoder = OpusDecoder::new(rate, channels).unwrap();
                let left = tone(rate, 440.0, 1.2);
                let right: Vec<f32> = tone(rate, 700.0, 1.2).iter().map(|x| 0.5 * x).collect();
                let input: Vec<_> = [left, right].into_iter().take(usize::from(channels)).collect();
                let mut heard = vec![Vec::new(); usize::from(channels)];
                let (frame, mut pcm) = (encoder.frame_samples(), vec![0.0; 2 * 5_760]);
                for n in 0..input[0].len() / frame {
                    let part: Vec<_> = input.iter().map(|c| c[n * frame..(n + 1) * frame].to_vec()).collect();
                    let payload = encode(&mut encoder, &part).remove(0);
                    assert_eq!(decoder.payload_samples(&payload), Ok(frame));
                    assert!(ptime != 30 || OpusPacket::parse(&payload).unwrap().frames() == 3);
                    assert_eq!(decoder.decode_into(&payload, &mut pcm), Ok(frame));
                    assert_eq!(encoder.final_range(), decoder.final_range(), "both sides agree to the bit");
                    heard.iter_mut().zip(pcm.chunks_exact(frame)).for_each(|(h, c)| h.extend_from_slice(c));
                }
                let delay = encoder.lookahead();
                assert!((delay as f32 / rate.hz() as f32 - 0.0065).abs() < 0.0006, "{delay}");
                for (wanted, heard) in input.iter().zip(&heard) {
                    // The codec's start is left out; what is left lines up by its stated delay.
                    let (from, to) = (rate.hz() as usize / 2, rate.hz() as usize);
                    let ratio = snr(&wanted[from - delay..to - delay], &heard[from..to]);
                    assert!(ratio > 20.0, "{ratio:.1} dB at {rate}, {ptime} ms, {channels} channels");
                    let off_by_one_ms = snr(&wanted[from..to], &heard[from..to]);
                    assert!(off_by_one_ms < 10.0, "twin: without the delay it must not fit, {off_by_one_ms}");
                }
            }
        }
    }
}

#[test]
fn what_opus_cannot_do_is_refused_with_a_remedy() {
    let settings = OpusSettings::default();
    let refused = |rate, channels, ptime| OpusEncoder::new(rate, channels, ptime, settings).unwrap_err();
    assert!(matches!(refused(SampleRate::Hz32000, 1, ms(20)), CodecError::SampleRate { .. }));
    assert!(matches!(refused(SampleRate::Hz48000, 3, ms(20)), CodecError::Channels { channels: 3, .. }));
    assert_eq!(
        refused(SampleRate::Hz48000, 1, ms(50)).to_string(),
        "opus has no packets of 50 ms: use one of 10, 20, 30, 40, 60 ms"
    );
    assert!(OpusDecoder::new(SampleRate::Hz32000, 1).is_err() && OpusDecoder::new(SampleRate::Hz8000, 0).is_err());
    let mut encoder = encoder(SampleRate::Hz16000, 1, 20, settings);
    let mut out = [0; 1_500];
    assert_eq!(encoder.encode_into(&[0.0; 319], &mut out), Err(CodecFault::BadFrame));
    assert_eq!(encoder.encode_into(&[0.0; 640], &mut out), Err(CodecFault::BadFrame));
    assert_eq!(encoder.encode_into(&[0.0; 320], &mut out[..4]), Err(CodecFault::ShortOutput));
    assert_eq!(encoder.set_ptime(ms(50)), Err(CodecFault::Unsupported));
}

/// Each setting shows in what is sent, while the stream goes on and the decoder follows to the bit.
#[test]
fn settings_change_while_running() {
    let rate = SampleRate::Hz48000;
    let mut encoder = encoder(rate, 1, 20, OpusSettings::default());
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    let signal = voice(rate, 1.0);
    let mut run = |settings: OpusSettings, ptime: u32| {
        encoder.configure(settings);
        encoder.set_ptime(ms(ptime)).unwrap();
        assert_eq!(encoder.settings(), settings);
        let (mut out, mut pcm, mut packets) = ([0; 4_000], [0.0; 5_760], Vec::new());
        for frame in signal.chunks_exact(encoder.frame_samples()) {
            let octets = encoder.encode_into(frame, &mut out).unwrap();
            decoder.decode_into(&out[..octets], &mut pcm).unwrap();
            assert_eq!(encoder.final_range(), decoder.final_range());
            packets.push(out[..octets].to_vec());
        }
        packets
    };
    let bits = |packets: &[Vec<u8>]| packets.iter().map(Vec::len).sum::<usize>() * 8;
    let base = OpusSettings::default();
    let normal = bits(&run(base, 20));
    for rate in [8_000, 16_000, 64_000, 128_000] {
        let sent = bits(&run(OpusSettings { bitrate: OpusBitrate::Bits(rate), ..base }, 20));
        assert!((sent as f32 / rate as f32 - 1.0).abs() < 0.35, "{sent} bits in a second at {rate}");
    }
    assert!(bits(&run(OpusSettings { bitrate: OpusBitrate::Max, ..base }, 20)) > 5 * normal);
    let constant = run(OpusSettings { constant_bitrate: true, ..base }, 20);
    assert!(constant.iter().all(|p| p.len() == 80), "32 kbit/s in 20 ms");
    let fec = OpusSettings { inband_fec: true, expected_loss_percent: 20, bitrate: OpusBitrate::Bits(24_000), ..base };
    let with_fec = run(fec, 20).iter().filter(|p| OpusPacket::parse(p).unwrap().has_fec()).count();
    let without = run(base, 20).iter().skip(1).filter(|p| OpusPacket::parse(p).unwrap().has_fec()).count();
    assert!(with_fec > 20 && without == 0, "{with_fec} {without}");
    // The speech model narrows its band over five seconds, or when the talker pauses.
    let narrow = OpusSettings { max_bandwidth: OpusBandwidth::Narrowband, bitrate: OpusBitrate::Bits(64_000), ..base };
    let last = (0..6).map(|_| run(narrow, 20)).last().unwrap().pop().unwrap();
    assert_eq!(OpusPacket::parse(&last).unwrap().bandwidth(), OpusBandwidth::Narrowband);
    let low_delay = run(OpusSettings { application: OpusApplication::RestrictedLowdelay, ..base }, 10);
    assert!(low_delay.iter().all(|p| OpusPacket::parse(p).unwrap().is_celt()));
    for complexity in 0..=11 {
        run(OpusSettings { complexity, ..base }, PTIMES[usize::from(complexity) % 5]);
    }
}

#[test]
fn the_low_delay_application_has_less_delay() {
    let mut encoder = encoder(SampleRate::Hz48000, 1, 10, OpusSettings::default());
    let usual = encoder.lookahead();
    encoder.configure(OpusSettings { application: OpusApplication::RestrictedLowdelay, ..OpusSettings::default() });
    assert_eq!((usual, encoder.lookahead()), (312, 120));
}

/// Frames of one packet must have one mode; the encoder is driven through every change of mode that it knows.
#[test]
fn thirty_ms_are_three_frames_whatever_the_encoder_decides() {
    let mut seed = Noise(3);
    for rate in RATES {
        for channels in [1u8, 2] {
            let mut encoder = encoder(rate, channels, 30, OpusSettings::default());
            let mut decoder = OpusDecoder::new(rate, channels).unwrap();
            let frame = encoder.frame_samples();
            let (speech, mut out, mut pcm) = (voice(rate, 0.5), [0; 1_500], vec![0.0; 2 * 5_760]);
            let mut modes = std::collections::BTreeSet::new();
            for n in 0..150 {
                if n % 5 == 0 {
                    let pick = |seed: &mut Noise, n: u32| ((seed.next() + 1.0) * 0.5 * n as f32) as u32;
                    encoder.configure(OpusSettings {
                        bitrate: OpusBitrate::Bits(6_000 + pick(&mut seed, 10) * pick(&mut seed, 10) * 1_200),
                        inband_fec: pick(&mut seed, 2) == 1,
                        expected_loss_percent: 15,
                        dtx: n % 15 == 0,
                        constant_bitrate: pick(&mut seed, 2) == 1,
                        application: [OpusApplication::Voip, OpusApplication::Audio][pick(&mut seed, 2) as usize],
                        complexity: pick(&mut seed, 11) as u8,
                        ..OpusSettings::default()
                    });
                }
                let mut planar = vec![0.0; frame * usize::from(channels)];
                let at = n * 101 % (speech.len() - frame);
                for (i, x) in planar.iter_mut().enumerate() {
                    *x = match n / 10 % 3 {
                        0 => speech[at + i % frame],
                        1 => 0.3 * seed.next(),
                        _ => 0.0,
                    };
                }
                let octets = encoder.encode_into(&planar, &mut out).unwrap();
                if octets == 0 {
                    assert!(encoder.settings().dtx);
                    continue;
                }
                let packet = OpusPacket::parse(&out[..octets]).unwrap();
                modes.insert((packet.mode(), packet.channels()));
                assert_eq!((packet.frames(), packet.samples(rate.hz())), (3, frame));
                assert_eq!(decoder.decode_into(&out[..octets], &mut pcm), Ok(frame));
            }
            assert!(modes.len() >= 2, "the test must meet several modes: {modes:?} at {rate}");
        }
    }
}

#[test]
fn silence_is_not_sent_with_dtx() {
    for ptime in [20, 30, 60] {
        let settings = OpusSettings { dtx: true, bitrate: OpusBitrate::Bits(16_000), ..OpusSettings::default() };
        let mut encoder = encoder(SampleRate::Hz16000, 1, ptime, settings);
        let mut pcm = voice(SampleRate::Hz16000, 1.0);
        pcm.extend(std::iter::repeat_n(0.0, 16_000 * 3));
        let packets = encode(&mut encoder, &[pcm]);
        let (talk, quiet) = packets.split_at(1_000 / ptime as usize);
        let sent = |p: &[Vec<u8>]| p.iter().filter(|p| !p.is_empty()).count();
        assert!(
            sent(talk) > talk.len() / 2 && sent(quiet) < quiet.len() / 2,
            "{ptime}: {} {}",
            sent(talk),
            sent(quiet)
        );
        assert!(sent(quiet) > 0, "now and then a packet keeps the stream alive");
    }
}

#[test]
fn copied_state_goes_on_where_the_other_is() {
    for channels in [1u8, 2] {
        let rate = SampleRate::Hz48000;
        let settings = OpusSettings { inband_fec: true, expected_loss_percent: 10, ..OpusSettings::default() };
        let (mut a, mut b, mut fresh) = (
            encoder(rate, channels, 20, settings),
            encoder(rate, channels, 40, OpusSettings::default()),
            encoder(rate, channels, 20, settings),
        );
        let signal = vec![voice(rate, 1.0); usize::from(channels)];
        encode(&mut a, &signal);
        b.copy_state_from(&a).unwrap();
        let (from_a, from_b) = (encode(&mut a, &signal), encode(&mut b, &signal));
        assert_eq!(from_a, from_b);
        assert_ne!(from_a, encode(&mut fresh, &signal), "twin: the past does matter");
        assert_eq!(a.copy_state_from(&encoder(rate, 3 - channels, 20, settings)), Err(CodecFault::Unsupported));
        assert_eq!(
            a.copy_state_from(&encoder(SampleRate::Hz8000, channels, 20, settings)),
            Err(CodecFault::Unsupported)
        );

        let (mut d, mut e, mut pcm, mut pcm2) = (
            OpusDecoder::new(rate, channels).unwrap(),
            OpusDecoder::new(rate, channels).unwrap(),
            vec![0.0; 1_920],
            vec![0.0; 1_920],
        );
        from_a[..20].iter().for_each(|p| assert!(d.decode_into(p, &mut pcm).is_ok()));
        e.copy_state_from(&d).unwrap();
        for p in &from_a[20..] {
            d.decode_into(p, &mut pcm).unwrap();
            e.decode_into(p, &mut pcm2).unwrap();
            assert_eq!(pcm, pcm2);
        }
    }
}

/// One that saved effort is gone on from by one that was told to make all of it, and the other way round.
#[test]
fn who_goes_on_where_another_was_makes_the_effort_that_it_was_told_to() {
    let (rate, settings) = (SampleRate::Hz16000, OpusSettings::session());
    let signal = [voice(rate, 0.6)];
    for saves in [false, true] {
        let [mut before, mut goes_on, mut expected] = [(); 3].map(|()| encoder(rate, 1, 20, settings));
        before.set_low_complexity(!saves);
        goes_on.set_low_complexity(saves);
        encode(&mut before, &signal);
        assert!(goes_on.continue_from(&before));
        expected.copy_state_from(&before).unwrap();
        expected.set_low_complexity(saves);
        assert!(encode(&mut goes_on, &signal) == encode(&mut expected, &signal), "told to save effort: {saves}");
    }
}

#[test]
fn reset_is_as_new() {
    let rate = SampleRate::Hz16000;
    let settings = OpusSettings { application: OpusApplication::Audio, ..OpusSettings::default() };
    let (signal, mut used, mut new) =
        ([voice(rate, 0.6)], encoder(rate, 1, 20, settings), encoder(rate, 1, 20, settings));
    let first = encode(&mut used, &signal);
    used.reset();
    assert_eq!(encode(&mut used, &signal), first);
    used.configure(OpusSettings { application: OpusApplication::Voip, ..settings });
    used.configure(settings);
    assert_eq!(encode(&mut used, &signal), encode(&mut new, &signal), "a change of application restarts");
    let decode = |decoder: &mut OpusDecoder| -> Vec<f32> {
        let mut pcm = [0.0; 320];
        first
            .iter()
            .flat_map(|p| {
                decoder.decode_into(p, &mut pcm).unwrap();
                pcm
            })
            .collect()
    };
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    let once = decode(&mut decoder);
    assert_ne!(decode(&mut decoder)[..320], once[..320], "twin: without a reset it is another");
    decoder.reset();
    assert_eq!(decode(&mut decoder), once);
}

#[test]
fn a_lost_packet_comes_back_from_the_next_one() {
    for (rate, ptime, channels) in [
        (SampleRate::Hz16000, 20, 1u8),
        (SampleRate::Hz48000, 20, 2),
        (SampleRate::Hz16000, 60, 1),
        (SampleRate::Hz8000, 10, 1),
    ] {
        let settings = OpusSettings {
            inband_fec: true,
            expected_loss_percent: 30,
            bitrate: OpusBitrate::Bits(40_000),
            max_bandwidth: OpusBandwidth::Wideband,
            ..OpusSettings::default()
        };
        let mut encoder = encoder(rate, channels, ptime, settings);
        let frame = encoder.frame_samples();
        let packets = encode(&mut encoder, &vec![voice(rate, 3.0); usize::from(channels)]);
        let new = || OpusDecoder::new(rate, channels).unwrap();
        let (mut whole, mut fec, mut plc) = (new(), new(), new());
        let buffer = || vec![0.0; frame * usize::from(channels)];
        let (mut w, mut f, mut p) = (buffer(), buffer(), buffer());
        let (mut fec_error, mut plc_error, mut used) = (0.0, 0.0, 0);
        for (n, pair) in packets.windows(2).enumerate() {
            whole.decode_into(&pair[0], &mut w).unwrap();
            if n % 7 == 5 && OpusPacket::parse(&pair[1]).unwrap().has_fec() && energy(&w) > 0.05 {
                assert_eq!(fec.fec_into(&pair[1], &mut f), Ok(frame));
                assert_eq!(plc.conceal_into(&mut p), Ok(frame));
                let error = |x: &[f32]| x.iter().zip(&w).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / energy(&w);
                fec_error += error(&f);
                plc_error += error(&p);
                used += 1;
            } else {
                fec.decode_into(&pair[0], &mut f).unwrap();
                plc.decode_into(&pair[0], &mut p).unwrap();
            }
        }
        assert!(used >= 4, "{used} at {rate} {ptime} ms");
        assert!(
            fec_error < 0.6 * plc_error,
            "FEC {fec_error} against concealment {plc_error} over {used} losses, {rate} {ptime} ms"
        );
    }
}

/// Of how many packets of a voice the one before comes with them.
fn share_with_fec(rate: SampleRate, ptime: u32, settings: OpusSettings) -> f32 {
    let packets = encode(&mut encoder(rate, 1, ptime, settings), &[voice(rate, 2.0)]);
    let with = packets.iter().filter(|p| OpusPacket::parse(p).unwrap().has_fec()).count();
    with as f32 / packets.len() as f32
}

#[test]
fn fec_is_sent_wherever_it_is_asked_for_and_loss_is_expected() {
    for bits in [16_000, 20_000, 24_000, 32_000, 64_000, 128_000] {
        for loss in [1, 10] {
            for application in [OpusApplication::Voip, OpusApplication::Audio] {
                for (rate, ptime) in RATES.into_iter().flat_map(|rate| PTIMES.map(|ptime| (rate, ptime))) {
                    let settings = OpusSettings {
                        inband_fec: true,
                        expected_loss_percent: loss,
                        bitrate: OpusBitrate::Bits(bits),
                        application,
                        ..OpusSettings::default()
                    };
                    let share = share_with_fec(rate, ptime, settings);
                    let case = format!("{bits} bit/s, {loss} %, {application:?}, {rate}, {ptime} ms: {share}");
                    // The voice sounds half of the time.
                    let enough = bits >= 24_000 || (bits == 20_000 && ![10, 30].contains(&ptime));
                    assert!(if enough { share > 0.3 } else { bits > 16_000 || share == 0.0 }, "{case}");
                }
            }
        }
    }
}

#[test]
fn where_there_is_no_fec_it_is_said() {
    let rate = SampleRate::Hz48000;
    let mut encoder = encoder(
        rate,
        1,
        20,
        OpusSettings { application: OpusApplication::RestrictedLowdelay, ..OpusSettings::default() },
    );
    let packets = encode(&mut encoder, &[voice(rate, 0.2)]);
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    let mut pcm = [0.0; 960];
    assert_eq!(decoder.fec_into(&packets[3], &mut pcm), Err(CodecFault::Unsupported));
    assert_eq!(decoder.fec_into(&[], &mut pcm), Err(CodecFault::BadPayload));
    for bad in [0, 1, 119, 121] {
        assert_eq!(decoder.conceal_into(&mut pcm[..bad]), Err(CodecFault::BadFrame), "{bad} samples are not 2.5 ms");
    }
    assert_eq!(decoder.decode_into(&packets[0], &mut pcm[..959]), Err(CodecFault::ShortOutput));
    assert_eq!(decoder.decode_into(&[], &mut pcm), Err(CodecFault::BadPayload));
    assert_eq!(decoder.decode_into(&[0xff, 0x00], &mut pcm), Err(CodecFault::BadPayload), "no frame");
    assert_eq!(decoder.decode_into(&packets[0], &mut pcm), Ok(960), "and is usable after all that");
}

#[test]
fn any_octets_and_any_samples_give_finite_audio_or_a_fault() {
    let mut noise = Noise(99);
    for (rate, channels) in [(SampleRate::Hz8000, 1u8), (SampleRate::Hz48000, 2)] {
        let mut decoder = OpusDecoder::new(rate, channels).unwrap();
        let mut pcm = vec![0.0; 2 * 5_760];
        let mut decoded = 0;
        for n in 0..4_000 {
            let length = (noise.next().abs() * 160.0) as usize;
            let payload: Vec<u8> = (0..length).map(|_| (noise.next() * 128.0) as i8 as u8).collect();
            pcm.fill(f32::NAN);
            let (outcome, promised) = match n % 4 {
                0 => (decoder.fec_into(&payload, &mut pcm[..rate.block_samples() * 2 * usize::from(channels)]), None),
                1 => (decoder.conceal_into(&mut pcm[..rate.block_samples() * usize::from(channels)]), None),
                _ => (decoder.decode_into(&payload, &mut pcm), decoder.payload_samples(&payload).ok()),
            };
            if let Ok(samples) = outcome {
                assert!(pcm[..samples * usize::from(channels)].iter().all(|x| x.is_finite()));
                assert!(promised.is_none_or(|p| p == samples), "as many samples as the packet's head says");
                decoded += 1;
            }
        }
        assert!(decoded > 1_000, "{decoded}");
        let mut encoder = encoder(rate, channels, 20, OpusSettings::default());
        let mut out = [0; 1_500];
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-42, 0.1] {
            let frame = vec![bad; encoder.frame_samples() * usize::from(channels)];
            let octets = encoder.encode_into(&frame, &mut out).unwrap();
            let samples = decoder.decode_into(&out[..octets], &mut pcm).unwrap();
            assert!(pcm[..samples * usize::from(channels)].iter().all(|x| x.is_finite()), "{bad}");
        }
    }
}

#[test]
fn negotiated_parameters_bound_the_settings() {
    let wishes = OpusParameters {
        max_playback_rate: 16_000,
        max_average_bitrate: Some(20_000),
        inband_fec: true,
        dtx: true,
        ..OpusParameters::default()
    };
    let settings = OpusSettings { bitrate: OpusBitrate::Max, ..OpusSettings::session() }.within(&wishes);
    assert_eq!((settings.bitrate, settings.max_bandwidth), (OpusBitrate::Bits(20_000), OpusBandwidth::Wideband));
    assert!(settings.inband_fec && settings.dtx && !settings.constant_bitrate);
    let unwilling = OpusSettings::default().within(&wishes);
    assert!(!unwilling.inband_fec && !unwilling.dtx, "both sides have to want them");
    let unasked = OpusSettings::session().within(&OpusParameters::default());
    assert!(!unasked.inband_fec && !unasked.dtx, "a receiver that cannot use them");
    let low = OpusSettings { bitrate: OpusBitrate::Bits(12_000), ..OpusSettings::default() };
    assert_eq!(low.within(&wishes).bitrate, OpusBitrate::Bits(12_000));
    assert_eq!(low.within(&OpusParameters::default()), low);
}

/// The official vectors: what `check_opus.sh` checks, on two of them.
#[test]
fn official_vectors_give_their_final_ranges() {
    let default = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
    let root = std::env::var_os("MEDIA_CORE_VECTORS").map_or_else(default, std::path::PathBuf::from);
    let mut packets = 0;
    for name in ["testvector02.bit", "testvector08.bit"] {
        let Ok(data) = std::fs::read(root.join("opus").join(name)) else {
            println!("skipped: no {name} in {}", root.display());
            return;
        };
        let mut decoder = OpusDecoder::new(SampleRate::Hz48000, 2).unwrap();
        let (mut rest, mut pcm) = (&data[..], vec![0.0; 2 * 5_760]);
        while let Some((head, tail)) = rest.split_at_checked(8) {
            let word = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap());
            let (payload, tail) = tail.split_at(word(0) as usize);
            let samples = decoder.payload_samples(payload).unwrap();
            assert_eq!(decoder.decode_into(payload, &mut pcm), Ok(samples));
            assert_eq!(decoder.final_range(), word(4), "{name}");
            (rest, packets) = (tail, packets + 1);
        }
    }
    println!("{packets} packets");
    assert!(libopus_version().starts_with("libopus"));
}

/// A packet that goes out short, because its source's own payloads pass on from the next block, is not the encoder's last one.
#[test]
fn behind_a_short_packet_whole_ones_follow() {
    let rate = SampleRate::Hz16000;
    let mut encoder = crate::codec::Encoder::Opus(Box::new(encoder(rate, 1, 20, OpusSettings::session())));
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    let (said, mut payload, mut heard) = (voice(rate, 1.0), [0; 1_275], [0.0; 960]);
    for packet in said.chunks_exact(480) {
        let short = encoder.encode_short(&packet[..160], 1, &mut payload).unwrap();
        assert_eq!(decoder.decode_into(&payload[..short], &mut heard), Ok(160));
        let whole = encoder.encode_into(&packet[160..], &mut payload).unwrap();
        assert_eq!(decoder.decode_into(&payload[..whole], &mut heard), Ok(320));
    }
    assert_eq!(encoder.encode_short(&said[..800], 5, &mut payload), Err(CodecFault::Unsupported), "Opus has no 50 ms");
    assert!(encoder.encode_into(&said[..320], &mut payload).is_ok());
}
