//! Control: why digits cannot be collected as asked.

use crate::error::ConfigError;
use crate::types::SessionId;

/// A collection of digits that cannot be.
///
/// ```
/// use media_core::{CollectError, CollectParams, Error, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// engine.complete(bot.collect(CollectParams::new(4)))?;
/// let error = engine.complete(bot.collect(CollectParams::new(1))).unwrap_err();
/// assert_eq!(error, Error::Collect(CollectError::UnderWay(bot.id())));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// A number, or text, that is not possible.
    #[error(transparent)]
    Parameter(#[from] ConfigError),
    /// A press belongs to one collection.
    #[error("session {0} collects digits already: stop that collection, or wait for its Collected event")]
    UnderWay(SessionId),
}
