use super::header::Part;
use super::*;
use crate::flight::recipe::Recipe;

fn header() -> Header {
    let key = LegKey { index: 1, generation: 1 };
    let order = |seq, recipe| FileOrder { worker: WorkerId(0), seq, before: false, recipe };
    Header {
        machine: Machine::here(),
        session: SessionId { index: 1, generation: 1 },
        dialog: "a".into(),
        blocks_per_tick: 1,
        payloads: true,
        legs: vec![(WorkerId(0), key)],
        orders: vec![order(0, Recipe::ClearRoute(key)), order(1, Recipe::Shed(2))],
        parts: vec![Part { worker: WorkerId(0), words: 4 }],
    }
}

/// With a digest that fits what it says.
fn sealed(mut octets: Vec<u8>) -> Vec<u8> {
    let sum = write::digest(&octets);
    octets.extend_from_slice(&sum.to_le_bytes());
    octets
}

#[test]
fn what_is_written_is_read() {
    let octets = write::octets(&header(), &[1, 2, 3, u64::MAX]).unwrap();
    let file = FlightFile::parse(&octets).unwrap();
    assert_eq!((file.header.clone(), &file.records[0][..]), (header(), &[1, 2, 3, u64::MAX][..]));
    assert!(file.differences().is_empty());
}

#[test]
fn a_file_of_elsewhere_says_so() {
    let mut other = header();
    let text = serde_json::to_string(&other.machine).unwrap().replace(env!("CARGO_PKG_VERSION"), "9.9.9");
    other.machine = serde_json::from_str(&text).unwrap();
    let file = FlightFile::parse(&write::octets(&other, &[0; 4]).unwrap()).unwrap();
    let told = file.differences();
    assert!(told.len() == 1 && told[0].contains("9.9.9"), "{told:?}");
}

#[test]
fn whatever_a_file_holds_is_an_error_or_a_file() {
    let good = write::octets(&header(), &[0; 4]).unwrap();
    let mut random = 7_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize
    };
    assert_eq!(FlightFile::parse(b""), Err(FlightError::NoFlight));
    assert!(matches!(FlightFile::parse(b"MCFLIGHT\x02\0\0\0"), Err(FlightError::Format(2))));
    for length in 0..good.len() {
        assert!(FlightFile::parse(&good[..length]).is_err(), "{length}");
    }
    // Damage that the digest does not tell, since it was made anew: no panic, neither here nor in the replay.
    let body = &good[..good.len() - 8];
    let mut read = 0;
    for _ in 0..20_000 {
        let mut octets = body.to_vec();
        for _ in 0..=next() % 3 {
            let at = 12 + next() % (octets.len() - 12);
            octets[at] = match next() % 2 {
                0 => next() as u8,
                _ => b'0' + (next() % 10) as u8,
            };
        }
        if let Ok(file) = FlightFile::parse(&sealed(octets)) {
            read += 1;
            let _ = file.replay(&crate::flight::ReplayParams::default());
        }
    }
    assert!(read > 100, "{read}");
}
