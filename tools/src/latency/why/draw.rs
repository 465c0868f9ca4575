//! Control: the time line of a session: what was heard, what waited, what was missing, and why.

use std::error::Error;
use std::ops::Range;

use media_core::telemetry::{Why, WhyRow};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::picture::{self, COLOURS, Legend, style};

/// Width and height in pixels.
const SIZE: (u32, u32) = (1200, 900);
const TITLE_HEIGHT: u32 = 40;
/// A glitch is drawn no narrower than this, in seconds: it is to be seen.
const LEAST: f64 = 0.25;
/// The quietest that the level is drawn to, dBov.
const QUIET: f64 = -90.0;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A panel: its name, its lines with theirs, and the range of its values.
struct Panel<'a> {
    name: &'a str,
    lines: Vec<(&'a str, Vec<(f64, f64)>)>,
    values: Range<f64>,
}

pub(super) fn svg(why: &Why) -> Result<String> {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(owned)?;
        let (head, below) = root.split_vertically(TITLE_HEIGHT);
        let Why { session, dialog, .. } = why;
        picture::title(&head, &format!("session {session}, dialog {dialog}: why its audio broke"))?;
        let areas = below.split_evenly((4, 1));
        let span = span(why);
        for (panel, area) in panels(why).iter().zip(&areas) {
            lines(area, panel, &span)?;
        }
        if let Some(area) = areas.last() {
            glitches(area, why, &span)?;
        }
        root.present().map_err(owned)?;
    }
    Ok(text)
}

fn owned(error: impl Error) -> Box<dyn Error + Send + Sync> {
    error.to_string().into()
}

/// From when to when, in seconds since 1970.
fn span(why: &Why) -> Range<f64> {
    let at = |second: &media_core::quality::Second| second.unix_ms as f64 / 1e3;
    let (first, last) = match (why.seconds.first().map(at), why.seconds.last().map(at)) {
        (Some(first), Some(last)) => (first - 1.0, last),
        // Of a session younger than a second there are its glitches at most.
        _ => why.glitches.first().map_or((0.0, 0.0), |row| (begin(row) - 1.0, begin(row))),
    };
    let last = why.glitches.iter().map(end).fold(last, f64::max);
    first..last.max(first + 1.0)
}

fn begin(row: &WhyRow) -> f64 {
    row.unix_us as f64 / 1e6
}

fn end(row: &WhyRow) -> f64 {
    begin(row) + (row.length_us as f64 / 1e6).max(LEAST)
}

fn panels(why: &Why) -> Vec<Panel<'_>> {
    let points = |of: &dyn Fn(&media_core::quality::Second) -> Option<f64>| -> Vec<(f64, f64)> {
        why.seconds.iter().filter_map(|second| Some((second.unix_ms as f64 / 1e3, of(second)?))).collect()
    };
    let most = |lines: &[(&str, Vec<(f64, f64)>)], least: f64| {
        let values = lines.iter().flat_map(|(_, points)| points).map(|(_, y)| *y);
        0.0..values.fold(least, f64::max) * 1.1
    };
    let level = points(&|second| second.level_dbov.map(|level| f64::from(level).max(QUIET)));
    let level = vec![(if level.is_empty() { "not metered" } else { "of what the party says" }, level)];
    let buffer = vec![("what waits", points(&|second| Some(second.buffer_ms.into())))];
    let missing = vec![
        ("packets lost", points(&|second| Some(second.lost.into()))),
        ("packets late", points(&|second| Some(second.late.into()))),
        ("blocks of 10 ms made up", points(&|second| Some(f64::from(second.concealed_ms) / 10.0))),
    ];
    let (of_buffer, of_missing) = (most(&buffer, 50.0), most(&missing, 5.0));
    vec![
        Panel { name: "Level, dBov", lines: level, values: QUIET..0.0 },
        Panel { name: "Jitter buffer, ms", lines: buffer, values: of_buffer },
        Panel { name: "Each second", lines: missing, values: of_missing },
    ]
}

/// Hours, minutes and seconds of the day, UTC.
fn clock(at: &f64) -> String {
    let of_day = (*at as u64) % 86_400;
    format!("{:02}:{:02}:{:02}", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

fn lines(area: &Area<'_>, panel: &Panel<'_>, span: &Range<f64>) -> Result<()> {
    let legend = Legend::new(panel.name, panel.lines.iter().map(|(name, _)| *name));
    let (head, area) = area.split_vertically(legend.height(SIZE.0));
    legend.draw(&head)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_top(2)
        .x_label_area_size(26)
        .y_label_area_size(60)
        .build_cartesian_2d(span.clone(), panel.values.clone())
        .map_err(owned)?;
    chart
        .configure_mesh()
        .light_line_style(RGBColor(235, 235, 235))
        .x_label_formatter(&clock)
        .label_style(("sans-serif", 14))
        .draw()
        .map_err(owned)?;
    for (n, (_, points)) in panel.lines.iter().enumerate() {
        chart.draw_series(LineSeries::new(points.iter().copied(), style(n))).map_err(owned)?;
    }
    Ok(())
}

/// The glitches, a row a cause.
fn glitches(area: &Area<'_>, why: &Why, span: &Range<f64>) -> Result<()> {
    let mut causes: Vec<&str> = why.glitches.iter().map(|row| row.cause.as_str()).collect();
    causes.sort_unstable();
    causes.dedup();
    let legend = Legend::new(if causes.is_empty() { "No gaps" } else { "Gaps" }, causes.iter().copied());
    let (head, area) = area.split_vertically(legend.height(SIZE.0));
    legend.draw(&head)?;
    let rows = causes.len().max(1) as f64;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_top(2)
        .x_label_area_size(46)
        .y_label_area_size(60)
        .build_cartesian_2d(span.clone(), 0.0..rows)
        .map_err(owned)?;
    chart
        .configure_mesh()
        .light_line_style(RGBColor(235, 235, 235))
        .x_label_formatter(&clock)
        .y_labels(0)
        .label_style(("sans-serif", 14))
        .x_desc("UTC")
        .draw()
        .map_err(owned)?;
    for (n, cause) in causes.iter().enumerate() {
        let below = rows - 1.0 - n as f64;
        let shown = why.glitches.iter().filter(|row| row.cause == *cause && end(row) >= span.start);
        let bars = shown.map(|row| {
            let corners = [(begin(row).max(span.start), below + 0.15), (end(row), below + 0.85)];
            Rectangle::new(corners, COLOURS[n % COLOURS.len()].filled())
        });
        chart.draw_series(bars).map_err(owned)?;
    }
    Ok(())
}
