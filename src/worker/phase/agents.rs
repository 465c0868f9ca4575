//! Real-time: legs whose party is a speech machine: when it is heard, and what becomes of what it says.

use crate::agent_port::{AgentSource, MemberAct};
use crate::quality::GlitchCause;
use crate::types::{LegKey, MediaTime, PcmTime, SessionId, TickNumber};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::leg::{GlitchRecord, Hearing, Input, LegBody, LegHead, NOBODY, Source};
use crate::worker::phase::orders::{Applied, done};
use crate::worker::state::Worker;

impl Worker {
    /// Phase 2 of a leg whose party is a speech machine.
    pub(in crate::worker) fn speak_as_agent(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        let partner = partner_of(head, body);
        let heard = matches!(&body.input, Input::Agent(source) if source.is_heard()) || head.source.bus != NOBODY;
        let waits = head.switches.hold_inward || !heard;
        let waits = waits
            || partner.and_then(|key| self.legs.present(key)).is_some_and(|partner| partner.switches.hold_outward);
        let Some((head, body)) = self.legs.get(index) else { return };
        let Input::Agent(source) = &mut body.input else { return };
        let Some(frame) = self.frames.take(source.rate(), 1) else {
            body.counters.no_frame += 1;
            return;
        };
        head.source.live = source.pull(PcmTime { tick, time: now }, waits, self.frames.samples_mut(&frame));
        if source.is_late() {
            body.glitches.note(GlitchRecord::dry(GlitchCause::AgentDry, tick + 1, 1));
            self.sets.glitched.insert(index);
        }
        head.source.frame = Some(frame);
    }

    /// An agent is told what a member of its room did.
    pub(in crate::worker) fn tell_agent(
        &mut self,
        key: LegKey,
        member: SessionId,
        act: MemberAct,
        untold: u16,
    ) -> Applied {
        match self.legs.keyed(key) {
            Some((_, LegBody { input: Input::Agent(agent), .. })) => {
                agent.hear_member(member, act, untold);
                done(None)
            }
            _ => (Outcome::Stale, Cargo::None),
        }
    }

    /// Agents that a leg hears are told what its party does.
    pub(in crate::worker) fn tell_agents(&mut self, caller: LegKey, tell: impl Fn(&mut AgentSource)) {
        let mut at = 0;
        while let Some(term) = self.legs.keyed(caller).and_then(|(_, body)| body.route.as_ref()?.terms.get(at).copied())
        {
            at += 1;
            if let Source::Leg(key) = term.source
                && let Some((_, LegBody { input: Input::Agent(agent), .. })) = self.legs.keyed(key)
            {
                tell(agent);
            }
        }
    }
}

/// Whom it talks to, if that is one.
fn partner_of(head: &LegHead, body: &LegBody) -> Option<LegKey> {
    match head.output.hearing {
        Hearing::Leg(key) => Some(key),
        Hearing::List => body.route.as_ref()?.terms.iter().find_map(|term| match term.source {
            Source::Leg(key) => Some(key),
            _ => None,
        }),
        Hearing::Nothing | Hearing::Bus(_) => None,
    }
}
