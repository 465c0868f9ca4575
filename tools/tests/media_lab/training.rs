//! `aec --training`: what a network of residual echo is trained with, as `tools/networks` reads it.

use super::{Folder, done, refused, voice, write_wav};

/// What the network hears, and four parts of 161 bins: of what the filter leaves and of its echo, each real and imaginary.
const HEARD: usize = 324;
const BINS: usize = 161;
const FRAME: usize = HEARD + 4 * BINS;

fn frames(file: &str) -> Vec<Vec<f32>> {
    let octets = std::fs::read(file).unwrap();
    let (numbers, rest) = octets.as_chunks::<4>();
    assert!(rest.is_empty());
    let numbers: Vec<f32> = numbers.iter().map(|octets| f32::from_le_bytes(*octets)).collect();
    assert_eq!(numbers.len() % FRAME, 0);
    numbers.chunks(FRAME).map(<[f32]>::to_vec).collect()
}

/// Energy of what the filter leaves, and of its echo.
fn energies(frame: &[f32]) -> [f32; 2] {
    let of = |part: usize| frame[HEARD + part * 2 * BINS..][..2 * BINS].iter().map(|x| x * x).sum();
    [of(0), of(1)]
}

#[test]
fn frames_say_what_the_filter_leaves_and_what_it_took() {
    let folder = Folder::new("training");
    for rate in [8_000, 16_000] {
        let [far, silent, mic, out, trained] =
            ["far.wav", "silent.wav", "mic.wav", "o.wav", "t.f32"].map(|name| folder.file(name));
        let said = voice(rate, 4.0);
        let late = rate as usize / 50;
        let echo = (0..said.len()).map(|n| n.checked_sub(late).map_or(0.0, |n| 0.4 * said[n])).collect();
        write_wav(&silent, rate, &[vec![0.0; said.len()]]);
        write_wav(&far, rate, &[said]);
        write_wav(&mic, rate, &[echo]);
        let run = |far: &str| {
            done(&["aec", "--algorithm", "neural", "--far", far, "--training", &trained, &mic, &out]);
            frames(&trained)
        };
        let sums = |frames: &[Vec<f32>]| {
            let last = frames[frames.len() / 2..].iter().map(|frame| energies(frame));
            last.fold([0.0; 2], |sum, of| [sum[0] + of[0], sum[1] + of[1]])
        };
        let (heard, alone) = (run(&far), run(&silent));
        assert_eq!((heard.len(), alone.len()), (400, 400), "one a block of 10 ms");
        let ([left, taken], [all, none]) = (sums(&heard), sums(&alone));
        assert!(none == 0.0 && all > 1.0, "without a far end nothing is taken: {all} {none}");
        assert!(taken > 0.5 * all && left < 0.05 * all, "{rate} Hz: {left} left, {taken} taken of {all}");
        // Bins that a rate has not are silent: 4 kHz is bin 80.
        let above: f32 = heard.iter().flat_map(|frame| &frame[HEARD + 81..HEARD + BINS]).map(|x| x * x).sum();
        assert_eq!(above == 0.0, rate == 8_000, "{above}");
    }
}

#[test]
fn a_canceller_without_a_network_has_nothing_to_train() {
    let folder = Folder::new("training-none");
    let [wav, out, trained] = ["in.wav", "o.wav", "t.f32"].map(|name| folder.file(name));
    write_wav(&wav, 8_000, &[voice(8_000, 0.5)]);
    let said = refused(&["aec", "--far", &wav, "--training", &trained, &wav, &out]);
    assert!(said.contains("--training needs --algorithm neural"), "{said}");
    assert!(!std::path::Path::new(&out).exists() && !std::path::Path::new(&trained).exists());
}
