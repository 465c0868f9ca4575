//! Pure: Deep Redundancy: gaps are heard from the packet behind them, whatever the packets; wrecked ones do no harm.

use crate::codec::audio::opus::{OpusBandwidth, OpusBitrate, OpusDecoder, OpusEncoder, OpusSettings};
use crate::codec::{AudioDecoder, AudioEncoder, CodecFault};
use crate::types::{Ptime, SampleRate};

struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn unit(&mut self) -> f32 {
        self.next() as f32 / (1 << 24) as f32
    }
}

/// A voice whose level rises and falls by 20 dB three times a second: what concealment cannot guess.
fn voice(rate: SampleRate, seconds: f32) -> Vec<f32> {
    let (hz, mut noise, mut phase) = (rate.hz() as f32, Random(7), 0.0f32);
    let sound = |i: usize| {
        let t = i as f32 / hz;
        phase += (120.0 + 30.0 * (t * 2.1).sin()) / hz;
        let level = 10.0f32.powf(-0.5 + 0.5 * (t * 3.0 * std::f32::consts::TAU).sin());
        let tone: f32 = (1..12).map(|k| (phase * k as f32 * std::f32::consts::TAU).sin() / k as f32).sum();
        level * (0.2 * tone + 0.02 * (noise.unit() - 0.5))
    };
    (0..(seconds * hz) as usize).map(sound).collect()
}

fn settings() -> OpusSettings {
    OpusSettings::default().dred_ms(1_000).expected_loss_percent(20)
}

fn packets(rate: SampleRate, channels: u8, ptime: u32, settings: OpusSettings) -> (Vec<Vec<u8>>, usize) {
    let mut encoder = OpusEncoder::new(rate, channels, Ptime::from_ms(ptime).unwrap(), settings).unwrap();
    let (frame, mut out) = (encoder.frame_samples(), [0; 4_000]);
    let encode = |part: &[f32]| {
        let octets = encoder.encode_into(&part.repeat(usize::from(channels)), &mut out).unwrap();
        out[..octets].to_vec()
    };
    (voice(rate, 3.0).chunks_exact(frame).map(encode).collect(), frame)
}

fn decibels(block: &[f32]) -> f32 {
    10.0 * (block.iter().map(|x| x * x).sum::<f32>() / block.len() as f32 + 1e-7).log10()
}

/// By how many dB the level of blocks of 10 ms is off in gaps, on average: with what the packet behind them carries, and without.
fn off(rate: SampleRate, channels: u8, ptime: u32, gap_ms: usize) -> (f32, f32) {
    let (packets, frame) = packets(rate, channels, ptime, settings());
    let gap = (gap_ms / ptime as usize).max(1);
    let new = || OpusDecoder::new(rate, channels).unwrap();
    let (mut whole, mut deep, mut plain) = (new(), new(), new());
    let (block, n) = (rate.block_samples(), usize::from(channels));
    let [mut w, mut d, mut p] = [(); 3].map(|()| vec![0.0; frame * n]);
    let (mut errors, mut blocks, mut heard) = ((0.0, 0.0), 0.0, 0);
    let every = 500 / ptime as usize;
    for (at, packet) in packets.iter().enumerate() {
        whole.decode_into(packet, &mut w).unwrap();
        let into = at % every;
        let next = at + gap - into;
        if at < every || into >= gap || next >= packets.len() {
            deep.decode_into(packet, &mut d).unwrap();
            plain.decode_into(packet, &mut p).unwrap();
            continue;
        }
        let begins = (gap - into) * frame;
        if into == 0 {
            let reach = deep.read_redundancy(&packets[next], begins);
            assert!(reach >= begins, "{reach} of {begins}, {rate} {ptime} ms");
        }
        // Where the voice is low, it may be taken for silence.
        if deep.redundancy_into(begins, &mut d).is_err() {
            assert_eq!(deep.conceal_into(&mut d), Ok(frame));
        } else {
            heard += 1;
        }
        assert_eq!(plain.conceal_into(&mut p), Ok(frame));
        for ((w, d), p) in w[..frame].chunks_exact(block).zip(d.chunks_exact(block)).zip(p.chunks_exact(block)) {
            let truth = decibels(w);
            errors.0 += (decibels(d) - truth).abs();
            errors.1 += (decibels(p) - truth).abs();
            blocks += 1.0;
        }
    }
    assert!(blocks > 20.0 && heard > 5, "{blocks} {heard}");
    (errors.0 / blocks, errors.1 / blocks)
}

#[test]
fn a_gap_is_heard_from_the_packet_behind_it() {
    for (rate, channels, ptime) in [
        (SampleRate::Hz16000, 1u8, 20),
        (SampleRate::Hz48000, 1, 20),
        (SampleRate::Hz48000, 2, 20),
        (SampleRate::Hz24000, 1, 40),
        (SampleRate::Hz16000, 1, 60),
    ] {
        let (deep, plain) = off(rate, channels, ptime, 120);
        println!("{rate} {channels} {ptime} ms: {deep:.1} dB, without {plain:.1} dB");
        assert!(deep < 0.6 * plain, "{rate} {channels} {ptime} ms: {deep} dB, without {plain} dB");
    }
}

/// However little is wanted, as much is read.
#[test]
fn what_is_wanted_is_read_where_it_is_there() {
    let rate = SampleRate::Hz16000;
    let (packets, _) = packets(rate, 1, 20, settings());
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    for packet in &packets[..50] {
        decoder.decode_into(packet, &mut [0.0; 320]).unwrap();
    }
    let all = decoder.read_redundancy(&packets[50], 16_000);
    for wanted in (160..=all).step_by(160) {
        let reach = decoder.read_redundancy(&packets[50], wanted);
        assert!((wanted..=all).contains(&reach), "{reach} of {wanted}");
    }
}

