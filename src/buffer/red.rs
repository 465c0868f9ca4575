//! Pure: redundant audio data (RTP payload format `red`, RFC 2198): a packet that carries older ones again.
//!
//! The caller hands the primary block to [`PlayoutReceiver::insert`](super::PlayoutReceiver::insert) as any payload, and each redundant
//! one to [`PlayoutReceiver::insert_redundant`](super::PlayoutReceiver::insert_redundant), which takes it where its own packet is
//! missing.

/// Redundant blocks that are looked at, the newest; further ones are older than any delay we accept.
const MOST: usize = 4;
/// Octets of a redundant block's header.
const HEADER: usize = 4;

/// One block of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedBlock<'a> {
    /// Of the block: that of the codec, as negotiated.
    pub payload_type: u8,
    /// How much older than the packet's timestamp it is, in units of the RTP clock; 0 for the primary block.
    pub offset: u16,
    /// Its payload.
    pub octets: &'a [u8],
}

/// Why a payload is no `red` payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedFault {
    /// The headers do not end within the payload.
    #[error("the payload ends within its block headers")]
    Headers,
    /// The blocks are longer than the payload.
    #[error("the blocks are longer than the payload")]
    Blocks,
}

/// A payload taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedPayload<'a> {
    primary: RedBlock<'a>,
    redundant: [Option<RedBlock<'a>>; MOST],
}

impl<'a> RedPayload<'a> {
    /// Takes a payload apart (RFC 2198 section 3). Allocates nothing, cannot panic.
    ///
    /// # Errors
    /// [`RedFault`].
    pub fn parse(payload: &'a [u8]) -> Result<Self, RedFault> {
        let mut headers = 0;
        let mut of_blocks = 0usize;
        let mut at = payload;
        let payload_type = loop {
            match at {
                [first, rest @ ..] if first & 0x80 == 0 => {
                    at = rest;
                    break first & 0x7F;
                }
                [_, _, high, low, rest @ ..] => {
                    (headers, of_blocks) = (headers + 1, of_blocks + length(*high, *low));
                    at = rest;
                }
                _ => return Err(RedFault::Headers),
            }
        };
        let Some((mut data, octets)) = at.split_at_checked(of_blocks) else { return Err(RedFault::Blocks) };
        let mut redundant = [None; MOST];
        for (n, header) in payload.chunks_exact(HEADER).take(headers).enumerate() {
            let &[first, offset, high, low] = header else { return Err(RedFault::Headers) };
            let Some((octets, rest)) = data.split_at_checked(length(high, low)) else { return Err(RedFault::Blocks) };
            data = rest;
            let offset = u16::from(offset) << 6 | u16::from(high >> 2);
            if let Some(slot) = (headers - 1 - n < MOST).then(|| redundant.get_mut(headers - 1 - n)).flatten() {
                *slot = Some(RedBlock { payload_type: first & 0x7F, offset, octets });
            }
        }
        Ok(Self { primary: RedBlock { payload_type, offset: 0, octets }, redundant })
    }

    /// The packet's own block.
    pub const fn primary(&self) -> RedBlock<'a> {
        self.primary
    }

    /// The blocks of older packets, the one written last first (the newest, as senders do).
    pub fn redundant(&self) -> impl Iterator<Item = RedBlock<'a>> + '_ {
        self.redundant.iter().flatten().copied()
    }
}

const fn length(high: u8, low: u8) -> usize {
    ((high & 3) as usize) << 8 | low as usize
}

/// Writes a payload: redundant blocks, the oldest first, then the primary one. Returns its length; `None` if `out` is too
/// short, or a block does not fit its header (offset under 2^14, 1023 octets, payload type under 128).
pub fn write_red(redundant: &[RedBlock<'_>], primary: &RedBlock<'_>, out: &mut [u8]) -> Option<usize> {
    let mut at = 0;
    let mut put = |octets: &[u8]| -> Option<()> {
        out.get_mut(at..at + octets.len())?.copy_from_slice(octets);
        at += octets.len();
        Some(())
    };
    for block in redundant {
        if block.offset >= 1 << 14 || block.octets.len() >= 1 << 10 || block.payload_type > 127 {
            return None;
        }
        let high = (block.offset << 2) as u8 | (block.octets.len() >> 8) as u8;
        put(&[0x80 | block.payload_type, (block.offset >> 6) as u8, high, block.octets.len() as u8])?;
    }
    put(&[primary.payload_type & 0x7F])?;
    for block in redundant {
        put(block.octets)?;
    }
    put(primary.octets)?;
    Some(at)
}
