//! Control: a worker's records, tick by tick.

use crate::rt::{FlightRecord, PacketHeader, SentPacket};
use crate::types::{MediaTime, TickNumber};

/// What is noted of one tick.
#[derive(Debug, Default)]
pub(super) struct Step<'r> {
    pub(super) number: TickNumber,
    pub(super) now: MediaTime,
    pub(super) lost: u32,
    pub(super) orders: Vec<u32>,
    pub(super) packets: Vec<(PacketHeader, usize, Option<&'r [u8]>)>,
    pub(super) samples: Vec<(u32, Option<&'r [f32]>)>,
    pub(super) sent: Vec<SentPacket>,
}

/// What a tick gave.
#[derive(Default)]
pub(super) struct Given {
    /// As the worker noted it.
    pub(super) sent: Vec<SentPacket>,
    /// The packets: of which binding.
    pub(super) packets: Vec<(u32, PacketHeader, Vec<u8>)>,
    /// The samples that a leg at that place heard.
    pub(super) heard: Vec<(u32, Vec<f32>)>,
}

/// All ticks of those records. What is no record ends them.
pub(super) fn steps(records: &[u64]) -> Vec<Step<'_>> {
    let (mut steps, mut rest): (Vec<Step<'_>>, _) = (Vec::new(), records);
    while let Some((record, length)) = FlightRecord::first(rest) {
        rest = rest.get(length..).unwrap_or(&[]);
        if let FlightRecord::Tick { number, now, lost } = record {
            steps.push(Step { number, now, lost, ..Step::default() });
            continue;
        }
        let Some(step) = steps.last_mut() else { continue };
        match record {
            FlightRecord::Tick { .. } => {}
            FlightRecord::Order(seq) => step.orders.push(seq),
            FlightRecord::Packet { header, length, payload } => step.packets.push((header, length, payload)),
            FlightRecord::Samples { leg, samples, .. } => step.samples.push((leg, samples)),
            FlightRecord::Sent(sent) => step.sent.push(sent),
        }
    }
    steps
}
