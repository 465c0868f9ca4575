//! Control: what is known of a session by RTCP at one moment.

use crate::rtp::rtcp::VoipMetrics;
use crate::telemetry::counters::RtcpGauges;
use crate::types::MediaTime;
use std::time::Duration;

/// What we heard of the peer's stream, as our reports tell it (RFC 3550 section 6.4.1 and appendix A). Of all its sources.
///
/// Example: [`RtcpStatistics`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct ReceptionReport {
    /// RTP packets that came, also late or twice.
    pub packets: u64,
    /// Those that did not, by their numbers: less than none where some came twice.
    pub lost: i64,
    /// What was lost in the interval of our last report, 0.0..=1.0.
    pub fraction_lost: f32,
    /// Interarrival jitter. Digits, whose timestamps stand still, are left out.
    pub jitter: Duration,
    /// SSRCs under which it was sent so far.
    pub sources: u64,
}

/// What the peer says of the stream that we send.
///
/// Example: [`RtcpStatistics`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct RemoteReport {
    /// When it came (monotonic).
    pub at: MediaTime,
    /// What was lost in its last interval, 0.0..=1.0.
    pub fraction_lost: f32,
    /// What was lost in all.
    pub lost: i64,
    /// Interarrival jitter.
    pub jitter: Duration,
}

/// What the peer says of each packet that we send, by transport-wide feedback
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
///
/// Example: [`RtcpStatistics`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct TransportReport {
    /// Feedback that was taken.
    pub feedback_in: u64,
    /// That which cannot be read, or tells of packets that were not sent, or not within the last 512.
    pub refused: u64,
    /// That which did not come, by its number.
    pub missing: u64,
    /// Packets that it told of.
    pub packets: u64,
    /// Of them those that did not come; one that came late after all is none.
    pub lost: u64,
    /// How fast the delay of our packets grows, in ms a second, over the last 32 of them: a queue that fills, where it stays above
    /// some 10. Both are `None` until 8 packets came.
    pub delay_growth: Option<f64>,
    /// How far that delay is above the least of the last minute, at least: what waits in the queues of the network.
    pub queue: Option<Duration>,
}

/// What is known of a session by RTCP. From [`MediaSessionHandle::rtcp_statistics`](crate::MediaSessionHandle::rtcp_statistics).
///
/// ```
/// use media_core::rtp::rtcp::{ReportBlock, RtcpWriter};
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let phone = ([192, 0, 2, 10], 4000).into();
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(phone).ssrc(0x51);
/// let session = engine.complete(engine.handle().create_media_session("a", params))?;
/// let mut rtcp_port = session.local_address().unwrap();
/// rtcp_port.set_port(rtcp_port.port() + 1);
/// // The phone says that it lost a tenth of what it got.
/// let told = ReportBlock { ssrc: 0x51, fraction_lost: 26, lost: 12, ..ReportBlock::default() };
/// let mut report = [0; 64];
/// let octets = RtcpWriter::new(&mut report).receiver_report(7, &[told]).cname(7, b"phone").finish().unwrap();
/// let now = engine.now();
/// engine.network.send(([192, 0, 2, 10], 4001).into(), rtcp_port, &report[..octets], now);
/// engine.run_for(Duration::from_millis(50));
/// let known = engine.complete(session.rtcp_statistics())?;
/// let remote = known.remote.unwrap();
/// assert_eq!((known.reports_in, remote.lost, remote.fraction_lost), (1, 12, 26.0 / 256.0));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct RtcpStatistics {
    /// RTCP datagrams sent.
    pub reports_out: u64,
    /// Those of the peer that were understood.
    pub reports_in: u64,
    /// Those that were no RTCP from some octet on: nothing of them is believed.
    pub malformed: u64,
    /// Goodbyes of the peer: its stream ends.
    pub goodbyes_in: u64,
    /// Generic negative acknowledgements of the peer (RFC 4585).
    pub nacks_in: u64,
    /// Packets that were sent again for them.
    pub resent: u64,
    /// Packets that they asked for and that were not sent again: not kept any more, or too many.
    pub not_resent: u64,
    /// Generic negative acknowledgements of ours.
    pub nacks_out: u64,
    /// Packets that they asked for; one that was asked for twice counts twice.
    pub asked_for: u64,
    /// Packets that came after they were asked for.
    pub recovered: u64,
    /// Transport-wide feedback of ours.
    pub transport_feedback_out: u64,
    /// What we heard.
    pub heard: ReceptionReport,
    /// What the peer heard of us, as it said last; `None`: it said nothing of it.
    pub remote: Option<RemoteReport>,
    /// What it says of each packet, where that was negotiated ([`RtcpParams::transport_wide`](crate::RtcpParams::transport_wide));
    /// `None`: nothing.
    pub transport: Option<TransportReport>,
    /// The last round trip measured: by an answer to our sender report, or to our time (RFC 3611 section 4.5).
    pub round_trip: Option<Duration>,
    /// Packets and octets of payload that the peer says that it sent, modulo 2^32.
    pub remote_sent: Option<(u64, u64)>,
    /// How good the call is for the peer, as it said last (RFC 3611 section 4.7).
    pub remote_metrics: Option<VoipMetrics>,
}

