//! Beside bcg729, where it is installed (Debian: libbcg729-0): octets of either are speech to the other, and both decode them
//! alike. Bit by bit they differ: bcg729 is not bit-exact.

#[path = "../../benches/support/peers.rs"]
mod bcg729;

use super::support::speech::voice;
use super::{phrases, snr};
use bcg729::Bcg729;
use media_core::codec::AudioEncoder;
use media_core::codec::audio::g729::{FRAME, Frame, G729Decoder, G729Encoder, SidIndices, SpeechIndices};

/// Not installed: said once.
fn peer(annex_b: bool) -> Option<Bcg729> {
    let peer = Bcg729::new(annex_b);
    if peer.is_none() {
        println!("skipped: interop with bcg729: it is not installed (Debian: apt-get install libbcg729-0)");
    }
    peer
}

/// What a frame's time brings, as octets: speech, a descriptor or nothing.
fn ours(pcm: &[i16], annex_b: bool) -> Vec<Vec<u8>> {
    let mut encoder = G729Encoder::new(annex_b, 1);
    let floats: Vec<f32> = pcm.iter().map(|&x| f32::from(x) / 32_768.0).collect();
    let frames = floats.chunks_exact(FRAME).map(|pcm| {
        let mut octets = [0; 10];
        let length = encoder.encode_into(pcm, &mut octets).expect("a whole frame");
        octets[..length].to_vec()
    });
    frames.collect()
}

fn theirs(peer: &mut Bcg729, pcm: &[i16]) -> Vec<Vec<u8>> {
    pcm.as_chunks().0.iter().map(|pcm| peer.encode_frame(pcm)).collect()
}

/// Frames that are lost are erased ones.
fn decoded_by_us(frames: &[Vec<u8>], lost: impl Fn(usize) -> bool) -> Vec<i16> {
    let mut decoder = G729Decoder::new();
    let frame = |octets: &[u8]| match octets {
        [] => Frame::Untransmitted,
        &[first, second] => Frame::Sid(SidIndices::unpack([first, second])),
        octets => Frame::Speech(SpeechIndices::unpack(octets.try_into().expect("10 octets"))),
    };
    let frames = frames.iter().enumerate();
    frames.flat_map(|(n, octets)| decoder.decode_frame((!lost(n)).then(|| frame(octets)))).collect()
}

fn decoded_by_them(peer: &mut Bcg729, frames: &[Vec<u8>], lost: impl Fn(usize) -> bool) -> Vec<i16> {
    // To it a frame that was not sent is one that is lost, after a descriptor.
    frames.iter().enumerate().flat_map(|(n, octets)| peer.decode_frame(octets, lost(n) || octets.is_empty())).collect()
}

fn samples(signal: impl Fn(usize) -> f32, count: usize) -> Vec<i16> {
    (0..count).map(|n| (signal(n) * 32_768.0) as i16).collect()
}

#[test]
fn speech_both_ways() {
    let Some(mut peer) = peer(false) else { return };
    let spoken = voice(2, 8.0);
    let pcm = samples(|n| 2.0 * spoken[n], spoken.len());
    for (who, frames) in [("ours", ours(&pcm, false)), ("theirs", theirs(&mut peer, &pcm))] {
        let mut peer = Bcg729::new(false).expect("it was there");
        let (us, them) = (decoded_by_us(&frames, |_| false), decoded_by_them(&mut peer, &frames, |_| false));
        let alike = snr(&them, &us);
        assert!(alike >= 20.0, "{who}, decoded by both: {alike:.1} dB");
        println!("G.729, octets of {who}: decoded alike to {alike:.1} dB");
    }
}

#[test]
fn silence_both_ways() {
    let Some(mut peer) = peer(true) else { return };
    let pcm = samples(phrases(), 16 * 8_000);
    for (who, frames) in [("ours", ours(&pcm, true)), ("theirs", theirs(&mut peer, &pcm))] {
        let mut peer = Bcg729::new(true).expect("it was there");
        let (us, them) = (decoded_by_us(&frames, |_| false), decoded_by_them(&mut peer, &frames, |_| false));
        let kinds = [2, 0].map(|length| frames.iter().filter(|octets| octets.len() == length).count());
        assert!(kinds[0] > 10 && kinds[1] > 300, "{who}: {kinds:?} descriptors and frames of silence");
        let alike = snr(&them, &us);
        assert!(alike >= 20.0, "{who}, decoded by both: {alike:.1} dB");
        println!("G.729 with Annex B, octets of {who}: decoded alike to {alike:.1} dB");
    }
}
