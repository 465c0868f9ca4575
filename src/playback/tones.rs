//! Control: tones as they are played: frequencies and cadences, of choice or those that tell a caller how his call goes, by country.

use crate::processing::audio::tone::plan::SPECIAL_INFORMATION;
use crate::processing::audio::tone::{CallTone, TonePlan};
use std::time::Duration;

/// A tone: up to four frequencies at once, sounding without end or on and off.
///
/// ```
/// use media_core::{CallTone, ToneCadence, TonePlan};
/// use std::time::Duration;
///
/// let ringing = TonePlan::NorthAmerica.tone(CallTone::Ringback); // 440 + 480 Hz, 2 s on, 4 s off
/// let ms = Duration::from_millis;
/// assert_eq!(ringing, ToneCadence::new(&[440.0, 480.0], -19.0).on_off(ms(2_000), ms(4_000)));
/// let british = TonePlan::UnitedKingdom.tone(CallTone::Ringback); // 400 + 450 Hz: 0.4 s on, 0.2 off, 0.4 on, 2 s off
/// assert_eq!(british, ToneCadence::new(&[400.0, 450.0], -13.0).on_off(ms(400), ms(200)).on_off(ms(400), ms(2_000)));
/// let beep = ToneCadence::new(&[1_000.0], -10.0).lasting(ms(200));
/// # let _ = beep;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ToneCadence {
    pub(crate) hz: Vec<f32>,
    pub(crate) dbm0: f32,
    pub(crate) steps: Vec<(Duration, Duration)>,
    pub(crate) lasting: Option<Duration>,
}

impl ToneCadence {
    /// These frequencies in Hz (up to four, each 20 to 20,000, and below half the rate of who hears it) at once, each of
    /// that level in dBm0 (-60 to 0; a sine of full scale has +3.15). Without end, and without a pause.
    pub fn new(hz: &[f32], dbm0: f32) -> Self {
        Self { hz: hz.to_vec(), dbm0, steps: Vec::new(), lasting: None }
    }

    /// Sounds so long, and is silent so long; what is added is done in turn, and all of it over and over.
    #[must_use]
    pub fn on_off(mut self, on: Duration, off: Duration) -> Self {
        self.steps.push((on, off));
        self
    }

    /// Ends after so long.
    #[must_use]
    pub fn lasting(mut self, time: Duration) -> Self {
        self.lasting = Some(time);
        self
    }

    /// What of it cannot be, if anything.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let hz = |hz: &f32| (20.0..=20_000.0).contains(hz);
        let step = |(on, off): &(Duration, Duration)| on.is_zero() && off.is_zero();
        match self {
            _ if self.hz.is_empty() || self.hz.len() > 4 => Some("a tone has 1 to 4 frequencies"),
            _ if !self.hz.iter().all(hz) => Some("a tone's frequencies are 20 to 20,000 Hz"),
            _ if !(-60.0..=0.0).contains(&self.dbm0) => Some("a tone's level is -60 to 0 dBm0"),
            _ if self.steps.len() > 16 || self.steps.iter().any(step) => {
                Some("a tone's cadence has at most 16 steps, none of no length")
            }
            _ => None,
        }
    }
}

impl TonePlan {
    /// One of its tones, without end.
    pub fn tone(self, tone: CallTone) -> ToneCadence {
        let row = self.row(tone);
        let ms = |ms: u32| Duration::from_millis(ms.into());
        let tone = ToneCadence::new(row.hz, row.dbm0);
        row.cadence.iter().fold(tone, |tone, (on, off)| tone.on_off(ms(*on), ms(*off)))
    }
}

impl ToneCadence {
    /// The three tones of special information (ITU-T E.180: 950, 1,400 and 1,800 Hz, 330 ms each), which go before an announcement that a
    /// call cannot be completed: parts of a [`Prompt`](crate::Prompt), to be followed by a second of silence or by that.
    pub fn special_information() -> [Self; 3] {
        let (hz, ms) = SPECIAL_INFORMATION;
        hz.map(|hz| Self::new(&[hz], -15.0).lasting(Duration::from_millis(ms.into())))
    }
}
