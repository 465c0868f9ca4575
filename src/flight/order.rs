//! Control: orders, made anew from what they were made of.

use super::leg_recipe::{LegRecipe, MadeLeg, MadeOf};
use super::recipe::{BusRecipe, Recipe};
use crate::codec::audio::dtmf::DigitString;
use crate::error::{Error, SessionError};
use crate::rt::Parcel;
use crate::types::{LegKey, SampleRate, WorkerId};
use crate::worker::{
    BusPlan, Cargo, Input, Leg, LegPlan, Outcome, Output, PcmReader, PcmWriter, Together, TogetherStep, Verb, pcm_out,
};

/// How much of what a tap hears waits, in ms.
const TAP_MS: u32 = 200;

/// What the replay knows, and gets to know, as orders are made.
pub(super) trait World {
    /// The leg that a recipe is of.
    fn leg(&mut self, key: LegKey, recipe: &LegRecipe) -> Result<MadeLeg, Error>;
    /// Other ends of a leg of samples.
    fn ends(&mut self, key: LegKey, writer: Option<PcmWriter>, reader: Option<PcmReader>);
    /// The leg that departed there, if it came home, arrives at that place.
    fn arrive(&mut self, from: (WorkerId, LegKey), key: LegKey) -> Option<Parcel<Leg>>;
    /// A leg has the formats of these parameters from now on.
    fn formats(&mut self, key: LegKey, of: &MadeOf);
}

/// The order that a recipe is of; `None`: there is nothing to order.
pub(super) fn order(recipe: &Recipe, world: &mut impl World) -> Result<Option<Verb>, Error> {
    Ok(Some(match recipe {
        Recipe::Insert { key, leg } => {
            let MadeLeg { leg, writer, reader } = world.leg(*key, leg)?;
            world.ends(*key, writer, reader);
            Verb::Insert(*key, Parcel::pack(leg))
        }
        Recipe::Tap { key, rate } => {
            let (output, reader) = pcm_out(*rate, TAP_MS);
            world.ends(*key, None, Some(reader));
            let leg = Leg::build(LegPlan::samples(*rate, Input::Nothing, Output::Pcm(output)));
            Verb::Insert(*key, Parcel::pack(leg))
        }
        Recipe::Remove(key) => Verb::Remove(*key),
        Recipe::Depart(key) => Verb::Depart(*key),
        Recipe::Arrive { key, from } => match world.arrive(*from, *key) {
            Some(leg) => Verb::Arrive(*key, leg),
            None => return Ok(None),
        },
        Recipe::Forget(key) => Verb::Forget(*key),
        Recipe::SetRoute(key, route) => Verb::SetRoute(*key, Parcel::pack(route.build())),
        Recipe::ClearRoute(key) => Verb::ClearRoute(*key),
        Recipe::SetBus(bus, plan) => Verb::SetBus(*bus, Parcel::pack(plan.build()?)),
        Recipe::ClearBus(bus) => Verb::ClearBus(*bus),
        Recipe::SetMember(bus, seat, member) => Verb::SetMember(*bus, *seat, *member),
        Recipe::ClearMember(bus, seat) => Verb::ClearMember(*bus, *seat),
        Recipe::SetOutput { key, of, stagger, ssrc } => {
            world.formats(*key, of);
            Verb::SetOutput(*key, Parcel::pack(of.output(*stagger, *ssrc)?))
        }
        Recipe::SetEvents { key, of } => Verb::SetEvents(*key, of.events()),
        Recipe::SetInput { key, of, noise_seed, succeeding } => {
            world.formats(*key, of);
            let receive = of.receiver(*noise_seed)?.succeeding(*succeeding);
            Verb::SetInput(*key, Parcel::pack(receive), of.params.receive.payload_type())
        }
        Recipe::SetProcessor(key, chain) => Verb::SetProcessor(*key, Parcel::pack(chain.build()?)),
        #[cfg(feature = "opus")]
        Recipe::ConfigureOpus(key, settings) => {
            settings.check().map_err(SessionError::Parameter)?;
            Verb::ConfigureOpus(*key, *settings)
        }
        Recipe::Dial { key, digits, milliseconds, pause_ms, volume } => {
            let string = DigitString::parse(digits, *milliseconds).and_then(|string| string.with_pause(*pause_ms));
            let string = string.and_then(|string| string.with_volume(u32::from(*volume)));
            Verb::Dial(*key, string.map_err(|fault| SessionError::Digits(digits.clone(), fault))?)
        }
        Recipe::TakeFormer(key) => Verb::TakeFormer(*key),
        Recipe::SetSilence(key, plan) => Verb::SetSilence(*key, *plan),
        Recipe::Set(key, switch) => Verb::Set(*key, *switch),
        Recipe::Shed(steps) => Verb::Shed(Recipe::shed(*steps)),
        Recipe::Together(steps) => {
            let mut made = Vec::new();
            for step in steps.iter().filter(|step| !matches!(step, Recipe::Together(_))) {
                if let Some(verb) = order(step, world)? {
                    made.push(TogetherStep { verb: Some(verb), outcome: Outcome::Stale, cargo: Cargo::None });
                }
            }
            Verb::Together(Parcel::pack(Together { steps: made.into() }))
        }
        Recipe::Nothing | Recipe::Unknown { .. } => return Ok(None),
    }))
}

/// Most seats of a bus that a file may ask for.
const MOST_SEATS: usize = 1 << 16;

impl BusRecipe {
    fn build(&self) -> Result<BusPlan, Error> {
        if self.seats > MOST_SEATS || self.rates.len() > SampleRate::ALL.len() {
            let limit = MOST_SEATS;
            return Err(SessionError::Capacity { what: "seats of a mix bus", limit, field: "max_sessions" }.into());
        }
        let plan = BusPlan::new(self.rate, self.seats, Default::default());
        let plan = plan.numbered(self.number).converting(&self.rates);
        Ok(match self.look {
            Some(look) => plan.looking(look),
            None => plan,
        })
    }
}
