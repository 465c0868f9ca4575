//! Control: how a session reports by RTCP, of its parameters.

use super::session::Session;
use crate::session::MediaSessionParams;
use crate::transport::{ReportPlan, RtcpParams};

/// The letters of base64 (RFC 4648), of which a canonical name is made (RFC 7022 section 4.2).
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A canonical name of 96 bits of chance.
pub(crate) fn canonical_name(low: u64, high: u64) -> [u8; 16] {
    let bits = u128::from(low) | u128::from(high) << 64;
    std::array::from_fn(|n| LETTERS[(bits >> (6 * n)) as usize & 63])
}

impl Session {
    /// What its I/O thread has to know to report.
    pub(crate) fn report_plan(&self, params: RtcpParams, mux: bool) -> ReportPlan {
        let mut plan = ReportPlan::new(params, self.numbers.0, self.reporting).hearing(clocks(&self.params));
        (plan.clock_rate, plan.bandwidth, plan.mux) = (self.sending().send.clock_rate(), self.params.most_bits(), mux);
        plan.longest_buffer_ms = self.params.jitter.max_delay_ms;
        plan
    }
}

/// The payload types of audio that it hears, with their clock rates in Hz.
fn clocks(params: &MediaSessionParams) -> impl Iterator<Item = (u8, u32)> {
    let others = params.received_beside();
    let first = [(params.receive.payload_type(), params.receive.clock_rate())];
    let red = params.redundancy.map(|red| (red.receive_payload_type, params.receive.clock_rate()));
    let beside = others.into_iter().flat_map(|other| {
        let clock = other.receive.clock_rate();
        [(other.receive.payload_type(), clock)]
            .into_iter()
            .chain(other.redundancy.map(|r| (r.receive_payload_type, clock)))
    });
    first.into_iter().chain(red).chain(beside).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests;
