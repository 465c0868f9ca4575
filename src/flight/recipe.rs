//! Control: what an order was made of, as it is written down.

use super::leg_recipe::{ChainRecipe, LegRecipe, MadeOf};
use super::route_recipe::RouteRecipe;
use crate::codec::audio::dtmf::{DigitString, TelephoneEvent};
use crate::rt::shed::ShedLevel;
use crate::types::{LegKey, MediaTime, SampleRate, WorkerId};
use crate::worker::{Look, Member, SilencePlan, Switch, Verb};
use serde::{Deserialize, Serialize};

/// What an order was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Recipe {
    Insert {
        key: LegKey,
        leg: Box<LegRecipe>,
    },
    /// A leg that only hears: a tap or a recording.
    Tap {
        key: LegKey,
        rate: SampleRate,
    },
    Remove(LegKey),
    Depart(LegKey),
    /// Of the leg that departed there.
    Arrive {
        key: LegKey,
        from: (WorkerId, LegKey),
    },
    Forget(LegKey),
    SetRoute(LegKey, Box<RouteRecipe>),
    ClearRoute(LegKey),
    SetBus(u32, BusRecipe),
    ClearBus(u32),
    SetMember(u32, u32, Member),
    ClearMember(u32, u32),
    SetOutput {
        key: LegKey,
        of: MadeOf,
        stagger: u8,
        ssrc: Option<u32>,
    },
    SetEvents {
        key: LegKey,
        of: MadeOf,
    },
    SetInput {
        key: LegKey,
        of: MadeOf,
        noise_seed: u32,
        succeeding: SampleRate,
    },
    SetProcessor(LegKey, Box<ChainRecipe>),
    #[cfg(feature = "opus")]
    ConfigureOpus(LegKey, crate::codec::audio::opus::OpusSettings),
    Dial {
        key: LegKey,
        digits: String,
        milliseconds: u32,
        pause_ms: u32,
        volume: u8,
    },
    TakeFormer(LegKey),
    SetSilence(LegKey, Option<SilencePlan>),
    Set(LegKey, Switch),
    Shed(u8),
    /// Several at one tick boundary.
    Together(Vec<Recipe>),
    /// Nothing that is seen in a packet.
    Nothing,
    /// What cannot be made again.
    Unknown {
        what: String,
        leg: Option<LegKey>,
        bus: Option<u32>,
    },
}

/// A mix bus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BusRecipe {
    pub(crate) rate: SampleRate,
    pub(crate) seats: usize,
    pub(crate) number: u8,
    pub(crate) rates: Vec<SampleRate>,
    pub(crate) look: Option<Look>,
}

/// An order that was posted.
#[derive(Debug, Clone)]
pub(crate) struct NotedOrder {
    pub(crate) worker: WorkerId,
    pub(crate) seq: u32,
    /// When.
    pub(crate) at: MediaTime,
    pub(crate) recipe: Recipe,
}

impl Recipe {
    /// Of an order that says all in itself, or that nobody described.
    pub(crate) fn of(verb: &Verb) -> Self {
        let unknown = |what: &str, leg| Self::Unknown { what: what.to_owned(), leg, bus: None };
        match *verb {
            Verb::Insert(key, _) => unknown("a leg", Some(key)),
            Verb::Arrive(key, _) => unknown("a leg that moved", Some(key)),
            Verb::SetOutput(key, _) => unknown("an encoder", Some(key)),
            Verb::SetEvents(key, _) => unknown("telephone events", Some(key)),
            Verb::SetInput(key, ..) => unknown("a decoder", Some(key)),
            Verb::SetProcessor(key, _) => unknown("a processing chain", Some(key)),
            Verb::SetPlayer(key, Some(_)) => unknown("prompts", Some(key)),
            Verb::SetInjection(key, Some(_)) => unknown("what is mixed into prompts", Some(key)),
            Verb::SetSaid(key, Some(_)) => unknown("what is mixed into what a party says", Some(key)),
            Verb::SetBus(bus, _) => Self::Unknown { what: "a mix bus".into(), leg: None, bus: Some(bus) },
            Verb::AddEncoder(bus, _) => {
                Self::Unknown { what: "an encoder that a room shares".into(), leg: None, bus: Some(bus) }
            }
            Verb::LinkBus(bus, _) => {
                Self::Unknown { what: "a room over several workers".into(), leg: None, bus: Some(bus) }
            }
            Verb::Remove(key) => Self::Remove(key),
            Verb::Depart(key) => Self::Depart(key),
            Verb::Forget(key) => Self::Forget(key),
            Verb::SetRoute(key, ref route) => Self::SetRoute(key, Box::new(RouteRecipe::of(route))),
            Verb::ClearRoute(key) => Self::ClearRoute(key),
            Verb::ClearBus(bus) => Self::ClearBus(bus),
            Verb::SetMember(bus, seat, member) => Self::SetMember(bus, seat, member),
            Verb::ClearMember(bus, seat) => Self::ClearMember(bus, seat),
            #[cfg(feature = "opus")]
            Verb::ConfigureOpus(key, settings) => Self::ConfigureOpus(key, settings),
            Verb::Dial(key, ref digits) => Self::dial(key, digits),
            Verb::TakeFormer(key) => Self::TakeFormer(key),
            Verb::SetSilence(key, plan) => Self::SetSilence(key, plan),
            Verb::Set(key, switch) => Self::Set(key, switch),
            Verb::Shed(level) => Self::Shed(level.steps()),
            // What ends a player finds one that was named already; a publication is seen in no packet.
            Verb::SetPlayer(_, None) | Verb::SetInjection(_, None) | Verb::FitPlayer(..) => Self::Nothing,
            Verb::SetSaid(_, None) | Verb::FitSaid(..) | Verb::TellAgent(..) => Self::Nothing,
            Verb::AttachPort(..) | Verb::DetachPort(_) | Verb::SwapHistograms(_) | Verb::Together(_) => Self::Nothing,
            Verb::Publish(_) => Self::Nothing,
        }
    }

