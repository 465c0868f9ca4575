//! Pure: messages of SIP as text.

use anyhow::Result;
use md5::{Digest as _, Md5};
use rsipstack::sip::Request;
use rsipstack::sip::prelude::HeadersExt as _;
use std::net::SocketAddr;

pub(super) fn with_body(head: &str, kind: &str, body: &str) -> String {
    let kind = if body.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    format!("{head}{kind}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// The address in a Contact.
pub(super) fn contact(text: &str) -> String {
    text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(uri, _)| uri).to_owned()
}

/// Credentials of digest authentication (RFC 7616), for that challenge and password, of which they are the `count`th use.
pub(super) fn authorization(
    name: &str,
    (challenge, password): &(String, String),
    count: u32,
    (method, uri): (&str, &str),
) -> String {
    let of = |name: &str| {
        let rest = challenge.split(&format!("{name}=\"")).nth(1).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let (realm, nonce) = (of("realm"), of("nonce"));
    let hash =
        |text: String| Md5::digest(text.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let first = hash(format!("{name}:{realm}:{password}"));
    let response = hash(format!("{first}:{nonce}:{count:08x}:x:auth:{}", hash(format!("{method}:{uri}"))));
    format!(
        "Authorization: Digest username=\"{name}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
         response=\"{response}\", cnonce=\"x\", qop=auth, nc={count:08x}\r\n"
    )
}

/// The ACK of an INVITE that was refused (RFC 3261 section 17.1.1.3): of its branch, and with the tag of who refused.
pub(super) fn acknowledged(invite: &str, to: &str) -> String {
    let head = invite.split_once("\r\n\r\n").map_or(invite, |(head, _)| head);
    let mut ack = String::new();
    for line in head.lines().filter(|line| !line.starts_with("Content-")) {
        let line = match line.split_once(' ') {
            Some(("INVITE", rest)) => format!("ACK {rest}"),
            Some(("CSeq:", rest)) => format!("CSeq: {}", rest.replace("INVITE", "ACK")),
            Some(("To:", _)) => format!("To: {to}"),
            _ => line.to_owned(),
        };
        ack.push_str(&line);
        ack.push_str("\r\n");
    }
    with_body(&ack, "", "")
}

/// The answer to a request, by who is there.
pub(super) fn response(request: &Request, status: &str, (name, at): (&str, SocketAddr), body: &str) -> Result<String> {
    let to = request.to_header()?.value();
    let tag = if to.contains("tag=") { "" } else { ";tag=u" };
    let head = format!(
        "SIP/2.0 {status}\r\nVia: {}\r\nFrom: {}\r\nTo: {to}{tag}\r\nCall-ID: {}\r\nCSeq: {}\r\nContact: <sip:{name}@{at}>\r\n",
        request.via_header()?.value(),
        request.from_header()?.value(),
        request.call_id_header()?.value(),
        request.cseq_header()?.value(),
    );
    Ok(with_body(&head, "application/sdp", body))
}
