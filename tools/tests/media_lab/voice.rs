//! The tools' one voice, as a user meets it: help, results, errors, pictures. What is agreed stands in `cli`.

mod help;

use super::{Folder, done, lab, refused, voice, write_wav};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// Each tool.
const TOOLS: [(&str, &str); 5] = [
    ("call-demo", env!("CARGO_BIN_EXE_call-demo")),
    ("interop", env!("CARGO_BIN_EXE_interop")),
    ("latency-histogram", env!("CARGO_BIN_EXE_latency-histogram")),
    ("media-lab", env!("CARGO_BIN_EXE_media-lab")),
    ("soak", env!("CARGO_BIN_EXE_soak")),
];

struct Files {
    folder: Folder,
}

impl Files {
    fn new(name: &str) -> Self {
        let files = Self { folder: Folder::new(name) };
        write_wav(&files.at("in.wav"), 16_000, &[voice(16_000, 1.0)]);
        write_wav(&files.at("cd.wav"), 44_100, &[voice(44_100, 1.0)]);
        write_wav(&files.at("two.wav"), 16_000, &[voice(16_000, 1.0), voice(16_000, 1.0)]);
        fs::write(files.at("text.wav"), "this is a text\n").unwrap();
        fs::write(files.at("empty.wav"), "").unwrap();
        done(&["encode", &files.at("in.wav"), &files.at("in.ul")]);
        done(&["jitter", "--impair", &files.at("t.csv"), "--seconds", "1"]);
        files
    }

    fn at(&self, name: &str) -> String {
        self.folder.file(name)
    }