impl RtcpStatistics {
    pub(crate) fn read(gauges: &RtcpGauges) -> Self {
        let some = |count: u64| count > 0;
        let parts = |of_256: u64| of_256 as f32 / 256.0;
        let remote = || RemoteReport {
            at: MediaTime::from_nanos(gauges.remote_at_us.get() * 1_000),
            fraction_lost: parts(gauges.remote_fraction_lost.get()),
            lost: gauges.remote_lost.get() as i64,
            jitter: Duration::from_micros(gauges.remote_jitter_us.get()),
        };
        let words =
            [&gauges.remote_metrics_0, &gauges.remote_metrics_1, &gauges.remote_metrics_2, &gauges.remote_metrics_3];
        let sent = (gauges.remote_packets.get(), gauges.remote_octets.get());
        Self {
            reports_out: gauges.reports_out.get(),
            reports_in: gauges.reports_in.get(),
            malformed: gauges.malformed.get(),
            goodbyes_in: gauges.goodbyes_in.get(),
            nacks_in: gauges.nacks_in.get(),
            resent: gauges.resent.get(),
            not_resent: gauges.not_resent.get(),
            nacks_out: gauges.nacks_out.get(),
            asked_for: gauges.asked_for.get(),
            recovered: gauges.recovered.get(),
            transport_feedback_out: gauges.transport_feedback_out.get(),
            transport: TransportReport::read(gauges),
            heard: ReceptionReport {
                packets: gauges.heard.get(),
                lost: gauges.lost.get() as i64,
                fraction_lost: parts(gauges.fraction_lost.get()),
                jitter: Duration::from_micros(gauges.jitter_us.get()),
                sources: gauges.sources.get(),
            },
            remote: some(gauges.remote_reports.get()).then(remote),
            round_trip: some(gauges.round_trips.get()).then(|| Duration::from_micros(gauges.round_trip_us.get())),
            remote_sent: some(sent.0).then_some(sent),
            remote_metrics: some(gauges.remote_metrics.get()).then(|| VoipMetrics::of_packed(words.map(|w| w.get()))),
        }
    }
}

impl TransportReport {
    fn read(gauges: &RtcpGauges) -> Option<Self> {
        let (feedback_in, refused) = (gauges.transport_feedback_in.get(), gauges.transport_feedback_refused.get());
        let known = gauges.transport_delays.get() > 0;
        let growth = || gauges.transport_delay_growth.get() as i64 as f64 / 1e3;
        (feedback_in + refused > 0).then(|| Self {
            feedback_in,
            refused,
            missing: gauges.transport_feedback_missing.get(),
            packets: gauges.transport_told.get(),
            lost: gauges.transport_lost.get(),
            delay_growth: known.then(growth),
            queue: known.then(|| Duration::from_micros(gauges.transport_queue_us.get())),
        })
    }
}
