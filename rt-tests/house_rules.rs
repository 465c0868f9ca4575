//! Holds the rules on files that README and docs/ARCHITECTURE.md rest on: small library files of one side each, a top
//! level that stays as it is, and documents that are there where they are named. The checkers are functions over text,
//! so that twins can show them fail on planted text.

#[path = "house_rules/circles.rs"]
mod circles;
#[path = "house_rules/examples.rs"]
mod examples;
#[path = "house_rules/facade.rs"]
mod facade;
#[path = "house_rules/layout.rs"]
mod layout;
#[path = "house_rules/nevers.rs"]
mod nevers;
#[path = "house_rules/open.rs"]
mod open;
#[path = "house_rules/sources.rs"]
mod sources;
#[path = "house_rules/wall.rs"]
mod wall;

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of code that a library file may have.
const MOST_LINES: usize = 200;

/// Lines that a file of `rt-tests` may have, with all that is in them.
const MOST_TEST_LINES: usize = 300;

/// What the first line of a library file says it is.
const SIDES: [&str; 5] = ["Real-time", "Control", "Boundary", "I/O", "Pure"];

/// All that the top level of the repository holds, beside dotfiles.
const TOP_LEVEL: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "rt-tests",
    "benches",
    "tools",
    "README.md",
    "PERFORMANCE.md",
    "CONTRIBUTING.md",
    "docs",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents that a text names.
