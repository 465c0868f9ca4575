//! Real-time: legs: all state of the streams that a worker serves, with the small methods of each part. Nothing in here
//! knows the worker.

mod body;
mod bus;
mod bus_plan;
mod convert;
pub(in crate::worker) mod digits;
mod dtx;
mod head;
pub(in crate::worker) mod inward;
mod listening;
mod mixed;
mod output_plan;
mod outward;
mod outward_silence;
mod pcm;
mod plan;
mod red_sender;
mod reports;
mod route;
mod rtp_sequencer;
mod sealed;
mod seat;
mod sets;
mod slab;

pub(in crate::worker) use body::LegBody;
pub use body::{Input, Output};
pub(in crate::worker) use bus::Buses;
pub use bus_plan::{BusGauges, BusPlan, MAX_BUS_SPEAKERS};
pub use convert::Converter;
pub use dtx::DtxController;
pub(in crate::worker) use dtx::{BlockHints, Sending};
pub(in crate::worker) use head::{LegHead, NOBODY, Place, SEVERAL};
pub(in crate::worker) use listening::{Listening, heard};
pub(in crate::worker) use mixed::Mixed;
pub use output_plan::OutputPlan;
pub(in crate::worker) use outward::{Passed, Shape};
pub use pcm::{PcmIn, PcmOut, PcmReader, PcmWriter, pcm_in, pcm_out};
pub use plan::{Leg, LegPlan};
pub(in crate::worker) use red_sender::RedSender;
pub(in crate::worker) use route::Hearing;
pub use route::{Route, Source, Term};
pub(in crate::worker) use rtp_sequencer::{PacketKind, RtpSequencer, Skipped, Stamp};
pub(in crate::worker) use sealed::Sealed;
pub use seat::Member;
pub(in crate::worker) use sets::LegSets;
pub(in crate::worker) use slab::{BATCH, Slab};
