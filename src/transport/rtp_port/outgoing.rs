//! I/O: the packets that workers emitted, on their way out of the port.

use crate::rt::{PacketHeader, prefetch_entry};
use crate::transport::rtp_port::{Binding, RtpPort};
use crate::types::MediaTime;

impl RtpPort {
    /// The next packet that a worker emitted, with the binding it leaves by; in each worker's own order. A packet of a
    /// binding that ended is dropped and counted.
    pub fn collect(&mut self) -> Option<(Binding, PacketHeader, &[u8])> {
        self.collect_emitted(MediaTime::from_nanos(u64::MAX))
    }

    /// As [`collect`](Self::collect), but only what was emitted at `latest` or before.
    pub fn collect_emitted(&mut self, latest: MediaTime) -> Option<(Binding, PacketHeader, &[u8])> {
        loop {
            let index = self.next_link_with_packet(latest)?;
            let bindings = &self.bindings;
            let link = self.links.get_mut(index)?;
            let key = link.from_worker.peek()?.key.binding();
            let bound = bindings.get(key.index as usize).copied().flatten().filter(|b| b.key == key);
            match bound {
                // Two steps, since the borrow of a returned payload must not span the loop.
                Some(binding) => {
                    let (header, payload) = self.links.get_mut(index)?.from_worker.pop()?;
                    return Some((binding, header, payload));
                }
                None => {
                    link.from_worker.pop();
                    self.unbound_out += 1;
                }
            }
        }
    }

    /// Emitted packets that were dropped since their binding had ended: what a session that was just destroyed sent last.
    pub fn unbound_out(&self) -> u64 {
        self.unbound_out
    }

    /// When the oldest packet that waits was emitted.
    pub fn oldest_emission(&mut self) -> Option<MediaTime> {
        self.links.iter_mut().filter_map(|link| link.from_worker.peek()).map(|header| header.time).min()
    }

    /// The index of the binding of the next packet that [`collect`](Self::collect) will give, as far as it is known, so
    /// that its memory can be asked for; the port asks for its own part here.
    pub fn upcoming(&mut self) -> Option<u32> {
        let index = self.links.get_mut(self.next_link)?.from_worker.peek()?.key.binding().index;
        prefetch_entry(&self.bindings, index as usize);
        Some(index)
    }

    fn next_link_with_packet(&mut self, latest: MediaTime) -> Option<usize> {
        let n = self.links.len();
        let first = self.next_link;
        let index = (0..n).map(|i| (first + i) % n).find(|&i| {
            let waiting = self.links.get_mut(i).and_then(|link| link.from_worker.peek());
            waiting.is_some_and(|header| header.time <= latest)
        })?;
        self.next_link = index;
        Some(index)
    }
}
