//! Pure: each type that an embedder meets shows how it is used, or names the type that does; and no example, of README
//! either, takes a path that an embedder has not.

use super::root;
use super::sources::{Sources, library};
use std::collections::{BTreeMap, BTreeSet};

/// The types of the facade, from its list: names that begin with a capital and are no constants.
fn types(list: &str) -> BTreeSet<&str> {
    list.lines()
        .filter_map(|line| line.rsplit("::").next())
        .filter(|name| {
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().any(|c| c.is_ascii_lowercase())
        })
        .collect()
}

/// The text of each public type, of all that have that name.
fn texts(files: &Sources) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in files.values() {
        let mut text = String::new();
        for line in source.lines().map(str::trim) {
            if let Some(doc) = line.strip_prefix("///") {
                text.push_str(doc);
                text.push('\n');
            } else if !line.starts_with("#[") && !line.starts_with("// ") && !line.starts_with("$(#[$doc])*") {
                if let Some(name) = defined(line) {
                    found.entry(name.to_owned()).or_default().push(text.clone());
                }
                text.clear();
            }
        }
    }
    found
}

/// The type that a line defines; `WorkerId(u8)` and `SessionId,` are what the macros of `types/id.rs` are given.
fn defined(line: &str) -> Option<&str> {
    let word = |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type ", "pub fn "];
    if let Some(rest) = kinds.iter().find_map(|kind| line.strip_prefix(kind)) {
        return Some(&rest[..word(rest)]).filter(|name| !name.is_empty());
    }
    let given = &line[..word(line)];
    let is_given = ["(u8)", ","].contains(&&line[given.len()..]) && given.ends_with("Id");
    is_given.then_some(given)
}

/// Whom an example is promised of: `Example: [`Name`]`, over two lines too.
fn promised(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("Example:")?;
    rest.trim_start().strip_prefix("[`")?.split(['`', '(']).next()
}

/// Types without an example of their own, and without a link to one that has.
fn complaints(list: &str, files: &Sources) -> Vec<String> {
    let texts = texts(files);
    let shows = |name: &str| texts.get(name).is_some_and(|texts| texts.iter().any(|text| text.contains("```")));
    let leads = |text: &String| promised(text).is_some_and(shows);
    let mut complaints = Vec::new();
    for name in types(list) {
        match texts.get(name) {
            None => complaints.push(format!("{name}: defined nowhere")),
            Some(all) if shows(name) || all.iter().any(leads) => {}
            Some(_) => complaints.push(format!("{name}: no example, and no line \"Example: [`Other`]\" to one")),
        }
    }
    complaints
}

/// Examples of a text in Markdown or of doc comments: the code between fences that is Rust.
fn examples(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).unwrap_or(line).trim();
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take().filter(|(rust, _)| *rust).map(|(_, code)| code)),
            (Some(kind), None) => {
                open = Some((kind.is_empty() || kind.starts_with("rust") || kind.contains("no_run"), String::new()))
            }
            (None, Some((_, code))) => code.push_str(&format!("{}\n", line.strip_prefix("# ").unwrap_or(line))),
            (None, None) => {}
        }
    }
    found
}

/// All paths below `media_core::` that code names, braces opened.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("media_core::") {
        open(&code[at..], "", &mut found);
    }
    found
}

/// Reads one path, or a list of them in braces, and returns what is left.
fn open<'a>(mut rest: &'a str, prefix: &str, found: &mut Vec<String>) -> &'a str {
    let mut path = prefix.to_owned();
    loop {
        rest = rest.trim_start();
        if let Some(list) = rest.strip_prefix('{') {
            rest = list.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                rest = open(rest, &path, found).trim_start().trim_start_matches(',').trim_start();
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        path.push_str(&rest[..end]);
        rest = &rest[end..];
        match rest.strip_prefix("::").filter(|rest| !rest.starts_with('<')) {
            Some(more) => (path.push_str("::"), rest = more).0,
            None => {
                found.push(path.trim_end_matches("::self").trim_end_matches("::").to_owned());
                return if rest.starts_with([',', '}']) || end > 0 { rest } else { &rest[rest.len().min(1)..] };
            }
        }
    }
}

