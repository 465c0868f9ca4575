//! Control: `media-lab`: the library's parts on files.

use clap::Parser;
use media_core_tools::{cli, media_lab};
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = media_lab::run(&media_lab::Cli::parse()).map(|()| ExitCode::SUCCESS);
    cli::end("media-lab", done, 1)
}
