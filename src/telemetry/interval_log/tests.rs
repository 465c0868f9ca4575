//! Control: interval logs as they are written and read.

use super::*;

fn sample() -> (Vec<u8>, SystemTime, Vec<HistogramSet>) {
    let start = UNIX_EPOCH + Duration::from_millis(1_700_000_000_250);
    let mut log = IntervalLogWriter::begin(Vec::new(), start).unwrap();
    let mut sets = Vec::new();
    for second in 0..3u64 {
        let mut set = HistogramSet::new();
        for n in 0..100 {
            set.record(Measure::TickWork, 1_000 * (n + 1) * (second + 1));
        }
        set.record(Measure::WakeUpLateness, u64::MAX);
        for worker in 0..2 {
            log.write(WorkerId(worker), start + Duration::from_secs(second), Duration::from_secs(1), &set).unwrap();
        }
        sets.push(set);
    }
    (log.into_inner(), start, sets)
}

#[test]
fn what_is_written_is_what_is_read() {
    let (log, start, sets) = sample();
    let text = std::str::from_utf8(&log).unwrap();
    assert!(text.starts_with("#[Histogram log format version 1.3]\n"));
    assert_eq!(text.matches("StartTime:").count(), 1, "one header");
    let intervals = read(&log).unwrap();
    // Two measures with values, two workers, three seconds.
    assert_eq!(intervals.len(), 12);
    for (second, set) in sets.iter().enumerate() {
        let at = start + Duration::from_secs(second as u64);
        for worker in 0..2 {
            for measure in [Measure::TickWork, Measure::WakeUpLateness] {
                let tag = tag_of(WorkerId(worker), measure);
                assert_eq!(parse_tag(&tag), Some((WorkerId(worker), measure)));
                let found = intervals.iter().find(|interval| interval.tag == tag && interval.start == at);
                let found = found.unwrap_or_else(|| panic!("{tag} at second {second}"));
                assert_eq!(found.duration, Duration::from_secs(1));
                let expected = set.get(measure);
                assert_eq!(found.histogram.len(), expected.len());
                assert_eq!(found.histogram.max(), expected.max());
                assert_eq!(found.histogram.value_at_quantile(0.5), expected.value_at_quantile(0.5));
            }
        }
    }
}

#[test]
fn a_log_that_is_being_written_can_be_read() {
    let (log, ..) = sample();
    for cut in 0..log.len() {
        let got = read(&log[..cut]).unwrap();
        assert!(got.len() <= 12);
    }
    assert!(read(b"").unwrap().is_empty());
}

#[test]
fn damage_is_named() {
    let (log, ..) = sample();
    let text = String::from_utf8(log).unwrap();
    let garbage = format!("{text}not a line\n");
    assert_eq!(read(garbage.as_bytes()).unwrap_err(), IntervalLogError::Line { offset: text.len() });
    let broken = format!("{text}Tag=x,0.000,1.000,5.000,AAAA\n");
    assert!(matches!(read(broken.as_bytes()), Err(IntervalLogError::Histogram { number: 13, .. })));
    let broken = format!("{text}Tag=x,0.000,1.000,5.000,***\n");
    assert!(matches!(read(broken.as_bytes()), Err(IntervalLogError::Histogram { number: 13, .. })));
    // A flipped octet anywhere is an error or another value, never a panic.
    let mut octets = text.clone().into_bytes();
    for at in (0..octets.len()).step_by(7) {
        let kept = octets[at];
        octets[at] ^= 0x15;
        let _ = read(&octets);
        octets[at] = kept;
    }
}

#[test]
fn tags_of_others_are_not_ours() {
    for tag in ["", "worker/0", "worker/x/tick_work", "worker/0/nothing", "room/0/tick_work"] {
        assert_eq!(parse_tag(tag), None, "{tag}");
    }
    let mut log = IntervalLogWriter::begin(Vec::new(), UNIX_EPOCH).unwrap();
    let set = HistogramSet::new();
    let error = log.write_one("a b", UNIX_EPOCH, Duration::ZERO, set.get(Measure::TickWork)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}
