//! Pure: files of any make, and damaged ones.

use super::*;

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
