//! Control: the chain over a file, block by block.

use super::Args;
use super::draw::chart;
use crate::cli::Command as _;
use crate::cli::report::Report;
use crate::media_lab::blocks::block;
use crate::media_lab::progress::Progress;
use crate::media_lab::wav::{self, Sound};
use anyhow::{Result, ensure};
use media_core::processing::audio::tone::{Tone, ToneEvent};
use media_core::processing::chain::{AudioProcessor, ChainRates, ProcessingMetrics, ProcessingParams};
use media_core::types::SampleRate;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// What the chain did.
#[derive(Default)]
struct Outcome {
    pcm: Vec<f32>,
    rows: Vec<ProcessingMetrics>,
    /// When, in ms, and what.
    events: Vec<(usize, String)>,
}

/// Where --far is shorter, it goes on as silence.
pub(super) fn run(args: &Args) -> Result<()> {
    let params = args.params()?;
    ensure!(!params.is_off(), "no stage is asked for: see `media-lab chain --help`");
    let (mic, rate) = wav::read_mono(&args.input)?;
    let far = args.far.as_deref().map(|far| wav::read_mono_at(far, rate, &args.input)).transpose()?;
    let count = mic.len().div_ceil(rate.block_samples());
    let block_at = |seconds: f64| (seconds * 100.0).round() as usize;
    let stages = block_at(args.from)..args.until.map_or(usize::MAX, block_at);
    let until = args.until.map_or(String::new(), |until| format!("--until = {until} and "));
    ensure!(stages.start < stages.end.min(count), "--from = {}: must be before {until}the end of INPUT", args.from);
    let outcome = processed(&params, rate, (&mic, far.as_deref().unwrap_or_default()), stages)?;
    if let Some(path) = &args.events {
        let mut text = "t_ms,event\n".to_owned();
        outcome.events.iter().try_for_each(|(at, event)| writeln!(text, "{at},{event}"))?;
        crate::cli::files::write(path, text)?;
    }
    if let Some(path) = &args.plot {
        chart(args, (&mic, &outcome.pcm), &outcome.rows, rate.block_samples()).write(path)?;
    }
    let clipped = wav::write(&args.output, &Sound::mono(rate.hz(), outcome.pcm))?;
    let rows = &outcome.rows;
    let last = rows.iter().rev().find(|row| row.echo.is_some()).or(rows.last()).copied().unwrap_or_default();
    Report::on(&args.files())
        .with("blocks", count)
        .with("events", outcome.events.len())
        .with("voice_ms", last.voice_ms)
        .with("gain_db", last.gain_db)
        .with("erle_db", last.echo.map(|echo| echo.erle_db))
        .with("echo_delay_ms", last.echo.and_then(|echo| echo.delay_ms))
        .with("stage_faults", last.stage_faults)
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}

fn processed(
    params: &ProcessingParams,
    rate: SampleRate,
    (mic, far): (&[f32], &[f32]),
    stages: Range<usize>,
) -> Result<Outcome> {
    let rates = ChainRates { received: rate, sent: rate };
    let (nothing, gauges) = (ProcessingParams::default(), Arc::default());
    let mut chain = AudioProcessor::build(&nothing, rates, None, Arc::clone(&gauges))?;
    let (size, mut outcome) = (rate.block_samples(), Outcome::default());
    let mut progress = Progress::new("processing", mic.len());
    for n in 0..mic.len().div_ceil(size) {
        // As an order does in a call: a chain that follows on the former one.
        let changes = [(stages.start, &nothing, params), (stages.end, params, &nothing)];
        if let Some((_, former, next)) = changes.into_iter().find(|(at, ..)| *at == n) {
            let mut next = AudioProcessor::build(next, rates, Some((former.into(), rates)), Arc::clone(&gauges))?;
            next.continue_from(&mut chain);
            chain = next;
        }
        let (mut sent, mut heard) = (block(far, n * size, size), block(mic, n * size, size));
        chain.process_outward(&mut sent);
        let found = chain.process_inward(&mut heard);
        let mut event = |what: String| outcome.events.push((n * 10, what));
        if let Some(voice) = found.voice {
            event(format!("voice {}", if voice { "began" } else { "ended" }));
        }
        for tone in found.tones.into_iter().flatten() {
            match tone {
                ToneEvent::Begin { tone, .. } => event(format!("{} began", name(tone))),
                ToneEvent::End { tone, duration_ms, .. } => {
                    event(format!("{} ended after {duration_ms} ms", name(tone)))
                }
                _ => {}
            }
        }
        outcome.rows.push(chain.metrics());
        outcome.pcm.extend_from_slice(&heard);
        progress.at(n * size);
    }
    outcome.pcm.truncate(mic.len());
    Ok(outcome)
}

/// What a person calls it.
fn name(tone: Tone) -> String {
    match tone {
        Tone::Dtmf(digit) => format!("digit {}", char::from(digit)),
        Tone::FaxCng => "fax calling tone".into(),
        Tone::FaxCed => "answer tone".into(),
        Tone::AnswerReversing => "answer tone with phase reversals".into(),
        Tone::Single(hz) => format!("tone of {hz} Hz"),
        Tone::Progress(plan, tone) => format!("{tone:?} tone of {plan:?}"),
        Tone::SpecialInformation => "special information".into(),
        other => format!("{other:?}"),
    }
}
