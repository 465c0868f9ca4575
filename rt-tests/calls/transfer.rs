//! Boundary: a leg of a bridge is replaced by another in one tick.

use crate::rig::{Calls, is_near};
use crate::support::phone::Packet;
use media_core::codec::Law::{self, A, Mu};
use media_core::{Connection, Error, EventKind, SessionError};

/// Whoever stays hears the one, and then the other, with nothing between; whoever leaves hears silence from then on.
fn replaced(workers: usize, laws: &[Law], odd: usize) {
    let mut calls = Calls::new(workers, laws);
    calls.bridge(0, 1);
    calls.run(20 + odd);
    let since = [0, 1, 2].map(|n| calls.packets(n).saturating_sub(3));
    let (a, b, c) = (calls.said(0), calls.said(1), calls.said(2));
    let what = format!("{workers} threads, {laws:?}, {odd}");
    calls.told();
    let pending = calls.engine.handle().transfer(&calls.sessions[1], &calls.sessions[2]);
    calls.ask(pending).unwrap();
    calls.run(30);
    let heard = calls.heard(0, since[0]);
    assert!(heard.len() == 2 && is_near(heard[0].0, b) && is_near(heard[1].0, c), "{what}: {heard:?}");
    assert!(heard[1].1 > 2_000, "{what}: {heard:?}");
    // Who is unconnected is sent nothing.
    let (left, came) = (calls.heard(1, since[1]), calls.heard(2, since[2]));
    assert!(left.len() == 1 && is_near(left[0].0, a), "{what}: who left {left:?}");
    assert!(came.len() == 1 && is_near(came[0].0, a), "{what}: who came {came:?}");
    for n in 0..3 {
        assert_eq!(calls.gaps(n), [], "{what}: {n}");
    }
    // All three in the same tick, as far as packets of 20 ms tell.
    let (left, came) = (&calls.phones[1].got, &calls.phones[2].got);
    let ms = |packet: Option<&Packet>| packet.unwrap().at.as_nanos() as f64 / 1e6;
    let times = [calls.ceases(0, since[0], b), ms(left.last()), ms(came.first()) - 20.0];
    let spread = times.iter().fold(0.0, |most: f64, time| most.max((time - times[0]).abs()));
    assert!(spread <= 20.0, "{what}: {times:?}");
    let ids = [0, 1, 2].map(|n| calls.id(n));
    let told: Vec<_> = calls.told().into_iter().filter(|(_, kind)| !matches!(kind, EventKind::Moved(_))).collect();
    let expected = [
        (ids[1], EventKind::Unbridged(ids[0])),
        (ids[0], EventKind::Unbridged(ids[1])),
        (ids[0], EventKind::Bridged(ids[2])),
        (ids[2], EventKind::Bridged(ids[0])),
    ];
    assert_eq!(told, expected, "{what}");
    for (n, with) in [(0, Some(2)), (1, None), (2, Some(0))] {
        let state = calls.session(n).state();
        let state = calls.ask(state).unwrap();
        assert_eq!(state.connection, with.map(|with| Connection::Bridge(ids[with])), "{what}");
    }
}

#[test]
fn who_stays_hears_the_one_and_then_the_other_with_nothing_between() {
    for odd in 0..4 {
        replaced(1, &[Mu, Mu, Mu], odd);
        replaced(1, &[Mu, A, Mu], odd);
        replaced(1, &[A, Mu, Mu], odd);
    }
}

#[test]
fn a_replacement_on_another_thread_comes_first_and_nothing_is_lost() {
    for odd in 0..2 {
        replaced(3, &[Mu, Mu, Mu], odd);
        replaced(2, &[A, Mu, Mu], odd);
    }
}

/// The check above sees what a transfer by hand does.
#[test]
fn without_the_verb_there_is_silence_between() {
    let mut calls = Calls::new(1, &[Mu, Mu, Mu]);
    calls.bridge(0, 1);
    let pending = calls.engine.handle().unbridge(&calls.sessions[1]);
    calls.ask(pending).unwrap();
    let pending = calls.engine.handle().bridge(&calls.sessions[0], &calls.sessions[2]);
    calls.ask(pending).unwrap();
    calls.run(30);
    assert_ne!(calls.gaps(0), [], "{:?}", calls.heard(0, 0));
}

/// Of A1–B and A2–C becomes B–C.
fn attended(workers: usize) {
    let mut calls = Calls::new(workers, &[Mu, Mu, Mu, Mu]);
    let [a1, b, a2, c] = [0, 1, 2, 3];
    calls.bridge(a1, b);
    calls.bridge(a2, c);
    let since = [0, 1, 2, 3].map(|n| calls.packets(n) - 3);
    let said = [0, 1, 2, 3].map(|n| calls.said(n));
    let pending = calls.engine.handle().attended_transfer(&calls.sessions[a1], &calls.sessions[a2]);
    calls.ask(pending).unwrap();
    calls.run(30);
    let apart = usize::from(workers > 1);
    for (n, before, after) in [(a1, said[b], 0), (b, said[a1], said[c]), (a2, said[c], 0), (c, said[a2], said[b])] {
        let heard = calls.heard(n, since[n]);
        let expected = std::iter::once(before).chain((after != 0).then_some(after));
        let alike = heard.iter().zip(expected.clone()).all(|((heard, _), said)| is_near(*heard, said));
        assert!(alike && heard.len() == expected.count(), "{workers}, {n}: {heard:?}");
        // Who has to move is sent nothing for a few blocks.
        let gaps = calls.gaps(n);
        assert_eq!(gaps.len(), if n == c { apart } else { 0 }, "{workers}, {n}: {gaps:?}");
        assert!(gaps.iter().all(|gap| gap.samples <= 640), "{gaps:?}");
    }
}

