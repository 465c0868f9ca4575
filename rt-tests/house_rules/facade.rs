//! Pure: the names that the facade opens, against the list of them in `docs/public-api.txt`.

use super::root;
use super::sources::{Sources, code, library};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const RENEW: &str = "RENEW_PUBLIC_API=1 cargo test --test house_rules the_facade_is_as_listed";

/// A statement that opens a name, whether the feature `internals` must be on for it.
fn opened(text: &str) -> Vec<String> {
    let code = code(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("pub ").filter(|(at, _)| *at == 0 || code[..*at].ends_with('\n')) {
        let attribute = code[..at].trim_end().lines().last().unwrap_or_default();
        let own = ["internals", "test", "fuzzing"].iter().any(|word| attribute.contains(word));
        if !(attribute.starts_with("#[cfg") && own) {
            let end = code[at..].find([';', '{']).map_or(code.len(), |end| at + end);
            let list = code[at..].starts_with("pub use ").then(|| code[at..].find(';')).flatten();
            found.push(code[at..list.map_or(end, |n| at + n)].to_owned());
        }
    }
    found
}

/// The names that a `use` without its `pub use` opens, and the paths that it takes them from.
fn names(list: &str) -> Vec<String> {
    let list = list.split_once('{').map_or(list, |(_, rest)| rest.trim_end().trim_end_matches('}'));
    let name = |one: &str| one.trim().rsplit([' ', ':']).next().unwrap_or_default().to_owned();
    list.split(',').map(name).filter(|name| !name.is_empty()).collect()
}

fn file(files: &Sources, module: &str) -> Option<PathBuf> {
    let path = if module.is_empty() { "lib".to_owned() } else { module.replace("::", "/") };
    [format!("{path}.rs"), format!("{path}/mod.rs")]
        .map(PathBuf::from)
        .into_iter()
        .find(|path| files.contains_key(path))
}

/// Everything that a module opens, and the public modules below it.
fn open(files: &Sources, module: &str, list: &mut BTreeMap<String, BTreeSet<String>>) {
    let Some(path) = file(files, module) else { return };
    let below = |name: &str| if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
    for statement in opened(&files[Path::new(&path)]) {
        let rest = statement.trim_start_matches("pub ").trim();
        if let Some(used) = rest.strip_prefix("use ") {
            list.entry(module.to_owned()).or_default().extend(names(used));
        } else if let Some(name) = rest.strip_prefix("mod ") {
            list.entry(below(name)).or_default();
            open(files, &below(name), list);
        } else {
            let item = rest.trim_start_matches("const ").trim_start_matches("unsafe ");
            let item = item.strip_prefix("fn ").or_else(|| item.split_once(' ').map(|(_, name)| name)).unwrap_or(item);
            let end = item.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(item.len());
            let name = if item[..end].is_empty() { rest } else { &item[..end] };
            list.entry(module.to_owned()).or_default().insert(name.to_owned());
        }
    }
}

/// A line for each name: `media_core::session::AudioFormat`.
fn listing(files: &Sources) -> String {
    let mut list = BTreeMap::new();
    open(files, "", &mut list);
    let mut lines = BTreeSet::new();
    for (module, names) in &list {
        let path = if module.is_empty() { "media_core".to_owned() } else { format!("media_core::{module}") };
        lines.extend(names.iter().map(|name| format!("{path}::{name}\n")));
        lines.insert(format!("{path}\n"));
    }
    lines.into_iter().collect()
}

#[test]
fn the_facade_is_as_listed() {
    let path = root().join("docs/public-api.txt");
    let now = listing(&library());
    if std::env::var_os("RENEW_PUBLIC_API").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let listed = std::fs::read_to_string(&path).unwrap_or_default();
    let (now, listed): (BTreeSet<&str>, BTreeSet<&str>) = (now.lines().collect(), listed.lines().collect());
    let new: Vec<_> = now.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&now).collect();
    assert!(new.is_empty() && gone.is_empty(), "new: {new:#?}\ngone: {gone:#?}\nif that is meant: {RENEW}");
}

mod twins {
    use super::super::sources::planted;
    use super::*;

    #[test]
    fn a_name_that_is_opened_is_listed() {
        let files = planted(&[
            (
                "lib.rs",
                "#[cfg(feature = \"internals\")]\npub mod rt;\npub mod a;\nmod b;\npub use b::{C, d::E as F};\n",
            ),
            (
                "a.rs",
                "pub use crate::b::G;\npub(crate) use crate::b::H;\npub struct I {\n    pub x: u8,\n}\npub const fn j() {}\n",
            ),
            ("rt.rs", "pub struct Hidden;\n"),
        ]);
        let found = ["", "::C", "::F", "::a", "::a::G", "::a::I", "::a::j"].map(|name| format!("media_core{name}\n"));
        assert_eq!(listing(&files), found.concat());
    }
}