    fn dial(key: LegKey, digits: &DigitString) -> Self {
        let (milliseconds, pause_ms, volume) = (digits.milliseconds(), digits.pause_ms(), digits.volume());
        let digits = digits.events().map(TelephoneEvent::as_char).collect();
        Self::Dial { key, digits, milliseconds, pause_ms, volume }
    }

    /// Whether it says what that order does: a description belongs to the order that it was made for.
    pub(crate) fn describes(&self, verb: &Verb) -> bool {
        matches!(
            (self, verb),
            (Self::Insert { .. } | Self::Tap { .. } | Self::Unknown { .. }, Verb::Insert(..))
                | (Self::Arrive { .. }, Verb::Arrive(..))
                | (Self::SetBus(..), Verb::SetBus(..))
                | (Self::SetOutput { .. }, Verb::SetOutput(..))
                | (Self::SetEvents { .. }, Verb::SetEvents(..))
                | (Self::SetInput { .. }, Verb::SetInput(..))
                | (Self::SetProcessor(..), Verb::SetProcessor(..))
                | (Self::Together(_), Verb::Together(_))
        )
    }

    /// The orders in it, one by one.
    pub(crate) fn steps(&self) -> &[Self] {
        match self {
            Self::Together(steps) => steps,
            one => std::slice::from_ref(one),
        }
    }

    /// The leg that it is about.
    pub(crate) fn leg(&self) -> Option<LegKey> {
        match *self {
            #[cfg(feature = "opus")]
            Self::ConfigureOpus(key, _) => Some(key),
            Self::Insert { key, .. }
            | Self::Tap { key, .. }
            | Self::Remove(key)
            | Self::Depart(key)
            | Self::Arrive { key, .. }
            | Self::Forget(key)
            | Self::SetRoute(key, _)
            | Self::ClearRoute(key)
            | Self::SetOutput { key, .. }
            | Self::SetEvents { key, .. }
            | Self::SetInput { key, .. }
            | Self::SetProcessor(key, _)
            | Self::Dial { key, .. }
            | Self::TakeFormer(key)
            | Self::SetSilence(key, _)
            | Self::Set(key, _) => Some(key),
            Self::Unknown { leg, .. } => leg,
            _ => None,
        }
    }

    /// The bus that it is about.
    pub(crate) fn bus(&self) -> Option<u32> {
        match *self {
            Self::SetBus(bus, _) | Self::ClearBus(bus) | Self::SetMember(bus, ..) | Self::ClearMember(bus, _) => {
                Some(bus)
            }
            Self::Unknown { bus, .. } => bus,
            _ => None,
        }
    }

    /// What it is, for a person.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Unknown { what, .. } => format!("{what} (not replayed)"),
            Self::Set(_, switch) => format!("{switch:?}"),
            Self::Dial { digits, .. } => format!("Dial {digits}"),
            Self::Shed(steps) => format!("Shed {steps}"),
            other => {
                let text = format!("{other:?}");
                text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
            }
        }
    }

    /// The level of shedding that it sets.
    pub(crate) fn shed(steps: u8) -> ShedLevel {
        ShedLevel::new(steps)
    }
}
