//! `media-lab conformance` on cases of our own, so that a clone without the vectors is tested.

use super::{Folder, done, refused, voice, write_wav};
use std::fs;

fn words(octets: &[u8]) -> Vec<i16> {
    octets.as_chunks::<2>().0.iter().map(|&w| i16::from_le_bytes(w)).collect()
}

/// Values at which the intervals of ITU-T G.711 tables 1a to 2b begin and end, in 16-bit steps, and their codes.
#[test]
fn g711_at_the_edges_of_its_intervals() {
    let folder = Folder::new("g711");
    let (input, output, back) = (folder.file("pcm"), folder.file("codes"), folder.file("back"));
    let cases: [(&str, &[(i16, u8)]); 2] = [
        // Segment ends of table 2a: 31, 95, 223, 479, 991, 2015, 4063 of 14 bits, that is 124, 380, ... of 16.
        (
            "u",
            &[
                (0, 0xff),
                (3, 0xff),
                (4, 0xfe),
                (123, 0xf0),
                (124, 0xef),
                (379, 0xe0),
                (380, 0xdf),
                (32_767, 0x80),
                (-1, 0x7f),
                (-4, 0x7f),
                (-5, 0x7e),
                (-124, 0x70),
                (-125, 0x6f),
                (-32_768, 0x00),
            ],
        ),
        // Of table 1a: 64, 128, 256, ... of 13 bits with steps of 16 at 16 bits.
        (
            "a",
            &[
                (0, 0xd5),
                (15, 0xd5),
                (16, 0xd4),
                (511, 0xca),
                (32_767, 0xaa),
                (-1, 0x55),
                (-16, 0x55),
                (-17, 0x54),
                (-32_768, 0x2a),
            ],
        ),
    ];
    for (law, pairs) in cases {
        fs::write(&input, pairs.iter().flat_map(|p| p.0.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
        done(&["conformance", "g711", "enc", law, &input, &output]);
        let codes: Vec<u8> = pairs.iter().map(|p| p.1).collect();
        assert_eq!(fs::read(&output).unwrap(), codes, "{law}-law");
        fs::write(&input, (0..=255).collect::<Vec<u8>>()).unwrap();
        done(&["conformance", "g711", "dec", law, &input, &back]);
        done(&["conformance", "g711", "enc", law, &back, &output]);
        let again = fs::read(&output).unwrap();
        let differing: Vec<usize> = (0..256).filter(|&c| usize::from(again[c]) != c).collect();
        // µ-law has two codes of zero.
        assert_eq!(differing, if law == "u" { vec![0x7f] } else { vec![] }, "{law}-law");
    }
}

/// FNV-1a.
fn hash(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |h, &o| (h ^ u64::from(o)).wrapping_mul(0x100_0000_01b3))
}

/// Integer noise in bursts: exact on every machine.
fn noise(samples: usize) -> Vec<u8> {
    let mut random = 1u32;
    let sample = |n: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((random >> 16) as i16 >> (n / 800 % 8)).to_le_bytes()
    };
    (0..samples).flat_map(sample).collect()
}

#[test]
fn g722_over_noise_of_all_levels() {
    let folder = Folder::new("g722");
    let (input, output, back) = (folder.file("pcm"), folder.file("codes"), folder.file("back"));
    fs::write(&input, noise(16_000)).unwrap();
    let mut hashes = Vec::new();
    for kbps in ["64", "56", "48"] {
        done(&["conformance", "g722", "enc", kbps, &input, &output]);
        done(&["conformance", "g722", "dec", kbps, &output, &back]);
        assert_eq!((fs::read(&output).unwrap().len(), fs::read(&back).unwrap().len()), (8_000, 32_000));
        hashes.push((hash(&fs::read(&output).unwrap()), hash(&fs::read(&back).unwrap())));
    }
    // Taken from this coder when it passed all of ITU-T G.722 Appendix II and the STL's streams.
    let taken = [
        (0x18ad_49d9_d8d8_5187, 0xb0b1_607e_ba58_3ee6),
        (0x9685_2f57_4452_6c05, 0xc5d7_0e80_0cb5_3363),
        (0x96b0_8b3c_6586_c315, 0xb827_1318_2ef2_bf75),
    ];
    assert_eq!(hashes, taken);
}

#[test]
fn g722_test_mode_obeys_reset() {
    let folder = Folder::new("g722-test");
    let [input, codes, low, high] = ["xmt", "cod", "low", "high"].map(|n| folder.file(n));
    let mut sequence: Vec<u8> = [1u16; 16].iter().flat_map(|w| w.to_le_bytes()).collect();
    sequence.extend(noise(400).as_chunks::<2>().0.iter().flat_map(|&[a, b]| [a & 0xfe, b]));
    let once = sequence.len();
    sequence.extend(sequence.clone());
    fs::write(&input, &sequence).unwrap();
    done(&["conformance", "g722", "tenc", &input, &codes]);
    done(&["conformance", "g722", "tdec", "64", &codes, &low, &high]);
    for file in [&codes, &low, &high] {
        let made = fs::read(file).unwrap();
        assert_eq!(made[..once], made[once..], "{file}: after reset all is as at the start");
        assert_eq!(words(&made[..32]), [1; 16], "{file}: reset is handed on");
    }
}

