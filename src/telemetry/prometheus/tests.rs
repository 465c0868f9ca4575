//! Pure: the text is of the format, and its labels are bounded.

use super::*;

fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot { sessions: 3, workers: vec![WorkerSnapshot::default(); 2], ..Snapshot::default() };
    snapshot.workers[1].worker = 1;
    for (name, value) in
        [("received", 900), ("lost", 100), ("mos_3", 4), ("mos_5", 5), ("intervals", 12), ("bad_loss", 2)]
    {
        snapshot.gauges.insert(format!("/quality/{name}"), value);
    }
    snapshot.gauges.insert("/quality/mos_milli".into(), 48_000);
    snapshot.gauges.insert("/quality/concealed_ms".into(), 2_500);
    snapshot
}

#[test]
fn each_line_is_a_comment_or_a_sample_of_a_family_that_was_declared() {
    let text = snapshot().to_prometheus();
    let mut families = Vec::new();
    for line in text.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            let (name, kind) = declared.split_once(' ').unwrap();
            assert!(["gauge", "counter", "histogram", "summary"].contains(&kind), "{line}");
            assert!(!families.contains(&name), "{name} twice");
            families.push(name);
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = series.split('{').next().unwrap();
        let family = families.last().unwrap();
        assert!(
            name.strip_prefix(family).is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest)),
            "{line}"
        );
        assert!(!line.contains("session="), "{line}");
    }
    assert!(families.len() > 12, "{families:?}");
}

#[test]
fn scores_are_a_histogram_that_grows_to_the_count() {
    let text = snapshot().to_prometheus();
    let value = |series: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("media_core_{series} ")));
        line.unwrap_or_else(|| panic!("{series} in {text}")).parse::<f64>().unwrap()
    };
    assert_eq!(value("interval_mos_bucket{le=\"3.1\"}"), 0.0);
    assert_eq!(value("interval_mos_bucket{le=\"3.6\"}"), 4.0);
    assert_eq!(value("interval_mos_bucket{le=\"4.3\"}"), 9.0);
    assert_eq!((value("interval_mos_bucket{le=\"+Inf\"}"), value("interval_mos_sum")), (12.0, 48.0));
    assert_eq!((value("packets_lost_total"), value("concealed_seconds_total")), (100.0, 2.5));
    assert_eq!(value("bad_sessions{aspect=\"loss\"}"), 2.0);
}
