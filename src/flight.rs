//! Control: the flight recorder: what came into the workers in the last seconds, written to a file for one call, and played into a
//! worker of the same make on virtual time.
//!
//! A tick is a function of the worker's state, its rings and the tick's time. Whoever has what came in has the call, and
//! packets that leave in the replay are those of the call, bit for bit.
//!
//! # What was decided, and why
//!
//! **The unit is the worker; a file is one call.** A worker notes what *all* of its legs take in, since nobody knows beforehand
//! which call will be asked for, and one list in the order of the tick costs less than one a leg. A file has only the legs that the
//! session has to do with in the time that is kept: whom it hears and who hears it, by routes and rooms, and further on from there
//! (`call`). What others say never gets into it. Legs that are not in it do not bear on those that are: they share the frame
//! pool, the lane of events and the count of orders a tick, none of which is seen in a packet.
//!
//! **Orders are noted as what they were made of.** An order brings objects (a leg, a codec, a route): none of them can be written
//! down, but all are made from parameters by the control side. As it posts an order it notes those parameters, and the numbers that were
//! drawn for it (SSRC, first sequence number and timestamp, the seed of comfort noise, the stagger), under the order's number
//! (`Recipe`); the worker notes in which tick it applied that number. A replay makes the object anew by the same
//! functions of `session` and hands it to a bare worker in that tick. It does not run the verbs again: when a
//! receipt was followed, and what the supervisor made of it, depended on the machine, and is in the orders already. Places of legs and buses
//! are those of the call, so that sums are made in the same order.
//!
//! **The media thread only copies.** It puts words into a ring of a few milliseconds' worth ([`rt::FlightTx`](crate::rt::FlightTx)),
//! allocated and touched beforehand; the supervisor empties it at each step and keeps the last seconds (`History`).
//! So the thread writes into memory that its cache has, and a file is written from what no media thread touches. If the supervisor is
//! late, whole ticks are lost, counted, and named by the replay.
//!
//! **Exactness is proved, not promised.** Of each packet that went out the worker notes a digest of 64 bits over header and payload. The
//! replay makes the same digest and compares, packet by packet: it says "exact", or names the first tick and leg that differ.
//!
//! **A call that began before what is kept** is played from legs that are made anew with what had been ordered of them by then. Their codecs and jitter
//! buffers know nothing of what came before, and their packets are numbered on from the first one that was noted. So it is
//! approximate at first, and the replay says from which tick on its packets are those of the call: with G.711, once the jitter
//! buffer has found the delay that it had.
//!
//! **What cannot be rebuilt is named**: a codec or a stage of an embedder's own, prompts, a speech machine's port, encoders that a
//! room shares, rooms over several workers. Such an order stands in the file with its kind ([`FlightFile::unknown`]); the replay goes
//! on without it, and says so.

mod call;
mod file;
mod history;
mod in_force;
mod leg_recipe;
mod machine;
mod order;
mod recipe;
mod replay;
mod route_recipe;

pub(crate) use call::Call;
pub(crate) use file::Written;
pub use file::{FlightFile, FlightReport, UnknownOrder};
pub(crate) use history::History;
pub(crate) use in_force::in_force;
pub(crate) use leg_recipe::{ChainRecipe, LegRecipe, MadeOf};
pub(crate) use recipe::{BusRecipe, NotedOrder, Recipe};
pub use replay::{Difference, Replay, ReplayParams, ReplayedLeg, ReplayedOrder, ReplayedPacket};
