//! Control: a call over time, drawn.

use super::run::{Outcome, Plan};
use crate::media_lab::blocks::levels_dbfs;
use crate::media_lab::chart::{Chart, Panel, over_time};

/// Levels of what was said, heard and taken up, each 10 ms, and voice as it was told.
#[must_use]
pub fn chart(plan: &Plan, outcome: &Outcome) -> Chart {
    let blocks = plan.codecs.map(|codec| codec.rate().block_samples());
    let levels = |pcm: &[f32], who: usize| over_time(levels_dbfs(pcm, blocks[who]));
    let mut voice = vec![(0.0, 0.0)];
    for (block, began) in &outcome.voice {
        let (at, now) = (*block as f64 / 100.0, f64::from(u8::from(*began)));
        voice.extend([(at, 1.0 - now), (at, now)]);
    }
    let title = format!("media-lab call: seed {}, {:?} and {:?}", plan.seed, plan.codecs[0], plan.codecs[1]);
    Chart::titled(title)
        .panel(
            Panel::new("At A", "dBFS")
                .line("said", levels(&plan.said[0], 0))
                .line("heard", levels(&outcome.heard[0], 0)),
        )
        .panel(
            Panel::new("At B", "dBFS")
                .line("said", levels(&plan.said[1], 1))
                .line("heard", levels(&outcome.heard[1], 1)),
        )
        .panel(
            Panel::new("At B's microphone", "dBFS")
                .line("all", levels(&outcome.taken.mic, 1))
                .line("echo", levels(&outcome.taken.echo, 1))
                .line("noise", levels(&outcome.taken.noise, 1)),
        )
        .panel(Panel::new("Voice of B, as it was told", "").line("voice", voice))
}
