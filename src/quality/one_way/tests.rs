use super::*;

fn flows() -> PathEvidence {
    let counts =
        PathEvidence { routed: true, packets: true, datagrams_in: 50, packets_in: 50, ..PathEvidence::default() };
    PathEvidence { played: 50, packets_out: 50, ..counts }
}

#[test]
fn each_stage_has_its_evidence() {
    use AudioStage::*;
    let none = PathEvidence { datagrams_in: 0, packets_in: 0, played: 0, ..flows() };
    let rows = [
        (flows(), Flows, Flows),
        (PathEvidence { stopped: true, ..flows() }, Stopped, Stopped),
        (PathEvidence { held: (true, false), ..flows() }, Held, Flows),
        (PathEvidence { held: (false, true), packets_out: 0, ..flows() }, Flows, Held),
        (none, NoPackets, Unanswered),
        (PathEvidence { silent: true, ..none }, Flows, Flows),
        (PathEvidence { refused: 50, datagrams_in: 50, ..none }, RefusedSource, Flows),
        (PathEvidence { unplayable: 50, played: 0, ..flows() }, Undecodable, Flows),
        (PathEvidence { muted: true, ..flows() }, Muted, Flows),
        (PathEvidence { routed: false, ..flows() }, NotRouted, NotRouted),
        (PathEvidence { routed: false, played_to: true, ..flows() }, NotRouted, Flows),
        (PathEvidence { packets_out: 0, no_remote: 50, ..flows() }, Flows, NotSent),
        (PathEvidence { send_errors: 50, ..flows() }, Flows, NotSent),
        (PathEvidence { packets: false, ..none }, Flows, Flows),
        (PathEvidence { packets: false, samples: true, ..none }, NoSamples, Flows),
        (PathEvidence { packets: false, samples: true, written: 9, unread: 1, ..none }, Flows, NotRead),
    ];
    for (evidence, inward, outward) in rows {
        assert_eq!(evidence.judge(), OneWay { inward, outward }, "{evidence:?}");
    }
}

#[test]
fn a_one_way_call_is_connected_and_not_held() {
    use AudioStage::*;
    let one_way = |inward, outward| OneWay { inward, outward }.is_one_way();
    for inward in [NoPackets, RefusedSource, Undecodable] {
        assert!(one_way(inward, Flows) && one_way(inward, Unanswered) && one_way(inward, Held));
        assert!(!one_way(inward, NotRouted), "alone");
    }
    assert!(one_way(Flows, NotSent));
    for inward in [Flows, Held, Muted, NoSamples] {
        assert!(!one_way(inward, Flows), "{inward}");
    }
    assert!(!one_way(Stopped, Stopped) && !one_way(NoSamples, NotRead));
}
