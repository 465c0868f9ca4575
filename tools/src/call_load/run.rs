//! Control: `call-load` from begin to end.

use super::args::LoadArgs;
use super::calls::Calls;
use super::node::Node;
use super::report::{Line, Outcome, Report};
use super::scenario::Scenario;
use super::search::{self, Bounds};
use super::verdict::Step;
use super::wire::{Dropper, Wire};
use super::{plot, step, usage};
use crate::cli::files;
use crate::picture;
use anyhow::{Context as _, Result, ensure};
use media_core::rt::os::thread::allowed_cores;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::Path;

/// Runs it.
///
/// # Errors
/// What kept it from its work.
pub fn run(args: &LoadArgs) -> Result<Report> {
    with(args, None)
}

/// The same where packets are lost on purpose.
pub(super) fn with(args: &LoadArgs, dropper: Option<Dropper>) -> Result<Report> {
    ensure!(args.from <= args.most, "--from {}: must be at most --most, {}", args.from, args.most);
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder).with_context(|| format!("--out: cannot make {}", folder.display()))?;
    }
    let all = allowed_cores();
    let load_cores: Vec<_> = all.iter().copied().take(args.load_cores as usize).collect();
    let rest: Vec<_> = all.iter().copied().skip(load_cores.len()).collect();
    let node_cores = if args.node.is_none() { rest } else { Vec::new() };
    let scenarios = if args.scenario.is_empty() { Scenario::ALL.to_vec() } else { args.scenario.clone() };
    let mut report = Report {
        command: std::env::args().skip(1).fold("call-load".into(), |line, word| line + " " + &word),
        processor: usage::processor(),
        cores: all.len(),
        load_cores,
        node_cores,
        load_average_before: usage::load_average(),
        seconds: args.seconds,
        outcomes: Vec::new(),
    };
    for scenario in scenarios {
        let tell = |text: &str| {
            if !args.json {
                eprintln!("{:<6} {text}", scenario.name());
            }
        };
        tell(scenario.arranged());
        let mut outcome =
            Outcome { scenario, arranged: scenario.arranged(), found: None, skipped: None, steps: Vec::new() };
        if scenario == Scenario::Relay && args.node.is_some() {
            let why = "a node cannot be asked for it by SIP: leave --node out";
            tell(why);
            outcome.skipped = Some(why.into());
        } else {
            try_it(args, &report, &mut outcome, dropper.clone(), &tell)?;
        }
        report.outcomes.push(outcome);
        // What is known is kept, whatever befalls the next.
        if let Some(folder) = &args.out {
            write(&report, folder, args.png)?;
        }
    }
    Ok(report)
}

fn try_it(
    args: &LoadArgs,
    report: &Report,
    outcome: &mut Outcome,
    dropper: Option<Dropper>,
    tell: &dyn Fn(&str),
) -> Result<()> {
    let scenario = outcome.scenario;
    let most = args.calls.unwrap_or(args.most);
    let ip = address(args)?;
    let cores = report.load_cores.iter().map(|core| Some(*core));
    let cores: Vec<_> = if report.load_cores.is_empty() { vec![None] } else { cores.collect() };
    let wires = cores.into_iter().map(|core| Wire::start(ip, core, dropper.clone())).collect::<Result<Vec<_>>>()?;
    let node = match args.node {
        Some(sip) => Node::elsewhere(sip, args),
        None => Node::own(most, &report.node_cores, scenario == Scenario::Relay)?,
    };
    let mut calls = Calls::new(scenario, node, wires, args, ip)?;
    let steps = &mut outcome.steps;
    let mut one = |count: u32| -> Result<Step> {
        let told = |there: u32| tell(&format!("{there} of {count} calls are up"));
        let step = step::run(&mut calls, count, args.seconds, args.ears, told)?;
        let verdict = step.verdict();
        tell(&Line(&step, &verdict).to_string());
        steps.push((step.clone(), verdict));
        Ok(step)
    };
    match args.calls {
        Some(count) => drop(one(count)?),
        None => {
            let bounds = Bounds { from: args.from, most, percent: args.within, tries: args.tries };
            outcome.found = Some(search::search(bounds, one)?);
        }
    }
    Ok(())
}

/// Ours, as the node reaches it.
fn address(args: &LoadArgs) -> Result<IpAddr> {
    let Some(node) = args.node else { return Ok(Ipv4Addr::LOCALHOST.into()) };
    let any: IpAddr =
        if node.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { std::net::Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(node).with_context(|| format!("--node {node}: no way there"))?;
    Ok(socket.local_addr()?.ip())
}

fn write(report: &Report, folder: &Path, png: bool) -> Result<()> {
    files::write(&folder.join("call-load.json"), serde_json::to_string_pretty(report)?)?;
    files::write(&folder.join("call-load.txt"), report.to_string())?;
    for outcome in report.outcomes.iter().filter(|outcome| !outcome.steps.is_empty()) {
        let name = format!("{}.{}", outcome.scenario.name(), if png { "png" } else { "svg" });
        picture::write(&folder.join(name), &plot::svg(outcome)?)?;
    }
    Ok(())
}
