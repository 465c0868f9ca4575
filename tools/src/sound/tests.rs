//! Pure: WAV files as recorders, editors and streams leave them behind, made by program.

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

#[test]
fn what_fmt_says_beside_the_truth_is_no_matter() {
    let pcm = pcm(500);
    for w in [
        Writer { byte_rate: Some(0), ..le() },
        Writer { byte_rate: Some(12_345), ..le() },
        Writer { align: Some(0), ..le() },
        Writer { align: Some(1), ..le() },
        Writer { align: Some(4), ..le() },
        Writer { align: Some(3), channels: 2, ..le() },
        Writer { extension: vec![0, 0], ..le() },
        Writer { extension: vec![0xff; 30], ..le() },
        Writer { bits: 15, ..le() },
        Writer { bits: 12, ..le() },
        Writer { rate: 384_000, ..le() },
        Writer { rate: 11_025, channels: 2, ..le() },
        Writer { channels: 10, ..le() },
    ] {
        let file = w.file(&[w.fmt(), w.chunk(b"data", &w.data(&pcm))]);
        assert_heard(&format!("{w:?}"), &file, &pcm);
        assert_eq!(heard(&file).unwrap().rate, w.rate);
    }
}

#[test]
fn each_way_to_store_samples() {
    let pcm = pcm(600);
    for big in [false, true] {
        for channels in [1, 2, 3] {
            let w = || Writer { big, form: if big { b"RIFX" } else { b"RIFF" }, channels, ..le() };
            for (tag, bits) in [(1, 8), (1, 16), (1, 20), (1, 24), (1, 32), (1, 64), (3, 32), (3, 64)] {
                let w = Writer { tag, bits, ..w() };
                let (data, wide) = (w.data(&pcm), Writer { tag: 1, bits: 32, ..w.clone() });
                let kept: Vec<i16> = pcm.iter().map(|s| if bits == 8 { *s & !0xff } else { *s }).collect();
                let plain = w.file(&[w.fmt(), w.chunk(b"data", &data)]);
                assert_heard(&format!("{big} {channels} {tag} {bits}"), &plain, &kept);
                for (valid, more) in [(bits, 0), (bits - 4, 8)] {
                    let e = w.clone().extensible(valid, 4, more);
                    let file = e.file(&[e.fmt(), e.chunk(b"data", &data)]);
                    assert_heard(&format!("extensible {big} {channels} {tag} {bits} {valid}"), &file, &kept);
                }
                if (tag, bits) == (1, 24) || (tag, bits) == (1, 16) || (tag, bits) == (1, 20) {
                    // So many bits in four octets, told by the alignment alone.
                    let padded = Writer { align: Some(4 * channels), ..w.clone() };
                    let file = padded.file(&[padded.fmt(), padded.chunk(b"data", &wide.data(&pcm))]);
                    assert_heard(&format!("{bits} in 32, {big} {channels}"), &file, &pcm);
                    // The same lie, and the samples say that it is one.
                    let file = padded.file(&[padded.fmt(), padded.chunk(b"data", &data)]);
                    assert_heard(&format!("{bits} in {bits}, {big} {channels}"), &file, &pcm);
                }
            }
        }
    }
}

/// G.711 by ITU-T G.711 table 2a and 2b: first, last and middle values of the segments.
#[test]
fn laws() {
    for (tag, codes) in [
        (7, [(0x00, -32_124), (0x80, 32_124), (0xff, 0), (0x7f, 0), (0xef, 132), (0x6f, -132), (0xaa, 5_372)]),
        (6, [(0xd5, 8), (0x55, -8), (0xaa, 32_256), (0x2a, -32_256), (0xc5, 264), (0x80, 5_504), (0x00, -5_504)]),
    ] {
        let octets: Vec<u8> = codes.iter().map(|c| c.0).collect();
        let values: Vec<i16> = codes.iter().map(|c| c.1 as i16).collect();
        for bits in [0, 8, 16] {
            for w in [
                Writer { tag, bits, ..le() },
                Writer { tag, bits, extension: vec![0, 0], ..le() },
                Writer { tag, bits, align: Some(0), ..le() },
                Writer { tag, bits, big: true, form: b"RIFX", ..le() },
                Writer { tag, bits, ..le() }.extensible(8, 0, 0),
            ] {
                let fact = w.chunk(b"fact", &w.four(7));
                let file = w.file(&[w.fmt(), fact, w.chunk(b"data", &octets)]);
                assert_heard(&format!("{w:?}"), &file, &values);
            }
        }
    }
}

