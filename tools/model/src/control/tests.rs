//! The way of a request and of its answer, in each order of asking, answering, stopping and ending.

use super::pending::{Pending, promise};
use super::queue::{Quota, Refused, request_queue};
use crate::error::{EngineError, Error};
use crate::model;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// A request, as far as its way is concerned: what answers when it is dropped.
struct Request(Box<dyn FnMut() + Send>);

/// A request that answers when it is carried out, and that the engine has stopped when it is dropped before.
fn request() -> (Request, Pending<u32>) {
    let (promise, pending) = promise(Duration::MAX);
    let mut promise = Some(promise);
    (Request(Box::new(move || promise.take().into_iter().for_each(|p| p.answer(Ok(7))))), pending)
}

fn stopped() -> Result<u32, Error> {
    Err(EngineError::Stopped.into())
}

#[test]
fn each_request_is_answered_whatever_ends_the_queue() {
    for by_handle in [false, true] {
        model(move || {
            let (tx, rx) = request_queue(2, 0);
            let ender = tx.clone();
            let supervisor = thread::spawn(move || {
                if let Some(Request(mut run)) = rx.take() {
                    run();
                }
                if by_handle { ender.close() } else { drop(rx) }
            });
            let (first, answer) = request();
            let late = match tx.submit(first, Quota::Shared) {
                Ok(()) => false,
                Err(Refused::Closed(_)) => true,
                Err(Refused::Full(_)) => panic!("there is room"),
            };
            let answer = answer.wait();
            assert!(answer == Ok(7) && !late || answer == stopped(), "{answer:?}");
            supervisor.join().unwrap();
            assert_eq!(tx.len(), 0);
        });
    }
}

#[test]
fn a_request_wakes_the_supervisor_that_sleeps() {
    model(|| {
        let (tx, rx) = request_queue(2, 0);
        let supervisor = thread::spawn(move || {
            let mut served = 0;
            while served < 2 {
                assert!(rx.wait(Duration::MAX));
                while let Some(Request(mut run)) = rx.take() {
                    run();
                    served += 1;
                }
            }
        });
        let other = tx.clone();
        let asks = thread::spawn(move || {
            let (request, answer) = request();
            assert!(other.submit(request, Quota::Shared).is_ok());
            answer.wait()
        });
        let (request, answer) = request();
        assert!(tx.submit(request, Quota::Own).is_ok());
        assert_eq!((answer.wait(), asks.join().unwrap()), (Ok(7), Ok(7)));
        supervisor.join().unwrap();
    });
}

/// Counts how often it was woken.
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn nobody_sleeps_over_an_answer() {
    for answered in [true, false] {
        model(move || {
            let (promise, mut pending) = promise::<u32>(Duration::MAX);
            let engine = thread::spawn(move || if answered { promise.answer(Ok(7)) } else { drop(promise) });
            let woken = Arc::new(Woken(AtomicUsize::new(0)));
            let waker = Waker::from(woken.clone());
            let expected = if answered { Ok(7) } else { stopped() };
            match Pin::new(&mut pending).poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(answer) => assert_eq!(answer, expected),
                Poll::Pending => {
                    engine.join().unwrap();
                    assert_eq!(woken.0.load(SeqCst), 1, "woken once");
                    let again = Pin::new(&mut pending).poll(&mut Context::from_waker(&waker));
                    return assert!(matches!(again, Poll::Ready(answer) if answer == expected));
                }
            }
            engine.join().unwrap();
            assert_eq!(pending.poll_now(), Some(Err(EngineError::AnswerTaken.into())));
        });
    }
}

#[test]
fn who_waits_is_answered() {
    model(|| {
        let (promise, pending) = promise::<u32>(Duration::MAX);
        let engine = thread::spawn(move || promise.answer(Ok(7)));
        assert_eq!(pending.wait(), Ok(7));
        engine.join().unwrap();
    });
}
