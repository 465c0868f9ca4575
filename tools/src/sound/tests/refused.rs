//! Pure: what is no WAV, told by name.

use super::*;

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
