//! Real-time: whom a room listens to: the dominant speaker of its active ones, who changes when the floor does.
//!
//! The floor passes on when its holder is quiet and another has spoken for a sixth of a second: a cough is no speech, and a keyboard
//! neither, as the voice detector has it. While both speak it stays, unless the other is louder for a second and a half: who is interrupted, or talks beside,
//! keeps it.

#[cfg(test)]
mod tests;

use super::Talk;

/// Of the last 32 blocks so many have to be speech of who takes the floor.
const WINDOW: u32 = 32;
const TAKES: u32 = 16;
/// Of the last 14 blocks at most so many are speech of who has left it.
const QUIET_WINDOW: u32 = 14;
const QUIET: u32 = 2;
/// So much louder, for so many blocks, is who takes it from one that speaks.
const LOUDER_DB: f32 = 3.0;
const OVERTAKES: u16 = 150;

/// Who has the floor.
#[derive(Debug, Clone, Copy, Default)]
pub struct DominantSpeaker {
    holder: Option<usize>,
    challenger: Option<usize>,
    lead: u16,
}

impl DominantSpeaker {
    /// Nobody yet.
    pub const fn new() -> Self {
        Self { holder: None, challenger: None, lead: 0 }
    }

    /// Who has it: by its number in the list that [`update`](Self::update) was given last.
    pub fn holder(&self) -> Option<usize> {
        self.holder
    }

    /// That member is another from now on, or none.
    pub fn forget(&mut self, member: usize) {
        if self.holder == Some(member) {
            self.holder = None;
        }
    }

    /// Looks at all members (each with its number) at the end of a block. Whether another has the floor now.
    pub fn update<'a>(&mut self, members: impl Iterator<Item = (usize, &'a Talk)>) -> bool {
        let (mut holder, mut best) = (None, None::<(usize, &Talk)>);
        for (n, talk) in members {
            if Some(n) == self.holder {
                holder = Some(talk);
            } else if talk.is_speaker()
                && talk.voiced(WINDOW) >= TAKES
                && talk.voiced(QUIET_WINDOW) > QUIET
                && best.is_none_or(|(_, best)| talk.level() > best.level())
            {
                best = Some((n, talk));
            }
        }
        let Some((n, best)) = best else {
            self.lead = 0;
            return false;
        };
        let takes = match holder {
            None => true,
            Some(holder) if !holder.is_speaker() || holder.voiced(QUIET_WINDOW) <= QUIET => true,
            Some(holder) => self.overtakes(n, best, holder),
        };
        if takes {
            (self.holder, self.challenger, self.lead) = (Some(n), None, 0);
        }
        takes
    }

    fn overtakes(&mut self, n: usize, challenger: &Talk, holder: &Talk) -> bool {
        if self.challenger.replace(n) != Some(n) {
            self.lead = 0;
        }
        let louder = challenger.level() >= holder.level() + LOUDER_DB;
        self.lead = if louder { self.lead + 1 } else { self.lead.saturating_sub(2) };
        self.lead >= OVERTAKES
    }
}
