//! Pure: what `call-load` found, as text and as JSON.

use super::scenario::Scenario;
use super::search::{Found, Limit};
use super::verdict::{Step, Verdict};
use serde::Serialize;
use std::fmt;

/// What was found of a scenario.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Which.
    pub scenario: Scenario,
    /// How it came about.
    pub arranged: &'static str,
    /// The most calls; none: no search was asked for.
    pub found: Option<Found>,
    /// Why it was not tried to its end.
    pub skipped: Option<String>,
    /// All steps in their order, each with its verdict.
    pub steps: Vec<(Step, Verdict)>,
}

/// All of it.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// As it was asked for.
    pub command: String,
    /// The machine's processor and how many cores it has.
    pub processor: String,
    /// Cores.
    pub cores: usize,
    /// Those of the generator, and of a node of its own.
    pub load_cores: Vec<usize>,
    /// None: any, or the node is another's.
    pub node_cores: Vec<usize>,
    /// Who wanted to run before anything was begun, over a minute: others share the machine.
    pub load_average_before: f64,
    /// How long each step was counted, in s.
    pub seconds: u32,
    /// By scenario.
    pub outcomes: Vec<Outcome>,
}

impl Outcome {
    /// The step that counts: of the most calls that are good, else the last.
    #[must_use]
    pub fn best(&self) -> Option<&Step> {
        let calls = self.found.as_ref().and_then(|found| found.calls);
        let good = |(step, verdict): &&(Step, Verdict)| Some(step.calls) == calls && *verdict == Verdict::Good;
        self.steps.iter().rfind(good).or(self.steps.last()).map(|(step, _)| step)
    }

    /// Whether it is good: a search has found some, a step is good.
    #[must_use]
    pub fn is_good(&self) -> bool {
        match &self.found {
            Some(found) => found.calls.is_some(),
            None => self.skipped.is_some() || self.steps.last().is_some_and(|(_, verdict)| *verdict == Verdict::Good),
        }
    }
}

impl Report {
    /// Whether all is good.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.outcomes.iter().all(Outcome::is_good)
    }
}

fn ms(value: Option<f64>) -> String {
    value.map_or("–".into(), |ms| format!("{ms:.1}"))
}

/// A step in a line.
pub(super) struct Line<'a>(pub(super) &'a Step, pub(super) &'a Verdict);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(step, verdict) = self;
        write!(f, "{:>6} calls  ", step.calls)?;
        match verdict {
            Verdict::Good => write!(f, "good")?,
            Verdict::Bad(why) => write!(f, "NOT GOOD: {}", why.join(", "))?,
            Verdict::GeneratorLate(why) => write!(f, "NOT COUNTED, the generator was late: {why}")?,
        }
        if step.refused.is_some() {
            return Ok(());
        }
        write!(f, "; {} of {} packets back, {} lost", step.received, step.received + step.lost, step.lost)?;
        let node = step.node_cpu_percent.map_or("–".into(), |cpu| format!("{cpu:.0} %"));
        write!(f, "; node {node}, generator {:.0} % of a core", step.generator_cpu_percent)?;
        if let Some(node) = &step.node {
            write!(f, "; tick p99 {:.2} ms", node.tick_work.p99_us / 1e3)?;
        }
        let arrival = step.arrival;
        write!(f, "; 20 ms off by p99 {:.2}, longest {:.1} ms", arrival.p99_us / 1e3, step.longest_gap_ms)?;
        write!(f, "; delay {} ms, SNR {} dB (worst {})", ms(step.delay_ms), ms(step.snr_db), ms(step.worst_snr_db))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.command)?;
        writeln!(
            f,
            "{}, {} cores; generator on core {:?}, node on {:?}; load {:.1} before; each step {} s\n",
            self.processor, self.cores, self.load_cores, self.node_cores, self.load_average_before, self.seconds
        )?;
        for outcome in &self.outcomes {
            writeln!(f, "{}: {}", outcome.scenario.name(), outcome.arranged)?;
            if let Some(why) = &outcome.skipped {
                writeln!(f, "  skipped: {why}")?;
            }
            outcome.steps.iter().try_for_each(|(step, verdict)| writeln!(f, "  {}", Line(step, verdict)))?;
            if let Some(Found { calls, not, limit }) = &outcome.found {
                let calls = calls.map_or("not even the first number".into(), |calls| format!("{calls} calls"));
                let not = not.map_or(String::new(), |not| format!(", not {not}"));
                match limit {
                    Limit::Node(why) => writeln!(f, "  CAPACITY {calls}{not}: {why}")?,
                    Limit::Generator(why) => writeln!(f, "  AT LEAST {calls}{not}: the generator's limit: {why}")?,
                    Limit::Asked => writeln!(f, "  AT LEAST {calls}: no more was to be tried (--most)")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
