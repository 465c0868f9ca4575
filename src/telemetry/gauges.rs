//! Control: single figures named as paths, queried by path prefix, in pages.
//!
//! | path | what |
//! |---|---|
//! | `/engine/sessions` | the engine as a whole |
//! | `/sick/one_way` | sessions that are sick now: one-way (of them `refused`, `undecodable`), lossy, stopped |
//! | `/core/1/busy_permille` | a core of the machine over the last second |
//! | `/worker/0/late_ticks` | a media thread: its counters, late ticks, load, kernel |
//! | `/worker/0/tick_work/p99_ns` | one of its histograms over the last 5 to 10 s |
//! | `/io/0/sends` | an I/O thread: turns, receives, sends, time on its core |
//! | `/session/17/lost` | a session's leg, by the session's number |
//! | `/session/17/transport/refused` | what its port counted |
//! | `/session/17/rtcp/round_trip_us` | what is known by RTCP |
//!
//! A pattern names the first segments of the paths wanted, `*` for any: `/worker`, `/session/17`, `/session/*/lost`.
//! Engine, cores and workers are of the last second, sessions as of now (their media thread publishes every 160 ms).
//! An answer is a page: at most some 2,000 values out of 1,024 sessions, **whatever their number**; what it did not get
//! to is named as [`next`](GaugePage::next).

use crate::telemetry::counters::TransportStatistics;
use crate::telemetry::directory::{Directory, Entry};
use crate::telemetry::snapshot::{Snapshot, WorkerSnapshot};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::fmt;

/// Values in a page, beyond which no further session is begun.
pub const PAGE_VALUES: usize = 2_000;
/// Sessions that are looked at for a page, at most.
pub const PAGE_SESSIONS: usize = 1_024;

/// Which gauges are wanted. [`Default`]: all, from the first.
///
/// ```
/// use media_core::telemetry::GaugeQuery;
/// use media_core::{MediaEngineConfig, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// engine.run_for(Duration::from_secs(2));
/// let page = handle.gauges(&GaugeQuery::new("/worker/*/late_ticks"));
/// assert_eq!((page.gauges, page.next), (vec![("/worker/0/late_ticks".to_owned(), 0)], None));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GaugeQuery {
    pattern: Vec<String>,
    from: Option<u32>,
}

impl GaugeQuery {
    /// Of a pattern: the first segments of a path, `*` for any. `""` and `"/"` are all.
    pub fn new(pattern: &str) -> Self {
        let pattern = pattern.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        Self { pattern, from: None }
    }

    /// From where the last page ended: its [`next`](GaugePage::next). `None` if that is no place to go on from.
    #[must_use]
    pub fn from(self, next: &str) -> Option<Self> {
        let from = next.strip_prefix("/session/")?.parse().ok()?;
        Some(Self { from: Some(from), ..self })
    }

    fn wants(&self, path: &str) -> bool {
        let mut segments = path.split('/').skip(1);
        self.pattern.iter().all(|wanted| segments.next().is_some_and(|segment| wanted == "*" || wanted == segment))
    }

    /// The sessions that could be wanted.
    fn numbers(&self) -> Option<std::ops::RangeInclusive<u32>> {
        let from = self.from.unwrap_or(0);
        match (self.pattern.first().map(String::as_str), self.pattern.get(1).map(String::as_str)) {
            (Some("session" | "*") | None, Some("*") | None) => Some(from..=u32::MAX),
            (Some("session" | "*"), Some(number)) => number.parse().ok().map(|n: u32| n.max(from)..=n),
            _ => None,
        }
    }
}

/// Some of the gauges, in the order of their numbers.
///
/// Example: [`GaugeQuery`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GaugePage {
    /// Path and value.
    pub gauges: Vec<(String, i64)>,
    /// Where to go on; none if this was all.
    pub next: Option<String>,
}

impl GaugePage {
    pub(crate) fn read(query: &GaugeQuery, snapshot: &Snapshot, directory: &Directory) -> Self {
        let mut page = Self::default();
        if query.from.is_none() {
            of_engine(snapshot, &mut |path, value| page.add(query, path, value));
        }
        let Some(numbers) = query.numbers() else { return page };
        let (mut from, to, mut seen) = (*numbers.start(), *numbers.end(), 0);
        while from <= to {
            let entries = directory.page(from..=to);
            let Some(last) = entries.last().map(|entry| entry.id.index()) else { break };
            for entry in &entries {
                let number = entry.id.index();
                if seen == PAGE_SESSIONS || page.gauges.len() >= PAGE_VALUES {
                    page.next = Some(format!("/session/{number}"));
                    return page;
                }
                seen += 1;
                of_session(entry, &mut |name, value| page.add(query, format!("/session/{number}/{name}"), value));
            }
            let Some(after) = last.checked_add(1) else { break };
            from = after;
        }
        page
    }

