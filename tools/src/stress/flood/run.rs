//! Control: the calls once without and once with the flood, each in an engine of its own.

use super::args::{FloodArgs, Sender};
use super::flooder::{Sent, datagram, flood};
use super::parties::{self, END, HUSH, NOTE, Party, TALK};
use crate::soak::ledger::Entry;
use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use media_core::telemetry::snapshot::Snapshot;
use media_core::{MediaEngine, MediaEngineConfig};
use serde::Serialize;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::thread::{self, sleep};
use std::time::Duration;

/// Delays settle.
const BEGIN: Duration = Duration::from_millis(500);
/// Jitter buffers and sockets run empty.
const DRAIN: Duration = Duration::from_millis(1_200);

/// What the flooded session counted.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Flooded {
    /// Packets sent to it a second.
    pub rate: f64,
    /// Packets sent to it, and by its own phone.
    pub sent: u64,
    /// Dropped by the kernel, since its socket's buffer was full.
    pub kernel_dropped: u64,
    /// Read from the socket.
    pub read: u64,
    /// Handed to the media thread.
    pub taken: u64,
    /// Dropped by the bound of a port.
    pub flooded: u64,
    /// Dropped since they came from somebody else.
    pub refused: u64,
}

/// What the other calls counted, and how they fared.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Others {
    /// Sent by their phones.
    pub sent: u64,
    /// Dropped by the kernel.
    pub kernel_dropped: u64,
    /// Dropped by the engine: its rings were full, or more came than from any stream.
    pub dropped: u64,
    /// Lost to their legs.
    pub lost: u64,
    /// Too late for their turn.
    pub late: u64,
    /// Blocks of 10 ms made up.
    pub concealed_blocks: u64,
    /// Sent to their phones.
    pub packets_out: u64,
    /// Of these, not heard by them.
    pub unheard: u64,
    /// By how much the time between two packets to a phone is another than 20 ms, µs: half, 99 %, the greatest.
    pub jitter_us: [f64; 3],
    /// Ticks that began late.
    pub late_ticks: u64,
    /// From a packet's arrival to the departure of its audio, ms: half, 99 %.
    pub residence_ms: [f64; 2],
}

/// One run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Run {
    /// The flooded session.
    pub flooded: Flooded,
    /// All calls but that one.
    pub others: Others,
    /// Counts that do not add up.
    pub breaches: Vec<String>,
}

/// Both runs.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Calls beside the flooded one.
    pub calls: u32,
    /// How long each run was.
    pub seconds: u32,
    /// Packets a second that were asked for.
    pub rate: u32,
    /// Who flooded.
    pub sender: Sender,
    /// Without the flood.
    pub quiet: Run,
    /// With it.
    pub flood: Run,
}

impl Outcome {
    /// Whether all counts add up, and the engine dropped nothing of the others. How late they were, and what the kernel
    /// dropped where nobody had the time to read, is the machine's and is not judged.
    pub fn is_good(&self) -> bool {
        [&self.quiet, &self.flood].iter().all(|run| run.breaches.is_empty() && run.others.dropped == 0)
    }
}

/// Runs the calls without the flood, then with it.
///
/// # Errors
/// The engine could not be started, or did not answer.
pub fn run(args: &FloodArgs) -> Result<Outcome> {
    let &FloodArgs { calls, seconds, rate, sender, .. } = args;
    Ok(Outcome { calls, seconds, rate, sender, quiet: one(args, false)?, flood: one(args, true)? })
}

