//! `encode`, `decode`, `transcode`, `resample`, `convert`, `codecs`, `sweep` on files.

use super::{Folder, done, read_wav, refused, snr, tone_ratio, voice, write_wav};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// File, rate, options, least SNR in dB after the best delay.
const CODECS: [(&str, u32, &[&str], f32); 10] = [
    ("s.ul", 8_000, &[], 30.0),
    ("s.al", 8_000, &[], 30.0),
    ("s.g722", 16_000, &[], 18.0),
    ("s.g729", 8_000, &[], 6.0),
    ("s.l16", 16_000, &[], 80.0),
    ("s.l16", 48_000, &["--rate", "48000"], 80.0),
    ("s.opus", 48_000, &["--bitrate", "128000"], 15.0),
    ("s.opus", 16_000, &["--bitrate", "64000", "--rate", "16000", "--ptime", "60"], 12.0),
    ("s.bit", 48_000, &["--bitrate", "128000", "--ptime", "10"], 15.0),
    ("s.bit", 8_000, &["--bitrate", "32000", "--rate", "8000", "--ptime", "30"], 10.0),
];

#[test]
fn sound_survives_each_codec_and_container() {
    let folder = Folder::new("codecs");
    for (file, rate, options, least) in CODECS {
        let [input, packets, output] = ["in.wav", file, "out.wav"].map(|n| folder.file(n));
        let sound = voice(rate, 1.003);
        write_wav(&input, rate, std::slice::from_ref(&sound));
        let said = json(&done(&[&["encode", &input, &packets, "--json"], options].concat()));
        assert!(said["packets"].as_u64().unwrap() >= 17, "{said}");
        let rate_option = options.iter().position(|o| *o == "--rate").map_or(&[][..], |at| &options[at..at + 2]);
        done(&[&["decode", &packets, &output], rate_option].concat());
        let heard = read_wav(&output);
        assert_eq!((heard.rate, heard.channels.len()), (rate, 1), "{file}");
        let (delay, ratio) = snr(&sound, &heard.channels[0], rate as usize / 50);
        assert!(ratio > least, "{file} {options:?}: {ratio:.1} dB after {delay} samples, {least} wanted");
        if file == "s.opus" {
            assert_eq!((delay, heard.samples()), (0, sound.len()), "the head of the file says what to leave out");
        }
    }
}

#[test]
fn stereo_keeps_its_sides() {
    let folder = Folder::new("stereo");
    let [input, packets, output] = ["in.wav", "s.opus", "out.wav"].map(|n| folder.file(n));
    let left = voice(48_000, 1.0);
    write_wav(&input, 48_000, &[left.clone(), vec![0.0; 48_000]]);
    done(&["encode", &input, &packets, "--channels", "2", "--bitrate", "128000"]);
    done(&["decode", &packets, &output]);
    let heard = read_wav(&output);
    let power = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>();
    assert_eq!(heard.channels.len(), 2);
    assert!(power(&heard.channels[0]) > 100.0 * power(&heard.channels[1]));
}

#[test]
fn any_file_to_any_other() {
    let folder = Folder::new("transcode");
    let [input, output] = ["in.wav", "out.wav"].map(|n| folder.file(n));
    let sound = voice(16_000, 1.0);
    write_wav(&input, 16_000, &[sound]);
    for (from, from_ptime) in [("a.ul", "20"), ("a.g722", "30"), ("a.opus", "60")] {
        let source = folder.file(from);
        done(&["encode", &input, &source, "--ptime", from_ptime]);
        done(&["decode", &source, &output]);
        let direct = read_wav(&output);
        for (to, ptime) in [("b.al", "10"), ("b.g722", "20"), ("b.bit", "40"), ("b.opus", "20")] {
            let sink = folder.file(to);
            let said =
                json(&done(&["transcode", &source, &sink, "--from-ptime", from_ptime, "--ptime", ptime, "--json"]));
            let length = said["packets"].as_u64().unwrap() * ptime.parse::<u64>().unwrap();
            assert!((960..=1_080).contains(&length), "{from} {to}: {said}");
            done(&["decode", &sink, &output]);
            let heard = read_wav(&output);
            let level = |x: &[f32]| (x.iter().map(|x| x * x).sum::<f32>() / x.len() as f32).sqrt();
            let (a, b) = (level(&direct.channels[0]), level(&heard.channels[0]));
            assert!((0.7..1.3).contains(&(b / a)), "{from} {to}: level {a} to {b}");
        }
    }
}

