//! Control: what can go wrong, by domain; each error names the thing, the field and the remedy. Real-time faults are
//! plain codes that are counted, never these.

mod collect;
mod conference;
mod connection;
mod flight;
mod io;
mod playback;
mod record;

pub use crate::codec::CodecError;
pub use crate::processing::format::FormatError;
pub use crate::processing::stage::ProcessingError;
pub use crate::session::AddressFault;
pub use crate::transport::io::PortError;
use crate::types::{DialogId, EngineThread, PortId, SessionId, StreamId, WorkerId};
pub use collect::CollectError;
pub use conference::ConferenceError;
pub use connection::Connection;
pub use flight::FlightError;
pub use io::IoError;
pub use playback::PlaybackError;
pub use record::RecordError;

/// Any error of the library.
///
/// ```
/// use media_core::{AudioFormat, Error, MediaEngineConfig, MediaSessionParams, SessionError, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let unnamed = engine.handle().create_media_session("", MediaSessionParams::new(AudioFormat::pcmu()));
/// match engine.complete(unnamed) {
///     Err(Error::Session(SessionError::EmptyDialog)) => (),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A configuration value is out of its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A session, bridge or tap.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A codec that cannot be had as asked for, or a negotiation without result.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A conversion of sample rate, channels or sample format that is not possible.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A conference.
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    /// A recording.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The flight recorder.
    #[error(transparent)]
    Flight(#[from] FlightError),
    /// Sockets and ports.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The engine itself.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A processing stage.
    #[error(transparent)]
    Processing(#[from] ProcessingError),
    /// A prompt.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// A collection of digits.
    #[error(transparent)]
    Collect(#[from] CollectError),
}

/// A configuration value is out of its range.
///
/// ```
/// use media_core::MediaEngineConfig;
///
/// let error = MediaEngineConfig::default().workers(40).plan().unwrap_err();
/// assert_eq!((error.field, error.to_string().as_str()), ("workers", "workers = 40: must be 1 to 16"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} = {value}: must be {legal}")]
#[non_exhaustive]
pub struct ConfigError {
    /// The field, as it is named in the builder.
    pub field: &'static str,
    /// What was given.
    pub value: String,
    /// What would be legal.
    pub legal: String,
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, value: impl ToString, legal: impl Into<String>) -> Self {
        Self { field, value: value.to_string(), legal: legal.into() }
    }
}

/// A session, bridge or tap.
///
/// Example: [`Error`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The identifier's session is gone; its place may be another's by now.
    #[error("session {0} is gone: create a new one")]
    Unknown(SessionId),
    /// A dialog without a name.
    #[error(
        "a dialog needs a name, and this one is empty: name it after its Call-ID and tags, or by any unique string"
    )]
    EmptyDialog,
    /// It is in no conference.
    #[error("session {0} is in no conference")]
    NotInConference(SessionId),
    /// No session of that dialog.
    #[error("dialog {0} has no media session")]
    UnknownDialog(DialogId),
    /// The dialog has begun, whatever its session has come to.
    #[error("dialog {0} has begun already: end it first, or forget it if its session could not be made")]
    DialogBegun(DialogId),
    /// The dialog has a session already.
    #[error("dialog {0} has media session {1} already: update or destroy that one")]
    DialogInUse(DialogId, SessionId),
    /// A session cannot be bridged to itself.
    #[error("session {0} cannot be bridged to itself")]
    BridgeToSelf(SessionId),
    /// It hears something already.
    #[error("session {0} is in {1}: unbridge it or leave first")]
    Connected(SessionId, Connection),
    /// A session cannot be replaced by itself.
    #[error("session {0} cannot be replaced by itself: name another")]
    TransferToSelf(SessionId),
    /// It has no place that another could take.
    #[error("session {0} is in no bridge and no conference: there is no place to take")]
    NotConnected(SessionId),
    /// A session cannot monitor its own call.
    #[error("session {0} cannot monitor its own call: it hears it")]
    MonitorsSelf(SessionId),
    /// It monitors no call.
    #[error("session {0} monitors no call")]
    NotMonitoring(SessionId),
    /// As many monitor that call as can.
    #[error("{1} sessions monitor the call of session {0} already, as many as can: end one, or use a conference")]
    TooManyMonitors(SessionId, usize),
    /// It is in no bridge.
    #[error("session {0} is not bridged")]
    NotBridged(SessionId),
    /// The engine's capacity is reached.
    #[error("all {limit} {what} are in use: raise {field} in MediaEngineConfig, or destroy some")]
    Capacity {
        /// What ran out.
        what: &'static str,
        /// How many there are.
        limit: usize,
        /// The field that sets it.
        field: &'static str,
    },
    /// The media threads are loaded to the limit.
    #[error(
        "the least loaded media thread is at {load_percent} % load (I/O on its core and those who joined within the last \
         second included) and {shed}: new sessions need less than {limit_percent} % and full quality: try another node"
    )]
    Overloaded {
        /// Load of the least loaded worker, in percent of a core: what those who joined within the last second will add, and
        /// the I/O threads on its core, included.
        load_percent: u32,
        /// The limit set.
        limit_percent: u32,
        /// How much quality it sheds already.
        shed: crate::rt::shed::ShedLevel,
    },
    /// The I/O thread that has the fewest sessions is loaded to the limit.
    #[error(
        "I/O thread {thread} is at {load_percent} % load: new sessions need less than {limit_percent} %: raise io_threads in \
         MediaEngineConfig where cores are free, or try another node"
    )]
    IoOverloaded {
        /// Its number.
        thread: u8,
        /// Its load, in percent of a core, what sessions that joined within the last second will add included.
        load_percent: u32,
        /// The limit set.
        limit_percent: u32,
    },
    /// The packet time does not fit the tick.
    #[error("ptime = {ptime_ms} ms: must be {legal} where a tick is {tick_ms} ms")]
    Ptime {
        /// What was asked.
        ptime_ms: u32,
        /// The engine's tick.
        tick_ms: u32,
        /// What would be legal.
        legal: &'static str,
    },
    /// A payload type is out of range.
    #[error("payload type = {0}: must be 0 to 63 or 96 to 127 (RFC 5761)")]
    PayloadType(u8),
    /// Telephone events were not negotiated for it.
    #[error(
        "session {0} has no telephone events, and tones have neither flash nor a level of choice: negotiate telephone-event and \
         set MediaSessionParams::telephone_events"
    )]
    NoTelephoneEvents(SessionId),
    /// Pauses cannot be left out of what is sent.
    #[error(
        "pauses of {0} cannot be left out: negotiate comfort noise (CN) and set MediaSessionParams::comfort_noise, or a \
         codec that pauses by itself (Opus with usedtx=1)"
    )]
    NoPauses(String),
    /// None of its formats is Opus.
    #[error("session {0} has no Opus (it sends {1}): update it to Opus first")]
    NoOpus(SessionId, String),
    /// It is still sending digits.
    #[error("session {0} has too many digits to send already: wait until some are sent")]
    DigitsWaiting(SessionId),
    /// Text that is no string of digits, or a length, pause or level out of range.
    #[error("digits {0:?} cannot be sent: {1}")]
    Digits(String, crate::codec::audio::dtmf::DigitFault),
    /// It would send tones, which are dropped on hold.
    #[error("session {0} is on outward hold and has no telephone events: resume it to send digits as tones")]
    DigitsOnHold(SessionId),
    /// A number out of range.
    #[error("{0}")]
    Parameter(ConfigError),
    /// A worker that is not there.
    #[error("there is no worker {0}: the engine has {1}")]
    UnknownWorker(WorkerId, usize),
    /// A port that is not there (any more).
    #[error("there is no RTP port {0}: take one from MediaHandle::rtp_bridge")]
    UnknownPort(PortId),
    /// All RTP ports are taken.
    #[error(
        "all {0} RTP ports are in use (each I/O thread and each RtpBridge has one): drop an RtpBridge that is no longer used, \
         and destroy the sessions that used it"
    )]
    Ports(usize),
    /// The session has no network endpoint of the engine's.
    #[error("session {0} has no socket of the engine's: its packets go through an RtpBridge or PCM port")]
    NoSocket(SessionId),
    /// Relay streams of a session whose packets go through an `RtpBridge`.
    #[error(
        "relay streams need sockets of the engine: they pass from one to the other on its I/O threads, and the packets of an \
         RtpBridge are in your own stack's hands: forward them there, or use Transport::Socket"
    )]
    RelayTransport,
    /// A remote address that no peer can have.
    #[error("{0} cannot be a peer's address: {1}")]
    Address(std::net::SocketAddr, AddressFault),
    /// It has no such relay stream.
    #[error("session {0} has no relay stream {1}: MediaSessionParams::relays lists them, from 1 on")]
    NoRelay(SessionId, StreamId),
}

