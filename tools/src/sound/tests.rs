//! Pure: WAV files as recorders, editors and streams leave them behind, made by program.

mod random;
mod refused;
mod stored;

use super::format::Stored;
use super::kind::{Kind, behind_tag};
use super::write::{Encoding, header};
use super::{Sound, parse, riff, samples};

/// Samples of 16 bits that show every mistake: no two neighbours alike.
fn pcm(count: usize) -> Vec<i16> {
    (0..count).map(|n| ((n as f64 * 0.37).sin() * 20_000.0) as i16 ^ (n as i16 & 0x0f)).collect()
}

#[derive(Debug, Clone)]
struct Writer {
    big: bool,
    form: &'static [u8; 4],
    tag: u16,
    channels: u16,
    rate: u32,
    bits: u16,
    byte_rate: Option<u32>,
    align: Option<u16>,
    extension: Vec<u8>,
}

const TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

impl Default for Writer {
    fn default() -> Self {
        let (tag, channels, rate, bits) = (1, 1, 8_000, 16);
        Self {
            big: false,
            form: b"RIFF",
            tag,
            channels,
            rate,
            bits,
            byte_rate: None,
            align: None,
            extension: Vec::new(),
        }
    }
}

impl Writer {
    fn two(&self, value: u16) -> [u8; 2] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn four(&self, value: u32) -> [u8; 4] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn fmt(&self) -> Vec<u8> {
        let align = self.align.unwrap_or(self.channels.wrapping_mul(self.bits.div_ceil(8)));
        let mut fmt = [self.two(self.tag), self.two(self.channels)].concat();
        fmt.extend(self.four(self.rate));
        fmt.extend(self.four(self.byte_rate.unwrap_or(self.rate.wrapping_mul(align.into()))));
        fmt.extend([self.two(align), self.two(self.bits)].concat());
        fmt.extend(&self.extension);
        self.chunk(b"fmt ", &fmt)
    }

    /// As `tag` within WAVE_FORMAT_EXTENSIBLE.
    fn extensible(mut self, valid: u16, mask: u32, more: usize) -> Self {
        let mut extension = [self.two(22 + more as u16), self.two(valid)].concat();
        extension.extend(self.four(mask));
        extension.extend(self.two(self.tag));
        extension.extend(TAIL);
        extension.extend(vec![0; more]);
        (self.tag, self.extension) = (0xfffe, extension);
        self
    }

    fn stated(&self, name: &[u8; 4], length: u32, body: &[u8]) -> Vec<u8> {
        [&name[..], &self.four(length), body].concat()
    }

    fn chunk(&self, name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut chunk = self.stated(name, body.len() as u32, body);
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    }

    fn file(&self, chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = [b"WAVE".to_vec(), chunks.concat()].concat();
        [self.form.to_vec(), self.four(body.len() as u32).to_vec(), body].concat()
    }

    /// 16-bit samples as this writer stores them.
    fn data(&self, pcm: &[i16]) -> Vec<u8> {
        let store = |sample: &i16| -> Vec<u8> {
            let mut octets = match (self.tag, self.bits.div_ceil(8)) {
                (3, 4) => (f32::from(*sample) / 32_768.0).to_le_bytes().to_vec(),
                (3, _) => (f64::from(*sample) / 32_768.0).to_le_bytes().to_vec(),
                (_, 1) => vec![((*sample >> 8) + 128) as u8],
                (_, count) => {
                    let mut octets = vec![0; usize::from(count) - 2];
                    octets.extend(sample.to_le_bytes());
                    octets
                }
            };
            if self.big {
                octets.reverse();
            }
            octets
        };
        pcm.iter().flat_map(store).collect()
    }
}

fn heard(octets: &[u8]) -> Result<Sound, String> {
    parse(octets).map(|(sound, _)| sound).map_err(|why| format!("{why:#}"))
}

/// The sound is `pcm`, in 16 bits.
fn assert_heard(name: &str, octets: &[u8], pcm: &[i16]) {
    let sound = heard(octets).unwrap_or_else(|why| panic!("{name}: {why}"));
    let got: Vec<i16> = (0..sound.samples())
        .flat_map(|n| sound.channels.iter().map(move |c| (c[n] * 32_768.0).round() as i16))
        .collect();
    assert_eq!(got.len(), pcm.len(), "{name}");
    assert_eq!(got, pcm, "{name}");
}

