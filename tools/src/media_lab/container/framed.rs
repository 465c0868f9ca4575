//! Pure: the framing of opus_demo, which the test vectors of RFC 6716 and RFC 8251 have: for each packet its length and
//! the encoder's final range, 32 bits each in network order, then its octets. A length of 0 is a packet that was lost or,
//! with DTX, not sent.

use anyhow::{Context, Result};

/// A packet, and the range coder's final state that its encoder stated (0: not stated).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed {
    /// The octets; none if it was not sent.
    pub octets: Vec<u8>,
    /// The final range (RFC 6716 section 4.1.7).
    pub range: u32,
}

/// Reads a file's packets.
///
/// # Errors
/// It ends within a packet.
pub fn read(mut data: &[u8]) -> Result<Vec<Framed>> {
    let mut packets = Vec::new();
    while !data.is_empty() {
        let cut = || format!("cut off in packet {}: is it framed as opus_demo does?", packets.len());
        let (head, rest) = data.split_first_chunk::<8>().with_context(cut)?;
        let [length, range] = [0, 4].map(|at| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
        let (octets, rest) = rest.split_at_checked(length as usize).with_context(cut)?;
        packets.push(Framed { octets: octets.to_vec(), range });
        data = rest;
    }
    Ok(packets)
}

/// A file of packets.
#[must_use]
pub fn write(packets: &[Framed]) -> Vec<u8> {
    let mut data = Vec::new();
    for packet in packets {
        data.extend(u32::try_from(packet.octets.len()).unwrap_or(0).to_be_bytes());
        data.extend(packet.range.to_be_bytes());
        data.extend(&packet.octets);
    }
    data
}
