//! Control: `media-lab conformance`: the codecs with raw files in and out, for scripts that compare them with vectors.

pub mod g711;
pub mod g722;
pub mod g729;
pub mod opus;
pub mod raw;

use crate::cli::Command;
use crate::cli::files::Files;

/// What `conformance` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "\
Examples:
  media-lab conformance g711 enc u speech.s16 speech.ul
  media-lab conformance g722 dec 64 speech.g722 speech.s16
  media-lab conformance g729 dec speech.bit speech.s16
  media-lab conformance opus testvector01.bit out.s16",
    arg_required_else_help = true
)]
pub struct Args {
    #[command(subcommand)]
    codec: Codec,
}

/// PCM is signed 16 bits, little endian, without a header; codes are octets, as RTP carries them.
#[derive(Debug, clap::Subcommand)]
enum Codec {
    /// G.711: PCM at 8 kHz, one octet a sample.
    G711(g711::Args),
    /// G.722: PCM at 16 kHz, one octet for two samples; and the test mode of Appendix II.
    G722(g722::Args),
    /// G.729 with Annexes A and B: PCM at 8 kHz, the ITU's serial format of one word a bit.
    G729(g729::Args),
    /// Opus: decodes a test vector of RFC 8251 and compares the final range of each packet.
    Opus(opus::Args),
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        self.codec().files()
    }

    fn run(&self) -> anyhow::Result<()> {
        self.codec().run()
    }
}

impl Args {
    fn codec(&self) -> &dyn Command {
        match &self.codec {
            Codec::G711(args) => args,
            Codec::G722(args) => args,
            Codec::G729(args) => args,
            Codec::Opus(args) => args,
        }
    }
}
