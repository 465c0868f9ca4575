//! Sound files of others, input and output alike, and headers that are no sound: as commands meet them.

use super::{Folder, done, lab, read_wav, refused, voice, write_wav};
use media_core_tools::sound;
use std::fs;
use std::process::Command;

/// Runs another's program; `false`, and says so, where it is not installed.
fn other(program: &str, arguments: &[&str]) -> bool {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        println!("skipped: sound files of {program}: it is not installed (Debian: apt-get install {program})");
        return false;
    };
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

fn ffmpeg(arguments: &[&str]) -> bool {
    other("ffmpeg", &[&["-nostdin", "-v", "error", "-y"], arguments].concat())
}

/// Both hear the same, but for `off` of the 16-bit scale.
fn assert_alike(name: &str, ours: &str, theirs: &str, off: f32) {
    let (a, b) = (read_wav(ours), read_wav(theirs));
    assert_eq!((a.rate, a.channels.len(), a.samples()), (b.rate, b.channels.len(), b.samples()), "{name}");
    let pairs = a.channels.iter().flatten().zip(b.channels.iter().flatten());
    let worst = pairs.map(|(a, b)| (a - b).abs() * 32_768.0).fold(0.0, f32::max);
    assert!(worst <= off, "{name}: {worst}");
}

#[test]
fn what_ffmpeg_writes() {
    let folder = Folder::new("ffmpeg-writes");
    let [wav, theirs, ours, judge] = ["in.wav", "t.wav", "o.wav", "j.wav"].map(|n| folder.file(n));
    write_wav(&wav, 16_000, &[voice(16_000, 0.7), voice(16_000, 0.7).into_iter().rev().collect()]);
    for codec in ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_mulaw", "pcm_alaw"] {
        for options in [
            &[][..],
            &["-rf64", "always"],
            &["-bitexact"],
            &["-write_bext", "1", "-metadata", "description=x"],
            &["-write_peak", "on"],
        ] {
            if options.contains(&"on") && codec != "pcm_s16le" {
                continue;
            }
            if !ffmpeg(&[&["-i", &wav, "-c:a", codec], options, &[&theirs]].concat()) {
                return;
            }
            done(&["convert", &theirs, &ours, "--format", "f32"]);
            ffmpeg(&["-i", &theirs, "-c:a", "pcm_f32le", &judge]);
            assert_alike(&format!("{codec} {options:?}"), &ours, &judge, 0.01);
        }
        // To a pipe the lengths are never filled in.
        let piped = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-i", &wav, "-c:a", codec, "-f", "wav", "-"])
            .output();
        fs::write(&theirs, piped.unwrap().stdout).unwrap();
        done(&["convert", &theirs, &ours, "--format", "f32"]);
        assert_alike(&format!("{codec}, piped"), &ours, &judge, 0.01);
        // Ours, read by them.
        for format in ["u8", "i16", "i24", "i32", "f32", "f64", "ulaw", "alaw"] {
            done(&["convert", &theirs, &ours, "--format", format]);
            ffmpeg(&["-i", &ours, "-c:a", "pcm_f32le", &judge]);
            assert_alike(&format!("{codec} to {format}"), &ours, &judge, 0.01);
        }
    }
    for (name, codec) in [
        ("a.flac", "flac"),
        ("a.aiff", "pcm_s16be"),
        ("a.w64", "pcm_s16le"),
        ("a.au", "pcm_s16be"),
        ("a.caf", "pcm_s16le"),
    ] {
        let file = folder.file(name);
        ffmpeg(&["-i", &wav, "-c:a", codec, &file]);
        let said = refused(&["convert", &file, &ours]);
        assert!(said.contains(&file) && said.contains("ffmpeg"), "{said}");
    }
    for codec in ["adpcm_ms", "adpcm_ima_wav", "g722"] {
        ffmpeg(&["-i", &wav, "-ac", "1", "-c:a", codec, "-f", "wav", &theirs]);
        let said = refused(&["ns", &theirs, &ours]);
        assert!(said.contains(&theirs) && (said.contains("ADPCM") || said.contains("G.722")), "{said}");
    }
    println!("WAV of ffmpeg: 8 encodings, RF64, bext, PEAK, piped; ours read by it");
}

