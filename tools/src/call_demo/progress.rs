//! Control: how far the demo's calls are, on standard error.

use super::party::{Party, Progress};
use super::run::{LAST_LOOK, PARTIES};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Shows how far it is until the talking is over.
pub fn watch(parties: &[Party], start: Instant, seconds: u64, stop: &AtomicBool) {
    let terminal = io::stderr().is_terminal();
    let end = start + Duration::from_secs(seconds) - LAST_LOOK;
    let mut said = None;
    while Instant::now() < end && !stop.load(Relaxed) {
        let second = Instant::now().saturating_duration_since(start).as_secs();
        // On a terminal a line that is overwritten; in a log one line each ten seconds.
        if said != Some(second) && (terminal || second.is_multiple_of(10)) {
            said = Some(second);
            let line = progress_line(second, seconds, parties.iter().map(|party| &*party.progress));
            let _ = if terminal { write!(io::stderr(), "\r{line}\x1b[K") } else { writeln!(io::stderr(), "{line}") };
        }
        thread::sleep(end.saturating_duration_since(Instant::now()).min(Duration::from_millis(100)));
    }
    if terminal {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

fn progress_line<'p>(second: u64, seconds: u64, parties: impl Iterator<Item = &'p Progress>) -> String {
    let (mut sent, mut received, mut levels) = (0, 0, String::new());
    for (party, (name, ..)) in parties.zip(PARTIES) {
        sent += party.sent.load(Relaxed);
        received += party.received.load(Relaxed);
        let level = party.level.load(Relaxed);
        // 0 dBov is beyond what anyone can say: nothing was heard yet.
        levels += &if level == 0 { format!(" {name} -") } else { format!(" {name} {level}") };
    }
    format!("{second:>3} of {seconds} s  packets: {sent} sent, {received} heard  level in dBov:{levels}")
}