#[test]
fn beyond_4_gib() {
    let (w, pcm) = (le(), pcm(700));
    let octets = w.data(&pcm);
    let size = octets.len() as u64;
    for form in [b"RF64", b"BW64"] {
        let w = Writer { form, ..le() };
        for (name, in_ds64, stated) in [
            ("as it ought to be", size, u32::MAX),
            ("not filled in", 0, u32::MAX),
            ("more than there is", 5_000_000_000, u32::MAX),
            ("both", size, size as u32),
            ("short form, ds64 wrong", 17, size as u32),
        ] {
            let sizes = [size + 80, in_ds64, 700].map(u64::to_le_bytes).concat();
            let ds64 = w.chunk(b"ds64", &[&sizes[..], &[0; 4]].concat());
            let mut file = w.file(&[ds64, w.fmt(), w.stated(b"data", stated, &octets), w.chunk(b"LIST", b"INFO")]);
            if in_ds64 != size && stated == u32::MAX {
                // Nobody can tell the LIST from samples here.
                file.truncate(file.len() - 12);
            }
            file[4..8].fill(0xff);
            assert_heard(name, &file, &pcm);
        }
        let without = w.file(&[w.fmt(), w.stated(b"data", u32::MAX, &octets)]);
        assert_heard("no ds64", &without, &pcm);
    }
    // What we write ourselves beyond 4 GiB.
    let head = header(48_000, 2, Encoding::I24, 6_000_000_000);
    let file = [head, vec![1; 6 * 20]].concat();
    let (sound, remarks) = parse(&file).unwrap();
    assert_eq!((sound.samples(), sound.channels.len(), sound.rate), (20, 2, 48_000));
    assert!(remarks[0].contains("120 of 6000000000"), "{remarks:?}");
}

#[test]
fn the_rest_is_refused_by_name() {
    let (w, octets) = (le(), le().data(&pcm(100)));
    let data = w.chunk(b"data", &octets);
    let with = |w: Writer| w.file(&[w.fmt(), w.chunk(b"data", &octets)]);
    for (tag, name) in
        [(0x31, "GSM 6.10"), (0x11, "IMA ADPCM"), (2, "Microsoft ADPCM"), (0x55, "MP3"), (0x28f, "G.722")]
    {
        assert_refused(name, &with(Writer { tag, bits: 4, ..le() }), name);
        assert_refused(name, &with(Writer { tag, ..le() }.extensible(4, 4, 0)), name);
    }
    assert_refused("unknown tag", &with(Writer { tag: 0x1234, ..le() }), "0x1234");
    let mut guid = Writer::default().extensible(16, 4, 0);
    guid.extension[12..].fill(9);
    assert_refused("unknown GUID", &with(guid), "sub-format (0100");
    let short = Writer { tag: 0xfffe, ..le() };
    assert_refused("extensible without extension", &with(short), "no sub-format");
    for (w, hint) in [
        (Writer { channels: 0, ..le() }, "0 channels"),
        (Writer { channels: 65_535, ..le() }, "65535 channels"),
        (Writer { rate: 0, ..le() }, "0 samples a second"),
        (Writer { bits: 0, ..le() }, "0 bits"),
        (Writer { bits: 65, ..le() }, "65 bits"),
        (Writer { tag: 3, bits: 16, ..le() }, "16 bits (float)"),
        (Writer { tag: 3, bits: 24, ..le() }, "24 bits (float)"),
    ] {
        assert_refused(hint, &with(w), hint);
    }
    let cut = |count: usize| w.chunk(b"fmt ", &w.fmt()[8..][..count]);
    assert_refused("fmt of 8 octets", &w.file(&[cut(8), data.clone()]), "8 octets");
    // WAVEFORMAT, before there were bits.
    assert_eq!(heard(&w.file(&[cut(14), data.clone()])).unwrap().samples(), 200);
    assert_refused("no data", &w.file(&[w.fmt()]), "no data chunk");
    assert_refused("no fmt", &w.file(std::slice::from_ref(&data)), "no fmt chunk");
    let empty = w.chunk(b"data", &[]);
    assert_refused("no sample", &w.file(&[w.fmt(), empty.clone()]), "no sample");
    assert_refused("no sample, LIST behind", &w.file(&[w.fmt(), empty, w.chunk(b"LIST", b"INFOabcd")]), "no sample");
    assert_refused("half a sample", &w.file(&[w.fmt(), w.chunk(b"data", &[1])]), "no sample");
    let endless = w.stated(b"LIST", u32::MAX, b"INFO");
    assert_refused("a chunk beyond the end", &w.file(&[w.fmt(), endless, data]), "4294967295 octets");
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let w = Writer { tag: 3, bits: 32, channels: 2, ..le() };
        let file = w.file(&[w.fmt(), w.chunk(b"data", &[0.5, 0.25, 0.1, bad].map(f32::to_le_bytes).concat())]);
        assert_refused("not finite", &file, "sample 1 of channel 2");
    }
    for (octets, name) in [
        (&b""[..], "empty"),
        (b"fLaC\0\0\0\x22", "FLAC"),
        (b"ID3\x04\0\0\0\0\0\0\xff\xfb", "MP3"),
        (b"FORM\0\0\0\x10AIFFCOMM", "AIFF"),
        (b"RIFF\x10\0\0\0AVI LIST", "AVI"),
        (b"RIFF\x10\0\0\0RMIDdata", "no WAVE"),
        (b"riff\x2e\x91\xcf\x11\xa5\xd6", "Wave64"),
        (b".snd\0\0\0\x18", "Sun audio"),
        (b"caff\0\x01", "Core Audio"),
        (b"\0\0\0\x1cftypM4A ", "MP4"),
        (b"#!AMR\n<", "AMR"),
        (b"RIFF", "no WAVE"),
        (b"just some text", "neither WAV nor Ogg"),
    ] {
        assert_refused(name, octets, name);
    }
}

