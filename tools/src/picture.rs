//! Control: a drawn picture as a file: SVG, or PNG by the file's name.

mod legend;

pub use legend::{COLOURS, Legend, style, title};

use crate::cli::files;
use anyhow::{Context, Result, anyhow, bail};
use std::path::Path;

/// Fonts for letters, the first that is installed.
const SANS_SERIF: [&str; 5] = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica"];

/// Whether a file of that name can be written.
///
/// # Errors
/// It ends in neither `.svg` nor `.png`.
pub fn check(path: &Path) -> Result<()> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("svg" | "png") => Ok(()),
        _ => bail!("{}: a picture's name ends in .svg or .png", path.display()),
    }
}

/// Writes an SVG text as the file's name says.
///
/// # Errors
/// Another ending, it cannot be drawn, or the file cannot be written.
pub fn write(path: &Path, svg: &str) -> Result<()> {
    check(path)?;
    let drawn;
    let octets = if path.extension().is_some_and(|ending| ending == "png") {
        drawn = png(svg)?;
        &drawn
    } else {
        svg.as_bytes()
    };
    files::write(path, octets)
}

/// An SVG text as PNG, its letters in a font of the system.
///
/// # Errors
/// It cannot be drawn, or no font is there.
pub fn png(svg: &str) -> Result<Vec<u8>> {
    let mut options = resvg::usvg::Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    // The library takes "sans-serif" to be Arial, and leaves letters out without a word where that is missing.
    let named = |name: &str| fonts.faces().any(|face| face.families.iter().any(|(family, _)| family == name));
    let family = SANS_SERIF.into_iter().find(|name| named(name)).map(str::to_owned);
    let family = family.or_else(|| fonts.faces().next().and_then(|face| Some(face.families.first()?.0.clone())));
    let family = family.context("no font is installed for the letters: install fonts-dejavu, or write .svg")?;
    fonts.set_sans_serif_family(family);
    let tree = resvg::usvg::Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let mut pixels = resvg::tiny_skia::Pixmap::new(size.width(), size.height()).context("a picture of no size")?;
    resvg::render(&tree, resvg::tiny_skia::Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| anyhow!("{e}"))
}
