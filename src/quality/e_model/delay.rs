//! Pure: G.107 clause 7.4: what delay and echo cost.

use super::{Band, EModel, signal};

/// Up to this delay from mouth to ear nobody minds, ms (mT for the default sensitivity).
const NOT_MINDED: f64 = 100.0;

/// Id.
pub(super) fn impairment(call: &EModel, ro: f64) -> f64 {
    match call.band {
        Band::Narrowband => talker_echo(call) + listener_echo(call, ro) + absolute(call.ta_ms),
        Band::Wideband => absolute(call.ta_ms),
        Band::Fullband => 1.48 * absolute(call.ta_ms),
    }
}

/// Idd: delay alone.
fn absolute(ta_ms: f64) -> f64 {
    if ta_ms <= NOT_MINDED {
        return 0.0;
    }
    let x = (ta_ms / NOT_MINDED).log2();
    let root = |x: f64| (1.0 + x.powi(6)).powf(1.0 / 6.0);
    25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
}

/// Idte: the talker's own voice.
fn talker_echo(call: &EModel) -> f64 {
    let t = call.t_ms;
    let terv = call.telr - 40.0 * ((1.0 + t / 10.0) / (1.0 + t / 150.0)).log10() + 6.0 * (-0.3 * t * t).exp();
    let sidetone = signal::sidetone(call);
    let terv = if call.stmr < 9.0 { terv + sidetone / 2.0 } else { terv };
    let roe = -1.5 * (signal::noise(call) - call.rlr);
    let re = 80.0 + 2.5 * (terv - 14.0);
    let half = (roe - re) / 2.0;
    let idte = (half + (half * half + 100.0).sqrt() - 1.0) * (1.0 - (-t).exp());
    if call.stmr > 20.0 { idte.hypot(sidetone) } else { idte }
}

/// Idle: the other's voice, twice.
fn listener_echo(call: &EModel, ro: f64) -> f64 {
    let rle = 10.5 * (call.wepl + 7.0) * (call.tr_ms + 1.0).powf(-0.25);
    let half = (ro - rle) / 2.0;
    half + (half * half + 169.0).sqrt()
}
