//! WAV files of all kinds, and what is none: it is told by name, and the call goes on.

use super::*;
use std::path::{Path, PathBuf};

/// A folder of its own, gone with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("media-core-play-{}-{name}", std::process::id()));
        std::fs::create_dir_all(path.join("root")).unwrap();
        Self(path.canonicalize().unwrap())
    }

    pub(super) fn root(&self) -> PathBuf {
        self.0.join("root")
    }

    pub(super) fn put(&self, name: &str, octets: &[u8]) -> PathBuf {
        let path = self.root().join(name);
        std::fs::write(&path, octets).unwrap();
        path
    }

    pub(super) fn call(&self) -> Call {
        let config = MediaEngineConfig::default().max_sessions(8usize).media_root(self.root());
        Call::with(config, MediaSessionParams::new(AudioFormat::pcmu()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A WAV file; format 1 is linear, 3 floating point. `told`: octets of samples as its header has them.
pub(super) fn wav(format: u16, bits: u16, channels: u16, hz: u32, data: &[u8], told: u32) -> Vec<u8> {
    let frame = channels * bits / 8;
    let mut file = b"RIFF".to_vec();
    file.extend(told.wrapping_add(36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    [format, channels].iter().for_each(|x| file.extend(x.to_le_bytes()));
    [hz, hz * u32::from(frame)].iter().for_each(|x| file.extend(x.to_le_bytes()));
    [frame, bits].iter().for_each(|x| file.extend(x.to_le_bytes()));
    file.extend(b"data");
    file.extend(told.to_le_bytes());
    file.extend(data);
    file
}

/// Samples as a file has them.
pub(super) fn octets(pcm: &[f32], format: u16, bits: u16) -> Vec<u8> {
    let one = |x: &f32| -> Vec<u8> {
        match (format, bits) {
            (3, _) => x.to_le_bytes().to_vec(),
            (_, 8) => vec![(x * 128.0 + 128.0) as u8],
            (_, 16) => ((x * 32_768.0) as i16).to_le_bytes().to_vec(),
            (_, 24) => ((x * 8_388_608.0) as i32).to_le_bytes()[..3].to_vec(),
            _ => ((f64::from(*x) * 2_147_483_648.0) as i32).to_le_bytes().to_vec(),
        }
    };
    pcm.iter().flat_map(one).collect()
}

#[test]
fn linear_and_floating_point_files_of_one_and_two_channels_are_played_to_the_sample() {
    let _alone = alone();
    let folder = Folder::new("kinds");
    // What 8 bits can say.
    let left: Vec<f32> = noise(3_001, 1).iter().map(|x| (x * 128.0).round() / 128.0).collect();
    let right: Vec<f32> = noise(3_001, 2).iter().map(|x| (x * 128.0).round() / 128.0).collect();
    for (format, bits) in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32)] {
        for channels in [1, 2] {
            let both: Vec<f32> = left.iter().zip(&right).flat_map(|(l, r)| [*l, *r]).take(3_001 * channels).collect();
            let (pcm, said) = match channels {
                1 => (left.clone(), left.clone()),
                _ => (both, left.iter().zip(&right).map(|(l, r)| (l + r) / 2.0).collect::<Vec<_>>()),
            };
            let data = octets(&pcm, format, bits);
            let name = format!("{format}-{bits}-{channels}.wav");
            folder.put(&name, &wav(format, bits, channels as u16, 8_000, &data, data.len() as u32));
            let mut call = folder.call();
            // By its name below the root, and begun again.
            call.play(Prompt::file(&name).times(2));
            call.run(1_000);
            let heard = call.phone.heard();
            assert!(heard.starts_with(&mu_law(&[&said[..], &said].concat())), "{name}");
            assert_eq!((call.ends()[0].samples, call.ends()[0].end), (3_001, PlaybackEnd::Complete), "{name}");
            call.end();
        }
    }
}

#[test]
fn a_file_of_another_rate_is_converted_and_sought_in() {
    let _alone = alone();
    let folder = Folder::new("rates");
    for hz in [16_000u32, 44_100] {
        let sine = |n: usize, hz: f64| 0.5 * (n as f64 * std::f64::consts::TAU * 1_000.0 / hz).sin() as f32;
        let said: Vec<f32> = (0..2 * hz as usize).map(|n| sine(n, f64::from(hz))).collect();
        let data = octets(&said, 1, 16);
        let path = folder.put("sine.wav", &wav(1, 16, 1, hz, &data, data.len() as u32));
        let mut call = folder.call();
        call.play(Prompt::file(path).start_at(Duration::from_millis(500)));
        call.run(2_000);
        let heard = linear(&call.phone.heard());
        let worst = (200..11_900).map(|n| (heard[n] - sine(n, 8_000.0)).abs()).fold(0.0, f32::max);
        assert!(worst < 0.06, "{hz}: {worst}");
        assert_eq!((call.ends()[0].samples, heard.len()), (16_000, 12_000), "{hz}");
        call.end();
    }
}

#[test]
fn what_is_no_file_of_samples_is_told_by_name_and_the_call_goes_on() {
    let _alone = alone();
    let folder = Folder::new("bad");
    let good = octets(&noise(1_600, 3), 1, 16);
    let alaw = wav(6, 8, 1, 8_000, &[0x55; 800], 800);
    let silent = |bits, channels, hz| wav(1, bits, channels, hz, &good, good.len() as u32);
    std::fs::create_dir(folder.root().join("folder.wav")).unwrap();
    folder.put("empty.wav", &[]);
    folder.put("text.wav", b"This is a letter, and not a sound.");
    folder.put("half-header.wav", &silent(16, 1, 8_000)[..20]);
    folder.put("alaw.wav", &alaw);
    folder.put("slow.wav", &silent(16, 1, 100));
    folder.put("no-channel.wav", &silent(16, 0, 8_000));
    folder.put("many.wav", &silent(16, 65, 8_000));
    folder.put("no-rate.wav", &silent(16, 1, 0));
    folder.put("twelve.wav", &silent(12, 1, 8_000));
    folder.put("nothing.wav", &wav(1, 16, 1, 8_000, &[], 0));
    folder.put("four-gib.wav", &wav(1, 16, 1, 8_000, &good, u32::MAX - 1));
    folder.put("odd-four-gib.wav", &wav(1, 16, 1, 8_000, &good, u32::MAX));
    folder.put("short.wav", &wav(1, 16, 1, 8_000, &good[..1_601], good.len() as u32));
    std::fs::write(folder.0.join("secret.wav"), silent(16, 1, 8_000)).unwrap();
    std::os::unix::fs::symlink(folder.0.join("secret.wav"), folder.root().join("link.wav")).unwrap();
    std::os::unix::fs::symlink("loop.wav", folder.root().join("loop.wav")).unwrap();
    use PlaybackFault::*;
    // By name: why, and how many samples were there to be played.
    let cases: [(&str, &[PlaybackFault], u64); 18] = [
        ("none.wav", &[NotFound], 0),
        ("none/at/all.wav", &[NotFound], 0),
        ("empty.wav/x", &[NotFound], 0),
        ("folder.wav", &[NotAFile], 0),
        ("empty.wav", &[Empty], 0),
        ("text.wav", &[NotWav, UnknownFormat], 0),
        ("half-header.wav", &[NotWav], 0),
        ("alaw.wav", &[Unsupported, NotWav], 0),
        ("slow.wav", &[Unsupported], 0),
        ("no-channel.wav", &[Unsupported, NotWav], 0),
        ("many.wav", &[Unsupported, NotWav], 0),
        ("no-rate.wav", &[Unsupported, NotWav], 0),
        ("twelve.wav", &[Unsupported, NotWav], 0),
        ("nothing.wav", &[Empty], 0),
        ("four-gib.wav", &[Truncated], 1_600),
        ("odd-four-gib.wav", &[NotWav, Truncated], 0),
        ("short.wav", &[Truncated], 800),
        ("link.wav", &[OutsideRoot], 0),
    ];
    let mut call = folder.call();
    for (name, expected, samples) in cases {
        call.told.clear();
        let heard = call.phone.heard().len();
        let playback = call.play(Prompt::file(name).forever());
        call.run(400);
        let ends = call.ends();
        assert_eq!(ends.len(), 1, "{name}: {:?}", call.told);
        let PlaybackEnd::Failed(fault) = ends[0].end else { panic!("{name}: {ends:?}") };
        assert!(expected.contains(&fault), "{name}: {fault:?}");
        assert_eq!((ends[0].playback, ends[0].samples), (playback.id(), samples), "{name}");
        let begun = call.told.contains(&EventKind::PlaybackStarted(playback.id()));
        assert_eq!(begun, samples > 0, "{name}");
        let more = (call.phone.heard().len() - heard) as u64;
        assert!((samples..samples + 160).contains(&more), "{name}: {more} samples");
    }
    let playback = call.play(Prompt::file("loop.wav"));
    call.run(100);
    assert!(matches!(call.ends().last().unwrap().end, PlaybackEnd::Failed(Io(_))), "{:?}", call.ends().last());
    // Between good ones a bad one ends the prompt, not those behind it.
    folder.put("good.wav", &silent(16, 1, 8_000));
    let behind = call.session.play_next(Prompt::file("good.wav"));
    let behind = call.done(behind);
    call.run(500);
    let last = *call.ends().last().unwrap();
    assert_eq!((last.playback, last.end, last.samples), (behind.id(), PlaybackEnd::Complete, 1_600));
    assert_ne!(playback.id(), behind.id());
    call.end();
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_done() {
    let _alone = alone();
    let folder = Folder::new("refused");
    let mut call = folder.call();
    let outside = |path: &Path| PlaybackError::Path(path.to_path_buf());
    let secret = folder.0.join("secret.wav");
    let round = folder.root().join("../secret.wav");
    let long = || (0..1_025).map(|_| PromptPart::silence(Duration::from_millis(1)));
    let tone = |hz: f32, dbm0| Prompt::tone(media_core::ToneCadence::new(&[hz], dbm0));
    let cases = [
        (Prompt::file("../secret.wav"), outside("../secret.wav".as_ref())),
        (Prompt::file(&secret), outside(&secret)),
        (Prompt::file(&round), outside(&round)),
        (Prompt::file(""), outside("".as_ref())),
        (Prompt::list([]), PlaybackError::Parts { given: 0, most: 1_024 }),
        (Prompt::list(long()), PlaybackError::Parts { given: 1_025, most: 1_024 }),
        (Prompt::silence_of(100).times(0), PlaybackError::NoRound),
        (Prompt::samples(vec![0.0], 3_999), PlaybackError::Rate(3_999)),
        (Prompt::samples(vec![0.0], 192_001), PlaybackError::Rate(192_001)),
        (tone(10.0, -10.0), PlaybackError::Tone("a tone's frequencies are 20 to 20,000 Hz")),
        (tone(f32::NAN, -10.0), PlaybackError::Tone("a tone's frequencies are 20 to 20,000 Hz")),
        (tone(440.0, 1.0), PlaybackError::Tone("a tone's level is -60 to 0 dBm0")),
    ];
    for (prompt, expected) in cases {
        let refused = call.session.play(prompt);
        assert_eq!(call.engine.complete(refused).map(|_| ()).unwrap_err(), expected.into());
    }
    call.run(100);
    assert!(call.of_prompts().is_empty() && call.phone.got.is_empty());
    let relative = MediaEngineConfig::default().media_root(PathBuf::from("prompts"));
    assert_eq!(relative.plan().unwrap_err().field, "media_root");
    call.end();
}

/// So that a line says what it means.
trait SilenceOf {
    fn silence_of(ms: u64) -> Prompt;
}

impl SilenceOf for Prompt {
    fn silence_of(ms: u64) -> Prompt {
        PromptPart::silence(Duration::from_millis(ms)).into()
    }
}
