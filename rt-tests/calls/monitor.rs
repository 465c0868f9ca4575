//! Boundary: a third session hears a call, and is heard by nobody, one or both of it, while it runs.

use crate::rig::{Calls, code, is_near};
use media_core::codec::Law::{self, A, Mu};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::Error;
use media_core::{Connection, EventKind, MediaSessionParams, MonitorMode, SampleRate, SessionError, WorkerId};

const CALLER: usize = 0;
const AGENT: usize = 1;
const COACH: usize = 2;

fn monitor(calls: &mut Calls, monitor: usize, party: usize, mode: MonitorMode) -> Result<(), Error> {
    let pending = calls.engine.handle().monitor(&calls.sessions[monitor], &calls.sessions[party], mode);
    calls.ask(pending)
}

/// The largest step from one sample to the next of what a phone heard.
fn step(calls: &Calls, n: usize, since: usize) -> i32 {
    let levels = calls.levels(n, since);
    levels.windows(2).map(|pair| (pair[0] - pair[1]).abs()).max().unwrap_or(0)
}

/// Through all modes and away, again and again; the call is one stream all the time, and nobody hears an edge.
fn all_modes(workers: usize, laws: &[Law]) {
    let mut calls = Calls::new(workers, laws);
    // Quiet enough that steps of G.711 are small beside what is heard.
    calls.codes = laws.iter().zip([5_800, 3_900, 6_900]).map(|(law, level)| code(*law, level)).collect();
    calls.bridge(CALLER, AGENT);
    let since = [CALLER, AGENT].map(|n| calls.packets(n));
    let [caller, agent, coach] = [CALLER, AGENT, COACH].map(|n| calls.said(n));
    let what = format!("{workers} {laws:?}");
    let passed = |calls: &mut Calls| {
        let pending = calls.session(CALLER).statistics();
        calls.ask(pending).unwrap().passed_packets
    };
    for _ in 0..2 {
        let came = calls.packets(COACH);
        let modes = [
            (MonitorMode::Listen, agent, caller),
            (MonitorMode::Whisper, agent, caller + coach),
            (MonitorMode::Barge, agent + coach, caller + coach),
            (MonitorMode::Whisper, agent, caller + coach),
            (MonitorMode::Listen, agent, caller),
        ];
        for (mode, hears_caller, hears_agent) in modes {
            monitor(&mut calls, COACH, AGENT, mode).unwrap();
            calls.run(20);
            let heard = [CALLER, AGENT, COACH].map(|n| calls.hears(n));
            let expected = [hears_caller, hears_agent, caller + agent];
            for (heard, expected) in heard.into_iter().zip(expected) {
                assert!(is_near(heard, expected), "{what} {mode:?}: {heard} for {expected}");
            }
        }
        // What it hears itself began at silence.
        let steps = step(&calls, COACH, came);
        assert!(steps < (caller + agent) / 3, "{what}: {steps}");
        let before = passed(&mut calls);
        calls.run(40);
        assert_eq!(passed(&mut calls), before, "{what}: it is listened to");
        let pending = calls.engine.handle().end_monitor(&calls.sessions[COACH]);
        calls.ask(pending).unwrap();
        calls.run(20);
        let state = calls.session(COACH).state();
        assert_eq!(calls.ask(state).unwrap().connection, None);
        let before = (passed(&mut calls), calls.packets(COACH));
        calls.run(40);
        let alike = laws[CALLER] == laws[AGENT];
        assert_eq!(passed(&mut calls) > before.0 + 15, alike, "{what}: payloads pass as they did");
        assert_eq!(calls.packets(COACH), before.1, "{what}: who is unconnected is sent nothing");
    }
    for (n, since) in [(CALLER, since[0]), (AGENT, since[1])] {
        assert_eq!(calls.gaps(n), [], "{what}");
        // It comes and goes within a block: by a hundredth of it a sample, and the steps of the code.
        let step = step(&calls, n, since);
        assert!(step < coach / 4, "{what}: {step} of {coach}");
        let least = calls.levels(n, since).into_iter().min().unwrap();
        let said = if n == CALLER { agent } else { caller };
        assert!(least > said * 9 / 10, "{what}: {least} of {said}");
    }
}

#[test]
fn who_monitors_a_call_is_heard_by_whom_it_should_be_and_the_call_has_no_edge() {
    all_modes(1, &[Mu, Mu, Mu]);
    all_modes(1, &[Mu, A, Mu]);
    all_modes(3, &[A, Mu, A]);
}

