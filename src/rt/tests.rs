//! Boundary: the boundary kit: each rule that it enforces, against a model where there is one, and with a twin that shows that the
//! test can fail.

use super::*;
use crate::rtp::RtpHeader;
use crate::types::{BindingKey, LegKey, MediaTime, SampleRate};
use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

/// xorshift64: the same numbers each run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

fn panics(f: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}

/// Counts its drops.
#[derive(Debug)]
struct Cargo(Arc<AtomicU32>);

impl Drop for Cargo {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

mod parcels {
    use super::*;

    // The count is the process's; tests that move it take turns.
    static COUNT: Mutex<()> = Mutex::new(());

    #[test]
    fn dropped_on_a_media_thread_it_leaks_is_counted_and_panics_in_debug() {
        let _turn = COUNT.lock().unwrap_or_else(|e| e.into_inner());
        let drops = Arc::new(AtomicU32::new(0));
        let before = leaked_parcels();
        let parcel = Parcel::pack(Cargo(Arc::clone(&drops)));
        let panicked = {
            let _media = MediaScope::enter();
            panics(|| drop(parcel))
        };
        assert_eq!(panicked, cfg!(debug_assertions));
        assert_eq!((leaked_parcels() - before, drops.load(Relaxed)), (1, 0), "counted, and nothing was freed");
    }

    #[test]
    fn while_unwinding_on_a_media_thread_it_leaks_without_a_second_panic() {
        let _turn = COUNT.lock().unwrap_or_else(|e| e.into_inner());
        let drops = Arc::new(AtomicU32::new(0));
        let before = leaked_parcels();
        let parcel = Parcel::pack(Cargo(Arc::clone(&drops)));
        let _media = MediaScope::enter();
        assert!(panics(move || {
            let _aboard = parcel;
            panic!("a leg's fault");
        }));
        assert_eq!((leaked_parcels() - before, drops.load(Relaxed)), (1, 0));
    }

    #[test]
    fn elsewhere_it_is_freed_as_anything_is() {
        let _turn = COUNT.lock().unwrap_or_else(|e| e.into_inner());
        let drops = Arc::new(AtomicU32::new(0));
        let before = leaked_parcels();
        drop(Parcel::pack(Cargo(Arc::clone(&drops))));
        let mut visitor = Parcel::pack((Cargo(Arc::clone(&drops)), 1));
        {
            let _media = MediaScope::enter();
            visitor.1 += 1;
        }
        let home = visitor.unpack();
        assert_eq!((home.1, drops.load(Relaxed)), (2, 1));
        drop(home);
        assert_eq!((drops.load(Relaxed), leaked_parcels()), (2, before));
    }

    #[test]
    fn scopes_nest_and_belong_to_their_thread() {
        assert!(!on_media_thread());
        let outer = MediaScope::enter();
        drop(MediaScope::enter());
        assert!(on_media_thread());
        std::thread::scope(|s| s.spawn(|| assert!(!on_media_thread())).join().unwrap());
        drop(outer);
        assert!(!on_media_thread());
    }
}

mod lanes {
    use super::*;

    #[test]
    fn a_full_lane_drops_the_newest_and_counts() {
        let (mut tx, mut rx) = lane::<u32>(3);
        let posted: Vec<bool> = (0..5).map(|n| tx.post(n)).collect();
        assert_eq!((posted, tx.missed()), (vec![true, true, true, false, false], 2));
        assert_eq!(std::iter::from_fn(|| rx.take()).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(tx.post(9), "room again");
        assert_eq!((rx.take(), rx.take(), tx.missed()), (Some(9), None, 2));
    }

    #[test]
    fn a_lane_whose_writer_is_gone_is_abandoned() {
        let (mut tx, mut rx) = lane::<u32>(2);
        assert!(tx.post(1) && !rx.is_abandoned());
        drop(tx);
        assert!(rx.is_abandoned());
        assert_eq!(rx.take(), Some(1), "what was posted is still there");
    }

    #[test]
    fn a_lane_whose_reader_is_gone_still_does_not_wait() {
        let (mut tx, rx) = lane::<u32>(2);
        drop(rx);
        assert!((0..10).filter(|n| tx.post(*n)).count() <= 2);
    }
}

mod shuttles {
    use super::*;

