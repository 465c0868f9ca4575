//! Real-time: how long signals sound and are silent, and which tone of the table that is.
//!
//! A tone without a pause is one that sounds for longer than any other of its frequencies. One whose frequencies no other has is known as
//! soon as it has sounded for 600 ms. A long one (ringing) is known from the end of its first whole sound on, after a second of silence;
//! a short one (busy, congestion) from the end of its second sound on, where both and the pause between are as long as they should be.

use super::super::bank::HOP_MS;
use super::super::plan::{SPECIAL_INFORMATION, TABLE, ToneRow};
use super::super::{Tone, ToneEvent};
use super::signal::{Signal, hz_of, late_ms};

/// A tone whose frequencies no other has is known after so much of it.
const UNIQUE_MS: u32 = 600;
/// One that sounds for longer than this is a long one: it is known by one sound and the beginning of its silence.
const LONG_MS: u32 = 800;
const LONG_SILENCE_MS: u32 = 1_000;
/// By how much a cadence may be off: a fifth, or this.
const OFF_MS: u32 = 60;
/// Looks that a signal may be hidden within a sound.
const HIDDEN_LOOKS: u32 = 6;
/// In a pause there is no more than this share of the tone's power.
const QUIET: f32 = 0.25;
/// Between two tones of special information there is no more silence than this.
const GAP_MS: u32 = 100;

/// What was heard of signals lately.
#[derive(Debug, Default)]
pub struct Cadence {
    sound: Option<Sound>,
    /// The sound before the one that is under way, and the pause behind it, in ms.
    before: Option<(u32, u32)>,
    told: Option<Told>,
    /// Tones of special information that were heard one behind another.
    special: usize,
}

/// A signal that sounds, or is silent and may sound again.
#[derive(Debug, Clone, Copy)]
struct Sound {
    signal: Signal,
    power: f32,
    /// Looks since it began, and since it was there last.
    looks: u32,
    away: u32,
    /// Looks of something else, in its pause.
    loud: u32,
}

/// A tone that was told.
#[derive(Debug, Clone, Copy)]
struct Told {
    tone: Tone,
    signal: Signal,
    /// Looks since it began, and since it sounded last.
    looks: u32,
    away: u32,
    /// So many looks of silence end it.
    pause: u32,
}

fn ms(looks: u32) -> u32 {
    looks.saturating_mul(u32::from(HOP_MS))
}

fn is_near(measured: u32, nominal: u32) -> bool {
    measured.abs_diff(nominal) <= OFF_MS.max(nominal / 5)
}

fn is_of(row: &ToneRow, signal: Signal) -> bool {
    match signal {
        Signal::Single(k) => row.hz == [hz_of(k)],
        Signal::Pair(low, high) => row.hz == [hz_of(low), hz_of(high)],
    }
}

impl ToneRow {
    /// How long its longest sound is, and its longest silence; 0 without a pause.
    fn longest(&self) -> (u32, u32) {
        let steps = || self.cadence.iter();
        (steps().map(|step| step.0).max().unwrap_or(0), steps().map(|step| step.1).max().unwrap_or(0))
    }

    /// Whether it has pauses, and sounds short enough to be known by two of them.
    fn is_short(&self) -> bool {
        (1..=LONG_MS).contains(&self.longest().0)
    }

    /// Whether one sound, the pause behind it and the next are its own.
    fn has(&self, on_before: u32, pause: u32, on: u32) -> bool {
        let next = self.cadence.iter().cycle().skip(1);
        let fits = |(step, next): (&(u32, u32), &(u32, u32))| {
            is_near(on_before, step.0) && is_near(pause, step.1) && is_near(on, next.0)
        };
        self.cadence.iter().zip(next).any(fits)
    }
}

impl Sound {
    /// How long it sounded, by the time at which a signal is found and is gone.
    fn on_ms(&self) -> u32 {
        ms(self.looks.saturating_sub(self.away)) + late_ms(self.signal)
    }

    fn off_ms(&self) -> u32 {
        ms(self.away).saturating_sub(late_ms(self.signal))
    }

    fn rows(&self) -> impl Iterator<Item = &'static ToneRow> {
        let signal = self.signal;
        TABLE.iter().filter(move |row| is_of(row, signal))
    }

    /// The tone without a pause, or the only one of its frequencies, once it has sounded long enough for that.
    fn lasting(&self) -> Option<&'static ToneRow> {
        let longest = self.rows().map(|row| row.longest().0).max();
        let row = match self.rows().count() {
            1 => self.rows().next().filter(|row| !row.is_short())?,
            _ => self.rows().find(|row| row.cadence.is_empty())?,
        };
        let least = if self.rows().count() == 1 { UNIQUE_MS } else { longest.unwrap_or(0) * 13 / 10 };
        (self.on_ms() >= least).then_some(row)
    }
}

impl Cadence {
    /// A look: the signal that there is with its power, and how loud all of it is. What began or ended with it.
    pub fn step(&mut self, found: Option<(Signal, f32)>, total: f32) -> [Option<ToneEvent>; 2] {
        let ended = self.follow_told(found.map(|(signal, _)| signal));
        let begun = self.follow_sound(found, total);
        // The one before is over when another is known.
        let other = begun.and_then(|new| self.told.take_if(|told| told.tone != new.tone)).map(end_of);
        let begins = begun.filter(|_| self.told.is_none()).map(|new| {
            self.told = Some(new);
            ToneEvent::Begin { tone: new.tone, ago_ms: u16::try_from(ms(new.looks)).unwrap_or(u16::MAX) }
        });
        [ended.or(other), begins]
    }

