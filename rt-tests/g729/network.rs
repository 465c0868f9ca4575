//! Silence that is left out, over a network: jitter, and descriptors that are lost.

use super::support::phone::Packet;
use super::{Call, FRAME, PHRASE, TURN, alone, decoded, hiss, level, phrases};
use media_core::codec::AudioEncoder;
use media_core::codec::audio::g729::G729Encoder;
use media_core::engine::virtual_engine::Impairment;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::SampleRate;
use std::time::Duration;

/// Samples of a packet of 20 ms.
const PACKET: usize = 2 * FRAME;

/// Payloads of 20 ms; an empty one is not sent.
fn payloads(seconds: usize) -> Vec<Vec<u8>> {
    let (mut encoder, says) = (G729Encoder::new(true, 2), phrases());
    let payload = |n: usize| {
        let pcm: Vec<f32> = (PACKET * n..PACKET * (n + 1)).map(&says).collect();
        let mut octets = [0; 20];
        let length = encoder.encode_into(&pcm, &mut octets).expect("a whole packet");
        octets[..length].to_vec()
    };
    (0..50 * seconds).map(payload).collect()
}

/// A call in which the first phone says these payloads; those that `lost` names never arrive. What the second heard.
fn said(payloads: &[Vec<u8>], lost: impl Fn(usize) -> bool, network: Impairment) -> (Call, Vec<f32>) {
    let l16 = AudioFormat::l16(SampleRate::Hz8000).expect("a rate of L16");
    let mut call = Call::new(MediaSessionParams::new(AudioFormat::g729()), MediaSessionParams::new(l16));
    call.engine.network.impairment = network;
    for (n, payload) in payloads.iter().enumerate() {
        let phone = &mut call.one.phone;
        if !payload.is_empty() {
            if !lost(n) {
                let now = call.engine.now();
                phone.post(&mut call.engine.network, now, phone.next, payload);
            }
            phone.next.sequence = phone.next.sequence.wrapping_add(1);
        }
        phone.next.marker = payload.is_empty();
        phone.next.timestamp = phone.next.timestamp.wrapping_add(PACKET as u32);
        call.run(20, [None, None]);
    }
    let heard = call.heard();
    (call, heard)
}

/// What the codec itself makes of all of them.
fn expected(payloads: &[Vec<u8>]) -> Vec<f32> {
    let sent = payloads.iter().enumerate().filter(|(_, payload)| !payload.is_empty());
    let packets = sent.map(|(n, payload)| {
        let header = media_core::rtp::RtpHeader {
            timestamp: (PACKET * n) as u32,
            sequence: 0,
            payload_type: 18,
            ssrc: 0,
            marker: false,
        };
        Packet { at: Default::default(), header, payload: payload.clone() }
    });
    decoded(&packets.collect::<Vec<_>>())
}

/// The longest run of exact silence in samples.
fn hole(heard: &[f32]) -> usize {
    heard.chunk_by(|a, b| (*a == 0.0) == (*b == 0.0)).filter(|run| run[0] == 0.0).map(<[f32]>::len).max().unwrap_or(0)
}

#[test]
fn what_is_heard_is_the_codecs_own_bit_by_bit() {
    let _alone = alone();
    let payloads = payloads(12);
    let (_, heard) = said(&payloads, |_| false, Impairment::default());
    let codec = expected(&payloads);
    // The second turn with its pause: the delay is settled.
    let piece = 4 * 8_000..11 * 8_000;
    let offset = (0..4_000).find(|at| heard[piece.start + at..].starts_with(&codec[piece.clone()][..2_000]));
    let offset = offset.expect("the codec's samples are heard as they are");
    let differing = heard[piece.start + offset..].iter().zip(&codec[piece]).position(|(a, b)| a != b);
    assert_eq!(differing, None, "{offset} samples late");
}

#[test]
fn jitter_makes_no_loss_of_silence() {
    let _alone = alone();
    let payloads = payloads(20);
    let network = Impairment { delay: Duration::from_millis(20), jitter: Duration::from_millis(40), ..<_>::default() };
    let (mut call, heard) = said(&payloads, |_| false, network);
    let session = call.one.session.clone();
    let statistics = call.statistics(&session);
    assert_eq!((statistics.lost, statistics.bad_payload), (0, 0), "{statistics}");
    // While the delay is learnt some packets may come too late.
    assert!(statistics.concealed_blocks < 20 && statistics.dtx_blocks > 400, "{statistics}");
    assert!(hole(&heard[8_000..]) < 80, "{} samples of nothing", hole(&heard[8_000..]));
    let noise = level(&(0..8_000).map(hiss).collect::<Vec<_>>());
    for turn in 1..4 {
        let at = |t: f64| ((TURN * f64::from(turn) + t) * 8_000.0) as usize;
        let (spoken, pause) = (level(&heard[at(0.3)..at(PHRASE)]), level(&heard[at(PHRASE + 0.9)..at(TURN - 0.1)]));
        assert!((pause - noise).abs() < 6.0 && spoken > pause + 15.0, "{spoken} {pause}, {noise} said");
    }
}

/// Each descriptor lost in turn: one packet is lost, the pause goes on at the level it had or that of the background
/// before, and the next phrase is whole.
#[test]
fn descriptors_that_are_lost_one_by_one() {
    let _alone = alone();
    let payloads = payloads(12);
    let descriptors: Vec<usize> = (250..550).filter(|&n| payloads[n].len() % 10 == 2).collect();
    assert!(descriptors.len() >= 3, "{descriptors:?}");
    let (_, whole) = said(&payloads, |_| false, Impairment::default());
    for gone in descriptors.into_iter().take(4) {
        let (mut call, heard) = said(&payloads, |n| n == gone, Impairment::default());
        let session = call.one.session.clone();
        let statistics = call.statistics(&session);
        assert_eq!((statistics.lost, statistics.bad_payload), (1, 0), "{gone}: {statistics}");
        assert!(statistics.concealed_blocks <= 6, "{gone}: {statistics}");
        assert!(hole(&heard[8_000..]) < 80, "{gone}: {} samples of nothing", hole(&heard[8_000..]));
        let phrase = 33_600 * 2 - 3_200 + 800..33_600 * 2 - 3_200 + 8_000;
        let (a, b) = (level(&whole[phrase.clone()]), level(&heard[phrase]));
        assert!((a - b).abs() < 1.0, "{gone}: the next phrase at {b} dB, {a} without the loss");
    }
}