    fn add(&mut self, query: &GaugeQuery, path: String, value: u64) {
        if query.wants(&path) {
            self.gauges.push((path, value as i64));
        }
    }

    /// One line of JSON: `{"gauges":{"/worker/0/legs":2,…},"next":null}`.
    pub fn to_json(&self) -> String {
        // Cannot fail: plain data with string keys.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A line for each gauge; a last one `# next /session/41` where there is more.
impl fmt::Display for GaugePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.gauges.iter().try_for_each(|(path, value)| writeln!(f, "{path} {value}"))?;
        self.next.iter().try_for_each(|next| writeln!(f, "# next {next}"))
    }
}

impl Serialize for GaugePage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        struct Map<'p>(&'p [(String, i64)]);
        impl Serialize for Map<'_> {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let mut map = to.serialize_map(Some(self.0.len()))?;
                self.0.iter().try_for_each(|(path, value)| map.serialize_entry(path, value))?;
                map.end()
            }
        }
        let mut page = to.serialize_struct("GaugePage", 2)?;
        page.serialize_field("gauges", &Map(&self.gauges))?;
        page.serialize_field("next", &self.next)?;
        page.end()
    }
}

type Put<'p> = &'p mut dyn FnMut(String, u64);

fn of_engine(snapshot: &Snapshot, put: Put<'_>) {
    put("/engine/uptime_ms".into(), snapshot.uptime_ms);
    put("/engine/sessions".into(), snapshot.sessions.into());
    put("/engine/conferences".into(), snapshot.conferences.into());
    put("/engine/shed_level".into(), snapshot.shed_level.into());
    put("/engine/stolen_ms".into(), snapshot.stolen_ms);
    for core in &snapshot.cores {
        put(format!("/core/{}/busy_permille", core.core), (core.busy * 1e3) as u64);
        put(format!("/core/{}/stolen_permille", core.core), (core.steal * 1e3) as u64);
    }
    snapshot.gauges.iter().for_each(|(path, value)| put(path.clone(), *value as u64));
    snapshot.workers.iter().for_each(|worker| of_worker(worker, put));
}

fn of_worker(worker: &WorkerSnapshot, put: Put<'_>) {
    let WorkerSnapshot { worker: number, load, xruns, usage, .. } = worker;
    let permille = |share: f32| (share * 1e3) as u64;
    for (name, value) in [
        ("period_ms", worker.period_ms.into()),
        ("late_ticks", xruns.late_ticks),
        ("late_runs", xruns.late_runs),
        ("machine_late_runs", xruns.machine_late_runs),
        ("late_ns", xruns.duration_ns),
        ("longest_late_ns", xruns.longest_ns),
        ("pauses", worker.pauses),
        ("load_permille", permille(load.now)),
        ("load_1s_permille", permille(load.mean_1s)),
        ("load_10s_permille", permille(load.mean_10s)),
        ("load_60s_permille", permille(load.mean_60s)),
        ("worst_tick_permille", permille(load.worst_1s)),
        ("waited_ns", usage.waited_ns),
        ("preempted", usage.preempted),
    ] {
        put(format!("/worker/{number}/{name}"), value);
    }
    for row in &worker.recent {
        let name = &row.name;
        let values = [row.count, row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.max_ns];
        for (figure, value) in ["count", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns"].into_iter().zip(values) {
            put(format!("/worker/{number}/{name}/{figure}"), value);
        }
    }
}

fn of_session(entry: &Entry, put: &mut dyn FnMut(&str, u64)) {
    put("generation", entry.id.generation().into());
    put("worker", u64::from(entry.worker.0));
    entry.media.read().into_iter().for_each(|(name, value)| put(name, value));
    let transport = TransportStatistics::read(&entry.transport);
    transport.list().for_each(|(name, value)| put(&format!("transport/{name}"), value));
    entry.transport.rtcp.list().for_each(|(name, value)| put(&format!("rtcp/{name}"), value));
}

#[cfg(test)]
mod tests;
