//! Pure: codec negotiation by offer and answer (RFC 3264): two capability lists in, a typed result or a typed reason out.
//!
//! [`negotiate`] knows no SDP, no registry and no session: the SIP layer translates its session descriptions to
//! [`CapabilityList`]s, and the answer in the result back. It runs on the control side. The order of work: our list
//! is checked, entries of the peer's that contradict themselves are left out, each of the peer's payload types is matched with one of ours or refused with a reason, the
//! matches are put in order, events and comfort noise are kept per clock rate, redundancy per codec, the packet time
//! follows.

mod auxiliary;
mod events;
mod fmtp;
mod formats;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod h264;
mod list_fault;
mod opus;
mod reason;
mod redundancy;
mod result;
mod rules;
mod validate;

pub use events::EventSet;
pub use list_fault::ListFault;
pub use opus::OpusFmtp;
pub use reason::{Note, Refusal, RefusalReason};
pub use result::{
    CodecNegotiationResult, NegotiatedCodec, NegotiatedEvents, NegotiatedNoise, NegotiatedRedundancy, NegotiationError,
};
pub use rules::{NegotiationRules, PayloadTypes, Preference, Role};

use crate::codec::format::{CapabilityList, CodecCapability};
use crate::types::{Ptime, PtimeSet};

/// Finds what both sides have in common.
///
/// `local` is what we offered ([`Role::Offerer`]) or could answer ([`Role::Answerer`]); `remote` is the peer's answer
/// or offer.
///
/// # Errors
/// [`NegotiationError`]: a list of ours that contradicts itself, or nothing in common, with the reason for each payload type.
/// What is wrong with single entries of the peer's is in the result ([`CodecNegotiationResult::refused`]).
///
/// ```
/// use media_core::codec::{
///     CapabilityList, CodecCapability, CodecName, ListFault, NegotiationError, NegotiationRules, Preference,
///     RefusalReason, negotiate,
/// };
/// use media_core::{CodecManager, MediaSessionParams};
///
/// // m=audio 4000 RTP/AVP 3 8 101, as the SIP layer parsed the offer.
/// let offer = CapabilityList::audio(vec![
///     CodecCapability::static_type(3).unwrap(),
///     CodecCapability::static_type(8).unwrap(),
///     CodecCapability::rtpmap(101, "telephone-event/8000").unwrap().with_fmtp("0-15"),
/// ])
/// .with_ptime(30);
/// let codecs = CodecManager::default();
/// let ours = codecs.registry().audio_offer();
/// let rules = NegotiationRules::answerer().prefer(Preference::Remote);
/// let result = negotiate(&ours, &offer, &rules)?;
/// assert_eq!((&result.codec().name, result.ptime.ms()), (&CodecName::Pcma, 30));
/// assert_eq!(result.events_for(8000).map(|events| events.send_payload_type), Some(101));
/// assert_eq!((result.refused[0].reason.clone(), result.notes.len()), (RefusalReason::NotOffered, 0)); // GSM
/// assert_eq!(result.answer(&ours).codecs.len(), 2);
/// let params = MediaSessionParams::negotiated(&codecs, &result).unwrap();
/// assert_eq!(params.ptime, result.ptime);
///
/// let twice = CapabilityList::audio(vec![]);
/// assert_eq!(negotiate(&ours, &twice, &rules), Err(NegotiationError::Remote(ListFault::Empty)));
/// # Ok::<(), NegotiationError>(())
/// ```
pub fn negotiate(
    local: &CapabilityList,
    remote: &CapabilityList,
    rules: &NegotiationRules,
) -> Result<CodecNegotiationResult, NegotiationError> {
    if local.kind != remote.kind {
        return Err(NegotiationError::MediaMismatch { local: local.kind, remote: remote.kind });
    }
    validate::list(local).map_err(NegotiationError::Local)?;
    if remote.codecs.is_empty() {
        return Err(NegotiationError::Remote(ListFault::Empty));
    }
    let mut notes = validate::notes(remote);
    let mut refused = Vec::new();
    let remote = &validate::sift(remote, &mut refused, &mut notes);
    let mut matches = Vec::new();
    let mut taken = vec![false; local.codecs.len()];
    for (rank, theirs) in remote.codecs.iter().enumerate().filter(|(_, c)| c.name.is_primary()) {
        match best_match(local, theirs, &mut taken, rules, remote) {
            Ok(found) => {
                notes.extend(fmtp::unknown_keys(theirs));
                matches.push(Candidate { remote_rank: rank, ..found });
            }
            Err(reason) => refused.push(Refusal { capability: theirs.clone(), reason }),
        }
    }
    matches.sort_by_key(|m| match rules.preference {
        Preference::Local => (m.local_rank, m.remote_rank),
        Preference::Remote => (m.remote_rank, m.local_rank),
    });

    let Some(first) = matches.first() else { return Err(NegotiationError::NoCommonCodec { refused }) };
    let (ptime, ptimes) = (first.ptime, first.ptimes);
    if remote.ptime_ms.is_some_and(|ms| ms != 0 && ms != ptime.ms()) {
        notes.push(Note::PtimeNotServed { asked_ms: remote.ptime_ms.unwrap_or_default(), sent: ptime });
    }
    let codecs: Vec<_> = matches.into_iter().map(|m| m.codec).collect();
    let events = auxiliary::events(local, remote, rules, &mut refused, &mut notes);
    let comfort_noise = auxiliary::noise(local, remote, rules, &mut refused);
    let redundancy = redundancy::redundancy(local, remote, rules, &codecs, &mut refused);
    Ok(CodecNegotiationResult {
        kind: local.kind,
        codecs,
        events,
        comfort_noise,
        redundancy,
        ptime,
        ptimes,
        refused,
        notes,
    })
}