    #[test]
    fn no_more_than_n_are_out_and_each_comes_home() {
        let mut random = Random(7);
        let (mut depot, mut dock) = shuttle::<u32, u32>(5);
        let (mut sent, mut taken, mut home) = (0, 0, 0);
        let mut aboard = VecDeque::new();
        for _ in 0..20_000 {
            match random.below(4) {
                0 | 1 => match depot.send(sent) {
                    Ok(()) => sent += 1,
                    Err(back) => assert_eq!((back, depot.in_flight()), (sent, 5), "only a full shuttle refuses"),
                },
                2 => {
                    if let Some(order) = dock.receive() {
                        assert_eq!(order, taken);
                        taken += 1;
                        aboard.push_back(order);
                    }
                    if random.below(2) == 0
                        && let Some(order) = aboard.pop_front()
                    {
                        dock.send_home(order);
                    }
                }
                _ => {
                    if let Some(receipt) = depot.collect() {
                        assert_eq!(receipt, home);
                        home += 1;
                    }
                }
            }
            assert!(depot.in_flight() <= 5);
            assert_eq!(depot.in_flight() as u32, sent - home);
        }
        assert!(home > 1000);
    }

    #[test]
    #[cfg_attr(not(debug_assertions), ignore = "a debug assertion")]
    fn a_receipt_without_an_order_is_a_defect() {
        let (_depot, mut dock) = shuttle::<u32, u32>(2);
        assert!(panics(|| dock.send_home(1)));
    }
}

mod packets {
    use super::*;

    fn header(n: u32) -> PacketHeader {
        let leg = LegKey { index: n, generation: !n };
        let rtp = RtpHeader {
            marker: n.is_multiple_of(3),
            payload_type: (n % 128) as u8,
            sequence: n as u16,
            timestamp: n.wrapping_mul(160),
            ssrc: n ^ 0xdead_beef,
        };
        PacketHeader::received(&rtp, leg, MediaTime::from_nanos(u64::from(n) << 20 | 5))
    }

    /// Differs from packet to packet and from octet to octet.
    fn payload(n: u32, length: usize) -> Vec<u8> {
        (0..length).map(|i| (n as usize * 31 + i * 7 + i / 256) as u8).collect()
    }

    #[test]
    fn every_length_comes_out_as_it_went_in() {
        let (mut tx, mut rx) = packet_ring(5000);
        for length in 0..=MAX_RECEIVED {
            let n = length as u32;
            assert!(tx.push(&header(n), &payload(n, length)));
            assert_eq!(rx.peek(), Some(header(n)));
            let (got, octets) = rx.pop().unwrap();
            assert_eq!((got, octets), (header(n), &payload(n, length)[..]));
        }
        assert!(rx.is_empty() && rx.peek().is_none() && rx.pop().is_none());
        assert!(!tx.push(&header(1), &[0; MAX_RECEIVED + 1]));
        assert_eq!((tx.dropped(), rx.is_empty()), (1, true));
    }

    #[test]
    fn looking_ahead_tells_whom_each_packet_is_for_once_and_takes_none() {
        let (mut tx, mut rx) = packet_ring(5000);
        assert_eq!(rx.look_ahead(), None);
        let told = |rx: &mut PacketRx| rx.look_ahead().map(|key| key.leg().index);
        let mut given = 0;
        let mut give = |tx: &mut PacketTx, length| {
            given += 1;
            assert!(tx.push(&header(given), &payload(given, length)));
        };
        for length in [0, 160, 33] {
            give(&mut tx, length);
        }
        let keys: Vec<u32> = std::iter::from_fn(|| told(&mut rx)).collect();
        let mut taken = Vec::new();
        rx.take(|header, _| taken.push(header.key.leg().index));
        give(&mut tx, 20);
        let late = told(&mut rx);
        while rx.take(|header, _| taken.push(header.key.leg().index)).is_some() {}
        assert_eq!([keys, late.into_iter().collect()].concat(), taken);
        // Around the ring's end it tells less, and never of a packet that is gone.
        for _ in 0..2_000 {
            give(&mut tx, 160);
            give(&mut tx, 20);
            let keys: Vec<u32> = std::iter::from_fn(|| told(&mut rx)).collect();
            let mut taken = Vec::new();
            while rx.take(|header, _| taken.push(header.key.leg().index)).is_some() {}
            assert!(keys.is_empty() || taken.starts_with(&keys) || taken.ends_with(&keys), "{keys:?} of {taken:?}");
        }
    }

