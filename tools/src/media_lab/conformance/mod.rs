//! Control: `media-lab conformance`: the codecs with raw files in and out, for scripts that compare them with vectors.

pub mod g711;
pub mod g722;
pub mod g729;
pub mod opus;
pub mod raw;

/// What `conformance` takes.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
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

/// Runs the command.
///
/// # Errors
/// Files, or what is in them; for Opus, a final range other than stated.
pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.codec {
        Codec::G711(args) => g711::run(args),
        Codec::G722(args) => g722::run(args),
        Codec::G729(args) => g729::run(args),
        Codec::Opus(args) => opus::run(args),
    }
}
