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

/// How a member stands who has the floor, or might take it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    speaker: bool,
    voiced: u32,
    recent: u32,
    level: f32,
}

impl From<&Talk> for Standing {
    fn from(talk: &Talk) -> Self {
        Self {
            speaker: talk.is_speaker(),
            voiced: talk.voiced(WINDOW),
            recent: talk.voiced(QUIET_WINDOW),
            level: talk.level(),
        }
    }
}

impl Standing {
    fn may_take(&self) -> bool {
        self.speaker && self.voiced >= TAKES && self.recent > QUIET
    }
}

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

    /// Another decided that it is that one's.
    pub fn follow(&mut self, holder: Option<usize>) {
        self.holder = holder;
    }

    /// Of the members that are not its holder the one who might take it.
    pub fn contender(&self, members: impl Iterator<Item = (usize, Standing)>) -> Option<(usize, Standing)> {
        let others = members.filter(|(n, standing)| Some(*n) != self.holder && standing.may_take());
        others.reduce(|best, other| if other.1.level > best.1.level { other } else { best })
    }

    /// Looks at all members (each with its number) at the end of a block. Whether another has the floor now.
    pub fn update(&mut self, members: impl Iterator<Item = (usize, Standing)> + Clone) -> bool {
        let holder = members.clone().find(|(n, _)| Some(*n) == self.holder).map(|(_, holder)| holder);
        let Some((n, best)) = self.contender(members) else {
            self.lead = 0;
            return false;
        };
        let takes = match holder {
            None => true,
            Some(holder) if !holder.speaker || holder.recent <= QUIET => true,
            Some(holder) => self.overtakes(n, best, holder),
        };
        if takes {
            (self.holder, self.challenger, self.lead) = (Some(n), None, 0);
        }
        takes
    }

    fn overtakes(&mut self, n: usize, challenger: Standing, holder: Standing) -> bool {
        if self.challenger.replace(n) != Some(n) {
            self.lead = 0;
        }
        let louder = challenger.level >= holder.level + LOUDER_DB;
        self.lead = if louder { self.lead + 1 } else { self.lead.saturating_sub(2) };
        self.lead >= OVERTAKES
    }
}