    #[test]
    fn keys_keep_index_and_generation() {
        let leg = LegKey { index: u32::MAX, generation: 1 };
        let binding = BindingKey { index: 1, generation: u32::MAX };
        assert_eq!((PacketKey::from(leg).leg(), PacketKey::from(binding).binding()), (leg, binding));
        assert_eq!(header(77).rtp(), RtpHeader { ssrc: 77 ^ 0xdead_beef, ..header(77).rtp() });
    }

    /// Against a queue with the same room, over many wraps, full and empty: the ring takes a packet exactly if its words
    /// fit.
    #[test]
    fn random_traffic_is_that_of_a_queue() {
        for (seed, octets) in [(1, 0), (2, 1600), (3, 4096), (4, 20_001)] {
            let mut random = Random(seed);
            let room = (octets / 8).max(4 + MAX_RECEIVED.div_ceil(8));
            let (mut tx, mut rx) = packet_ring(octets);
            let mut model: VecDeque<(u32, usize)> = VecDeque::new();
            let (mut used, mut refused, mut n) = (0, 0, 0);
            for _ in 0..30_000 {
                if random.below(100) < 52 {
                    let longest = [20, 200, MAX_RECEIVED as u64][random.below(3) as usize];
                    let length = random.below(longest + 1) as usize;
                    let words = 4 + length.div_ceil(8);
                    let fits = used + words <= room;
                    assert_eq!(tx.push(&header(n), &payload(n, length)), fits);
                    if fits {
                        model.push_back((n, length));
                        used += words;
                    }
                    refused += u64::from(!fits);
                    n += 1;
                } else if let Some((n, length)) = model.pop_front() {
                    // The two ways to read in turn.
                    let (got, octets) = match n % 2 {
                        0 => rx.pop().map(|(header, octets)| (header, octets.to_vec())).unwrap(),
                        _ => rx.take(|header, octets| (*header, octets.to_vec())).unwrap(),
                    };
                    assert_eq!((got, octets), (header(n), payload(n, length)));
                    used -= 4 + length.div_ceil(8);
                } else {
                    assert!(rx.pop().is_none() && rx.take(|_, _| ()).is_none());
                }
                assert_eq!((rx.backlog(), rx.is_empty(), tx.dropped()), (used, model.is_empty(), refused));
            }
            assert!(refused > 0 && n > 10_000, "the run was full at times");
        }
    }

    #[test]
    fn a_packet_whose_reader_panics_is_gone_and_the_next_is_whole() {
        let (mut tx, mut rx) = packet_ring(4096);
        let empty = rx.backlog();
        assert!(tx.push(&header(1), &payload(1, 100)) && tx.push(&header(2), &payload(2, 33)));
        assert!(panics(|| assert!(rx.take(|_, _| -> () { panic!("a fault while reading") }).is_none())));
        let read = rx.take(|header, octets| (*header, octets.to_vec()));
        assert_eq!(read, Some((header(2), payload(2, 33))));
        assert_eq!((rx.backlog(), rx.is_empty()), (empty, true));
    }

