//! Control: `media-lab conformance g729`: ITU-T G.729 Annexes A and B on raw files and the serial format of the ITU's test
//! sequences: for each frame a synchronization word, the number of bits, and one word a bit. A frame with a word of zero
//! among its bits is erased, and so is an untransmitted one with another synchronization word.

use super::raw;
use crate::cli::Command;
use crate::cli::files::Files;
use anyhow::{Result, bail};
use media_core::codec::audio::g729::{FRAME, Frame, G729Decoder, G729Encoder, SidIndices, SpeechIndices};
use media_core::processing::format::bit_depth::f32_to_i16;
use std::path::{Path, PathBuf};

const SYNCHRONIZATION: u16 = 0x6B21;
const ZERO: u16 = 0x7F;
const ONE: u16 = 0x81;

/// What `conformance g729` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "\
Examples:
  media-lab conformance g729 enc speech.s16 speech.bit
  media-lab conformance g729 encvad speech.s16 speech.bit
  media-lab conformance g729 dec speech.bit speech.s16

PCM is signed 16 bits, little endian, without a header; .bit is the serial format of the ITU.",
    arg_required_else_help = true
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Encode PCM, Annex A: each frame as speech.
    #[command(after_help = "Example:\n  media-lab conformance g729 enc speech.s16 speech.bit")]
    Enc(InOut),
    /// Encode PCM, Annexes A and B: silence is left out.
    #[command(after_help = "Example:\n  media-lab conformance g729 encvad speech.s16 speech.bit")]
    Encvad(InOut),
    /// Decode to PCM.
    #[command(after_help = "Example:\n  media-lab conformance g729 dec speech.bit speech.s16")]
    Dec(InOut),
}

#[derive(Debug, clap::Args)]
struct InOut {
    /// The file to read.
    input: PathBuf,
    /// The file to write.
    output: PathBuf,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        let (What::Enc(both) | What::Encvad(both) | What::Dec(both)) = &self.what;
        Files::default().read(&both.input).write(&both.output)
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    match &args.what {
        What::Enc(files) => encode(files, false),
        What::Encvad(files) => encode(files, true),
        What::Dec(InOut { input, output }) => {
            let pcm = decode(&raw::read_words(input)?, input)?;
            raw::write_words(output, &pcm.iter().map(|&x| x as u16).collect::<Vec<_>>())
        }
    }
}

/// Samples after the last whole frame are left out, as the ITU's program does.
fn encode(InOut { input, output }: &InOut, annex_b: bool) -> Result<()> {
    let pcm: Vec<i16> = raw::read_pcm(input)?.into_iter().map(f32_to_i16).collect();
    let mut encoder = G729Encoder::new(annex_b, 1);
    let mut words = Vec::new();
    for pcm in pcm.as_chunks::<FRAME>().0 {
        match encoder.encode_frame(pcm) {
            Frame::Speech(indices) => serialize(&indices.pack(), &mut words),
            Frame::Sid(indices) => serialize(&indices.pack(), &mut words),
            Frame::Untransmitted => serialize(&[], &mut words),
        }
    }
    raw::write_words(output, &words)
}

fn serialize(octets: &[u8], words: &mut Vec<u16>) {
    words.extend([SYNCHRONIZATION, 8 * octets.len() as u16]);
    let bits = octets.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1));
    words.extend(bits.map(|bit| if bit == 1 { ONE } else { ZERO }));
}

fn decode(mut words: &[u16], input: &Path) -> Result<Vec<i16>> {
    let mut decoder = G729Decoder::new();
    let mut pcm = Vec::new();
    while let [synchronization, count, rest @ ..] = words {
        let Some((bits, rest)) = rest.split_at_checked(usize::from(*count)) else { break };
        words = rest;
        let octets: Vec<u8> =
            bits.chunks(8).map(|bits| bits.iter().fold(0, |octet, &bit| octet << 1 | u8::from(bit == ONE))).collect();
        let frame = match &octets[..] {
            [] => Frame::Untransmitted,
            &[first, second] => Frame::Sid(SidIndices::unpack([first, second])),
            octets => match octets.try_into() {
                Ok(octets) => Frame::Speech(SpeechIndices::unpack(octets)),
                Err(_) => bail!("{}: a frame of {count} bits: must be 80, 16 or 0", input.display()),
            },
        };
        let erased = bits.contains(&0) || (bits.is_empty() && *synchronization != SYNCHRONIZATION);
        pcm.extend(decoder.decode_frame((!erased).then_some(frame)));
    }
    Ok(pcm)
}
