use super::*;

fn at(tick: u64) -> TickNumber {
    TickNumber(tick)
}

/// The only hole, once it is judged.
fn judged(holes: &mut Holes, end: u64) -> Option<Hole> {
    assert_eq!(holes.take(at(end + SETTLED_AFTER - 1)), None, "it is judged later");
    holes.take(at(end + SETTLED_AFTER))
}

#[test]
fn what_never_comes_is_lost_and_what_comes_late_is_late() {
    for (comes, cause) in [(0..0, HoleCause::Lost), (5..7, HoleCause::Late), (5..6, HoleCause::Lost)] {
        let mut holes = Holes::new();
        for tick in 10..14 {
            holes.conceal(at(tick), 80, false);
        }
        holes.close(at(14), 2, 7);
        comes.clone().for_each(|sequence| holes.late(sequence, 400));
        let hole = judged(&mut holes, 14).unwrap();
        assert_eq!((hole.cause, hole.from, hole.units), (cause, at(10), 320), "{comes:?}");
        assert_eq!(
            (i64::from(hole.late), i64::from(hole.lost)),
            (comes.end - comes.start, 2 - comes.end + comes.start)
        );
        assert!(holes.is_empty());
    }
}

#[test]
fn a_packet_that_was_held_up_is_late_and_a_pause_of_the_sender_is_one() {
    for (pause, cause) in [(false, HoleCause::Late), (true, HoleCause::Paused)] {
        let mut holes = Holes::new();
        holes.conceal(at(1), 80, false);
        if pause {
            holes.note_pause();
        }
        holes.close(at(2), 0, 7);
        assert_eq!(judged(&mut holes, 2).map(|hole| hole.cause), Some(cause));
    }
}

#[test]
fn neither_a_key_nor_a_pause_in_the_background_nor_what_was_recovered_is_a_hole() {
    let notes: [fn(&mut Holes); 3] =
        [|h| h.note_event(at(1)), |h| (h.note_background(), h.note_pause()).0, |h| h.recover(80)];
    for note in notes {
        let mut holes = Holes::new();
        holes.conceal(at(1), 80, false);
        note(&mut holes);
        holes.close(at(2), 0, 7);
        assert_eq!(judged(&mut holes, 2), None);
    }
}

#[test]
fn more_holes_than_there_are_places_for_are_told_early_and_none_is_forgotten() {
    let mut holes = Holes::new();
    let (mut told, mut units) = (0, 0);
    for hole in 0..100_u64 {
        holes.conceal(at(hole), 8, false);
        holes.close(at(hole), 1, hole as i64 + 1);
        if hole % 4 == 0 {
            while let Some(hole) = holes.take(at(hole)) {
                (told, units) = (told + u32::from(hole.lost), units + hole.units);
            }
        }
    }
    while let Some(hole) = holes.take(at(1_000)) {
        (told, units) = (told + u32::from(hole.lost), units + hole.units);
    }
    assert_eq!((told, units), (100, 800));
}
