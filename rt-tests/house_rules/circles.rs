//! Pure: no rooms of the library name each other in a circle. A room is a file `x.rs` with what lies below `x/`; of each
//! folder the rooms must stand on floors, each above all that it names.

use super::is_test;
use super::sources::{Sources, code, library, planted};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Module = Vec<String>;

/// In a circle with all that can fail, by its nature: it holds each part's own error, and each part returns it.
const OUTSIDE: &str = "error";

/// What the library's modules name, with what they hand on resolved.
struct House {
    modules: BTreeSet<Module>,
    /// By module and name: what a `use` of it stands for.
    handed_on: BTreeMap<(Module, String), Module>,
    /// Each module's names of others.
    named: Vec<(Module, Module)>,
}

fn module(path: &Path) -> Module {
    let path = path.with_extension("");
    path.iter().map(|part| part.to_string_lossy().into_owned()).filter(|part| part != "lib").collect()
}

/// The paths of a `use` tree, each with the name that it gets.
fn leaves(tree: &str, before: &[String], found: &mut Vec<(Module, String)>) {
    let (path, group) = match tree.split_once('{') {
        Some((path, group)) => (path, Some(group.strip_suffix('}').unwrap_or(group))),
        None => (tree, None),
    };
    let (path, alias) = path.split_once(" as ").map_or((path, None), |(path, alias)| (path, Some(alias.trim())));
    let parts = path.split("::").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
    let path: Module = before.iter().cloned().chain(parts).collect();
    let Some(group) = group else {
        let name = alias.map(str::to_owned).or_else(|| path.last().cloned()).unwrap_or_default();
        return found.push((path, name));
    };
    let (mut depth, mut from) = (0, 0);
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = group[from..at].trim();
                if !part.is_empty() {
                    leaves(part, &path, found);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// From the root of the crate; `None` for another crate's.
fn absolute(path: &[String], from: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let below = |base: &[String], rest: &[String]| Some([base, rest].concat());
    match path.first()?.as_str() {
        "crate" => below(&[], &path[1..]),
        "self" => below(from, &path[1..]),
        "super" => below(&from[..from.len().checked_sub(ups)?], &path[ups..]),
        first => modules.contains(&[&from[..], &[first.to_owned()]].concat()).then(|| [from, path].concat()),
    }
}

impl House {
    fn of(files: &Sources) -> Self {
        let files: Vec<_> = files.iter().filter(|(path, _)| !is_test(path)).collect();
        let modules: BTreeSet<Module> = files.iter().map(|(path, _)| module(path)).collect();
        let mut house = Self { modules, handed_on: BTreeMap::new(), named: Vec::new() };
        for (path, text) in files {
            let from = module(path);
            let text = &code(text);
            let inline = text.match_indices("crate::").filter(|(at, _)| !text[..*at].ends_with("use "));
            for (at, _) in inline {
                let end = text[at..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
                let path = &text[at..end.map_or(text.len(), |end| at + end)];
                let path: Module = path.split("::").map(str::to_owned).filter(|part| !part.is_empty()).collect();
                house.named.extend(absolute(&path, &from, &house.modules).map(|target| (from.clone(), target)));
            }
            for statement in text.split(';') {
                // Behind other code, an attribute, or its visibility.
                let Some((before, tree)) = statement.rsplit_once("use ") else { continue };
                let public = before.trim_end().ends_with("pub") || before.trim_end().ends_with(')');
                if !before.is_empty() && !before.ends_with(char::is_whitespace) {
                    continue;
                }
                let mut found = Vec::new();
                leaves(&tree.split_whitespace().collect::<Vec<_>>().join(" "), &[], &mut found);
                for (path, name) in found {
                    let Some(target) = absolute(&path, &from, &house.modules) else { continue };
                    // What a module only hands on it does not use.
                    if !public {
                        house.named.push((from.clone(), target.clone()));
                    }
                    house.handed_on.insert((from.clone(), name), target);
                }
            }
        }
        house
    }

    /// The module that a path's item is of.
    fn resolve(&self, path: &Module, steps: usize) -> Module {
        let known = (0..=path.len()).rev().find(|length| self.modules.contains(&path[..*length])).unwrap_or(0);
        let (module, rest) = path.split_at(known);
        let onward = rest.first().and_then(|name| self.handed_on.get(&(module.to_vec(), name.clone())));
        match onward.filter(|_| steps > 0) {
            Some(target) => self.resolve(&[&target[..], &rest[1..]].concat(), steps - 1),
            None => module.to_vec(),
        }
    }

    /// By folder and room: the rooms of that folder that it names.
    fn arrows(&self) -> BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> {
        let mut arrows: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (from, path) in &self.named {
            let to = self.resolve(path, 8);
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (from.get(common), to.get(common))
                && !(common == 0 && (a == OUTSIDE || b == OUTSIDE))
            {
                arrows.entry(from[..common].to_vec()).or_default().entry(a.clone()).or_default().insert(b.clone());
            }
        }
        arrows
    }
}

/// Rooms that stand in a circle, by folder: what is left when none is taken away that names no other.
fn circles(files: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, mut rooms) in House::of(files).arrows() {
        // From the top as well as from the ground, so that what only leads to a circle is not named.
        loop {
            let named: BTreeSet<String> = rooms.values().flatten().cloned().collect();
            let naming: BTreeSet<String> = rooms.keys().cloned().collect();
            let before = rooms.len();
            rooms.retain(|room, names| {
                names.retain(|name| naming.contains(name));
                !names.is_empty() && named.contains(room)
            });
            if rooms.len() == before {
                break;
            }
        }
        if !rooms.is_empty() {
            let arrows = rooms.iter().map(|(room, names)| {
                format!("{room} names {}", names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            });
            found.push(format!("src/{}: {}", folder.join("/"), arrows.collect::<Vec<_>>().join("; ")));
        }
    }
    found
}

#[test]
fn no_rooms_name_each_other_in_a_circle() {
    let circles = circles(&library());
    assert!(circles.is_empty(), "state below, what is done with it above:\n{}", circles.join("\n"));
}

mod twins {
    use super::*;

    #[test]
    fn a_circle_of_files_is_found_through_the_face_of_their_folder() {
        let files = planted(&[
            ("session.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\npub use b::{B, other::Other as Else};\n"),
            ("session/a.rs", "use crate::session::{B, c::C};\n"),
            ("session/b.rs", "use super::A;\n"),
            ("session/c.rs", "use std::fmt;\n"),
            ("session/d.rs", "fn f() -> crate::session::e::E { 1 }\n"),
            ("session/e.rs", "fn f(_: super::d::D) -> crate::session::d::D { 1 }\n"),
            ("session/a/tests.rs", "use crate::session::d::D;\n"),
        ]);
        assert_eq!(circles(&files), ["src/session: a names b; b names a; d names e; e names d"]);
    }

    #[test]
    fn a_circle_of_folders_is_found_where_no_files_are_in_one() {
        let files = planted(&[
            ("worker/leg/head.rs", "#[cfg(test)]\nuse crate::worker::boundary::event::Facts;\n"),
            ("worker/leg/plan.rs", ""),
            ("worker/boundary/event.rs", "pub use crate::worker::leg::plan::Leg;\n"),
            ("worker/boundary/order.rs", "use crate::{\n    worker::leg::plan::{Leg, LegPlan},\n    types::Id,\n};\n"),
        ]);
        assert_eq!(circles(&files), ["src/worker: boundary names leg; leg names boundary"]);
    }

    #[test]
    fn a_module_and_its_own_parts_are_one_room() {
        let files = planted(&[
            ("engine/latch.rs", "mod source;\nuse source::Source;\npub const LOCK: u8 = 3;\n"),
            ("engine/latch/source.rs", "use super::LOCK;\nuse crate::error::Error;\n"),
            ("error.rs", "pub use crate::engine::latch::Fault;\nuse crate::engine::latch::source::Other;\n"),
        ]);
        assert!(circles(&files).is_empty());
    }
}
