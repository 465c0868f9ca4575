//! Control: the process of a node of our own: `pbx-node`, or a relay, until its standard input ends.

use super::args::ServeArgs;
use super::node::stats_socket;
use super::relay;
use crate::pbx_node::background::Background;
use crate::pbx_node::config::Config;
use anyhow::{Result, ensure};
use std::io::{self, Read as _, Write as _};

/// Of RTP: below those that the system gives out.
const PORTS: (u16, u16) = (10_000, 32_766);

/// Runs it.
///
/// # Errors
/// It cannot be.
pub fn run(args: &ServeArgs) -> Result<()> {
    keep_to(&args.cores)?;
    let stats = stats_socket(&args.folder);
    if args.relay {
        return relay::run(args.calls, stats, PORTS.0..=PORTS.1, io::stdin().lock(), io::stdout().lock());
    }
    let config = Config::parse(&format!(
        "[sip]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = {:?}\n\
         [media]\nports = [{}, {}]\ncalls = {}\nstats_socket = {stats:?}\n\
         [limits]\nmessages = 1000000\nburst = 1000000\n",
        args.folder.join("recordings"),
        PORTS.0,
        PORTS.1,
        args.calls.max(2),
    ))?;
    let node = Background::start(Config { quiet: true, ..config })?;
    println!("listening {}", node.at.sip);
    io::stdout().flush()?;
    io::stdin().lock().read_to_end(&mut Vec::new())?;
    node.stop()
}

/// All threads of this process run on those cores only.
fn keep_to(cores: &[usize]) -> Result<()> {
    if cores.is_empty() {
        return Ok(());
    }
    // SAFETY: all-zero is an empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for core in cores.iter().filter(|core| **core < libc::CPU_SETSIZE as usize) {
        // SAFETY: the core is within the set.
        unsafe { libc::CPU_SET(*core, &mut set) };
    }
    // SAFETY: the set is whole, and its size is given; threads that are made later inherit it.
    let code = unsafe { libc::sched_setaffinity(0, size_of_val(&set), &raw const set) };
    ensure!(code == 0, "cores {cores:?}: {}", io::Error::last_os_error());
    Ok(())
}
