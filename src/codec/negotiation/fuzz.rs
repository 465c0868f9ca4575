//! Control: the body of the fuzz target for negotiation: any text as two lists of formats. Built for tests and fuzzing
//! only; it panics where an invariant does not hold.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests allocate")]

use super::{EventSet, NegotiationRules, OpusFmtp, PayloadTypes, Preference, negotiate};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName, Fmtp, ProfileLevelId};

/// Reads `data` as text: lines of `payload-type name/clock/channels fmtp`, an empty line between the two sides, digits
/// in front of it all for rules and packet times. Both ends in a result that keeps to the lists, or in a typed error.
pub fn negotiation(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (head, body) = text.split_at(text.char_indices().nth(4).map_or(text.len(), |(at, _)| at));
    let mut choice = head.chars().map(|c| c as u32);
    let mut next = || choice.next().unwrap_or_default();
    let (ours, theirs) = body.split_once("\n\n").unwrap_or((body, ""));
    let list = |text: &str, ptime: u32, maxptime: u32| {
        let entries = text.lines().take(24).filter_map(entry).collect();
        let mut list =
            if text.contains("H264") { CapabilityList::video(entries) } else { CapabilityList::audio(entries) };
        list.ptime_ms = (!ptime.is_multiple_of(7)).then_some(ptime % 90);
        list.maxptime_ms = maxptime.is_multiple_of(3).then_some(maxptime % 90);
        list
    };
    let (rules, times) = (next(), next());
    let (local, remote) = (list(ours, times, rules), list(theirs, next(), next()));
    let answerer = NegotiationRules {
        payload_types: if rules & 1 == 0 { PayloadTypes::Mirror } else { PayloadTypes::Own },
        preference: if rules & 2 == 0 { Preference::Local } else { Preference::Remote },
        ..NegotiationRules::answerer()
    };
    let result = match negotiate(&local, &remote, &answerer) {
        Ok(result) => result,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(!result.codecs.is_empty() && result.ptimes.contains(result.ptime));
    for codec in &result.codecs {
        let theirs = remote.payload_type(codec.send_payload_type).expect("we send what the peer named");
        assert_eq!((&theirs.name, theirs.clock_rate), (&codec.name, codec.clock_rate));
        assert!(codec.receive_payload_type <= 127 && codec.send_channels >= 1);
    }
    assert!(remote.maxptime_ms.is_none_or(|max| max == 0 || result.ptime.ms() <= max));
    let beside = result.events.len() + result.comfort_noise.len() + result.redundancy.len();
    let accounted = result.refused.len() + result.codecs.len() + beside;
    assert_eq!(accounted, remote.codecs.len(), "each of the peer's lines is accounted for");
    // Whatever the answer says, the peer reads it without a panic.
    let answer = result.answer(&local);
    let _ = negotiate(&remote, &answer, &NegotiationRules::offerer());
}

/// A line as a format; its parameters are read by each reader there is.
fn entry(line: &str) -> Option<CodecCapability> {
    let mut parts = line.splitn(3, ' ');
    let payload_type = parts.next()?.parse().ok()?;
    let capability = CodecCapability::rtpmap(payload_type, parts.next()?)?;
    let text = parts.next().unwrap_or_default();
    let fmtp = Fmtp::parse(text);
    assert_eq!(Fmtp::parse(&fmtp.to_string()), fmtp, "format parameters survive being written");
    if let Ok(opus) = OpusFmtp::read(&fmtp) {
        assert_eq!(OpusFmtp::read(&opus.write()), Ok(opus), "Opus parameters survive being written");
    }
    if let Some(events) = EventSet::parse(text) {
        assert_eq!(EventSet::parse(&events.to_string()), Some(events), "event lists survive being written");
    }
    if let Some(level) = ProfileLevelId::parse(text) {
        assert_eq!(ProfileLevelId::parse(&level.to_string()), Some(level));
    }
    assert_eq!(CodecName::parse(capability.name.as_str()), capability.name);
    Some(capability.with_fmtp(text))
}
