//! Pure: format parameters are read as they were written.

use super::Fmtp;

/// Found by fuzzing: each reading took an `=` off what has no key.
#[test]
fn format_parameters_are_read_as_they_were_written() {
    for text in ["=a=b;x=1", "====", "0-15", "a=;b = c ; = d"] {
        let fmtp = Fmtp::parse(text);
        assert_eq!(Fmtp::parse(&fmtp.to_string()), fmtp, "{text}");
    }
    let fmtp = Fmtp::parse("=a=b;x=1");
    assert_eq!((fmtp.bare(), fmtp.get("x")), (Some("=a=b"), Some("1")));
}
