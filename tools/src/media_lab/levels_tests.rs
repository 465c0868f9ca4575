//! Control: the commands of levels and tones on small files.

use super::wav::{self, Sound};
use super::{dtmf, eq, loudness};
use crate::made_speech::talker;
use clap::Parser;
use media_core::processing::audio::tone::DtmfParams;
use media_core::types::SampleRate;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("media-lab-levels-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn sine(rate: u32, seconds: u32, hz: f32, amplitude: f32) -> Vec<f32> {
    (0..rate * seconds).map(|n| amplitude * (std::f32::consts::TAU * hz * n as f32 / rate as f32).sin()).collect()
}

/// Runs a command line.
fn lab(words: &[&str]) -> anyhow::Result<()> {
    super::run(&super::Cli::try_parse_from([&["media-lab"], words].concat())?)
}

#[test]
fn digits_and_their_times() {
    let mut pcm = vec![0.0; 1_600];
    for (low, high) in [(697.0, 1_209.0), (941.0, 1_477.0)] {
        let tones = sine(8_000, 1, low, 0.2).into_iter().zip(sine(8_000, 1, high, 0.2));
        pcm.extend(tones.map(|(l, h)| l + h).take(480).chain([0.0; 480]));
    }
    let found = dtmf::digits(&pcm, SampleRate::Hz8000, DtmfParams::default()).unwrap();
    assert_eq!(found.iter().map(|d| d.digit).collect::<String>(), "1#");
    assert!((found[0].start_ms - 200).abs() < 6 && (found[1].end_ms - 380).abs() < 8, "{found:?}");
    let folder = folder("dtmf");
    let (wav, csv) = (folder.join("in.wav"), folder.join("out.csv"));
    wav::write(&wav, &Sound::mono(8_000, pcm)).unwrap();
    lab(&["dtmf", wav.to_str().unwrap(), csv.to_str().unwrap()]).unwrap();
    let text = std::fs::read_to_string(csv).unwrap();
    assert!(text.starts_with("digit,start_ms,end_ms\n1,") && text.lines().count() == 3, "{text}");
    assert!(lab(&["dtmf", wav.to_str().unwrap()]).is_err(), "no file to write");
}

#[test]
fn loudness_of_the_reference() {
    let sound = Sound { rate: 48_000, channels: vec![sine(48_000, 5, 1_000.0, 10f32.powf(-1.15)); 2] };
    let measured = loudness::measure(&sound).unwrap();
    for value in [measured.integrated, measured.short_term, measured.momentary, measured.true_peak] {
        assert!((value.unwrap() + 23.0).abs() < 0.1, "{measured:?}");
    }
    let short = loudness::measure(&Sound::mono(8_000, vec![0.0; 800])).unwrap();
    assert_eq!((short.integrated, short.momentary), (None, None));
    assert!(loudness::measure(&Sound::mono(8_000, Vec::new())).is_err());
}

#[test]
fn gain_control_levels_a_file() {
    let folder = folder("agc");
    let (input, output, plot) = (folder.join("in.wav"), folder.join("out.wav"), folder.join("agc.svg"));
    let lufs = |path: &PathBuf| loudness::measure(&wav::read(path).unwrap()).unwrap().integrated.unwrap();
    let faint = |pcm: Vec<f32>| pcm.into_iter().map(|x| 0.1 * x).collect();
    wav::write(&input, &Sound::mono(8_000, faint(talker(4, 20.0)))).unwrap();
    let paths = [&input, &output, &plot].map(|p| p.to_str().unwrap().to_owned());
    lab(&["agc", "--target-lufs", "-24", &paths[0], &paths[1], "--plot", &paths[2]]).unwrap();
    assert!((lufs(&output) + 24.0).abs() < 3.0 && lufs(&input) < -34.0, "{} from {}", lufs(&output), lufs(&input));
    lab(&["agc", "--target-lufs", "-24", "--algorithm", "multiband", &paths[0], &paths[1], "--json"]).unwrap();
    assert!((lufs(&output) + 24.0).abs() < 3.0, "{}", lufs(&output));
    assert!(std::fs::read_to_string(plot).unwrap().contains("polyline"));
    assert!(lab(&["agc", "--target-lufs", "3", &paths[0], &paths[1]]).is_err());
    // What is no speech stays as it is.
    let on = |n: usize| f32::from(u8::from((n / 8_000).is_multiple_of(2)));
    let tone = sine(16_000, 8, 500.0, 0.1).into_iter().enumerate().map(|(n, x)| x * on(n)).collect();
    wav::write(&input, &Sound::mono(16_000, faint(tone))).unwrap();
    lab(&["agc", "--target-lufs", "-24", &paths[0], &paths[1]]).unwrap();
    assert!((lufs(&output) - lufs(&input)).abs() < 1.0, "{} from {}", lufs(&output), lufs(&input));
}

