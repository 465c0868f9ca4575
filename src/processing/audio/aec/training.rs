//! Control: what a network of residual echo is trained with, for `media-lab aec --training`.

use super::residual_network::BINS;
use super::{Aec, FrequencyDomain};

/// Appends, of the last block, what the network of a canceller heard (324 numbers), and the spectra of what the filter leaves and of its
/// echo that its gains are for: 161 bins of 50 Hz each, real parts, then imaginary parts; those that the rate has not are 0. Nothing for
/// a canceller without a network.
#[expect(clippy::disallowed_methods, reason = "control side")]
pub fn append_training_frame(aec: &Aec, frame: &mut Vec<f32>) {
    let Aec::FrequencyDomain(canceller) = aec else { return };
    let Some(heard) = FrequencyDomain::heard(canceller) else { return };
    let view = canceller.view();
    let bins = canceller.bins();
    frame.extend_from_slice(heard);
    for part in [&view.error.re, &view.error.im, &view.echo.re, &view.echo.im] {
        let bins = part.iter().take(bins).copied().chain(std::iter::repeat(0.0));
        frame.extend(bins.take(BINS));
    }
}
