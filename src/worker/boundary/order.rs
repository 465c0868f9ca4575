//! Boundary: what the supervisor orders and what the worker answers. Orders and receipts mirror each other: whatever heap
//! an order brings, or frees from use, goes home in its receipt.

use crate::agent_port::MemberAct;
use crate::codec::audio::dtmf::DigitString;
use crate::playback::{Injected, Player, SaidMix};
use crate::processing::chain::AudioProcessor;
use crate::processing::format::Resampler;
use crate::rt::Parcel;
use crate::rt::shed::ShedLevel;
use crate::telemetry::HistogramSet;
use crate::types::{LegKey, MediaTime, PortId, SessionId, TickNumber};
use crate::worker::boundary::WorkerPort;
use crate::worker::leg::digits::TelephoneEvents;
use crate::worker::leg::inward::LegReceiver;
use crate::worker::leg::{
    BusLink, BusPlan, Leg, MAX_BUS_SPEAKERS, Member, OutputPlan, Route, SharedEncoder, SilencePlan, Switch,
};

/// An order to a worker; applied at a tick boundary, 64 a tick, and the rest of a list that is begun.
#[derive(Debug)]
pub struct Order {
    /// Counts the orders to this worker.
    pub seq: u32,
    /// What to do.
    pub verb: Verb,
}

/// What an order asks.
#[derive(Debug)]
pub enum Verb {
    /// A new leg for a vacant place.
    Insert(LegKey, Parcel<Leg>),
    /// The leg ends: it goes home.
    Remove(LegKey),
    /// The leg moves to another worker: it goes home with its waiting payloads; packets that still come for it
    /// are sent on as misrouted until `Forget`.
    Depart(LegKey),
    /// A leg that departed elsewhere goes on here.
    Arrive(LegKey, Parcel<Leg>),
    /// No more misrouted are expected: the departed leg's place is vacant.
    Forget(LegKey),
    /// A new output list for a leg; the old one goes home.
    SetRoute(LegKey, Parcel<Route>),
    /// The leg's output falls silent; its list goes home.
    ClearRoute(LegKey),
    /// A mix bus begins, or gets more seats or another rate; what it had goes home.
    SetBus(u32, Parcel<BusPlan>),
    /// The bus ends; its seats go home.
    ClearBus(u32),
    /// An encoder for the members of a bus to share, in place of the one with its number, which goes home; so does it itself
    /// (`NoRoom`) where the bus has as many as it may.
    AddEncoder(u32, Parcel<SharedEncoder>),
    /// A way to another worker's bus of the same room; it goes home (`NoRoom`) where there is no such bus here, or it has as many
    /// as it may.
    LinkBus(u32, Parcel<BusLink>),
    /// A member comes to a seat of a bus, or changes there; refused (`NoRoom`) if there is no such seat.
    SetMember(u32, u32, Member),
    /// A member leaves its seat: it is heard for one block more, in which it is faded.
    ClearMember(u32, u32),
    /// A new encoder, payload type or packet time for a leg; the old encoder goes home.
    SetOutput(LegKey, Parcel<OutputPlan>),
    /// Another way of working for a leg's Opus encoder, from its next packet on; refused (`NoRoom`) where it sends no Opus.
    #[cfg(feature = "opus")]
    ConfigureOpus(LegKey, crate::codec::audio::opus::OpusSettings),
    /// Telephone events of a leg, other ones or none; the former go home.
    SetEvents(LegKey, Option<Parcel<TelephoneEvents>>),
    /// Digits to send; refused (`NoRoom`) if not all find room, or the leg has no telephone events.
    Dial(LegKey, DigitString),
    /// The receive path before the present one goes home.
    TakeFormer(LegKey),
    /// A new receive path for a leg (another codec or buffer), with the payload type that it takes. The one before plays
    /// what it has, until the new one has audio; the one before that goes home.
    SetInput(LegKey, Parcel<LegReceiver>, u8),
    /// A new processing chain for a leg, which follows on the one that works there; that one goes home.
    SetProcessor(LegKey, Parcel<AudioProcessor>),
    /// What plays prompts to a leg, or nothing any more; the former goes home.
    SetPlayer(LegKey, Option<Parcel<Player>>),
    /// What a leg's player mixes in, or nothing any more; the former goes home, as it does itself (`Stale`) where there is no player.
    SetInjection(LegKey, Option<Parcel<Injected>>),
    /// What prompts go through to the rate of the leg's output, which is another by now, or its own again; the former goes home.
    FitPlayer(LegKey, Option<Parcel<Resampler>>),
    /// What is mixed into what a leg's party says, or nothing any more; the former goes home, and the new one goes on from it.
    SetSaid(LegKey, Option<Parcel<SaidMix>>),
    /// What that goes through to the leg's own rate, which is another by now, or its own again; the former goes home.
    FitSaid(LegKey, Option<Parcel<Resampler>>),
    /// Whether, and from what on, the silence of a leg's party is told.
    SetSilence(LegKey, Option<SilencePlan>),
    /// A leg's party is a speech machine, and a member of its room did that; so many acts before found no room to be told.
    TellAgent(LegKey, SessionId, MemberAct, u16),
    /// Plain settings of a leg.
    Set(LegKey, Switch),
    /// Writes the leg's counters to its gauges at once.
    Publish(LegKey),
    /// Ring ends to a new port.
    AttachPort(PortId, Parcel<WorkerPort>),
    /// The port's ring ends go home.
    DetachPort(PortId),
    /// How much quality all legs give up from this tick on.
    Shed(ShedLevel),
    /// Empty histograms for full ones.
    SwapHistograms(Parcel<HistogramSet>),
    /// Several orders at one tick boundary, in their order: each goes home with what became of it.
    Together(Parcel<Together>),
}

