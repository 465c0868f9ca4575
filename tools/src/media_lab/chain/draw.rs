//! Control: what the chain did over time, drawn.

use super::Args;
use crate::media_lab::blocks::levels_dbfs;
use crate::media_lab::chart::{Chart, Panel, over_time};
use media_core::processing::chain::ProcessingMetrics;

/// Stages that were not asked for have nothing to show.
pub(super) fn chart(args: &Args, (before, after): (&[f32], &[f32]), rows: &[ProcessingMetrics], size: usize) -> Chart {
    let levels = |pcm| over_time(levels_dbfs(pcm, size));
    let over = |value: &dyn Fn(&ProcessingMetrics) -> f64| over_time(rows.iter().map(value));
    let mut chart = Chart::of("chain", &args.input, &stages(args))
        .panel(Panel::new("Level", "dBFS").line("input", levels(before)).line("output", levels(after)));
    if args.speech.agc.is_some() {
        chart = chart.panel(Panel::new("Gain control", "dB").line("gain", over(&|row| row.gain_db.into())));
    }
    if rows.iter().any(|row| row.voice_probability > 0.0) {
        let voice = Panel::new("Voice", "probability");
        chart = chart.panel(voice.line("probability", over(&|row| row.voice_probability.into())));
    }
    if args.aec.is_some() {
        let erle = Panel::new("Echo return loss enhancement", "dB")
            .line("linear filter", over(&|row| row.echo.map_or(f64::NAN, |echo| echo.erle_linear_db.into())))
            .line("with suppression", over(&|row| row.echo.map_or(f64::NAN, |echo| echo.erle_db.into())));
        chart = chart.panel(erle);
    }
    chart
}

/// The stages that were asked for, and when they were there.
fn stages(args: &Args) -> String {
    let mut said = Vec::new();
    said.extend((args.tones || args.single_tones || args.call_progress).then(|| "tones".to_owned()));
    said.extend(args.aec.map(|aec| format!("aec {}", aec.name())));
    said.extend(args.speech.ns.map(|ns| format!("ns {} {}", ns.name(), args.speech.level.name())));
    said.extend(args.speech.vad.map(|vad| format!("vad {}", vad.name())));
    said.extend(args.speech.agc.map(|agc| format!("agc {} {} LUFS", agc.name(), args.speech.target_lufs)));
    said.extend((!args.band.is_empty()).then(|| format!("{} equalizer bands", args.band.len())));
    said.extend(args.compress.then(|| "compressor".to_owned()));
    let until = args.until.map_or("the end".into(), |until| format!("{until} s"));
    format!("{}; from {} s to {until}", said.join(", "), args.from)
}
