//! Pure: every library file that runs on a media thread lies below a `deny` of the lint wall (`.clippy.toml`).

use super::is_test;
use super::sources::{Sources, library, modules_around, planted};

const DENIES: &str =
    "#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]";
/// What lets through again all that lies below it.
const ALLOWS: [&str; 2] = ["#![allow(clippy::disallowed_", "#![expect(clippy::disallowed_"];

/// Files whose first line says `Real-time`, and that no wall stands around: the nearest of their modules that says
/// something of these lints decides.
fn outside(files: &Sources) -> Vec<String> {
    let denied = |text: &String| {
        text.lines().find_map(|line| {
            let allows = ALLOWS.iter().any(|allow| line.starts_with(allow));
            (line == DENIES || allows).then_some(!allows)
        })
    };
    let real_time = |text: &str| text.starts_with("//! Real-time:");
    files
        .iter()
        .filter(|(path, text)| !is_test(path) && real_time(text))
        .filter(|(path, _)| modules_around(path).iter().find_map(|file| files.get(file).and_then(denied)) != Some(true))
        .map(|(path, _)| path.display().to_string())
        .collect()
}

#[test]
fn what_runs_on_a_media_thread_lies_below_the_wall() {
    let files = library();
    let real_time = files.values().filter(|text| text.starts_with("//! Real-time:")).count();
    assert!(real_time > 100, "{real_time} files");
    let outside = outside(&files);
    assert!(
        outside.is_empty(),
        "`{DENIES}` stands neither in these nor in a module around them:\n{}",
        outside.join("\n")
    );
}

/// As many walls as it takes, not one a file.
#[test]
fn the_wall_stands_at_the_head_of_folders() {
    let files = library();
    let walls = |text: &&String| text.lines().any(|line| line == DENIES);
    let below: Vec<_> = files
        .iter()
        .filter(|(path, text)| {
            walls(text) && modules_around(path)[1..].iter().any(|f| files.get(f).is_some_and(|t| walls(&t)))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(below.is_empty(), "a module around these has the wall already:\n{}", below.join("\n"));
}

mod twins {
    use super::*;

    #[test]
    fn a_file_outside_is_found() {
        let rt = "//! Real-time: the sum.\n";
        let walled = format!("//! Pure: a folder.\n{DENIES}\n");
        let own = format!("{rt}{DENIES}\n");
        let opened = format!("{rt}#![allow(clippy::disallowed_methods)]\n");
        let files = planted(&[
            ("lib.rs", &walled),
            ("mixer.rs", "//! Pure: mixing.\n"),
            ("mixer/sum.rs", rt),
            ("mixer/own.rs", &own),
            ("mixer/tests.rs", rt),
            ("buffer.rs", &walled),
            ("buffer/store.rs", rt),
            ("buffer/deep/er.rs", rt),
            ("buffer/opened.rs", &opened),
            ("worker/mod.rs", &walled),
            ("worker/leg/head.rs", rt),
            ("plan.rs", "//! Control: plans.\n"),
        ]);
        assert_eq!(outside(&files), ["buffer/opened.rs", "mixer/sum.rs"], "the root's own wall does not count");
    }
}
