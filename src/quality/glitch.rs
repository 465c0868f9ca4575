//! Pure: a glitch: what was heard that was not said, or not heard that was, with its cause.

use super::glitch_cause::GlitchCause;
use crate::types::{Decibels, MediaTime};
use std::time::{Duration, SystemTime};

/// Whose ears it met.
///
/// Example: [`Glitch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GlitchSide {
    /// What the party says, as others hear it.
    Inward,
    /// What the party hears.
    Outward,
    /// Both.
    Both,
}

/// What was put in the place of audio that was not there.
///
/// Example: [`Glitch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Filling {
    /// Audio like that before it.
    Concealed,
    /// The same, which faded to the background, as the hole was long.
    Faded,
    /// Nothing: packets pass undecoded, and whoever gets them finds the hole.
    PassedOn,
}

/// What else is known of a glitch, by its cause.
///
/// Example: [`Glitch`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum GlitchDetail {
    /// Nothing.
    None,
    /// Audio that was not there when it was due.
    Packets {
        /// Packets that did not come.
        missing: u32,
        /// Packets that came too late.
        late: u32,
        /// By how much the latest of them did.
        late_by: Duration,
        /// What was heard in its place.
        filling: Filling,
    },
    /// Time stretching: what was put in, and taken out.
    Stretched {
        /// Put in.
        longer: Duration,
        /// Taken out.
        shorter: Duration,
    },
    /// RTP payload types before and after.
    Codec {
        /// Before.
        from: u8,
        /// After.
        to: u8,
    },
    /// The least gain of a limiter.
    Gain(Decibels),
    /// How much time the machine's hypervisor took from its cores meanwhile, within about a second; `None`: not known (time is
    /// virtual, or the system does not tell).
    Stolen(Option<Duration>),
    /// Whose reader stalled: a tap's, or a recording's. (That of a PCM session has no detail.)
    Tap,
}

/// An audible discontinuity of a session's audio, and its cause.
///
/// From [`MediaSessionHandle::glitches`](crate::MediaSessionHandle::glitches). Written out it reads
/// `12:03:07.420, 40 ms: two packets lost by the network, concealed`; the time is UTC.
///
/// ```
/// use media_core::codec::Law;
/// use media_core::engine::virtual_engine::Party;
/// use media_core::quality::{Filling, GlitchCause, GlitchDetail, GlitchSide};
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let phone_at = ([192, 0, 2, 10], 4000).into();
/// let phone = handle.create_media_session("phone", MediaSessionParams::new(AudioFormat::pcmu()).remote(phone_at));
/// let phone = engine.complete(phone)?;
/// let echo = handle.create_media_session("other", MediaSessionParams::new(AudioFormat::pcma()));
/// let echo = engine.complete(echo)?;
/// engine.complete(handle.bridge(&phone, &echo))?;
/// let mut party = Party::new(phone_at, phone.local_address().unwrap(), Law::Mu, 0x51);
/// let voice: Vec<f32> = (0..800).map(|n| (n as f32 * 0.2).sin() * 0.3).collect();
/// for block in 0..300 {
///     engine.network.impairment.loss = if (100..104).contains(&block) { 1.0 } else { 0.0 };
///     engine.network.impairment.burst = engine.network.impairment.loss;
///     let now = engine.now();
///     party.step(&mut engine.network, now, &voice);
///     engine.tick();
/// }
/// let glitches = engine.complete(phone.glitches())?;
/// let glitch = glitches.iter().next().expect("two packets were lost");
/// assert_eq!((glitch.cause, glitch.side, glitch.length), (GlitchCause::Lost, GlitchSide::Inward, Duration::from_millis(40)));
/// let told = GlitchDetail::Packets { missing: 2, late: 0, late_by: Duration::ZERO, filling: Filling::Concealed };
/// assert_eq!(glitch.detail, told);
/// assert!(glitch.to_string().ends_with(", 40 ms: two packets lost by the network, concealed"), "{glitch}");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Glitch {
    /// Whose ears it met.
    pub side: GlitchSide,
    /// When it began, by the engine's monotonic clock: the block of 10 ms.
    pub at: MediaTime,
    /// The same by the clock on the wall.
    pub wall: SystemTime,
    /// How long it was; 0 for what has no length.
    pub length: Duration,
    /// Why.
    pub cause: GlitchCause,
    /// What else is known.
    pub detail: GlitchDetail,
}
