//! Control: what a SIP layer is told of its dialogs' media: as much as bears on signalling.

use crate::codec::audio::dtmf::Digit;
use crate::session::{EventKind, Unplayable};
use crate::types::{DialogId, MediaTime, SessionId};
use std::net::SocketAddr;
use std::time::Duration;

/// Something that happened to a dialog's media.
///
/// Example: [`SessionBridge`](super::SessionBridge).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IntegrationEvent {
    /// When the engine learnt of it (monotonic).
    pub at: MediaTime,
    /// Whose; `None` for [`Missed`](IntegrationEventKind::Missed).
    pub call: Option<(SessionId, DialogId)>,
    /// What.
    pub kind: IntegrationEventKind,
}

/// What happened to a dialog's media. Who wants more asks [`MediaHandle::events_of`](crate::MediaHandle::events_of).
///
/// Example: [`SessionBridge`](super::SessionBridge).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum IntegrationEventKind {
    /// The first packets came.
    MediaBegan,
    /// Nothing came for about a second.
    MediaStopped,
    /// Nothing came for as long as is set ([`media_timeout`](crate::MediaSessionParams::media_timeout)): it may be to be ended.
    MediaTimeout {
        /// How long, to a second.
        lasted: Duration,
    },
    /// It is heard again.
    MediaResumed,
    /// The peer pressed a digit.
    Digit(Digit),
    /// The peer sends another codec of the answer.
    CodecChanged {
        /// Its payload type.
        payload_type: u8,
    },
    /// The peer's packets come from there, and ours go there from now on: as was signalled, or elsewhere.
    PeerAt(SocketAddr),
    /// Packets come and cannot be played: a renegotiation is called for.
    Unplayable(Unplayable),
    /// The engine cannot carry it any more (a fault, a thread that hangs): it is to be ended.
    Failed,
    /// Its media session is gone.
    Ended,
    /// So many events were not read in time: what is known of all dialogs may be wrong.
    Missed(u64),
}

impl IntegrationEventKind {
    /// What an event of the engine's is to a SIP layer, if it is anything.
    pub(super) fn of(kind: &EventKind) -> Option<Self> {
        Some(match *kind {
            EventKind::Started => Self::MediaBegan,
            EventKind::FellSilent => Self::MediaStopped,
            EventKind::MediaTimeout { lasted } => Self::MediaTimeout { lasted },
            EventKind::Resumed => Self::MediaResumed,
            EventKind::Digit(digit) => Self::Digit(digit),
            EventKind::CodecChanged { payload_type } => Self::CodecChanged { payload_type },
            EventKind::Latched(at) => Self::PeerAt(at),
            EventKind::Unplayable(why) => Self::Unplayable(why),
            EventKind::Parked | EventKind::BridgeClosed(_) | EventKind::MediaInterrupted(_) => Self::Failed,
            EventKind::Destroyed => Self::Ended,
            EventKind::Lagged(missed) => Self::Missed(missed),
            _ => return None,
        })
    }
}
