//! Control: a supervisor that panics leaves nobody without an answer.

use super::*;
use crate::config::MediaEngineConfig;
use crate::control::records::identifiers::Identifiers;
use crate::control::request::queue::Quota;
use crate::control::request::{Request, Step};
use crate::engine::start::Parts;
use crate::error::EngineError;
use crate::session::EventKind;
use crate::telemetry::ThreadState;
use crate::types::{EngineThread, MediaTime};
use std::sync::Arc;
use std::time::Instant;

fn parts() -> Parts {
    let config = MediaEngineConfig::default().max_sessions(4usize);
    Parts::build(&config.plan().unwrap(), false, Arc::new(clock::now), Identifiers::seeded(1)).unwrap()
}

#[test]
fn a_supervisor_that_panics_answers_what_waits_and_what_comes() {
    let parts = parts();
    let (handle, supervisor) = (parts.handle, parts.supervisor);
    let events = handle.subscribe();
    let before: Vec<_> = (0..3).map(|_| handle.find_session("nobody")).collect();
    let defect = |_: &mut Supervisor| -> Step { panic!("a defect of the supervisor's") };
    handle.submit(Request::telling(MediaTime::ZERO, defect), Quota::Own);
    let behind: Vec<_> = (0..300).map(|_| handle.find_session("nobody")).collect();
    let thread = std::thread::spawn(|| supervise(supervisor).is_none());
    assert!(thread.join().unwrap(), "it panicked");
    let stopped = Err(EngineError::Stopped);
    for pending in before {
        assert!(pending.wait().is_err());
    }
    for pending in behind.into_iter().chain([handle.find_session("late")]) {
        let answer = pending.wait().map(drop);
        assert_eq!(answer, stopped.map_err(Into::into));
    }
    let begun = Instant::now();
    let told: Vec<_> = events.map(|event| event.kind).collect();
    assert_eq!(told, [EventKind::ThreadEnded(EngineThread::Supervisor)]);
    assert_eq!(handle.subscribe().count(), 0);
    assert_eq!(handle.health().of(EngineThread::Supervisor).unwrap().state, ThreadState::Ended);
    assert!(begun.elapsed() < Duration::from_secs(1));
}
