//! Control: `media-lab conformance g722`: ITU-T G.722 on raw files, and the test mode of its Appendix II, which goes
//! around the quadrature mirror filters.

use super::raw;
use crate::cli::Command;
use crate::cli::files::Files;
use anyhow::{Context, Result};
use media_core::codec::audio::g722::{G722Decoder, G722Encoder, G722Mode, SubBandDecoder, SubBandEncoder};
use media_core::codec::{AudioDecoder as _, AudioEncoder as _};
use std::path::PathBuf;

/// What `conformance g722` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "\
Examples:
  media-lab conformance g722 enc 64 speech.s16 speech.g722
  media-lab conformance g722 dec 64 speech.g722 speech.s16
  media-lab conformance g722 tenc bt1c1.xmt codes.cod
  media-lab conformance g722 tdec 64 bt2r1.cod low.rc high.rc

PCM is signed 16 bits, little endian, without a header.",
    arg_required_else_help = true
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Encode PCM to octets.
    #[command(after_help = "Example:\n  media-lab conformance g722 enc 64 speech.s16 speech.g722")]
    Enc {
        /// kbit/s of audio: 64, 56 or 48. Bits of the auxiliary channel stay zero.
        #[arg(value_parser = mode)]
        kbps: G722Mode,
        /// The PCM file to read.
        input: PathBuf,
        /// The file of octets to write.
        output: PathBuf,
    },
    /// Decode octets to PCM.
    #[command(after_help = "Example:\n  media-lab conformance g722 dec 64 speech.g722 speech.s16")]
    Dec {
        /// kbit/s of audio: 64, 56 or 48. Bits of the auxiliary channel are ignored.
        #[arg(value_parser = mode)]
        kbps: G722Mode,
        /// The file of octets to read.
        input: PathBuf,
        /// The PCM file to write.
        output: PathBuf,
    },
    /// Appendix II, configuration 1: the encoder without its filter. In each word of INPUT the lowest bit is reset; the
    /// upper 15 are the sample, which both bands are given.
    #[command(after_help = "Example:\n  media-lab conformance g722 tenc bt1c1.xmt codes.cod")]
    Tenc {
        /// The test sequence (.xmt).
        input: PathBuf,
        /// The codes to write: octet in the upper half of a word, reset in its lowest bit.
        output: PathBuf,
    },
    /// Appendix II, configuration 2: the decoder without its filter.
    #[command(after_help = "Example:\n  media-lab conformance g722 tdec 64 bt2r1.cod low.rc high.rc")]
    Tdec {
        /// kbit/s of audio: 64, 56 or 48.
        #[arg(value_parser = mode)]
        kbps: G722Mode,
        /// The codes (.cod).
        input: PathBuf,
        /// The lower band's samples to write.
        low: PathBuf,
        /// The higher band's samples to write.
        high: PathBuf,
    },
}

fn mode(text: &str) -> Result<G722Mode, String> {
    text.parse().ok().and_then(G722Mode::from_kbps).ok_or_else(|| "must be 64, 56 or 48".into())
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        match &self.what {
            What::Enc { input, output, .. } | What::Dec { input, output, .. } | What::Tenc { input, output } => {
                Files::default().read(input).write(output)
            }
            What::Tdec { input, low, high, .. } => Files::default().read(input).write(low).write(high),
        }
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    match &args.what {
        What::Enc { kbps, input, output } => {
            let pcm = raw::read_pcm(input)?;
            let mut octets = vec![0; pcm.len() / 2];
            let odd = || format!("{}: an octet holds two samples", input.display());
            G722Encoder::new(*kbps).encode_into(&pcm, &mut octets).with_context(odd)?;
            raw::write(output, &octets)
        }
        What::Dec { kbps, input, output } => {
            let octets = raw::read(input)?;
            let mut pcm = vec![0.0; 2 * octets.len()];
            if !octets.is_empty() {
                G722Decoder::new(*kbps).decode_into(&octets, &mut pcm)?;
            }
            raw::write_pcm(output, pcm)
        }
        What::Tenc { input, output } => raw::write_words(output, &encode(&raw::read_words(input)?)),
        What::Tdec { kbps, input, low, high } => {
            let (lows, highs): (Vec<_>, Vec<_>) = decode(&raw::read_words(input)?, *kbps).into_iter().unzip();
            raw::write_words(low, &lows)?;
            raw::write_words(high, &highs)
        }
    }
}

/// Configuration 1: while reset is set the output is reset alone.
fn encode(words: &[u16]) -> Vec<u16> {
    let mut coder = SubBandEncoder::new();
    let code = |&word: &u16| {
        if word & 1 == 1 {
            coder = SubBandEncoder::new();
            return 1;
        }
        let sample = word as i16 >> 1;
        u16::from(coder.encode(sample, sample)) << 8
    };
    words.iter().map(code).collect()
}

/// Configuration 2, lower and higher band.
fn decode(words: &[u16], mode: G722Mode) -> Vec<(u16, u16)> {
    let mut coder = SubBandDecoder::new();
    let samples = |&word: &u16| {
        if word & 1 == 1 {
            coder = SubBandDecoder::new();
            return (1, 1);
        }
        let (low, high) = coder.decode((word >> 8) as u8, mode);
        ((low << 1) as u16, (high << 1) as u16)
    };
    words.iter().map(samples).collect()
}