    #[test]
    fn two_threads_pass_packets_whole_and_in_order() {
        const PACKETS: u32 = 60_000;
        let (mut tx, mut rx) = packet_ring(4096);
        let length = |n: u32| (n.wrapping_mul(2_654_435_761) >> 16) as usize % (MAX_RECEIVED + 1);
        let writer = std::thread::spawn(move || {
            for n in 0..PACKETS {
                // Some wait for room, so that most arrive; some do not, so that the full ring is met too.
                while !tx.push(&header(n), &payload(n, length(n))) && n % 8 != 0 {
                    std::thread::yield_now();
                }
            }
            tx.push(&header(PACKETS), &[]);
            while !tx.push(&header(PACKETS), &[]) {
                std::thread::yield_now();
            }
        });
        let (mut next, mut got) = (0, 0);
        while next <= PACKETS {
            let Some((header_got, octets)) = rx.pop() else {
                std::thread::yield_now();
                continue;
            };
            let n = header_got.key.leg().index;
            assert!(n >= next, "in order");
            assert!(n % 8 == 0 || n == next || (next..n).all(|lost| lost % 8 == 0), "{next} to {n} lost");
            assert_eq!(header_got, header(n));
            if n < PACKETS {
                assert_eq!(octets, payload(n, length(n)));
                got += 1;
            }
            next = n + 1;
        }
        writer.join().unwrap();
        assert!(got >= PACKETS / 8 * 7);
    }
}

mod frames {
    use super::*;

    #[test]
    fn frames_do_not_overlap_and_exhaustion_is_counted() {
        let mut pool = FramePool::new(2 * 480 + 160 + 80);
        let taken = [(SampleRate::Hz48000, 2), (SampleRate::Hz16000, 1), (SampleRate::Hz8000, 1)]
            .map(|(rate, channels)| pool.take(rate, channels).unwrap());
        assert!(pool.take(SampleRate::Hz8000, 1).is_none());
        assert_eq!(pool.refused(), 1);
        for (n, slot) in taken.iter().enumerate() {
            pool.samples_mut(slot).fill(n as f32);
        }
        for (n, (slot, length)) in taken.iter().zip([960, 160, 80]).enumerate() {
            let samples = pool.samples(slot);
            assert_eq!((samples.len(), slot.channels()), (length, if n == 0 { 2 } else { 1 }));
            assert!(samples.iter().all(|s| *s == n as f32));
        }
        assert_eq!(taken[0].rate(), SampleRate::Hz48000);
    }

    #[test]
    fn a_new_tick_has_all_slots_again() {
        let mut pool = FramePool::new(160);
        for _ in 0..1000 {
            pool.recycle();
            assert!(pool.take(SampleRate::Hz8000, 1).is_some() && pool.take(SampleRate::Hz8000, 1).is_some());
        }
        assert_eq!(pool.refused(), 0);
    }

    #[test]
    fn a_slot_of_an_earlier_tick_is_stale() {
        let mut pool = FramePool::new(160);
        let slot = pool.take(SampleRate::Hz8000, 1).unwrap();
        pool.recycle();
        let new = pool.take(SampleRate::Hz8000, 1).unwrap();
        pool.samples_mut(&new).fill(0.5);
        if cfg!(debug_assertions) {
            assert!(panics(|| assert_eq!(pool.samples(&slot).len(), 0)));
            assert!(panics(|| pool.samples_mut(&slot).fill(1.0)));
        } else {
            assert!(pool.samples(&slot).is_empty() && pool.samples_mut(&slot).is_empty());
        }
        assert!(pool.samples(&new).iter().all(|s| *s == 0.5));
    }

    #[test]
    fn frames_begin_on_a_line_of_their_own() {
        let mut pool = FramePool::new(4000);
        let starts: Vec<_> = SampleRate::ALL
            .map(|rate| pool.take(rate, 1).unwrap())
            .iter()
            .map(|slot| pool.samples(slot).as_ptr() as usize)
            .collect();
        assert!(starts.iter().all(|s| (s - starts[0]) % 64 == 0));
    }
}

mod payloads {
    use super::*;

    fn pool(bits_per_second: u32, max_delay_ms: u32) -> PayloadPool {
        PayloadPool::new(PayloadPlan::new(bits_per_second, max_delay_ms))
    }