#[test]
fn it_is_there_only_where_it_is_asked_for_and_much_loss_is_expected() {
    let rate = SampleRate::Hz16000;
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    let mut pcm = [0.0; 320];
    let mut share = |settings: OpusSettings| {
        let (packets, _) = packets(rate, 1, 20, settings);
        let mut carries = |packet: &&Vec<u8>| {
            decoder.decode_into(packet, &mut pcm).unwrap();
            decoder.read_redundancy(packet, 16_000) > 320
        };
        packets.iter().filter(|packet| carries(packet)).count() as f32 / 150.0
    };
    assert!(share(settings()) > 0.9);
    assert!(share(settings().inband_fec(true).bitrate(OpusBitrate::Bits(48_000))) > 0.9);
    let narrow = settings().max_bandwidth(OpusBandwidth::Mediumband);
    for none in [settings().dred_ms(0), settings().expected_loss_percent(5), narrow, OpusSettings::default()] {
        assert_eq!(share(none), 0.0, "{none:?}");
    }
    let (packets, _) = packets(SampleRate::Hz8000, 1, 20, settings());
    let mut narrow = OpusDecoder::new(SampleRate::Hz8000, 1).unwrap();
    for packet in &packets {
        narrow.decode_into(packet, &mut [0.0; 160]).unwrap();
        assert_eq!(narrow.read_redundancy(packet, 8_000), 0);
    }
    // With the least effort there is none, and afterwards there is again.
    let mut encoder = OpusEncoder::new(rate, 1, Ptime::MS20, settings()).unwrap();
    let (sound, mut out) = (voice(rate, 3.0), [0; 1_500]);
    let mut counts = [0; 3];
    for (n, frame) in sound.chunks_exact(320).enumerate() {
        encoder.set_low_complexity(n / 50 == 1);
        let octets = encoder.encode_into(frame, &mut out).unwrap();
        counts[n / 50] += u32::from(decoder.read_redundancy(&out[..octets], 16_000) > 320);
    }
    assert!(counts[0] > 40 && counts[1] == 0 && counts[2] > 40, "{counts:?}");
}

#[test]
fn where_it_does_not_reach_it_is_said() {
    let rate = SampleRate::Hz16000;
    let (with, frame) = packets(rate, 1, 20, settings());
    let (without, _) = packets(rate, 1, 20, OpusSettings::default());
    let mut decoder = OpusDecoder::new(rate, 1).unwrap();
    let mut pcm = vec![0.0; frame];
    assert_eq!(decoder.read_redundancy(&with[100], 16_000), 0, "nothing that it could go on from was decoded");
    assert_eq!(decoder.redundancy_into(640, &mut pcm), Err(CodecFault::Unsupported));
    assert_eq!(decoder.decode_into(&with[90], &mut pcm), Ok(320));
    let reach = decoder.read_redundancy(&with[100], usize::MAX);
    assert!((1_000..17_000).contains(&reach), "{reach}");
    assert_eq!(decoder.redundancy_into(reach + 1, &mut pcm), Err(CodecFault::Unsupported));
    assert_eq!(decoder.redundancy_into(0, &mut pcm), Err(CodecFault::Unsupported));
    assert_eq!(decoder.redundancy_into(640, &mut pcm[..319]), Err(CodecFault::BadFrame));
    assert_eq!(decoder.redundancy_into(640, &mut pcm), Ok(320));
    assert_eq!(decoder.read_redundancy(&without[100], 16_000), 0);
    assert_eq!(decoder.redundancy_into(640, &mut pcm), Err(CodecFault::Unsupported), "what was read before is gone");
    assert_eq!(decoder.read_redundancy(&[], 16_000), 0);
    assert_eq!(decoder.decode_into(&with[101], &mut pcm), Ok(320), "and is usable after all that");
}

#[test]
fn wrecked_packets_give_finite_audio_or_a_fault() {
    let mut random = Random(11);
    for (rate, channels) in [(SampleRate::Hz16000, 1u8), (SampleRate::Hz48000, 2)] {
        let (packets, _) = packets(rate, channels, 20, settings());
        let mut decoder = OpusDecoder::new(rate, channels).unwrap();
        let block = rate.block_samples() * usize::from(channels);
        // Wrecked ones change what it goes on from.
        let mut pcm = vec![0.0; 12 * block];
        let (mut read, mut heard) = (0, 0);
        for n in 0..3_000 {
            let mut packet = packets[n % packets.len()].clone();
            // Bits flip, mostly in the padding, or the end is missing.
            for _ in 0..random.next() % 6 {
                let span = if random.next().is_multiple_of(2) { packet.len() / 2 } else { packet.len() };
                let at = packet.len() - 1 - random.next() as usize % span;
                packet[at] ^= 1 << (random.next() % 8);
            }
            if random.next().is_multiple_of(5) {
                packet.truncate(random.next() as usize % packet.len());
            }
            let reach = decoder.read_redundancy(&packet, random.next() as usize % (2 * rate.hz() as usize));
            read += u32::from(reach > 0);
            for _ in 0..3 {
                let before = random.next() as usize % (reach + 10);
                pcm.fill(f32::NAN);
                let outcome = decoder.redundancy_into(before, &mut pcm[..block]);
                assert!(outcome.is_err() || before <= reach, "{before} of {reach}");
                if let Ok(samples) = outcome {
                    assert!(pcm[..samples * usize::from(channels)].iter().all(|x| x.is_finite()));
                    heard += 1;
                }
            }
            let _ = decoder.decode_into(&packet, &mut pcm);
        }
        assert!(read > 500 && heard > 500, "{read} {heard}");
    }
}
