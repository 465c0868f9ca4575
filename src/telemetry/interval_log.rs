//! Control: HdrHistogram interval logs (format of the HdrHistogram project, V2 compressed), written and read.
//!
//! One line per histogram, worker and interval, tagged `worker/0/tick_work`; times in s, values in ns. Any HdrHistogram
//! implementation opens them. An interval in which nothing was recorded has no line.

use std::fmt;
use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::serialization::interval_log::{
    IntervalLogIterator, IntervalLogWriterBuilder, IntervalLogWriterError, LogEntry, Tag,
};
use hdrhistogram::serialization::{Deserializer, V2DeflateSerializer};
use hdrhistogram::{Counter, Histogram};

use crate::telemetry::histograms::HistogramSet;
use crate::telemetry::measure::Measure;
use crate::types::WorkerId;

/// The tag of one worker's measure.
pub fn tag_of(worker: WorkerId, measure: Measure) -> String {
    format!("worker/{worker}/{measure}")
}

/// The worker and measure of a tag; `None` for one that is not ours.
pub fn parse_tag(tag: &str) -> Option<(WorkerId, Measure)> {
    let (worker, measure) = tag.strip_prefix("worker/")?.split_once('/')?;
    Some((WorkerId(worker.parse().ok()?), Measure::from_name(measure)?))
}

/// Writes an interval log. Each line goes to the writer at once: put a `BufWriter` under it and flush it as often as
/// the log shall be up to date.
pub struct IntervalLogWriter<W> {
    writer: W,
    serializer: V2DeflateSerializer,
    base: SystemTime,
}

impl<W> fmt::Debug for IntervalLogWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntervalLogWriter").field("base", &self.base).finish_non_exhaustive()
    }
}

impl<W: Write> IntervalLogWriter<W> {
    /// Writes the header. `start` is the origin of all times in the log.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(mut writer: W, start: SystemTime) -> io::Result<Self> {
        let mut serializer = V2DeflateSerializer::new();
        IntervalLogWriterBuilder::new()
            .add_comment("[Histogram log format version 1.3]")
            .add_comment("[media-core: values in ns]")
            .with_start_time(start)
            .with_base_time(start)
            .begin_log_with(&mut writer, &mut serializer)?;
        writeln!(writer, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"")?;
        Ok(Self { writer, serializer, base: start })
    }

    /// Writes the lines of one worker's set for the interval from `start` on.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(
        &mut self,
        worker: WorkerId,
        start: SystemTime,
        duration: Duration,
        set: &HistogramSet,
    ) -> io::Result<()> {
        for measure in Measure::ALL {
            let histogram = set.get(measure);
            if !histogram.is_empty() {
                self.write_one(&tag_of(worker, measure), start, duration, histogram)?;
            }
        }
        Ok(())
    }

    /// Writes one histogram under a tag of the caller's, which must have no space, comma or line end.
    ///
    /// # Errors
    /// Those of the writer; [`io::ErrorKind::InvalidInput`] for such a tag.
    pub fn write_one<T: Counter>(
        &mut self,
        tag: &str,
        start: SystemTime,
        duration: Duration,
        histogram: &Histogram<T>,
    ) -> io::Result<()> {
        let tag = Tag::new(tag).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "tag with a separator"))?;
        let since = start.duration_since(self.base).unwrap_or_default();
        // A builder without headers writes none, so that one can be made for each line.
        IntervalLogWriterBuilder::new()
            .begin_log_with(&mut self.writer, &mut self.serializer)?
            .write_histogram(histogram, since, duration, Some(tag))
            .map_err(|error| match error {
                IntervalLogWriterError::IoError(error) => error,
                IntervalLogWriterError::SerializeError(error) => io::Error::other(error),
            })
    }

    /// Flushes the writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// The writer.
    pub fn into_inner(self) -> W {
        self.writer
    }
}

/// One line of a log.
#[derive(Debug, Clone)]
pub struct Interval {
    /// Its tag; empty if it has none.
    pub tag: String,
    /// When it began.
    pub start: SystemTime,
    /// How long it was.
    pub duration: Duration,
    /// What was recorded, in ns for our own logs.
    pub histogram: Histogram<u64>,
}

/// Why a log cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntervalLogError {
    /// A line is none of an interval log. A last line that was cut short is left out instead.
    #[error("octet {offset}: not a line of an interval log")]
    Line {
        /// Where the line begins.
        offset: usize,
    },
    /// A line's histogram is damaged.
    #[error("interval {number}: the histogram is damaged: {why}")]
    Histogram {
        /// Which interval, counted from 1.
        number: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads a whole log, as it is written at that moment.
///
/// # Errors
/// [`IntervalLogError`]; the intervals before the damage are lost with it.
pub fn read(log: &[u8]) -> Result<Vec<Interval>, IntervalLogError> {
    let whole = log.iter().rposition(|&octet| octet == b'\n').map_or(0, |last| last + 1);
    let mut origin = UNIX_EPOCH;
    let mut deserializer = Deserializer::new();
    let mut intervals = Vec::new();
    for entry in IntervalLogIterator::new(&log[..whole]) {
        let entry = entry.map_err(|error| {
            let hdrhistogram::serialization::interval_log::LogIteratorError::ParseError { offset } = error;
            IntervalLogError::Line { offset }
        })?;
        match entry {
            LogEntry::StartTime(_) => {}
            LogEntry::BaseTime(base) => origin = UNIX_EPOCH + base,
            LogEntry::Interval(line) => {
                let damaged = |why: String| IntervalLogError::Histogram { number: intervals.len() + 1, why };
                let octets = STANDARD.decode(line.encoded_histogram()).map_err(|error| damaged(error.to_string()))?;
                let histogram = deserializer
                    .deserialize(&mut io::Cursor::new(octets))
                    .map_err(|error| damaged(error.to_string()))?;
                intervals.push(Interval {
                    tag: line.tag().map(|tag| tag.as_str().to_owned()).unwrap_or_default(),
                    start: origin.checked_add(line.start_timestamp()).unwrap_or(origin),
                    duration: line.duration(),
                    histogram,
                });
            }
        }
    }
    Ok(intervals)
}

#[cfg(test)]
mod tests;
