use super::*;
use crate::flight::recipe::NotedOrder;
use crate::rt::flight_ring;
use crate::types::{SampleRate, TickNumber};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

#[test]
fn a_file_is_there_whole_or_not_at_all() {
    let path = std::env::temp_dir().join(format!("media-core-{}-whole.flight", std::process::id()));
    let full = put(&path, |file| {
        file.write_all(b"MCFLIGHT")?;
        assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600, "from its first octet on");
        Err(Error::from(ErrorKind::StorageFull))
    });
    assert_eq!(full.unwrap_err().kind(), ErrorKind::StorageFull);
    assert!(!path.exists());
    put(&path, |file| file.write_all(b"MCFLIGHT")).unwrap();
    // Nobody else's file is written over, and none is taken away.
    assert_eq!(put(&path, |_| Ok(())).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read(&path).unwrap(), b"MCFLIGHT");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn after_a_gap_no_other_calls_voice_comes_from_a_place_that_was_left() {
    let leg = LegKey { index: 3, generation: 1 };
    let order = |seq, recipe| NotedOrder { worker: WorkerId(0), seq, at: MediaTime::ZERO, recipe };
    let orders = vec![order(0, Recipe::Tap { key: leg, rate: SampleRate::Hz8000 }), order(1, Recipe::Remove(leg))];
    let samples = |lost_order: bool| {
        let (mut tx, mut rx) = flight_ring(0, true);
        let mut history = History::new(Duration::from_secs(60), 1 << 20);
        let tick = |tx: &mut crate::rt::FlightTx, n| tx.tick(TickNumber(n), MediaTime::from_millis(10 * n));
        tick(&mut tx, 1);
        tx.order(0);
        tx.samples(3, &[0.25; 80]);
        // The ring is full, if that is so, as the leg leaves.
        while lost_order && tx.lost() == 0 {
            tx.samples(9, &[0.0; 480]);
        }
        tx.order(1);
        rx.drain(|words| history.take(words));
        // Another call has the place, whose order is not known here.
        tick(&mut tx, 2);
        tx.order(2);
        tx.samples(3, &[0.75; 80]);
        rx.drain(|words| history.take(words));
        let call = Call { legs: [(WorkerId(0), leg)].into(), orders: orders.clone() };
        let until = vec![MediaTime::from_millis(1_000)];
        let written = Written {
            path: PathBuf::new(),
            session: SessionId { index: 0, generation: 1 },
            dialog: String::new(),
            blocks_per_tick: 1,
            payloads: true,
            call,
            histories: Vec::new(),
            turn: Arc::default(),
            until,
        };
        let taken = written.take(WorkerId(0), &history.copy());
        let (mut rest, mut found) = (&taken.words[..], Vec::new());
        while let Some((record, length)) = FlightRecord::first(rest) {
            if let FlightRecord::Samples { samples: Some(samples), .. } = record {
                found.push(samples[0]);
            }
            rest = &rest[length..];
        }
        found
    };
    assert_eq!(samples(false), [0.25]);
    assert_eq!(samples(true), [0.25]);
}
