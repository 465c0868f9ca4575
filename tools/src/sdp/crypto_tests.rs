//! Pure: SRTP by offer and answer (RFC 4568), and what of it is refused.

use super::*;
use media_core::codec::CodecCapability;
use media_core::{SrtpKey, SrtpSuite};
use std::net::Ipv4Addr;

const KEY: &str = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
const IDENTITY: Identity = Identity { session: 1, version: 1, address: std::net::IpAddr::V4(Ipv4Addr::LOCALHOST) };

fn described(lines: &str) -> Result<Description, SdpError> {
    let body = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
    read(format!("{body}{}", lines.replace('\n', "\r\n")).as_bytes())
}

fn refused(crypto: &str) -> String {
    match described(&format!("m=audio 4 RTP/SAVP 0\n{crypto}")) {
        Err(SdpError::Crypto(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_line_that_is_spoken_is_answered_with_a_key_of_our_own() {
    let offered = described(&format!(
        "m=audio 4000 RTP/SAVPF 0 8\na=crypto:1 F8_128_HMAC_SHA1_80 {KEY}\na=crypto:3 AES_CM_128_HMAC_SHA1_32 {KEY}|2^20|1:4\n\
        a=crypto:7 aes_cm_128_hmac_sha1_80 {KEY}|2^31 WSH=128 -X=1\na=crypto:8 AES_CM_128_HMAC_SHA1_32 {KEY}\n"
    ));
    let offered = offered.unwrap();
    let tags: Vec<_> = offered.audio.crypto.iter().map(|crypto| crypto.tag).collect();
    assert_eq!(tags, [7, 8]);
    let theirs = &offered.audio.crypto[0];
    let key = SrtpKey::from_inline(SrtpSuite::AesCm128HmacSha1_80, KEY).unwrap();
    assert_eq!(theirs.key, key);
    let ours = theirs.answer().unwrap();
    assert_ne!(ours.key, theirs.key);
    let list = media_core::codec::CapabilityList::audio(vec![CodecCapability::static_type(0).unwrap()]);
    let mut audio = Audio::new(list, "127.0.0.1:4000".parse().unwrap());
    audio.crypto = vec![ours.clone()];
    let text = answer(&offered, IDENTITY, &audio);
    assert!(text.contains("m=audio 4000 RTP/SAVPF 0\r\n"), "{text}");
    assert!(text.contains(&format!("a=crypto:7 AES_CM_128_HMAC_SHA1_80 {}\r\n", ours.key.to_inline())), "{text}");
    let srtp = Crypto::params(&ours, theirs);
    assert_eq!((srtp.send_key(), srtp.receive_key()), (Some(&ours.key), Some(&key)));
}

#[test]
fn our_offer_has_a_line_a_suite_and_its_answer_chooses_one() {
    let list = media_core::codec::CapabilityList::audio(vec![CodecCapability::static_type(0).unwrap()]);
    let mut audio = Audio::new(list, "127.0.0.1:4000".parse().unwrap());
    audio.crypto = Crypto::offer().unwrap();
    let text = offer(IDENTITY, &audio);
    let at = |name: &str| text.find(&format!("{name} inline:")).unwrap_or_else(|| panic!("{name} in {text}"));
    assert!(text.contains("m=audio 4000 RTP/SAVP 0\r\n"));
    assert!(at("a=crypto:1 AES_CM_128_HMAC_SHA1_80") < at("a=crypto:3 AEAD_AES_128_GCM"));
    let read = read(text.as_bytes()).unwrap();
    assert_eq!(read.audio, audio);
    let theirs = read.audio.crypto[2].answer().unwrap();
    let srtp = Crypto::agreed(&audio.crypto, std::slice::from_ref(&theirs)).unwrap();
    assert_eq!((srtp.send_key(), srtp.receive_key()), (Some(&audio.crypto[2].key), Some(&theirs.key)));
    let other_tag = Crypto { tag: 1, ..theirs };
    assert_eq!(Crypto::agreed(&audio.crypto, &[other_tag]), None, "a tag of another suite");
    assert_eq!(Crypto::agreed(&audio.crypto, &[]), None);
}

#[test]
fn a_stream_without_a_key_that_is_spoken_is_refused_by_name() {
    assert!(refused("").contains("no a=crypto line"));
    assert!(refused(&format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 {KEY}|1:4\n")).contains("MKI"));
    assert!(refused(&format!("a=crypto:1 F8_128_HMAC_SHA1_80 {KEY}\n")).contains("F8_128_HMAC_SHA1_80"));
    let unencrypted = format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 {KEY} UNENCRYPTED_SRTCP\n");
    assert!(refused(&unencrypted).contains("UNENCRYPTED_SRTCP"));
    for odd in ["a=crypto:\n", "a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:x\n", "a=crypto:1 AES_CM_128_HMAC_SHA1_80\n"]
    {
        assert!(!refused(odd).is_empty());
    }
    let secret = refused("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0\n");
    assert!(!secret.contains("c2Vj"), "{secret}");
}

/// Beside a plain one the protected stream is taken, if its keys are spoken; RFC 8643 has keys beside RTP/AVP.
#[test]
fn the_protected_stream_goes_first() {
    let both = |key: &str| {
        described(&format!("m=audio 6 RTP/AVP 8\nm=audio 4 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 {key}\n"))
            .unwrap()
    };
    assert_eq!(both(KEY).audio.at.unwrap().port(), 4);
    assert_eq!(both("inline:x").audio.at.unwrap().port(), 6);
    let beside = described(&format!("m=audio 6 RTP/AVP 8\na=crypto:1 AES_CM_128_HMAC_SHA1_80 {KEY}\n")).unwrap();
    assert_eq!(beside.audio.crypto.len(), 1);
    assert!(answer(&beside, IDENTITY, &beside.audio).contains("RTP/AVP 8\r\n"));
}
