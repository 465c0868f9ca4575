//! Pure: what stands beside the codecs, per clock rate: telephone events (RFC 4733) and comfort noise (RFC 3389).

use super::{EventSet, NegotiatedEvents, NegotiatedNoise, NegotiationRules, Note, Refusal, RefusalReason};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName};

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

/// The events of an entry; the text of its list where that cannot be read.
fn event_set(capability: &CodecCapability) -> Result<EventSet, &str> {
    let text = capability.fmtp.bare().or_else(|| capability.fmtp.get("events"));
    text.map_or(Ok(EventSet::DIGITS), |text| EventSet::parse(text).ok_or(text))
}

pub(super) fn events(
    local: &CapabilityList,
    remote: &CapabilityList,
    rules: &NegotiationRules,
    refused: &mut Vec<Refusal>,
    notes: &mut Vec<Note>,
) -> Vec<NegotiatedEvents> {
    pair_up(&CodecName::TelephoneEvent, (local, remote), refused, |ours, theirs| {
        let own = event_set(ours).map_err(|list| RefusalReason::BadParameter { key: "events", value: list.into() })?;
        // Whoever names events at all sends digits: a list that says nothing is as good as none.
        let stated = event_set(theirs).unwrap_or_else(|list| {
            notes.push(Note::EventsUnread { payload_type: theirs.payload_type, list: list.into() });
            EventSet::DIGITS
        });
        let events = own.and(stated);
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