/// A file that ends within a packet of either side comes out with all that it holds, filled up with silence.
#[test]
fn the_end_of_a_file_is_transcoded_too() {
    let folder = Folder::new("transcode-end");
    let [input, source, output] = ["in.wav", "a.al", "out.wav"].map(|n| folder.file(n));
    // 10 packets of 20 ms and 12.5 ms more: a tone that lasts to the very end.
    let tone = |n: i32| 0.4 * (std::f32::consts::TAU * 0.05 * n as f32).sin();
    write_wav(&input, 8_000, &[(0..1_700).map(tone).collect()]);
    done(&["encode", &input, &source, "--ptime", "10"]);
    let encoded = std::fs::read(&source).unwrap();
    std::fs::write(&source, &encoded[..1_700]).unwrap();
    let sinks =
        [("b.ul", "20", 220), ("b.ul", "60", 240), ("b.g722", "20", 220), ("b.l16", "40", 240), ("b.bit", "60", 240)];
    for (to, ptime, length_ms) in sinks {
        let sink = folder.file(to);
        let said = json(&done(&["transcode", &source, &sink, "--ptime", ptime, "--json"]));
        assert_eq!(
            said["packets"].as_u64().unwrap() * ptime.parse::<u64>().unwrap(),
            length_ms,
            "{to} {ptime}: {said}"
        );
        done(&["decode", &sink, &output]);
        let heard = read_wav(&output);
        let last = heard.rate as usize * 2_125 / 10_000;
        let power = heard.channels[0][last - heard.rate as usize / 200..last].iter().map(|x| x * x).sum::<f32>();
        assert!(power / (heard.rate as f32 / 200.0) > 0.04, "{to} {ptime}: the last 5 ms are not there");
    }
}

/// Rates up and down, foreign ones too, and the same sound at the end.
#[test]
fn rates_and_formats() {
    let folder = Folder::new("convert");
    let [input, between, output] = ["in.wav", "b.wav", "out.wav"].map(|n| folder.file(n));
    let tone = |rate: u32| {
        (0..rate)
            .map(|n| 0.4 * (std::f32::consts::PI * (1_000 * n % (2 * rate)) as f32 / rate as f32).sin())
            .collect::<Vec<f32>>()
    };
    write_wav(&input, 8_000, &[tone(8_000)]);
    for rate in ["16000", "44100", "48000", "11025"] {
        done(&["resample", &input, &between, "--rate", rate]);
        assert_eq!(read_wav(&between).rate.to_string(), rate);
        done(&["resample", &between, &output, "--rate", "8000"]);
        let ratio = tone_ratio(&read_wav(&output).channels[0][800..7_200], 8_000, 500.0);
        assert!(ratio > 75.0, "{rate}: {ratio:.1} dB");
    }
    for (format, depth) in [("u8", 36.0), ("i16", 80.0), ("i24", 80.0), ("i32", 80.0), ("f32", 80.0)] {
        done(&["convert", &input, &between, "--format", format]);
        done(&["convert", &between, &output, "--format", "i16"]);
        let (delay, ratio) = snr(&tone(8_000), &read_wav(&output).channels[0], 2);
        assert!(delay == 0 && ratio > depth, "{format}: {ratio:.1} dB");
    }
    let said = json(&done(&["convert", &input, &output, "--rate", "48000", "--channels", "2", "--json"]));
    assert_eq!((&said["rate_hz"], &said["channels"]), (&48_000.into(), &2.into()));
    let sound = read_wav(&output);
    // Each side has dither of its own.
    let apart = sound.channels[0].iter().zip(&sound.channels[1]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart <= 4.0 / 32_768.0, "{apart}");
    assert_eq!(sound.samples(), 48_000);
}

/// As long as it was, each sample at its time, and the end is there: 3 ms of a filter are one and a half periods of this tone.
#[test]
fn what_is_made_of_a_file_is_in_time_with_it_and_whole() {
    let folder = Folder::new("in-time");
    let [input, output] = ["in.wav", "out.wav"].map(|n| folder.file(n));
    let tone = |n: usize, rate: u32| 0.4 * (std::f64::consts::TAU * 500.0 * n as f64 / f64::from(rate)).sin() as f32;
    for (command, from, to) in [
        ("resample", 8_000, 16_000),
        ("resample", 48_000, 8_000),
        ("resample", 44_100, 16_000),
        ("resample", 48_000, 44_100),
        ("resample", 96_000, 8_000),
        ("convert", 8_000, 48_000),
        ("convert", 48_000, 16_000),
        ("convert", 44_100, 16_000),
    ] {
        let length = from as usize * 1_003 / 10_000;
        write_wav(&input, from, &[(0..length).map(|n| tone(n, from)).collect()]);
        done(&[command, &input, &output, "--rate", &to.to_string()]);
        let made = read_wav(&output);
        let wanted = (length * to as usize).div_ceil(from as usize);
        assert_eq!((made.rate, made.samples()), (to, wanted), "{command} {from} {to}");
        let within = to as usize / 300..wanted - to as usize / 1_000;
        let off = within.map(|n| (made.channels[0][n] - tone(n, to)).abs()).fold(0.0, f32::max);
        let half_a_sample = 0.4 * std::f32::consts::PI * 500.0 / to as f32;
        assert!(off < half_a_sample + 0.005, "{command} {from} {to}: {off} beside the tone");
    }
    // A codec is late, and its file holds the end all the same.
    for (file, rate) in [("s.g722", 16_000), ("s.g729", 8_000), ("s.opus", 48_000), ("s.ul", 8_000)] {
        let packets = folder.file(file);
        write_wav(&input, rate, &[(0..rate as usize / 10).map(|n| tone(n, rate)).collect()]);
        done(&["encode", &input, &packets]);
        done(&["decode", &packets, &output]);
        let heard = read_wav(&output).channels.swap_remove(0);
        let last = rate as usize * 95 / 1_000..rate as usize / 10;
        let power = heard[last.clone()].iter().map(|x| x * x).sum::<f32>() / last.len() as f32;
        assert!(power > 0.06, "{file}: {power} in its last 5 ms");
        // What is late by 3 ms and more would end with a pause that is not there.
        let behind = heard.get(last.end..last.end + rate as usize / 400).unwrap_or_default();
        let late = ["s.g722", "s.g729"].contains(&file);
        assert!(!late || behind.iter().map(|x| x * x).sum::<f32>() > 0.01, "{file}: the end is not there");
    }
}

