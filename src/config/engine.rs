//! Control: how the engine is set up. Parse, don't validate: workers take only a [`Plan`](super::Plan), and
//! only [`MediaEngineConfig::plan`] makes one.

use super::glitch_flights::GlitchFlights;
use crate::error::ConfigError;
use crate::quality::QualityThresholds;
use crate::types::WorkerId;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

macro_rules! settings {
    // Numbers are given as they are, `.workers(2)`; what is optional or owned, as whatever becomes it.
    (@value $type:ty, $legal:expr) => { $type };
    (@value $type:ty) => { impl Into<$type> };
    ($($(#[$doc:meta])* $field:ident: $type:ty = $default:expr $(, in $legal:expr)?;)+) => {
        /// How the engine is set up; the defaults run on a laptop as an ordinary user. Ranges stand at each setting, and
        /// [`MediaEngine::start`](crate::engine::MediaEngine::start) names a field that is out of its range.
        ///
        /// ```
        /// use media_core::MediaEngineConfig;
        ///
        /// let config = MediaEngineConfig::default().workers(2).max_sessions(500).rtp_ports(30_000..=39_999);
        /// assert!(config.plan().is_ok());
        /// let error = config.dscp(64).plan().unwrap_err();
        /// assert_eq!(error.to_string(), "dscp = 64: must be 0 to 63");
        /// ```
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct MediaEngineConfig {
            $($(#[$doc])* $(#[doc = concat!("\n\nRange: `", stringify!($legal), "`.")])? pub $field: $type),+
        }

        impl Default for MediaEngineConfig {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        impl MediaEngineConfig {
            $($(#[$doc])* $(#[doc = concat!("\n\nRange: `", stringify!($legal), "`.")])?
            #[must_use]
            pub fn $field(mut self, value: settings!(@value $type $(, $legal)?)) -> Self {
                self.$field = value.into();
                self
            })+

            /// The first number that is out of the range that stands at it.
            pub(super) fn check_ranges(&self) -> Result<(), ConfigError> {
                $($(in_range(stringify!($field), self.$field, $legal)?;)?)+
                Ok(())
            }
        }
    };
}

settings! {
    /// Media threads. Default 1.
    workers: usize = 1, in 1..=16;
    /// The tick in ms, 10 or 20. Default 10.
    tick_ms: u32 = 10;
    /// Most media sessions at a time. Default 1,000. Memory is allocated for them at the start.
    max_sessions: usize = 1_000, in 1..=100_000;
    /// Most relay streams (video, datagrams) at a time. Each has a port (or pair) of its own, and its
    /// descriptors, beside the sessions'. Default 256.
    max_relays: usize = 256, in 0..=100_000;
    /// Most taps at a time, and channels of recordings. Default 256.
    max_taps: usize = 256, in 0..=100_000;
    /// Most conferences at a time. Default 256.
    max_conferences: usize = 256, in 1..=100_000;
    /// Local address of the media sockets. Default 0.0.0.0.
    bind_address: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    /// Ports for RTP: even ones are used, the odd one above each takes RTCP. Default 20000..=29999.
    rtp_ports: RangeInclusive<u16> = 20_000..=29_999;
    /// Whether RTP and RTCP share each port (RFC 5761): one port and one descriptor a session. RTCP that comes to the RTP
    /// port is known as such either way. Default false.
    rtcp_mux: bool = false;
    /// Network interface that media must come in and go out by (`eth0`). Default any.
    interface: Option<String> = None;
    /// Differentiated services code point of outward packets. Default 46, expedited forwarding (RFC 3246).
    dscp: u8 = 46, in 0..=63;
    /// Octets of kernel buffer of each media socket, each way. Default 64 KiB: 80 packets of G.711.
    socket_buffer_octets: usize = 64 << 10, in 4_096..=16_777_216;
    /// I/O threads (0: no sockets, only `RtpBridge` and PCM); sessions are spread over them. Default 1: more help
    /// where that one's core is full, and have a core each.
    io_threads: usize = 1, in 0..=16;
    /// Octets of each ring between a port and a worker. Default 4 MiB.
    ring_octets: usize = 4 << 20, in 65_536..=268_435_456;
    /// How long after its tick was due a packet leaves by a socket, in us. Default 1,000. A tick's work up to
    /// that long does not show in the gaps between packets; what comes later leaves at once.
    departure_delay_us: u32 = 1_000, in 0..=5_000;
    /// Cores of the media threads; empty: from the last one down. Fewer than workers: used in turn.
    worker_cores: Vec<usize> = Vec::new();
    /// Cores of the I/O threads; empty: from the first one up. Fewer than threads: used in turn.
    io_cores: Vec<usize> = Vec::new();
    /// Whether to pin threads to cores at all. Default true.
    pin_threads: bool = true;
    /// SCHED_FIFO priority of the media threads, 2..=98; I/O threads have one less. `None`: ordinary scheduling.
    realtime_priority: Option<u8> = Some(50);
    /// Whether to lock the media threads' stacks and pools in memory. Default true.
    lock_memory: bool = true;
    /// Load of the least loaded worker in percent, beyond which new sessions are refused. Default 80.
    load_limit_percent: u32 = 80, in 10..=100;
    /// Load of a worker in percent, beyond which it sheds quality in the order of [`ShedStep`](crate::rt::shed::ShedStep):
    /// `load_limit_percent`..=150; `None`: never. Default 90.
    shed_load_percent: Option<u32> = Some(90);
    /// Seconds after which each session's quality is rated anew. Default 5.
    quality_interval_s: u32 = 5, in 1..=60;
    /// From where on a session's quality is told to be bad. Default: MOS 3.6, 5 % of loss, 50 ms of jitter, a round trip of
    /// 400 ms.
    quality_thresholds: QualityThresholds = QualityThresholds::default();
    /// Requests that wait for the supervisor at most. Default 1,024.
    request_queue: usize = 1_024, in 16..=65_536;
    /// How long `Pending::wait` waits. Default 5 s.
    request_timeout: Duration = Duration::from_secs(5);
    /// Events that wait for each subscriber at most. Default 4,096.
    subscriber_queue: usize = 4_096, in 16..=65_536;
    /// Folder that recordings go to, by the names that their parameters give; it has to be there. Default none: nothing is
    /// recorded.
    record_root: Option<PathBuf> = None;
    /// Unix-domain socket that serves statistics to `latency-histogram`. Default none.
    stats_socket: Option<PathBuf> = None;
    /// File for HdrHistogram V2 interval logs, one interval a second. Default none.
    histogram_log: Option<PathBuf> = None;
    /// Folder that files of prompts lie below: a path that leads out of it is refused, by name or by a link, and one that is not
    /// absolute begins there. Default none: any path.
    media_root: Option<PathBuf> = None;
    /// Seconds of what comes into the media threads that are kept, to be written to a file for a call by
    /// [`flight`](crate::MediaSessionHandle::flight). Default 0: nothing is kept.
    flight_seconds: u32 = 0, in 0..=3_600;
    /// Octets of memory for that, for each media thread: where it is full, less time is kept. A leg of G.711 takes about 11 KB a
    /// second. Default 64 MiB: 30 s of 190 such legs.
    flight_octets: usize = 64 << 20, in 1_048_576..=17_179_869_184;
    /// Whether payloads and samples, the callers' voices, are kept; else only how long they were, and when. Default true.
    flight_payloads: bool = true;
    /// Files of that which are written by themselves, as a call breaks. Default none.
    flight_on_glitch: Option<GlitchFlights> = None;
    /// Called on each media thread before its first tick: a place for a seccomp filter or a NUMA policy. Default none.
    thread_hook: Option<fn(WorkerId)> = None;
}

/// Whether a value is in its range.
///
/// # Errors
/// Field, value and range.
pub(super) fn in_range<T: PartialOrd + std::fmt::Display>(
    field: &'static str,
    value: T,
    legal: RangeInclusive<T>,
) -> Result<(), ConfigError> {
    if legal.contains(&value) {
        return Ok(());
    }
    Err(ConfigError::new(field, value, format!("{} to {}", legal.start(), legal.end())))
}
