//! Pure: whom a REFER names.

use rsipstack::dialog::DialogId;
use rsipstack::sip::Uri;

/// The URI of a `Refer-To`, with or without a name before it.
pub(super) fn address(text: &str) -> Option<Uri> {
    let inner = text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(uri, _)| uri);
    Uri::try_from(inner).ok()
}

/// The dialog of ours that a URI names in `Replaces`: its tags are those of whom it is sent to, which is what we are.
pub(super) fn replaced(target: &Uri) -> Option<DialogId> {
    let (_, text) = target.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("replaces"))?;
    let text = unescaped(text);
    let mut parts = text.split(';');
    let call_id = parts.next()?.trim().to_owned();
    let pairs: Vec<_> = parts.filter_map(|part| part.trim().split_once('=')).collect();
    let of =
        |name: &str| pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, tag)| (*tag).to_owned());
    Some(DialogId { call_id, local_tag: of("to-tag")?, remote_tag: of("from-tag")? })
}

/// Percent signs and two digits are what they stand for.
fn unescaped(text: &str) -> String {
    let mut octets = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        (rest, octets) = match (first, code) {
            (b'%', Some(code)) => (&after[2..], {
                octets.push(code);
                octets
            }),
            _ => (after, {
                octets.push(*first);
                octets
            }),
        };
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{address, replaced};
    use rsipstack::dialog::DialogId;

    #[test]
    fn whom_a_transfer_names_is_read() {
        let plain = address("\"Bob\" <sip:bob@127.0.0.1>;x=y").unwrap();
        assert_eq!((plain.user(), replaced(&plain)), (Some("bob"), None));
        let text = "<sip:carol@127.0.0.1:5060?Replaces=a%40b%3Bto-tag%3Dt1%3Bfrom-tag%3Df1&Require=replaces>";
        let dialog = DialogId { call_id: "a@b".into(), local_tag: "t1".into(), remote_tag: "f1".into() };
        assert_eq!(replaced(&address(text).unwrap()), Some(dialog));
        for bad in [
            "<sip:c@d?Replaces=a%3Bto-tag%3Dt>",
            "<sip:c@d?Replaces=>",
            "<sip:c@d?Replaces=%>",
            "<sip:c@d?Replaces=%f%ff>",
        ] {
            assert_eq!(address(bad).and_then(|uri| replaced(&uri)), None, "{bad}");
        }
    }
}
