//! Control: a player, and the other ends of its rings.

use crate::playback::player::Player;
use crate::playback::ring::{Feed, PlayerControl, PlayerNews, Rings};
use crate::types::SampleRate;
use std::sync::Arc;

/// What belongs together.
pub(crate) struct Pair {
    pub(crate) player: Player,
    /// Where its prompts are rendered to.
    pub(crate) feed: Feed,
    /// What tells it.
    pub(crate) control: Arc<PlayerControl>,
    /// What it says.
    pub(crate) news: rtrb::Consumer<PlayerNews>,
}

impl Pair {
    /// For a leg of that rate. `inward`: what it plays is what the leg's party would say.
    pub(crate) fn new(rate: SampleRate, inward: bool) -> Self {
        let Rings { samples, marks, news_in, control, feed, news } = Rings::new(rate);
        let control = Arc::new(control);
        let player = Player::new(rate, inward, (samples, marks, news_in), control.clone());
        Self { player, feed, control, news }
    }
}
