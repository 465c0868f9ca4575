//! Pure: what the lower folders of the library never name.

use super::is_test;
use super::sources::{Sources, code, library, planted};
use std::path::Path;

/// What a folder may name beside itself, from the ground up.
const MAY_NAME: [(&str, &[&str]); 7] = [
    ("types", &[]),
    ("rtp", &["types"]),
    ("rt", &["rtp", "types"]),
    ("processing", &["rt", "types"]),
    ("conference", &["processing", "rt", "types"]),
    ("codec", &["error", "processing", "rt", "rtp", "types"]),
    ("buffer", &["codec", "processing", "rt", "rtp", "types"]),
];

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
        let found =
            ["processing/agc.rs: crate::conference", "rt/lane.rs: crate::telemetry", "types/id.rs: crate::codec"];
        assert_eq!(breaches(&files), found);
    }
}
