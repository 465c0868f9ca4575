//! Control: what a tap copies.

/// What a tap copies of a session.
///
/// ```
/// use media_core::{MediaEngineConfig, MediaSessionParams, SampleRate, TapSource, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// let heard = engine.complete(bot.tap_of(TapSource::Heard))?;
/// assert_eq!(heard.rate(), SampleRate::Hz8000);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TapSource {
    /// What its party says, as others hear it (inward): at the rate of what is received.
    #[default]
    Said,
    /// What its party is to hear (outward): whom it is connected to, whispers to it, and its prompts, before what only the
    /// way out does (digits, outward processing, hold). At the rate of what is sent.
    Heard,
    /// Both together, each at unity gain; the sum is limited to full scale.
    Mixed,
}
