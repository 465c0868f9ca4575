//! Files that are compressed (feature `symphonia`), made by ffmpeg, another's encoder: FLAC to the sample, MP3 and Ogg Vorbis as alike
//! as they are; sought in, cut off, with broken octets.

use super::files::{Folder, octets, wav};
use super::*;
use crate::support::random::Random;
use std::process::Command;

/// Two seconds of a sound that is another at each time, at 8 kHz.
fn sweep() -> Vec<f32> {
    let phase = |n: usize| n as f32 / 8_000.0 * (300.0 + n as f32 / 8_000.0 * 700.0);
    (0..16_000).map(|n| (std::f32::consts::TAU * phase(n)).sin() * 0.4).collect()
}

/// Has ffmpeg make files of these names of `pcm`; false where there is no ffmpeg.
fn make(folder: &Folder, pcm: &[f32], names: &[(&str, &[&str])]) -> bool {
    let data = octets(pcm, 1, 16);
    let from = folder.put("from.wav", &wav(1, 16, 1, 8_000, &data, data.len() as u32));
    for (name, how) in names {
        let to = folder.root().join(name);
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-i"])
            .arg(&from)
            .args(*how)
            .arg(&to)
            .status();
        match made {
            Ok(status) => assert!(status.success(), "ffmpeg makes no {name}"),
            Err(_) => {
                println!("skipped: no ffmpeg to make {name}");
                return false;
            }
        }
    }
    true
}

/// How alike two sounds are over the shorter one's length, at the best of shifts of up to 40 ms.
fn alike(one: &[f32], other: &[f32]) -> (f32, isize) {
    support::speech::correlation(one, other, 320)
}

#[test]
fn flac_is_played_to_the_sample_from_anywhere() {
    let _alone = alone();
    let folder = Folder::new("flac");
    let pcm = noise(16_000, 3);
    if !make(&folder, &pcm, &[("a.flac", &[]), ("named.wav", &["-f", "flac"])]) {
        return;
    }
    let heard_of = octets(&pcm, 1, 16);
    let exact: Vec<f32> =
        heard_of.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0).collect();
    // By what it holds, whatever its name.
    for name in ["a.flac", "named.wav"] {
        let mut call = folder.call();
        call.play(Prompt::file(name));
        call.run(2_200);
        assert!(found(&call.phone.heard(), &mu_law(&exact)).is_some(), "{name}");
        let end = call.ends()[0];
        assert_eq!((end.end, end.samples), (PlaybackEnd::Complete, 16_000), "{name}");
        call.end();
    }
    for start in [1, 4_095, 4_096, 9_999] {
        let mut call = folder.call();
        call.play(Prompt::file("a.flac").start_at(Duration::from_micros(start as u64 * 125)));
        call.run(2_200);
        // Faded in over its first block.
        assert!(found(&call.phone.heard(), &mu_law(&exact[start + 80..])).is_some(), "from {start} on");
        call.end();
    }
}

#[test]
fn mp3_and_vorbis_are_heard_at_any_rate_and_in_stereo() {
    let _alone = alone();
    let folder = Folder::new("lossy");
    let pcm = sweep();
    let names: [(&str, &[&str]); 5] = [
        ("a.mp3", &["-b:a", "64k"]),
        ("stereo.mp3", &["-ar", "44100", "-ac", "2", "-b:a", "128k"]),
        ("vbr.mp3", &["-ar", "48000", "-q:a", "2"]),
        ("a.ogg", &["-c:a", "libvorbis", "-q:a", "5"]),
        ("stereo.ogg", &["-ar", "44100", "-ac", "2", "-c:a", "libvorbis", "-q:a", "5"]),
    ];
    if !make(&folder, &pcm, &names) {
        return;
    }
    for (name, _) in names {
        let mut call = folder.call();
        call.play(Prompt::file(name));
        call.run(2_400);
        let heard = linear(&call.phone.heard());
        let (like, shift) = alike(&pcm, &heard);
        let end = call.ends()[0];
        println!("{name}: {like} at {shift}, {end:?}");
        assert!(like > 0.98, "{name}: {like}");
        assert_eq!(end.end, PlaybackEnd::Complete, "{name}");
        // Encoders add up to a few frames where the file does not say how much.
        assert!((15_900..19_000).contains(&end.samples), "{name}: {} samples", end.samples);
        call.end();
    }
    // From its middle on, over and over.
    let mut call = folder.call();
    call.play(Prompt::file("a.ogg").start_at(Duration::from_secs(1)).times(2));
    call.run(3_600);
    let heard = linear(&call.phone.heard());
    let (like, _) = alike(&pcm[8_200..], &heard[200..]);
    assert!(like > 0.9, "{like}");
    call.end();
}

#[test]
fn what_is_cut_off_or_broken_or_none_is_told_and_the_call_goes_on() {
    let _alone = alone();
    let folder = Folder::new("broken");
    let names: [(&str, &[&str]); 3] = [("a.mp3", &[]), ("a.flac", &[]), ("a.ogg", &["-c:a", "libvorbis"])];
    if !make(&folder, &sweep(), &names) {
        return;
    }
    folder.put("letter.mp3", b"This is a letter, and not a sound. It goes on for some time, and is none yet.");
    let mut call = folder.call();
    call.play(Prompt::file("letter.mp3"));
    call.run(200);
    assert_eq!(call.ends()[0].end, PlaybackEnd::Failed(PlaybackFault::UnknownFormat));
    let mut random = Random(4);
    for (name, _) in names {
        let whole = std::fs::read(folder.root().join(name)).unwrap();
        for n in 0..25 {
            let mut octets = whole.clone();
            match n % 3 {
                0 => octets.truncate(random.below(whole.len())),
                1 => (0..20).for_each(|_| octets[random.below(whole.len())] = random.next() as u8),
                _ => octets[whole.len() / 3..whole.len() / 2].fill(0),
            }
            folder.put("odd.bin", &octets);
            let before = call.ends().len();
            call.play(Prompt::file("odd.bin"));
            call.run(3_000);
            assert_eq!(call.ends().len(), before + 1, "{name} {n}: it ends, and is told");
            assert!(!matches!(call.ends()[before].end, PlaybackEnd::Failed(PlaybackFault::Panicked)), "{name} {n}");
        }
    }
    call.play(Prompt::samples(noise(800, 9), 8_000));
    call.run(200);
    assert!(found(&call.phone.heard(), &mu_law(&noise(800, 9))).is_some());
    call.end();
}
