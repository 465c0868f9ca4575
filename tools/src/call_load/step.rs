//! Control: so many calls for so long: what came of it.

use super::calls::Calls;
use super::ears::{self, Listened};
use super::heard::{Heard, times};
use super::phones::Refused;
use super::usage;
use super::verdict::{Step, Times};
use super::wire::Window;
use anyhow::Result;
use hdrhistogram::Histogram;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Before anything is counted: jitter buffers find their depth, sources are latched.
const SETTLE: Duration = Duration::from_secs(3);
/// What a node tells of its ticks is so old at most.
const TOLD: Duration = Duration::from_millis(1_100);

/// Runs a step; `told` hears now and then how many calls there are.
///
/// # Errors
/// The node's stats socket, or our own sockets, failed.
pub(super) fn run(calls: &mut Calls, count: u32, seconds: u32, ears: u32, told: impl FnMut(u32)) -> Result<Step> {
    let mut step = Step { calls: count, ..Step::default() };
    match calls.bring_to(count, told) {
        Ok(()) => {}
        Err(Refused::Node(why)) => step.refused = Some(why),
        Err(Refused::Fault(why)) => return Err(why),
    }
    step.established = calls.count();
    step.legs = step.established * calls.scenario.legs() as u32;
    if step.refused.is_some() {
        return Ok(step);
    }
    std::thread::sleep(SETTLE);
    calls.hung_up()?;
    let listened = evenly(&calls.streams().collect::<Vec<_>>(), ears as usize);
    let before = calls.node.counted()?;
    let own_before = usage::threads(std::process::id());
    let begun = Instant::now();
    calls.wires.iter().try_for_each(|wire| wire.begin(listened.clone()))?;
    std::thread::sleep(Duration::from_secs(seconds.into()));
    let windows = calls.wires.iter().map(super::wire::Wire::end).collect::<Result<Vec<_>>>()?;
    let lasted = begun.elapsed();
    let own = usage::threads(std::process::id());
    let cpu = calls.node.counted()?;
    std::thread::sleep(TOLD);
    let after = calls.node.counted()?;
    step.hung_up = calls.hung_up()?;
    step.seconds = lasted.as_secs_f64();
    step.generator_cpu_percent = usage::percent(&own_before, &own, lasted).0;
    if calls.node.is_watched() {
        let (percent, threads) = cpu.cpu_since(&before);
        (step.node_cpu_percent, step.node_threads) = (Some(percent), threads);
    }
    step.node = after.since(&before);
    count_in(&mut step, &windows);
    let found: HashMap<usize, (&Heard, &[u64])> =
        windows.iter().flat_map(|w| &w.streams).map(|(number, heard, marks)| (*number, (heard, &**marks))).collect();
    let mut all = Vec::new();
    for stream in listened {
        let Some((Heard { kept: Some(kept), .. }, _)) = found.get(&stream) else { continue };
        let (codec, hz) = calls.hears(stream);
        let marks = found.get(&(stream ^ 1)).map_or(&[][..], |(_, marks)| marks);
        all.push(ears::listen(kept, codec, &hz, marks)?);
    }
    listened_to(&mut step, &all);
    Ok(step)
}

/// So many of them, as far from each other as can be, and of both sides.
fn evenly(all: &[usize], count: usize) -> Vec<usize> {
    let count = count.min(all.len());
    // An odd stride takes callers and called in turn.
    let stride = (all.len() / count.max(1)).max(1);
    let stride = if stride > 1 { stride - (stride + 1) % 2 } else { 1 };
    all.iter().copied().step_by(stride).take(count).collect()
}

fn count_in(step: &mut Step, windows: &[Window]) {
    let (mut late, mut gaps): (Histogram<u64>, Histogram<u64>) = (times(), times());
    for window in windows {
        // All of the same bounds.
        let _ = late.add(&window.late);
        let _ = gaps.add(&window.gaps);
        step.sent += window.sent;
        step.generator_dropped += window.dropped + window.unsent;
        for (_, heard, _) in &window.streams {
            step.received += heard.packets;
            step.lost += heard.lost();
            step.unsent += heard.unsent(window.lasted.as_millis() as u64);
            step.silent_streams += u32::from(heard.packets == 0);
            step.duplicates += heard.duplicates;
            step.reordered += heard.reordered;
            step.longest_gap_ms = step.longest_gap_ms.max(heard.longest_gap as f64 / 1e6);
        }
    }
    step.arrival = Times::of(&gaps);
    step.late(&late);
}

fn listened_to(step: &mut Step, all: &[Listened]) {
    let sorted = |values: Vec<f64>| {
        let mut values = values;
        values.sort_by(f64::total_cmp);
        values
    };
    let snr = sorted(all.iter().filter_map(|heard| heard.snr_db).collect());
    let delays = sorted(all.iter().flat_map(|heard| heard.delays_ms.iter().copied()).collect());
    let middle = |values: &[f64]| values.get(values.len() / 2).copied();
    step.listened = all.len() as u32;
    (step.snr_db, step.worst_snr_db) = (middle(&snr), snr.first().copied());
    (step.delay_ms, step.longest_delay_ms) = (middle(&delays), delays.last().copied());
}