fn assert_refused(name: &str, octets: &[u8], hint: &str) {
    let why = heard(octets).map(|sound| sound.samples()).expect_err(name);
    assert!(why.contains(hint), "{name}: {why}");
}

fn le() -> Writer {
    Writer::default()
}

#[test]
fn chunks_before_and_behind_the_data() {
    let (w, pcm) = (le(), pcm(1_000));
    let (fmt, data) = (w.fmt(), w.chunk(b"data", &w.data(&pcm)));
    let info = b"INFOISFT\x0e\0\0\0Lavf60.16.100\0";
    let odd = [&info[..], b"x"].concat();
    let unpadded = w.stated(b"LIST", odd.len() as u32, &odd);
    for (name, chunks) in [
        ("plain", vec![fmt.clone(), data.clone()]),
        ("LIST", vec![fmt.clone(), w.chunk(b"LIST", info), data.clone()]),
        ("LIST of odd length, padded", vec![fmt.clone(), w.chunk(b"LIST", &odd), data.clone()]),
        ("LIST of odd length, not padded", vec![fmt.clone(), unpadded.clone(), data.clone()]),
        ("two odd ones, one padded", vec![fmt.clone(), unpadded, w.chunk(b"LIST", &odd), data.clone()]),
        ("odd before fmt", vec![w.chunk(b"bext", &[0; 603]), fmt.clone(), data.clone()]),
        ("unknown name, odd", vec![w.chunk(b"qx~z", &[7; 31]), fmt.clone(), data.clone()]),
        ("JUNK of 0 octets", vec![w.chunk(b"JUNK", &[]), fmt.clone(), data.clone()]),
        ("data in JUNK", vec![w.chunk(b"JUNK", &w.chunk(b"data", &[1; 64])), fmt.clone(), data.clone()]),
        ("data before fmt", vec![data.clone(), fmt.clone()]),
        ("a second fmt behind", vec![fmt.clone(), data.clone(), Writer { rate: 1, bits: 8, ..le() }.fmt()]),
        ("LIST behind", vec![fmt.clone(), data.clone(), w.chunk(b"LIST", &odd), w.chunk(b"id3 ", b"ID3")]),
        ("rubbish behind", vec![fmt.clone(), data.clone(), b"rubbish that is no chunk".to_vec()]),
        ("zeros behind", vec![fmt.clone(), data.clone(), vec![0; 5_000]]),
        ("an empty data chunk first", vec![fmt.clone(), w.chunk(b"data", &[]), data.clone()]),
        (
            "data in two chunks",
            vec![
                fmt.clone(),
                w.chunk(b"data", &w.data(&pcm[..333])),
                w.chunk(b"LIST", &odd),
                w.chunk(b"data", &w.data(&pcm[333..])),
            ],
        ),
    ] {
        assert_heard(name, &w.file(&chunks), &pcm);
    }
}

#[test]
fn lengths_that_were_never_filled_in() {
    let (w, pcm) = (le(), pcm(1_001));
    let octets = w.data(&pcm);
    let length = octets.len() as u32;
    for riff in [0, 36, length + 36, 0x7fff_ffff, u32::MAX] {
        for stated in [0, length + 1, length + 16_000, 0x7fff_f000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffdb, u32::MAX] {
            let mut file = w.file(&[w.fmt(), w.chunk(b"LIST", b"INFOx"), w.stated(b"data", stated, &octets)]);
            file[4..8].copy_from_slice(&riff.to_le_bytes());
            assert_heard(&format!("RIFF {riff}, data {stated}"), &file, &pcm);
            // Cut off within the last sample.
            assert_heard(&format!("RIFF {riff}, data {stated}, cut"), &file[..file.len() - 1], &pcm[..1_000]);
        }
    }
    let remarks = |stated| {
        let file = w.file(&[w.fmt(), w.stated(b"data", stated, &octets)]);
        parse(&file).unwrap().1.concat()
    };
    assert!(remarks(length + 16_000).contains("2002 of 18002 octets"));
    assert_eq!(remarks(0) + &remarks(u32::MAX) + &remarks(0x7fff_f000) + &remarks(length), "");
}
