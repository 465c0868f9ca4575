//! Control: each answer comes once, however it is asked for.

use super::*;
use std::task::Wake;

fn taken<T: PartialEq + std::fmt::Debug>(answer: Option<Result<T, Error>>) {
    assert_eq!(answer, Some(Err(EngineError::AnswerTaken.into())));
}

fn poll<T>(pending: &mut Pending<T>) -> Poll<Result<T, Error>> {
    Pin::new(pending).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_wait_without_end_ends_with_the_answer() {
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2), Duration::from_secs(1 << 62)] {
        let (promise, pending) = promise(timeout);
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(5));
            promise.answer(Ok(7));
        });
        assert_eq!(pending.wait(), Ok(7), "{timeout:?}");
        thread.join().unwrap();
    }
}

#[test]
fn a_wait_with_an_end_has_one() {
    let (promise, pending) = promise::<()>(Duration::from_millis(5));
    assert_eq!(pending.wait(), Err(EngineError::TimedOut.into()));
    drop(promise);
}

#[test]
fn a_promise_that_is_dropped_answers() {
    let (promise, mut pending) = promise::<()>(Duration::MAX);
    assert!(pending.poll_now().is_none() && poll(&mut pending).is_pending());
    drop(promise);
    assert_eq!(pending.wait(), Err(EngineError::Stopped.into()));
}

#[test]
fn an_answer_is_given_once() {
    for by_poll in [false, true] {
        let (promise, mut pending) = promise(Duration::MAX);
        promise.answer(Ok(1));
        match by_poll {
            true => assert_eq!(poll(&mut pending), Poll::Ready(Ok(1))),
            false => assert_eq!(pending.poll_now(), Some(Ok(1))),
        }
        taken(pending.poll_now());
        assert_eq!(poll(&mut pending), Poll::Ready(Err(EngineError::AnswerTaken.into())));
        taken(Some(pending.wait()));
    }
}

#[test]
fn a_waker_that_panics_hurts_nobody() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("a runtime that is gone");
        }
    }
    let (promise, mut pending) = promise(Duration::MAX);
    let waker = Waker::from(Arc::new(Bad));
    assert!(Pin::new(&mut pending).poll(&mut Context::from_waker(&waker)).is_pending());
    promise.answer(Ok(3));
    assert_eq!(pending.poll_now(), Some(Ok(3)));
}
