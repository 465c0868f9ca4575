//! Pure: what the cancellers do to sound. Each test that asks for echo removed or a path found has a twin, `…_twin`, that
//! shows the same measure failing on a canceller that does nothing.

mod echo_detector;
mod echo_loss;
mod filter;
mod late_echo;
mod material;
mod neural;
mod paths;
mod suppression;

use super::{Aec, AecParams, EchoCanceller, EchoMetrics};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

/// A canceller that does nothing.
struct Bypass;

impl EchoCanceller for Bypass {
    fn process(&mut self, _far: &[f32], _near: &mut [f32]) -> Result<(), StageFault> {
        Ok(())
    }

    fn metrics(&self) -> EchoMetrics {
        EchoMetrics::default()
    }

    fn reset(&mut self) {}
}

fn bypass() -> Aec {
    Aec::Boxed(Box::new(Bypass))
}

fn make(rate: SampleRate, params: AecParams) -> Aec {
    Aec::new(rate, params).expect("legal parameters")
}

/// What comes out, block by block.
fn run(aec: &mut Aec, rate: SampleRate, far: &[f32], mic: &[f32]) -> Vec<f32> {
    let size = rate.block_samples();
    let mut out = Vec::with_capacity(mic.len());
    for (far, mic) in far.chunks_exact(size).zip(mic.chunks_exact(size)) {
        let mut block = mic.to_vec();
        aec.process(far, &mut block).expect("whole blocks");
        assert!(block.iter().all(|x| x.is_finite()));
        out.extend(block);
    }
    out
}

/// The part of a sound from `from` to `to` seconds.
fn part(sound: &[f32], rate: SampleRate, from: f32, to: f32) -> &[f32] {
    let at = |s: f32| ((s * rate.hz() as f32) as usize).min(sound.len());
    &sound[at(from)..at(to)]
}

#[test]
#[cfg(not(feature = "neural"))]
fn a_build_without_the_network_says_so() {
    use super::AecAlgorithm;
    let made = Aec::new(SampleRate::Hz8000, AecParams::default().algorithm(AecAlgorithm::Neural));
    assert!(made.is_err_and(|error| error.to_string().contains("enable cargo feature `neural`")));
}
