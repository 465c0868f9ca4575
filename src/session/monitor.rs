//! Control: how a third session takes part in a bridged call.

/// How a supervisor takes part in a bridged call. In all of them it hears both parties.
///
/// ```
/// use media_core::{AudioFormat, EventKind, MediaEngineConfig, MediaSessionParams, MonitorMode, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let mut legs = Vec::new();
/// for name in ["caller", "agent", "supervisor"] {
///     let leg = handle.create_media_session(name, MediaSessionParams::new(AudioFormat::pcmu()));
///     legs.push(engine.complete(leg)?);
/// }
/// engine.complete(handle.bridge(&legs[0], &legs[1]))?;
/// let events = engine.complete(legs[2].events())?;
/// engine.complete(handle.monitor(&legs[2], &legs[1], MonitorMode::Whisper))?;
/// let told = events.try_next().map(|event| event.kind);
/// assert_eq!(told, Some(EventKind::MonitorBegan(legs[1].id(), MonitorMode::Whisper)));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MonitorMode {
    /// Nobody hears it.
    #[default]
    Listen,
    /// The party that it monitors hears it: an agent is coached, and the caller does not know.
    Whisper,
    /// Both parties hear it, and so do others who monitor the call.
    Barge,
}
