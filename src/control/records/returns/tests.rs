//! Control: what is judged a loop, of any connections, and how much is looked at for it.

use super::*;

#[derive(Debug, Default)]
struct Calls {
    connections_of: BTreeMap<SessionId, Connection>,
    rooms: BTreeMap<ConferenceId, Vec<SessionId>>,
}

impl Connections for Calls {
    fn connection(&self, id: SessionId) -> Option<Connection> {
        self.connections_of.get(&id).copied()
    }

    fn members(&self, room: ConferenceId) -> &[SessionId] {
        self.rooms.get(&room).map_or(&[], Vec::as_slice)
    }
}

impl Calls {
    fn bridge(&mut self, a: SessionId, b: SessionId) {
        self.connections_of.extend([(a, Connection::Bridge(b)), (b, Connection::Bridge(a))]);
    }

    fn join(&mut self, room: u32, id: SessionId) {
        let room = ConferenceId::new(room, 0);
        self.connections_of.insert(id, Connection::Conference(room));
        self.rooms.entry(room).or_default().push(id);
    }
}

fn id(n: usize) -> SessionId {
    SessionId::new(n as u32, 0)
}

fn hear(returns: &mut Returns, listener: SessionId, sender: SessionId) {
    let ssrc = sender.index();
    returns.hear(listener, ssrc, Some(Return { listener, sender, ssrc, from: None, looped: false }));
}

fn settle(returns: &mut Returns, calls: &Calls) -> usize {
    let before = returns.looks;
    for step in 0.. {
        let (from, most) = (returns.looks, 3 * calls.connections_of.len() + LOOKS_A_STEP);
        returns.judge_due(calls);
        assert!(returns.looks - from <= most, "{} looks in a step", returns.looks - from);
        assert!(step < 1_000, "it goes on for ever");
        if returns.due.is_empty() {
            break;
        }
    }
    returns.looks - before
}

/// Whether what `from` says is part of what `to` sends: each hop tried with each other.
fn naive(returns: &Returns, calls: &Calls, this: &Return) -> bool {
    let open: Vec<Return> = returns.of.values().flatten().filter(|r| !r.looped && *r != this).copied().collect();
    let mut said = vec![this.listener];
    loop {
        let more = open.iter().find(|r| !said.contains(&r.listener) && said.iter().any(|s| calls.hears(r.sender, *s)));
        let Some(more) = more else { break };
        said.push(more.listener);
    }
    said.iter().any(|s| calls.hears(this.sender, *s))
}

#[test]
fn what_goes_round_is_opened_and_nothing_else_is() {
    let mut state = 1_u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let (mut loops, mut heard) = (0, 0);
    for _ in 0..2_000 {
        let (mut returns, mut calls) = (Returns::default(), Calls::default());
        let n = 4 + below(10);
        for round in 0..3 {
            for _ in 0..n {
                let (a, b) = (id(below(n)), id(below(n)));
                match (below(4), calls.connection(a).or(calls.connection(b))) {
                    (0, None) if a != b => calls.bridge(a, b),
                    (1, None) => calls.join(below(2) as u32, a),
                    (0 | 1, _) => continue,
                    _ => {
                        hear(&mut returns, a, b);
                        returns.judge(a, &calls);
                        continue;
                    }
                }
                [a, b].into_iter().for_each(|end| returns.reconsider(end));
            }
            if round == 2 {
                // One hangs up.
                let gone = id(below(n));
                calls.connections_of.retain(|id, with| *id != gone && *with != Connection::Bridge(gone));
                calls.rooms.values_mut().for_each(|members| members.retain(|id| *id != gone));
                returns.forget(gone);
                (0..n).for_each(|other| returns.reconsider(id(other)));
            }
            settle(&mut returns, &calls);
            for r in returns.of.values().flatten() {
                assert_eq!(naive(&returns, &calls, r), r.looped, "{r:?} of {returns:?} with {calls:?}");
                *if r.looped { &mut loops } else { &mut heard } += 1;
            }
        }
    }
    assert!(loops > 500 && heard > 500, "{loops} loops, {heard} heard");
}

#[test]
fn a_thousand_calls_to_ourselves_are_looked_at_once_each() {
    let (mut returns, mut calls) = (Returns::default(), Calls::default());
    for n in 0..1_000 {
        // A caller out by one, and in by another, to whom it is put through.
        let [caller, out, back, called] = [0, 1, 2, 3].map(|k| id(4 * n + k));
        calls.bridge(caller, out);
        calls.bridge(back, called);
        hear(&mut returns, back, out);
    }
    settle(&mut returns, &calls);
    returns.reconsider(id(4_000));
    assert!(returns.due.is_empty(), "who is in none of them changes nothing");
    returns.reconsider(id(2));
    let looks = settle(&mut returns, &calls);
    assert!((1_000..=3_000).contains(&looks), "{looks} looks");
}

#[test]
fn a_room_of_calls_to_ourselves_has_its_turn_however_often_connections_change() {
    let (mut returns, mut calls) = (Returns::default(), Calls::default());
    for n in 0..400 {
        calls.join(0, id(2 * n));
        calls.join(1, id(2 * n + 1));
        hear(&mut returns, id(2 * n), id(2 * n + 1));
    }
    returns.reconsider(id(0));
    settle(&mut returns, &calls);
    assert!(returns.of.values().flatten().all(|r| !r.looped));
    // The one with the last turn hears what its own room is sent.
    calls.join(0, id(9_001));
    hear(&mut returns, id(9_000), id(9_001));
    calls.join(0, id(9_000));
    let steps = (0..400).take_while(|_| {
        returns.reconsider(id(0));
        returns.judge_due(&calls);
        !returns.of(id(9_000))[0].looped
    });
    assert!(steps.count() < 300);
    settle(&mut returns, &calls);
}

#[test]
fn who_speaks_first_in_a_room_is_sent_what_the_second_says() {
    let (mut returns, mut calls) = (Returns::default(), Calls::default());
    let [first, line, second, far, trunk] = [0, 1, 2, 3, 4].map(id);
    [first, line, second].into_iter().for_each(|member| calls.join(0, member));
    calls.bridge(far, trunk);
    hear(&mut returns, second, line);
    hear(&mut returns, far, first);
    hear(&mut returns, first, trunk);
    // What `first` says goes out by the line, is back by `second`, and so is sent to `first`, to `far`, and by the trunk.
    assert_eq!(returns.judge(first, &calls).len(), 1);
}
