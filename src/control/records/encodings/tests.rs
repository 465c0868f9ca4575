//! Control: when a bus gets encoders to share.

use super::{Encoding, Encodings};
use crate::codec::Encoder;
use crate::codec::audio::g711::{G711Encoder, Law};
use crate::codec::audio::g722::{G722Encoder, G722Mode};
use crate::codec::audio::g729::G729Encoder;
use crate::types::{Ptime, SampleRate};
use crate::worker::{DtxController, MAX_SHARED_ENCODERS, OutputPlan};

fn plan(encoder: Encoder, rate: SampleRate) -> OutputPlan {
    OutputPlan::new(encoder, 9, Ptime::MS20, rate, 80)
}

fn g722() -> Encoding {
    let encoder = Encoder::G722(Box::new(G722Encoder::new(G722Mode::Kbps64)));
    Encoding::of(&plan(encoder, SampleRate::Hz16000)).unwrap()
}

fn g729(frames: u8) -> OutputPlan {
    let ptime = Ptime::from_ms(u32::from(frames) * 10).unwrap();
    OutputPlan::new(Encoder::G729(Box::new(G729Encoder::new(true, frames))), 18, ptime, SampleRate::Hz8000, 80)
}

#[test]
fn who_shares_has_a_memory_and_no_pauses_of_its_own() {
    let ulaw = Encoder::G711(G711Encoder::new(Law::Mu));
    assert!(Encoding::of(&plan(ulaw, SampleRate::Hz8000)).is_none());
    let pausing = g729(2).pausing(DtxController::new(SampleRate::Hz8000, 20, 40));
    assert!(Encoding::of(&pausing).is_none() && Encoding::of(&g729(2)).is_some());
}

#[test]
fn encoders_come_with_the_fourth_and_the_sixteenth_member() {
    let mut room = Encodings::default();
    let numbers: Vec<_> = (0..20).map(|_| room.add(Encoding::of(&g729(2)).unwrap())).collect();
    assert!(numbers.iter().all(|(kind, _)| *kind == 0));
    let given: Vec<_> = (1..).zip(&numbers).filter_map(|(nth, (_, number))| Some((nth, (*number)?))).collect();
    assert_eq!(given, [(4, 1), (16, 2)]);
    // Whose codec takes single blocks has no phase.
    let given: Vec<_> = (1..=20).filter_map(|nth| Some((nth, room.add(g722()).1?))).collect();
    assert_eq!(given, [(4, 3)]);
    // Who goes and comes again finds them.
    (0..20).for_each(|_| room.remove(0));
    assert!((0..10).all(|_| room.add(Encoding::of(&g729(2)).unwrap()) == (0, None)));
}

#[test]
fn there_are_never_more_than_a_bus_holds() {
    let mut room = Encodings::default();
    let mut given = 0;
    for frames in 1..=6 {
        given += (0..30).filter(|_| room.add(Encoding::of(&g729(frames)).unwrap()).1.is_some()).count();
    }
    given += (0..30).filter(|_| room.add(g722()).1.is_some()).count();
    assert_eq!(given, MAX_SHARED_ENCODERS);
    // A kind that nobody has is forgotten.
    room.remove(usize::MAX);
    let (mut room, kinds) = (Encodings::default(), 3);
    for _ in 0..kinds {
        let (at, _) = room.add(g722());
        assert_eq!(at, 0);
        room.remove(at);
    }
}

/// Bit rates that follow each member's line make one kind after another: those of the past do not keep the encoders.
#[test]
fn what_nobody_is_sent_any_more_gives_up_its_encoders() {
    let mut room = Encodings::default();
    for frames in (1..=6).cycle().take(18) {
        let added: Vec<_> = (0..20).map(|_| room.add(Encoding::of(&g729(frames)).unwrap()).0).collect();
        // A packet of one frame has no phase.
        assert_eq!(room.kinds[added[0]].encoders.len(), if frames == 1 { 1 } else { 2 }, "{frames} frames");
        added.iter().for_each(|at| room.remove(*at));
        let mut numbers: Vec<_> = room.kinds.iter().flat_map(|kind| kind.encoders.clone()).collect();
        numbers.sort_unstable();
        assert!((1..=numbers.len() as u32).eq(numbers.iter().copied()), "{numbers:?}");
    }
}
