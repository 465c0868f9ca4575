//! Control: `media-lab jitter` by itself.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match media_core_tools::jitter_lab::jitter(std::env::args().skip(1)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
