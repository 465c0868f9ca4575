//! Control: what the demo prints at the end: a table of legs, verdicts, the engine's histograms; or one line of JSON.

use std::fmt::Write as _;

use anyhow::Result;
use media_core::codec::Law;
use media_core::telemetry::snapshot::Snapshot;
use serde::Serialize;

use super::args::DemoArgs;
use super::flights::Flight;
use super::level_dbov;
use super::run::{Call, Leg, Outcome};
use super::verdict::Complaint;

/// One leg as it is printed.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The party.
    pub name: &'static str,
    /// Its call.
    pub call: Call,
    /// Its codec, both ways.
    pub codec: &'static str,
    /// Packets that the party sent.
    pub sent: u64,
    /// Packets that the engine took from it.
    pub packets_in: u64,
    /// Packets that the engine sent to it.
    pub packets_out: u64,
    /// Packets that it heard.
    pub heard: u64,
    /// Packets that never came to the engine.
    pub lost: u64,
    /// Packets that came to the engine too late to be played.
    pub late: u64,
    /// Packets missing in the numbering of what it heard.
    pub missing: u64,
    /// Audio that the engine made up for its lost or late packets, ms.
    pub concealed_ms: u64,
    /// Level of what it heard, dBov.
    pub level_dbov: f32,
    /// How it hears each party of its call.
    pub hears: Vec<Hears>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
    /// Its replay, if the calls were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flight: Option<Flight>,
}

impl Row {
    fn is_well(&self) -> bool {
        self.complaints.is_empty() && self.flight.as_ref().is_none_or(|flight| flight.exact)
    }
}

/// How a party hears another.
#[derive(Debug, Clone, Serialize)]
pub struct Hears {
    /// The other.
    pub name: &'static str,
    /// Correlation of what it said with what was heard, less the other talkers.
    pub correlation: f64,
    /// How much louder it is heard than said, dB.
    pub gain_db: f64,
    /// From the departure of a packet to the arrival of a packet with its audio, ms.
    pub delay_ms: f64,
}

/// All that is printed.
#[derive(Debug, Serialize)]
pub struct Report<'o> {
    /// Whether every party heard its partners and nobody else, and what was replayed is the same bit for bit.
    pub ok: bool,
    /// Whether it ended before its time.
    pub interrupted: bool,
    /// The legs.
    pub legs: Vec<Row>,
    /// The engine while the calls were up.
    pub engine: &'o Snapshot,
}

impl<'o> Report<'o> {
    /// Judges every leg of an outcome.
    pub fn of(outcome: &'o Outcome) -> Self {
        let legs: Vec<Row> = (0..outcome.legs.len()).map(|number| row(outcome, number)).collect();
        let ok = legs.iter().all(Row::is_well);
        Self { ok, interrupted: outcome.interrupted, legs, engine: &outcome.snapshot }
    }

    /// As one line of JSON.
    ///
    /// # Errors
    /// A number has no JSON.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// As tables for people.
    pub fn text(&self, args: &DemoArgs) -> String {
        let mut text = String::new();
        for (call, title) in
            [(Call::Bridge, "bridge of two, µ-law to A-law and back"), (Call::Conference, "conference of three")]
        {
            let _ = writeln!(text, "{title}");
            let head = ["codec", "sent", "in", "out", "heard", "lost", "late", "missing", "concealed", "level"];
            let _ = write!(text, "  {:<7}", "");
            for head in head {
                let _ = write!(text, "{head:>10}");
            }
            let _ = writeln!(text, "  hears (correlation, gain, delay)");
            self.legs.iter().filter(|leg| leg.call == call).for_each(|leg| leg.write(&mut text));
        }
        let _ = writeln!(
            text,
            "\nsent, heard: packets at the party; in, out: at the engine. level: of what is heard, in dBov."
        );
        let _ = writeln!(text, "delay: from a packet's departure to the arrival of the packet with its audio.\n");
        let _ = writeln!(text, "the engine, as of the last full second of the calls:\n{}", self.engine);
        let _ = writeln!(text, "what each party said and heard: {}/*.wav", args.out.display());
        for leg in &self.legs {
            if let Some(Flight { compared, same, exact, not_replayed }) = &leg.flight {
                let verdict = if *exact { "replayed" } else { "WRONG: not as it was" };
                let _ = writeln!(text, "{} {verdict}: {same} of {compared} packets the same, bit for bit", leg.name);
                for what in not_replayed {
                    let _ = writeln!(text, "  not replayed: {what}");
                }
            }
            for complaint in &leg.complaints {
                let _ = writeln!(text, "WRONG: {} {complaint}", leg.name);
            }
        }
        let _ = match (self.ok, self.interrupted) {
            (true, false) => writeln!(text, "All parties heard their partners, and nobody else."),
            (_, true) => writeln!(text, "Interrupted."),
            (false, false) => writeln!(text, "Not all is well."),
        };
        text
    }
}

impl Row {
    fn write(&self, text: &mut String) {
        let _ = write!(text, "  {:<7}{:>10}", self.name, self.codec);
        let counts = [self.sent, self.packets_in, self.packets_out, self.heard, self.lost, self.late, self.missing];
        for count in counts {
            let _ = write!(text, "{count:>10}");
        }
        let _ = write!(text, "{:>7} ms{:>10.1} ", self.concealed_ms, self.level_dbov);
        for Hears { name, correlation, gain_db, delay_ms } in &self.hears {
            let _ = write!(text, " {name} ({correlation:.3}, {gain_db:+.1} dB, {delay_ms:.0} ms)");
        }
        text.push('\n');
    }
}

fn row(outcome: &Outcome, number: usize) -> Row {
    let (heard, complaints) = outcome.judge(number);
    let Leg { name, law, call, sent, heard: audio, talking, last, flight, .. } = &outcome.legs[number];
    let partners = heard.iter().zip(&outcome.legs).filter(|(_, leg)| leg.call == *call && leg.name != *name);
    let hears = partners.map(|(heard, leg)| Hears {
        name: leg.name,
        correlation: heard.likeness,
        gain_db: 20.0 * heard.gain.abs().max(1e-6).log10(),
        delay_ms: heard.delay_ms,
    });
    Row {
        name,
        call: *call,
        codec: if *law == Law::Mu { "PCMU" } else { "PCMA" },
        sent: *sent,
        packets_in: last.packets_in,
        packets_out: last.packets_out,
        heard: audio.packets,
        lost: talking.lost,
        late: talking.late,
        missing: audio.missing,
        concealed_ms: 10 * talking.concealed_blocks,
        level_dbov: level_dbov(&audio.samples),
        hears: hears.collect(),
        complaints,
        flight: flight.clone(),
    }
}
