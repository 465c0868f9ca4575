//! Pure: G.107 clauses 7.2 and 7.3: signal over noise, and what comes at the same time as speech.

use super::{Band, EModel};

/// Ro and Is.
pub(super) fn basic(call: &EModel) -> (f64, f64) {
    match call.band {
        Band::Narrowband => {
            let ro = 15.0 - 1.5 * (call.slr + noise(call));
            (ro, overall_loudness(call) + sidetone(call) + quantizing(call, ro))
        }
        Band::Wideband => (129.0, 0.0),
        Band::Fullband => (148.0, 0.0),
    }
}

/// No: all noises at the 0 dBr point, dBm0p.
pub(super) fn noise(call: &EModel) -> f64 {
    let olr = call.slr + call.rlr;
    let send = call.ps - call.slr - call.ds - 100.0 + 0.004 * (call.ps - olr - call.ds - 14.0).powi(2);
    let lstr = call.stmr + call.dr;
    let pre = call.pr + 10.0 * (1.0 + power(10.0 - lstr)).log10();
    let receive = call.rlr - 121.0 + pre + 0.008 * (pre - 35.0).powi(2);
    let floor = call.nfor + call.rlr;
    10.0 * (power(call.nc) + power(send) + power(receive) + power(floor)).log10()
}

/// Iolr: connections that are too loud.
fn overall_loudness(call: &EModel) -> f64 {
    let x = (call.slr + call.rlr + 0.2 * (64.0 + noise(call) - call.rlr)) / 8.0;
    20.0 * ((1.0 + x.powi(8)).powf(1.0 / 8.0) - x)
}

/// Ist: a sidetone that is not what it should be.
pub(super) fn sidetone(call: &EModel) -> f64 {
    let stmro = -10.0 * (power(-call.stmr) + (-call.t_ms / 4.0).exp() * power(-call.telr)).log10();
    let term = |x: f64, n: i32| (1.0 + x.powi(n)).powf(1.0 / f64::from(n));
    12.0 * term((stmro - 13.0) / 6.0, 8) - 28.0 * term((stmro + 1.0) / 19.4, 35) - 13.0 * term((stmro - 3.0) / 33.0, 13)
        + 29.0
}

/// Iq: quantizing distortion.
fn quantizing(call: &EModel, ro: f64) -> f64 {
    let q = 37.0 - 15.0 * call.qdu.log10();
    let g = 1.07 + 0.258 * q + 0.0602 * q * q;
    let y = (ro - 100.0) / 15.0 + 46.0 / 8.4 - g / 9.0;
    let z = 46.0 / 30.0 - g / 40.0;
    15.0 * (1.0 + 10.0_f64.powf(y) + 10.0_f64.powf(z)).log10()
}

fn power(db: f64) -> f64 {
    10.0_f64.powf(db / 10.0)
}
