//! Control: `media-lab`: the library's parts on files.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    media_core_tools::media_lab::run(media_core_tools::media_lab::Cli::parse())
}