/// One engine's run.
///
/// # Errors
/// As [`run`].
pub fn one(args: &FloodArgs, flooded: bool) -> Result<Run> {
    let config = MediaEngineConfig::default()
        .max_sessions(2 * args.calls as usize + 2)
        .io_threads(usize::from(args.io_threads))
        .bind_address(Ipv4Addr::LOCALHOST)
        .rtp_ports(12_000..=32_699)
        .load_limit_percent(100u32)
        .shed_load_percent(None);
    let engine = MediaEngine::start(config)?;
    let handle = engine.handle();
    // The first is the flooded one.
    let mut all: Vec<Party> = (0..2 * args.calls + 2).map(|n| Party::new(&handle, n)).collect::<Result<_>>()?;
    for pair in all.chunks_exact(2) {
        handle.bridge(&pair[0].session, &pair[1].session).wait()?;
    }
    let victim = all.first_mut().context("a call")?;
    let socket = match args.sender {
        Sender::Phone => {
            victim.phone.talking = false;
            victim.phone.line.try_clone()?
        }
        Sender::Stranger => UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?,
    };
    let (to, phase) = (victim.phone.peer, AtomicU8::new(TALK));
    let firsts: Vec<_> = all.iter().step_by(2).map(|party| party.session.clone()).collect();
    let time = Duration::from_secs(args.seconds.into());
    let (late, sent, snapshot, apart) = thread::scope(|scope| {
        let phones = scope.spawn(|| parties::run(&mut all, &phase));
        sleep(BEGIN);
        phase.store(NOTE, SeqCst);
        let sent = if flooded { flood(&socket, to, args.rate, time) } else { Sent::default() };
        sleep(time.saturating_sub(sent.took));
        let snapshot = handle.snapshot();
        phase.store(HUSH, SeqCst);
        sleep(DRAIN);
        // What the kernel dropped is told with the next datagram.
        let _ = socket.send_to(&datagram(sent.packets), to);
        // Who is connected gets a stream, of silence too: only now does it end.
        let apart: Result<Vec<()>, _> = firsts.iter().map(|session| handle.unbridge(session).wait()).collect();
        sleep(DRAIN / 4);
        phase.store(END, SeqCst);
        (phones.join(), sent, snapshot, apart)
    });
    apart?;
    let late = late.map_err(|_| anyhow::anyhow!("the phones' thread panicked"))?;
    let run = judge(all, Sent { packets: sent.packets + 1, ..sent }, &late, &snapshot)?;
    engine.stop()?;
    Ok(run)
}

fn judge(all: Vec<Party>, sent: Sent, late: &Histogram<u64>, snapshot: &Snapshot) -> Result<Run> {
    let mut run = Run::default();
    let us = |quantile| late.value_at_quantile(quantile) as f64 / 1e3;
    let others = &mut run.others;
    others.jitter_us = [us(0.5), us(0.99), us(1.0)];
    for worker in &snapshot.workers {
        others.late_ticks += worker.xruns.late_ticks;
        if let Some(residence) = worker.total.iter().find(|row| row.name == "packet_residence") {
            others.residence_ms = [residence.p50_ns as f64 / 1e6, residence.p99_ns as f64 / 1e6];
        }
    }
    let ports: Vec<_> =
        all.iter().map(|party| party.session.transport_statistics().wait()).collect::<Result<_, _>>()?;
    for (n, (party, port)) in all.into_iter().zip(ports).enumerate() {
        let leg = party.session.destroy().wait()?;
        let flood = if n == 0 { sent.packets } else { 0 };
        let entry = Entry { sent: party.phone.sent + flood, heard: party.phone.heard, port, leg };
        run.breaches.extend(entry.breaches(true).into_iter().map(|breach| format!("call-{n}: {breach}")));
        match n {
            0 => {
                run.flooded = Flooded {
                    rate: sent.packets as f64 / sent.took.as_secs_f64().max(1e-9) * f64::from(!sent.took.is_zero()),
                    sent: entry.sent,
                    kernel_dropped: port.kernel_dropped,
                    read: port.datagrams_in,
                    taken: port.packets_in,
                    flooded: port.flooded,
                    refused: port.refused,
                };
            }
            // Its partner hears what is left of it.
            1 => {}
            _ => {
                others.sent += entry.sent;
                others.kernel_dropped += port.kernel_dropped;
                others.dropped += port.ring_full + port.flooded + leg.no_slot + leg.ring_full;
                others.lost += leg.lost;
                others.late += leg.late;
                others.concealed_blocks += leg.concealed_blocks;
                others.packets_out += port.packets_out;
                others.unheard += (port.packets_out + port.keep_alives_out).saturating_sub(party.phone.heard);
            }
        }
    }
    Ok(run)
}
