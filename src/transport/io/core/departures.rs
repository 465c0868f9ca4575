//! I/O: what leaves: the packets that workers emitted, in their time, and keep-alives behind them.

use crate::rt::{prefetch, prefetch_entry};
use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::transmit::Transmit;
use crate::types::MediaTime;
use std::time::Duration;

/// A packet that has waited longer than this for the I/O thread is dropped and counted: what comes so late is of no use
/// to a listener, and a burst of it harms the packets behind it.
pub const MAX_SEND_DELAY: Duration = Duration::from_millis(200);

impl IoCore {
    /// The session of the next packet to send, as far as it is known.
    fn upcoming(&mut self) -> Option<u32> {
        let index = self.port.upcoming()?;
        prefetch_entry(&self.sessions, index as usize);
        Some(index)
    }

    /// When the next packet leaves, as far as it is known: [`poll_transmit`](Self::poll_transmit) gives it from then on.
    pub fn next_departure(&mut self) -> Option<MediaTime> {
        self.port.oldest_emission().map(|emitted| emitted + self.departure_delay)
    }

    /// The next packet that a worker emitted, ready to be sent at `now`, each worker's in its own order; after them keep-alives
    /// of sessions that have sent nothing for long.
    pub fn poll_transmit(&mut self, now: MediaTime) -> Option<Transmit<'_>> {
        self.count_sent();
        self.now = now;
        if let Some(again) = self.next_retransmission(now) {
            return self.transmit_again(again);
        }
        let latest = now.earlier_by(self.departure_delay);
        while let Some((binding, outward, payload)) = self.port.collect_emitted(latest) {
            let index = binding.key.index;
            let Some(session) = self.sessions.get_mut(index as usize).and_then(Option::as_mut) else { continue };
            let gauges = session.gauges();
            prefetch(gauges);
            if now - outward.time > MAX_SEND_DELAY {
                gauges.stale.add(1);
                continue;
            }
            let Some(to) = session.remote(now) else {
                gauges.no_remote.add(1);
                continue;
            };
            let header = session.outward.number(outward.rtp(), payload.len(), now);
            let Ok(length) = session.write_packet(&header, payload, &mut self.packet[..]) else {
                session.gauges().malformed_out.add(1);
                continue;
            };
            let Some(length) = session.seal(&mut self.packet[..], length) else { continue };
            session.note_numbered(now);
            session.keep_sent(&header, self.packet.get(..length)?, now);
            self.sent = Some((index, length));
            let upcoming = self.upcoming();
            return Some(Transmit { index, to, octets: self.packet.get(..length)?, rtcp: false, upcoming });
        }
        self.poll_upkeep(now)
    }

    /// Counts the packet given before: only now, since its gauges were far away then.
    fn count_sent(&mut self) {
        if let Some((index, length)) = self.sent.take()
            && let Some(session) = self.session(index)
        {
            session.gauges().count_sent(length);
        }
    }
}
