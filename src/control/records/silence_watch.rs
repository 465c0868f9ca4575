//! Control: for how long nothing of a session's peer has come, where that is to be told.

use crate::types::MediaTime;
use std::time::Duration;

/// Looked at once a second.
#[derive(Debug, Default)]
pub(crate) struct SilenceWatch {
    limit: Option<Duration>,
    packets: u64,
    since: Option<MediaTime>,
    told: bool,
}

impl SilenceWatch {
    /// A second is over, and so many packets have come in all; `expected`: more are to come. How long there were none, where that is to be
    /// told.
    pub(crate) fn end_second(
        &mut self,
        limit: Option<Duration>,
        expected: bool,
        packets: u64,
        now: MediaTime,
    ) -> Option<Duration> {
        let begins = self.limit.is_none();
        let heard = packets != self.packets;
        (self.limit, self.packets) = (limit, packets);
        let limit = limit?;
        if !expected {
            // All of the time is ahead of who may send again.
            (self.since, self.told) = (None, false);
            return None;
        }
        let since = self.since.filter(|_| !heard && !begins);
        let lasted = now - *self.since.insert(since.unwrap_or(now));
        let over = lasted >= limit;
        let told = std::mem::replace(&mut self.told, over);
        (over && !told).then_some(lasted)
    }
}

#[cfg(test)]
mod tests;