#[test]
fn the_others_of_two_calls_are_put_together() {
    attended(1);
}

#[test]
fn the_others_of_two_calls_on_two_threads_are_put_together() {
    // Phones 0 and 1, and 2 and 3, meet on one thread each.
    attended(2);
    attended(4);
}

#[test]
fn what_cannot_be_is_refused_by_name_and_changes_nothing() {
    let mut calls = Calls::new(1, &[Mu; 5]);
    calls.bridge(0, 1);
    calls.bridge(2, 3);
    let handle = calls.engine.handle().clone();
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|n| calls.session(n));
    let last = e.destroy();
    calls.ask(last).unwrap();
    let free = handle.create_media_session("free", media_core::MediaSessionParams::pcm(media_core::SampleRate::Hz8000));
    let free = calls.ask(free).unwrap();
    let refused = [
        (handle.transfer(&a, &a), SessionError::TransferToSelf(a.id())),
        (handle.transfer(&a, &c), SessionError::Connected(c.id(), Connection::Bridge(d.id()))),
        (handle.transfer(&a, &b), SessionError::Connected(b.id(), Connection::Bridge(a.id()))),
        (handle.transfer(&free, &free), SessionError::TransferToSelf(free.id())),
        (handle.transfer(&free, &a), SessionError::Connected(a.id(), Connection::Bridge(b.id()))),
        (handle.transfer(&a, &e), SessionError::Unknown(e.id())),
        (handle.transfer(&e, &a), SessionError::Unknown(e.id())),
        (handle.attended_transfer(&a, &a), SessionError::TransferToSelf(a.id())),
        (handle.attended_transfer(&a, &free), SessionError::NotBridged(free.id())),
        (handle.attended_transfer(&free, &a), SessionError::NotBridged(free.id())),
        (handle.attended_transfer(&a, &b), SessionError::Connected(b.id(), Connection::Bridge(a.id()))),
        (handle.attended_transfer(&a, &e), SessionError::Unknown(e.id())),
    ];
    calls.told();
    for (pending, error) in refused {
        assert_eq!(calls.ask(pending).unwrap_err(), Error::Session(error));
    }
    let pending = handle.unbridge(&c);
    calls.ask(pending).unwrap();
    calls.told();
    let pending = handle.transfer(&c, &d);
    assert_eq!(calls.ask(pending).unwrap_err(), Error::Session(SessionError::NotConnected(c.id())));
    assert_eq!(calls.told(), []);
}

/// Requests about the two are carried out in their order, though one of them moves.
#[test]
fn what_is_asked_while_the_replacement_moves_waits_its_turn() {
    let mut calls = Calls::new(2, &[Mu, Mu, Mu, Mu]);
    calls.bridge(0, 2);
    let handle = calls.engine.handle().clone();
    let [a, b, c] = [0, 2, 3].map(|n| calls.session(n));
    let moved = c.worker();
    let here = b.worker();
    assert_ne!(calls.ask(moved).unwrap(), calls.ask(here).unwrap(), "it has to move");
    let transferred = handle.transfer(&b, &c);
    let unbridged = handle.unbridge(&b);
    let last = c.destroy();
    calls.ask(transferred).unwrap();
    assert_eq!(calls.ask(unbridged).unwrap_err(), Error::Session(SessionError::NotBridged(b.id())));
    calls.ask(last).unwrap();
    let state = a.state();
    assert_eq!(calls.ask(state).unwrap().connection, None);
}

#[test]
fn who_comes_of_an_attended_transfer_that_is_refused_passes_payloads_as_before() {
    for odd in 0..4 {
        let mut calls = Calls::new(1, &[Mu, Mu, Mu, Mu]);
        calls.bridge(0, 1);
        calls.bridge(2, 3);
        calls.run(odd);
        let pending = calls.engine.handle().attended_transfer(&calls.sessions[1], &calls.sessions[2]);
        let apart = calls.engine.handle().unbridge(&calls.sessions[0]);
        let transferred = calls.ask_for(pending, 100);
        calls.ask_for(apart, 100).unwrap();
        // Whichever came first.
        let with = if transferred.is_ok() { None } else { Some(2) };
        let state = calls.session(3).state();
        assert_eq!(calls.ask(state).unwrap().connection, with.map(|n| Connection::Bridge(calls.id(n))), "{odd}");
        if transferred.is_ok() {
            calls.bridge(2, 3);
        }
        let passed = |calls: &mut Calls| {
            let pending = calls.session(3).statistics();
            calls.ask(pending).unwrap().passed_packets
        };
        calls.run(20);
        let before = passed(&mut calls);
        calls.run(40);
        assert!(passed(&mut calls) > before + 15, "{odd}");
    }
}
