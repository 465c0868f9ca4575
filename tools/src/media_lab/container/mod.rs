//! Pure: files of encoded sound: bare octets (G.711, G.722, L16), Ogg (RFC 7845) and the framing of opus_demo for Opus.

pub mod framed;

use crate::cli::files;
use crate::sound::kind::Kind;
use crate::sound::ogg;
use anyhow::{Context, Result, bail, ensure};
use framed::Framed;
use media_core::codec::AudioDecoder;
use media_core::codec::CodecName;
use media_core::types::Ptime;
use std::path::Path;

/// How a file holds packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Payload after payload, nothing between: for codecs whose payloads can be cut anywhere.
    Bare,
    /// Ogg Opus, RFC 7845.
    Ogg,
    /// As opus_demo, and the test vectors.
    Framed,
}

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// Its packets; without a final range where the container has none.
    pub packets: Vec<Framed>,
    /// What the head of an Ogg file says.
    pub head: Option<ogg::Head>,
}

/// Streams one after another: several only in Ogg.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// One at least.
    pub streams: Vec<Stream>,
    /// Places where the file is damaged.
    pub damaged: usize,
}

impl Chain {
    /// The one stream of a file that is no chain.
    ///
    /// # Errors
    /// It is one.
    pub fn single(mut self) -> Result<Stream> {
        let count = self.streams.len();
        ensure!(count == 1, "is a chain of {count} streams: media-lab decode reads it");
        self.streams.pop().context("no stream")
    }
}

impl Container {
    /// The container that a file of `codec` has by its name.
    ///
    /// # Errors
    /// Opus under a name that is of none.
    pub fn of(path: &Path, codec: &CodecName) -> Result<Self> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        match (codec, &*ending) {
            (CodecName::Opus, "opus" | "ogg") => Ok(Self::Ogg),
            (CodecName::Opus, "bit") => Ok(Self::Framed),
            (CodecName::Opus, _) => {
                bail!("{}: name an Opus file .opus (Ogg, RFC 7845) or .bit (as opus_demo)", path.display())
            }
            _ => Ok(Self::Bare),
        }
    }

    /// Reads a file; bare octets are cut into packets of `ptime`.
    ///
    /// # Errors
    /// It cannot be read, or is of another kind: a file with a header is not taken for bare octets.
    pub fn read(self, path: &Path, decoder: &dyn AudioDecoder, ptime: Ptime) -> Result<Chain> {
        let data = files::read(path)?;
        self.parse(&data, decoder, ptime).with_context(|| path.display().to_string())
    }

    fn parse(self, data: &[u8], decoder: &dyn AudioDecoder, ptime: Ptime) -> Result<Chain> {
        let (mut streams, mut damaged) = (Vec::new(), 0);
        if self != Self::Ogg
            && let Some(why) = Kind::not_bare(data)
        {
            bail!(why);
        }
        match self {
            Self::Bare => {
                let block = decoder.block_octets().context("this codec's packets cannot be cut out of bare octets")?;
                let packet = |octets: &[u8]| Framed { octets: octets.to_vec(), range: 0 };
                let packets = data.chunks(block * usize::from(ptime.blocks())).map(packet).collect();
                streams.push(Stream { packets, head: None });
            }
            Self::Framed => streams.push(Stream { packets: framed::read(data)?, head: None }),
            Self::Ogg if Kind::of(data) != Kind::Ogg => bail!("is no Ogg file"),
            Self::Ogg => {
                let chain = ogg::read(data)?;
                damaged = chain.damaged;
                let packet = |octets| Framed { octets, range: 0 };
                streams.extend(chain.links.into_iter().map(|link| Stream {
                    packets: link.packets.into_iter().map(packet).collect(),
                    head: Some(link.head),
                }));
            }
        }
        ensure!(streams.iter().any(|stream| !stream.packets.is_empty()), "holds no packet");
        Ok(Chain { streams, damaged })
    }

    /// Writes a file. Ogg needs the head.
    ///
    /// # Errors
    /// It cannot be written; a packet was not sent and the container cannot say so.
    pub fn write(self, path: &Path, stream: &Stream) -> Result<()> {
        let data = match self {
            Self::Bare => stream.packets.iter().flat_map(|p| &p.octets).copied().collect(),
            Self::Framed => framed::write(&stream.packets),
            Self::Ogg => {
                let silent = stream.packets.iter().any(|p| p.octets.is_empty());
                let file = path.display();
                ensure!(!silent, "{file}: Ogg has no place for packets that --dtx leaves out: write a .bit file");
                let head = stream.head.as_ref().context("an Ogg file needs a head")?;
                ogg::write(head, stream.packets.iter().map(|packet| &*packet.octets))?
            }
        };
        files::write(path, data)
    }
}
