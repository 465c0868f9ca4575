//! Pure: what is wrong with a capability list before it is compared with another.

use super::{ListFault, Note, Refusal, RefusalReason};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName};

/// Whether our own list can be offered.
pub(super) fn list(list: &CapabilityList) -> Result<(), ListFault> {
    if list.codecs.is_empty() {
        return Err(ListFault::Empty);
    }
    list.codecs.iter().enumerate().try_for_each(|(n, entry)| {
        let wrong = entry.name == CodecName::Opus && entry.channels != 2;
        if wrong { Err(ListFault::BadOpus(entry.payload_type)) } else { check(entry, &list.codecs[..n]) }
    })
}

fn check(entry: &CodecCapability, before: &[CodecCapability]) -> Result<(), ListFault> {
    let payload_type = entry.payload_type;
    if payload_type > 127 || (64..=95).contains(&payload_type) {
        return Err(ListFault::PayloadType(payload_type));
    }
    if entry.clock_rate == 0 || entry.channels == 0 {
        return Err(ListFault::BadClock(payload_type));
    }
    if entry.name == CodecName::Opus && entry.clock_rate != 48_000 {
        return Err(ListFault::BadOpus(payload_type));
    }
    if let Some(earlier) = before.iter().find(|e| e.payload_type == payload_type && *e != entry) {
        let describe = |c: &CodecCapability| format!("{c} {}", c.fmtp).trim_end().to_owned();
        let (first, second) = (describe(earlier), describe(entry));
        return Err(ListFault::Ambiguous { payload_type, first, second });
    }
    Ok(())
}

/// The peer's list without the entries that contradict themselves or those before them: one bad entry is no reason to
/// refuse a call. Opus is read as opus/48000/2 whatever number of channels is stated: it has no other format.
pub(super) fn sift(list: &CapabilityList, refused: &mut Vec<Refusal>, notes: &mut Vec<Note>) -> CapabilityList {
    let mut kept: Vec<CodecCapability> = Vec::with_capacity(list.codecs.len());
    for stated in &list.codecs {
        let mut entry = stated.clone();
        if entry.name == CodecName::Opus && entry.clock_rate == 48_000 && entry.channels != 2 {
            entry.channels = 2;
            notes.push(Note::ReadAs { stated: stated.clone(), read: entry.clone() });
        }
        match check(&entry, &kept) {
            Ok(()) => kept.push(entry),
            Err(fault) => refused.push(Refusal { capability: entry, reason: RefusalReason::Malformed(fault) }),
        }
    }
    CapabilityList { codecs: kept, ..list.clone() }
}

pub(super) fn notes(list: &CapabilityList) -> Vec<Note> {
    match (list.ptime_ms, list.maxptime_ms) {
        (Some(ptime_ms), Some(maxptime_ms)) if maxptime_ms > 0 && ptime_ms > maxptime_ms => {
            vec![Note::PtimeAboveMaxptime { ptime_ms, maxptime_ms }]
        }
        _ => Vec::new(),
    }
}
