//! Control: `media-lab conformance g711`: ITU-T G.711 on raw files.

use super::raw;
use crate::cli::Command;
use crate::cli::files::Files;
use anyhow::Result;
use clap::ValueEnum;
use media_core::codec::{AudioDecoder as _, AudioEncoder as _, G711Decoder, G711Encoder, Law};
use std::path::PathBuf;

/// What `conformance g711` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab conformance g711 enc u speech.s16 speech.ul
  media-lab conformance g711 dec a speech.al speech.s16

PCM is signed 16 bits, little endian, without a header.")]
pub struct Args {
    /// Encode PCM to codes, or decode codes to PCM.
    direction: Direction,
    /// The law: u (µ-law, PCMU) or a (A-law, PCMA).
    law: Curve,
    /// The file to read.
    input: PathBuf,
    /// The file to write.
    output: PathBuf,
}

/// Which way.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Direction {
    /// PCM to codes.
    Enc,
    /// Codes to PCM.
    Dec,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Curve {
    /// µ-law.
    U,
    /// A-law.
    A,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output)
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let law = match args.law {
        Curve::U => Law::Mu,
        Curve::A => Law::A,
    };
    match args.direction {
        Direction::Enc => {
            let pcm = raw::read_pcm(&args.input)?;
            let mut codes = vec![0; pcm.len()];
            G711Encoder::new(law).encode_into(&pcm, &mut codes)?;
            raw::write(&args.output, &codes)
        }
        Direction::Dec => {
            let codes = raw::read(&args.input)?;
            let mut pcm = vec![0.0; codes.len()];
            G711Decoder::new(law).decode_into(&codes, &mut pcm)?;
            raw::write_pcm(&args.output, pcm)
        }
    }
}
