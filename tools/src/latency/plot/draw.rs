//! Control: lines drawn with plotters, as SVG.

use std::error::Error;
use std::ops::Range;

use media_core::telemetry::snapshot::Nanos;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::curves::Line;
use crate::picture::{self, COLOURS, Legend, style};

/// Width and height in pixels.
const SIZE: (u32, u32) = (1200, 960);

const TITLE_HEIGHT: u32 = 40;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

pub(super) fn svg(title: &str, lines: &[Line]) -> Result<String> {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(owned)?;
        let (head, below) = root.split_vertically(TITLE_HEIGHT);
        picture::title(&head, title)?;
        let (above, below) = below.split_vertically((SIZE.1 - TITLE_HEIGHT) / 2);
        percentiles(&above, lines)?;
        time_lines(&below, lines)?;
        root.present().map_err(owned)?;
    }
    Ok(text)
}

fn owned(error: impl Error) -> Box<dyn Error + Send + Sync> {
    error.to_string().into()
}

fn duration(ns: &f64) -> String {
    Nanos(*ns as u64).to_string()
}

/// From the power of ten below the least value to the one above the greatest.
fn decades<'l>(points: impl Iterator<Item = &'l (f64, f64)>) -> Range<f64> {
    let (least, most) = points.fold((f64::MAX, 0.0), |(least, most), (_, y)| (y.min(least), y.max(most)));
    10f64.powf(least.log10().floor())..10f64.powf((most * 1.01).log10().ceil())
}

fn percentiles(area: &DrawingArea<SVGBackend<'_>, Shift>, lines: &[Line]) -> Result<()> {
    let points = || lines.iter().flat_map(|line| &line.percentiles);
    let most = points().map(|(nines, _)| *nines).fold(100.0, f64::max);
    // The legend of both is above the axes, where no line is.
    let legend = Legend::new("Percentiles", lines.iter().map(|line| &*line.name));
    let (head, area) = area.split_vertically(legend.height(SIZE.0));
    legend.draw(&head)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_top(2)
        .x_label_area_size(46)
        .y_label_area_size(80)
        .build_cartesian_2d((1.0..most).log_scale(), decades(points()).log_scale())
        .map_err(owned)?;
    let percentile = |nines: &f64| {
        let percent = format!("{:.4}", 100.0 - 100.0 / nines);
        format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
    };
    chart
        .configure_mesh()
        .light_line_style(RGBColor(235, 235, 235))
        .x_label_formatter(&percentile)
        .y_label_formatter(&duration)
        .label_style(("sans-serif", 14))
        .x_desc("share of the values that are at most this")
        .draw()
        .map_err(owned)?;
    for (n, line) in lines.iter().enumerate() {
        chart.draw_series(LineSeries::new(line.percentiles.iter().copied(), style(n))).map_err(owned)?;
    }
    Ok(())
}

fn time_lines(area: &DrawingArea<SVGBackend<'_>, Shift>, lines: &[Line]) -> Result<()> {
    let points = || lines.iter().flat_map(|line| line.medians.iter().chain(&line.greatest));
    let last = points().map(|(at, _)| *at).fold(1.0, f64::max);
    let legend = Legend::new("Over time: the greatest value of each interval, and the median (thin)", []);
    let (head, area) = area.split_vertically(legend.height(SIZE.0));
    legend.draw(&head)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_top(2)
        .x_label_area_size(46)
        .y_label_area_size(80)
        .build_cartesian_2d(0.0..last, decades(points()).log_scale())
        .map_err(owned)?;
    chart
        .configure_mesh()
        .light_line_style(RGBColor(235, 235, 235))
        .y_label_formatter(&duration)
        .label_style(("sans-serif", 14))
        .x_desc("time since the start of the log, s")
        .draw()
        .map_err(owned)?;
    for (n, line) in lines.iter().enumerate() {
        chart.draw_series(LineSeries::new(line.greatest.iter().copied(), style(n))).map_err(owned)?;
        let thin = COLOURS[n % COLOURS.len()].mix(0.7).stroke_width(1);
        chart.draw_series(LineSeries::new(line.medians.iter().copied(), thin)).map_err(owned)?;
    }
    Ok(())
}
