//! Both ways between `media-lab` and ffmpeg, where it is installed.

use super::{Folder, done, read_wav, snr, vectors, voice, write_wav};
use std::process::Command;

fn ffmpeg(arguments: &[&str]) -> bool {
    let output = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(arguments).output();
    let Ok(output) = output else {
        println!("skipped: interop with ffmpeg: it is not installed (Debian: apt-get install ffmpeg)");
        return false;
    };
    assert!(output.status.success(), "ffmpeg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

/// File, ffmpeg's format and encoder, rate.
const RAW: [(&str, &str, &str, &str); 4] = [
    ("s.ul", "mulaw", "pcm_mulaw", "8000"),
    ("s.al", "alaw", "pcm_alaw", "8000"),
    ("s.g722", "g722", "g722", "16000"),
    ("s.l16", "s16be", "pcm_s16be", "16000"),
];

/// What both make of the same octets is the same, sample by sample; G.711 also encodes alike but at the edges of
/// intervals, where ffmpeg's µ-law table follows Sun's.
#[test]
fn bare_octets() {
    let folder = Folder::new("ffmpeg-bare");
    if !ffmpeg(&["-version"]) {
        return;
    }
    for (file, format, encoder, rate) in RAW {
        let [wav, ours, theirs] = ["in.wav", file, &format!("ff-{file}")].map(|n| folder.file(n));
        let [ours_by_us, ours_by_them, theirs_by_us, theirs_by_them] =
            ["uu.wav", "ut.wav", "tu.wav", "tt.wav"].map(|n| folder.file(n));
        let hz: u32 = rate.parse().unwrap();
        let sound = voice(hz, 2.0);
        write_wav(&wav, hz, std::slice::from_ref(&sound));
        done(&["encode", &wav, &ours]);
        ffmpeg(&["-i", &wav, "-c:a", encoder, "-f", format, &theirs]);
        for (octets, by_us, by_them) in [(&ours, &ours_by_us, &ours_by_them), (&theirs, &theirs_by_us, &theirs_by_them)]
        {
            done(&["decode", octets, by_us]);
            // G.722 has one rate, which ffmpeg will not be told.
            let known = if file == "s.g722" { &[][..] } else { &["-ar", rate, "-ac", "1"] };
            ffmpeg(&[&["-f", format], known, &["-i", octets, "-c:a", "pcm_s16le", by_them]].concat());
            let (us, them) = (read_wav(by_us), read_wav(by_them));
            assert_eq!(us.rate, them.rate);
            let length = us.samples().min(them.samples());
            assert!(length >= sound.len(), "{file}: {length} samples");
            assert_eq!(us.channels[0][..length], them.channels[0][..length], "{file}: decoded alike");
            let (_, ratio) = snr(&sound, &us.channels[0], 60);
            assert!(ratio > 15.0, "{octets}: {ratio:.1} dB");
        }
    }
    println!("G.711, G.722, L16: both ways, decoded to equal samples");
}

/// ffmpeg decodes G.729, and encodes none. What it makes of our octets, bare and in the ITU's serial format, is what we make
/// of them but for the post-filter: ours is Annex A's, its own that of the main body.
#[test]
fn g729_bare_and_serial() {
    let folder = Folder::new("ffmpeg-g729");
    if !ffmpeg(&["-version"]) {
        return;
    }
    let [wav, pcm, bare, serial, by_us, by_them] =
        ["in.wav", "in.pcm", "s.g729", "s.bit", "us.wav", "them.wav"].map(|n| folder.file(n));
    // A voice where the vectors are, else a signal like one.
    let recorded = vectors().map(|root| root.join("speech/short_nb_voice.wav")).filter(|file| file.exists());
    let sound = recorded.map_or_else(|| voice(8_000, 4.0), |file| read_wav(file.to_str().unwrap()).channels.remove(0));
    write_wav(&wav, 8_000, std::slice::from_ref(&sound));
    done(&["encode", &wav, &bare]);
    ffmpeg(&["-i", &wav, "-f", "s16le", &pcm]);
    done(&["conformance", "g729", "enc", &pcm, &serial]);
    done(&["decode", &bare, &by_us]);
    let us = read_wav(&by_us);
    for (file, format) in [(&bare, "g729"), (&serial, "bit")] {
        ffmpeg(&["-f", format, "-i", file, "-c:a", "pcm_s16le", &by_them]);
        let them = read_wav(&by_them);
        assert_eq!((them.rate, them.channels.len()), (8_000, 1));
        assert!(them.samples() >= sound.len() - 160, "{} samples", them.samples());
        let (delay, alike) = snr(&us.channels[0], &them.channels[0], 160);
        assert!(delay == 0 && alike > 20.0, "{format}: decoded alike to {alike:.1} dB after {delay} samples");
        println!("G.729, {format}: decoded alike to {alike:.1} dB");
    }
}

#[test]
fn opus_in_ogg() {
    let folder = Folder::new("ffmpeg-opus");
    if !ffmpeg(&["-version"]) {
        return;
    }
    let [wav, ours, theirs, by_us, by_them] =
        ["in.wav", "ours.opus", "theirs.opus", "us.wav", "them.wav"].map(|n| folder.file(n));
    let sound = voice(48_000, 2.0);
    write_wav(&wav, 48_000, std::slice::from_ref(&sound));
    for ptime in ["10", "20", "60"] {
        done(&["encode", &wav, &ours, "--bitrate", "128000", "--ptime", ptime]);
        ffmpeg(&["-i", &ours, "-c:a", "pcm_s16le", &by_them]);
        let heard = read_wav(&by_them);
        assert_eq!(heard.rate, 48_000);
        let (delay, ratio) = snr(&sound, &heard.channels[0], 1_000);
        assert!(ratio > 12.0, "{ptime} ms, read by ffmpeg: {ratio:.1} dB after {delay} samples");
        assert_eq!(delay, 0, "pre-skip is understood");
        assert_eq!(heard.samples(), sound.len(), "and the end");
    }
    ffmpeg(&["-i", &wav, "-c:a", "libopus", "-b:a", "128k", "-frame_duration", "40", &theirs]);
    done(&["decode", &theirs, &by_us, "--channels", "1"]);
    ffmpeg(&["-i", &theirs, "-ac", "1", "-c:a", "pcm_s16le", &by_them]);
    let (us, them) = (read_wav(&by_us), read_wav(&by_them));
    let (delay, ratio) = snr(&sound, &us.channels[0], 1_000);
    assert!(ratio > 12.0, "{ratio:.1} dB after {delay} samples");
    let (delay, alike) = snr(&them.channels[0], &us.channels[0], 1_000);
    assert!(delay == 0 && alike > 40.0, "decoded alike to {alike:.1} dB after {delay} samples");
    println!("Opus in Ogg: both ways; both decoders alike to {alike:.1} dB");
}
