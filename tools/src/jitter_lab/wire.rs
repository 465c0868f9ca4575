//! Control: payloads on their way: what a packet carries, and what becomes of it at the receiver.

use anyhow::{Context, Result};
use media_core::buffer::{Arrived, PayloadSource, PlayoutReceiver, RedBlock, RedPayload, write_red};

/// The sender's packets and the receiver's pool.
#[derive(Debug)]
pub(super) struct Wire {
    sent: Vec<Vec<u8>>,
    /// Older packets in each packet.
    red: u8,
    /// Of a packet, in units of the RTP clock.
    units: u32,
    pool: Vec<Vec<u8>>,
}

impl PayloadSource<u32> for Wire {
    fn octets(&self, payload: u32) -> &[u8] {
        self.pool.get(payload as usize).map_or(&[], Vec::as_slice)
    }
}

impl Wire {
    pub(super) const fn new(sent: Vec<Vec<u8>>, red: u8, units: u32) -> Self {
        Self { sent, red, units, pool: Vec::new() }
    }

    fn store(&mut self, octets: &[u8]) -> u32 {
        self.pool.push(octets.to_vec());
        self.pool.len() as u32 - 1
    }

    /// Hands packet `n` to the receiver; its redundant blocks too, written and taken apart by the library.
    pub(super) fn deliver(
        &mut self,
        receiver: &mut PlayoutReceiver<u32>,
        packet: Arrived<u32>,
        n: usize,
    ) -> Result<()> {
        let own = self.sent.get(n).cloned().unwrap_or_default();
        if self.red == 0 {
            let payload = self.store(&own);
            receiver.insert(Arrived { payload, ..packet }, |_| ());
            return Ok(());
        }
        let block = |back: usize| {
            let octets = n.checked_sub(back).and_then(|n| self.sent.get(n))?;
            let offset = u16::try_from(back as u32 * self.units).ok()?;
            Some(RedBlock { payload_type: 0, offset, octets })
        };
        let older: Vec<RedBlock<'_>> = (1..=usize::from(self.red)).rev().filter_map(block).collect();
        let mut wire = vec![0; 8_000];
        let primary = RedBlock { payload_type: 0, offset: 0, octets: &own };
        let long = "these packets are too long to be sent again in others (1023 octets, 2^14 units of the clock)";
        let length = write_red(&older, &primary, &mut wire).context(long)?;
        let red = RedPayload::parse(&wire[..length])?;
        let payload = self.store(red.primary().octets);
        receiver.insert(Arrived { payload, ..packet }, |_| ());
        for again in red.redundant() {
            let payload = self.store(again.octets);
            let timestamp = packet.timestamp.wrapping_sub(u32::from(again.offset));
            receiver.insert_redundant(packet.sequence, Arrived { timestamp, payload, marker: false, ..packet }, |_| ());
        }
        Ok(())
    }
}
