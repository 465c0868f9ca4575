//! Control: `media-lab jitter` by itself.

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