/// Words with pauses of faint noise, in integers: pulses of a gliding pitch and noise through two resonators.
fn words_and_pauses(frames: usize) -> Vec<u8> {
    let (mut random, mut until_pulse, mut low, mut high) = (1u32, 0usize, [0i64; 2], [0i64; 2]);
    let sample = |n: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (frame, noise) = (n / 80, i64::from(random >> 16) - 32_768);
        let speaks = frame % 60 < 38;
        let mut source = noise / if speaks { 160 } else { 4_000 };
        if until_pulse == 0 {
            until_pulse = 45 + frame / 7 % 40;
            source += if speaks && frame % 17 < 13 { 6_000 } else { 0 };
        }
        until_pulse -= 1;
        low = [source + (low[0] * 30_000 - low[1] * 15_600) / 16_384, low[0]];
        high = [low[0] / 2 + (high[0] * 6_000 - high[1] * 14_000) / 16_384, high[0]];
        (high[0].clamp(-32_768, 32_767) as i16).to_le_bytes()
    };
    (0..80 * frames).flat_map(sample).collect()
}

/// Frames of the ITU's serial format by their number of bits.
fn frames(serial: &[u8]) -> Vec<Vec<i16>> {
    let mut words = &words(serial)[..];
    let mut frames = Vec::new();
    while let [_, bits, ..] = words {
        let (frame, rest) = words.split_at(2 + *bits as usize);
        frames.push(frame.to_vec());
        words = rest;
    }
    frames
}

#[test]
fn g729_over_words_pauses_and_losses() {
    let folder = Folder::new("g729");
    let [input, speech, paused, erased, output] = ["pcm", "enc", "encvad", "erased", "out"].map(|n| folder.file(n));
    fs::write(&input, words_and_pauses(600)).unwrap();
    done(&["conformance", "g729", "enc", &input, &speech]);
    done(&["conformance", "g729", "encvad", &input, &paused]);
    let kinds = |file: &str| {
        let frames = frames(&fs::read(file).unwrap());
        [82, 18, 2].map(|length| frames.iter().filter(|frame| frame.len() == length).count())
    };
    assert_eq!((kinds(&speech), kinds(&paused)), ([600, 0, 0], [423, 47, 130]));
    // Of each seventh frame a bit is lost, or what says that nothing was sent.
    let lost = frames(&fs::read(&paused).unwrap()).into_iter().enumerate().flat_map(|(n, mut frame)| {
        match (n % 7, frame.len()) {
            (3, 2) => frame[0] = 0x6B20,
            (3, length) => frame[length / 2] = 0,
            _ => {}
        }
        frame
    });
    fs::write(&erased, lost.flat_map(i16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    let mut hashes = vec![hash(&fs::read(&speech).unwrap()), hash(&fs::read(&paused).unwrap())];
    for serial in [&speech, &paused, &erased] {
        done(&["conformance", "g729", "dec", serial, &output]);
        let pcm = fs::read(&output).unwrap();
        assert_eq!(pcm.len(), 600 * 160);
        hashes.push(hash(&pcm));
    }
    // Taken from this coder when it passed all 27 of the ITU's sequences for Annexes A and B.
    let taken = [
        0x4da8_cff8_af20_2f5b,
        0x8fe7_8398_9a3b_ebd5,
        0x84bf_58f5_a66f_ed08,
        0xf36a_4635_ce4b_d376,
        0x0dd0_5bb4_ed90_8157,
    ];
    assert_eq!(hashes, taken);
    fs::write(&erased, [0x21, 0x6B, 0x03, 0x00, 0x7F, 0x00, 0x7F, 0x00, 0x7F, 0x00]).unwrap();
    assert!(refused(&["conformance", "g729", "dec", &erased, &output]).contains("must be 80, 16 or 0"));
}

/// A stream of our own encoder states final ranges; the decoder must end with the same, at each rate. A changed octet is
/// found.
#[test]
fn opus_final_ranges() {
    let folder = Folder::new("opus");
    let [wav, bit, pcm] = ["in.wav", "s.bit", "o.pcm"].map(|n| folder.file(n));
    write_wav(&wav, 48_000, &[voice(48_000, 1.0), voice(48_000, 1.0)]);
    for options in [&["--ptime", "10"][..], &["--ptime", "60", "--fec", "--loss", "20"], &["--rate", "8000"]] {
        done(&[&["encode", &wav, &bit, "--channels", "2"], options].concat());
        for rate in ["8000", "48000"] {
            let said = done(&["conformance", "opus", &bit, &pcm, "--rate", rate]);
            assert!(said.contains("each is the decoder's"), "{said}");
        }
    }
    let mut damaged = fs::read(&bit).unwrap();
    let first = u32::from_be_bytes(damaged[..4].try_into().unwrap()) as usize;
    damaged[8 + first / 2] ^= 0x40;
    fs::write(&bit, &damaged).unwrap();
    let said = refused(&["conformance", "opus", &bit, &pcm]);
    assert!(said.contains("another range than stated"), "{said}");
    fs::write(&bit, &damaged[..damaged.len() - 1]).unwrap();
    assert!(refused(&["conformance", "opus", &bit, &pcm]).contains("cut off"));
}
