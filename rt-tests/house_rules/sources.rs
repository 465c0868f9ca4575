//! Pure: the library's files as the rules read them: by path below `src`, and by the modules that they lie in.

use super::{root, rust_files};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub type Sources = BTreeMap<PathBuf, String>;

/// All of `src`.
pub fn library() -> Sources {
    let source = root().join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let below = |path: &PathBuf| path.strip_prefix(&source).unwrap().to_owned();
    files.iter().map(|path| (below(path), fs::read_to_string(path).unwrap())).collect()
}

/// Planted ones, for twins.
pub fn planted(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|(path, text)| (path.into(), (*text).to_owned())).collect()
}

/// The file itself, then the files of the modules around it, the nearest first; not the root of the crate.
pub fn modules_around(path: &Path) -> Vec<PathBuf> {
    let mut around = vec![path.to_owned()];
    let mut folder = path.parent();
    while let Some(name) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        for file in [name.with_extension("rs"), name.join("mod.rs")] {
            if file != path {
                around.push(file);
            }
        }
        folder = name.parent();
    }
    around
}

/// Without comments: what stands behind `//` on a line.
pub fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}
