//! Control: what echo cancellation costs, beside speexdsp's canceller with its residual suppression.
//! `cargo bench --bench aec [--features neural] -- [--json] [--quick]`.

// The lint wall of clippy.toml is for real-time modules of the library.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

mod support;

use libloading::Library;
use media_core::processing::audio::aec::{Aec, AecAlgorithm, AecParams, EchoCanceller};
use media_core::types::SampleRate;
use std::ffi::{c_int, c_void};
use std::hint::black_box;
use support::{Bench, Unit};

const US: Unit = Unit { name: "us per 20 ms", per: 1_000.0 };

fn main() {
    let mut bench = Bench::from_args("aec");
    let at = |hz| SampleRate::from_hz(hz).expect("a rate of ours");
    for hz in [8_000, 16_000, 48_000] {
        compare(&mut bench, &format!("frequency_domain_{}", hz / 1_000), at(hz), AecParams::default());
    }
    compare(&mut bench, "frequency_domain_16_low_complexity", at(16_000), AecParams::default().low_complexity());
    if cfg!(feature = "neural") {
        for hz in [8_000, 16_000, 48_000] {
            let params = AecParams::default().algorithm(AecAlgorithm::Neural);
            compare(&mut bench, &format!("neural_{}", hz / 1_000), at(hz), params);
        }
    } else {
        eprintln!("skipped: neural needs --features neural");
    }
    compare(&mut bench, "nlms_16", at(16_000), AecParams::light());
    compare(&mut bench, "nlms_line_8", at(8_000), AecParams::line());
    bench.finish();
}

/// Noise whose level changes ten times a second, and its echo: nothing stands still.
fn sounds(rate: SampleRate) -> (Vec<f32>, Vec<f32>) {
    let far: Vec<f32> = (0..rate.hz() * 2)
        .map(|n| {
            let level = 0.05 * (1 + n / (rate.hz() / 10) % 4) as f32;
            level * ((n.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0)
        })
        .collect();
    let late = rate.block_samples() * 3;
    let near = (0..far.len()).map(|n| if n < late { 0.0 } else { 0.4 * far[n - late] + 0.2 * far[n - late / 2] });
    let near = near.collect();
    (far, near)
}

fn compare(bench: &mut Bench, name: &str, rate: SampleRate, params: AecParams) {
    if !bench.wants(name) {
        return;
    }
    let (far, near) = sounds(rate);
    let block = rate.block_samples();
    let blocks = far.len() / block;
    let mut aec = Aec::new(rate, params).expect("legal parameters");
    let (mut at, mut out) = (0, vec![0.0; block]);
    let mut ours = || {
        for _ in 0..2 {
            let range = at * block..(at + 1) * block;
            at = (at + 1) % blocks;
            out.copy_from_slice(&near[range.clone()]);
            aec.process(black_box(&far[range]), black_box(&mut out)).expect("whole block");
        }
    };
    let as_i16 = |sound: &[f32]| -> Vec<i16> { sound.iter().map(|x| (x * 32_767.0) as i16).collect() };
    let (far_i16, near_i16) = (as_i16(&far), as_i16(&near));
    let frame = 2 * block;
    match SpeexEcho::new(rate, params.tail_ms) {
        Some(mut peer) => {
            let (mut at, mut out) = (0, vec![0i16; frame]);
            let mut peer_run = || {
                let range = at * frame..(at + 1) * frame;
                at = (at + 1) % (blocks / 2);
                peer.process(black_box(&near_i16[range.clone()]), black_box(&far_i16[range]), black_box(&mut out));
            };
            bench.compare(name, US, &mut [("ours", &mut ours), ("speexdsp", &mut peer_run)]);
        }
        None => {
            println!("skipped: libspeexdsp.so.1 is not installed");
            bench.compare(name, US, &mut [("ours", &mut ours)]);
        }
    }
}

type State = *mut c_void;
type Cancel = unsafe extern "C" fn(State, *const i16, *const i16, *mut i16);
type Control = unsafe extern "C" fn(State, c_int, State) -> c_int;

/// speexdsp's canceller and its preprocessor, which suppresses what echo is left.
struct SpeexEcho {
    echo: State,
    preprocess: State,
    frame: usize,
    cancel: Cancel,
    suppress: unsafe extern "C" fn(State, *mut i16) -> c_int,
    free: [unsafe extern "C" fn(State); 2],
    _library: Library,
}

impl SpeexEcho {
    fn new(rate: SampleRate, tail_ms: u16) -> Option<Self> {
        let frame = 2 * rate.block_samples();
        let tail = rate.block_samples() * usize::from(tail_ms) / 10;
        // SAFETY: the library runs no code of consequence when it is loaded; the types are those of speex_echo.h and
        // speex_preprocess.h (1.2.1), whose requests 24 set the sample rate and the echo state, 0 the noise suppression.
        unsafe {
            let library = Library::new("libspeexdsp.so.1").ok()?;
            let init: unsafe extern "C" fn(c_int, c_int) -> State = *library.get(b"speex_echo_state_init").ok()?;
            let prepare: unsafe extern "C" fn(c_int, c_int) -> State =
                *library.get(b"speex_preprocess_state_init").ok()?;
            let control: Control = *library.get(b"speex_echo_ctl").ok()?;
            let set: Control = *library.get(b"speex_preprocess_ctl").ok()?;
            let (mut hz, mut off): (c_int, c_int) = (rate.hz() as c_int, 0);
            let echo = init(frame as c_int, tail as c_int);
            let preprocess = prepare(frame as c_int, hz);
            control(echo, 24, (&raw mut hz).cast());
            set(preprocess, 24, echo);
            set(preprocess, 0, (&raw mut off).cast());
            let cancel = *library.get(b"speex_echo_cancellation").ok()?;
            let suppress = *library.get(b"speex_preprocess_run").ok()?;
            let free = [
                *library.get(b"speex_echo_state_destroy").ok()?,
                *library.get(b"speex_preprocess_state_destroy").ok()?,
            ];
            Some(Self { echo, preprocess, frame, cancel, suppress, free, _library: library })
        }
    }

    fn process(&mut self, near: &[i16], far: &[i16], out: &mut [i16]) {
        assert!(near.len() == self.frame && far.len() == self.frame && out.len() == self.frame);
        // SAFETY: the states are live, and all three slices hold a frame.
        unsafe {
            (self.cancel)(self.echo, near.as_ptr(), far.as_ptr(), out.as_mut_ptr());
            (self.suppress)(self.preprocess, out.as_mut_ptr());
        }
    }
}

impl Drop for SpeexEcho {
    fn drop(&mut self) {
        // SAFETY: both states are live, and used no more; the preprocessor, which refers to the other, goes first.
        unsafe {
            (self.free[1])(self.preprocess);
            (self.free[0])(self.echo);
        }
    }
}
