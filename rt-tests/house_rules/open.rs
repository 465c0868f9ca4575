//! Pure: what an embedder meets can grow: a type of the facade whose fields are all open is `#[non_exhaustive]`.

use super::sources::{Sources, library};
use super::{is_test, root};
use std::collections::BTreeSet;

/// What is meant to be written field by field, and complete: a header, a format, a filter, and what a test's network does.
/// What stands in a packet of RTCP too.
const PLAIN: [&str; 10] = [
    "RtpHeader",
    "ReportBlock",
    "SenderInfo",
    "VoipMetrics",
    "TransportArrivals",
    "PcmFormat",
    "Coefficients",
    "Impairment",
    "ChainRates",
    "ChainRequest",
];

/// The structures of a file of which each field is public, with what stands above each.
fn open(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("pub struct ") {
        let indent = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
        let rest = &text[at + "pub struct ".len()..];
        let name = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let Some((head, body)) = rest.split_once('\n') else { continue };
        let Some(end) = body.find(&format!("\n{}}}", " ".repeat(indent))) else { continue };
        let fields: Vec<_> = body[..end].lines().map(str::trim).filter(|line| is_field(line)).collect();
        if head.ends_with('{') && !fields.is_empty() && fields.iter().all(|field| field.starts_with("pub ")) {
            let above = text[..at].trim_end().lines().rev().take_while(|line| line.trim().starts_with("#["));
            found.push((name, above.into_iter().any(|line| line.contains("non_exhaustive"))));
        }
    }
    found
}

fn is_field(line: &str) -> bool {
    !line.is_empty() && !line.starts_with("//") && !line.starts_with("#[")
}

fn complaints(list: &str, files: &Sources) -> Vec<String> {
    let listed: BTreeSet<_> = list.lines().filter_map(|line| line.rsplit("::").next()).collect();
    let of = |name: &str| listed.contains(name) && !PLAIN.contains(&name);
    let all = files.iter().flat_map(|(path, text)| open(text).into_iter().map(move |found| (path, found)));
    all.filter(|(_, (name, grows))| of(name) && !grows)
        .map(|(path, (name, _))| format!("{name} ({}): #[non_exhaustive], with setters", path.display()))
        .collect()
}

#[test]
fn what_an_embedder_meets_can_grow() {
    let list = std::fs::read_to_string(root().join("docs/public-api.txt")).unwrap();
    let library = library();
    // `Datagram` of `rt/os` is not of the facade; the one of the virtual network is.
    let own = |path: &std::path::Path| is_test(path) || path.starts_with("rt/os");
    let files: Sources = library.into_iter().filter(|(path, _)| !own(path)).collect();
    let complaints = complaints(&list, &files);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let all: Vec<_> = files.values().flat_map(|text| open(text)).collect();
    assert!(all.iter().filter(|(_, grows)| *grows).count() > 50, "{all:?}");
    for plain in PLAIN {
        assert!(all.contains(&(plain, false)), "{plain} is no exception any more");
    }
}

#[test]
fn a_structure_that_cannot_grow_is_found() {
    let text = "#[derive(Debug)]\npub struct Open {\n    /// It.\n    pub field: u8,\n}\n\n#[non_exhaustive]\n#[derive(Debug)]\n\
                pub struct Grows {\n    pub field: u8,\n}\n\npub struct Closed {\n    pub field: u8,\n    own: u8,\n}\n\n\
                pub struct Unlisted {\n    pub field: u8,\n}\n";
    let list = "media_core::Open\nmedia_core::Grows\nmedia_core::Closed\n";
    let found = complaints(list, &super::sources::planted(&[("a.rs", text)]));
    assert_eq!(found, ["Open (a.rs): #[non_exhaustive], with setters"]);
}
