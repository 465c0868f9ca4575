//! Control: every setting of a configuration, checked.

use super::engine::{MediaEngineConfig, in_range};
use super::glitch_flights::GlitchFlights;
use super::plan::Plan;
use crate::error::ConfigError;
use crate::quality::QualityThresholds;
use std::ops::RangeInclusive;
use std::time::Duration;

/// What [`GlitchFlights::apart`] may be.
const APART: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(24 * 3_600);

impl MediaEngineConfig {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first field that is out of its range, with the range.
    pub fn plan(&self) -> Result<Plan, ConfigError> {
        self.check_ranges()?;
        if !matches!(self.tick_ms, 10 | 20) {
            return Err(ConfigError::new("tick_ms", self.tick_ms, "10 or 20"));
        }
        if let Some(name) = self.interface.as_ref().filter(|name| name.is_empty() || name.len() > 15) {
            return Err(ConfigError::new("interface", format!("{name:?}"), "a name of 1 to 15 octets"));
        }
        if let Some(percent) = self.shed_load_percent {
            // New sessions are refused before anyone's quality suffers.
            in_range("shed_load_percent", percent, self.load_limit_percent..=150)?;
        }
        let (first, last) = (*self.rtp_ports.start(), *self.rtp_ports.end());
        if first < 1024 || last <= first {
            let legal = "1024 or above, with at least two ports";
            return Err(ConfigError::new("rtp_ports", format!("{first}-{last}"), legal));
        }
        if let Some(priority) = self.realtime_priority {
            in_range("realtime_priority", priority, 2..=98)?;
        }
        let QualityThresholds { mos, loss, jitter_ms, round_trip_ms, remote_loss, .. } = self.quality_thresholds;
        in_range("quality_thresholds.mos", mos, 1.0..=4.5)?;
        in_range("quality_thresholds.loss", loss, 0.0..=1.0)?;
        in_range("quality_thresholds.jitter_ms", jitter_ms, 0.0..=60_000.0)?;
        in_range("quality_thresholds.round_trip_ms", round_trip_ms, 0.0..=60_000.0)?;
        in_range("quality_thresholds.remote_loss", remote_loss, 0.0..=1.0)?;
        if self.request_timeout.is_zero() {
            return Err(ConfigError::new("request_timeout", "0", "more than zero"));
        }
        if let Some(root) = self.media_root.as_ref().filter(|root| !root.is_absolute()) {
            return Err(ConfigError::new("media_root", format!("{root:?}"), "an absolute path"));
        }
        if let Some(flights) = &self.flight_on_glitch {
            check_flights(flights, self.flight_seconds)?;
        }
        if self.io_threads > 0 && !cfg!(feature = "net") {
            return Err(ConfigError::new("io_threads", self.io_threads, "0 in a build without feature `net`"));
        }
        Ok(Plan::new(self))
    }
}

fn check_flights(flights: &GlitchFlights, flight_seconds: u32) -> Result<(), ConfigError> {
    let folder = format!("{:?}", flights.folder);
    if flight_seconds == 0 {
        let legal = "None while flight_seconds is 0: nothing is kept that could be written";
        return Err(ConfigError::new("flight_on_glitch", folder, legal));
    }
    if !flights.folder.is_dir() {
        return Err(ConfigError::new("flight_on_glitch.folder", folder, "a folder that is there"));
    }
    if !APART.contains(&flights.apart) {
        return Err(ConfigError::new("flight_on_glitch.apart", format!("{:?}", flights.apart), "1 s to 24 h"));
    }
    in_range("flight_on_glitch.files", flights.files, 1..=10_000)
}