#[test]
fn whom_it_whispers_to_is_changed_while_the_call_goes_on() {
    let mut calls = Calls::new(1, &[Mu; 4]);
    calls.codes = vec![0xa8, 0xb0, 0xb8, 0xc0];
    calls.bridge(CALLER, AGENT);
    monitor(&mut calls, COACH, AGENT, MonitorMode::Whisper).unwrap();
    monitor(&mut calls, 3, CALLER, MonitorMode::Barge).unwrap();
    calls.run(20);
    let [caller, agent, coach, other] = [CALLER, AGENT, COACH, 3].map(|n| calls.said(n));
    let hear = |calls: &Calls, expected: [i32; 4]| {
        for (n, expected) in expected.into_iter().enumerate() {
            assert!(is_near(calls.hears(n), expected), "{n}: {} for {expected}", calls.hears(n));
        }
    };
    let both = caller + agent;
    hear(&calls, [agent + other, caller + coach + other, both + other, both]);
    calls.told();
    monitor(&mut calls, COACH, CALLER, MonitorMode::Whisper).unwrap();
    calls.run(20);
    hear(&calls, [agent + other + coach, caller + other, both + other, both]);
    let expected = (calls.id(COACH), EventKind::MonitorBegan(calls.id(CALLER), MonitorMode::Whisper));
    assert_eq!(calls.told(), [expected]);
}

/// It ends with the call, with itself, and as its party goes; as the other goes it goes on.
#[test]
fn a_monitor_ends_with_the_call_and_stays_as_the_other_party_is_replaced() {
    let mut calls = Calls::new(1, &[Mu; 4]);
    calls.bridge(CALLER, AGENT);
    let ended = |calls: &Calls| calls.told().contains(&(calls.id(COACH), EventKind::MonitorEnded(calls.id(AGENT))));
    let connection = |calls: &mut Calls| {
        let state = calls.session(COACH).state();
        calls.ask(state).unwrap().connection
    };
    monitor(&mut calls, COACH, AGENT, MonitorMode::Barge).unwrap();
    let pending = calls.engine.handle().unbridge(&calls.sessions[CALLER]);
    calls.ask(pending).unwrap();
    assert!(ended(&calls) && connection(&mut calls).is_none(), "the bridge ended");
    calls.bridge(CALLER, AGENT);
    monitor(&mut calls, COACH, AGENT, MonitorMode::Whisper).unwrap();
    let pending = calls.engine.handle().transfer(&calls.sessions[CALLER], &calls.sessions[3]);
    calls.ask(pending).unwrap();
    calls.run(20);
    assert_eq!(connection(&mut calls), Some(Connection::Monitor(calls.id(AGENT))));
    assert!(is_near(calls.hears(COACH), calls.said(3) + calls.said(AGENT)), "{}", calls.hears(COACH));
    assert!(is_near(calls.hears(AGENT), calls.said(3) + calls.said(COACH)), "{}", calls.hears(AGENT));
    let pending = calls.engine.handle().transfer(&calls.sessions[AGENT], &calls.sessions[CALLER]);
    calls.ask(pending).unwrap();
    assert!(ended(&calls) && connection(&mut calls).is_none(), "its party was replaced");
    calls.run(20);
    assert!(is_near(calls.hears(3), calls.said(CALLER)), "{}", calls.hears(3));
    monitor(&mut calls, COACH, CALLER, MonitorMode::Barge).unwrap();
    let pending = calls.session(COACH).destroy();
    calls.ask(pending).unwrap();
    calls.run(20);
    assert!(is_near(calls.hears(3), calls.said(CALLER)) && calls.gaps(3).is_empty(), "{}", calls.hears(3));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut calls = Calls::new(1, &[Mu; 12]);
    calls.bridge(0, 1);
    let ids: Vec<_> = (0..12).map(|n| calls.id(n)).collect();
    let listen = MonitorMode::Listen;
    let refused = |calls: &mut Calls, one, party, error: SessionError| {
        assert_eq!(monitor(calls, one, party, listen), Err(Error::Session(error)));
    };
    refused(&mut calls, 2, 2, SessionError::MonitorsSelf(ids[2]));
    refused(&mut calls, 2, 3, SessionError::NotBridged(ids[3]));
    refused(&mut calls, 0, 1, SessionError::Connected(ids[0], Connection::Bridge(ids[1])));
    for n in 2..10 {
        monitor(&mut calls, n, n % 2, listen).unwrap();
    }
    refused(&mut calls, 10, 0, SessionError::TooManyMonitors(ids[0], 8));
    let end = |calls: &mut Calls, n: usize| {
        let pending = calls.engine.handle().end_monitor(&calls.sessions[n]);
        calls.ask(pending)
    };
    end(&mut calls, 5).unwrap();
    assert_eq!(end(&mut calls, 5), Err(Error::Session(SessionError::NotMonitoring(ids[5]))));
    monitor(&mut calls, 10, 0, MonitorMode::Barge).unwrap();
    calls.bridge(5, 11);
    refused(&mut calls, 10, 5, SessionError::Connected(ids[10], Connection::Monitor(ids[0])));
    let pending = calls.session(11).destroy();
    calls.ask(pending).unwrap();
    refused(&mut calls, 5, 11, SessionError::Unknown(ids[11]));
    calls.run(10);
    assert!(is_near(calls.hears(0), calls.said(1) + calls.said(10)), "{}", calls.hears(0));
}

