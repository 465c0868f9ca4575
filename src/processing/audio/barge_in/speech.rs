//! Real-time: from whether each block holds speech to speech that begins, interrupts, ends, and ends a turn.

use super::event::BargeInEvent;
use super::params::BargeInParams;
use super::turn::TurnPause;

/// Blocks without speech after which speech is over.
const HANGOVER: u32 = 20;
/// Blocks since the far end was last heard, within which what is said is said over it.
const OVER_IT: u32 = 30;

/// What two things may be found in a block.
pub(super) type Events = [Option<BargeInEvent>; 2];

/// What a party does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speech {
    minimum: u32,
    pause: TurnPause,
    speaks: bool,
    /// Blocks of the speech under way or last, from its onset to the last block that held speech.
    length: u32,
    /// Blocks since that block.
    silent: u32,
    /// The far end was heard while it lasted.
    over: bool,
    interrupts: bool,
    /// A turn is under way.
    turn: bool,
    /// One was, and nobody spoke since.
    had_turn: bool,
    /// Blocks since the far end was heard.
    far_silent: u32,
}

const fn ms(blocks: u32) -> u32 {
    blocks.saturating_mul(10)
}

impl Speech {
    pub(super) fn new(params: &BargeInParams) -> Self {
        Self {
            minimum: u32::from(params.minimum_ms).div_ceil(10),
            pause: TurnPause::new(params.turn_pause_ms),
            speaks: false,
            length: 0,
            silent: 0,
            over: false,
            interrupts: false,
            turn: false,
            had_turn: false,
            far_silent: u32::MAX,
        }
    }

    pub(super) fn set_params(&mut self, params: &BargeInParams) {
        self.minimum = u32::from(params.minimum_ms).div_ceil(10);
        self.pause.set_range(params.turn_pause_ms);
    }

    pub(super) const fn awaits_an_end(&self) -> bool {
        self.speaks || self.turn
    }

    pub(super) const fn speaks(&self) -> bool {
        self.speaks
    }

    /// Takes a block: whether it holds speech, and if so since how many blocks; whether the far end is heard in it.
    pub(super) fn update(&mut self, held: Option<u32>, far: bool) -> Events {
        self.far_silent = if far { 0 } else { self.far_silent.saturating_add(1) };
        if far && !self.speaks {
            self.had_turn = false;
        }
        match held {
            Some(_) if self.speaks => {
                self.length = self.length.saturating_add(self.silent + 1);
                self.silent = 0;
                [self.interruption(), None]
            }
            Some(since) => self.begin(since.max(1)),
            None => self.pass(),
        }
    }

    fn begin(&mut self, since: u32) -> Events {
        if self.turn || self.had_turn {
            self.pause.went_on(self.silent.saturating_sub(since), !self.turn);
        }
        (self.speaks, self.length, self.silent) = (true, since, 0);
        (self.over, self.interrupts) = (false, false);
        [Some(BargeInEvent::SpeechBegan { ago_ms: ms(since) }), self.interruption()]
    }

    fn interruption(&mut self) -> Option<BargeInEvent> {
        let over = self.far_silent < OVER_IT;
        self.over |= over;
        if self.interrupts || !over || self.length < self.minimum {
            return None;
        }
        self.interrupts = true;
        Some(BargeInEvent::Interruption { ago_ms: ms(self.length) })
    }

    fn pass(&mut self) -> Events {
        self.silent = self.silent.saturating_add(1);
        let mut events = [None; 2];
        if self.speaks && self.silent >= HANGOVER {
            self.speaks = false;
            let length_ms = ms(self.length);
            if self.over && !self.interrupts {
                events[0] = Some(BargeInEvent::Backchannel { length_ms });
            } else {
                self.turn = true;
                events[0] = Some(BargeInEvent::SpeechEnded { length_ms });
            }
        }
        if self.turn && !self.speaks && self.silent >= self.pause.blocks() {
            (self.turn, self.had_turn) = (false, true);
            events[1] = Some(BargeInEvent::TurnEnded { pause_ms: ms(self.silent) });
        }
        events
    }
}
