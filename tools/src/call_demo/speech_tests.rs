//! Pure: voices that can be told apart.

use std::f32::consts::TAU;
use std::fs;
use std::path::PathBuf;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::args::DemoArgs;
use super::hearing::{Talker, find};
use super::run::speeches;
use super::{RATE, level_dbov, speech, voice};

fn tone(rate: u32, frequency: f32, seconds: f32) -> Vec<f32> {
    (0..(rate as f32 * seconds) as usize).map(|i| 0.5 * (TAU * frequency * i as f32 / rate as f32).sin()).collect()
}

/// Writes a file of 16 bits and removes it in the end.
struct Wav(PathBuf);

impl Wav {
    fn new(name: &str, rate: u32, channels: u16, samples: &[f32]) -> Self {
        let path = std::env::temp_dir().join(format!("call-demo-{}-{name}.wav", std::process::id()));
        let spec = WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut file = WavWriter::create(&path, spec).unwrap();
        samples.iter().for_each(|s| file.write_sample((s * 32_767.0) as i16).unwrap());
        file.finalize().unwrap();
        Self(path)
    }

    fn refused(&self) -> String {
        format!("{:#}", speech::read(&self.0).unwrap_err())
    }
}

impl Drop for Wav {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn all_rates_give_the_same_speech() {
    let expected = tone(8_000, 1_000.0, 1.5);
    for rate in [8_000, 16_000, 24_000, 32_000, 48_000] {
        let wav = Wav::new(&format!("rate-{rate}"), rate, 1, &tone(rate, 1_000.0, 1.5));
        let speech = speech::read(&wav.0).unwrap();
        assert_eq!(speech.len(), expected.len());
        let off = speech.iter().zip(&expected).skip(100).take(11_800).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 0.005, "{rate} Hz: {off}");
    }
}

#[test]
fn what_8_khz_cannot_hold_does_not_fold_back() {
    let folded = speech::decimate(&tone(48_000, 5_000.0, 1.0), 6);
    assert!(level_dbov(&folded[100..7_900]) < -60.0, "{}", level_dbov(&folded[100..7_900]));
}

#[test]
fn bad_files_are_refused_with_a_reason() {
    let good = tone(8_000, 500.0, 2.0);
    assert!(Wav::new("stereo", 8_000, 2, &good).refused().contains("2 channels"));
    assert!(Wav::new("44100", 44_100, 1, &good).refused().contains("media-lab resample --rate 48000"));
    assert!(Wav::new("short", 8_000, 1, &good[..7_000]).refused().contains("less than a second"));
    assert!(Wav::new("silent", 8_000, 1, &[0.0; 16_000]).refused().contains("silent"));
    assert!(speech::read("/nowhere.wav".as_ref()).is_err());
}

#[test]
fn silence_at_the_beginning_is_left_out() {
    let mut samples = vec![0.0; 8_000];
    samples.extend(tone(8_000, 500.0, 1.0));
    let wav = Wav::new("late", 8_000, 1, &samples);
    assert_eq!(speech::read(&wav.0).unwrap().len(), 8_000);
}

#[test]
fn files_go_to_the_first_parties_and_voices_to_the_rest() {
    let said = voice::voice(9, 3 * RATE);
    let (a, b) = (Wav::new("a", 8_000, 1, &said), Wav::new("b", 8_000, 1, &voice::voice(8, 2 * RATE)));
    let args = |speech: Vec<PathBuf>| DemoArgs {
        speech,
        seconds: 4,
        out: PathBuf::new(),
        flights: None,
        workers: 1,
        tick_ms: "10".to_owned(),
        stats_socket: None,
        histogram_log: None,
        json: false,
    };
    let all = speeches(&args(vec![a.0.clone(), b.0.clone()])).unwrap();
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|speech| speech.len() == 4 * RATE));
    assert!((all[0][500] - said[500]).abs() < 1e-3);
    assert_eq!(all[2][..], voice::voice(2, 4 * RATE)[..]);
    let alike = speeches(&args(vec![a.0.clone(), b.0.clone(), a.0.clone()])).unwrap_err().to_string();
    assert!(alike.contains("sound alike"), "{alike}");
    assert!(speeches(&args(vec![a.0.clone(); 6])).is_err());
}

#[test]
fn built_in_voices_are_unlike_and_as_loud_as_speech() {
    let voices: Vec<_> = (0..5).map(|number| voice::voice(number, 5 * RATE)).collect();
    for (i, heard) in voices.iter().enumerate() {
        assert!((level_dbov(heard) + 26.0).abs() < 0.5, "voice {i}: {} dBov", level_dbov(heard));
        for (j, said) in voices.iter().enumerate().filter(|(j, _)| *j != i) {
            let found = find(heard, 0.0, &[Talker { said, begin: 0.0 }]);
            assert!(found[0].likeness < 0.25, "{i} and {j}: {found:?}");
        }
    }
}
