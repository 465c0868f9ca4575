//! Pure: what makes a leg sick, and how sick.

use super::*;

fn row(inward: AudioStage, outward: AudioStage, one_way_s: u32) -> LegRow {
    LegRow { inward, outward, one_way_s, ..LegRow::default() }
}

#[test]
fn the_worst_is_first_and_the_well_are_none() {
    use AudioStage::*;
    let mut lossy = row(Flows, Flows, 0);
    lossy.concealed_ms_s = 5_000.0;
    let worst_first = [
        row(Stopped, Stopped, 0),
        row(RefusedSource, Unanswered, 9),
        row(Undecodable, Flows, 9),
        row(NoPackets, Unanswered, 9),
        row(Flows, NotSent, 9),
        lossy,
    ];
    assert!(worst_first.windows(2).all(|pair| pair[0].sickness() > pair[1].sickness() && pair[1].sickness() > 0.0));
    for well in [row(Flows, Flows, 0), row(Held, Flows, 0), row(NoPackets, NotRouted, 0), row(NoPackets, Unanswered, 2)]
    {
        assert_eq!(well.sickness(), 0.0, "{well:?}");
    }
}

#[test]
fn by_sickness_only_the_sick_are_wanted_unless_a_dialog_is_named() {
    let mut rows = vec![LegRow::default(); 3];
    rows[1].concealed_ms_s = 20.0;
    rows[2].session = 2;
    let chosen = LegQuery::new(LegOrder::Sick).choose(rows.clone());
    assert_eq!(chosen, [rows[1].clone()]);
    let named = LegQuery::new(LegOrder::Sick).of_dialog("x");
    assert!(named.wants("axb") && !named.wants("ab"));
    assert_eq!(named.choose(rows).len(), 3);
    assert!(LegOrder::ALL.into_iter().all(|order| LegOrder::named(order.name()) == Some(order)));
    assert_eq!(LegOrder::named("Sick"), None);
}
