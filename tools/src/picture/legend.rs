//! Control: what stands above the axes of a picture: the title, and which colour is which line. It covers none of them.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Colours that can be told apart in print and by the colour-blind (after Okabe and Ito), then again, drawn thinner.
pub const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const MARGIN: i32 = 12;
const ROW: i32 = 22;
/// Of the line beside a name, and the room behind a name.
const SAMPLE: i32 = 24;
const GAP: i32 = 20;

/// How line `n` is drawn.
#[must_use]
pub fn style(n: usize) -> ShapeStyle {
    COLOURS[n % COLOURS.len()].stroke_width(if n < COLOURS.len() { 2 } else { 1 })
}

/// Writes a picture's title, in letters as small as it needs to be whole.
///
/// # Errors
/// It cannot be drawn.
pub fn title(area: &Area<'_>, text: &str) -> Result<()> {
    let room = area.dim_in_pixel().0 as i32 - 2 * MARGIN;
    let size = (9..=20).rev().find(|size| width(text, *size) <= room).unwrap_or(9);
    write(area, text, (MARGIN, 24), size)
}

/// The names of a panel's lines, beside its own.
#[derive(Debug)]
pub struct Legend<'a> {
    panel: &'a str,
    names: Vec<&'a str>,
}

impl<'a> Legend<'a> {
    /// Of a panel and its lines.
    pub fn new(panel: &'a str, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { panel, names: names.into_iter().collect() }
    }

    /// Its height in a picture of that width.
    #[must_use]
    pub fn height(&self, width: u32) -> u32 {
        let rows = self.places(width as i32).last().map_or(0, |(_, row)| *row) + 1;
        (rows * ROW + 6) as u32
    }

    /// Draws it.
    ///
    /// # Errors
    /// It cannot be drawn.
    pub fn draw(&self, area: &Area<'_>) -> Result<()> {
        write(area, self.panel, (MARGIN, ROW / 2), 17)?;
        let places = self.places(area.dim_in_pixel().0 as i32);
        for (n, (name, (x, row))) in self.names.iter().zip(places).enumerate() {
            let y = row * ROW + ROW / 2;
            area.draw(&PathElement::new([(x, y), (x + SAMPLE - 6, y)], style(n))).map_err(told)?;
            write(area, name, (x + SAMPLE, y), 14)?;
        }
        Ok(())
    }

    /// Where each name begins, and in which row.
    fn places(&self, most: i32) -> Vec<(i32, i32)> {
        let begin = MARGIN + width(self.panel, 17) + GAP;
        let (mut x, mut row) = (begin, 0);
        let mut place = |name: &&str| {
            let taken = SAMPLE + width(name, 14) + GAP;
            if x + taken > most && x > begin {
                (x, row) = (begin, row + 1);
            }
            let here = (x, row);
            x += taken;
            here
        };
        self.names.iter().map(&mut place).collect()
    }
}

/// Room enough for a text in any of the fonts.
fn width(text: &str, size: i32) -> i32 {
    text.chars().count() as i32 * size * 3 / 5
}

fn write(area: &Area<'_>, text: &str, at: (i32, i32), size: i32) -> Result<()> {
    let left = Pos::new(HPos::Left, VPos::Center);
    let style = ("sans-serif", size).into_text_style(area).pos(left);
    area.draw(&Text::new(text.to_owned(), at, style)).map_err(told)
}

fn told(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("drawing failed: {error}")
}
