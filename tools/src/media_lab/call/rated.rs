//! Control: what the E-model says of a way of a call.

use super::codec::CallCodec;
use anyhow::Result;
use media_core::quality::{Band, EModel};
use serde::Serialize;

/// By the E-model, on the scale of the codec's band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Rated {
    /// R.
    pub r: f64,
    /// What people would say who talk to each other.
    pub mos_cq: f64,
    /// What a listener would say.
    pub mos_lq: f64,
}

/// Of codecs of both phones, with that share of the sound concealed, so late. `echo`: by how much what comes back of one's own voice is
/// fainter than it, dB, and how late it comes, ms. There is no term for echo but on the narrowband scale.
///
/// # Errors
/// Values that cannot be rated.
pub fn rated(codecs: [CallCodec; 2], concealed: f64, delay_ms: f64, echo: Option<(f64, f64)>) -> Result<Rated> {
    let [a, b] = [codecs[0].impairment()?, codecs[1].impairment()?];
    let mut model = EModel::default().loss(concealed).delay_ms(delay_ms);
    // Two codecs that follow each other take off what both do.
    for (n, known) in [a, b].into_iter().flatten().enumerate().take(if codecs[0] == codecs[1] { 1 } else { 2 }) {
        let before = if n == 0 { 0.0 } else { model.ie };
        model = model.codec(known);
        model.ie += before;
    }
    if codecs.iter().any(|codec| codec.rate().hz() == 8_000) {
        model.band = Band::Narrowband;
    }
    if let Some((loss_db, round_ms)) = echo {
        // G.107: TELR is both loudness ratings and the loss of the echo's path; T is half of the way around.
        (model.t_ms, model.tr_ms) = (round_ms / 2.0, round_ms);
        model.telr = (model.slr + model.rlr + loss_db).clamp(0.0, 65.0);
    }
    let rating = model.rate()?;
    Ok(Rated { r: rating.r, mos_cq: rating.mos_cq, mos_lq: rating.mos_lq })
}
