//! Control: pictures of values over time (or frequency): panels one below the other, SVG, or PNG by the file's name.

use crate::picture;
use anyhow::{Result, anyhow, ensure};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::path::Path;

/// Colours that can be told apart in print and by the colour-blind (after Okabe and Ito).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

const WIDTH: u32 = 1200;
const PANEL_HEIGHT: u32 = 320;

/// A picture.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// What the horizontal axis is, with its unit.
    pub x: String,
    /// One below the other.
    pub panels: Vec<Panel>,
}

/// One system of axes.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// Above the panel.
    pub title: String,
    /// What the vertical axis is, with its unit.
    pub y: String,
    /// The lines in it.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// In the legend.
    pub name: String,
    /// x, y; points that are not finite are left out.
    pub points: Vec<(f64, f64)>,
}

impl Panel {
    /// A panel without lines.
    #[must_use]
    pub fn new(title: impl Into<String>, y: impl Into<String>) -> Self {
        Self { title: title.into(), y: y.into(), lines: Vec::new() }
    }

    /// With one more line.
    #[must_use]
    pub fn line(mut self, name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.lines.push(Line { name: name.into(), points: points.into_iter().collect() });
        self
    }
}

impl Chart {
    /// Writes the picture: SVG or PNG, as the file is named.
    ///
    /// # Errors
    /// Another ending, nothing to draw, or the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        picture::write(path, &self.svg()?)
    }

    /// The picture as SVG.
    ///
    /// # Errors
    /// There is nothing to draw.
    pub fn svg(&self) -> Result<String> {
        ensure!(!self.panels.is_empty(), "nothing to draw");
        let mut text = String::new();
        {
            let size = (WIDTH, PANEL_HEIGHT * u32::try_from(self.panels.len())?);
            let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
            root.fill(&WHITE).map_err(told)?;
            for (panel, area) in self.panels.iter().zip(root.split_evenly((self.panels.len(), 1))) {
                panel.draw(&area, &self.x)?;
            }
            root.present().map_err(told)?;
        }
        Ok(text)
    }
}

impl Panel {
    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>, x: &str) -> Result<()> {
        let finite = |p: &&(f64, f64)| p.0.is_finite() && p.1.is_finite();
        let points = || self.lines.iter().flat_map(|line| &line.points).filter(finite);
        let span = |values: &mut dyn Iterator<Item = f64>, pad: f64| {
            let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
            if low > high { (0.0, 1.0) } else { (low - pad * (high - low), high + pad * (high - low).max(1e-9)) }
        };
        let (left, right) = span(&mut points().map(|p| p.0), 0.0);
        let (low, high) = span(&mut points().map(|p| p.1), 0.05);
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 20))
            .margin(10)
            .x_label_area_size(42)
            .y_label_area_size(70)
            .build_cartesian_2d(left..right, low..high)
            .map_err(told)?;
        chart
            .configure_mesh()
            .light_line_style(RGBColor(238, 238, 238))
            .label_style(("sans-serif", 14))
            .x_desc(x)
            .y_desc(&self.y)
            .draw()
            .map_err(told)?;
        for (n, line) in self.lines.iter().enumerate() {
            let style = COLOURS[n % COLOURS.len()].stroke_width(if n < COLOURS.len() { 2 } else { 1 });
            chart
                .draw_series(LineSeries::new(line.points.iter().filter(finite).copied(), style))
                .map_err(told)?
                .label(&line.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .label_font(("sans-serif", 14))
            .background_style(WHITE.mix(0.8))
            .border_style(RGBColor(200, 200, 200))
            .draw()
            .map_err(told)
    }
}

fn told(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("drawing failed: {error}")
}
