//! Pure: offer and answer of H.264 (RFC 6184 section 8.2.2): profile and packetization mode must be the same on both
//! sides, the level may be lowered, and may differ per direction where both allow it.

use super::RefusalReason;
use super::fmtp::{flag, number};
use crate::codec::format::{Fmtp, H264Parameters, ProfileLevelId};

fn profile_level_id(fmtp: &Fmtp) -> Result<ProfileLevelId, RefusalReason> {
    let Some(text) = fmtp.get("profile-level-id") else { return Ok(ProfileLevelId::DEFAULT) };
    let bad = || RefusalReason::BadParameter { key: "profile-level-id", value: text.into() };
    ProfileLevelId::parse(text).ok_or_else(bad)
}

pub(super) fn agree(ours: &Fmtp, theirs: &Fmtp) -> Result<(H264Parameters, Fmtp), RefusalReason> {
    let (mine, peer) = (profile_level_id(ours)?, profile_level_id(theirs)?);
    if mine.profile() != peer.profile() {
        return Err(incompatible("profile-level-id", mine, peer));
    }
    let mode = |f| number(f, "packetization-mode").map(Option::unwrap_or_default);
    let (mode_ours, mode_theirs) = (mode(ours)?, mode(theirs)?);
    if mode_ours != mode_theirs || mode_ours > 1 {
        // Mode 2 (interleaved) is refused even if both name it: it is not built.
        return Err(incompatible("packetization-mode", mode_ours, mode_theirs));
    }
    let asymmetric = flag(ours, "level-asymmetry-allowed")? && flag(theirs, "level-asymmetry-allowed")?;
    let common = mine.with_lower_level(peer);
    let (send, receive) = if asymmetric { (mine.with_lower_level(peer), mine) } else { (common, common) };
    // Where levels may differ, each side states what it takes itself; else the answer lowers the level for both ways.
    let stated = if asymmetric { mine } else { common };
    let parameters = H264Parameters { send, receive, packetization_mode: u8::from(mode_ours == 1) };
    Ok((parameters, ours.clone().with("profile-level-id", stated)))
}

fn incompatible(parameter: &'static str, ours: impl ToString, theirs: impl ToString) -> RefusalReason {
    RefusalReason::Incompatible { parameter, ours: ours.to_string(), theirs: theirs.to_string() }
}
