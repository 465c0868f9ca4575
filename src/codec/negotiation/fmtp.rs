//! Pure: reading values out of format parameters, with typed reasons for what cannot be read.

use super::{Note, RefusalReason};
use crate::codec::format::{CodecCapability, CodecName, Fmtp};

fn bad(key: &'static str, value: &str) -> RefusalReason {
    RefusalReason::BadParameter { key, value: value.into() }
}

/// A parameter that is `0` or `1`; absent is `0`.
pub(super) fn flag(fmtp: &Fmtp, key: &'static str) -> Result<bool, RefusalReason> {
    match fmtp.get(key) {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(other) => Err(bad(key, other)),
    }
}

/// A decimal number.
pub(super) fn number(fmtp: &Fmtp, key: &'static str) -> Result<Option<u32>, RefusalReason> {
    fmtp.get(key).map(|v| v.parse().map_err(|_| bad(key, v))).transpose()
}

/// `yes` or `no`.
pub(super) fn yes_no(fmtp: &Fmtp, key: &'static str, absent: bool) -> Result<bool, RefusalReason> {
    match fmtp.get(key) {
        None => Ok(absent),
        Some(v) if v.eq_ignore_ascii_case("yes") => Ok(true),
        Some(v) if v.eq_ignore_ascii_case("no") => Ok(false),
        Some(other) => Err(bad(key, other)),
    }
}

/// The keys that the codec's payload format does not define. An embedder's own codec reads its own.
pub(super) fn unknown_keys(capability: &CodecCapability) -> Vec<Note> {
    let known: &[&str] = match capability.name {
        CodecName::Opus => &[
            "maxplaybackrate",
            "sprop-maxcapturerate",
            "maxaveragebitrate",
            "stereo",
            "sprop-stereo",
            "cbr",
            "useinbandfec",
            "usedtx",
            super::opus::DRED,
            "minptime",
            "maxptime",
            "ptime",
        ],
        CodecName::G729 => &["annexb"],
        CodecName::H264 => &[
            "profile-level-id",
            "packetization-mode",
            "level-asymmetry-allowed",
            "sprop-parameter-sets",
            "max-mbps",
            "max-fs",
            "max-br",
            "max-cpb",
            "max-dpb",
            "max-smbps",
            "max-rcmd-nalu-size",
            "redundant-pic-cap",
            "max-recv-level",
            "in-band-parameter-sets",
        ],
        CodecName::Other(_) => return Vec::new(),
        _ => &[],
    };
    let unknown = capability.fmtp.iter().filter(|(key, _)| !known.iter().any(|k| k.eq_ignore_ascii_case(key)));
    unknown.map(|(key, _)| Note::UnknownParameter { payload_type: capability.payload_type, key: key.into() }).collect()
}
