//! Control: renders prompts ahead of their players. A plain state machine: a thread of its own runs it, or the virtual harness.

use crate::playback::prompt::Prompt;
use crate::playback::reader::PromptReader;
use crate::playback::report::PlaybackFault;
use crate::playback::ring::{Feed, Mark, MarkEnd};
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::rt::contain::contained;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Blocks that one player gets before the next has its turn.
const BLOCKS_A_TURN: usize = 10;

/// What the pump is told. Players are named by a number that the supervisor gives.
#[derive(Debug)]
pub(crate) enum PumpOrder {
    /// A player begins.
    Begin(u64, Feed),
    /// A prompt for it, behind those that it has.
    Queue { player: u64, slot: u8, epoch: u32, prompt: Arc<Prompt> },
    /// Its prompt in that slot goes on at a sample of its present round; those behind it begin anew.
    Seek { player: u64, slot: u8, epoch: u32, to: u64 },
    /// A prompt is rendered no further; its end is put out if it was not yet.
    Cut { player: u64, slot: u8 },
    /// A prompt is over and heard.
    Forget { player: u64, slot: u8 },
    /// The player is gone.
    End(u64),
}

/// A prompt that is rendered.
#[derive(Debug)]
struct Rendering {
    slot: u8,
    epoch: u32,
    prompt: Arc<Prompt>,
    reader: PromptReader,
    /// Its next block begins in the midst.
    fades_in: bool,
    cut: bool,
    /// Its end is put out.
    done: bool,
}

#[derive(Debug)]
struct Fed {
    feed: Feed,
    /// In the order in which they are played.
    prompts: Vec<Rendering>,
}

/// All players that are fed.
#[derive(Debug, Default)]
pub(crate) struct Pump {
    root: Option<Arc<PathBuf>>,
    players: BTreeMap<u64, Fed>,
}

impl Pump {
    /// Of files below that root, where there is one.
    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        Self { root: root.map(Arc::new), players: BTreeMap::new() }
    }

    /// Whether there is nobody to feed.
    pub(crate) fn is_idle(&self) -> bool {
        self.players.is_empty()
    }

    pub(crate) fn take(&mut self, order: PumpOrder) {
        match order {
            PumpOrder::Begin(player, feed) => {
                self.players.insert(player, Fed { feed, prompts: Vec::new() });
            }
            PumpOrder::Queue { player, slot, epoch, prompt } => {
                let root = self.root.clone();
                let Some(fed) = self.players.get_mut(&player) else { return };
                let start = PromptReader::start_of(&prompt, fed.feed.rate);
                let reader = PromptReader::new(prompt.clone(), fed.feed.rate, root, start);
                let fades_in = start > 0;
                fed.prompts.push(Rendering { slot, epoch, prompt, reader, fades_in, cut: false, done: false });
            }
            PumpOrder::Seek { player, slot, epoch, to } => {
                let root = self.root.clone();
                let Some(fed) = self.players.get_mut(&player) else { return };
                let from = fed.prompts.iter().position(|prompt| prompt.slot == slot).unwrap_or(fed.prompts.len());
                for (n, prompt) in fed.prompts[from..].iter_mut().enumerate().filter(|(_, prompt)| !prompt.cut) {
                    if n == 0 {
                        prompt.reader.seek(to);
                        prompt.fades_in = to > 0;
                    } else {
                        let start = PromptReader::start_of(&prompt.prompt, fed.feed.rate);
                        prompt.reader = PromptReader::new(prompt.prompt.clone(), fed.feed.rate, root.clone(), start);
                        prompt.fades_in = start > 0;
                    }
                    (prompt.epoch, prompt.done) = (epoch, false);
                }
            }
            PumpOrder::Cut { player, slot } => {
                let prompt = self.players.get_mut(&player).and_then(|fed| fed.of(slot));
                prompt.into_iter().for_each(|prompt| prompt.cut = true);
            }
            PumpOrder::Forget { player, slot } => {
                if let Some(fed) = self.players.get_mut(&player) {
                    fed.prompts.retain(|prompt| prompt.slot != slot);
                }
            }
            PumpOrder::End(player) => {
                self.players.remove(&player);
            }
        }
    }

    /// Renders some blocks for each player that has room; whether there is more to do at once.
    pub(crate) fn turn(&mut self) -> bool {
        self.players.retain(|_, fed| !fed.feed.is_abandoned());
        self.players.values_mut().map(Fed::turn).fold(false, |more, some| more | some)
    }
}

impl Fed {
    fn of(&mut self, slot: u8) -> Option<&mut Rendering> {
        self.prompts.iter_mut().find(|prompt| prompt.slot == slot)
    }

    /// Renders some blocks; whether there is more to do at once.
    fn turn(&mut self) -> bool {
        for prompt in self.prompts.iter_mut().filter(|prompt| prompt.cut && !prompt.done) {
            // Where there is no room for it now, there is next time.
            prompt.done = self.feed.put(prompt.mark(0, Some(MarkEnd::Cut)), &[]);
        }
        for _ in 0..BLOCKS_A_TURN {
            let Some(prompt) = self.prompts.iter_mut().find(|prompt| !prompt.done && !prompt.cut) else { return false };
            if !self.feed.has_room() {
                return false;
            }
            let mut block = [0.0; MAX_BLOCK_SAMPLES];
            let block = &mut block[..self.feed.rate.block_samples()];
            let read = contained("the reader of a prompt", || prompt.reader.read(block));
            let (samples, end) = match read.map(|read| (read.samples, read.end)) {
                None => (0, Some(MarkEnd::Failed(PlaybackFault::Panicked))),
                Some((samples, end)) => {
                    (samples, end.map(|end| end.map_or_else(MarkEnd::Failed, |()| MarkEnd::Complete)))
                }
            };
            self.feed.put(prompt.mark(samples, end), &block[..samples]);
            (prompt.done, prompt.fades_in) = (end.is_some(), false);
        }
        true
    }
}

impl Rendering {
    fn mark(&self, samples: usize, end: Option<MarkEnd>) -> Mark {
        let (position, rounds) = self.reader.place();
        let (slot, epoch, fades_in) = (self.slot, self.epoch, self.fades_in);
        let beside = self.prompt.beside.factor();
        Mark { slot, epoch, samples: samples as u16, position, rounds, beside, fades_in, end }
    }
}
