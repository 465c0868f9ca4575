//! Control: a snapshot in the text format of Prometheus (version 0.0.4).
//!
//! **Labels are bounded**: threads, cores, what a histogram measures, what can be wrong with a call. No session has a label: the
//! series of ten thousand calls a day would be what fails first. Single calls are asked for by `gauges` and `why`.

use crate::telemetry::snapshot::{Snapshot, WorkerSnapshot};
use std::fmt::Write;

/// Upper bounds of the scores of MOS-CQ that intervals are counted by.
pub(crate) const MOS_BOUNDS: [f64; 6] = [2.0, 2.6, 3.1, 3.6, 4.0, 4.3];

struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP media_core_{name} {help}\n# TYPE media_core_{name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &str, value: f64) {
        let braces = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        let _ = writeln!(self.0, "media_core_{name}{braces} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: f64) {
        self.family(name, kind, help);
        self.sample(name, "", value);
    }
}

impl Snapshot {
    /// The engine in the text format of Prometheus (version 0.0.4): sessions, threads, cores, packets, loss and the scores of
    /// all calls. Nothing in it is of a single session.
    ///
    /// ```
    /// use media_core::{MediaEngineConfig, VirtualEngine};
    /// use std::time::Duration;
    ///
    /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// engine.run_for(Duration::from_secs(2));
    /// let text = engine.handle().snapshot().to_prometheus();
    /// assert!(text.contains("# TYPE media_core_sessions gauge\nmedia_core_sessions 0\n"));
    /// # Ok::<(), media_core::Error>(())
    /// ```
    pub fn to_prometheus(&self) -> String {
        let mut text = Text(String::new());
        text.one("uptime_seconds", "gauge", "Time since the engine started.", self.uptime_ms as f64 / 1e3);
        text.one("sessions", "gauge", "Live media sessions.", self.sessions.into());
        text.one("conferences", "gauge", "Live conferences.", self.conferences.into());
        text.one("shed_level", "gauge", "Steps of quality shed at present.", self.shed_level.into());
        self.calls(&mut text);
        self.threads(&mut text);
        text.family("core_busy_ratio", "gauge", "Share of the last second that a core was busy.");
        for core in &self.cores {
            text.sample("core_busy_ratio", &format!("core=\"{}\"", core.core), core.busy.into());
        }
        text.one(
            "stolen_seconds_total",
            "counter",
            "Time that the hypervisor took, all cores.",
            self.stolen_ms as f64 / 1e3,
        );
        text.0
    }

    fn calls(&self, text: &mut Text) {
        let value = |name: &str| self.gauges.get(&format!("/quality/{name}")).copied().unwrap_or(0) as f64;
        for (name, of, help) in [
            ("packets_received_total", "received", "RTP packets of rated sessions that came."),
            ("packets_lost_total", "lost", "RTP packets of rated sessions that did not come."),
            ("packets_discarded_total", "discarded", "RTP packets that came too late, or too many."),
            ("concealed_seconds_total", "concealed_ms", "Audio made up within speech."),
        ] {
            let unit = if of.ends_with("_ms") { 1e3 } else { 1.0 };
            text.one(name, "counter", help, value(of) / unit);
        }
        text.family("interval_mos", "histogram", "MOS-CQ of each session's intervals (ITU-T G.107).");
        let mut below = 0.0;
        for (place, bound) in MOS_BOUNDS.iter().enumerate() {
            below += value(&format!("mos_{place}"));
            text.sample("interval_mos_bucket", &format!("le=\"{bound}\""), below);
        }
        text.sample("interval_mos_bucket", "le=\"+Inf\"", value("intervals"));
        text.sample("interval_mos_sum", "", value("mos_milli") / 1e3);
        text.sample("interval_mos_count", "", value("intervals"));
        text.family("bad_sessions", "gauge", "Sessions that are bad now, by what is wrong with them.");
        for (path, sessions) in self.gauges.range("/quality/bad_".to_owned().."/quality/bad`".to_owned()) {
            let aspect = path.trim_start_matches("/quality/bad_");
            text.sample("bad_sessions", &format!("aspect=\"{aspect}\""), *sessions as f64);
        }
        text.family(
            "sick_sessions",
            "gauge",
            "Sessions that are one-way (refused, undecodable: of them), lossy or stopped now.",
        );
        for (path, sessions) in self.gauges.range("/sick/".to_owned().."/sick0".to_owned()) {
            let of = path.trim_start_matches("/sick/");
            text.sample("sick_sessions", &format!("of=\"{of}\""), *sessions as f64);
        }
    }

    fn threads(&self, text: &mut Text) {
        let mut each = |name: &str, kind: &str, help: &str, of: fn(&WorkerSnapshot) -> f64| {
            text.family(name, kind, help);
            for worker in &self.workers {
                text.sample(name, &format!("worker=\"{}\"", worker.worker), of(worker));
            }
        };
        each("ticks_total", "counter", "Ticks run.", |worker| worker.ticks as f64);
        each("late_ticks_total", "counter", "Ticks that ended late.", |worker| worker.xruns.late_ticks as f64);
        each("legs", "gauge", "Legs that a media thread plays.", |worker| worker.legs.into());
        each("load_ratio", "gauge", "Work as a share of the tick, mean of a second.", |worker| {
            worker.load.mean_1s.into()
        });
        text.family("duration_seconds", "summary", "What media threads measure, since the start.");
        for worker in &self.workers {
            for row in &worker.total {
                let labels = format!("worker=\"{}\",measure=\"{}\"", worker.worker, row.name);
                let quantiles =
                    [("0.5", row.p50_ns), ("0.9", row.p90_ns), ("0.99", row.p99_ns), ("0.999", row.p999_ns)];
                for (quantile, ns) in quantiles {
                    text.sample("duration_seconds", &format!("{labels},quantile=\"{quantile}\""), ns as f64 / 1e9);
                }
                text.sample("duration_seconds_sum", &labels, row.mean_ns * row.count as f64 / 1e9);
                text.sample("duration_seconds_count", &labels, row.count as f64);
            }
        }
    }
}

#[cfg(test)]
mod tests;
