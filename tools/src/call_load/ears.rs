//! Pure: some streams are listened to: how clean their tone is, and how long it took.

use super::heard::Kept;
use super::sound::{Codec, LOUD};
use crate::tone;
use anyhow::Result;

/// The tone begins where silence of so many ms is over.
const QUIET_MS: usize = 40;

/// What was found of a stream that was listened to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Listened {
    /// The ratio of its tones to everything else: the median of pieces of 200 ms, dB.
    pub(super) snr_db: Option<f64>,
    /// From each begin of a tone at the phone that says it to its arrival at the other, ms: the node's delay and the codecs'.
    pub(super) delays_ms: Vec<f64>,
}

/// Listens to what was kept: tones of those frequencies; `marks`: when the other phone's tone began.
///
/// # Errors
/// There is no such codec here.
pub(super) fn listen(kept: &[Kept], codec: Codec, hz: &[u32], marks: &[u64]) -> Result<Listened> {
    let mut kept: Vec<&Kept> = kept.iter().collect();
    kept.sort_by_key(|packet| packet.place);
    let pcm = codec.decode(kept.iter().map(|packet| &*packet.payload))?;
    let hz: Vec<f64> = hz.iter().map(|hz| f64::from(*hz)).collect();
    let snr_db = tone::ratio_of(&pcm, codec.rate().hz(), &hz);
    let samples = codec.rate().hz() as usize / 50;
    let mut delays_ms = Vec::new();
    for begin in begins(&pcm, samples / 20 * QUIET_MS) {
        let Some(packet) = kept.get(begin / samples) else { continue };
        let at = packet.stamp as f64 / 1e6 + (begin % samples) as f64 * 20.0 / samples as f64;
        let said = marks.iter().map(|mark| *mark as f64 / 1e6).filter(|mark| *mark <= at).fold(f64::MIN, f64::max);
        if at - said < 1_000.0 {
            delays_ms.push(at - said);
        }
    }
    Ok(Listened { snr_db, delays_ms })
}

/// Where a loud sample follows on so many quiet ones.
fn begins(pcm: &[f32], quiet: usize) -> Vec<usize> {
    let (mut silent, mut found) = (0, Vec::new());
    for (at, x) in pcm.iter().enumerate() {
        if x.abs() < 0.05 * LOUD {
            silent += 1;
        } else if x.abs() > 0.2 * LOUD {
            if silent >= quiet {
                found.push(at);
            }
            silent = 0;
        }
    }
    found
}
