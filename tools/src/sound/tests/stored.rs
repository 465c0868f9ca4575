//! Pure: each way to store samples, and what a header says beside the truth.

use super::*;

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
            crate::sound::write::write_octets(&path, 8_000, channels, encoding, &data).unwrap();
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
    assert!(crate::sound::write(&folder.join("never.wav"), &Sound::mono(8_000, Vec::new())).is_err(), "no empty file");
}

#[test]
fn integers_of_any_width() {
    let format =
        |octets| crate::sound::format::Format { rate: 8_000, channels: 1, stored: Stored::Linear(octets), wider: None };
    for octets in 2..=8_u16 {
        let mut least = vec![0; usize::from(octets) - 1];
        least.push(0x80);
        let wave = riff::Wave { format: format(octets), data: least, remarks: Vec::new() };
        assert_eq!(samples::sound(&wave).unwrap().channels, [[-1.0]], "{octets}");
    }
}
