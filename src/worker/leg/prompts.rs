//! Real-time: a leg that prompts are played to: what its player is asked each block, and how long it goes on sending for it.

use crate::types::TickNumber;
use crate::worker::leg::{LegBody, LegHead, Output};

impl LegHead {
    /// Once a block, whatever is heard; false if there is nothing to play any more, nor a packet to fill for what was.
    pub(in crate::worker) fn attend_prompts(&mut self, body: &mut LegBody, tick: TickNumber) -> bool {
        match &mut body.player {
            Some(player) => player.attend(!self.switches.hold_outward, tick),
            None => self.output.playing = body.is_amid_a_packet(),
        }
        self.output.playing
    }

    /// Whether a block is to be sent although nothing else is heard: one of a prompt, or one behind it that its packet lacks.
    pub(in crate::worker) fn is_played_to(&self, body: &LegBody, tick: TickNumber) -> bool {
        let sounds = body.player.as_ref().is_some_and(|player| player.sounds() && player.waits(tick));
        match &body.output {
            Output::Rtp(_) => sounds || body.is_amid_a_packet(),
            Output::Pcm(_) => sounds,
            Output::Nothing => false,
        }
    }
}