    /// A command line; IN is the file of that name, and other words with a dot are files of the folder.
    fn words(&self, line: &str, input: &str) -> Vec<String> {
        let is_file = |word: &str| word.contains('.') && !word.starts_with("--");
        let word = |word: &str| {
            if word == "IN" {
                self.at(input)
            } else if is_file(word) {
                self.at(word)
            } else {
                word.into()
            }
        };
        line.split(' ').map(word).collect()
    }
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Commands that take a sound of the engine's rates.
const ENGINE: [&str; 9] = [
    "aec --far IN in.wav o.wav",
    "aec --far in.wav IN o.wav",
    "agc IN o.wav",
    "chain --ns spectral IN o.wav",
    "compress IN o.wav",
    "dtmf IN o.csv",
    "eq --band peak:1000:3 IN o.wav",
    "ns IN o.wav",
    "vad IN o.csv",
];
/// Commands that take any sound.
const ANY: [&str; 5] = [
    "convert IN o.wav",
    "encode IN o.opus",
    "jitter --trace t.csv IN o.wav",
    "loudness IN",
    "resample --rate 8000 IN o.wav",
];

#[test]
fn every_error_names_its_file_once_on_one_line() {
    let files = Files::new("voice-errors");
    for line in ENGINE.iter().chain(&ANY) {
        for input in ["none.wav", "text.wav", "empty.wav", "."] {
            let words = files.words(line, input);
            let said = refused(&strs(&words));
            let named = said.matches(&files.at(input)).count();
            assert!(said.starts_with("media-lab: ") && said.lines().count() == 1 && named == 1, "{line}: {said}");
            for odd in ["Caused by", "backtrace", "Some(", "None", "Hz8000", "Ptime"] {
                assert!(!said.contains(odd), "{line}: {said}");
            }
        }
    }
}

#[test]
fn what_is_no_rate_of_the_engine_gets_one_advice() {
    let files = Files::new("voice-rates");
    let cd = files.at("cd.wav");
    let advice = format!(
        "media-lab: {cd}: has 44100 Hz: must be 8000, 16000, 24000, 32000 or 48000 Hz: \
         media-lab resample --rate 48000 IN OUT.wav\n"
    );
    for line in ENGINE {
        assert_eq!(refused(&strs(&files.words(line, "cd.wav"))), advice, "{line}");
    }
    for line in ANY {
        done(&strs(&files.words(line, "cd.wav")));
    }
    let demo = Command::new(TOOLS[0].1).args(["--speech", &cd, "--out", &files.at("demo")]).output().unwrap();
    let said = String::from_utf8(demo.stderr).unwrap();
    assert_eq!((said, demo.status.code()), (advice.replace("media-lab: ", "call-demo: "), Some(2)));
    for (line, option) in
        [("convert --rate 44100 IN o.wav", "--rate"), ("sweep --from-rate 44100 --rate 8000", "--from-rate")]
    {
        let said = refused(&strs(&files.words(line, "in.wav")));
        let must = "must be 8000, 16000, 24000, 32000 or 48000 Hz; media-lab resample takes other rates\n";
        assert_eq!(said, format!("media-lab: {option} = 44100 Hz: {must}"));
    }
}

/// Names end in a unit or are plurals; the same thing has the same name in all commands.
#[test]
fn every_result_is_one_object_with_names_of_one_kind() {
    let files = Files::new("voice-json");
    let more = ["decode in.ul o.wav", "transcode in.ul o.g722", "sweep --from-rate 8000 --rate 16000", "codecs"];
    let more = more.iter().chain(&["jitter --impair u.csv", "plot-jitter --trace t.csv --plot p.svg"]);
    for line in ENGINE.iter().chain(&ANY).chain(more) {
        let mut words = files.words(line, "in.wav");
        words.push("--json".into());
        let said = done(&strs(&words));
        assert_eq!(said.lines().count(), 1, "{line}: {said}");
        let value: Value = serde_json::from_str(&said).unwrap();
        for name in value.as_object().unwrap().keys() {
            let symbol = line.starts_with("loudness") && ["I", "LRA", "TP", "Smax", "Mmax"].contains(&&**name);
            let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(symbol || plain, "{line}: {name}");
            for odd in ["samples_clipped", "kbit_s", "packets_in", "seconds", "from_hz", "to_hz"] {
                assert_ne!(name, odd, "{line}");
            }
        }
        let input = words.iter().find(|word| ["in.wav", "in.ul"].iter().any(|name| word.ends_with(name)));
        let has_input =
            value.get("input").is_some_and(|file| file.as_str().is_some_and(|file| words.iter().any(|w| w == file)));
        // Without a file of sound it is the trace that is read.
        let reports_files = input.is_some() || line.contains("--trace");
        assert_eq!(has_input, reports_files, "{line}: {said}");
        if let Some(rate) = value.get("rate_hz") {
            assert!(rate.is_u64(), "{line}: {said}");
        }
    }
    let loudness: Value = serde_json::from_str(&done(&["loudness", "--json", &files.at("in.wav")])).unwrap();
    let agc: Value = serde_json::from_str(&done(&["agc", "--json", &files.at("in.wav"), &files.at("o.wav")])).unwrap();
    assert_eq!((&agc["input_lufs"], &loudness["I"]), (&loudness["input_lufs"], &loudness["input_lufs"]));
}

#[test]
fn every_picture_says_of_what_it_is() {
    let files = Files::new("voice-plots");
    for (line, parameters) in [
        ("aec --far in.wav --algorithm nlms IN o.wav", "nlms, tail"),
        ("agc --target-lufs -23 IN o.wav", "wideband, target -23 LUFS"),
        ("chain --ns spectral --level high IN o.wav", "ns spectral high"),
        ("compress --ratio 4 IN o.wav", "ratio 4"),
        ("eq --band peak:1000:3 IN o.wav", "peak 1000 Hz 3 dB"),
        ("jitter --trace t.csv --strategy aggressive IN", "aggressive"),
        ("ns --level low IN o.wav", "spectral, level low"),
        ("plot-jitter --trace t.csv --max-delay-ms 200 IN", "0 to 200 ms"),
        ("vad --algorithm energy IN o.csv", "energy"),
    ] {
        let plot = files.at("p.svg");
        let words = [&files.words(line, "in.wav")[..], &["--plot".into(), plot.clone()]].concat();
        done(&strs(&words));
        let drawn = fs::read_to_string(&plot).unwrap();
        let file = if line.contains("jitter") { files.at("t.csv") } else { files.at("in.wav") };
        let command = line.split(' ').next().unwrap();
        assert!(drawn.contains(&format!("media-lab {command} {file}: ")), "{line}");
        assert!(drawn.contains(parameters) && drawn.contains("<text"), "{line}: {parameters}");
    }
    let swept = files.at("s.svg");
    done(&["sweep", "--from-rate", "8000", "--rate", "16000", "--plot", &swept]);
    assert!(fs::read_to_string(swept).unwrap().contains("media-lab sweep: 8000 to 16000 Hz"));
}

/// The words of before go on working.
#[test]
fn scripts_of_before_still_run() {
    let files = Files::new("voice-before");
    for line in [
        "aec --far in.wav --mic in.wav --out o.wav --tail 64 --max-delay 0",
        "jitter --trace t.csv --in in.wav --out o.wav --min 20 --max 200",
        "jitter --impair u.csv --base 10 --jitter 2 --spike-every 5 --skew -20 --step 5 --seconds 1",
        "plot-jitter --trace t.csv --in in.wav --out p.svg --from 0 --to 1",
        "sweep --from 8000 --to 16000 --step 200 --chart p.svg",
        "transcode --from pcmu in.ul o.al",
        "encode --fec --loss 10 in.wav o.bit",
    ] {
        done(&strs(&files.words(line, "in.wav")));
    }
    assert_eq!(lab(&["aec", "--far", "a", "--mic", "b", "c", "d"]).status.code(), Some(2), "two inputs");
}

/// The recordings of a demo are not written over what it was given to say.
#[test]
fn a_demo_does_not_overwrite_what_it_says() {
    let files = Files::new("voice-demo");
    let said = files.at("bob-said.wav");
    fs::copy(files.at("in.wav"), &said).unwrap();
    let folder = files.folder.0.display().to_string();
    let demo = ["--speech", &said, "--out", &folder, "--seconds", "2"];
    let output = Command::new(TOOLS[0].1).args(demo).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(error, format!("call-demo: {said}: is to be read and written: name another file to write\n"));
    assert_eq!(fs::read(said).unwrap(), fs::read(files.at("in.wav")).unwrap());
}
