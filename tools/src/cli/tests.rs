//! Control: the agreements, each by an example.

use super::files::Files;
use super::report::Report;
use super::values::{either, within};
use media_core::processing::ProcessingError;
use std::path::PathBuf;

#[test]
fn one_file_by_many_names() {
    let folder = std::env::temp_dir().join(format!("media-core-files-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    let at = |name: &str| folder.join(name);
    std::fs::write(at("a.wav"), "a").unwrap();
    std::fs::write(at("b.wav"), "a").unwrap();
    std::os::unix::fs::symlink(at("a.wav"), at("link.wav")).unwrap();
    std::fs::hard_link(at("a.wav"), at("hard.wav")).unwrap();
    let check = |read: &str, write: &str| Files::default().read(&at(read)).write(&at(write)).check().is_ok();
    for name in ["a.wav", "sub/../a.wav", "./a.wav", "link.wav", "hard.wav"] {
        assert!(!check("a.wav", name) && !check(name, "a.wav"), "{name}");
    }
    assert!(check("a.wav", "b.wav") && check("a.wav", "new.wav") && check("a.wav", "sub/a.wav"));
    let twice = |one: PathBuf, other: PathBuf| Files::default().write(&one).write(&other).check();
    assert!(twice(at("new.wav"), at("sub/../new.wav")).unwrap_err().to_string().contains("twice"));
    assert!(twice(at("new.wav"), at("new.svg")).is_ok());
    let null = PathBuf::from("/dev/null");
    assert!(Files::default().read(&null).write(&null).write(&null).check().is_ok());
    assert!(Files::default().read(&at("a.wav")).write(None).check().is_ok());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn two_links_to_one_new_file_are_one_file() {
    let folder = std::env::temp_dir().join(format!("media-core-links-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let [new, one, other] = ["new.csv", "one.csv", "other.csv"].map(|name| folder.join(name));
    for link in [&one, &other] {
        std::os::unix::fs::symlink("new.csv", link).unwrap();
    }
    for (a, b) in [(&one, &other), (&one, &new), (&new, &other)] {
        assert!(Files::default().write(a).write(b).check().is_err(), "{a:?} {b:?}");
    }
    assert!(Files::default().write(&one).check().is_ok());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_cannot_be_written_is_told_before_the_work() {
    let said = |files: Files<'_>| files.check().unwrap_err().to_string();
    let [folder, nowhere, gif] = ["/tmp", "/no-such-folder/out.wav", "out.gif"].map(PathBuf::from);
    assert_eq!(said(Files::default().write(&folder)), "cannot write /tmp: it is a folder");
    let text = "cannot write /no-such-folder/out.wav: there is no folder /no-such-folder";
    assert_eq!(said(Files::default().write(&nowhere)), text);
    assert_eq!(said(Files::default().draw(&gif)), "out.gif: a picture's name ends in .svg or .png");
}

#[test]
fn a_report_is_the_same_in_words_and_json() {
    let [input, output] = ["in.wav", "out.wav"].map(PathBuf::from);
    let files = Files::default().read(&input).write(&output);
    let report = Report::on(&files).with("codec", "PCMU").with("rate_hz", 8000).with("echo_delay_ms", None::<u32>);
    let report = report.with("output_lufs", -20.00049).with("bitrate_bit_s", 64_000).with("gain_db", f64::NAN);
    let text = "out.wav: codec PCMU, rate 8000 Hz, echo delay –, output -20.0 LUFS, bitrate 64000 bit/s, gain –";
    assert_eq!(report.text(), text);
    let json = r#"{"input":"in.wav","output":"out.wav","codec":"PCMU","rate_hz":8000,"echo_delay_ms":null,"#;
    assert_eq!(report.json(), format!(r#"{json}"output_lufs":-20.0,"bitrate_bit_s":64000,"gain_db":null}}"#));
    let more = serde_json::json!({ "lost": 3 });
    let both = Report::on(&files).json_before(&more).unwrap();
    assert_eq!(both, r#"{"input":"in.wav","output":"out.wav","lost":3}"#);
    assert_eq!(Report::on(&Files::default()).json_before(&more).unwrap(), r#"{"lost":3}"#);
}

#[test]
fn a_value_out_of_range_is_told_what_it_must_be() {
    let loss = within(0.0..=1.0);
    assert_eq!(loss("0.5"), Ok(0.5));
    for wrong in ["nan", "inf", "-0.1", "2", "", "x"] {
        assert_eq!(loss(wrong), Err("must be 0 to 1".into()), "{wrong}");
    }
    assert_eq!(within(0..=10_u8)("300"), Err("must be 0 to 10".into()));
    assert_eq!([either([8]), either([8, 16]), either([8, 16, 48])], ["8", "8 or 16", "8, 16 or 48"]);
}

#[test]
fn a_refused_value_is_told_by_the_flag_that_gave_it() {
    let refused = || anyhow::Error::from(ProcessingError::within("ratio", 0.1, 1.0, 100.0, "1 to 100").unwrap_err());
    let told =
        |line: &[&str]| super::named_by_its_flag(refused(), line.iter().map(|word| (*word).to_owned())).to_string();
    assert_eq!(told(&["compress", "--ratio", "0.1", "in.wav"]), "--ratio 0.1: must be 1 to 100");
    assert_eq!(told(&["compress", "--ratio=0.1"]), "--ratio 0.1: must be 1 to 100");
    assert_eq!(told(&["compress", "--ratios", "0.1"]), "ratio = 0.1: must be 1 to 100");
    let other = super::named_by_its_flag(anyhow::anyhow!("ratio = 3"), ["--ratio".to_owned()].into_iter());
    assert_eq!(other.to_string(), "ratio = 3");
}
