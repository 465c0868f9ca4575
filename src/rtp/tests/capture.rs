//! Pure: reads UDP datagrams out of pcap and pcapng files: as much of both formats as the captures need.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// A UDP datagram of a capture.
pub struct Datagram {
    pub source: SocketAddr,
    pub target: SocketAddr,
    pub payload: Vec<u8>,
}

/// The RTP folder of the conformance data, if it is here.
pub fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("MEDIA_CORE_VECTORS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"), PathBuf::from);
    let folder = root.join("rtp");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: RTP captures: {} is not there", folder.display());
    None
}

/// The datagrams of a capture file, in its order. `None` where the file is of neither format.
pub fn datagrams(file: &[u8]) -> Option<Vec<Datagram>> {
    let magic = file.get(..4)?;
    let frames = match magic {
        [0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1] => pcap(file, u32::from_le_bytes)?,
        [0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d] => pcap(file, u32::from_be_bytes)?,
        [0x0a, 0x0d, 0x0d, 0x0a] => pcapng(file)?,
        _ => return None,
    };
    Some(frames.into_iter().filter_map(|(link, frame)| udp(ip(link, frame)?)).collect())
}

type Frames<'a> = Vec<(u32, &'a [u8])>;

fn pcap(file: &[u8], word: fn([u8; 4]) -> u32) -> Option<Frames<'_>> {
    let word = |octets: &[u8]| octets.first_chunk().map(|chunk| word(*chunk));
    let link = word(&file[20..])? & 0xffff;
    let mut rest = file.get(24..)?;
    let mut frames = Vec::new();
    while let (Some(header), Some(body)) = (rest.get(..16), rest.get(16..)) {
        let length = word(&header[8..])? as usize;
        frames.push((link, body.get(..length)?));
        rest = &body[length..];
    }
    Some(frames)
}

/// Little-endian sections only; interface descriptions, enhanced and simple packets.
fn pcapng(file: &[u8]) -> Option<Frames<'_>> {
    let word = |octets: &[u8], at: usize| octets.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk));
    let mut links = Vec::new();
    let mut frames = Vec::new();
    let mut rest = file;
    while let (Some(kind), Some(length)) = (word(rest, 0), word(rest, 4)) {
        let block = rest.get(..length as usize)?;
        match kind {
            0x0a0d_0d0a => {
                assert_eq!(word(block, 8), Some(0x1a2b_3c4d), "a section of the other byte order");
                links.clear();
            }
            1 => links.push(word(block, 8)? & 0xffff),
            3 => frames.push((*links.first()?, block.get(12..block.len() - 4)?)),
            6 => {
                let length = word(block, 20)? as usize;
                frames.push((*links.get(word(block, 8)? as usize)?, block.get(28..28 + length)?));
            }
            _ => {}
        }
        rest = &rest[length as usize..];
    }
    Some(frames)
}

/// The IP packet in a frame of the given link type.
fn ip(link: u32, frame: &[u8]) -> Option<&[u8]> {
    let (mut kind, mut at) = match link {
        1 => (frame.get(12..14)?, 14),
        113 => (frame.get(14..16)?, 16),
        0 => return frame.get(4..),
        12 | 101 | 228 | 229 => return Some(frame),
        _ => panic!("link type {link}"),
    };
    while matches!(kind, [0x81, 0x00] | [0x88, 0xa8]) {
        kind = frame.get(at + 2..at + 4)?;
        at += 4;
    }
    matches!(kind, [0x08, 0x00] | [0x86, 0xdd]).then(|| frame.get(at..))?
}

fn udp(packet: &[u8]) -> Option<Datagram> {
    let (source, target, rest): (IpAddr, IpAddr, &[u8]) = match packet.first()? >> 4 {
        4 => {
            // Fragments after the first hold no UDP header.
            let whole = packet.get(6)? & 0x1f == 0 && *packet.get(7)? == 0;
            let udp = packet.get(9) == Some(&17) && whole;
            let header = usize::from(packet[0] & 0x0f) * 4;
            let length = usize::from(u16::from_be_bytes([packet[2], packet[3]])).min(packet.len());
            let address = |at: usize| packet.get(at..)?.first_chunk::<4>().map(|chunk| IpAddr::from(*chunk));
            udp.then(|| Some((address(12)?, address(16)?, packet.get(header..length)?)))??
        }
        6 => {
            let address = |at: usize| packet.get(at..)?.first_chunk::<16>().map(|chunk| IpAddr::from(*chunk));
            (packet.get(6) == Some(&17)).then(|| Some((address(8)?, address(24)?, packet.get(40..)?)))??
        }
        _ => return None,
    };
    let word = |at: usize| rest.get(at..)?.first_chunk().map(|chunk| u16::from_be_bytes(*chunk));
    let length = usize::from(word(4)?).min(rest.len());
    Some(Datagram {
        source: (source, word(0)?).into(),
        target: (target, word(2)?).into(),
        payload: rest.get(8..length)?.to_vec(),
    })
}