    /// What a jitter buffer of the greatest delay may hold of any codec, in packets of any length.
    #[test]
    fn what_may_wait_has_room() {
        let codecs = [8_000, 64_000, 128_000, 256_000, 510_000, 768_000, 1_536_000];
        for (bits, delay) in codecs.into_iter().flat_map(|bits| [20, 100, 400, 1_000].map(|delay| (bits, delay))) {
            for ms in (10..=200usize).step_by(10) {
                let mut pool = pool(bits, delay);
                let payload = vec![7; (bits as usize * ms / 8_000).min(MAX_RECEIVED)];
                let packets = (delay as usize + 150).div_ceil(ms) + 2;
                let mut slots: std::collections::VecDeque<_> =
                    (0..packets).map(|_| pool.store(&payload).expect("room")).collect();
                // One leaves, one comes, for a while.
                for _ in 0..1_000 {
                    pool.free(slots.pop_front().unwrap());
                    slots.push_back(pool.store(&payload).expect("room"));
                }
                assert!(slots.iter().all(|slot| pool.octets(*slot) == payload), "{bits} bit/s, {ms} ms");
            }
        }
    }

    #[test]
    fn memory_goes_with_the_codec_and_the_delay() {
        let kilobytes = |bits, delay| PayloadPlan::new(bits, delay).octets().div_ceil(1_000);
        assert!(kilobytes(64_000, 400) <= 11, "{}", kilobytes(64_000, 400));
        assert!(kilobytes(64_000, 60) <= 7);
        assert!(kilobytes(510_000, 400) <= 64, "{}", kilobytes(510_000, 400));
        assert!(kilobytes(768_000, 400) <= 80, "{}", kilobytes(768_000, 400));
    }

    #[test]
    fn what_finds_no_run_of_cells_is_refused_and_harms_nothing() {
        let mut pool = pool(64_000, 20);
        let all: Vec<_> = std::iter::from_fn(|| pool.store(&[1; 64])).collect();
        assert_eq!((pool.in_use(), pool.store(&[1])), (all.len(), None));
        for slot in all.iter().step_by(2) {
            pool.free(*slot);
        }
        assert_eq!(pool.store(&[2; 65]), None, "only single cells are free");
        assert!(pool.store(&[2; 64]).is_some() && pool.store(&[0; MAX_RECEIVED + 1]).is_none());
        assert!(all.iter().skip(1).step_by(2).all(|slot| pool.octets(*slot) == [1; 64]));
    }

    /// Packets of any lengths, each within what the codec may send: what was planned has room, whatever gaps were left.
    #[test]
    fn gaps_are_closed_and_every_payload_is_kept() {
        let mut random = Random(5);
        let mut closed = 0;
        for bits in [64_000, 256_000, 510_000] {
            let mut pool = pool(bits, 400);
            let mut waiting: Vec<(PayloadSlot, Vec<u8>, u32)> = Vec::new();
            for n in 0..3_000u32 {
                let ms = 10 * (1 + random.below(20) as u32);
                while waiting.iter().map(|(.., ms)| ms).sum::<u32>() + ms > 550 + 200 {
                    // The oldest goes, or one that overtook it.
                    let (slot, payload, _) = waiting.remove(random.below(waiting.len().min(3) as u64) as usize);
                    assert_eq!(pool.octets(slot), payload);
                    pool.free(slot);
                }
                let payload = vec![n as u8; ((bits / 8_000 * ms) as usize).min(MAX_RECEIVED)];
                let mut stored = pool.store(&payload);
                if stored.is_none() {
                    assert!(pool.has_room_for(payload.len()), "{bits} bit/s: planned for less than may wait");
                    pool.close_gaps(|visit| waiting.iter_mut().for_each(|(slot, ..)| visit(slot)));
                    stored = pool.store(&payload);
                    closed += 1;
                }
                waiting.push((stored.expect("room").with_format(n as u8 % 16), payload, ms));
                assert_eq!(waiting.last().unwrap().0.format(), n as u8 % 16);
                assert_eq!(pool.in_use(), waiting.len());
                assert!(waiting.iter().all(|(slot, payload, _)| pool.octets(*slot) == payload));
            }
        }
        assert!(closed > 10, "{closed}");
    }

