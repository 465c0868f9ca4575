//! Control: `agent-load` from begin to end.

use super::agent::{Agent, Found, seed};
use super::args::LoadArgs;
use super::report::Outcome;
use super::{calls, noise};
use crate::agent_gateway::args::{GatewayArgs, Hold};
use crate::agent_gateway::run::{Server, runtime};
use anyhow::{Context as _, Result};
use media_core::MediaHandle;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// A gateway of so many calls on a port that is free.
pub(in crate::agent_gateway) fn gateway(calls: u32) -> GatewayArgs {
    GatewayArgs {
        listen: ([127, 0, 0, 1], 0).into(),
        token: None,
        token_file: None,
        rtp_address: [127, 0, 0, 1].into(),
        rtp_ports: (20_000, 29_999),
        calls,
        workers: 1,
        grace: 30,
        hold: Hold::Silence,
        hold_file: None,
        agent_timeout: 600,
        stats_socket: None,
    }
}

/// Runs it.
///
/// # Errors
/// The gateway could not be started, or a call failed.
pub fn run(args: &LoadArgs) -> Result<Outcome> {
    let (ready_tx, ready) = mpsc::channel();
    let (end, ended) = oneshot::channel::<()>();
    let options = gateway(args.calls);
    let server = std::thread::Builder::new().name("gateway".into()).spawn(move || {
        runtime()?.block_on(async {
            let server = Server::start(&options, false)?;
            let _ = ready_tx.send((server.address()?, server.engine()));
            server.run(async { ended.await.unwrap_or(()) }).await
        })?;
        anyhow::Ok(thread_cpu())
    })?;
    let Ok((address, engine)) = ready.recv() else {
        return Err(server.join().ok().context("the gateway panicked")?.err().context("the gateway ended")?);
    };
    let (phones_tx, coming) = mpsc::channel();
    let ends = AtomicBool::new(false);
    let (mut before, mut after) = (Counts::default(), Counts::default());
    let ends = &ends;
    let (found, phones) = std::thread::scope(|scope| {
        let phones = scope.spawn(move || calls::talk(&coming, ends));
        let found = runtime().map_err(Into::into).and_then(|runtime| {
            runtime.block_on(async {
                let mut agents = Vec::new();
                for number in 0..u64::from(args.calls) {
                    agents.push(Agent::call(address, number, &phones_tx).await?);
                }
                before = Counts::of(&engine).await;
                let found = talk(agents, args).await;
                after = Counts::of(&engine).await;
                found
            })
        });
        ends.store(true, Relaxed);
        (found, phones.join())
    });
    let _ = end.send(());
    let cpu = server.join().ok().context("the gateway panicked")??;
    let (found, phones) = (found?, phones.ok().context("the phones panicked")?);
    let mut outcome = Outcome {
        calls: args.calls,
        stalled: args.stalled.min(args.calls),
        seconds: args.seconds,
        late_ticks: after.late - before.late,
        skipped_ticks: after.skipped - before.skipped,
        longest_tick_us: after.longest_us,
        gateway_cpu_percent: 100.0 * cpu.as_secs_f64() / f64::from(args.seconds),
        ..Outcome::default()
    };
    for (number, (agent, phone)) in found.iter().zip(&phones).enumerate() {
        outcome.packet_gaps += phone.gaps;
        if number < outcome.stalled as usize {
            outcome.lost_blocks_of_stalled += agent.stopped["statistics"]["lost_blocks"].as_u64().unwrap_or(0);
        } else {
            judge(number as u64, agent, &phone.heard, &mut outcome);
        }
    }
    Ok(outcome)
}

/// All talk at once; the first ones stop reading after a second.
async fn talk(agents: Vec<Agent>, args: &LoadArgs) -> Result<Vec<Found>> {
    let begin = Instant::now();
    let until = begin + Duration::from_secs(u64::from(args.seconds));
    let stalled = begin + Duration::from_secs(1);
    let talks = agents.into_iter().enumerate().map(|(number, agent)| {
        let reads = if number < args.stalled as usize { stalled } else { until };
        tokio::spawn(agent.talk(until, reads))
    });
    let talks: Vec<_> = talks.collect();
    let mut found = Vec::new();
    for talk in talks {
        found.push(talk.await??);
    }
    Ok(found)
}

fn judge(number: u64, agent: &Found, heard: &[u8], outcome: &mut Outcome) {
    outcome.whole_blocks += agent.whole_blocks;
    outcome.shifts += agent.shifts;
    outcome.altered_blocks += agent.altered_blocks;
    outcome.lost_blocks += agent.lost_blocks;
    outcome.tick_gaps += agent.tick_gaps;
    let count = |name: &str| agent.stopped["statistics"][name].as_u64().unwrap_or(0);
    outcome.ran_dry += count("late");
    // All that was sent; a packet that was not whole as the call ended was not. Where it ran dry, what follows is behind a hole.
    let sent = (count("sent").saturating_sub(160)) as usize;
    let said = noise::octets(seed(number), 0, sent);
    let begin = heard.windows(80).position(|window| said.starts_with(window));
    let heard = begin.and_then(|begin| heard.get(begin..)).unwrap_or_default();
    let right = said.iter().zip(heard).take_while(|(said, heard)| said == heard).count();
    outcome.compared_samples += sent as u64;
    outcome.wrong_samples += (sent - right) as u64;
    outcome.wrong_calls += u32::from(right < sent);
}

/// Ticks of all media threads.
#[derive(Debug, Default)]
struct Counts {
    late: u64,
    skipped: u64,
    longest_us: u64,
}

impl Counts {
    async fn of(engine: &MediaHandle) -> Self {
        // Snapshots are renewed each second.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        let snapshot = engine.snapshot();
        let workers = || snapshot.workers.iter();
        let rows = workers().flat_map(|worker| &worker.total).filter(|row| row.name == "tick_work");
        Self {
            late: workers().map(|worker| worker.xruns.late_ticks).sum(),
            skipped: workers().map(|worker| worker.xruns.skipped_ticks).sum(),
            longest_us: rows.map(|row| row.max_ns).max().unwrap_or(0) / 1_000,
        }
    }
}

/// What this thread has used of a core.
fn thread_cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock is written to a structure of ours.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
