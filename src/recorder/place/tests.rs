//! Control: names of recordings.

use super::*;

#[test]
fn a_name_leads_below_the_root_or_is_none() {
    let root = Path::new("/var/calls");
    for name in ["a.wav", "2026/11/a.wav", "..a", "a..wav", "…"] {
        assert_eq!(check_name(root, Path::new(name)).unwrap(), root.join(name));
    }
    for name in ["", "/", "/a.wav", "..", "../a.wav", "a/..", "a/../../b", "./a", "a/", "a/.", "a\0.wav"] {
        let error = check_name(root, Path::new(name));
        assert!(matches!(error, Err(RecordError::Name { .. })), "{name:?}: {error:?}");
    }
}

#[test]
fn a_file_on_its_way_has_a_name_of_its_own() {
    assert_eq!(part_of(Path::new("/a/b.wav")), Path::new("/a/b.wav.part"));
}
