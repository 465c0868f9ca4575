//! Control: every setting of a configuration, checked.

use super::engine::MediaEngineConfig;
use super::plan::Plan;
use crate::error::ConfigError;
use std::ops::RangeInclusive;

impl MediaEngineConfig {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first field that is out of its range, with the range.
    pub fn plan(&self) -> Result<Plan, ConfigError> {
        range("workers", self.workers, 1..=16)?;
        if !matches!(self.tick_ms, 10 | 20) {
            return Err(ConfigError::new("tick_ms", self.tick_ms, "10 or 20"));
        }
        range("max_sessions", self.max_sessions, 1..=100_000)?;
        range("max_relays", self.max_relays, 0..=100_000)?;
        range("max_taps", self.max_taps, 0..=100_000)?;
        range("max_conferences", self.max_conferences, 1..=100_000)?;
        range("io_threads", self.io_threads, 0..=16)?;
        range("ring_octets", self.ring_octets, 65_536..=268_435_456)?;
        range("departure_delay_us", self.departure_delay_us, 0..=5_000)?;
        range("dscp", self.dscp, 0..=63)?;
        range("socket_buffer_octets", self.socket_buffer_octets, 4_096..=16 << 20)?;
        if let Some(name) = self.interface.as_ref().filter(|name| name.is_empty() || name.len() > 15) {
            return Err(ConfigError::new("interface", format!("{name:?}"), "a name of 1 to 15 octets"));
        }
        range("load_limit_percent", self.load_limit_percent, 10..=100)?;
        if let Some(percent) = self.shed_load_percent {
            // New sessions are refused before anyone's quality suffers.
            range("shed_load_percent", percent, self.load_limit_percent..=150)?;
        }
        range("request_queue", self.request_queue, 16..=65_536)?;
        range("subscriber_queue", self.subscriber_queue, 16..=65_536)?;
        let (first, last) = (*self.rtp_ports.start(), *self.rtp_ports.end());
        if first < 1024 || last <= first {
            let legal = "1024 or above, with at least two ports";
            return Err(ConfigError::new("rtp_ports", format!("{first}-{last}"), legal));
        }
        if let Some(priority) = self.realtime_priority {
            range("realtime_priority", priority, 2..=98)?;
        }
        if self.request_timeout.is_zero() {
            return Err(ConfigError::new("request_timeout", "0", "more than zero"));
        }
        if self.io_threads > 0 && !cfg!(feature = "net") {
            return Err(ConfigError::new("io_threads", self.io_threads, "0 in a build without feature `net`"));
        }
        Ok(Plan::new(self))
    }
}

fn range<T: PartialOrd + std::fmt::Display>(
    field: &'static str,
    value: T,
    legal: RangeInclusive<T>,
) -> Result<(), ConfigError> {
    if legal.contains(&value) {
        return Ok(());
    }
    Err(ConfigError::new(field, value, format!("{} to {}", legal.start(), legal.end())))
}
