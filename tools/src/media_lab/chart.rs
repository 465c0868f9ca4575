//! Control: pictures of values over time (or frequency): panels one below the other, SVG, or PNG by the file's name.

use crate::picture::{self, Legend};
use anyhow::{Result, anyhow, ensure};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::path::Path;

const WIDTH: u32 = 1200;
const TITLE_HEIGHT: u32 = 40;
const PANEL_HEIGHT: u32 = 320;

/// A picture.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// On top: the command, its file, its parameters.
    title: String,
    /// What the horizontal axis is, with its unit.
    x: String,
    /// One below the other.
    panels: Vec<Panel>,
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

/// A value each 10 ms as points over seconds.
#[must_use]
pub fn over_time(values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    values.into_iter().enumerate().map(|(n, value)| (n as f64 / 100.0, value)).collect()
}

impl Chart {
    /// What a command did with a file, and by which parameters.
    #[must_use]
    pub fn of(command: &str, file: &Path, parameters: &str) -> Self {
        Self::titled(format!("media-lab {command} {}: {parameters}", file.display()))
    }

    /// An empty picture over time.
    #[must_use]
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), x: "time, s".into(), panels: Vec::new() }
    }

    /// Over something else.
    #[must_use]
    pub fn x(self, x: impl Into<String>) -> Self {
        Self { x: x.into(), ..self }
    }

    /// With one more panel, below the others.
    #[must_use]
    pub fn panel(mut self, panel: Panel) -> Self {
        self.panels.push(panel);
        self
    }

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
            let size = (WIDTH, TITLE_HEIGHT + PANEL_HEIGHT * u32::try_from(self.panels.len())?);
            let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
            root.fill(&WHITE).map_err(told)?;
            let (title, panels) = root.split_vertically(TITLE_HEIGHT);
            picture::title(&title, &self.title)?;
            // All panels show the same time.
            let lines = self.panels.iter().flat_map(|panel| &panel.lines);
            let (left, right) = span(lines.flat_map(|line| &line.points).map(|point| point.0));
            for (panel, area) in self.panels.iter().zip(panels.split_evenly((self.panels.len(), 1))) {
                panel.draw(&area, &self.x, (left, right.max(left + 1e-9)))?;
            }
            root.present().map_err(told)?;
        }
        Ok(text)
    }
}

impl Panel {
    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>, x: &str, (left, right): (f64, f64)) -> Result<()> {
        let values = self.lines.iter().flat_map(|line| &line.points).map(|point| point.1);
        let (low, high) = span(values);
        // A line that stands still lies in the middle.
        let pad = if high > low { 0.05 * (high - low) } else { 1.0 };
        let (low, high) = (low - pad, high + pad);
        // The legend is above the axes, where no line is.
        let legend = Legend::new(&self.title, self.lines.iter().map(|line| &*line.name));
        let (head, area) = area.split_vertically(legend.height(WIDTH));
        legend.draw(&head)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(10)
            .margin_top(2)
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
            let points = line.points.split(|point| !(point.0.is_finite() && point.1.is_finite()));
            for piece in points.filter(|piece| !piece.is_empty()) {
                chart.draw_series(LineSeries::new(piece.iter().copied(), picture::style(n))).map_err(told)?;
            }
        }
        Ok(())
    }
}

/// The least and the greatest of the values that are numbers.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.filter(|value| value.is_finite()).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    if low > high { (0.0, 1.0) } else { (low, high) }
}

fn told(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("drawing failed: {error}")
}
