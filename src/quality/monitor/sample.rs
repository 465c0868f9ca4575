//! Control: the counters of a call at one moment, of which a monitor takes differences.

use crate::quality::BurstGapCounts;
use std::time::Duration;

/// What a report of the peer's says.
///
/// Example: [`QualitySample`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct RemoteQuality {
    /// When it came, since the origin of the samples.
    pub at: Duration,
    /// What it lost in its last interval, 0.0..=1.0.
    pub loss: f64,
    /// Interarrival jitter there, ms.
    pub jitter_ms: f64,
}

impl RemoteQuality {
    /// Of that time, with that share lost and that jitter in ms.
    pub fn new(at: Duration, loss: f64, jitter_ms: f64) -> Self {
        Self { at, loss, jitter_ms }
    }
}

/// What transport-wide feedback has told of the packets that we sent, until one moment.
///
/// Example: [`QualitySample`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct TransportCounts {
    /// Packets that it told of.
    pub packets: u64,
    /// Of them those that did not come.
    pub lost: u64,
    /// How far their delay is above its least, ms.
    pub queue_ms: f64,
}

impl TransportCounts {
    /// So many packets told of and lost, without a queue.
    pub fn new(packets: u64, lost: u64) -> Self {
        Self { packets, lost, queue_ms: 0.0 }
    }
}

/// The counters of a call at one moment.
///
/// ```
/// use media_core::quality::{QualityMetrics, QualitySample, RemoteQuality, TransportCounts};
/// use std::time::Duration;
///
/// let mut sample = QualitySample::new(Duration::from_secs(5), "G722");
/// (sample.received, sample.lost) = (250, 0);
/// sample.remote = Some(RemoteQuality::new(Duration::from_secs(3), 0.02, 4.0));
/// // Where each packet is told of, that is the loss of the interval, whatever the last report says.
/// sample.transport = Some(TransportCounts::new(250, 25));
/// let metrics = QualityMetrics::between(&QualitySample::new(Duration::ZERO, "G722"), &sample);
/// assert_eq!(metrics.remote.map(|remote| remote.loss), Some(0.1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QualitySample {
    /// When, since any origin.
    pub at: Duration,
    /// What is heard: a name that [`CodecImpairment::of`](crate::quality::CodecImpairment::of) or
    /// [`CodecImpairment::like`](crate::quality::CodecImpairment::like) knows.
    pub codec: &'static str,
    /// Packets that came.
    pub received: u64,
    /// Packets that did not.
    pub lost: u64,
    /// Of `lost` those whose audio came in a later packet.
    pub recovered: u64,
    /// Packets that came and were thrown away: too late, too many.
    pub discarded: u64,
    /// Losses told into bursts and gaps.
    pub burst_gap: BurstGapCounts,
    /// Audio made up within speech, ms.
    pub concealed_ms: u64,
    /// Length of a packet, ms.
    pub packet_ms: f64,
    /// Interarrival jitter, ms.
    pub jitter_ms: f64,
    /// What waits in the jitter buffer, ms.
    pub buffer_ms: f64,
    /// The round trip, if it is known, ms.
    pub round_trip_ms: Option<f64>,
    /// What the peer reported last.
    pub remote: Option<RemoteQuality>,
    /// What it told of each packet so far, where that was negotiated.
    pub transport: Option<TransportCounts>,
}

impl QualitySample {
    /// Of a codec, nothing counted, packets of 20 ms.
    pub fn new(at: Duration, codec: &'static str) -> Self {
        Self {
            at,
            codec,
            received: 0,
            lost: 0,
            recovered: 0,
            discarded: 0,
            burst_gap: BurstGapCounts::default(),
            concealed_ms: 0,
            packet_ms: 20.0,
            jitter_ms: 0.0,
            buffer_ms: 0.0,
            round_trip_ms: None,
            remote: None,
            transport: None,
        }
    }
}
