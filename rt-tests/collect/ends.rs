//! What else ends a collection, and what is refused.

use super::*;
use media_core::{Error, Prompt};

#[test]
fn it_is_stopped_with_the_digits_that_there_are_and_told_once() {
    let _alone = alone();
    let mut call = Call::new(true);
    let (collection, _) = call.collect(CollectParams::new(4));
    call.type_in("12", Keys::Events);
    for _ in 0..2 {
        let stopped = collection.stop();
        call.done(stopped);
    }
    call.run(10_000);
    let (digits, end, _) = call.one(&collection);
    assert_eq!((digits.as_str(), end), ("12", CollectEnd::Stopped));
    // Stopping the one that is over does not stop the next; what is pressed now is that one's.
    let (next, _) = call.collect(CollectParams::new(2));
    let stopped = collection.stop();
    call.done(stopped);
    call.type_in("34", Keys::Events);
    let told = call.collected();
    assert_eq!(
        told.iter().map(|(id, digits, ..)| (*id, digits.as_str())).collect::<Vec<_>>(),
        [(collection.id(), "12"), (next.id(), "34")]
    );
    call.end();
}

#[test]
fn it_ends_with_its_session_and_with_the_engine_and_is_told_before() {
    let _alone = alone();
    for by_engine in [false, true] {
        let mut call = Call::new(false);
        let (collection, _) = call.collect(CollectParams::new(4).prompt(Prompt::samples(vec![0.1; 80_000], 8_000)));
        call.type_in("12", Keys::Tones);
        let Call { mut engine, session, events, .. } = call;
        if !by_engine {
            done(&mut engine, session.destroy());
        }
        assert!(engine.stop());
        let told: Vec<_> = events.map(|event| event.kind).collect();
        let over = |kind: &EventKind| match kind {
            EventKind::Collected { collection, digits, end } => Some((*collection, digits.to_string(), *end)),
            _ => None,
        };
        let all: Vec<_> = told.iter().filter_map(over).collect();
        assert_eq!(all, [(collection.id(), "12".into(), CollectEnd::SessionEnded)]);
        let at = |which: fn(&EventKind) -> bool| told.iter().position(which).unwrap();
        assert!(at(|kind| matches!(kind, EventKind::Collected { .. })) < at(|kind| *kind == EventKind::Destroyed));
    }
}

#[test]
fn what_cannot_be_is_refused_by_name_and_changes_nothing() {
    let _alone = alone();
    let mut call = Call::new(true);
    call.type_in("77", Keys::Events);
    let bad = [
        (CollectParams::new(0), "max_digits = 0: must be 1 to 32"),
        (CollectParams::new(33), "max_digits = 33: must be 1 to 32"),
        (CollectParams::new(1).terminators("#x"), "terminators = #x: must be of 0 to 9, *, #, A to D"),
        (CollectParams::new(1).terminators("!"), "terminators = !: must be of 0 to 9, *, #, A to D"),
        (CollectParams::new(1).first_digit_timeout(ms(0)), "first_digit_timeout = 0ns: must be 10 ms to 24 h"),
        (CollectParams::new(1).inter_digit_timeout(ms(9)), "inter_digit_timeout = 9ms: must be 10 ms to 24 h"),
        (CollectParams::new(1).total_timeout(Duration::MAX), "must be 10 ms to 24 h"),
        (CollectParams::new(1).prompt(Prompt::file("../up.wav")), "up.wav"),
    ];
    for (params, says) in bad {
        let refused = call.session.collect(params);
        let error = call.engine.complete(refused).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    // What was typed ahead is still there; a second one of the same session is refused.
    let (collection, _) = call.collect(CollectParams::new(3));
    let second = call.session.collect(CollectParams::new(1));
    let error = call.engine.complete(second).map(|_| ()).unwrap_err();
    assert_eq!(error, Error::Collect(CollectError::UnderWay(call.session.id())));
    call.type_in("!8", Keys::Events);
    assert_eq!(call.one(&collection).0, "778", "flash is no digit");
    assert_eq!(call.left(), "!");
    call.end();
}
