//! Pure: events as they stand in messages.

use super::super::event::Counts;
use super::super::refusal::Fault;
use super::*;

#[test]
fn messages_are_flat_objects() {
    let at = Place { sample: 800, tick: 12, time_ns: 120_000_000 };
    let cases = [
        (
            Event::Mark { name: "a\"b".into(), at },
            r#"{"event":"mark","name":"a\"b","sample":800,"tick":12,"time_ns":120000000}"#,
        ),
        (
            Event::Cleared { clear: 2, forgotten: 5, at },
            r#"{"event":"cleared","clear":2,"forgotten":5,"sample":800,"tick":12,"time_ns":120000000}"#,
        ),
        (
            Event::Backchannel { length_ms: 210, at },
            r#"{"event":"backchannel","length_ms":210,"sample":800,"tick":12,"time_ns":120000000}"#,
        ),
        (Event::Lost { blocks: 2, total: 9 }, r#"{"event":"lost","blocks":2,"total":9}"#),
        (
            Event::Dtmf { digit: '#', at },
            r##"{"event":"dtmf","digit":"#","sample":800,"tick":12,"time_ns":120000000}"##,
        ),
        (
            Event::Error { error: Fault::OddOctets, text: "3".into(), refused: 1 },
            r#"{"event":"error","error":"odd_octets","text":"3","refused":1}"#,
        ),
    ];
    for (event, text) in cases {
        assert_eq!(event.text(), text);
    }
    let stopped = Event::Stopped { reason: "stop", statistics: Some(Box::new(Counts::default())) };
    assert!(stopped.text().starts_with(r#"{"event":"stopped","reason":"stop","statistics":{"written":0,"#));
}

#[test]
fn causes_have_their_names() {
    let causes = [DryCause::Late, DryCause::Flushed, DryCause::Held, DryCause::Finished].map(cause);
    assert_eq!(causes, ["late", "cleared", "held", "finished"]);
    assert_eq!([InterruptCause::Speech, InterruptCause::Digit].map(by), ["speech", "digit"]);
}

#[test]
fn marks_are_known_by_their_names_once() {
    let mut marks = Marks::default();
    let (a, b) = (marks.put("a".into()), marks.put("a".into()));
    assert_ne!(a, b);
    assert_eq!((marks.take(b), marks.take(a), marks.take(a)), ("a".into(), "a".into(), String::new()));
}
