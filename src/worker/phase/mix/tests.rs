//! Real-time: an output of several sources.

use super::*;
use crate::rt::Parcel;
use crate::types::{Gain, LegKey, SampleRate};
use crate::worker::leg::{Route, Term};
use crate::worker::rig::{Rig, leg};
use crate::worker::{BusPlan, Member, PcmReader, PcmWriter, Switch, Verb};
use std::sync::Arc;

const BLOCK: usize = 80;

fn bus_term() -> Term {
    Term { source: Source::Bus(0), gain: Gain::UNITY }
}

struct Room {
    rig: Rig,
    ends: Vec<(PcmWriter, PcmReader)>,
}

fn key(index: u32) -> LegKey {
    LegKey { index, generation: 1 }
}

fn term(source: u32, factor: f32) -> Term {
    Term { source: Source::Leg(key(source)), gain: Gain::linear(factor).unwrap() }
}

impl Room {
    /// Three legs, of which the first hears the terms.
    fn new(terms: &[Term]) -> Self {
        let mut rig = Rig::new();
        let mut ends = Vec::new();
        for index in 0..3 {
            let (leg, writer, reader) = leg();
            assert_eq!(rig.order(Verb::Insert(key(index), leg)).outcome, crate::worker::Outcome::Done);
            ends.push((writer, reader));
        }
        rig.order(Verb::SetRoute(key(0), Parcel::pack(Route { terms: terms.into(), ..Route::default() })));
        Self { rig, ends }
    }

    /// These legs speak on a bus.
    fn seat(&mut self, legs: &[u32]) {
        let plan = BusPlan::new(SampleRate::Hz8000, 3, Arc::default());
        self.rig.order(Verb::SetBus(0, Parcel::pack(plan)));
        for &n in legs {
            let member = Member { leg: key(n), speaks: true, gain: Gain::UNITY };
            assert_eq!(self.rig.order(Verb::SetMember(0, n, member)).outcome, crate::worker::Outcome::Done);
        }
    }

    /// Reads what was not read yet, up to now.
    fn drain(&mut self) {
        while self.ends[0].1.read(&mut [0.0; BLOCK]) > 0 {}
    }

    /// What the first leg hears while the other two say these levels for a block; `None`: silence.
    fn hear(&mut self, levels: [f32; 2]) -> Option<f32> {
        self.drain();
        for (level, (writer, _)) in levels.into_iter().zip(&mut self.ends[1..]) {
            assert_eq!(writer.write(&[level; BLOCK]), BLOCK);
        }
        self.rig.order(Verb::Publish(key(0)));
        let mut heard = [0.0; 2 * BLOCK];
        assert_eq!(self.ends[0].1.read(&mut heard), BLOCK, "samples run with time");
        assert!(heard[..BLOCK].iter().all(|s| *s == heard[0]), "{heard:?}");
        (heard[0] != 0.0).then_some(heard[0])
    }
}

fn near(heard: Option<f32>, level: f32) -> bool {
    heard.is_some_and(|heard| (heard - level).abs() < 1e-4)
}

#[test]
fn several_sources_are_summed_each_at_its_gain() {
    let mut room = Room::new(&[term(1, 0.5), term(2, 2.0)]);
    for (one, two) in [(0.2, 0.1), (-0.4, 0.25), (0.0, 0.3), (0.6, 0.0)] {
        let heard = room.hear([one, two]);
        assert!(near(heard, one * 0.5 + two * 2.0), "{one} and {two}: {heard:?}");
    }
}

#[test]
fn a_sum_beyond_full_scale_is_limited() {
    let mut room = Room::new(&[term(1, 1.0), term(2, 1.0)]);
    assert!(near(room.hear([0.4, 0.5]), 0.9));
    room.rig.order(Verb::Publish(key(0)));
    room.drain();
    for _ in 0..3 {
        for (writer, _) in &mut room.ends[1..] {
            writer.write(&[0.9; BLOCK]);
        }
        room.rig.order(Verb::Publish(key(0)));
        let mut heard = [0.0; BLOCK];
        assert_eq!(room.ends[0].1.read(&mut heard), BLOCK);
        assert!(heard.iter().all(|s| (0.5..=1.0).contains(s)), "{heard:?}");
    }
}

