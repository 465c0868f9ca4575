//! Control: the rules of redundancy (RFC 2198) and pauses: older packets are sent again where the peer loses some, and silence is not
//! sent where the link is full.

use super::proposal::{AdaptationProposal, AdaptationReason, Adjustment, SendingInForce};

/// Older packets in each, for loss from a share on.
const DEPTHS: [(f64, u8); 3] = [(0.15, 3), (0.07, 2), (0.01, 1)];

/// The redundancy that a loss asks for, of what was negotiated.
fn depth(loss: f64, most: u8) -> u8 {
    DEPTHS.iter().find(|(from, _)| loss >= *from).map_or(0, |(_, depth)| *depth).min(most)
}

/// The peer loses packets: send them again with the next ones. `lossy`: intervals of it in a row.
pub(super) fn protect(loss: f64, lossy: u32, sending: &SendingInForce) -> Option<AdaptationProposal> {
    let redundancy = sending.redundancy?;
    let wanted = depth(loss, redundancy.most);
    let confidence = if lossy > 1 { 0.9 } else { 0.6 };
    let (adjustment, reason) = (Adjustment::Redundancy(wanted), AdaptationReason::RemoteLoss);
    (wanted > redundancy.level).then_some(AdaptationProposal { adjustment, reason, confidence })
}

/// The link is full: what is sent twice, or says nothing, goes first.
pub(super) fn relieve(sending: &SendingInForce) -> Option<Adjustment> {
    if sending.redundancy.is_some_and(|redundancy| redundancy.level > 0) {
        return Some(Adjustment::Redundancy(0));
    }
    sending.dtx.filter(|dtx| !dtx.on).map(|_| Adjustment::Dtx(true))
}

/// It was good for a while.
pub(super) fn take_back(loss: f64, sending: &SendingInForce) -> Option<AdaptationProposal> {
    let fewer = sending.redundancy.and_then(|redundancy| {
        let wanted = depth(loss, redundancy.most);
        (wanted < redundancy.level).then_some(Adjustment::Redundancy(wanted))
    });
    let dtx = sending.dtx.filter(|dtx| dtx.on && !dtx.preferred);
    let adjustment = fewer.or_else(|| dtx.map(|_| Adjustment::Dtx(false)))?;
    Some(AdaptationProposal { adjustment, reason: AdaptationReason::Recovered, confidence: 0.8 })
}
