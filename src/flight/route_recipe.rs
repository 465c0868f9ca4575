//! Control: what a route was made of, read out of it.

use crate::types::{Gain, LegKey, SampleRate};
use crate::worker::{Converter, MAX_FORMATS, Route, Source, Term};
use serde::{Deserialize, Serialize};

/// A route: its conversions by their rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RouteRecipe {
    terms: Vec<Term>,
    begins: Vec<Gain>,
    pass_through: bool,
    pass_types: [Option<u8>; MAX_FORMATS],
    converters: Vec<Option<(SampleRate, SampleRate)>>,
    into_bus: Option<(SampleRate, SampleRate)>,
    digits: Option<LegKey>,
}

impl RouteRecipe {
    pub(crate) fn of(route: &Route) -> Self {
        let rates = |converter: &Converter| (converter.from(), converter.to());
        Self {
            terms: route.terms.to_vec(),
            begins: route.begins.to_vec(),
            pass_through: route.pass_through,
            pass_types: route.pass_types,
            converters: route.converters.iter().map(|converter| converter.as_ref().map(rates)).collect(),
            into_bus: route.into_bus.as_ref().map(rates),
            digits: route.digits,
        }
    }

    pub(super) fn build(&self) -> Route {
        let between = |(from, to): (SampleRate, SampleRate)| Converter::between(from, to);
        let mut route = Route::default();
        route.terms = self.terms.clone().into();
        route.begins = self.begins.clone().into();
        route.pass_through = self.pass_through;
        route.pass_types = self.pass_types;
        route.converters = self.converters.iter().map(|rates| rates.and_then(between)).collect();
        route.into_bus = self.into_bus.and_then(between);
        route.digits = self.digits;
        route
    }

    /// The legs that it names, and the buses.
    pub(super) fn names(&self) -> (Vec<LegKey>, Vec<u32>) {
        let (mut legs, mut buses): (Vec<_>, Vec<_>) = (self.digits.into_iter().collect(), Vec::new());
        for term in &self.terms {
            match term.source {
                Source::Leg(leg) | Source::Prompts(leg) => legs.push(leg),
                Source::Bus(bus) => buses.push(bus),
                Source::BusWithout(bus, leg) => {
                    legs.push(leg);
                    buses.push(bus);
                }
            }
        }
        (legs, buses)
    }
}