#[test]
fn a_source_that_is_gone_is_silence_and_the_others_play_on() {
    let mut room = Room::new(&[term(1, 1.0), term(2, 1.0)]);
    assert!(near(room.hear([0.1, 0.2]), 0.3));
    room.rig.order(Verb::Remove(key(1)));
    let (writer, _) = &mut room.ends[2];
    assert_eq!(writer.write(&[0.2; BLOCK]), BLOCK);
    let mut heard = [0.0; 4 * BLOCK];
    room.drain();
    room.rig.order(Verb::Publish(key(0)));
    assert_eq!(room.ends[0].1.read(&mut heard), BLOCK);
    assert!(near(Some(heard[0]), 0.2), "{}", heard[0]);
    room.rig.order(Verb::Remove(key(2)));
    room.drain();
    room.rig.order(Verb::Publish(key(0)));
    assert_eq!((room.ends[0].1.read(&mut heard), &heard[..BLOCK]), (BLOCK, &[0.0; BLOCK][..]), "nobody is left");
}

/// The place of a leg that ended is another call's by then: who heard the one does not hear the other.
#[test]
fn whoever_comes_to_the_place_of_a_source_is_not_heard_in_its_stead() {
    for terms in [vec![term(1, 1.0)], vec![term(1, 1.0), term(2, 0.5)], vec![bus_term()]] {
        let mut room = Room::new(&terms);
        room.seat(&[0, 1, 2]);
        assert!(room.hear([0.1, 0.0]).is_some());
        room.rig.order(Verb::Remove(key(1)));
        let (newcomer, mut writer, _reader) = leg();
        room.rig.order(Verb::Insert(LegKey { index: 1, generation: 2 }, newcomer));
        let mut heard = [0.0; 4 * BLOCK];
        room.drain();
        for _ in 0..3 {
            writer.write(&[0.4; BLOCK]);
            room.ends[2].0.write(&[0.1; BLOCK]);
            room.rig.order(Verb::Publish(key(0)));
            let samples = room.ends[0].1.read(&mut heard);
            assert!(heard[..samples].iter().all(|s| *s < 0.2), "{terms:?}: {heard:?}");
        }
    }
}

#[test]
fn a_bus_in_a_list_is_heard_without_ones_own_part() {
    let mut room = Room::new(&[bus_term(), term(2, 0.5)]);
    room.seat(&[0, 1]);
    room.ends[0].0.write(&[0.25; BLOCK]);
    let heard = room.hear([0.125, 0.5]);
    assert!(near(heard, 0.125 + 0.25), "{heard:?}");
}

#[test]
fn outward_hold_lets_nothing_out() {
    let mut room = Room::new(&[term(1, 1.0), term(2, 1.0)]);
    assert!(near(room.hear([0.1, 0.2]), 0.3));
    room.rig.order(Verb::Set(key(0), Switch::HoldOutward(true)));
    assert_eq!(room.hear([0.1, 0.2]), None);
    room.rig.order(Verb::Set(key(0), Switch::HoldOutward(false)));
    assert!(near(room.hear([0.1, 0.2]), 0.3));
}

/// A part of a list that is a sum itself may go beyond full scale, and come back by its gain.
#[test]
fn a_loud_bus_in_a_list_is_not_cut() {
    let mut room = Room::new(&[Term { gain: Gain::linear(0.5).unwrap(), ..bus_term() }]);
    room.seat(&[1, 2]);
    for _ in 0..3 {
        let heard = room.hear([0.75, 0.75]);
        assert!(near(heard, 0.75), "{heard:?}: a bus that was cut to full scale would leave 0.5");
    }
}

/// Who left a seat is faded within a block, and another one at its seat comes from silence.
#[test]
fn a_seat_changes_hands_without_an_edge() {
    let mut room = Room::new(&[bus_term()]);
    room.seat(&[1]);
    assert!(near(room.hear([0.5, 0.25]), 0.5));
    let member = Member { leg: key(2), speaks: true, gain: Gain::UNITY };
    let block = |room: &mut Room, verb: Verb| {
        room.ends[1].0.write(&[0.5; BLOCK]);
        room.ends[2].0.write(&[0.25; BLOCK]);
        room.rig.order(verb);
        let mut heard = [0.0; BLOCK];
        assert_eq!(room.ends[0].1.read(&mut heard), BLOCK);
        heard
    };
    room.drain();
    let fades = block(&mut room, Verb::ClearMember(0, 1));
    assert!(fades[0] > 0.48 && fades[BLOCK - 1] == 0.0 && fades.is_sorted_by(|a, b| a >= b), "{fades:?}");
    let comes = block(&mut room, Verb::SetMember(0, 1, member));
    assert!(comes[0] < 0.02 && comes[BLOCK - 1] == 0.25 && comes.is_sorted(), "{comes:?}");
    assert_eq!(block(&mut room, Verb::Publish(key(0))), [0.25; BLOCK]);
}
