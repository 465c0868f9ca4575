//! The codec against itself: check sums of what it made when it first passed the ITU's 27 sequences (which are not in the
//! repository; `media-lab`'s tests run them where they are), and what must hold of any input.

use super::{FRAME, Frame, G729Decoder, G729Encoder, SidIndices, SpeechIndices};
use crate::codec::{AudioDecoder, AudioEncoder, CodecFault};
use crate::processing::format::bit_depth::i16_to_f32;

/// Numbers that are alike on all machines.
struct Random(u32);

impl Random {
    fn next(&mut self) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) as i32 - 32_768
    }
}

/// `frames` frames of a voice-like signal in integers: pulses of a gliding pitch and noise through two resonators, in
/// words with pauses of faint noise between them; and loud clipping towards the end.
fn voice(frames: usize, seed: u32) -> Vec<i16> {
    let mut random = Random(seed);
    let (mut low, mut high) = ([0i64; 2], [0i64; 2]);
    let mut until_pulse = 0;
    (0..frames * FRAME)
        .map(|n| {
            let (frame, noise) = (n / FRAME, i64::from(random.next()));
            let speaks = frame % 60 < 38;
            let mut source = noise / if speaks { 160 } else { 4_000 };
            if until_pulse == 0 {
                until_pulse = 45 + (frame / 7 % 40) as i32;
                source += if speaks && frame % 17 < 13 { 6_000 } else { 0 };
            }
            until_pulse -= 1;
            let y = source + (low[0] * 30_000 - low[1] * 15_600) / 16_384;
            low = [y, low[0]];
            let z = y / 2 + (high[0] * 6_000 - high[1] * 14_000) / 16_384;
            high = [z, high[0]];
            let gain = if frame > frames * 9 / 10 { 12 } else { 1 };
            (gain * z).clamp(-32_768, 32_767) as i16
        })
        .collect()
}

