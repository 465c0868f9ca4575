//! Control: how the engine is set up. Parse, don't validate: workers take only a [`Plan`](super::Plan), and
//! only [`MediaEngineConfig::plan`] makes one.

use crate::types::WorkerId;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

macro_rules! settings {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $default:expr),+ $(,)?) => {
        /// How the engine is set up; the defaults run on a laptop as an ordinary user. Ranges stand at each setting, and
        /// [`MediaEngine::start`](crate::engine::MediaEngine::start) names a field that is out of its range.
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct MediaEngineConfig { $($(#[$doc])* pub $field: $type),+ }

        impl Default for MediaEngineConfig {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        impl MediaEngineConfig {
            $($(#[$doc])*
            #[must_use]
            pub fn $field(mut self, value: impl Into<$type>) -> Self {
                self.$field = value.into();
                self
            })+
        }
    };
}

settings! {
    /// Media threads, 1..=16. Default 1.
    workers: usize = 1,
    /// The tick in ms, 10 or 20. Default 10.
    tick_ms: u32 = 10,
    /// Most media sessions at a time, 1..=100,000. Default 1,000. Memory is allocated for them at the start.
    max_sessions: usize = 1_000,
    /// Most relay streams (video, datagrams) at a time, 0..=100,000. Each has a port (or pair) of its own, and its
    /// descriptors, beside the sessions'. Default 256.
    max_relays: usize = 256,
    /// Most taps (recordings, forks) at a time, 0..=100,000. Default 256.
    max_taps: usize = 256,
    /// Most conferences at a time, 1..=100,000. Default 256.
    max_conferences: usize = 256,
    /// Local address of the media sockets. Default 0.0.0.0.
    bind_address: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    /// Ports for RTP: even ones are used, the odd one above each takes RTCP. Default 20000..=29999.
    rtp_ports: RangeInclusive<u16> = 20_000..=29_999,
    /// Whether RTP and RTCP share each port (RFC 5761): one port and one descriptor a session. RTCP that comes to the RTP
    /// port is known as such either way. Default false.
    rtcp_mux: bool = false,
    /// Network interface that media must come in and go out by (`eth0`). Default any.
    interface: Option<String> = None,
    /// Differentiated services code point of outward packets, 0..=63. Default 46, expedited forwarding (RFC 3246).
    dscp: u8 = 46,
    /// Octets of kernel buffer of each media socket, each way, 4,096..=16,777,216. Default 64 KiB: 80 packets of G.711.
    socket_buffer_octets: usize = 64 << 10,
    /// I/O threads, 0..=16 (0: no sockets, only `RtpBridge` and PCM); sessions are spread over them. Default 1: more help
    /// where that one's core is full, and have a core each.
    io_threads: usize = 1,
    /// Octets of each ring between a port and a worker, 65,536..=268,435,456. Default 4 MiB.
    ring_octets: usize = 4 << 20,
    /// How long after its tick was due a packet leaves by a socket, in us, 0..=5,000. Default 1,000. A tick's work up to
    /// that long does not show in the gaps between packets; what comes later leaves at once.
    departure_delay_us: u32 = 1_000,
    /// Cores of the media threads; empty: from the last one down. Fewer than workers: used in turn.
    worker_cores: Vec<usize> = Vec::new(),
    /// Cores of the I/O threads; empty: from the first one up. Fewer than threads: used in turn.
    io_cores: Vec<usize> = Vec::new(),
    /// Whether to pin threads to cores at all. Default true.
    pin_threads: bool = true,
    /// SCHED_FIFO priority of the media threads, 1..=98; I/O threads have one less. `None`: ordinary scheduling.
    realtime_priority: Option<u8> = Some(50),
    /// Whether to lock the media threads' stacks and pools in memory. Default true.
    lock_memory: bool = true,
    /// Load of the least loaded worker in percent, beyond which new sessions are refused, 10..=100. Default 80.
    load_limit_percent: u32 = 80,
    /// Load of a worker in percent, beyond which it sheds quality in the order of [`ShedStep`](crate::rt::shed::ShedStep):
    /// `load_limit_percent`..=150; `None`: never. Default 90.
    shed_load_percent: Option<u32> = Some(90),
    /// Requests that wait for the supervisor at most, 16..=65,536. Default 1,024.
    request_queue: usize = 1_024,
    /// How long `Pending::wait` waits. Default 5 s.
    request_timeout: Duration = Duration::from_secs(5),
    /// Events that wait for each subscriber at most, 16..=65,536. Default 4,096.
    subscriber_queue: usize = 4_096,
    /// Unix-domain socket that serves statistics to `latency-histogram`. Default none.
    stats_socket: Option<PathBuf> = None,
    /// File for HdrHistogram V2 interval logs, one interval a second. Default none.
    histogram_log: Option<PathBuf> = None,
    /// Called on each media thread before its first tick: a place for a seccomp filter or a NUMA policy. Default none.
    thread_hook: Option<fn(WorkerId)> = None,
}
