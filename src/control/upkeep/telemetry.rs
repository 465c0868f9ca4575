//! Control: once a second: full histograms home, their sums, the interval log, the snapshot that tools read.

use crate::control::records::telemetry::INTERVAL;
use crate::control::supervisor::Supervisor;
use crate::rt::Parcel;
use crate::rt::os::usage::ThreadUsage;
use crate::telemetry::HistogramSet;
use crate::telemetry::snapshot::{Snapshot, WorkerSnapshot};
use crate::types::WorkerId;
use crate::worker::{Cargo, Receipt, Verb};
use std::time::{SystemTime, UNIX_EPOCH};

impl Supervisor {
    pub(in crate::control) fn keep_telemetry(&mut self) {
        if self.now < self.telemetry.next || self.stopping.begun {
            return;
        }
        self.telemetry.began.get_or_insert(self.now);
        self.telemetry.next = self.now + INTERVAL;
        self.tell_unplayable();
        self.telemetry.seconds += 1;
        self.rate_quality(self.telemetry.seconds);
        self.end_seconds();
        for worker in 0..self.workers.len() {
            // None spare: the last swap has not come home, the worker is held up.
            let runs = self.workers[worker].runs();
            let Some(empty) = self.telemetry.spare[worker].take_if(|_| runs) else { continue };
            let after = move |s: &mut Self, receipt: Receipt| {
                let set = match receipt.cargo {
                    Cargo::Histograms(mut set) => {
                        s.telemetry.add(worker, &set, SystemTime::now() - INTERVAL);
                        set.reset();
                        set
                    }
                    // The thread does not run; should it come back it needs another.
                    _ => Parcel::pack(HistogramSet::new()),
                };
                s.telemetry.spare[worker] = Some(set);
            };
            self.order(WorkerId(worker as u8), Verb::SwapHistograms(empty), Some(Box::new(after)));
        }
        if let Some(lines) = self.log_limit.unsaid(self.now) {
            log::warn!("{lines} log lines about sessions were left out");
        }
        let snapshot = self.snapshot();
        self.telemetry.cell.set(snapshot);
    }

    /// What the engine tells of itself now.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        let uptime = self.now - self.telemetry.began.unwrap_or(self.now);
        let mut snapshot = Snapshot {
            taken_unix_ms: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64,
            uptime_ms: uptime.as_millis() as u64,
            pid: std::process::id(),
            sessions: self.sessions.len() as u32,
            conferences: self.rooms.len() as u32,
            shed_level: self.shedding.deepest().steps(),
            ..Snapshot::default()
        };
        if let Some(steal) = &mut self.telemetry.steal {
            snapshot.cores = steal.read().unwrap_or_default();
            snapshot.stolen_ms = steal.stolen_ms();
        }
        snapshot.legs = self.telemetry.cell.directory.sweep(self.now);
        snapshot.gauges.insert("/engine/misrouted_dropped".into(), self.misrouted.dropped() as i64);
        let bad = self.bad_sessions();
        self.quality.publish(bad, &mut snapshot.gauges);
        self.telemetry.sick.publish(&mut snapshot.gauges);
        snapshot.gauges.insert("/engine/flights_failed".into(), self.glitch_flights.failed as i64);
        snapshot.gauges.insert("/engine/log_lines_left_out".into(), self.log_limit.suppressed() as i64);
        for (index, link) in self.workers.iter().enumerate() {
            let (core, privileges) = self.telemetry.privileges[index].clone();
            let mut worker = WorkerSnapshot {
                worker: index as u8,
                core,
                period_ms: self.plan.config.tick_ms,
                ticks: link.gauges.ticks.get(),
                legs: link.gauges.legs.get() as u32,
                load: link.timing.load(),
                xruns: link.timing.xruns(),
                pauses: link.timing.pauses(),
                shed_level: link.gauges.shed_level.get() as u8,
                privileges,
                usage: ThreadUsage::read(link.timing.thread()).unwrap_or_default(),
                ..WorkerSnapshot::default()
            };
            worker.set_histograms(&self.telemetry.totals[index]);
            let runs = link.runs();
            snapshot.gauges.insert(format!("/worker/{index}/stalled"), i64::from(!runs));
            for (name, value) in link.gauges.read() {
                snapshot.gauges.insert(format!("/worker/{index}/{name}"), value as i64);
            }
            snapshot.workers.push(worker);
        }
        snapshot.gauges.insert("/engine/supervisor_stalled".into(), 0);
        for (index, control) in self.ports.iter().enumerate() {
            if let Some(control) = control.as_ref().filter(|control| control.io) {
                let path = format!("/io/{}/stalled", index - 1);
                snapshot.gauges.insert(path, i64::from(!control.runs()));
            }
        }
        for (index, io) in self.telemetry.io.threads.iter().enumerate() {
            let gauges = &io.gauges;
            // Until the thread has told who it is, there is nothing to read.
            let usage = ThreadUsage::read(gauges.thread.get() as u32).unwrap_or_default();
            let of_thread = [("ran_ns", usage.ran_ns), ("waited_ns", usage.waited_ns), ("preempted", usage.preempted)];
            let load = ("load_permille", (1000.0 * io.load()) as u64);
            for (name, value) in gauges.read().into_iter().chain(of_thread).chain([load]) {
                snapshot.gauges.insert(format!("/io/{index}/{name}"), value as i64);
            }
        }
        snapshot
    }
}