#[test]
fn what_sox_writes() {
    let folder = Folder::new("sox-writes");
    let [wav, theirs, ours, judge] = ["in.wav", "t.wav", "o.wav", "j.wav"].map(|n| folder.file(n));
    write_wav(&wav, 8_000, &[voice(8_000, 0.7)]);
    for options in [
        &["-b", "8", "-e", "unsigned"][..],
        &["-b", "16"],
        &["-b", "16", "-B"],
        &["-b", "24"],
        &["-b", "24", "-B"],
        &["-b", "32", "-e", "signed"],
        &["-b", "32", "-e", "float"],
        &["-b", "32", "-e", "float", "-B"],
        &["-b", "64", "-e", "float"],
        &["-e", "mu-law"],
        &["-e", "a-law"],
        &["-c", "3", "-b", "16"],
    ] {
        if !other("sox", &[&["-D", &*wav], options, &[&theirs]].concat()) {
            return;
        }
        done(&["convert", &theirs, &ours, "--format", "f32"]);
        other("sox", &["-D", &theirs, "-b", "32", "-e", "float", &judge]);
        assert_alike(&format!("{options:?}"), &ours, &judge, 0.01);
        let piped = Command::new("sox").args([&["-D", &*wav], options, &["-t", "wav", "-"]].concat()).output().unwrap();
        fs::write(&theirs, piped.stdout).unwrap();
        done(&["convert", &theirs, &ours, "--format", "f32"]);
        assert_alike(&format!("{options:?}, piped"), &ours, &judge, 0.01);
    }
    println!("WAV and RIFX of sox: 12 encodings, piped too");
}

/// Ogg Opus with gain, cut, damaged and chained, decoded as ffmpeg does.
#[test]
fn opus_of_others() {
    let folder = Folder::new("opus-others");
    let [wav, theirs, ours, judge, changed] = ["in.wav", "t.opus", "o.wav", "j.wav", "c.opus"].map(|n| folder.file(n));
    write_wav(&wav, 48_000, &[voice(48_000, 2.0), voice(48_000, 2.0)]);
    if !ffmpeg(&["-i", &wav, "-c:a", "libopus", "-b:a", "96k", &theirs]) {
        return;
    }
    let check = |name: &str, file: &str, off: f32| {
        done(&["convert", file, &ours, "--format", "f32"]);
        ffmpeg(&["-i", file, "-c:a", "pcm_f32le", &judge]);
        assert_alike(name, &ours, &judge, off);
        done(&["decode", file, &ours]);
        assert_alike(&format!("{name}, decode"), &ours, &judge, off + 1.0);
    };
    check("plain", &theirs, 64.0);
    let octets = fs::read(&theirs).unwrap();
    // The gain stands in OpusHead, whose page has to be sealed again: our own writer does it.
    let mut link = sound::ogg::read_single(&octets).unwrap();
    link.head.gain = -9 * 256;
    fs::write(&changed, sound::ogg::write(&link.head, link.packets.iter().map(Vec::as_slice)).unwrap()).unwrap();
    check("gain", &changed, 64.0);
    // Every command takes it: the rate and the channels are the file's own.
    for arguments in
        [vec!["loudness", &*theirs], vec!["encode", &theirs, &folder.file("x.ul")], vec!["ns", &theirs, &ours]]
    {
        done(&arguments);
    }
    fs::write(&changed, &octets[..octets.len() * 2 / 3]).unwrap();
    done(&["decode", &changed, &ours]);
    assert!(read_wav(&ours).samples() > 24_000, "cut");
    let mut hit = octets.clone();
    hit[octets.len() / 2] ^= 0xff;
    fs::write(&changed, &hit).unwrap();
    let said = done(&["decode", &changed, &ours, "--json"]);
    assert!(said.contains("\"damaged\":1") && read_wav(&ours).samples() == 96_000, "{said}");
    fs::write(&changed, [&octets[..], &octets].concat()).unwrap();
    let said = done(&["decode", &changed, &ours, "--json"]);
    assert!(said.contains("\"streams\":2") && read_wav(&ours).samples() == 192_000, "{said}");
    let said = refused(&["transcode", &changed, &folder.file("y.ul")]);
    assert!(said.contains("chain of 2") && said.contains(&changed), "{said}");
    for (name, codec) in [("v.ogg", "libvorbis"), ("f.ogg", "flac")] {
        let file = folder.file(name);
        ffmpeg(&["-i", &wav, "-c:a", codec, &file]);
        let said = refused(&["convert", &file, &ours]);
        assert!(said.contains(&file) && (said.contains("Vorbis") || said.contains("FLAC")), "{said}");
    }
    println!("Ogg Opus of ffmpeg: gain, cut, damaged, chained");
}