/// Paths that are not of the facade. What follows a type (a variant, a function) is the type's.
fn strange(list: &str, code: &str) -> Vec<String> {
    let listed: BTreeSet<&str> = list.lines().collect();
    let of_a_type = |path: &str| {
        let upper = |part: &&str| part.starts_with(|c: char| c.is_ascii_uppercase());
        let parts: Vec<&str> = path.split("::").collect();
        parts.iter().position(upper).map(|at| parts[..=at].join("::"))
    };
    let known = |path: &String| {
        listed.contains(path.as_str()) || of_a_type(path).is_some_and(|path| listed.contains(path.as_str()))
    };
    paths(code).into_iter().filter(|path| !known(path)).collect()
}

#[test]
fn each_type_of_the_facade_shows_how_it_is_used() {
    let list = std::fs::read_to_string(root().join("docs/public-api.txt")).unwrap();
    assert!(types(&list).len() > 150);
    let complaints = complaints(&list, &library());
    assert!(complaints.is_empty(), "{}:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn examples_name_what_an_embedder_has() {
    let list = std::fs::read_to_string(root().join("docs/public-api.txt")).unwrap();
    let mut texts: Vec<(String, String)> =
        vec![("README.md".to_owned(), std::fs::read_to_string(root().join("README.md")).unwrap())];
    let private = ["rt/", "worker/seed"];
    let own = |path: &str| {
        private.iter().any(|part| path.starts_with(part)) && !path.starts_with("rt/os") && path != "rt/shed.rs"
    };
    texts.extend(
        library().into_iter().map(|(path, text)| (path.display().to_string(), text)).filter(|(path, _)| !own(path)),
    );
    let mut seen = 0;
    let mut complaints = Vec::new();
    for (path, text) in &texts {
        for code in examples(text) {
            seen += 1;
            complaints.extend(strange(&list, &code).into_iter().map(|strange| format!("{path}: {strange}")));
        }
    }
    assert!(seen > 100, "{seen} examples");
    assert!(complaints.is_empty(), "not of the facade:\n{}", complaints.join("\n"));
}

mod twins {
    use super::super::sources::planted;
    use super::*;

    const LIST: &str = "media_core\nmedia_core::a\nmedia_core::a::Shown\nmedia_core::a::Led\nmedia_core::a::Bare\nmedia_core::a::Astray\nmedia_core::a::LIMIT\n";

    #[test]
    fn a_type_without_an_example_is_found() {
        let text = "/// It is.\n///\n/// ```\n/// use media_core::a::Shown;\n/// ```\n#[derive(Debug)]\npub struct Shown;\n\n\
                    /// Example: [`Shown`](crate::Shown).\npub enum Led {}\n\n/// It is.\npub trait Bare {}\n\n\
                    /// Example:\n/// [`Bare`].\npub struct Astray {}\n";
        let found = complaints(LIST, &planted(&[("a.rs", text)]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("Astray") && found[1].starts_with("Bare"), "{found:?}");
    }

    #[test]
    fn a_path_of_the_inside_is_found_in_braces_too() {
        let code = "use media_core::{a::{self, Shown}, rt::Lane};\nlet x = media_core::a::Shown::new();\n\
                    let y = media_core::worker::Leg(media_core::a::LIMIT);";
        assert_eq!(strange(LIST, code), ["media_core::rt::Lane", "media_core::worker::Leg"]);
        let text = "```sh\nmedia_core::sh\n```\n```rust,no_run\nuse media_core::b;\n```\n/// ```\n/// # use media_core::c;\n/// ```\n";
        assert_eq!(examples(text), ["use media_core::b;\n", "use media_core::c;\n"]);
    }
}
