//! Pure: one layout of modules and tests: `x.rs` beside its folder `x/`, and tests of `x.rs` in `x/tests.rs`.

use super::sources::{Sources, library, planted};

fn breaches(files: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files.iter() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "mod.rs" {
            found.push(format!("{}: a module is x.rs beside x/", path.display()));
        }
        if name.ends_with("_tests.rs") {
            found.push(format!("{}: tests of x.rs are x/tests.rs", path.display()));
        }
        if text.lines().any(|line| line.trim_start().starts_with("mod tests {")) {
            found.push(format!("{}: tests are in a file of their own", path.display()));
        }
    }
    found
}

#[test]
fn modules_and_tests_have_one_layout() {
    let breaches = breaches(&library());
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

mod twins {
    use super::*;

    #[test]
    fn another_layout_is_found() {
        let files = planted(&[
            ("codec/mod.rs", ""),
            ("codec/a_tests.rs", ""),
            ("codec/b.rs", "#[cfg(test)]\nmod tests {\n}\n"),
            ("codec/c.rs", "#[cfg(test)]\nmod tests;\n"),
            ("codec/c/tests.rs", ""),
            ("engine/a.rs", ""),
        ]);
        let found = breaches(&files);
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