#[test]
fn bare_octets_are_told_from_files() {
    let (w, pcm) = (le(), pcm(10));
    let wav = w.file(&[w.fmt(), w.chunk(b"data", &w.data(&pcm))]);
    assert!(Kind::not_bare(&wav).unwrap().contains("WAV"));
    assert!(Kind::not_bare(b"OggS\0\x02").unwrap().contains("Ogg"));
    assert!(Kind::not_bare(b"fLaC\0\0\0\x22").unwrap().contains("FLAC"));
    assert!(Kind::not_bare(b"").is_some());
    // Any beginning that G.711 may have.
    for speech in [&b"\xff\xfb\xff\xff"[..], b"\xff\xf3\x7f\xff", b"ID3\xd5", b"\xd5\xd5\xd5\xd5", b"\xff\xff\xff\xff"]
    {
        assert_eq!(Kind::not_bare(speech), None, "{speech:?}");
    }
    let tagged = [b"ID3\x04\0\0\0\0\x01\x02".to_vec(), vec![0; 130], wav.clone()].concat();
    assert_eq!(behind_tag(&tagged), &wav[..]);
    assert_eq!(behind_tag(b"ID3\x04\0\0\0\0\x01\x02"), b"ID3\x04\0\0\0\0\x01\x02");
}

