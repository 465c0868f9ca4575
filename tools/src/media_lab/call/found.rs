//! Control: what is measured of a call.

use super::activity::{active, level_dbfs, loud, powers, widened};
use super::codec::CallCodec;
use super::delay::Delays;
use super::echo::{Echo, echo};
use super::lag::Searched;
use super::near::{Both, When, near};
use super::rated::{Rated, rated};
use super::run::{Outcome, Plan};
use super::score::Scores;
use super::voice::{Voice, voice};
use crate::media_lab::shape;
use crate::sound::Sound;
use anyhow::Result;
use serde::Serialize;

/// A receiver, over the whole call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Receiver {
    /// Packets that did not come.
    pub lost: u64,
    /// That came too late.
    pub late: u64,
    /// Lost ones whose sound came otherwise.
    pub recovered: u64,
    /// Of the time: made up while the sender spoke.
    pub concealed_percent: f64,
    /// Of the time: made up while it was silent anyway.
    pub silent_concealed_percent: f64,
    /// Of the time: left out or put in, to be in time.
    pub stretched_percent: f64,
    /// Of the time: pauses that were not sent.
    pub pauses_percent: f64,
    /// Packets handed on undecoded.
    pub passed: u64,
}

/// What one way of the call is like: from a mouth to the other ear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Way {
    /// Median, least, greatest.
    pub mouth_to_ear_ms: Option<[f64; 3]>,
    /// By the engine's leg, and by the phone.
    pub receivers: [Receiver; 2],
    /// Datagrams lost on the way to the engine, and on that to the phone.
    pub lost: [u64; 2],
    /// Bit rate on the way to the phone, RTP and RTCP, without UDP and IP.
    pub bit_s: f64,
    /// By the E-model.
    pub rated: Rated,
}

/// Levels of B's speech, where A is silent, and of the noise where both are, dBFS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Levels {
    /// As said.
    pub said_dbfs: Option<f64>,
    /// As A heard it.
    pub heard_dbfs: Option<f64>,
    /// At B's microphone.
    pub noise_dbfs: Option<f64>,
    /// At A's ear.
    pub noise_heard_dbfs: Option<f64>,
    /// Of the gain control, at last, dB.
    pub gain_db: f64,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// Of the call.
    pub seconds: f64,
    /// What A says, and B hears.
    pub to_b: Way,
    /// What B says, and A hears.
    pub to_a: Way,
    /// Of A, that A hears.
    pub echo: Echo,
    /// B's speech at A's ear.
    pub near: Both,
    /// The same.
    pub levels: Levels,
    /// What the detector told; none where it was off.
    pub voice: Option<Voice>,
    /// By the scenes' programs, where they are at hand.
    pub scores: Option<Scores>,
}

