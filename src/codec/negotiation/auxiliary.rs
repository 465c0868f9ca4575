//! Pure: what stands beside the codecs, per clock rate: telephone events (RFC 4733) and comfort noise (RFC 3389).

use super::{EventSet, NegotiatedEvents, NegotiatedNoise, NegotiationRules, Refusal, RefusalReason};
use crate::types::{CapabilityList, CodecCapability, CodecName};

/// Calls `keep` for each entry `name` of the peer's for whose clock rate we have one too, once per clock rate.
fn pair_up<T>(
    name: &CodecName,
    (local, remote): (&CapabilityList, &CapabilityList),
    refused: &mut Vec<Refusal>,
    mut keep: impl FnMut(&CodecCapability, &CodecCapability) -> Result<T, RefusalReason>,
) -> Vec<T> {
    let (mut kept, mut clocks) = (Vec::new(), Vec::new());
    for theirs in remote.codecs.iter().filter(|c| c.name == *name) {
        let ours = local.codecs.iter().find(|c| c.same_format(theirs)).ok_or(RefusalReason::NotOffered);
        let outcome = match ours {
            Ok(_) if clocks.contains(&theirs.clock_rate) => Err(RefusalReason::Duplicate),
            other => other.and_then(|ours| keep(ours, theirs)),
        };
        match outcome {
            Ok(item) => {
                clocks.push(theirs.clock_rate);
                kept.push(item);
            }
            Err(reason) => refused.push(Refusal { capability: theirs.clone(), reason }),
        }
    }
    kept
}

fn event_set(capability: &CodecCapability) -> Result<EventSet, RefusalReason> {
    let Some(text) = capability.fmtp.bare().or_else(|| capability.fmtp.get("events")) else {
        return Ok(EventSet::DIGITS);
    };
    EventSet::parse(text).ok_or_else(|| RefusalReason::BadParameter { key: "events", value: text.into() })
}

pub(super) fn events(
    local: &CapabilityList,
    remote: &CapabilityList,
    rules: &NegotiationRules,
    refused: &mut Vec<Refusal>,
) -> Vec<NegotiatedEvents> {
    pair_up(&CodecName::TelephoneEvent, (local, remote), refused, |ours, theirs| {
        let events = event_set(ours)?.and(event_set(theirs)?);
        if events.is_empty() {
            return Err(RefusalReason::NoCommonEvent);
        }
        Ok(NegotiatedEvents {
            clock_rate: ours.clock_rate,
            send_payload_type: theirs.payload_type,
            receive_payload_type: rules.receive_payload_type(ours, theirs),
            events,
        })
    })
}

pub(super) fn noise(
    local: &CapabilityList,
    remote: &CapabilityList,
    rules: &NegotiationRules,
    refused: &mut Vec<Refusal>,
) -> Vec<NegotiatedNoise> {
    pair_up(&CodecName::ComfortNoise, (local, remote), refused, |ours, theirs| {
        Ok(NegotiatedNoise {
            clock_rate: ours.clock_rate,
            send_payload_type: theirs.payload_type,
            receive_payload_type: rules.receive_payload_type(ours, theirs),
        })
    })
}
