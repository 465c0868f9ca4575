//! Takes the library's sources as they are, but for what they are synchronised with: loom's types in the place of the
//! standard library's, a ring over loom's atomics in the place of rtrb's.

use std::path::Path;
use std::{env, fs};

const MODULES: [&str; 7] = [
    "rt/lane",
    "rt/shuttle",
    "rt/gauge",
    "rt/packet_header",
    "rt/packet_ring",
    "control/request/queue",
    "control/request/pending",
];

fn main() {
    let (root, out) = (env::var("CARGO_MANIFEST_DIR").unwrap(), env::var("OUT_DIR").unwrap());
    for module in MODULES {
        let path = format!("{root}/../../src/{module}.rs");
        println!("cargo::rerun-if-changed={path}");
        let source = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let name = Path::new(module).file_name().unwrap().to_str().unwrap();
        fs::write(format!("{out}/{name}.rs"), modelled(&source)).unwrap();
    }
}

fn modelled(source: &str) -> String {
    let source = source
        .replace("//!", "//")
        .replace("#[cfg(test)]\nmod tests;", "")
        .replace("std::sync::", "loom::sync::")
        .replace("PoisonError}", "}")
        .replace("#[expect(clippy::", "#[allow(clippy::")
        .replace("rtrb::", "crate::ring::")
        // loom's atomics are not made at compile time.
        .replace("pub const fn new() -> Self", "pub fn new() -> Self");
    format!("use crate::sync::{{PoisonError, WaitTimeoutWhile}};\n{source}")
}
