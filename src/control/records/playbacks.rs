//! Control: the record of prompts: which session has a player, what it plays, and what waits behind that.

use crate::playback::{
    InjectionControl, InjectionId, InjectionNews, Pair, PlaybackEnd, PlaybackId, Player, PlayerControl, PlayerNews,
    Prompt, PumpHost, PumpOrder, SLOTS, samples_in,
};
use crate::types::{ConferenceId, MediaTime, SampleRate, SessionId};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

/// Prompts of a session or room that play or wait at a time; the other slots are of those that are over and still to be cleared away.
pub(crate) const QUEUE: usize = 16;

/// All prompts of an engine.
#[derive(Debug)]
pub(crate) struct Playbacks {
    pub(crate) host: PumpHost,
    pub(crate) players: BTreeMap<SessionId, PlayerRecord>,
    /// Sessions that speak prompts to rooms.
    pub(crate) rooms: BTreeMap<ConferenceId, Speaker>,
    /// What is injected into what sessions say.
    pub(crate) said: BTreeMap<SessionId, SaidRecord>,
    /// Sessions by which samples are injected into rooms.
    pub(crate) injectors: BTreeMap<SessionId, ConferenceId>,
    /// Numbers given to prompts, and to players.
    prompts: u64,
    pub(super) numbered: u64,
}

/// A session of ours that speaks prompts to a room, as a member of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker {
    pub(crate) session: SessionId,
    /// It was given a prompt: when it has none any more, it goes.
    pub(crate) used: bool,
}

/// A player.
#[derive(Debug)]
pub(crate) struct PlayerRecord {
    pub(crate) number: u64,
    pub(crate) control: Arc<PlayerControl>,
    pub(crate) news: rtrb::Consumer<PlayerNews>,
    pub(crate) rate: SampleRate,
    /// In the order in which they are played.
    pub(crate) prompts: VecDeque<Prompted>,
    pub(crate) epoch: u32,
    /// What it plays is what its session's party says.
    pub(crate) inward: bool,
    /// Since when nothing is left to play.
    pub(crate) idle: Option<MediaTime>,
    pub(crate) injection: Option<InjectionRecord>,
}

/// What mixes samples of the embedder's into what a session says.
#[derive(Debug)]
pub(crate) struct SaidRecord {
    pub(crate) rate: SampleRate,
    pub(crate) injection: Option<InjectionRecord>,
    /// Since when there is nothing to mix in.
    pub(crate) idle: Option<MediaTime>,
}

/// Samples of the embedder's that a player mixes in.
#[derive(Debug)]
pub(crate) struct InjectionRecord {
    pub(crate) id: InjectionId,
    pub(crate) control: InjectionControl,
    pub(crate) news: rtrb::Consumer<InjectionNews>,
    /// It has been ended: its last block is faded.
    pub(crate) ends: bool,
}

/// A prompt that was taken.
#[derive(Debug)]
pub(crate) struct Prompted {
    pub(crate) id: PlaybackId,
    pub(crate) slot: u8,
    /// The rendering that counts; what is told of one before is not of interest.
    pub(crate) epoch: u32,
    pub(crate) prompt: Arc<Prompt>,
    pub(crate) begun: bool,
    /// Why it was cut, if it was.
    pub(crate) cut: Option<PlaybackEnd>,
    /// Its end was told.
    pub(crate) told: bool,
    /// Where it was when it ceased to sound last.
    pub(crate) place: Option<(u64, u32)>,
}

impl Prompted {
    /// Where it was to begin, in samples.
    pub(crate) fn start(&self, rate: SampleRate) -> u64 {
        samples_in(self.prompt.start, rate)
    }
}

impl Playbacks {
    /// Whether a session's party is played something.
    pub(crate) fn plays_to(&self, id: SessionId) -> bool {
        self.players.get(&id).is_some_and(|player| !player.inward && !player.prompts.is_empty())
    }

    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        let host = PumpHost::Waiting(root);
        let (players, rooms) = (BTreeMap::new(), BTreeMap::new());
        let (said, injectors) = (BTreeMap::new(), BTreeMap::new());
        Self { host, players, rooms, said, injectors, prompts: 0, numbered: 0 }
    }

    /// The number of the next prompt.
    pub(crate) fn number(&mut self) -> PlaybackId {
        self.prompts += 1;
        PlaybackId(self.prompts)
    }

    /// A player for a session.
    pub(crate) fn begin(&mut self, id: SessionId, rate: SampleRate, inward: bool) -> Player {
        self.numbered += 1;
        let Pair { player, feed, control, news } = Pair::new(rate, inward);
        let number = self.numbered;
        self.host.send(PumpOrder::Begin(number, feed));
        let prompts = VecDeque::new();
        let record =
            PlayerRecord { number, control, news, rate, prompts, epoch: 0, inward, idle: None, injection: None };
        self.players.insert(id, record);
        player
    }

    /// The same is over.
    pub(crate) fn end(&mut self, id: SessionId) -> Option<PlayerRecord> {
        let record = self.players.remove(&id)?;
        self.host.send(PumpOrder::End(record.number));
        Some(record)
    }

    /// A prompt of a session, if it is not over, and the player.
    pub(crate) fn prompt(&mut self, id: SessionId, prompt: PlaybackId) -> Option<(&mut PlayerRecord, usize)> {
        let record = self.players.get_mut(&id)?;
        let at = record.prompts.iter().position(|one| one.id == prompt && one.cut.is_none())?;
        Some((record, at))
    }

    /// A prompt behind the others.
    pub(crate) fn queue(&mut self, id: SessionId, playback: PlaybackId, prompt: Arc<Prompt>) -> bool {
        let Some(record) = self.players.get_mut(&id) else { return false };
        let Some(slot) = record.free_slot() else { return false };
        record.epoch += 1;
        let epoch = record.epoch;
        record.control.keep_from(slot, 0);
        record.control.pause(slot, false);
        let order = PumpOrder::Queue { player: record.number, slot, epoch, prompt: prompt.clone() };
        let (begun, cut, told, place) = (false, None, false, None);
        record.prompts.push_back(Prompted { id: playback, slot, epoch, prompt, begun, cut, told, place });
        self.host.send(order);
        true
    }

    /// Cuts prompts of a session, for that reason: those that `which` names.
    pub(crate) fn cut(&mut self, id: SessionId, why: PlaybackEnd, mut which: impl FnMut(&Prompted) -> bool) {
        let Some(record) = self.players.get_mut(&id) else { return };
        for prompt in record.prompts.iter_mut().filter(|prompt| prompt.cut.is_none()) {
            if which(prompt) {
                prompt.cut = Some(why);
                record.control.cut(prompt.slot);
                self.host.send(PumpOrder::Cut { player: record.number, slot: prompt.slot });
            }
        }
    }

    /// A prompt of a session is over and heard.
    pub(crate) fn forget(&mut self, id: SessionId, slot: u8) {
        let Some(record) = self.players.get_mut(&id) else { return };
        record.prompts.retain(|prompt| prompt.slot != slot);
        self.host.send(PumpOrder::Forget { player: record.number, slot });
    }
}

impl PlayerRecord {
    fn free_slot(&self) -> Option<u8> {
        (0..SLOTS as u8).find(|slot| self.prompts.iter().all(|prompt| prompt.slot != *slot))
    }

    /// Whether another prompt may wait.
    pub(crate) fn has_room(&self) -> bool {
        let live = self.prompts.iter().filter(|prompt| prompt.cut.is_none()).count();
        live < QUEUE && self.free_slot().is_some()
    }
}