/// A party of the call that a monitor waits for to be decoded leaves it, and moves to another thread.
fn leaves_while_a_monitor_waits(blocks: u64, odd: usize, later: usize) {
    let what = format!("packets of {blocks} blocks, {odd}, {later}");
    let mut calls = Calls::new(2, &[Mu, Mu, Mu]);
    calls.blocks = blocks;
    for n in 0..3 {
        let moved = calls.sessions[n].move_to(WorkerId(0));
        calls.ask(moved).unwrap();
    }
    calls.bridge(CALLER, AGENT);
    calls.run(20 + odd);
    let monitored = calls.engine.handle().monitor(&calls.sessions[COACH], &calls.sessions[AGENT], MonitorMode::Listen);
    calls.run(later);
    let apart = calls.engine.handle().unbridge(&calls.sessions[AGENT]);
    let moved = calls.sessions[AGENT].move_to(WorkerId(1));
    calls.ask_for(moved, 100).unwrap();
    calls.ask_for(apart, 100).unwrap();
    let _ = calls.ask_for(monitored, 100);
    // Nobody is decoded for anybody any more.
    let bridged = calls.engine.handle().bridge(&calls.sessions[AGENT], &calls.sessions[CALLER]);
    calls.ask_for(bridged, 100).unwrap();
    calls.run(20);
    let passed = |calls: &mut Calls, n: usize| {
        let pending = calls.session(n).statistics();
        calls.ask(pending).unwrap().passed_packets
    };
    let before = [CALLER, AGENT].map(|n| passed(&mut calls, n));
    calls.run(40);
    for (n, before) in [CALLER, AGENT].into_iter().zip(before) {
        let more = passed(&mut calls, n) - before;
        assert!(more + 5 > 40 / blocks, "{what}: {n}, {more} payloads passed");
    }
    // All of them can be anything.
    let monitored = calls.engine.handle().monitor(&calls.sessions[COACH], &calls.sessions[AGENT], MonitorMode::Barge);
    calls.ask_for(monitored, 100).unwrap();
    let gone = calls.sessions[COACH].destroy();
    calls.ask_for(gone, 100).unwrap();
}

#[test]
fn a_party_that_leaves_while_a_monitor_waits_for_it_blocks_nobody_and_is_as_before() {
    for (odd, later) in (0..6).flat_map(|odd| (0..5).map(move |later| (odd, later))) {
        leaves_while_a_monitor_waits(2, odd, later);
        leaves_while_a_monitor_waits(6, odd, later);
    }
}

#[test]
fn who_was_monitored_hears_nothing_of_the_other_once_they_are_apart() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 3).unwrap();
    let sessions: Vec<_> = ["caller", "agent", "coach"]
        .map(|name| {
            let params = MediaSessionParams::pcm(SampleRate::Hz8000);
            let session = engine.handle().create_media_session(name, params);
            engine.complete(session).unwrap()
        })
        .into();
    let mut ends: Vec<_> = sessions.iter().map(|session| session.take_pcm().unwrap()).collect();
    let bridged = engine.handle().bridge(&sessions[CALLER], &sessions[AGENT]);
    engine.complete(bridged).unwrap();
    let monitored = engine.handle().monitor(&sessions[COACH], &sessions[AGENT], MonitorMode::Barge);
    engine.complete(monitored).unwrap();
    let mut heard = [const { Vec::new() }; 3];
    let mut apart = None;
    for tick in 0..60 {
        if tick == 30 {
            apart = Some(engine.handle().unbridge(&sessions[AGENT]));
        }
        ends.iter_mut().for_each(|(says, _)| assert_eq!(says.write(&[0.1; 80]), 80));
        engine.tick();
        for ((_, hears), heard) in ends.iter_mut().zip(&mut heard) {
            let mut block = [0.0; 80];
            while hears.read(&mut block) == 80 {
                heard.push(block.iter().any(|sample| *sample != 0.0));
            }
        }
    }
    assert!(apart.unwrap().poll_now().unwrap().is_ok());
    for (heard, name) in heard.iter().zip(["caller", "agent", "coach"]) {
        let last = heard.iter().rposition(|sounds| *sounds).unwrap();
        let first = heard.iter().position(|sounds| *sounds).unwrap();
        assert!(heard[first..last].iter().all(|sounds| *sounds), "{name}: {heard:?}");
    }
}