/// The file that is read is never the one that is written, by whatever name.
#[test]
fn input_is_not_output() {
    let folder = Folder::new("same");
    let [wav, link, opus, trace] = ["in.wav", "link.wav", "in.opus", "t.csv"].map(|n| folder.file(n));
    write_wav(&wav, 8_000, &[voice(8_000, 1.5)]);
    std::os::unix::fs::symlink(&wav, &link).unwrap();
    done(&["encode", &wav, &opus]);
    done(&["jitter", "--impair", &trace, "--seconds", "1"]);
    let before = [&wav, &opus, &trace].map(|file| fs::read(file).unwrap());
    let other = folder.file("other.wav");
    for arguments in [
        vec!["ns", &wav, &wav],
        vec!["ns", &wav, &link],
        vec!["ns", &link, &wav],
        vec!["ns", &wav, &other, "--plot", &wav],
        vec!["ns", &wav, &other, "--plot", &other],
        vec!["agc", &wav, &wav],
        vec!["aec", "--far", &wav, "--mic", &link, "--out", &wav],
        vec!["aec", "--far", &wav, "--algorithm", "neural", "--training", &wav, &link, &other],
        vec!["chain", "--agc", "wideband", &wav, &wav],
        vec!["chain", "--agc", "wideband", &wav, &other, "--events", &wav],
        vec!["compress", &wav, &wav],
        vec!["convert", &wav, &wav, "--format", "u8"],
        vec!["decode", &opus, &opus],
        vec!["dtmf", &wav, &wav],
        vec!["encode", &wav, &wav, "--codec", "pcmu"],
        vec!["eq", "--band", "peak:1000:3", &wav, &wav],
        vec!["jitter", "--trace", &trace, "--in", &wav, "--out", &wav],
        vec!["jitter", "--trace", &trace, "--in", &wav, "--out", &other, "--log", &trace],
        vec!["plot-jitter", "--trace", &trace, "--in", &wav, "--out", &wav],
        vec!["resample", &wav, &wav, "--rate", "16000"],
        vec!["transcode", &opus, &opus],
        vec!["vad", &wav, &wav],
        vec!["sweep", "--from-rate", "8000", "--rate", "16000", "--csv", &wav, "--plot", &wav],
        vec!["conformance", "g711", "enc", "u", &opus, &opus],
        vec!["conformance", "g722", "tdec", "64", &trace, &other, &other],
        vec!["conformance", "g729", "enc", &opus, &opus],
        vec!["conformance", "opus", &opus, &opus],
        vec!["jitter", "--impair", &trace, "--log", &trace],
    ] {
        let said = refused(&arguments);
        assert!(said.contains("to be read and written") || said.contains("written twice"), "{arguments:?}: {said}");
        assert_eq!([&wav, &opus, &trace].map(|file| fs::read(file).unwrap()), before, "{arguments:?}");
    }
}

#[test]
fn convert_keeps_what_it_is_not_asked_to_change() {
    let folder = Folder::new("keep");
    let [plain, given, kept] = ["p.wav", "g.wav", "k.wav"].map(|n| folder.file(n));
    for rate in [8_000, 44_100, 11_025] {
        write_wav(&plain, rate, &[voice(rate, 0.5), voice(rate, 0.5)]);
        for format in ["u8", "i16", "i24", "i32", "f32", "f64", "ulaw", "alaw"] {
            done(&["convert", &plain, &given, "--format", format]);
            done(&["convert", &given, &kept]);
            assert!(fs::read(&given).unwrap() == fs::read(&kept).unwrap(), "{rate} {format}");
            for change in [&["--rate", "16000"][..], &["--channels", "1"], &["--rate", "48000", "--channels", "1"]] {
                done(&[&["convert", &given, &kept], change].concat());
                let head = |file: &str| sound::riff::parse(&fs::read(file).unwrap()).unwrap().format.stored;
                assert_eq!(head(&given), head(&kept), "{rate} {format} {change:?}");
            }
        }
    }
}

