//! Pure: redundant audio data (RFC 2198 section 5): `red/8000` with `0/0`, `red/48000/2` with `111/111`.

use super::{NegotiatedCodec, NegotiatedRedundancy, NegotiationRules, Refusal, RefusalReason};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName, Fmtp};

/// The most older packets that one carries.
const MOST: usize = 4;

/// The payload type that a `red` entry repeats, and how often. Without a list it is any, once.
fn repeats(red: &CodecCapability) -> Result<(Option<u8>, usize), RefusalReason> {
    let Some(text) = red.fmtp.bare() else { return Ok((None, 1)) };
    let bad = || RefusalReason::BadParameter { key: "red", value: text.into() };
    let types: Result<Vec<u8>, _> = text.split('/').map(|part| part.trim().parse::<u8>()).collect();
    let types = types.map_err(|_| bad())?;
    match types.first() {
        Some(first) if types.len() > 1 && types.iter().all(|t| t == first) => {
            Ok((Some(*first), (types.len() - 1).min(MOST)))
        }
        _ => Err(RefusalReason::NoCommonRedundancy),
    }
}

pub(super) fn redundancy(
    local: &CapabilityList,
    remote: &CapabilityList,
    rules: &NegotiationRules,
    codecs: &[NegotiatedCodec],
    refused: &mut Vec<Refusal>,
) -> Vec<NegotiatedRedundancy> {
    let mut kept: Vec<NegotiatedRedundancy> = Vec::new();
    for theirs in remote.codecs.iter().filter(|c| c.name == CodecName::Redundancy) {
        match agree(local, theirs, rules, codecs) {
            Ok(found) if kept.iter().all(|k| k.carries != found.carries) => kept.push(found),
            Ok(_) => refused.push(Refusal { capability: theirs.clone(), reason: RefusalReason::Duplicate }),
            Err(reason) => refused.push(Refusal { capability: theirs.clone(), reason }),
        }
    }
    kept
}

/// Matches the peer's entry with one of ours for the same codec.
fn agree(
    local: &CapabilityList,
    theirs: &CodecCapability,
    rules: &NegotiationRules,
    codecs: &[NegotiatedCodec],
) -> Result<NegotiatedRedundancy, RefusalReason> {
    let (their_type, their_level) = repeats(theirs)?;
    let mut reason = RefusalReason::NotOffered;
    for ours in local.codecs.iter().filter(|c| c.same_format(theirs)) {
        let (our_type, our_level) = repeats(ours)?;
        let of_ours = |codec: &NegotiatedCodec| {
            our_type.is_none_or(|t| {
                let entry = local.payload_type(t);
                entry.is_some_and(|c| c.name == codec.name && c.clock_rate == codec.clock_rate)
            })
        };
        let common = codecs.iter().find(|codec| {
            let same = their_type.is_none_or(|t| t == codec.send_payload_type);
            same && codec.clock_rate == theirs.clock_rate && of_ours(codec)
        });
        let Some(codec) = common else {
            reason = RefusalReason::NoCommonRedundancy;
            continue;
        };
        let level = our_level.min(their_level);
        let receive_payload_type = rules.receive_payload_type(ours, theirs);
        let list = vec![codec.receive_payload_type.to_string(); level + 1].join("/");
        return Ok(NegotiatedRedundancy {
            send_payload_type: theirs.payload_type,
            receive_payload_type,
            carries: codec.send_payload_type,
            level: level as u8,
            answer: CodecCapability { payload_type: receive_payload_type, fmtp: Fmtp::parse(&list), ..ours.clone() },
        });
    }
    Err(reason)
}
