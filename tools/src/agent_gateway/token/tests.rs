//! Pure: who shows the token comes in.

use super::*;

#[test]
fn a_token_is_shown_in_the_header_or_in_the_query() {
    let token = Token::new("correct-horse-battery").unwrap();
    let shown = |header, query| token.is_shown(header, query);
    assert!(shown(Some("Bearer correct-horse-battery"), None));
    assert!(shown(Some("bearer  correct-horse-battery "), None));
    assert!(shown(None, Some("a=b&token=correct-horse-battery")));
    assert!(!shown(None, None));
    assert!(!shown(Some("Basic correct-horse-battery"), None));
    assert!(!shown(Some("Bearer correct-horse-batterz"), None));
    assert!(!shown(Some("Bearer correct-horse"), None));
    assert!(!shown(Some("Bearer é"), Some("token=")));
    assert!(!shown(None, Some("atoken=correct-horse-battery")));
    assert_eq!(format!("{token:?}"), "Token(…)", "it is in no log");
}

#[test]
fn a_token_is_long_and_needs_no_escape() {
    for bad in ["", "short", "correct horse battery", "correct-horse-battéry"] {
        assert!(Token::new(bad).is_err(), "{bad}");
    }
}
