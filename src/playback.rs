//! Control: prompts to a leg or a room: what is played, how it is read and made ready by an ordinary thread, and (in
//! [`player`]) the little that a media thread does of it.
//!
//! A [`Prompt`] says what. The [`Pump`](pump::Pump) renders it, block by block, at the rate of the leg and ahead of it, into the rings
//! of [`ring`]; the [`Player`] pops a block a tick. What was rendered too much (a stop, a seek) is told by a number that the player
//! compares, so that no ring is ever emptied by anyone but its reader.

mod host;
mod injection;
mod injection_link;
mod media_root;
mod pair;
mod player;
mod prompt;
mod pump;
mod reader;
mod report;
mod ring;
mod said;
mod tones;

pub use crate::processing::audio::tone::{CallTone, TonePlan};
pub(crate) use host::PumpHost;
pub(crate) use injection::InjectionEnds;
pub use injection_link::InjectionId;
pub(crate) use injection_link::{InjectionControl, InjectionNews};
pub(crate) use pair::Pair;
pub use player::Player;
pub use player::injected::Injected;
pub use prompt::{Prompt, PromptPart};
pub(crate) use pump::PumpOrder;
pub(crate) use report::samples_in;
pub use report::{PlaybackEnd, PlaybackFault, PlaybackId, PlaybackReport};
pub(crate) use ring::{MarkEnd, News, PlayerControl, PlayerNews, SLOTS};
pub use said::SaidMix;
pub use tones::ToneCadence;