/// Measures it.
///
/// # Errors
/// Rates that cannot be converted.
pub fn measure(plan: &Plan, outcome: &Outcome) -> Result<Found> {
    let rates = plan.codecs.map(|codec| codec.rate().hz());
    let low = rates[0].min(rates[1]);
    let at = |pcm: &[f32], who: usize| at_rate(pcm, rates[who], low);
    let said = [at(&plan.said[0], 0)?, at(&plan.said[1], 1)?];
    let heard = [at(&outcome.heard[0], 0)?, at(&outcome.heard[1], 1)?];
    let block = low as usize / 100;
    let speaks = [active(&said[0], block), active(&said[1], block)];
    let taken = [at(&outcome.taken.echo, 1)?, at(&outcome.taken.noise, 1)?];
    let echo_powers = powers(&taken[0], block);
    let echoes = widened(&loud(&echo_powers), 10, 20);
    let without = |flags: &[bool], others: &[bool]| -> Vec<bool> {
        let others = widened(others, 20, 50);
        flags.iter().zip(others).map(|(flag, other)| *flag && !other).collect()
    };
    let searched = |pcm: &Vec<f32>| Searched::new(pcm, low);
    let [search_said, search_heard] = [said.each_ref().map(searched), heard.each_ref().map(searched)];
    let to_b = Delays::of(&search_said[0], &search_heard[1], &speaks[0], &without(&speaks[0], &speaks[1]));
    let to_a = Delays::of(&search_said[1], &search_heard[0], &speaks[1], &without(&speaks[1], &echoes));
    let later = (to_a.usual_ms().unwrap_or(0.0) / 10.0).round() as usize;
    let heard_powers = powers(&heard[0], block);
    let at_ear: Vec<Option<f64>> = (0..heard_powers.len()).map(|n| heard_powers.get(n + later).copied()).collect();
    let echo = echo(&echo_powers, &at_ear, &speaks[1]);
    let when = When { speaks: &speaks[1], echoes: &echoes };
    let pcm = [&*said[1], &*heard[0]];
    let near = near(&search_said[1], &search_heard[0], pcm, low, &to_a, when);
    let alone = without(&speaks[1], &echoes);
    let quiet: Vec<bool> = without(&speaks[1].iter().map(|speaks| !speaks).collect::<Vec<_>>(), &speaks[1]);
    let quiet = without(&quiet, &echoes);
    // Stages know nothing at first.
    let quiet = |n: usize| n > 150 && quiet[n];
    let said_powers = powers(&said[1], block);
    let noise_powers = powers(&taken[1], block);
    let level = |powers: &[Option<f64>], of: &dyn Fn(usize) -> bool| {
        level_dbfs(powers.iter().enumerate().filter(|(n, _)| of(*n)).filter_map(|(_, power)| *power))
    };
    let some = |powers: Vec<f64>| powers.into_iter().map(Some).collect::<Vec<_>>();
    let levels = Levels {
        said_dbfs: level(&some(said_powers), &|n| alone[n]),
        heard_dbfs: level(&at_ear, &|n| alone[n]),
        noise_dbfs: level(&some(noise_powers), &quiet),
        noise_heard_dbfs: level(&at_ear, &quiet),
        gain_db: outcome.metrics.gain_db.into(),
    };
    let blocks = said_blocks(plan);
    let told = !plan.stages.vad.is_off();
    let way = |delays: &Delays, receivers: [usize; 2], ways: [usize; 2]| {
        let receivers = receivers.map(|n| receiver(&outcome.receivers[n], blocks));
        let mouth_to_ear_ms = delays.mouth_to_ear_ms();
        let [_, _, octets] = outcome.ways[ways[1]];
        Way {
            mouth_to_ear_ms,
            receivers,
            lost: ways.map(|n| outcome.ways[n][1]),
            bit_s: octets as f64 * 800.0 / blocks as f64,
            rated: Rated::default(),
        }
    };
    let (mut to_b, mut to_a) = (way(&to_b, [2, 1], [0, 3]), way(&to_a, [3, 0], [2, 1]));
    // What A says comes back over both ways.
    let said_by_a = level_dbfs(powers(&said[0], block).into_iter().zip(&speaks[0]).filter(|p| *p.1).map(|p| p.0));
    let loss_db = said_by_a.zip(echo.left_dbfs).map(|(said, left)| said - left);
    let ms = |way: &Way| way.mouth_to_ear_ms.map_or(0.0, |ms| ms[0]);
    let round_ms = ms(&to_a) + ms(&to_b);
    to_a.rated = rated(plan.codecs, concealed(&to_a), ms(&to_a), loss_db.map(|db| (db, round_ms)))?;
    to_b.rated = rated(plan.codecs, concealed(&to_b), ms(&to_b), None)?;
    Ok(Found {
        seconds: blocks as f64 / 100.0,
        to_b,
        to_a,
        echo,
        near,
        levels,
        voice: told.then(|| voice(&outcome.voice, &speaks[1], &echoes)),
        scores: None,
    })
}

fn said_blocks(plan: &Plan) -> usize {
    plan.said[0].len() / CallCodec::rate(plan.codecs[0]).block_samples()
}

/// Of both receivers of a way, percent.
fn concealed(way: &Way) -> f64 {
    way.receivers.iter().map(|receiver| receiver.concealed_percent).sum::<f64>().min(100.0)
}

fn receiver(statistics: &media_core::SessionStatistics, blocks: usize) -> Receiver {
    let percent = |count: u64| 100.0 * count as f64 / blocks.max(1) as f64;
    Receiver {
        lost: statistics.lost,
        late: statistics.late,
        recovered: statistics.recovered,
        concealed_percent: percent(statistics.concealed_blocks),
        silent_concealed_percent: percent(statistics.silent_concealed_blocks),
        stretched_percent: percent(statistics.stretched_ms) / 10.0,
        pauses_percent: percent(statistics.dtx_blocks),
        passed: statistics.passed_packets,
    }
}

fn at_rate(pcm: &[f32], from: u32, to: u32) -> Result<Vec<f32>> {
    if from == to {
        return Ok(pcm.to_vec());
    }
    let mut made = shape::in_time(&Sound::mono(from, pcm.to_vec()), |sound| shape::at_rate(sound, to))?;
    Ok(made.channels.swap_remove(0))
}
