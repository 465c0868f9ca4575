//! Control: what came of each number of calls, as a picture.

use super::report::Outcome;
use super::search::Limit;
use super::verdict::{Step, Verdict};
use crate::picture::{self, Legend, style};
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1100, 1000);
const TITLE_HEIGHT: u32 = 44;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Points = Vec<(f64, f64)>;
/// A line: its name, and its value of a step.
type Row = (&'static str, fn(&Step) -> Option<f64>);

/// A picture of a scenario, as SVG.
///
/// # Errors
/// It cannot be drawn.
pub(super) fn svg(outcome: &Outcome) -> Result<String> {
    let panels: [(&str, &str, &[Row]); 3] = [
        (
            "Processor",
            "percent of a core",
            &[("node", |s| s.node_cpu_percent), ("generator", |s| Some(s.generator_cpu_percent))],
        ),
        (
            "Times",
            "ms",
            &[
                ("packets off 20 ms, p99", |s| Some(s.arrival.p99_us / 1e3)),
                ("tick, p99", |s| s.node.as_ref().map(|n| n.tick_work.p99_us / 1e3)),
                ("tick, longest", |s| s.node.as_ref().map(|n| n.tick_work.max_us / 1e3)),
                ("the generator's own packets late, p99.9", |s| Some(s.generator_late.p999_us / 1e3)),
            ],
        ),
        (
            "Packets",
            "packets",
            &[
                ("lost on their way back", |s| Some((s.lost + s.unsent) as f64)),
                ("lost on their way to the node", |s| s.node.as_ref().map(|n| n.lost_in as f64)),
                ("late ticks", |s| s.node.as_ref().map(|n| (n.late_ticks + n.skipped_ticks) as f64)),
            ],
        ),
    ];
    let mut steps: Vec<_> = outcome.steps.iter().filter(|(step, _)| step.refused.is_none()).collect();
    steps.sort_by_key(|(step, _)| step.calls);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(told)?;
        let (head, below) = root.split_vertically(TITLE_HEIGHT);
        picture::title(&head, &title(outcome))?;
        let height = (SIZE.1 - TITLE_HEIGHT) / 3;
        let (first, rest) = below.split_vertically(height);
        let (second, third) = rest.split_vertically(height);
        for (area, (name, unit, rows)) in [first, second, third].iter().zip(panels) {
            panel(area, (name, unit), rows, &steps)?;
        }
        root.present().map_err(told)?;
    }
    Ok(text)
}

fn title(outcome: &Outcome) -> String {
    let name = outcome.scenario.name();
    match &outcome.found {
        Some(found) => {
            let calls = found.calls.map_or("none".into(), |calls| calls.to_string());
            let kind = if matches!(found.limit, Limit::Node(_)) { "capacity" } else { "at least" };
            format!("call-load {name}: {kind} {calls} calls")
        }
        None => format!("call-load {name}"),
    }
}

fn panel(area: &Area<'_>, (name, unit): (&str, &str), rows: &[Row], steps: &[&(Step, Verdict)]) -> Result<()> {
    let line = |(_, value): &Row| -> Points {
        steps.iter().filter_map(|(step, _)| Some((f64::from(step.calls), value(step)?))).collect()
    };
    let lines: Vec<Points> = rows.iter().map(line).collect();
    let most = |of: fn(&(f64, f64)) -> f64, least: f64| lines.iter().flatten().map(of).fold(least, f64::max) * 1.05;
    let (calls, highest) = (most(|point| point.0, 1.0), most(|point| point.1, 1.0));
    let legend = Legend::new(name, rows.iter().map(|(name, _)| *name));
    let (head, area) = area.split_vertically(legend.height(SIZE.0));
    legend.draw(&head)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_top(2)
        .x_label_area_size(42)
        .y_label_area_size(76)
        .build_cartesian_2d(0.0..calls, 0.0..highest)
        .map_err(told)?;
    chart
        .configure_mesh()
        .light_line_style(RGBColor(235, 235, 235))
        .label_style(("sans-serif", 14))
        .x_label_formatter(&|calls| format!("{calls:.0}"))
        .y_desc(unit)
        .x_desc("calls (a ring: not good, or not counted)")
        .draw()
        .map_err(told)?;
    for (n, points) in lines.iter().enumerate() {
        chart.draw_series(LineSeries::new(points.iter().copied(), style(n))).map_err(told)?;
        let marks = points.iter().zip(steps).map(|(point, (_, verdict))| {
            let good = *verdict == Verdict::Good;
            Circle::new(*point, 4, if good { style(n).filled() } else { style(n) })
        });
        chart.draw_series(marks).map_err(told)?;
    }
    Ok(())
}

fn told(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("drawing failed: {error}")
}