/// A header is never heard, each error names its file, and nothing is left behind as if it were a result.
#[test]
fn headers_are_not_sound() {
    let folder = Folder::new("headers");
    let [wav, stereo, foreign, opus, out] = ["in.wav", "s.wav", "f.wav", "in.opus", "out.wav"].map(|n| folder.file(n));
    write_wav(&wav, 8_000, &[voice(8_000, 0.5)]);
    write_wav(&stereo, 8_000, &[voice(8_000, 0.5), voice(8_000, 0.5)]);
    write_wav(&foreign, 44_100, &[voice(44_100, 0.5)]);
    done(&["encode", &wav, &opus]);
    let [ul, none, empty] = ["x.ul", "none.wav", "empty.wav"].map(|n| folder.file(n));
    fs::copy(&wav, &ul).unwrap();
    fs::write(&empty, "").unwrap();
    for (arguments, file, hint) in [
        (vec!["decode", &*wav, &out, "--codec", "pcmu"], &wav, "is a WAV file"),
        (vec!["decode", &ul, &out], &ul, "is a WAV file"),
        (vec!["decode", &opus, &out, "--codec", "g722"], &opus, "is an Ogg file"),
        (vec!["transcode", &ul, &out, "--codec", "pcma"], &ul, "is a WAV file"),
        (vec!["dtmf", "--raw", &wav], &wav, "header"),
        (vec!["conformance", "g711", "enc", "u", &wav, &out], &wav, "header"),
        (vec!["agc", &stereo, &out], &stereo, "2 channels"),
        (vec!["vad", &stereo, &out], &stereo, "2 channels"),
        (vec!["dtmf", &stereo, &out], &stereo, "2 channels"),
        (vec!["chain", "--agc", "wideband", &stereo, &out], &stereo, "2 channels"),
        (vec!["aec", "--far", &stereo, "--mic", &wav, "--out", &out], &stereo, "2 channels"),
        (vec!["aec", "--far", &wav, "--mic", &stereo, "--out", &out], &stereo, "2 channels"),
        (vec!["agc", &foreign, &out], &foreign, "resample"),
        (vec!["ns", &foreign, &out], &foreign, "resample"),
        (vec!["vad", &foreign, &out], &foreign, "resample"),
        (vec!["eq", "--band", "peak:1000:3", &foreign, &out], &foreign, "resample"),
        (vec!["compress", &foreign, &out], &foreign, "resample"),
        (vec!["dtmf", &foreign, &out], &foreign, "resample"),
        (vec!["loudness", &none], &none, "cannot read"),
        (vec!["loudness", &empty], &empty, "is empty"),
        (vec!["convert", &empty, &out], &empty, "is empty"),
    ] {
        let _ = fs::remove_file(&out);
        let said = refused(&arguments);
        assert!(said.contains(file.as_str()) && said.contains(hint), "{arguments:?}: {said}");
        assert!(!fs::exists(&out).unwrap(), "{arguments:?} left a file");
        assert_eq!(lab(&arguments).status.code(), Some(1), "{arguments:?}");
    }
    // Rates of others go where a rate is chosen anyway.
    let trace = folder.file("t.csv");
    done(&["jitter", "--impair", &trace, "--seconds", "1", "--in", &foreign, "--out", &out]);
    assert!(read_wav(&out).samples() > 3_900, "{}", read_wav(&out).samples());
    for (option, value) in [
        ("--seconds", "inf"),
        ("--seconds", "nan"),
        ("--loss", "nan"),
        ("--loss", "2"),
        ("--base", "-5"),
        ("--seconds", "0"),
    ] {
        let said = refused(&["jitter", "--impair", &trace, &format!("{option}={value}")]);
        assert!(said.contains(option), "{said}");
    }
}