    #[test]
    fn a_place_freed_twice_is_found_out_and_never_given_out_twice() {
        let mut pool = pool(64_000, 20);
        let (first, second) = (pool.store(&[1]).unwrap(), pool.store(&[2]).unwrap());
        pool.free(first);
        assert_eq!(panics(|| pool.free(first)), cfg!(debug_assertions));
        assert_eq!((pool.in_use(), pool.octets(first)), (1, &[][..]));
        let (third, fourth) = (pool.store(&[3]).unwrap(), pool.store(&[4]).unwrap());
        assert!(third != fourth && third != second && fourth != second);
        assert_eq!(pool.octets(second), [2]);
    }

    #[test]
    fn random_traffic_keeps_every_payload() {
        let mut random = Random(11);
        let mut pool = pool(64_000, 400);
        let mut model: Vec<(PayloadSlot, Vec<u8>)> = Vec::new();
        let mut refused = 0;
        for n in 0..20_000u32 {
            if random.below(100) < 52 {
                let longest = if random.below(4) == 0 { 1537 } else { 256 };
                let payload = vec![n as u8; random.below(longest + 1) as usize];
                match pool.store(&payload) {
                    Some(slot) => model.push((slot, payload)),
                    None => refused += 1,
                }
            } else if !model.is_empty() {
                let (slot, payload) = model.swap_remove(random.below(model.len() as u64) as usize);
                assert_eq!(pool.octets(slot), payload);
                pool.free(slot);
            }
            assert_eq!(pool.in_use(), model.len());
        }
        assert!(refused > 0);
        assert!(model.iter().all(|(slot, payload)| pool.octets(*slot) == payload));
    }
}

mod slot_sets {
    use super::*;

    fn members(set: &SlotSet) -> Vec<u32> {
        let mut found = Vec::new();
        for batch in 0..set.batches() {
            let mut bits = set.batch(batch);
            while let Some(bit) = pop_lowest(&mut bits) {
                found.push(batch as u32 * 64 + bit);
            }
        }
        found
    }

    #[test]
    fn it_is_the_set_it_says() {
        let mut random = Random(3);
        let (mut set, mut other) = (SlotSet::new(200), SlotSet::new(200));
        let (mut model, mut other_model) = (BTreeSet::new(), BTreeSet::new());
        for round in 0..20_000 {
            let index = random.below(200) as u32;
            match random.below(8) {
                0..=3 => drop((set.insert(index), model.insert(index))),
                4..=5 => drop((set.remove(index), model.remove(&index))),
                6 => drop((other.insert(index), other_model.insert(index))),
                _ if round % 50 == 0 => {
                    set.union_with(&other);
                    model.extend(&other_model);
                }
                _ if round % 333 == 0 => {
                    set.clear();
                    model.clear();
                }
                _ => assert_eq!(set.contains(index), model.contains(&index)),
            }
            assert_eq!(set.count() as usize, model.len());
        }
        assert_eq!(members(&set), model.into_iter().collect::<Vec<_>>(), "in ascending order");
    }

    #[test]
    fn beyond_its_capacity_nothing_happens() {
        let mut set = SlotSet::new(64);
        set.insert(64);
        set.insert(u32::MAX);
        set.remove(1000);
        assert!(!set.contains(64) && set.count() == 0 && set.batches() == 1 && set.batch(1) == 0);
    }
}

#[test]
fn a_gauge_wraps_and_keeps_floating_point() {
    let gauge = Gauge::new();
    gauge.set(u64::MAX);
    gauge.add(3);
    assert_eq!(gauge.get(), 2);
    gauge.set_f64(-0.25);
    assert_eq!(gauge.get_f64(), -0.25);
}
