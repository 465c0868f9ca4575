//! The check scripts of the standard vectors, where they are. A command that another part of the project adds is one
//! line here.

use super::{Folder, lab, vectors};
use std::process::Command;

/// What a script takes that is no command: a variant, or that something is not offered.
const PLAIN: [&str; 3] = ["a", "main", "-"];

/// Runs `NAME.sh` with one command of `media-lab` an argument and returns what it prints; `None`, said, where the
/// vectors are not, or `media-lab` has no such command.
fn check(script: &str, commands: &[&str]) -> Option<(bool, String)> {
    let Some(root) = vectors() else {
        println!("skipped: {script}: no ../shared/vectors (or MEDIA_CORE_VECTORS)");
        return None;
    };
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: {script}: no python3");
        return None;
    }
    // Some scripts are Python that needs a package for numbers.
    let numbers = std::fs::read_to_string(root.join(format!("{script}.py"))).is_ok_and(|text| text.contains("numpy"));
    let has_numbers =
        || Command::new("python3").args(["-c", "import numpy"]).output().is_ok_and(|o| o.status.success());
    if numbers && !has_numbers() {
        println!("skipped: {script}: python3 has no package numpy");
        return None;
    }
    for command in commands.iter().filter(|c| !PLAIN.contains(c)) {
        let words: Vec<_> = command.split(' ').chain(["--help"]).collect();
        if !lab(&words).status.success() {
            println!("skipped: {script}: media-lab has no command `{command}`");
            return None;
        }
    }
    let whole = |c: &&str| match PLAIN.contains(c) {
        true => (*c).to_owned(),
        false => format!("{} {c}", env!("CARGO_BIN_EXE_media-lab")),
    };
    let folder = Folder::new(script);
    let output = Command::new("sh")
        .arg(root.join(format!("{script}.sh")))
        .args(commands.iter().map(whole))
        .env("TMPDIR", &folder.0)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    Some((output.status.success(), said))
}

/// The script passes, with so many checks at least.
fn passes(script: &str, commands: &[&str], checks: usize) {
    let Some((success, said)) = check(script, commands) else { return };
    assert!(success, "{script} failed:\n{said}");
    let passed = said.lines().filter(|l| l.starts_with("PASS") || l.contains("range-ok")).count();
    assert!(passed >= checks, "{passed} checks of {checks}:\n{said}");
}

#[test]
fn g711_over_all_values() {
    passes("check_g711", &["conformance g711"], 6);
}

#[test]
fn g722_over_all_sequences() {
    let commands = ["conformance g722 dec", "conformance g722 enc", "conformance g722 tenc", "conformance g722 tdec"];
    passes("check_g722", &commands, 25);
}

#[test]
fn opus_over_all_vectors() {
    passes("check_opus", &["conformance opus"], 12);
}

#[test]
fn dtmf_receiver() {
    passes("check_dtmf", &["dtmf --raw"], 10);
}

#[test]
fn loudness_meter() {
    passes("check_loudness", &["loudness --json"], 10);
}

#[test]
fn g729_over_all_sequences() {
    // Annex A both ways, Annex B both ways, erasures and overflows.
    let commands = ["a", "conformance g729 dec", "conformance g729 enc", "conformance g729 encvad"];
    passes("check_g729", &commands, 27);
}

/// The twin: a command that does something else fails the script.
#[test]
fn what_is_wrong_fails() {
    if let Some((success, said)) = check("check_g722", &["conformance g722 enc", "-", "-", "-"]) {
        assert!(!success && said.contains("FAIL"), "{said}");
    }
    // Annex B left out where it is due.
    if let Some((success, said)) = check("check_g729", &["a", "-", "-", "conformance g729 enc"]) {
        assert!(!success && said.contains("FAIL"), "{said}");
    }
}