#[test]
fn effects_on_a_file() {
    let folder = folder("effects");
    let (input, output) = (folder.join("in.wav"), folder.join("out.wav"));
    let channels = vec![sine(16_000, 1, 1_000.0, 0.5), sine(16_000, 1, 200.0, 0.5)];
    wav::write(&input, &Sound { rate: 16_000, channels }).unwrap();
    let paths = [&input, &output].map(|p| p.to_str().unwrap().to_owned());
    let power = |c: usize| {
        let sound = wav::read(&output).unwrap();
        10.0 * (sound.channels[c][8_000..].iter().map(|x| x * x).sum::<f32>() / 8_000.0 / 0.125).log10()
    };
    lab(&["eq", "--band", "peak:1000:-12:4", &paths[0], &paths[1]]).unwrap();
    assert!((power(0) + 12.0).abs() < 0.3 && power(1).abs() < 0.3, "{} {}", power(0), power(1));
    lab(&["compress", "--threshold-dbfs", "-29", "--ratio", "2", "--knee-db", "0", &paths[0], &paths[1]]).unwrap();
    assert!((power(0) + 10.0).abs() < 0.3, "{}", power(0));
    assert!(lab(&["compress", "--ratio", "0", &paths[0], &paths[1]]).is_err());
    for wrong in ["peak", "peak:x", "round:100", "peak:100:1:1:1"] {
        assert!(eq::band(wrong).is_err(), "{wrong}");
    }
}

/// The stages of a call on files: they come and go at their times, and what they do is heard only meanwhile.
#[test]
fn a_chain_comes_and_goes() {
    let folder = folder("chain");
    let [input, output, plot, events] = ["in.wav", "out.wav", "chain.svg", "events.csv"].map(|name| folder.join(name));
    let digit = sine(16_000, 3, 770.0, 0.1).into_iter().zip(sine(16_000, 3, 1_336.0, 0.1)).map(|(l, h)| l + h);
    let pcm: Vec<f32> =
        digit.enumerate().map(|(n, x)| if (16_000..20_000).contains(&n) { x } else { 0.5 * x }).collect();
    wav::write(&input, &Sound::mono(16_000, pcm.clone())).unwrap();
    let paths = [&input, &output, &plot, &events].map(|p| p.to_str().unwrap().to_owned());
    let band = ["chain", "--band", "low-pass:300", "--tones", "--from", "1", "--until", "2", "--json"];
    lab(&[&band[..], &["--plot", &paths[2], "--events", &paths[3], &paths[0], &paths[1]]].concat()).unwrap();
    let heard = wav::read(&output).unwrap();
    let power = |pcm: &[f32], second: usize| -> f32 {
        pcm[second * 16_000 + 8_000..(second + 1) * 16_000].iter().map(|x| x * x).sum()
    };
    let kept = |second| power(&heard.channels[0], second) / power(&pcm, second);
    assert!((kept(0) - 1.0).abs() < 1e-3 && kept(1) < 0.1 && (kept(2) - 1.0).abs() < 1e-3, "{:?}", [0, 1, 2].map(kept));
    let text = std::fs::read_to_string(events).unwrap();
    assert!(text.starts_with("t_ms,event\n1") && text.contains("began"), "{text}");
    assert!(std::fs::read_to_string(plot).unwrap().contains("polyline"));
    assert!(lab(&["chain", &paths[0], &paths[1]]).unwrap_err().to_string().contains("no stage"));
    assert!(lab(&["chain", "--aec", "nlms", &paths[0], &paths[1]]).is_err(), "an echo of what?");
}
