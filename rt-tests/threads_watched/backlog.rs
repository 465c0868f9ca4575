//! Control: orders to a thread that takes none have a bound, also while nobody has noticed yet that it hangs: requests wait, and
//! their queue says when it is full. What was taken in is done when the thread comes back, or answered when it is given up.

use super::*;

/// Orders that wait for a thread before requests do.
const ORDERS: usize = 8_192;
/// Orders that are out by then, at most; requests that wait then, and those of the step that was under way.
const BESIDE: usize = 1_024 + 1_024 + 256;

type Asked<T> = Vec<(u16, Pending<T>)>;

/// Asks for as much as steps carry out, for so long that a thread which hangs is not noticed yet; `orders` go with each. What
/// was taken in: the rest was refused for the full queue.
fn flood<T: std::fmt::Debug>(
    engine: &mut VirtualEngine,
    orders: usize,
    mut ask: impl FnMut(u16) -> Pending<T>,
) -> Asked<T> {
    let mut asked = Vec::new();
    for tick in 0..150 {
        asked.extend((250 * tick..250 * (tick + 1)).map(|n| (n, ask(n))));
        engine.tick();
    }
    let all = asked.len();
    asked.retain_mut(|(_, pending)| match pending.poll_now() {
        None => true,
        Some(answer) => {
            assert_eq!(answer.unwrap_err(), EngineError::Busy.into());
            false
        }
    });
    assert!(asked.len() * orders > ORDERS, "{} of {all}: less than may wait", asked.len());
    assert!(asked.len() <= ORDERS / orders + BESIDE, "{} of {all}: what waits has no end", asked.len());
    asked
}

#[test]
fn orders_to_an_io_thread_that_takes_none_have_a_bound_before_it_is_noticed() {
    for comes_back in [true, false] {
        let mut engine = engine();
        let handle = engine.handle();
        let (a, _) = pcmu(&mut engine, 1);
        let (b, _) = pcmu(&mut engine, 2);
        // Each is sent what the other says: a stream.
        let bridge = handle.bridge(&a, &b);
        done(&mut engine, bridge);
        engine.hold_io(0, true);
        let address = |n: u16| std::net::SocketAddr::from(([10, 0, 9, 9], 10_000 + n));
        let taken = flood(&mut engine, 2, |n| a.set_remote(address(n)));
        assert!(handle.health().is_well(), "nobody knows yet");
        let mut behind = b.mute();
        if comes_back {
            engine.hold_io(0, false);
        }
        (0..400).for_each(|_| engine.tick());
        let last = taken.last().map(|(n, _)| *n).unwrap();
        for (_, mut pending) in taken {
            let answer = pending.poll_now().expect("answered, either way");
            if comes_back { assert_eq!(answer, Ok(())) } else { stalled(answer, IO) }
        }
        // The queue of requests is as it was before.
        assert_eq!(behind.poll_now(), Some(Err(EngineError::Busy.into())));
        assert_eq!(engine.complete(b.mute()), Ok(()));
        if comes_back {
            while engine.network.receive(address(last)).is_some() {}
            (0..10).for_each(|_| engine.tick());
            let sent = std::iter::from_fn(|| engine.network.receive(address(last))).count();
            assert!(sent >= 4, "{sent} packets to where it was sent last");
        }
        engine.hold_io(0, false);
        assert!(engine.stop());
        assert_eq!(media_core::rt::leaked_parcels(), 0);
    }
}

#[test]
fn orders_to_a_media_thread_that_takes_none_have_a_bound_before_it_is_noticed() {
    for comes_back in [true, false] {
        let mut engine = engine();
        let handle = engine.handle();
        let [zero, one] = four(&mut engine);
        engine.hold_worker(1, true);
        let taken = flood(&mut engine, 1, |_| one[0].mute());
        assert!(handle.health().is_well(), "nobody knows yet");
        if comes_back {
            engine.hold_worker(1, false);
        }
        (0..400).for_each(|_| engine.tick());
        for (_, mut pending) in taken {
            let answer = pending.poll_now().expect("answered, either way");
            if comes_back { assert_eq!(answer, Ok(())) } else { stalled(answer, ONE) }
        }
        assert_eq!(engine.complete(zero[0].mute()), Ok(()));
        engine.hold_worker(1, false);
        assert!(engine.stop());
        assert_eq!(media_core::rt::leaked_parcels(), 0);
    }
}