fn documents(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    text.split(|c| !part(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.strip_suffix(".md").is_some_and(|name| name.ends_with(|c: char| c.is_alphanumeric())))
        .collect()
}

/// Lines that are neither blank nor comment only.
fn lines_of_code(text: &str) -> usize {
    let mut depth = 0usize;
    let is_code = |line: &&str| {
        let mut rest = line.trim();
        loop {
            if depth > 0 {
                let (open, close) = (rest.find("/*"), rest.find("*/"));
                match (open, close) {
                    (Some(open), Some(close)) if open < close => (depth, rest) = (depth + 1, &rest[open + 2..]),
                    (_, Some(close)) => (depth, rest) = (depth - 1, rest[close + 2..].trim_start()),
                    (Some(open), None) => (depth, rest) = (depth + 1, &rest[open + 2..]),
                    (None, None) => return false,
                }
            } else if rest.is_empty() || rest.starts_with("//") {
                return false;
            } else if let Some(after) = rest.strip_prefix("/*") {
                (depth, rest) = (1, after);
            } else {
                // A comment that opens after code on its line is not followed: rustfmt moves none there, and "/*"
                // inside a string would look the same.
                return true;
            }
        }
    };
    text.lines().filter(is_code).count()
}

/// Whether the first line is a module doc that names the file's side and then says something.
fn names_its_side(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("//! ").is_some_and(|doc| {
        SIDES.iter().any(|side| {
            doc.strip_prefix(side).and_then(|rest| rest.strip_prefix(": ")).is_some_and(|says| says.trim().len() > 3)
        })
    })
}

/// Test files: `tests.rs`, `*_tests.rs`, and what lies in a folder `tests`.
fn is_test(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == "tests.rs" || name.ends_with("_tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

/// What is wrong with a library file, if anything.
fn complaints(path: &Path, text: &str) -> Vec<String> {
    if is_test(path) || path == Path::new("lib.rs") {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    let lines = lines_of_code(text);
    if lines > MOST_LINES {
        complaints.push(format!("{}: {lines} lines of code, at most {MOST_LINES}", path.display()));
    }
    if !names_its_side(text) {
        complaints.push(format!("{}: line 1 is not `//! <{}>: …`", path.display(), SIDES.join(" | ")));
    }
    complaints
}

/// What is wrong with a file of `rt-tests`, if anything: a longer one is a folder of parts (`latch.rs`, `latch/call.rs`).
fn too_long(path: &Path, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > MOST_TEST_LINES).then(|| format!("{}: {lines} lines, at most {MOST_TEST_LINES}", path.display()))
}

/// Entries that the top level must not hold. `ignored` are the patterns of `.gitignore`.
fn strangers<'a>(entries: impl IntoIterator<Item = &'a str>, ignored: &str) -> Vec<&'a str> {
    let is_ignored = |entry: &str| {
        ignored.lines().map(str::trim).any(|pattern| match pattern.strip_prefix('*') {
            Some(ending) => !ending.is_empty() && entry.ends_with(ending),
            None => pattern.strip_prefix('/').is_some_and(|name| name.trim_end_matches('/') == entry),
        })
    };
    entries
        .into_iter()
        .filter(|entry| !entry.starts_with('.') && !TOP_LEVEL.contains(entry) && !is_ignored(entry))
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn files_of_the_library_and_the_tools_are_small_and_name_their_side() {
    for folder in ["src", "tools/src"] {
        let source = root().join(folder);
        let mut files = Vec::new();
        rust_files(&source, &mut files);
        files.sort();
        assert!(files.len() > 10, "{} files in {folder}", files.len());
        let complaints: Vec<_> = files
            .iter()
            .flat_map(|path| complaints(path.strip_prefix(&source).unwrap(), &fs::read_to_string(path).unwrap()))
            .collect();
        assert!(complaints.is_empty(), "{folder}:\n{}", complaints.join("\n"));
    }
}

#[test]
fn tests_of_the_whole_engine_are_in_files_that_are_read_at_once() {
    let mut files = Vec::new();
    rust_files(&root().join("rt-tests"), &mut files);
    assert!(files.len() > 50, "{} files", files.len());
    let complaints: Vec<_> = files
        .iter()
        .filter_map(|path| too_long(path.strip_prefix(root()).unwrap(), &fs::read_to_string(path).unwrap()))
        .collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn the_top_level_is_as_agreed() {
    let entries: Vec<_> =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    let strangers = strangers(entries.iter().map(String::as_str), &ignored);
    assert!(strangers.is_empty(), "not agreed at the top level: {strangers:?}");
}

/// Who reads "see DESIGN.md" and does not find it has been told nothing.
#[test]
fn documents_that_are_named_are_there() {
    let mut files: Vec<PathBuf> =
        ["README.md", "PERFORMANCE.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md", ".clippy.toml"]
            .map(|name| root().join(name))
            .to_vec();
    for folder in ["src", "rt-tests", "benches", "tools/src", "tools/tests"] {
        rust_files(&root().join(folder), &mut files);
    }
    files.retain(|file| !file.ends_with("house_rules.rs"));
    let mut missing = Vec::new();
    let mut named = 0;
    for file in &files {
        for document in documents(&fs::read_to_string(file).unwrap()) {
            named += 1;
            let places = [root().join(document), file.parent().unwrap().join(document)];
            if !places.iter().any(|place| place.exists()) {
                missing.push(format!("{}: {document}", file.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(named > 10, "{named} documents named");
    assert!(missing.is_empty(), "no such document:\n{}", missing.join("\n"));
}

mod twins {
    use super::*;

    #[test]
    fn a_document_is_found_by_its_name() {
        let text = "see DESIGN.md, (docs/ARCHITECTURE.md). Not `.md`, a.mdx or x.md5; `include_str!(\"names.md\")`";
        assert_eq!(documents(text), ["DESIGN.md", "docs/ARCHITECTURE.md", "names.md"]);
    }

    fn file(lines: usize) -> String {
        "//! Pure: numbers.\n".to_owned() + &"const N: u8 = 1;\n".repeat(lines)
    }

    #[test]
    fn a_file_of_201_lines_is_refused_and_one_of_200_is_not() {
        let path = Path::new("mixer/sum.rs");
        assert_eq!(complaints(path, &file(200)), Vec::<String>::new());
        let found = complaints(path, &file(201));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("mixer/sum.rs: 201 lines"), "{found:?}");
    }

    #[test]
    fn a_test_file_of_301_lines_is_refused_comments_and_all() {
        let path = Path::new("rt-tests/pauses.rs");
        assert_eq!(too_long(path, &"// why\n".repeat(300)), None);
        let found = too_long(path, &"// why\n".repeat(301));
        assert_eq!(found.as_deref(), Some("rt-tests/pauses.rs: 301 lines, at most 300"));
    }

    #[test]
    fn comments_and_blank_lines_are_no_code_and_all_else_is() {
        assert_eq!(lines_of_code("//! Pure: x\n\n  // a\n/// b\n\t\n"), 0);
        assert_eq!(lines_of_code("/* a\n b\n c */\n"), 0);
        assert_eq!(lines_of_code("/* a /* b\n */ c\n */\nlet x = 1;\n"), 1);
        assert_eq!(lines_of_code("/* a */ let x = 1;\n/* b */ // c\n"), 1);
        assert_eq!(lines_of_code("/* a\n*/ let x = 1;\n"), 1);
        assert_eq!(lines_of_code("#[inline]\nfn f() {} // why\n}\n"), 3);
        assert_eq!(lines_of_code("let s = \"/*\";\nlet t = 1;\n"), 2);
    }

    #[test]
    fn a_first_line_without_a_side_is_refused() {
        for good in ["//! Real-time: the mixer.", "//! I/O: sockets.\n//! more", "//! Boundary: lanes."] {
            assert!(names_its_side(good), "{good}");
        }
        let bad = [
            "",
            "//! The mixer.",
            "//! Realtime: the mixer.",
            "//! real-time: the mixer.",
            "//! Control:",
            "//! Control: ",
            "// Control: plans",
            "\n//! Control: plans",
            "use std::fmt;\n//! Control: plans",
        ];
        for bad in bad {
            assert!(!names_its_side(bad), "{bad}");
            assert_eq!(complaints(Path::new("a.rs"), bad).len(), 1);
        }
    }

    #[test]
    fn only_tests_and_the_root_are_exempt() {
        let bad = "fn f() {}\n".repeat(300);
        for exempt in ["lib.rs", "rtp/tests.rs", "rtp/packet_tests.rs", "rtp/tests/capture.rs"] {
            assert!(complaints(Path::new(exempt), &bad).is_empty(), "{exempt}");
        }
        for held in ["rtp/mod.rs", "codec/lib.rs", "rtp/contests.rs", "rtp/testsuite/a.rs"] {
            assert_eq!(complaints(Path::new(held), &bad).len(), 2, "{held}");
        }
    }

    #[test]
    fn a_stranger_at_the_top_level_is_found() {
        let ignored = "/target\n/out/\n*.hlog\n/tools/fuzz/target\n";
        let entries =
            ["Cargo.toml", "src", ".clippy.toml", "target", "out", "run.hlog", "clippy.toml", "doc", "NOTES.md"];
        assert_eq!(strangers(entries, ignored), ["clippy.toml", "doc", "NOTES.md"]);
        assert_eq!(strangers(["target"], ""), ["target"]);
        assert_eq!(strangers(TOP_LEVEL, ""), Vec::<&str>::new());
    }
}
