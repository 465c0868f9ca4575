//! Pure: the example, and what is refused.

use super::Config;
use crate::pbx_node::args::EXAMPLE;

#[test]
fn the_example_is_what_is_so_without_it() {
    let example = Config::parse(EXAMPLE).unwrap();
    assert_eq!(example.users.len(), 2);
    assert_eq!(Config { users: Default::default(), ..example }, Config::default());
}

#[test]
fn what_cannot_be_is_named() {
    for (text, field) in [
        ("[sip]\nlisten = \"0.0.0.0:5060\"", "sip.listen"),
        ("[sip]\nlisten = \"192.0.2.1:5060\"", "give [users.NAME]"),
        ("[sip]\nrealm = \"a\\\"b\"", "sip.realm"),
        ("[media]\nports = [9, 8]", "media.ports"),
        ("[media]\ncodecs = [\"MP3\"]", "known: "),
        ("[media]\ncalls = 0", "media.calls"),
        ("[media]\ntimeout_s = 86401", "media.timeout_s"),
        ("[users.echo]\npassword = \"x\"", "users.echo"),
        ("[users.\"a b\"]\npassword = \"x\"", "must be of A-Z"),
        ("[users.a]\npassword = \"\"", "users.a.password"),
        ("[phones]\nx = { uri = \"sip:x@host\" }", "phones.x.uri"),
        ("[status]\nlisten = \"192.0.2.1:80\"", "status.listen"),
        ("[files]\nhold = \"/nowhere.wav\"", "files.hold"),
        ("[sipp]", "unknown field `sipp`"),
    ] {
        let why = format!("{:#}", Config::parse(text).unwrap_err());
        assert!(why.contains(field), "{text}: {why}");
    }
}
