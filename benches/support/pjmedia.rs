//! Control: pjmedia's conference bridge as a peer, in a process of its own (`tools/peers/pjmedia`), in turn with ours.
//!
//! `PJPROJECT_DIR=…/pjproject cargo bench --bench rooms`. Nothing is linked: where it is absent, the rows are measured
//! without their peer, and the script says what is missing.

#![allow(dead_code, reason = "each bench uses a part of it")]

use crate::support::Cost;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/peers/pjmedia");
/// What the script ends with where pjproject is absent.
const SKIPPED: i32 = 77;
/// In how many parts the periods of both sides are measured, in turn.
const TURNS: u64 = 6;
/// Longer than this no turn of the peer takes, in ns: a full mesh of a thousand who all send audio takes 160 ms a period.
const LONGEST_TURN: f64 = 500e6;

/// What a bridge is asked to do.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    pub rooms: usize,
    /// Of each room.
    pub members: usize,
    /// `"PCMU"`, `"PCMU+PCMA"`, `"opus"` or `"L16"`.
    pub codec: &'a str,
    /// `"streams"`, `"gains"`: see `tools/peers/conference.c`.
    pub options: &'a [&'a str],
}

/// A bridge that is set up, and runs when it is asked.
pub struct Pjmedia {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    members: usize,
    drops_packets: bool,
}

/// As the peer answers.
#[derive(serde::Deserialize)]
struct Answer {
    ns: Vec<f64>,
    packets: u64,
    peak: i32,
}

impl Pjmedia {
    /// `None` where pjproject is not there. `talkers`: the packets that the first members say over and over.
    pub fn start(room: Room<'_>, talkers: &[&[Vec<u8>]]) -> Option<Self> {
        // Said once.
        static ABSENT: OnceLock<()> = OnceLock::new();
        if ABSENT.get().is_some() {
            return None;
        }
        let mut child = Command::new(SCRIPT)
            .args([&room.rooms.to_string(), &room.members.to_string(), room.codec])
            .args(room.options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tools/peers/pjmedia starts");
        let mut input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        // Where it has ended already this fails, and so does the line below.
        let _ = input.write_all(&as_octets(talkers)).and_then(|()| input.flush());
        let mut line = String::new();
        output.read_line(&mut line).expect("its output");
        if line.is_empty() {
            let status = child.wait().expect("its end");
            assert_eq!(status.code(), Some(SKIPPED), "tools/peers/pjmedia failed");
            ABSENT.get_or_init(|| ());
            return None;
        }
        Some(Self { child, input, output, members: room.rooms * room.members, drops_packets: room.codec == "opus" })
    }

    /// What it takes for all rooms, in ns, in each of so many periods of 20 ms, or fewer where they last too long.
    pub fn periods(&mut self, periods: u64) -> Vec<f64> {
        // The first ones find its state out of the cache, as ours do not.
        let first = Cost::of(self.run(2)).floor;
        self.run(((LONGEST_TURN / first) as u64).clamp(2, periods))
    }

    fn run(&mut self, periods: u64) -> Vec<f64> {
        writeln!(self.input, "{periods}").and_then(|()| self.input.flush()).expect("pjmedia reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("pjmedia answers");
        let answer: Answer = serde_json::from_str(&line).expect("a line of tools/peers/conference.c");
        // A bridge that does nothing is no peer.
        let all = self.members as u64 * periods;
        assert!(answer.packets == all || self.drops_packets, "{} of {all} packets", answer.packets);
        assert!(answer.peak > 0 || self.drops_packets, "silence");
        answer.ns
    }
}

impl Drop for Pjmedia {
    fn drop(&mut self) {
        // Best effort: it ends with its input as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ours and the peer's cost of a period, measured in turn.
pub fn in_turn(
    periods: u64,
    ours: &mut dyn FnMut(u64) -> Vec<f64>,
    peers: &mut [Option<Pjmedia>],
) -> (Cost, Vec<Option<Cost>>) {
    let mut samples = Vec::new();
    let mut theirs = vec![Vec::new(); peers.len()];
    for _ in 0..TURNS {
        samples.extend(ours(periods.div_ceil(TURNS)));
        for (peer, samples) in peers.iter_mut().zip(&mut theirs) {
            samples.extend(peer.iter_mut().flat_map(|peer| peer.periods(periods.div_ceil(TURNS))));
        }
    }
    let theirs = theirs.into_iter().map(|samples| (!samples.is_empty()).then(|| Cost::of(samples)));
    (Cost::of(samples), theirs.collect())
}

/// As `tools/peers/conference.c` reads them.
fn as_octets(talkers: &[&[Vec<u8>]]) -> Vec<u8> {
    let mut octets = (talkers.len() as u32).to_le_bytes().to_vec();
    for packets in talkers {
        octets.extend((packets.len() as u32).to_le_bytes());
        for packet in *packets {
            octets.extend((packet.len() as u16).to_le_bytes());
            octets.extend(packet);
        }
    }
    octets
}
