//! Pure: what the folders of the library never name.

use super::is_test;
use super::sources::{Sources, code, library, planted};
use std::path::Path;

/// What a folder may name beside itself, from the ground up.
const MAY_NAME: [(&str, &[&str]); 19] = [
    ("types", &[]),
    ("quality", &["types"]),
    ("rtp", &["types"]),
    ("rt", &["rtp", "types"]),
    ("processing", &["rt", "types"]),
    ("conference", &["processing", "rt", "types"]),
    ("codec", &["error", "processing", "rt", "rtp", "types"]),
    ("buffer", &["codec", "processing", "quality", "rt", "rtp", "types"]),
    ("telemetry", &["quality", "rt", "rtp", "types"]),
    ("transport", &["error", "quality", "rt", "rtp", "telemetry", "types"]),
    ("playback", &["conference", "error", "processing", "rt", "types"]),
    ("agent_port", &["error", "processing", "rt", "types"]),
    (
        "worker",
        &[
            "agent_port",
            "buffer",
            "codec",
            "conference",
            "playback",
            "processing",
            "quality",
            "rt",
            "telemetry",
            "types",
        ],
    ),
    (
        "session",
        &[
            "agent_port",
            "buffer",
            "codec",
            "error",
            "playback",
            "processing",
            "quality",
            "rt",
            "rtp",
            "telemetry",
            "transport",
            "types",
            "worker",
        ],
    ),
    ("config", &["error", "quality", "rt", "types", "worker"]),
    ("recorder", &["conference", "error", "processing", "session", "types", "worker"]),
    ("flight", &["codec", "error", "processing", "rt", "session", "telemetry", "types", "worker"]),
    (
        "control",
        &[
            "agent_port",
            "codec",
            "config",
            "error",
            "flight",
            "playback",
            "processing",
            "quality",
            "recorder",
            "rt",
            "rtp",
            "session",
            "telemetry",
            "transport",
            "types",
            "worker",
        ],
    ),
    (
        "integration",
        &["codec", "engine", "error", "processing", "rt", "rtp", "session", "transport", "types", "worker"],
    ),
];

/// What parts of the control and of the worker never name: state knows nothing of what is done with it.
const NEVER: [(&str, &[&str]); 4] = [
    ("control/records", &["control::supervisor", "control::verbs", "control::upkeep", "control::links"]),
    ("control/links", &["control::supervisor", "control::verbs", "control::upkeep"]),
    ("worker/leg", &["worker::boundary", "worker::state", "worker::phase", "worker::tick", "worker::seed"]),
    ("control/verbs", &["control::upkeep"]),
];

/// The public modules of the facade; those behind the feature `internals` are none.
const PUBLIC: [&str; 11] = [
    "codec",
    "engine",
    "error",
    "integration",
    "processing",
    "quality",
    "rtp",
    "session",
    "telemetry",
    "types",
    "names",
];

/// The modules that the root opens to an embedder, of the text of `lib.rs`.
fn public_modules(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let open = |(n, line): (usize, &&str)| {
        let name = line.strip_prefix("pub mod ")?;
        let name = name.strip_suffix(';').or_else(|| name.strip_suffix(" {}"))?;
        let behind = n > 0 && lines[n - 1].contains("feature = \"internals\"");
        (!behind).then(|| name.to_owned())
    };
    lines.iter().enumerate().filter_map(open).collect()
}

/// The top-level modules that code names.
fn named(text: &str) -> Vec<String> {
    let code = code(text);
    let after = code.split("crate::").skip(1);
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    after.map(name).filter(|name| !name.is_empty()).collect()
}

/// The folder that a file is of.
fn folder(path: &Path) -> String {
    let first = path.iter().next().unwrap_or_default().to_string_lossy();
    first.strip_suffix(".rs").unwrap_or(&first).to_owned()
}

fn breaches(files: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !is_test(path)) {
        let folder = folder(path);
        let Some((_, may)) = MAY_NAME.iter().find(|(name, _)| *name == folder) else { continue };
        for name in named(text) {
            if name != folder && !may.contains(&name.as_str()) {
                found.push(format!("{}: crate::{name}", path.display()));
            }
        }
    }
    found
}

fn parts_named(files: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !is_test(path)) {
        let code = code(text);
        for (_, never) in NEVER.iter().filter(|(part, _)| path.starts_with(part)) {
            let named = never.iter().filter(|name| code.contains(&format!("crate::{name}")));
            found.extend(named.map(|name| format!("{}: crate::{name}", path.display())));
        }
    }
    found
}

/// Who reads "see the module text" on a type's page has no module's text before him.
fn texts_elsewhere(files: &Sources) -> Vec<String> {
    let named = files.iter().filter(|(_, text)| text.contains("module text"));
    named.map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn state_knows_nothing_of_what_is_done_with_it() {
    let files = library();
    for (part, _) in NEVER {
        assert!(files.keys().any(|path| path.starts_with(part)), "{part}");
    }
    let breaches = parts_named(&files);
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn the_root_opens_what_is_agreed() {
    let root = std::fs::read_to_string(super::root().join("src/lib.rs")).unwrap();
    assert_eq!(public_modules(&root), PUBLIC);
}

#[test]
fn the_text_of_a_type_stands_on_the_type() {
    let found = texts_elsewhere(&library());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn lower_folders_name_nothing_above_them() {
    let files = library();
    for (name, _) in MAY_NAME {
        assert!(files.keys().any(|path| folder(path) == name), "{name}");
    }
    let breaches = breaches(&files);
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

mod twins {
    use super::*;

    #[test]
    fn a_record_that_knows_a_verb_is_found() {
        let files = planted(&[
            ("control/records/room.rs", "use crate::control::supervisor::Supervisor;\n"),
            ("control/verbs/rooms.rs", "use crate::control::supervisor::Supervisor;\n"),
            ("worker/leg/head.rs", "// crate::worker::state\nuse crate::worker::phase::contain;\n"),
        ]);
        assert_eq!(
            parts_named(&files),
            ["control/records/room.rs: crate::control::supervisor", "worker/leg/head.rs: crate::worker::phase"]
        );
    }

    #[test]
    fn a_module_that_is_opened_is_found() {
        let root = "pub mod codec;\n#[cfg(feature = \"internals\")]\npub mod rt;\nmod worker;\npub mod rest;\npub mod page {}\n";
        assert_eq!(public_modules(root), ["codec", "rest", "page"]);
    }

    #[test]
    fn a_text_that_is_elsewhere_is_found() {
        let files = planted(&[("rt/lane.rs", "/// See the module text.\n"), ("rt/gauge.rs", "/// A number.\n")]);
        assert_eq!(texts_elsewhere(&files), ["rt/lane.rs"]);
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let files = planted(&[
            ("types/id.rs", "use crate::codec::CodecName;\n"),
            ("types.rs", "mod id; // crate::worker\n"),
            ("rt/lane.rs", "use crate::types::Gain;\nfn f(_: crate::telemetry::Phase) {}\n"),
            ("processing/agc.rs", "use crate::conference::Limiter;\nuse crate::processing::finite;\n"),
            ("processing/agc/tests.rs", "use crate::conference::peak;\n"),
            ("conference/bus.rs", "use crate::processing::effects::BlockLimiter;\n"),
            ("worker/tick.rs", "use crate::engine::Supervisor;\n"),
        ]);
        let found = [
            "processing/agc.rs: crate::conference",
            "rt/lane.rs: crate::telemetry",
            "types/id.rs: crate::codec",
            "worker/tick.rs: crate::engine",
        ];
        assert_eq!(breaches(&files), found);
    }
}