struct Candidate {
    local_rank: usize,
    remote_rank: usize,
    ptime: Ptime,
    ptimes: PtimeSet,
    codec: NegotiatedCodec,
}

/// Matches one of the peer's payload types with the first of ours that is the same format and agrees with its
/// parameters. The reason of the closest miss is kept.
fn best_match(
    local: &CapabilityList,
    theirs: &CodecCapability,
    taken: &mut [bool],
    rules: &NegotiationRules,
    remote: &CapabilityList,
) -> Result<Candidate, RefusalReason> {
    let mut reason = RefusalReason::NotOffered;
    for (rank, ours) in local.codecs.iter().enumerate().filter(|(_, c)| c.same_format(theirs)) {
        if taken[rank] {
            reason = RefusalReason::Duplicate;
            continue;
        }
        let ptimes = allowed_ptimes(ours, remote, rules);
        let Some(ptime) = send_ptime(local, remote, ptimes) else {
            reason = RefusalReason::NoPtime { maxptime_ms: remote.maxptime_ms };
            continue;
        };
        match formats::agree(ours, theirs) {
            Ok(agreed) => {
                taken[rank] = true;
                let receive_payload_type = rules.receive_payload_type(ours, theirs);
                let codec = NegotiatedCodec {
                    name: ours.name.clone(),
                    clock_rate: ours.clock_rate,
                    send_payload_type: theirs.payload_type,
                    receive_payload_type,
                    send_channels: agreed.send_channels,
                    receive_channels: agreed.receive_channels,
                    parameters: agreed.parameters,
                    answer: CodecCapability {
                        payload_type: receive_payload_type,
                        fmtp: agreed.answer_fmtp,
                        ..ours.clone()
                    },
                };
                return Ok(Candidate { local_rank: rank, remote_rank: 0, ptime, ptimes, codec });
            }
            Err(why) => reason = why,
        }
    }
    Err(reason)
}

fn allowed_ptimes(ours: &CodecCapability, remote: &CapabilityList, rules: &NegotiationRules) -> PtimeSet {
    let possible = ours.ptimes.and(PtimeSet::multiples_of(rules.tick));
    remote.maxptime_ms.filter(|&ms| ms > 0).map_or(possible, |ms| possible.up_to_ms(ms))
}

/// The packet time that we send: what the peer wishes, else what we wish, else 20 ms; the nearest below that the codec,
/// the tick and the peer's `maxptime` allow.
fn send_ptime(local: &CapabilityList, remote: &CapabilityList, allowed: PtimeSet) -> Option<Ptime> {
    let wish = remote.ptime_ms.filter(|&ms| ms > 0).or(local.ptime_ms).unwrap_or(20);
    allowed.nearest_below_ms(wish)
}

#[cfg(test)]
mod tests;
