//! Boundary: how a session reports by RTCP (RFC 3550 section 6), and what its I/O thread has to know for it.

use crate::error::ConfigError;
use crate::types::setters;
use std::net::SocketAddr;
use std::time::Duration;

/// How a session reports by RTCP. Default: each 5 s (RFC 3550 section 6.2), without extended reports.
///
/// Sent by the I/O thread from the first packet of either way on, on hold too: sender or receiver report, a CNAME that is
/// random for each session (RFC 7022), BYE at its end. RTCP of the peer is taken on either port (RFC 5761), and answered by the
/// way it came.
///
/// ```
/// use media_core::{AudioFormat, MediaSessionParams, RtcpParams};
/// use std::time::Duration;
///
/// // a=rtcp:4105 (RFC 3605), a=rtcp-xr:rcvr-rtt=all voip-metrics (RFC 3611 section 5)
/// let rtcp = RtcpParams::default().remote(Some(([192, 0, 2, 10], 4105).into())).extended(true);
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp);
/// assert_eq!(params.rtcp.map(|rtcp| rtcp.interval), Some(Duration::from_secs(5)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RtcpParams {
    /// So long on average between two reports, at least; 500 ms to 60 s. With chance it is half to one and a half of that (RFC
    /// 3550 section 6.3.1); a session of few bits a second reports less often, so that RTCP takes 5 % of it at most.
    pub interval: Duration,
    /// Where they go, if signalled (RFC 3605); `None`: to the port above that of RTP, or to that itself where both share
    /// one. In any case the peer's own RTCP shows where it really is.
    pub remote: Option<SocketAddr>,
    /// With extended reports (RFC 3611): the receiver's time, its answer, VoIP metrics. Where they were negotiated.
    pub extended: bool,
    /// With generic NACKs (RFC 4585 section 6.2.1), where they were negotiated (`a=rtcp-fb:* nack`). What the peer asks for of the
    /// last half second is sent again, as it was and at most twice, 50 packets a second; and what did not come is asked for
    /// where the jitter buffer can wait for it. Both as far as round trip and delay are known. 14 KiB a session. Packets that come by
    /// this are not lost in reports (RFC 4588 section 9: that is so without a stream of its own).
    pub nack: bool,
    /// With transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01), where both it (`a=rtcp-fb:… transport-cc`)
    /// and its header extension were negotiated: the number of that (`a=extmap`), 1 to 255. Each packet of ours is numbered, which
    /// takes 8 octets, and what the peer says of them is in [`RtcpStatistics::transport`](crate::RtcpStatistics::transport). The
    /// peer is told which of its packets came, and when: 100 ms after the first of them, or with the first behind that; 300 ms after
    /// it where no more come. 14 KiB a session. `None`: nothing of it.
    pub transport_wide: Option<u8>,
    /// Feedback of ours (NACKs, transport-wide) goes alone, without a report and the name before it (RFC 5506), where that was
    /// negotiated (`a=rtcp-rsize`): 28 octets less each time. What the peer sends is taken either way.
    pub reduced_size: bool,
}

impl Default for RtcpParams {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5),
            remote: None,
            extended: false,
            nack: false,
            transport_wide: None,
            reduced_size: false,
        }
    }
}

setters! {
    RtcpParams {
        interval: Duration,
        remote: Option<SocketAddr>,
        extended: bool,
        nack: bool,
        transport_wide: Option<u8>,
        reduced_size: bool,
    }
}

impl RtcpParams {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.transport_wide == Some(0) {
            return Err(ConfigError::new("rtcp.transport_wide", "0", "1 to 255, as a=extmap has it"));
        }
        if (Duration::from_millis(500)..=Duration::from_secs(60)).contains(&self.interval) {
            return Ok(());
        }
        Err(ConfigError::new("rtcp.interval", format!("{:?}", self.interval), "500 ms to 60 s"))
    }
}

/// Formats whose clock is known.
const CLOCKS: usize = 20;

/// What an I/O thread has to know to report. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportPlan {
    /// As asked for.
    pub params: RtcpParams,
    /// The session's outward SSRC.
    pub ssrc: u32,
    /// Its canonical name.
    pub cname: [u8; 16],
    /// For chance.
    pub seed: u64,
    /// Units of its outward timestamps in a second.
    pub clock_rate: u32,
    /// Bits a second of what it carries, at most.
    pub bandwidth: u32,
    /// RTP and RTCP share a port.
    pub mux: bool,
    /// What the session's jitter buffer can ever reach, ms.
    pub longest_buffer_ms: u16,
    clocks: [(u8, u32); CLOCKS],
}

impl ReportPlan {
    /// Of a session that hears those payload types of audio, with their clock rates in Hz. Those beyond 20 have no jitter.
    #[must_use]
    pub fn hearing(mut self, formats: impl IntoIterator<Item = (u8, u32)>) -> Self {
        self.clocks = [(u8::MAX, 0); CLOCKS];
        self.clocks.iter_mut().zip(formats).for_each(|(place, format)| *place = format);
        self
    }

    /// A plan that knows of no formats.
    pub fn new(params: RtcpParams, ssrc: u32, (cname, seed): ([u8; 16], u64)) -> Self {
        let clocks = [(u8::MAX, 0); CLOCKS];
        Self {
            params,
            ssrc,
            cname,
            seed,
            clock_rate: 8_000,
            bandwidth: 64_000,
            mux: false,
            longest_buffer_ms: 0,
            clocks,
        }
    }

    /// The clock rate of a payload type of audio.
    pub fn clock(&self, payload_type: u8) -> Option<u32> {
        self.clocks.iter().find(|(known, _)| *known == payload_type).map(|(_, rate)| *rate)
    }
}