#[test]
fn sweep_shows_the_targets() {
    for (from, to) in [("8000", "16000"), ("16000", "8000"), ("48000", "16000"), ("48000", "8000")] {
        let said = json(&done(&["sweep", "--from-rate", from, "--rate", to, "--step-hz", "50", "--json"]));
        let edge = 0.5 * f64::min(from.parse().unwrap(), to.parse().unwrap());
        assert!(said["passband_hz"].as_f64().unwrap() >= 0.8875 * edge, "{said}");
        assert!(said["rejection_db"].as_f64().unwrap() >= 100.0, "{said}");
        assert!(said["delay_ms"].as_f64().unwrap() <= 3.0, "{said}");
    }
}

#[test]
fn codecs_lists_what_is_there() {
    let said = json(&done(&["codecs", "--json"]));
    for name in ["PCMU", "PCMA", "G722", "opus", "L16"] {
        let found = said["audio"].as_array().unwrap().iter().find(|c| c["name"] == name);
        let codec = found.unwrap_or_else(|| panic!("{name} is missing"));
        assert!(codec["encode_us_20ms"].as_f64().unwrap() > 0.0, "{codec}");
    }
    assert!(done(&["codecs"]).contains("ITU-T G.722"));
}

#[test]
fn errors_say_what_to_do() {
    let folder = Folder::new("errors");
    let [wav, other] = ["in.wav", "x.xyz"].map(|n| folder.file(n));
    write_wav(&wav, 8_000, &[voice(8_000, 0.1)]);
    for (arguments, hint) in [
        (vec!["encode", &wav, &other], "--codec"),
        (vec!["encode", &wav, &other, "--codec", "opus"], ".opus"),
        (vec!["encode", &wav, &other, "--codec", "speex"], "PCMU"),
        (vec!["encode", &wav, &other, "--codec", "pcmu", "--rate", "16000"], "8000"),
        (vec!["encode", &wav, &other, "--codec", "pcmu", "--ptime", "25"], "must be 10, 20"),
        (vec!["decode", &wav, &other, "--codec", "g722", "--channels", "2"], "use 1"),
        (vec!["decode", &folder.file("none.ul"), &other], "cannot read"),
        (vec!["convert", &wav, &other, "--rate", "44100"], "must be 8000, 16000, 24000, 32000 or 48000 Hz"),
        (vec!["resample", &wav, &other, "--rate", "1"], "4000"),
    ] {
        let said = refused(&arguments);
        assert!(said.contains(hint), "{arguments:?}: {said}");
    }
    std::fs::copy(&wav, folder.file("a.opus")).unwrap();
    assert!(refused(&["decode", &folder.file("a.opus"), &other]).contains("Ogg"));
}

#[test]
fn a_value_out_of_range_is_told_by_its_flag() {
    let folder = Folder::new("flags");
    let [input, output] = ["in.wav", "out.wav"].map(|name| folder.file(name));
    write_wav(&input, 16_000, std::slice::from_ref(&voice(16_000, 0.2)));
    for (command, flag, value) in [
        ("agc", "--target-lufs", "5"),
        ("agc", "--most-gain-db", "99"),
        ("compress", "--ratio", "0.1"),
        ("chain", "--target-lufs", "5"),
        ("dtmf", "--least-dbm0", "50"),
    ] {
        let outputs = if command == "dtmf" { vec![] } else { vec![output.as_str()] };
        let agc = if command == "chain" { vec!["--agc", "wideband"] } else { vec![] };
        let told = refused(&[&[command, flag, value][..], &agc, &[&*input], &outputs].concat());
        assert!([flag, value, "must be "].iter().all(|part| told.contains(part)), "{command}: {told}");
    }
}
