//! Pure: damaged, cut and foreign files of Ogg.

use super::*;

/// Time goes on over what is damaged, and only there is anything else heard.
#[test]
fn damaged_and_missing_pages() {
    let stream = Stream::tone(440.0, 2_000);
    let whole = heard(&stream.file());
    for body in [0, 3, 10] {
        let pages = Stream { body, ..stream.clone() }.pages();
        for hit in [2, 3, pages.len() / 2, pages.len() - 2] {
            let mut flipped = pages.clone();
            let at = flipped[hit].len() - 1;
            flipped[hit][at] ^= 0x10;
            let mut length = pages.clone();
            length[hit][27] ^= 0x55;
            let mut magic = pages.clone();
            magic[hit][0] = 0;
            let mut gone = pages.clone();
            gone.remove(hit);
            for (name, damaged) in [("octet", flipped), ("length", length), ("magic", magic), ("gone", gone)] {
                let (sound, remarks) = parse(&damaged.concat()).unwrap();
                let pcm = &sound.channels[0];
                assert_eq!(pcm.len(), whole.len(), "{name} {hit} of {} ({body})", pages.len());
                assert!(remarks.concat().contains("damaged"), "{name} {hit}: {remarks:?}");
                let off = pcm.iter().zip(&whole).filter(|(a, b)| (*a - *b).abs() > 0.02).count();
                assert!(off < 20 * 960, "{name} {hit} ({body}): {off} samples differ");
            }
        }
    }
    // Ten at once, 200 ms.
    let pages = stream.pages();
    let pcm = heard(&[pages[..40].concat(), vec![0x55; 777], pages[50..].concat()].concat());
    assert_eq!(pcm.len(), whole.len());
    assert!(pcm[60 * 960..].iter().zip(&whole[60 * 960..]).all(|(a, b)| (a - b).abs() < 0.02));
    // A page twice is heard once; without the tags nothing is lost.
    let twice = [pages[..40].concat(), pages[39..].concat()].concat();
    assert_eq!(heard(&twice), whole);
    assert_eq!(heard(&[pages[..1].concat(), pages[2..].concat()].concat()), whole);
}

#[test]
fn cut_files() {
    let stream = Stream { body: 3, ..Stream::tone(440.0, 1_000) };
    let file = stream.file();
    let whole = heard(&file);
    for cut in [1, 100, file.len() / 3, file.len() / 2] {
        let pcm = heard(&file[..file.len() - cut]);
        let shorter = whole.len() - pcm.len();
        assert!(shorter > 0 && shorter <= 48_000 * cut / file.len() + 4 * 960, "{cut}: {shorter}");
        assert!(pcm.iter().zip(&whole).all(|(a, b)| a == b));
    }
    // The begin is gone: nobody knows what it was.
    let why = format!("{:#}", parse(&stream.pages()[1..].concat()).unwrap_err());
    assert!(why.contains("OpusHead"), "{why}");
    let why = format!("{:#}", parse(&stream.pages()[..2].concat()).unwrap_err());
    assert!(why.contains("no packet"), "{why}");
}

#[test]
fn channels_and_versions() {
    let stream = Stream::tone(440.0, 400);
    let head = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = stream.pages()[0][28..].to_vec();
        change(&mut body);
        [page(2, 0, 7, 0, &[body.len() as u8], &body), stream.pages()[1..].concat()].concat()
    };
    let refused = |change: &dyn Fn(&mut Vec<u8>)| format!("{:#}", parse(&head(change)).unwrap_err());
    assert!(refused(&|head| head[8] = 0x10).contains("version"));
    assert!(refused(&|head| head[9] = 0).contains("0 channels"));
    assert!(refused(&|head| head[9] = 6).contains("6 channels"));
    assert!(refused(&|head| (head[9], head[18]) = (6, 1)).contains("6 channels"));
    assert!(refused(&|head| head.truncate(12)).contains("cut off"));
    // Family 1 with one stream is what family 0 is; a version of the same major number, too.
    let usual = heard(&stream.file());
    assert_eq!(heard(&head(&|head| head[8] = 15)), usual);
    assert_eq!(heard(&head(&|head| (head[18], _) = (1, head.extend([1, 0, 0])))), usual);
    let (sound, _) = parse(&head(&|head| head[9] = 2)).unwrap();
    assert_eq!((sound.channels.len(), sound.channels[1].len()), (2, usual.len()));
}

#[test]
fn rubbish_never_panics() {
    let file = Stream { body: 5, ..Stream::tone(440.0, 200) }.file();
    let mut seed = 1_u32;
    let mut random = |most: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % most
    };
    for _ in 0..300 {
        let mut file = file.clone();
        for _ in 0..1 + random(4) {
            let at = random(file.len());
            file[at] = random(256) as u8;
        }
        file.truncate(file.len() - random(300));
        if let Ok((sound, _)) = parse(&file) {
            assert!(sound.samples() <= 48_000 && sound.channels[0].iter().all(|x| x.is_finite()));
        }
    }
    // Begins of pages that are none: given up in time.
    let why = format!("{:#}", parse(&b"OggS".repeat(400_000)).unwrap_err());
    assert!(why.contains("damaged"), "{why}");
}
