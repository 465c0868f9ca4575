//! Control: what is asked of a collection of digits.

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::error::ConfigError;
use crate::playback::Prompt;
use crate::session::collected::CollectedDigits;
use std::ops::RangeInclusive;
use std::time::Duration;

/// How long a timer may be.
const TIMES: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_secs(24 * 3_600);

/// What is asked of a collection of digits. The keys are `0`–`9`, `*`, `#`, `A`–`D`; flash is none of them.
///
/// Plain data, checked when the collection begins: what is not possible comes back as a
/// [`CollectError`](crate::CollectError).
///
/// ```
/// use media_core::{CollectParams, Prompt};
/// use std::time::Duration;
///
/// let pin = CollectParams::new(4)
///     .terminators("#")
///     .first_digit_timeout(Duration::from_secs(8))
///     .inter_digit_timeout(Duration::from_secs(3))
///     .total_timeout(Duration::from_secs(30))
///     .prompt(Prompt::file("enter-your-pin.wav"))
///     .discard_typed_ahead();
/// assert_eq!((pin.max_digits, pin.typed_ahead), (4, false));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CollectParams {
    /// With so many digits it is complete: 1 to 32.
    pub max_digits: usize,
    /// Keys of which any ends it, and which is not among the digits. Default none.
    pub terminators: String,
    /// So long the party has for its first digit, from the end of the prompt on, or from the begin where there is none: 10 ms to 24 h. Default 5 s.
    pub first_digit_timeout: Duration,
    /// So long it has for each further one, from the end of the one before on: 10 ms to 24 h. Default 3 s.
    pub inter_digit_timeout: Duration,
    /// So long all of it may take, the prompt included: 10 ms to 24 h. Default: as long as it takes.
    pub total_timeout: Option<Duration>,
    /// What is played meanwhile, in place of what plays and waits; the first digit ends it. Default nothing.
    pub prompt: Option<Prompt>,
    /// Whether digits count that the party pressed before and nobody took. The first one stands for a digit that interrupts the prompt, which
    /// is not played then. If not, they are dropped, as is the rest of a press that is under way. Default true.
    pub typed_ahead: bool,
}

impl CollectParams {
    /// A collection of so many digits.
    pub fn new(max_digits: usize) -> Self {
        Self {
            max_digits,
            terminators: String::new(),
            first_digit_timeout: Duration::from_secs(5),
            inter_digit_timeout: Duration::from_secs(3),
            total_timeout: None,
            prompt: None,
            typed_ahead: true,
        }
    }

    /// With these [`terminators`](Self#structfield.terminators).
    #[must_use]
    pub fn terminators(mut self, keys: impl Into<String>) -> Self {
        self.terminators = keys.into();
        self
    }

    /// With this [`first_digit_timeout`](Self#structfield.first_digit_timeout).
    #[must_use]
    pub fn first_digit_timeout(mut self, time: Duration) -> Self {
        self.first_digit_timeout = time;
        self
    }

    /// With this [`inter_digit_timeout`](Self#structfield.inter_digit_timeout).
    #[must_use]
    pub fn inter_digit_timeout(mut self, time: Duration) -> Self {
        self.inter_digit_timeout = time;
        self
    }

    /// With this [`total_timeout`](Self#structfield.total_timeout).
    #[must_use]
    pub fn total_timeout(mut self, time: Duration) -> Self {
        self.total_timeout = Some(time);
        self
    }

    /// With this [`prompt`](Self#structfield.prompt).
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<Prompt>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Without what was [typed ahead](Self#structfield.typed_ahead).
    #[must_use]
    pub fn discard_typed_ahead(mut self) -> Self {
        self.typed_ahead = false;
        self
    }

    /// The keys that end it.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub(crate) fn check(&self) -> Result<Vec<TelephoneEvent>, ConfigError> {
        if !(1..=CollectedDigits::MOST).contains(&self.max_digits) {
            return Err(ConfigError::new("max_digits", self.max_digits, "1 to 32"));
        }
        let times = [
            ("first_digit_timeout", Some(self.first_digit_timeout)),
            ("inter_digit_timeout", Some(self.inter_digit_timeout)),
            ("total_timeout", self.total_timeout),
        ];
        for (field, time) in times {
            if let Some(time) = time.filter(|time| !TIMES.contains(time)) {
                return Err(ConfigError::new(field, format!("{time:?}"), "10 ms to 24 h"));
            }
        }
        let key = |c| TelephoneEvent::from_char(c).filter(|event| *event != TelephoneEvent::FLASH);
        let keys = self.terminators.chars().map(key).collect::<Option<Vec<_>>>();
        keys.ok_or_else(|| ConfigError::new("terminators", &self.terminators, "of 0 to 9, *, #, A to D"))
    }
}
