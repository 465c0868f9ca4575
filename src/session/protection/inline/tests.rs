//! Pure: keys as phones write them, and what is wrong with others.

use super::*;

const CM: SrtpSuite = SrtpSuite::AesCm128HmacSha1_80;
/// Of RFC 4568 section 6.1 and the like.
const KEY: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

#[test]
fn what_is_written_is_read() {
    for suite in SrtpSuite::ALL {
        let key = SrtpKey::generate(suite).unwrap();
        let text = key.to_inline();
        assert_eq!(SrtpKey::from_inline(suite, &text), Ok(key.clone()));
        assert_eq!(SrtpKey::from_inline(suite, text.trim_end_matches('=')), Ok(key.clone()), "{suite} without padding");
        assert_ne!(SrtpKey::generate(suite).unwrap(), key);
    }
}

#[test]
fn lifetimes_are_read_and_mki_is_refused_by_name() {
    let read = |text: String| SrtpKey::from_inline(CM, &text);
    let key = read(format!("inline:{KEY}")).unwrap();
    for sound in ["|2^20", "|2^48", "|2^0", "|1048576", "|281474976710656"] {
        assert_eq!(read(format!("INLINE:{KEY}{sound}")).as_ref(), Ok(&key), "{sound}");
    }
    for mki in ["|2^20|1:4", "|1:32", "|2^20|1:4;inline:x", ";inline:x"] {
        assert_eq!(read(format!("inline:{KEY}{mki}")), Err(SrtpKeyError::Mki), "{mki}");
    }
    for none in
        ["|", "|2^49", "|0", "|2^x", "|-1", "|281474976710657", "|2^20|2"].map(|end| format!("inline:{KEY}{end}"))
    {
        let wanted = if none.ends_with("|2") { Ok(key.clone()) } else { Err(SrtpKeyError::Lifetime) };
        assert_eq!(read(none.clone()), wanted, "{none}");
    }
}

#[test]
fn what_is_no_key_has_a_reason() {
    let read = |text: &str| SrtpKey::from_inline(CM, text).unwrap_err();
    assert_eq!(read(""), SrtpKeyError::Method);
    assert_eq!(read("prompt:1"), SrtpKeyError::Method);
    assert_eq!(read("inline:***"), SrtpKeyError::Base64);
    assert_eq!(read("inline:"), SrtpKeyError::Length { suite: CM, wanted: 30, got: 0 });
    assert_eq!(read("inline:d0Rm"), SrtpKeyError::Length { suite: CM, wanted: 30, got: 3 });
    assert_eq!(read(&format!("inline:{KEY}AAAA")), SrtpKeyError::Length { suite: CM, wanted: 30, got: 33 });
    let long = format!("inline:{}", "A".repeat(4_000));
    assert_eq!(read(&long), SrtpKeyError::Length { suite: CM, wanted: 30, got: 47 });
    let shown = format!("{:?}", SrtpKey::from_inline(CM, &format!("inline:{KEY}")));
    assert!(!shown.contains("d0Rm") && !shown.contains("119"), "{shown}");
}
