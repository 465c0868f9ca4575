//! Speech and noise of the scenes, of which no detector of tones may tell anything.

use super::*;
use media_core::processing::{CallProgressDetector, SingleToneDetector, ToneDetector, ToneEvent};
use std::path::{Path, PathBuf};

/// The first channel of a file, at a rate of ours.
fn read(path: &Path) -> Option<(Vec<f32>, SampleRate)> {
    let mut reader = hound::WavReader::open(path).ok()?;
    let spec = reader.spec();
    let rate = SampleRate::ALL.into_iter().find(|rate| rate.hz() == spec.sample_rate)?;
    let scale = 1.0 / (1u64 << (spec.bits_per_sample - 1)) as f32;
    let all: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Int => reader.samples::<i32>().map(|x| x.unwrap_or(0) as f32 * scale).collect(),
        hound::SampleFormat::Float => reader.samples::<f32>().map(Result::unwrap_or_default).collect(),
    };
    Some((all.into_iter().step_by(usize::from(spec.channels)).collect(), rate))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let all = entries.flatten().map(|entry| entry.path());
    all.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn speech_and_noise_set_no_detector_off() {
    let Ok(scenes) = std::env::var("MEDIA_CORE_SCENES") else {
        println!("skipped: MEDIA_CORE_SCENES does not say where the scenes are (shared/scenes/unpack.py DIR)");
        return;
    };
    let (mut seconds, mut alarms) = (0.0, Vec::new());
    for folder in ["speech", "vad", "noise", "aec", "aec_real"] {
        for file in files(&Path::new(&scenes).join(folder)) {
            let Some((audio, rate)) = read(&file) else { continue };
            for gain in [0.1, 1.0, 3.0] {
                let mut detectors: [Box<dyn ToneDetector>; 2] = [
                    Box::new(CallProgressDetector::new(rate, CallProgressParams::default()).unwrap()),
                    Box::new(SingleToneDetector::new(rate, SingleToneParams::fax()).unwrap()),
                ];
                for block in audio.chunks_exact(rate.block_samples()) {
                    let block: Vec<f32> = block.iter().map(|x| (gain * x).clamp(-1.0, 1.0)).collect();
                    for detector in &mut detectors {
                        if let Some(ToneEvent::Begin { tone, .. }) = detector.process(&block).unwrap() {
                            alarms.push((file.clone(), gain, tone));
                        }
                    }
                }
                seconds += audio.len() as f64 / f64::from(rate.hz());
            }
        }
    }
    println!("{} false alarms in {:.0} minutes of speech and noise at three levels", alarms.len(), seconds / 60.0);
    assert!(seconds > 1_000.0, "{scenes} has no scenes");
    assert_eq!(alarms, []);
}