    fn follow_told(&mut self, found: Option<Signal>) -> Option<ToneEvent> {
        let told = self.told.as_mut()?;
        told.looks = told.looks.saturating_add(1);
        told.away = if found == Some(told.signal) { 0 } else { told.away.saturating_add(1) };
        self.told.take_if(|told| told.away > told.pause).map(end_of)
    }

    fn follow_sound(&mut self, found: Option<(Signal, f32)>, total: f32) -> Option<Told> {
        let Some(sound) = &mut self.sound else {
            let (signal, power) = found?;
            self.sound = Some(Sound { signal, power, looks: 1, away: 0, loud: 0 });
            return None;
        };
        sound.looks = sound.looks.saturating_add(1);
        match found {
            Some((signal, power)) if signal == sound.signal => {
                if sound.away > HIDDEN_LOOKS {
                    // It sounds again: what was before is measured.
                    let measured = (sound.on_ms(), sound.off_ms());
                    (self.before, self.sound) =
                        (Some(measured), Some(Sound { signal, power, looks: 1, away: 0, loud: 0 }));
                    return None;
                }
                (sound.away, sound.loud) = (0, 0);
                sound.power = 0.9 * sound.power + 0.1 * power;
                let sound = *sound;
                sound.lasting().map(|row| self.known(row, &sound))
            }
            Some((signal, power)) => {
                let was = *sound;
                self.sound = Some(Sound { signal, power, looks: 1, away: 0, loud: 0 });
                self.before = None;
                self.note_special(&was);
                None
            }
            None => {
                sound.away += 1;
                sound.loud += u32::from(total > QUIET * sound.power);
                let sound = *sound;
                self.silence(&sound)
            }
        }
    }

    /// Its signal is away.
    fn silence(&mut self, sound: &Sound) -> Option<Told> {
        // The fading looks of the tone itself are loud, and no more than those.
        if sound.loud > HIDDEN_LOOKS + late_ms(sound.signal) / u32::from(HOP_MS) {
            (self.sound, self.before, self.special) = (None, None, 0);
            // Somebody speaks: the tone is over.
            self.told.iter_mut().for_each(|told| told.pause = 0);
            return None;
        }
        let (on, off) = (sound.on_ms(), sound.off_ms());
        if sound.away == HIDDEN_LOOKS + 1 {
            if let Some(known) = self.end_of_special(sound) {
                return Some(known);
            }
            let (on_before, pause) = self.before?;
            let short = |row: &&ToneRow| row.is_short() && row.has(on_before, pause, on);
            return sound.rows().find(short).map(|row| self.known(row, sound));
        }
        let whole =
            off >= LONG_SILENCE_MS && ms(sound.away - 1).saturating_sub(late_ms(sound.signal)) < LONG_SILENCE_MS;
        let long = |row: &&ToneRow| row.longest().0 > LONG_MS && is_near(on, row.longest().0);
        let known = whole.then(|| sound.rows().find(long)).flatten().map(|row| self.known(row, sound));
        if off > 6_000 {
            (self.sound, self.before) = (None, None);
        }
        known
    }

    /// A tone of the table is known: since how many looks, and what silence ends it.
    fn known(&self, row: &ToneRow, sound: &Sound) -> Told {
        let pause = row.longest().1 * 5 / 4 + 200;
        let looks = sound.looks + self.before.map_or(0, |(on, off)| (on + off) / u32::from(HOP_MS));
        let looks = if row.is_short() { looks } else { sound.looks };
        let (tone, signal) = (Tone::Progress(row.plan, row.tone), sound.signal);
        Told { tone, signal, looks, away: sound.away, pause: pause / u32::from(HOP_MS) }
    }

    /// One of the tones of special information is over, and another begins.
    fn note_special(&mut self, was: &Sound) {
        let place = was.place();
        self.special = match place {
            Some(place) if place == self.special && was.is_special() => place + 1,
            _ => 0,
        };
    }

    fn end_of_special(&mut self, sound: &Sound) -> Option<Told> {
        // Between two of them there may be a little silence.
        if sound.place() != Some(2) {
            return None;
        }
        let third = std::mem::take(&mut self.special) == 2 && sound.is_special();
        let pause = GAP_MS / u32::from(HOP_MS);
        let (tone, signal, looks, away) = (Tone::SpecialInformation, sound.signal, sound.looks * 3, sound.away);
        third.then_some(Told { tone, signal, looks, away, pause })
    }
}

impl Sound {
    /// Which tone of special information it is.
    fn place(&self) -> Option<usize> {
        let Signal::Single(k) = self.signal else { return None };
        SPECIAL_INFORMATION.0.iter().position(|hz| hz_of(k) == *hz)
    }

    /// As long as one: 330 ± 70 ms (E.180), and North America's 274 and 380; the gap behind it no longer than it may be.
    fn is_special(&self) -> bool {
        (230..=440).contains(&self.on_ms()) && ms(self.away) <= GAP_MS
    }
}

fn end_of(told: Told) -> ToneEvent {
    ToneEvent::End { tone: told.tone, duration_ms: ms(told.looks.saturating_sub(told.away)) }
}
