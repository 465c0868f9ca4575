//! Control: lines drawn with plotters, as SVG.

use std::error::Error;
use std::ops::Range;

use media_core::telemetry::snapshot::Nanos;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::curves::Line;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1200, 960);

/// Colours that can be told apart in print and by the colour-blind (after Okabe and Ito), then again, drawn thinner.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

pub(super) fn svg(lines: &[Line]) -> Result<String> {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(owned)?;
        let (above, below) = root.split_vertically(SIZE.1 / 2);
        percentiles(&above, lines)?;
        time_lines(&below, lines)?;
        root.present().map_err(owned)?;
    }
    Ok(text)
}

fn owned(error: impl Error) -> Box<dyn Error + Send + Sync> {
    error.to_string().into()
}

fn style(n: usize) -> ShapeStyle {
    COLOURS[n % COLOURS.len()].stroke_width(if n < COLOURS.len() { 2 } else { 1 })
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
    let mut chart = ChartBuilder::on(area)
        .caption("Percentiles", ("sans-serif", 22))
        .margin(12)
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
        .x_desc("at most so much for this share of the values")
        .draw()
        .map_err(owned)?;
    for (n, line) in lines.iter().enumerate() {
        chart
            .draw_series(LineSeries::new(line.percentiles.iter().copied(), style(n)))
            .map_err(owned)?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style(n)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(("sans-serif", 14))
        .background_style(WHITE.mix(0.8))
        .border_style(RGBColor(200, 200, 200))
        .draw()
        .map_err(owned)
}

fn time_lines(area: &DrawingArea<SVGBackend<'_>, Shift>, lines: &[Line]) -> Result<()> {
    let points = || lines.iter().flat_map(|line| line.medians.iter().chain(&line.greatest));
    let last = points().map(|(at, _)| *at).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption("In time: the greatest value of each interval, and the median (thin)", ("sans-serif", 22))
        .margin(12)
        .x_label_area_size(46)
        .y_label_area_size(80)
        .build_cartesian_2d(0.0..last, decades(points()).log_scale())
        .map_err(owned)?;
    chart
        .configure_mesh()
        .light_line_style(RGBColor(235, 235, 235))
        .y_label_formatter(&duration)
        .label_style(("sans-serif", 14))
        .x_desc("seconds since the start of the log")
        .draw()
        .map_err(owned)?;
    for (n, line) in lines.iter().enumerate() {
        chart.draw_series(LineSeries::new(line.greatest.iter().copied(), style(n))).map_err(owned)?;
        let thin = COLOURS[n % COLOURS.len()].mix(0.7).stroke_width(1);
        chart.draw_series(LineSeries::new(line.medians.iter().copied(), thin)).map_err(owned)?;
    }
    Ok(())
}
