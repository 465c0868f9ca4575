//! Which codecs and packet times meet in the matrix, and how clean a tone each codec leaves by itself.

use super::endpoint::{codec, tone, tone_snr};
use media_core::session::AudioFormat;
use media_core::types::Ptime;

/// All formats, Opus at two rates.
pub fn formats() -> Vec<AudioFormat> {
    #[cfg_attr(not(feature = "opus"), expect(unused_mut, reason = "only Opus is added"))]
    let mut formats = AudioFormat::supported();
    #[cfg(feature = "opus")]
    formats.push(AudioFormat::opus().at(media_core::types::SampleRate::Hz16000).unwrap());
    formats
}

/// The packet times that a format's packets can have: an L16 packet has to fit a datagram.
pub fn ptimes(format: &AudioFormat) -> Vec<Ptime> {
    let legal = |&ptime: &Ptime| match format.encoding() {
        "opus" => ptime.ms() != 50,
        "L16" => format.clock_rate() / 500 * ptime.ms() <= 1_500,
        _ => true,
    };
    (1..=6).filter_map(|blocks| Ptime::from_ms(blocks * 10)).filter(legal).collect()
}

/// Signal to noise of the codec by itself, dB: the worst of some tones that begin out of silence at any moment, as codecs
/// with a memory code the same tone better or worse by what came before.
pub fn alone_snr(format: &AudioFormat, ptime: Ptime) -> f64 {
    use media_core::codec::{AudioDecoder, AudioEncoder};
    let (rate, say) = (format.sample_rate(), tone(format.sample_rate()));
    let samples = rate.block_samples() * usize::from(ptime.blocks());
    let from = |begin: usize| {
        let (mut encoder, mut decoder) = codec(format, ptime);
        let (mut payload, mut pcm, mut heard) = (vec![0; 4_000], vec![0.0; 12 * 480], Vec::new());
        for packet in 0..(200 / usize::from(ptime.blocks())) {
            let said = (packet * samples..(packet + 1) * samples).map(|n| if n < begin { 0.0 } else { say(n) });
            let octets = encoder.encode_into(&said.collect::<Vec<f32>>(), &mut payload).unwrap();
            let samples = decoder.decode_into(&payload[..octets], &mut pcm).unwrap();
            heard.extend_from_slice(&pcm[..samples]);
        }
        tone_snr(&heard[rate.block_samples() * 60..], rate, 1_013.0)
    };
    let moments = if format.encoding() == "opus" { 12 } else { 1 };
    (0..moments).map(|n| from(n * samples / 5)).fold(f64::INFINITY, f64::min)
}
