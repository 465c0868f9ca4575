//! Control: a full queue, and one that is awaited.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

fn event(n: u64) -> MediaEvent {
    MediaEvent { at: MediaTime::from_nanos(n), session: None, file: None, kind: EventKind::Created }
}

struct Woken(AtomicUsize);

impl std::task::Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn who_does_not_keep_up_is_told_how_many_it_missed() {
    let queue = EventQueue::default();
    (0..CAPACITY as u64 + 5).for_each(|n| assert!(queue.put(&event(n)).is_none()));
    assert_eq!(queue.try_next().unwrap().at, MediaTime::from_nanos(0));
    // Room for one is none for two.
    assert!(queue.put(&event(100)).is_none());
    assert_eq!(queue.try_next().unwrap().at, MediaTime::from_nanos(1));
    assert!(queue.put(&event(101)).is_none());
    let rest: Vec<_> = std::iter::from_fn(|| queue.try_next()).collect();
    let last: Vec<_> = rest[CAPACITY - 2..].iter().map(|event| (event.at.as_nanos(), event.kind)).collect();
    assert_eq!(last, [(101, EventKind::Lagged(6)), (101, EventKind::Created)]);
    // What was missed last is told behind all else.
    (0..CAPACITY as u64 + 3).for_each(|n| assert!(queue.put(&event(n)).is_none()));
    assert!(queue.end().is_none());
    let rest: Vec<_> = std::iter::from_fn(|| queue.wait(None)).collect();
    assert_eq!((rest.len(), rest[CAPACITY].kind), (CAPACITY + 1, EventKind::Lagged(3)));
}

#[test]
fn who_awaits_is_woken_once_and_for_the_end() {
    let (queue, woken) = (EventQueue::default(), Arc::new(Woken(AtomicUsize::new(0))));
    let waker = Waker::from(woken.clone());
    let cx = Context::from_waker(&waker);
    let wake = |waker: Option<Waker>| waker.into_iter().for_each(Waker::wake);
    assert!(queue.poll_next(&cx).is_pending() && queue.poll_next(&cx).is_pending());
    wake(queue.put(&event(1)));
    wake(queue.put(&event(2)));
    assert_eq!(woken.0.load(Relaxed), 1);
    assert!(
        matches!(queue.poll_next(&cx), Poll::Ready(Some(_))) && matches!(queue.poll_next(&cx), Poll::Ready(Some(_)))
    );
    assert!(queue.poll_next(&cx).is_pending());
    wake(queue.end());
    assert_eq!((woken.0.load(Relaxed), queue.poll_next(&cx)), (2, Poll::Ready(None)));
}