/// Orders that are applied at one tick boundary, and then their answers. None of them is such a list itself.
#[derive(Debug)]
pub struct Together {
    /// In their order; at most [`ORDERS_PER_TICK`].
    pub steps: Box<[TogetherStep]>,
}

/// One of several orders.
#[derive(Debug)]
pub struct TogetherStep {
    /// What to do, until it is done.
    pub verb: Option<Verb>,
    /// What became of it.
    pub outcome: Outcome,
    /// What goes home of it.
    pub cargo: Cargo,
}

/// The answer to an [`Order`].
#[derive(Debug)]
pub struct Receipt {
    /// The order's number.
    pub seq: u32,
    /// The tick at whose boundary it was applied.
    pub tick: TickNumber,
    /// That tick's time.
    pub at: MediaTime,
    /// What became of it.
    pub outcome: Outcome,
    /// What goes home.
    pub cargo: Cargo,
}

impl Receipt {
    /// In place of one that a worker which does not run owes.
    pub(crate) const fn lost() -> Self {
        Self { seq: 0, tick: TickNumber(0), at: MediaTime::ZERO, outcome: Outcome::Lost, cargo: Cargo::None }
    }
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    Done,
    /// The place named is vacant, or another leg's by now.
    Stale,
    /// The place to be filled is not vacant, or beyond this worker's capacity.
    NoRoom,
    /// The worker does not run: nobody knows what becomes of it. Never said by a worker.
    Lost,
}

/// Heap on its way home.
#[derive(Debug)]
pub enum Cargo {
    /// Nothing.
    None,
    /// A removed or departed leg, or one that could not be inserted.
    Leg(Parcel<Leg>),
    /// A list no longer used.
    Route(Parcel<Route>),
    /// Seats no longer used.
    Bus(Parcel<BusPlan>),
    /// An encoder to share that found no room, or gave it up.
    Encoder(Parcel<SharedEncoder>),
    /// A way between buses that found no room.
    Link(Parcel<BusLink>),
    /// The encoder no longer used.
    Output(Parcel<OutputPlan>),
    /// Telephone events no longer used.
    Events(Parcel<TelephoneEvents>),
    /// The receive path no longer used.
    Input(Parcel<LegReceiver>),
    /// The processing chain no longer used.
    Processor(Parcel<AudioProcessor>),
    /// What played prompts.
    Player(Parcel<Player>),
    /// What a player mixed in.
    Injection(Parcel<Injected>),
    /// What was mixed into what a party says.
    Said(Parcel<SaidMix>),
    /// What they went through.
    Resampler(Parcel<Resampler>),
    /// A port's ring ends.
    Port(Parcel<WorkerPort>),
    /// A second's histograms.
    Histograms(Parcel<HistogramSet>),
    /// Several orders and their answers.
    Together(Parcel<Together>),
}

/// How many orders one tick applies at most.
pub const ORDERS_PER_TICK: usize = 64;

// Who leaves by an order is summed for one block more.
const _: () = assert!(MAX_BUS_SPEAKERS + ORDERS_PER_TICK <= crate::conference::Bus::MAX_MEMBERS);

const _: () = assert!(size_of::<Order>() <= 64 && size_of::<Receipt>() <= 64);

impl Verb {
    /// The leg that it is about.
    pub(in crate::worker) const fn leg(&self) -> Option<LegKey> {
        match self {
            #[cfg(feature = "opus")]
            Self::ConfigureOpus(key, _) => Some(*key),
            Self::Insert(key, _)
            | Self::Remove(key)
            | Self::Depart(key)
            | Self::Arrive(key, _)
            | Self::Forget(key)
            | Self::SetRoute(key, _)
            | Self::ClearRoute(key)
            | Self::SetOutput(key, _)
            | Self::SetEvents(key, _)
            | Self::Dial(key, _)
            | Self::TakeFormer(key)
            | Self::SetInput(key, ..)
            | Self::SetProcessor(key, _)
            | Self::SetPlayer(key, _)
            | Self::SetInjection(key, _)
            | Self::FitPlayer(key, _)
            | Self::SetSaid(key, _)
            | Self::FitSaid(key, _)
            | Self::SetSilence(key, _)
            | Self::TellAgent(key, ..)
            | Self::Set(key, _)
            | Self::Publish(key) => Some(*key),
            Self::SetBus(..)
            | Self::ClearBus(_)
            | Self::AddEncoder(..)
            | Self::LinkBus(..)
            | Self::SetMember(..)
            | Self::ClearMember(..)
            | Self::AttachPort(..)
            | Self::DetachPort(_)
            | Self::Shed(_)
            | Self::SwapHistograms(_)
            | Self::Together(_) => None,
        }
    }
}
