//! Control: when packets leave `pbx-node`, by the times of tshark, beside a bare metronome in the same run: a thread on the core and with
//! the priority of the node's I/O thread, which sends as many packets each 20 ms and does nothing else.

use super::{Row, is_there};
use crate::call_load::args::LoadArgs;
use crate::call_load::run as load;
use crate::pbx_node::background::Background;
use crate::pbx_node::config::Config;
use anyhow::{Context as _, Result, bail, ensure};
use media_core::MediaTime;
use media_core::rt::os::thread::{ThreadSetup, allowed_cores};
use media_core::rt::os::{Privilege, clock};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// Calls of two legs, and the ports of theirs.
const CALLS: usize = 10;
const PORTS: (u16, u16) = (28_000, 28_198);
const SECONDS: u64 = 30;
const PERIOD: Duration = Duration::from_millis(20);
/// Of the I/O thread of an engine at its defaults.
const PRIORITY: u8 = 49;
/// Beyond it an ear would hear nothing yet: 99 % of packets leave closer to their time, or as close as those of the metronome.
const FINE_US: f64 = 1_000.0;

/// Runs it if its name holds `only`.
pub fn run(only: &str, mut told: impl FnMut(&Row)) -> Vec<Row> {
    let name = "pacing of pbx-node by tshark";
    if !name.contains(only) {
        return Vec::new();
    }
    let mut row =
        Row { name: name.into(), codec: "PCMU", snr_db: None, wanted_db: 0.0, note: String::new(), good: None };
    if is_there("tshark") {
        match captured() {
            Ok(Some((node, metronome))) => {
                row.good = Some(node.p99 <= FINE_US || node.p99 <= 1.2 * metronome.p99);
                row.note = format!("from 20 ms, us: node {node}; metronome {metronome}");
            }
            Ok(None) => row.note = "skipped: SCHED_FIFO is refused: run it as root, or with CAP_SYS_NICE".into(),
            Err(why) if why.is::<NoCapture>() => row.note = format!("skipped: {why}"),
            Err(why) => (row.note, row.good) = (format!("{why:#}"), Some(false)),
        }
    } else {
        row.note = "skipped: tshark is not installed".into();
    }
    told(&row);
    vec![row]
}

/// tshark may not capture here.
#[derive(Debug)]
struct NoCapture(String);

impl std::fmt::Display for NoCapture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "tshark cannot capture on loopback: {}", self.0)
    }
}

impl std::error::Error for NoCapture {}

/// How far the distances of packets are from 20 ms, in us.
#[derive(Debug)]
struct Off {
    packets: usize,
    p50: f64,
    p99: f64,
    p999: f64,
    max: f64,
}

impl std::fmt::Display for Off {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { packets, p50, p99, p999, max } = self;
        write!(f, "p50 {p50:.0}, p99 {p99:.0}, p99.9 {p999:.0}, longest {max:.0} ({packets} packets)")
    }
}

impl Off {
    /// Of arrival times by flow.
    fn of(flows: &[&Vec<f64>]) -> Result<Self> {
        let gaps = flows.iter().flat_map(|times| times.windows(2).map(|pair| pair[1] - pair[0]));
        let mut off: Vec<f64> = gaps.map(|gap| (gap - PERIOD.as_secs_f64()).abs() * 1e6).collect();
        off.sort_by(f64::total_cmp);
        let at = |share: f64| off.get(((off.len() as f64 * share) as usize).min(off.len().saturating_sub(1))).copied();
        let known = at(0.5).zip(at(0.99)).zip(at(0.999)).zip(off.last().copied());
        let (((p50, p99), p999), max) = known.context("no packets were captured")?;
        Ok(Self { packets: off.len(), p50, p99, p999, max })
    }
}