/// The engine itself.
///
/// ```
/// use media_core::{EngineError, Error, MediaEngineConfig, VirtualEngine};
///
/// let engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// assert!(engine.stop());
/// let answer = handle.get_media_capabilities().wait();
/// assert_eq!(answer.unwrap_err(), Error::Engine(EngineError::Stopped));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The request queue is full.
    #[error("the engine's request queue is full: wait for earlier requests, or raise request_queue")]
    Busy,
    /// No answer in time.
    #[error("the engine did not answer in time; the request may still be carried out")]
    TimedOut,
    /// The engine has stopped, without an `RtpBridge` that did not take its last orders.
    #[error(
        "the engine has stopped, but the RtpBridge of port {0} took no orders: its thread has to call take_orders now and \
         then, until the stop"
    )]
    SilentBridge(PortId),
    /// The engine stopped.
    #[error("the engine has stopped")]
    Stopped,
    /// A thread that the request needs does not run.
    #[error("{0} does not run: MediaEngine::health tells when it does again; destroy the sessions that it carried")]
    ThreadStalled(EngineThread),
    /// The answer was taken before.
    #[error("the answer of this Pending was taken before: it is given once")]
    AnswerTaken,
    /// Code of the embedder's (a codec's or stage's factory, what it drops) panicked while the request was carried out.
    #[error("the embedder's code panicked while the request was carried out: the log says where; nothing was promised")]
    Panicked,
}

#[cfg(test)]
mod tests;
