//! Pure: a glitch as a sentence.

use super::glitch::{Filling, Glitch, GlitchDetail, GlitchSide};
use super::glitch_cause::GlitchCause;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds of a day.
const DAY: u64 = 86_400;

impl fmt::Display for Glitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", TimeOfDay(self.wall))?;
        if self.length > Duration::ZERO {
            write!(f, "{}", Length(self.length))?;
            f.write_str(if self.side == GlitchSide::Outward { ", to the party: " } else { ": " })?;
        } else if self.side == GlitchSide::Outward {
            f.write_str("to the party: ")?;
        }
        f.write_str(&self.sentence())
    }
}

impl Glitch {
    /// What happened, without when: `two packets lost by the network, concealed`.
    pub fn sentence(&self) -> String {
        let (missing, late, late_by, filling) = match self.detail {
            GlitchDetail::Packets { missing, late, late_by, filling } => (missing, late, late_by, Some(filling)),
            _ => (0, 0, Duration::ZERO, None),
        };
        let filling = match filling {
            Some(Filling::Concealed) => ", concealed",
            Some(Filling::Faded) => ", concealed and faded to the background",
            Some(Filling::PassedOn) => ", passed on as a hole",
            None => "",
        };
        let what = match self.cause {
            GlitchCause::Lost if late > 0 => {
                format!("{} lost by the network and {} too late", packets(missing), number(late))
            }
            GlitchCause::Lost => format!("{} lost by the network", packets(missing)),
            GlitchCause::Late if missing > 0 => {
                format!("{} came up to {} too late, and {} never", packets(late), Length(late_by), number(missing))
            }
            GlitchCause::Late => format!("{} came {} too late", packets(late.max(1)), Length(late_by)),
            GlitchCause::Flooded => format!("{} dropped by the limit on floods", packets(missing)),
            GlitchCause::RingFull => format!("{} dropped, as the ring to the media thread was full", packets(missing)),
            GlitchCause::Dropped if missing > 0 => {
                format!("{} dropped, as too many of the session's waited", packets(missing))
            }
            GlitchCause::Dropped => "audio given up, as more waited than the greatest delay allows".into(),
            GlitchCause::Undecodable => "a payload that the codec does not take".into(),
            GlitchCause::SenderPaused => "the sender paused amid sound without saying so".into(),
            GlitchCause::SourceChanged => "another source, or other numbers of it, began".into(),
            GlitchCause::Stretched => self.stretched(),
            GlitchCause::CodecChanged => match self.detail {
                GlitchDetail::Codec { from, to } => format!("another codec: payload type {to} after {from}"),
                _ => "another codec".into(),
            },
            GlitchCause::PromptDry => "a prompt ran dry: what it plays did not come in time".into(),
            GlitchCause::InjectionDry => "what is injected ran dry".into(),
            GlitchCause::PcmDry => "the writer of samples ran dry".into(),
            GlitchCause::AgentDry => "the speech machine ran dry".into(),
            GlitchCause::Limited => match self.detail {
                GlitchDetail::Gain(gain) => format!("a limiter turned it down to {gain}"),
                _ => "a limiter turned it down".into(),
            },
            GlitchCause::LateTick => match self.detail {
                GlitchDetail::Stolen(Some(stolen)) => {
                    format!("the media thread came late and skipped this; the machine had {} stolen", Length(stolen))
                }
                _ => "the media thread came late and skipped this; whether the machine was stolen time is not known"
                    .into(),
            },
            GlitchCause::StalledReader if self.detail == GlitchDetail::Tap => {
                "a tap or recording was not read in time".into()
            }
            GlitchCause::StalledReader => "the reader of samples did not read in time".into(),
            GlitchCause::OutboundRingFull => "packets dropped, as the ring to the I/O thread was full".into(),
            GlitchCause::Held => "held".into(),
        };
        what + filling
    }

    fn stretched(&self) -> String {
        match self.detail {
            GlitchDetail::Stretched { longer, shorter } if shorter == Duration::ZERO => {
                format!("stretched by {}, to follow the network's delay", Length(longer))
            }
            GlitchDetail::Stretched { longer, shorter } if longer == Duration::ZERO => {
                format!("shortened by {}, to follow the network's delay", Length(shorter))
            }
            GlitchDetail::Stretched { longer, shorter } => {
                let (longer, shorter) = (Length(longer), Length(shorter));
                format!("stretched by {longer} and shortened by {shorter}, to follow the network's delay")
            }
            _ => "stretched, to follow the network's delay".into(),
        }
    }
}

fn number(n: u32) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n as usize).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

fn packets(n: u32) -> String {
    format!("{} packet{}", number(n), if n == 1 { "" } else { "s" })
}

/// A length: ms below ten seconds.
struct Length(Duration);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = self.0.as_micros();
        match us {
            0..1_000 => write!(f, "{:.1} ms", us as f64 / 1e3),
            1_000..10_000_000 => write!(f, "{} ms", (us + 500) / 1_000),
            _ => write!(f, "{:.1} s", us as f64 / 1e6),
        }
    }
}

/// Hours, minutes, seconds and ms of the day, UTC.
struct TimeOfDay(SystemTime);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.0.duration_since(UNIX_EPOCH).unwrap_or_default();
        let of_day = since.as_secs() % DAY;
        let (h, m, s) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(f, "{h:02}:{m:02}:{s:02}.{:03}", since.subsec_millis())
    }
}

#[cfg(test)]
mod tests;
