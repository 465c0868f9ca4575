//! Boundary: what a session's I/O thread knows by RTCP, and of what it heard itself for its reports.

use crate::rt::Gauge;

macro_rules! each_rtcp_gauge {
    ($($(#[$doc:meta])* $field:ident),+ $(,)?) => {
        /// What a session's I/O thread knows by RTCP. Written by that thread, read by anyone.
        #[derive(Debug, Default)]
        pub struct RtcpGauges { $($(#[$doc])* pub $field: Gauge),+ }

        impl RtcpGauges {
            /// Name and value of each, in order of declaration.
            pub(crate) fn list(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($field), self.$field.get())),+].into_iter()
            }
        }
    };
}

each_rtcp_gauge! {
    /// RTCP datagrams sent.
    reports_out,
    /// RTCP datagrams of the peer's that were understood.
    reports_in,
    /// Those that were no RTCP from some octet on: nothing of them is believed.
    malformed,
    /// Goodbyes of the peer.
    goodbyes_in,
    /// Packets of generic negative acknowledgement.
    nacks_in,
    /// RTP packets that were sent again, as the peer asked for them.
    resent,
    /// RTP packets that the peer asked for, and that were not there any more, or more than are sent again.
    not_resent,
    /// Packets of generic negative acknowledgement that we sent.
    nacks_out,
    /// RTP packets that we asked for; twice counts twice.
    asked_for,
    /// Those of them that came.
    recovered,
    /// Transport-wide feedback that we sent.
    transport_feedback_out,
    /// Transport-wide feedback of the peer's that was taken.
    transport_feedback_in,
    /// That which cannot be read, or tells of packets that were not sent, or not lately.
    transport_feedback_refused,
    /// That which did not come, by its number.
    transport_feedback_missing,
    /// Packets of ours that it told of.
    transport_told,
    /// Of them those that did not come.
    transport_lost,
    /// How often it told of their delay.
    transport_delays,
    /// How fast their delay grows, µs a second; a signed number.
    transport_delay_growth,
    /// How far it is above its least, µs.
    transport_queue_us,
    /// Requests for a picture.
    picture_requests_in,
    /// RTP packets heard of the peer, in order or not, twice or not (RFC 3550 appendix A.3).
    heard,
    /// Packets that did not come, by their numbers; a signed number, less than none where some came twice.
    lost,
    /// Of the last interval between two reports of ours, in 256ths.
    fraction_lost,
    /// Interarrival jitter, µs (RFC 3550 section 6.4.1); digits are left out.
    jitter_us,
    /// Sources that it was sent under so far.
    sources,
    /// Report blocks of the peer about what we send.
    remote_reports,
    /// When the last one came, µs of the engine's clock.
    remote_at_us,
    /// What it lost in its last interval, in 256ths.
    remote_fraction_lost,
    /// What it lost in all; a signed number.
    remote_lost,
    /// Its interarrival jitter, µs.
    remote_jitter_us,
    /// Round trips measured (RFC 3550 section 6.4.1, RFC 3611 section 4.5).
    round_trips,
    /// The last one, µs.
    round_trip_us,
    /// When that was, µs of the engine's clock.
    round_trip_at_us,
    /// Packets that the peer says that it sent.
    remote_packets,
    /// Octets of payload that it says that it sent.
    remote_octets,
    /// VoIP metrics of the peer that came (RFC 3611 section 4.7).
    remote_metrics,
    /// The words of the last ones behind the SSRC, two in each.
    remote_metrics_0,
    /// As before.
    remote_metrics_1,
    /// As before.
    remote_metrics_2,
    /// As before.
    remote_metrics_3,
    /// What is told in ours: R factor, MOS-LQ and MOS-CQ in tenths, one octet each; 0: not known.
    told_scores,
    /// And of the echo that the peer hears of itself (RFC 3611 section 4.7.4): one more than the residual echo return loss in dB;
    /// 0: not known.
    told_echo,
}
