//! Control: tones that tell a caller how his call goes: their frequencies and cadences, by country.
//!
//! North America: ANSI T1.401 / Telcordia GR-506 (levels a tone). Europe: one frequency of 425 Hz with the cadences of Germany, which lie
//! within those that ITU-T E.180 and ETSI TR 101 041 recommend.

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

/// What a tone tells a caller.
///
/// Example: [`ToneCadence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallTone {
    /// Dial.
    Dial,
    /// The other side is being called.
    Ringback,
    /// The other side is busy.
    Busy,
    /// There is no way there: congestion, reorder.
    Congestion,
}

/// Whose tones.
///
/// Example: [`ToneCadence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TonePlan {
    /// The precise tone plan of North America.
    NorthAmerica,
    /// 425 Hz, as in most of Europe, with Germany's cadences.
    Europe,
}

/// Frequencies in Hz, the level of each in dBm0, and ms on and off (none: without a pause).
type Row = (TonePlan, CallTone, &'static [f32], f32, Option<(u64, u64)>);

const TABLE: [Row; 8] = [
    (TonePlan::NorthAmerica, CallTone::Dial, &[350.0, 440.0], -13.0, None),
    (TonePlan::NorthAmerica, CallTone::Ringback, &[440.0, 480.0], -19.0, Some((2_000, 4_000))),
    (TonePlan::NorthAmerica, CallTone::Busy, &[480.0, 620.0], -24.0, Some((500, 500))),
    (TonePlan::NorthAmerica, CallTone::Congestion, &[480.0, 620.0], -24.0, Some((250, 250))),
    (TonePlan::Europe, CallTone::Dial, &[425.0], -10.0, None),
    (TonePlan::Europe, CallTone::Ringback, &[425.0], -10.0, Some((1_000, 4_000))),
    (TonePlan::Europe, CallTone::Busy, &[425.0], -10.0, Some((480, 480))),
    (TonePlan::Europe, CallTone::Congestion, &[425.0], -10.0, Some((240, 240))),
];

impl TonePlan {
    /// One of its tones, without end.
    pub fn tone(self, tone: CallTone) -> ToneCadence {
        let row = TABLE.iter().find(|(plan, of, ..)| (*plan, *of) == (self, tone)).unwrap_or(&TABLE[0]);
        let cadence = ToneCadence::new(row.2, row.3);
        match row.4 {
            Some((on, off)) => cadence.on_off(Duration::from_millis(on), Duration::from_millis(off)),
            None => cadence,
        }
    }
}
