//! Control: the node that is tried: one of our own in a process of its own, or one that runs elsewhere; and what it tells of itself.

use super::args::LoadArgs;
use super::usage;
use super::verdict::{NodeFigures, Times};
use crate::latency::client::StatsClient;
use anyhow::{Context as _, Result, bail, ensure};
use media_core::telemetry::Snapshot;
use media_core::telemetry::snapshot::Percentiles;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A node of ours that does not begin by then does not.
const PATIENCE: Duration = Duration::from_secs(20);

/// The node that is tried.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it takes SIP; none at a relay.
    pub(super) sip: Option<SocketAddr>,
    stats: Option<PathBuf>,
    pid: Option<u32>,
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Drop for Own {
    fn drop(&mut self) {
        // It ends in order when its input does.
        self.orders = None;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && self.child.try_wait().is_ok_and(|status| status.is_none()) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What the node had counted at a moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    snapshot: Option<Snapshot>,
    lost: u64,
    late: u64,
    cpu: BTreeMap<String, Duration>,
    at: Option<Instant>,
}

impl Node {
    /// One that runs elsewhere.
    pub(super) fn elsewhere(sip: SocketAddr, args: &LoadArgs) -> Self {
        Self { sip: Some(sip), stats: args.stats.clone(), pid: args.pid, own: None }
    }

    /// One of our own, for so many calls, on those cores (none: on any).
    ///
    /// # Errors
    /// It does not begin.
    pub(super) fn own(calls: u32, cores: &[usize], relay: bool) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("call-load-{}-{relay}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").arg("--folder").arg(&folder).args(["--calls", &calls.to_string()]);
        if !cores.is_empty() {
            let cores: Vec<_> = cores.iter().map(ToString::to_string).collect();
            command.args(["--cores", &cores.join(",")]);
        }
        if relay {
            command.arg("--relay");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("a node of our own")?;
        let (orders, answers) = (child.stdin.take(), child.stdout.take().context("no standard output")?);
        let mut own = Own { child, orders, answers: BufReader::new(answers), folder };
        let line = own.line()?;
        let sip = line.strip_prefix("listening ").with_context(|| format!("a node of our own said {line:?}"))?;
        let sip = if relay { None } else { Some(sip.parse()?) };
        let (stats, pid) = (Some(stats_socket(&own.folder)), Some(own.child.id()));
        Ok(Self { sip, stats, pid, own: Some(own) })
    }

    /// Two sockets of a relay for these two phones: where each is to send.
    ///
    /// # Errors
    /// It is no relay, or has no room for more.
    pub(super) fn relay(&mut self, phones: [SocketAddr; 2]) -> Result<[SocketAddr; 2]> {
        let own = self.own.as_mut().context("a node of another has no relay: leave --node out")?;
        let line = own.ask(&format!("relay {} {}", phones[0], phones[1]))?;
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["at", one, other] => Ok([one.parse()?, other.parse()?]),
            _ => bail!("{line}"),
        }
    }

    /// The last pair of sockets of a relay is given back.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn end_relay(&mut self) -> Result<()> {
        let line = self.own.as_mut().context("a node of another has no relay")?.ask("end")?;
        ensure!(line == "ended", "{line}");
        Ok(())
    }

    /// What it has counted by now. What it tells of ticks is up to a second old.
    ///
    /// # Errors
    /// Its stats socket does not answer.
    pub(super) fn counted(&self) -> Result<Counted> {
        let cpu = self.pid.map(usage::threads).unwrap_or_default();
        let mut counted = Counted { cpu, at: Some(Instant::now()), ..Counted::default() };
        if let Some(path) = &self.stats {
            let mut client = StatsClient::connect(path)?;
            client.ask("json", Duration::ZERO)?;
            counted.snapshot = client.snapshot()?;
            counted.lost = sum(&mut client, "/session/*/lost")?;
            counted.late = sum(&mut client, "/session/*/late")?;
        }
        Ok(counted)
    }

    /// Whether what it takes of a core is known.
    pub(super) fn is_watched(&self) -> bool {
        self.pid.is_some()
    }
}

/// Of a node of our own.
pub(super) fn stats_socket(folder: &Path) -> PathBuf {
    folder.join("stats.sock")
}

impl Own {
    fn ask(&mut self, line: &str) -> Result<String> {
        writeln!(self.orders.as_mut().context("the node has ended")?, "{line}")?;
        self.line()
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let octets = self.answers.read_line(&mut line)?;
        ensure!(octets > 0, "the node of our own has ended: what it said stands above");
        Ok(line.trim_end().to_owned())
    }
}

/// The sum of a gauge over all sessions, page after page.
fn sum(client: &mut StatsClient, pattern: &str) -> Result<u64> {
    let (mut sum, mut request) = (0, format!("gauges {pattern}"));
    loop {
        client.ask(&request, Duration::ZERO)?;
        let mut next = None;
        while let Some(line) = client.line()?.filter(|line| line != "\n") {
            match line.trim_end().strip_prefix("# next ") {
                Some(place) => next = Some(place.to_owned()),
                None => sum += line.trim_end().rsplit(' ').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0),
            }
        }
        let Some(next) = next else { return Ok(sum) };
        request = format!("gauges {pattern} from {next}");
    }
}

impl Counted {
    /// Between two moments: percent of a core, by thread too.
    pub(super) fn cpu_since(&self, before: &Self) -> (f64, Vec<(String, f64)>) {
        let time = self.at.zip(before.at).map_or(Duration::ZERO, |(now, before)| now - before);
        usage::percent(&before.cpu, &self.cpu, time)
    }

    /// Between two moments: what the node tells.
    pub(super) fn since(&self, before: &Self) -> Option<NodeFigures> {
        let (now, then) = (self.snapshot.as_ref()?, before.snapshot.as_ref()?);
        let xruns = |snapshot: &Snapshot| {
            let workers = || snapshot.workers.iter().map(|worker| &worker.xruns);
            (workers().map(|x| x.late_ticks).sum::<u64>(), workers().map(|x| x.skipped_ticks).sum::<u64>())
        };
        let ((late, skipped), (late_then, skipped_then)) = (xruns(now), xruns(then));
        let rows = now.workers.iter().flat_map(|worker| &worker.recent).filter(|row| row.name == "tick_work");
        let busiest = rows.max_by_key(|row| row.p99_ns).cloned().unwrap_or_default();
        let load = now.workers.iter().map(|worker| f64::from(worker.load.mean_10s)).fold(0.0, f64::max);
        Some(NodeFigures {
            late_ticks: late - late_then,
            skipped_ticks: skipped - skipped_then,
            tick_work: times(&busiest),
            load_percent: 100.0 * load,
            shed_level: now.shed_level,
            // Sessions that have ended took theirs with them.
            lost_in: self.lost.saturating_sub(before.lost),
            late_in: self.late.saturating_sub(before.late),
        })
    }
}

fn times(row: &Percentiles) -> Times {
    let us = |ns: u64| ns as f64 / 1e3;
    Times { p50_us: us(row.p50_ns), p99_us: us(row.p99_ns), p999_us: us(row.p999_ns), max_us: us(row.max_ns) }
}