/// The node's and the metronome's; none where the metronome is no better than any thread.
fn captured() -> Result<Option<(Off, Off)>> {
    let folder = Folder(std::env::temp_dir().join(format!("media-core-pacing-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0)?;
    let config = Config::parse(&format!(
        "[sip]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = {:?}\n[media]\nports = [{}, {}]\n",
        folder.0.join("recordings"),
        PORTS.0,
        PORTS.1
    ))?;
    let node = Background::start(Config { quiet: true, ..config })?;
    let Some(metronome) = Metronome::start()? else {
        node.stop()?;
        return Ok(None);
    };
    let line =
        format!("--node {} --scenario g711 --calls {CALLS} --rate 50 --ears 0 --json --seconds {SECONDS}", node.at.sip);
    let talk = std::thread::spawn(move || load::run(&LoadArgs::of(line.split(' '))?));
    // Calls are up, and their jitter buffers have settled.
    std::thread::sleep(Duration::from_secs(5));
    let file = folder.0.join("packets.pcapng");
    let capture = capture(&file, metronome.port);
    let flows = capture.and_then(|()| read(&file));
    let report = talk.join().map_err(|_| anyhow::anyhow!("the generator panicked"))??;
    let metronome_port = metronome.stop();
    node.stop()?;
    let flows = flows?;
    ensure!(report.outcomes.iter().all(|outcome| outcome.steps.iter().all(|(step, _)| step.lost == 0)), "{report}");
    let rtp = |(from, _): &(u16, u16)| (PORTS.0..=PORTS.1).contains(from) && from % 2 == 0;
    let ours: Vec<_> = flows.iter().filter(|(flow, _)| rtp(flow)).map(|(_, times)| times).collect();
    let bare: Vec<_> = flows.iter().filter(|(flow, _)| flow.0 == metronome_port).map(|(_, times)| times).collect();
    ensure!(ours.len() == 2 * CALLS, "{} streams were captured of {}", ours.len(), 2 * CALLS);
    Ok(Some((Off::of(&ours)?, Off::of(&bare)?)))
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Captures what leaves the node and the metronome, for most of the time of the calls.
fn capture(file: &Path, metronome: u16) -> Result<()> {
    let filter = format!("udp and (src portrange {}-{} or src port {metronome})", PORTS.0, PORTS.1);
    let seconds = format!("duration:{}", SECONDS - 5);
    let mut command = Command::new("tshark");
    command.args(["-q", "-i", "lo", "-B", "64", "-f", &filter, "-a", &seconds, "-w"]).arg(file);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("tshark")?;
    let mut child = Ended(child);
    let said = BufReader::new(child.0.stderr.take().context("no standard error")?);
    let said: Vec<String> = said.lines().map_while(Result::ok).collect();
    let status = child.0.wait()?;
    if !status.success() || !file.exists() {
        let last = said.into_iter().rfind(|line| !line.is_empty()).unwrap_or_default();
        bail!(NoCapture(last));
    }
    Ok(())
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// By source and destination port: the times of its packets.
fn read(file: &Path) -> Result<BTreeMap<(u16, u16), Vec<f64>>> {
    let fields = ["frame.time_epoch", "udp.srcport", "udp.dstport"].map(|field| ["-e", field]).concat();
    let found = Command::new("tshark").arg("-r").arg(file).args(["-T", "fields"]).args(fields).output()?;
    let text = String::from_utf8_lossy(&found.stdout);
    let mut flows: BTreeMap<(u16, u16), Vec<f64>> = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let (Some(at), Some(from), Some(to)) = (fields.next(), fields.next(), fields.next()) else { continue };
        flows.entry((from.parse()?, to.parse()?)).or_default().push(at.parse()?);
    }
    Ok(flows)
}

/// A thread that sends; it ends when it is told to.
struct Metronome {
    port: u16,
    ends: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
}

impl Metronome {
    /// None where it may not be what it is to be.
    fn start() -> Result<Option<Self>> {
        let sinks: Vec<UdpSocket> =
            (0..2 * CALLS).map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))).collect::<Result<_, _>>()?;
        let to: Vec<SocketAddr> = sinks.iter().map(UdpSocket::local_addr).collect::<Result<_, _>>()?;
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (port, ends) = (socket.local_addr()?.port(), Arc::new(AtomicBool::new(false)));
        let (told, granted) = std::sync::mpsc::channel();
        let setup = ThreadSetup {
            name: "metronome".into(),
            core: allowed_cores().first().copied(),
            realtime_priority: Some(PRIORITY),
            lock_stack: true,
            ..ThreadSetup::default()
        };
        let stop = ends.clone();
        let thread = setup.spawn(move |privileges| {
            let _ = told.send(privileges.realtime == Privilege::Granted);
            let _sinks = sinks;
            let mut due = clock::now().as_nanos();
            while !stop.load(Relaxed) {
                due += PERIOD.as_nanos() as u64;
                clock::sleep_until(MediaTime::from_nanos(due));
                for to in &to {
                    let _ = socket.send_to(&[0; 172], to);
                }
            }
        })?;
        let metronome = Self { port, ends, thread };
        if granted.recv()? {
            return Ok(Some(metronome));
        }
        metronome.stop();
        Ok(None)
    }

    fn stop(self) -> u16 {
        self.ends.store(true, Relaxed);
        let _ = self.thread.join();
        self.port
    }
}
