//! Pure: whose packets a session takes, as it is configured.

/// Whose packets a session takes.
///
/// ```
/// use media_core::{AudioFormat, LatchMode, MediaSessionParams};
///
/// // A trunk that sends from where it receives, and from nowhere else.
/// let trunk = MediaSessionParams::new(AudioFormat::pcma())
///     .remote(([192, 0, 2, 30], 20_000).into())
///     .latch(LatchMode::Strict);
/// assert_ne!(trunk.latch, LatchMode::default());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LatchMode {
    /// Symmetric RTP (RFC 4961): the source is learnt from the first packets, then locked. The
    /// README (Symmetric RTP and source latching) has the rules by which it may move.
    #[default]
    Symmetric,
    /// For peers that send from another port than they receive at: heard by the rules of `Symmetric`, and sent to at the
    /// signalled address. Before one is signalled, as `Symmetric`.
    Asymmetric,
    /// The signalled address only, for trunks and other peers without address translation.
    Strict,
}