/// What is written is what is read, by hound as well where it can.
#[test]
fn there_and_back() {
    let folder = std::env::temp_dir();
    let pcm = pcm(301);
    for (n, encoding) in [
        Encoding::U8,
        Encoding::I16,
        Encoding::I24,
        Encoding::I32,
        Encoding::F32,
        Encoding::F64,
        Encoding::Ulaw,
        Encoding::Alaw,
    ]
    .into_iter()
    .enumerate()
    {
        for channels in [1_u16, 2, 4] {
            let path = folder.join(format!("media-core-write-{}-{n}-{channels}.wav", std::process::id()));
            let w = Writer { tag: if n == 4 || n == 5 { 3 } else { 1 }, bits: encoding.bits(), channels, ..le() };
            let count = pcm.len() / usize::from(channels) * usize::from(channels);
            let data = w.data(&pcm[..count]);
            super::write::write_octets(&path, 8_000, channels, encoding, &data).unwrap();
            let octets = std::fs::read(&path).unwrap();
            assert_eq!(octets.len() % 2, 0, "padded");
            let wave = riff::parse(&octets).unwrap();
            assert_eq!((wave.data, wave.remarks.len()), (data, 0), "{encoding:?}");
            assert_eq!(Encoding::of(wave.format.stored), encoding);
            if n < 5 {
                let spec = hound::WavReader::open(&path).unwrap().spec();
                assert_eq!((spec.channels, spec.bits_per_sample), (channels, encoding.bits()), "{encoding:?}");
            }
            std::fs::remove_file(&path).unwrap();
        }
    }
    assert!(super::write(&folder.join("never.wav"), &Sound::mono(8_000, Vec::new())).is_err(), "no empty file");
}

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// Files of every shape that the rules allow, drawn at random.
#[test]
fn random_files_are_heard() {
    let mut random = Random(35);
    for round in 0..2_000 {
        let big = random.below(4) == 0;
        let (tag, bits) = [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)][random.below(6)];
        let mut w = Writer { big, form: if big { b"RIFX" } else { b"RIFF" }, tag, bits, ..le() };
        w.channels = 1 + random.below(4) as u16;
        let pcm: Vec<i16> = pcm((1 + random.below(90)) * usize::from(w.channels));
        let kept: Vec<i16> = pcm.iter().map(|s| if bits == 8 { *s & !0xff } else { *s }).collect();
        let data = w.data(&pcm);
        if random.below(3) == 0 {
            w = w.extensible(bits, random.below(8) as u32, 0);
        }
        let filler = |random: &mut Random, w: &Writer| {
            let names = [b"LIST", b"JUNK", b"bext", b"iXML", b"xyzw", b"fact"];
            let body: Vec<u8> = (0..random.below(60)).map(|_| random.below(256) as u8).collect();
            w.chunk(names[random.below(6)], &body)
        };
        let mut chunks: Vec<Vec<u8>> = (0..random.below(4)).map(|_| filler(&mut random, &w)).collect();
        chunks.insert(random.below(chunks.len() + 1), w.fmt());
        let last = match random.below(4) {
            0 => w.stated(b"data", 0, &data),
            1 => w.stated(b"data", u32::MAX, &data),
            2 => w.stated(b"data", data.len() as u32 + 1_000, &data),
            _ => w.chunk(b"data", &data),
        };
        chunks.push(last);
        assert_heard(&format!("round {round}: {w:?}"), &w.file(&chunks), &kept);
    }
}

/// Whatever octets come: a sound of finite samples that is no longer than the file, or a reason.
#[test]
fn damaged_headers_never_panic() {
    let mut random = Random(7);
    let whole = Writer { channels: 2, ..le() }.extensible(16, 3, 0);
    let data = le().data(&pcm(64));
    let file = whole.file(&[whole.chunk(b"LIST", b"INFOx"), whole.fmt(), whole.chunk(b"data", &data)]);
    let (mut sounds, mut refused) = (0, 0);
    for _ in 0..40_000 {
        let mut file = file.clone();
        for _ in 0..1 + random.below(4) {
            let at = random.below(100.min(file.len()));
            file[at] = [0, 1, 0x7f, 0x80, 0xff, random.below(256) as u8][random.below(6)];
        }
        file.truncate(file.len() - random.below(60) * random.below(2));
        match parse(&file) {
            Ok((sound, _)) => {
                sounds += 1;
                assert!(sound.samples() > 0 && sound.samples() * sound.channels.len() <= file.len());
                assert!(sound.channels.iter().flatten().all(|sample| sample.is_finite()));
            }
            Err(_) => refused += 1,
        }
    }
    assert!(sounds > 1_000 && refused > 1_000, "{sounds} {refused}");
}

#[test]
fn integers_of_any_width() {
    let format =
        |octets| super::format::Format { rate: 8_000, channels: 1, stored: Stored::Linear(octets), wider: None };
    for octets in 2..=8_u16 {
        let mut least = vec![0; usize::from(octets) - 1];
        least.push(0x80);
        let wave = riff::Wave { format: format(octets), data: least, remarks: Vec::new() };
        assert_eq!(samples::sound(&wave).unwrap().channels, [[-1.0]], "{octets}");
    }
}
