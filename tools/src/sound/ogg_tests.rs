//! Pure: Ogg Opus as streams and players leave it behind: gains, chains, holes, cuts, pages of every size.

mod damaged;

use super::ogg;
use super::parse;
use media_core::codec::CodecName;
use media_core::codec::{AudioCodecParams, AudioEncoder as _, CodecRegistry};
use media_core::types::SampleRate;

/// Octets, made as RFC 3533 has it: a page writer of its own, so that the reader is not its own judge.
#[derive(Debug, Clone)]
struct Stream {
    serial: u32,
    channels: u8,
    pre_skip: u16,
    gain: i16,
    /// What the granules begin at.
    base: u64,
    /// Samples that the end leaves out.
    trim: u64,
    /// Octets of a page's body, by which packets are split over pages.
    body: usize,
    packets: Vec<Vec<u8>>,
}

fn crc(octets: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 0x8000_0000 == 0 { crc << 1 } else { (crc << 1) ^ 0x04c1_1db7 };
    octets.iter().fold(0, |crc, octet| (0..8).fold(crc ^ u32::from(*octet) << 24, step))
}

fn page(flags: u8, granule: u64, serial: u32, number: u32, laces: &[u8], body: &[u8]) -> Vec<u8> {
    let mut page = [&b"OggS\0"[..], &[flags], &granule.to_le_bytes(), &serial.to_le_bytes()].concat();
    page.extend([&number.to_le_bytes()[..], &[0; 4], &[laces.len() as u8], laces, body].concat());
    let sum = crc(&page);
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

impl Stream {
    /// A tone of `hz` for `ms`.
    fn tone(hz: f32, ms: usize) -> Self {
        let params = AudioCodecParams::mono(SampleRate::Hz48000);
        let mut encoder = CodecRegistry::standard().encoder(&CodecName::Opus, 48_000, &params).unwrap();
        let mut out = vec![0; 2_000];
        let packets = (0..ms / 20).map(|n| {
            let at = |i: usize| 0.4 * (std::f32::consts::TAU * hz * ((n * 960 + i) % 48_000) as f32 / 48_000.0).sin();
            let length = encoder.encode_into(&(0..960).map(at).collect::<Vec<_>>(), &mut out).unwrap();
            out[..length].to_vec()
        });
        Self { serial: 7, channels: 1, pre_skip: 312, gain: 0, base: 0, trim: 0, body: 0, packets: packets.collect() }
    }

    /// Its pages.
    fn pages(&self) -> Vec<Vec<u8>> {
        let mut head = [&b"OpusHead\x01"[..], &[self.channels], &self.pre_skip.to_le_bytes()].concat();
        head.extend([&48_000_u32.to_le_bytes()[..], &self.gain.to_le_bytes(), &[0]].concat());
        let tags = b"OpusTags\x04\0\0\0test\0\0\0\0";
        let mut pages = vec![page(2, 0, self.serial, 0, &[head.len() as u8], &head)];
        pages.push(page(0, 0, self.serial, 1, &[tags.len() as u8], tags));
        // Laces of all packets, each with the granule of the packet that it ends.
        let mut laces = Vec::new();
        for (n, packet) in self.packets.iter().enumerate() {
            laces.extend(vec![(255, None); packet.len() / 255]);
            laces.push(((packet.len() % 255) as u8, Some(self.base + (n as u64 + 1) * 960)));
        }
        let (mut octets, mut open) = (&self.packets.concat()[..], false);
        let most = if self.body == 0 { 255 } else { self.body };
        while !laces.is_empty() {
            // A page of its own for each packet, or as many laces as there is room for.
            let whole = laces.iter().position(|lace| lace.1.is_some()).map_or(1, |at| at + 1);
            let count = if self.body == 0 { whole } else { most.min(laces.len()) };
            let part: Vec<_> = laces.drain(..count).collect();
            let length: usize = part.iter().map(|lace| usize::from(lace.0)).sum();
            let (body, rest) = octets.split_at(length);
            octets = rest;
            let last = laces.is_empty();
            let granule = part.iter().rev().find_map(|lace| lace.1).unwrap_or(u64::MAX);
            let granule = if last { granule - self.trim } else { granule };
            let flags = u8::from(open) | if last { 4 } else { 0 };
            open = part.last().unwrap().0 == 255;
            let laces: Vec<u8> = part.iter().map(|lace| lace.0).collect();
            pages.push(page(flags, granule, self.serial, pages.len() as u32, &laces, body));
        }
        pages
    }

    fn file(&self) -> Vec<u8> {
        self.pages().concat()
    }
}

fn heard(octets: &[u8]) -> Vec<f32> {
    parse(octets).unwrap_or_else(|why| panic!("{why:#}")).0.channels.swap_remove(0)
}

/// The frequency in `pcm` by its crossings of zero, and its level.
fn tone(pcm: &[f32]) -> (f32, f32) {
    let crossings = pcm.windows(2).filter(|w| (w[0] < 0.0) != (w[1] < 0.0)).count() as f32;
    let power = pcm.iter().map(|x| x * x).sum::<f32>() / pcm.len() as f32;
    (crossings / 2.0 * 48_000.0 / pcm.len() as f32, power.sqrt())
}

fn assert_tone(pcm: &[f32], hz: f32) {
    let (got, level) = tone(pcm);
    assert!((got / hz - 1.0).abs() < 0.03 && (0.2..0.4).contains(&level), "{got} Hz at {level}, {hz} wanted");
}

#[test]
fn pages_of_any_size() {
    let stream = Stream::tone(440.0, 1_000);
    let whole = heard(&stream.file());
    assert_eq!(whole.len(), 48_000 - 312);
    assert_tone(&whole[2_000..], 440.0);
    // Packets of more than a page's lace, split anywhere.
    let mut large = stream.clone();
    large.packets = (0..50).map(|n| [stream.packets[n].clone(), vec![0; 0]].concat()).collect();
    for body in [1, 2, 3, 7, 50, 255] {
        let split = Stream { body, ..stream.clone() };
        assert_eq!(heard(&split.file()), whole, "{body} laces a page");
    }
}

#[test]
fn what_the_head_and_the_end_say() {
    let stream = Stream::tone(440.0, 1_000);
    let whole = heard(&stream.file());
    for (pre_skip, trim, base) in [(0, 0, 0), (312, 500, 0), (3_840, 0, 0), (312, 0, 1_000_000), (312, 3_000, 77)] {
        let other = Stream { pre_skip, trim, base, ..stream.clone() };
        let got = heard(&other.file());
        assert_eq!(got.len(), 48_000 - usize::from(pre_skip) - trim as usize, "{pre_skip} {trim} {base}");
    }
    for gain in [-6 * 256, 3 * 256, -1, i16::MIN] {
        let got = heard(&Stream { gain, ..stream.clone() }.file());
        let ratio = 20.0 * (tone(&got[4_800..]).1 / tone(&whole[4_800..]).1).log10();
        assert!((ratio - f32::from(gain) / 256.0).abs() < 0.01, "{gain}: {ratio} dB");
    }
}

#[test]
fn chains() {
    let one = Stream::tone(440.0, 600);
    let two = Stream { serial: 8, trim: 480, gain: -256, ..Stream::tone(1_000.0, 400) };
    let lengths = (28_800 - 312, 19_200 - 312 - 480);
    for serial in [8, 7] {
        let file = [one.file(), Stream { serial, ..two.clone() }.file()].concat();
        let pcm = heard(&file);
        assert_eq!(pcm.len(), lengths.0 + lengths.1, "serial {serial}");
        assert_tone(&pcm[2_000..lengths.0 - 1_000], 440.0);
        assert_tone(&pcm[lengths.0 + 2_000..], 1_000.0);
        assert_eq!(ogg::read(&file).unwrap().links.len(), 2);
    }
    // Radio goes on without an end of the first.
    let mut cut = one.pages();
    cut.pop();
    let pcm = heard(&[cut.concat(), two.file()].concat());
    assert_eq!(pcm.len(), lengths.0 - 960 + lengths.1);
    // Two that sound at once: the first is read.
    let (a, b) = (one.pages(), Stream { serial: 9, ..Stream::tone(1_000.0, 600) }.pages());
    let mut both: Vec<u8> = [a[0].clone(), b[0].clone()].concat();
    a[1..].iter().zip(&b[1..]).for_each(|(a, b)| both.extend([&a[..], b].concat()));
    let pcm = heard(&both);
    assert_eq!(pcm.len(), lengths.0);
    assert_tone(&pcm[2_000..], 440.0);
    // Something else first, then Opus.
    let vorbis = [page(2, 0, 3, 0, &[30], &[&b"\x01vorbis"[..], &[0; 23]].concat()), page(4, 0, 3, 1, &[2], &[1, 2])];
    assert_eq!(heard(&[vorbis.concat(), one.file()].concat()).len(), lengths.0);
    let why = format!("{:#}", parse(&vorbis.concat()).unwrap_err());
    assert!(why.contains("Vorbis"), "{why}");
}