fn crc(octets: impl IntoIterator<Item = u8>) -> u32 {
    !octets.into_iter().fold(!0, |crc: u32, octet| {
        (0..8).fold(crc ^ u32::from(octet), |crc, _| crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

fn octets(frame: &Frame) -> Vec<u8> {
    match frame {
        Frame::Speech(indices) => indices.pack().to_vec(),
        Frame::Sid(indices) => indices.pack().to_vec(),
        Frame::Untransmitted => Vec::new(),
    }
}

fn encoded(annex_b: bool, pcm: &[i16]) -> Vec<Frame> {
    let mut encoder = G729Encoder::new(annex_b, 1);
    pcm.as_chunks().0.iter().map(|pcm| encoder.encode_frame(pcm)).collect()
}

fn decoded(frames: impl IntoIterator<Item = Option<Frame>>) -> Vec<i16> {
    let mut decoder = G729Decoder::new();
    frames.into_iter().flat_map(|frame| decoder.decode_frame(frame)).collect()
}

fn sum(pcm: &[i16]) -> u32 {
    crc(pcm.iter().flat_map(|x| x.to_le_bytes()))
}

fn floats(pcm: &[i16]) -> Vec<f32> {
    pcm.iter().map(|&x| i16_to_f32(x)).collect()
}

fn snr(original: &[f32], copy: &[f32]) -> f64 {
    let power = |x: f32| f64::from(x) * f64::from(x);
    let noise: f64 = original.iter().zip(copy).map(|(&a, &b)| power(a - b)).sum();
    10.0 * (original.iter().map(|&x| power(x)).sum::<f64>() / noise.max(1e-12)).log10()
}

#[test]
fn bits_and_samples_are_those_of_the_conformant_codec() {
    let pcm = voice(600, 1);
    let speech = encoded(false, &pcm);
    let paused = encoded(true, &pcm);
    let kinds = |frames: &[Frame]| {
        let sids = frames.iter().filter(|f| matches!(f, Frame::Sid(_))).count();
        (sids, frames.iter().filter(|&&f| f == Frame::Untransmitted).count())
    };
    assert_eq!(kinds(&speech), (0, 0));
    let lossy = |frames: &[Frame]| {
        let mut random = Random(9);
        decoded(frames.iter().map(|&frame| (random.next() > -26_000).then_some(frame)).collect::<Vec<_>>())
    };
    let sums = [
        crc(speech.iter().flat_map(octets)),
        crc(paused.iter().flat_map(octets)),
        sum(&decoded(speech.iter().copied().map(Some))),
        sum(&decoded(paused.iter().copied().map(Some))),
        sum(&lossy(&speech)),
        sum(&lossy(&paused)),
    ];
    assert_eq!(kinds(&paused), (41, 117));
    assert_eq!(sums, [0x6250_4d93, 0xd757_57aa, 0x5dcf_edf1, 0xe017_e882, 0x2701_0348, 0x0a98_5322]);
}

#[test]
fn codewords_survive_their_octets() {
    let mut random = Random(3);
    for _ in 0..2_000 {
        let octets: [u8; 10] = std::array::from_fn(|_| random.next() as u8);
        assert_eq!(SpeechIndices::unpack(&octets).pack(), octets);
        // The last bit of a descriptor is spare.
        let descriptor = [octets[0], octets[1] & 0xFE];
        assert_eq!(SidIndices::unpack(descriptor).pack(), descriptor);
    }
}

#[test]
fn payloads_are_frames_and_at_most_one_descriptor_behind_them() {
    let mut decoder = G729Decoder::new();
    let mut pcm = [0.0; 960];
    for length in 0..=62 {
        let samples = match (length / 10, length % 10) {
            (0, 0) => None,
            (speech, 0) => Some(80 * speech),
            (speech, 2) => Some(80 * speech + 80),
            _ => None,
        };
        let payload = vec![0x5A; length];
        assert_eq!(decoder.payload_samples(&payload), samples.ok_or(CodecFault::BadPayload), "{length}");
        assert_eq!(decoder.decode_into(&payload, &mut pcm), samples.ok_or(CodecFault::BadPayload), "{length}");
        assert_eq!(decoder.ends_in_silence(&payload), length % 10 == 2, "{length}");
    }
    assert_eq!(decoder.decode_into(&[0; 20], &mut pcm[..159]), Err(CodecFault::ShortOutput));
}

#[test]
fn a_descriptor_is_followed_by_noise_and_speech_is_not() {
    let mut decoder = G729Decoder::new();
    let mut pcm = [0.0; 160];
    assert_eq!(decoder.background_into(&mut pcm), Err(CodecFault::Unsupported));
    let frames = encoded(true, &voice(200, 5));
    let descriptor = frames.iter().position(|f| matches!(f, Frame::Sid(_))).unwrap();
    for frame in &frames[..=descriptor] {
        let octets = octets(frame);
        if !octets.is_empty() {
            decoder.decode_into(&octets, &mut pcm).unwrap();
        }
    }
    // The engine's own door and the bit-exact one are the same.
    let mut twin = decoder.clone();
    assert_eq!(decoder.background_into(&mut pcm), Ok(160));
    let expected: Vec<i16> = (0..2).flat_map(|_| twin.decode_frame(Some(Frame::Untransmitted))).collect();
    assert_eq!(pcm[..], floats(&expected)[..]);
    assert!(pcm.iter().any(|&x| x != 0.0));
    assert_eq!(decoder.background_into(&mut pcm[..79]), Err(CodecFault::Unsupported));
    decoder.decode_into(&octets(&frames[0]), &mut pcm).unwrap();
    assert_eq!(decoder.background_into(&mut pcm), Err(CodecFault::Unsupported));
}

#[test]
fn packets_hold_speech_and_then_at_most_a_descriptor() {
    let pcm = floats(&voice(1_200, 7));
    for frames in [1u8, 2, 3, 6] {
        let mut encoder = G729Encoder::new(true, frames);
        let mut alone = G729Encoder::new(false, frames);
        let samples = FRAME * usize::from(frames);
        assert_eq!((encoder.frame_samples(), alone.frame_samples()), (samples, FRAME));
        let (mut empty, mut described, mut mixed) = (0, 0, 0);
        for pcm in pcm.chunks_exact(samples) {
            let mut out = [0; 60];
            let octets = encoder.encode_into(pcm, &mut out).unwrap();
            assert!(octets.is_multiple_of(10) || octets % 10 == 2, "{octets}");
            assert!(octets <= 10 * usize::from(frames));
            assert_eq!(encoder.is_descriptor(), octets == 2);
            empty += usize::from(octets == 0);
            described += usize::from(octets == 2);
            mixed += usize::from(octets > 2 && octets % 10 == 2);
            assert_eq!(alone.encode_into(pcm, &mut out), Ok(10 * usize::from(frames)));
        }
        assert!(empty > 5 && described > 3 && (frames == 1 || mixed > 2), "{frames}: {empty} {described} {mixed}");
    }
}

/// Voice that begins in the midst of a packet is not lost for the silence before it.
#[test]
fn voice_in_the_midst_of_a_packet_takes_what_is_before_it_along() {
    let pcm = floats(&voice(1_200, 7));
    let (mut packets, mut frames) = (G729Encoder::new(true, 6), G729Encoder::new(true, 1));
    let mut late = 0;
    for pcm in pcm.chunks_exact(6 * FRAME) {
        let mut out = [0; 60];
        let octets = packets.encode_into(pcm, &mut out).unwrap();
        let voiced: Vec<bool> =
            pcm.chunks_exact(FRAME).map(|pcm| frames.encode_into(pcm, &mut out) == Ok(10)).collect();
        let last = voiced.iter().rposition(|&voice| voice).map_or(0, |last| last + 1);
        late += usize::from(last > 0 && !voiced[0]);
        // The detector's memory of forced frames may differ by a frame of hangover, never to the voice's disadvantage.
        assert!(octets >= 10 * last, "{octets} octets for {voiced:?}");
    }
    assert!(late > 5, "{late} packets in which voice began");
}

#[test]
fn odd_sizes_are_refused_and_change_nothing() {
    let pcm = floats(&voice(20, 2));
    let (mut encoder, mut twin) = (G729Encoder::new(false, 2), G729Encoder::new(false, 2));
    let mut out = [0; 20];
    let mut expected = [0; 20];
    assert_eq!(encoder.encode_into(&pcm[..79], &mut out), Err(CodecFault::BadFrame));
    assert_eq!(encoder.encode_into(&pcm[..160], &mut out[..19]), Err(CodecFault::ShortOutput));
    assert_eq!(encoder.encode_into(&pcm[..160], &mut out), Ok(20));
    assert_eq!(twin.encode_into(&pcm[..160], &mut expected), Ok(20));
    assert_eq!(out, expected);
    let mut decoder = G729Decoder::new();
    let mut short = [0.0; 41];
    assert_eq!(decoder.conceal_into(&mut short), Err(CodecFault::Unsupported));
}

#[test]
fn copies_go_on_alike() {
    let pcm = floats(&voice(80, 4));
    let (first, second) = pcm.split_at(40 * FRAME);
    for annex_b in [false, true] {
        let mut encoder = G729Encoder::new(annex_b, 1);
        let mut other = G729Encoder::new(annex_b, 4);
        let (mut out, mut copy) = ([0; 10], [0; 10]);
        for pcm in first.chunks_exact(FRAME) {
            encoder.encode_into(pcm, &mut out).unwrap();
        }
        other.copy_state_from(&encoder).unwrap();
        for pcm in second.chunks_exact(FRAME) {
            let octets = encoder.encode_into(pcm, &mut out);
            assert_eq!((other.encode_into(pcm, &mut copy), copy), (octets, out));
        }
        let mut unlike = G729Encoder::new(!annex_b, 1);
        assert_eq!(unlike.copy_state_from(&encoder), Err(CodecFault::Unsupported));
        encoder.reset();
        let mut anew = G729Encoder::new(annex_b, 1);
        let octets = encoder.encode_into(&pcm[..FRAME], &mut out);
        assert_eq!((anew.encode_into(&pcm[..FRAME], &mut copy), copy), (octets, out));
    }
}

#[test]
fn losses_fade_and_are_recovered_from() {
    let pcm = voice(120, 6);
    let frames = encoded(false, &pcm);
    let whole = floats(&decoded(frames.iter().copied().map(Some)));
    let energy = |pcm: &[f32]| pcm.iter().map(|x| x * x).sum::<f32>();
    let (at, long) = (20, 60);
    let lost = floats(&decoded(frames.iter().enumerate().map(|(n, &f)| (!(at..long).contains(&n)).then_some(f))));
    assert_eq!(whole[..at * FRAME], lost[..at * FRAME]);
    let early = energy(&lost[at * FRAME..(at + 2) * FRAME]);
    let late = energy(&lost[(long - 2) * FRAME..long * FRAME]);
    assert!(early > 0.05 * energy(&whole[at * FRAME..(at + 2) * FRAME]) && late < 0.01 * early, "{early} {late}");
    let tail = 100 * FRAME..;
    let again = snr(&whole[tail.clone()], &lost[tail]);
    assert!(again > 10.0, "{again} dB after the loss");
}

/// No sample, no octet and no order of them panics, and what comes out is in range.
#[test]
fn any_input_is_taken() {
    let mut random = Random(11);
    for round in 0..8 {
        let mut encoder = G729Encoder::new(round % 2 == 1, 1);
        let mut decoder = G729Decoder::new();
        for _ in 0..250 {
            let kind = random.next() & 7;
            let pcm: [f32; FRAME] = std::array::from_fn(|n| match kind {
                0 => 0.0,
                1 => f32::from_bits((random.next() as u32).wrapping_mul(65_537)),
                2 => {
                    if random.next() > 0 {
                        1.0
                    } else {
                        -1.0
                    }
                }
                3 => {
                    if n % 40 < 20 {
                        1.0
                    } else {
                        -1.0
                    }
                }
                4 => {
                    if n == 0 {
                        1.0
                    } else {
                        0.0
                    }
                }
                _ => random.next() as f32 / 32_768.0,
            });
            let mut out = [0; 10];
            encoder.encode_into(&pcm, &mut out).unwrap();
            let payload: Vec<u8> = (0..random.next() & 31).map(|_| random.next() as u8).collect();
            let mut heard = [0.0; 320];
            let _ = match random.next() & 3 {
                0 => decoder.conceal_into(&mut heard[..FRAME]),
                1 => decoder.background_into(&mut heard[..FRAME]),
                2 => decoder.decode_into(&out, &mut heard),
                _ => decoder.decode_into(&payload, &mut heard),
            };
            assert!(heard.iter().all(|x| (-1.0..1.0).contains(x)));
        }
    }
}
