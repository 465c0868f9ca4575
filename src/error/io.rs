//! Control: what can go wrong with sockets and ports.

use crate::transport::io::PortError;

/// Sockets and ports.
///
/// ```
/// use media_core::{AudioFormat, Error, IoError, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().io_threads(0), 1)?; // no sockets
/// let phone = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// assert_eq!(engine.complete(phone).unwrap_err(), Error::Io(IoError::NoIoThreads));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IoError {
    /// The operating system refused.
    #[error("{what}: {why}")]
    System {
        /// What was tried.
        what: String,
        /// What it said.
        why: String,
    },
    /// A port range, a port, or an I/O thread.
    #[error(transparent)]
    Ports(#[from] PortError),
    /// The RTCP reader was taken before.
    #[error("the RTCP reader was taken before: an engine has one")]
    RtcpReaderTaken,
    /// Configured without sockets.
    #[error(
        "the engine has no sockets, as io_threads is 0: set it to 1 or more in MediaEngineConfig, or use an RtpBridge"
    )]
    NoIoThreads,
    /// Built without sockets.
    #[error("this build has no sockets: enable feature `net`, or use an RtpBridge")]
    NoSockets,
}

impl IoError {
    /// Why there are no sockets.
    pub(crate) fn no_sockets() -> Self {
        if cfg!(feature = "net") { Self::NoIoThreads } else { Self::NoSockets }
    }
}
