//! Control: our interval logs, opened by another HdrHistogram implementation: the Python package `hdrhistogram` (a port of the
//! original by Gil Tene), where it is installed.
//!
//! ```sh
//! python3 -m venv v && v/bin/pip install hdrhistogram
//! MEDIA_CORE_PYTHON=v/bin/python cargo test -p media-core-tools foreign -- --nocapture
//! ```

use std::path::Path;
use std::process::Command;

use media_core::telemetry::snapshot::Percentiles;

use super::log::{self, Series};
use super::tests::write_log;

const SCRIPT: &str = r"
import sys
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader
sums = {}
reader = HistogramLogReader(sys.argv[1], HdrHistogram(1, 10_000_000_000, 2))
while True:
    found = reader.get_next_interval_histogram()
    if found is None:
        break
    tag = found.get_tag()
    if tag not in sums:
        sums[tag] = [HdrHistogram(1, 10_000_000_000, 2), 0]
    sums[tag][0].add(found)
    sums[tag][1] += 1
for tag in sorted(sums):
    total, intervals = sums[tag]
    at = [total.get_value_at_percentile(p) for p in (50, 99, 99.9)]
    print(tag, intervals, total.get_total_count(), *at, total.get_max_value())
";

/// A Python that has the package.
fn python() -> Option<String> {
    let candidates = std::env::var("MEDIA_CORE_PYTHON").into_iter().chain(["python3".to_owned()]);
    candidates.into_iter().find(|python| {
        let tried = Command::new(python).args(["-c", "import hdrh.log"]).output();
        tried.is_ok_and(|output| output.status.success())
    })
}

/// What it reads: per tag its intervals, count, p50, p99, p99.9, maximum.
fn read_by(python: &str, path: &Path) -> Vec<(String, Vec<u64>)> {
    let output = Command::new(python).args(["-c", SCRIPT]).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let (tag, figures) = line.split_once(' ').expect("a tag and figures");
        (tag.to_owned(), figures.split(' ').map(|figure| figure.parse().expect("a whole number")).collect())
    };
    text.lines().map(row).collect()
}

#[test]
fn another_implementation_reads_the_same_from_our_log() {
    let Some(python) = python() else {
        println!("skipped: no Python with the package hdrhistogram (MEDIA_CORE_PYTHON, python3)");
        return;
    };
    let path = write_log("foreign.hlog", 20);
    let theirs = read_by(&python, &path);
    let ours = log::read(&path).unwrap();
    assert_eq!(theirs.len(), 4);
    for Series { tag, intervals } in &ours {
        let sum = Series { tag: tag.clone(), intervals: intervals.clone() }.sum().unwrap();
        let row = Percentiles::of(tag, &sum);
        let (_, figures) =
            theirs.iter().find(|(theirs, _)| theirs == tag).unwrap_or_else(|| panic!("{tag} is missing"));
        assert_eq!(figures[..2], [intervals.len() as u64, row.count], "{tag}");
        for (theirs, ours) in figures[2..].iter().zip([row.p50_ns, row.p99_ns, row.p999_ns, row.max_ns]) {
            // Both tell of a bucket of 1 %.
            assert!(theirs.abs_diff(ours) * 100 <= ours, "{tag}: {theirs} for {ours}");
        }
    }
    std::fs::remove_file(path).unwrap();
}
