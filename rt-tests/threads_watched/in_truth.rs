//! Control: threads of the machine that hang in truth, within the time that the clock on the wall says.

use super::*;
use support::per_octet::{Decodes, PerOctet};

/// µ-law whose decoder hangs when told to.
#[derive(Debug)]
struct Hanging(Arc<AtomicBool>, G711Encoder, G711Decoder);

impl AudioEncoder for Hanging {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        self.1.encode_into(pcm, out)
    }
    fn frame_samples(&self) -> usize {
        1
    }
    fn reset(&mut self) {}
}

impl Decodes for Hanging {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        while self.0.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.2.decode_into(payload, pcm)
    }
}

fn hanging(at: fn(&Arc<AtomicBool>, bool)) -> (Arc<AtomicBool>, AudioFormat) {
    let hangs = Arc::new(AtomicBool::new(false));
    let of = hangs.clone();
    let codec = CustomCodec::new("X-HANGS", 8_000, SampleRate::Hz8000, move || {
        at(&of, true);
        let make = || Hanging(of.clone(), G711Encoder::new(Law::Mu), G711Decoder::new(Law::Mu));
        (Box::new(make()), Box::new(PerOctet(make())))
    });
    (hangs, AudioFormat::custom(&codec, 0).unwrap())
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_codec_that_hangs_in_truth_costs_its_thread_alone_and_a_stop_has_an_end() {
    let config = MediaEngineConfig::default()
        .workers(2usize)
        .max_sessions(8usize)
        .realtime_priority(None)
        .bind_address(std::net::Ipv4Addr::LOCALHOST)
        .rtp_ports(41_560..=41_579);
    let engine = MediaEngine::start(config).unwrap();
    let handle = engine.handle();
    let events = handle.subscribe();
    let (hangs, format) = hanging(|_, _| {});
    let (bad, phone) = SocketPhone::connect(&engine, 1, format, 0x90);
    bad.set_metering(true).wait().unwrap();
    let at = bad.worker().wait().unwrap();
    let mut phones = [phone];
    talk(&mut phones, Duration::from_millis(300));
    assert!(engine.health().is_well());
    hangs.store(true, SeqCst);
    talk(&mut phones, Duration::from_millis(300));
    let thread = EngineThread::Worker(at);
    wait_until("it is told", || events.try_next().is_some_and(|event| event.kind == EventKind::ThreadStalled(thread)));
    assert_eq!(engine.health().of(thread).unwrap().state, ThreadState::Stalled);
    stalled(bad.statistics().wait(), thread);
    let pcm = MediaSessionParams::pcm(SampleRate::Hz8000);
    let good = handle.create_media_session("good", pcm.clone()).wait().unwrap();
    assert_ne!(good.worker().wait().unwrap(), at);
    assert!(good.statistics().wait().is_ok());
    let begun = Instant::now();
    assert_eq!(engine.stop(), Err(Error::Engine(EngineError::TimedOut)));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(handle.create_media_session("late", pcm).wait().map(drop), Err(EngineError::Stopped.into()));
    hangs.store(false, SeqCst);
}

#[test]
fn a_supervisor_that_hangs_in_truth_is_told_of() {
    let config = MediaEngineConfig::default().io_threads(1usize).max_sessions(8usize).realtime_priority(None);
    let engine = MediaEngine::start(config.rtp_ports(41_580..=41_599)).unwrap();
    let handle = engine.handle();
    let events = handle.subscribe();
    let (hangs, format) = hanging(|hangs, _| {
        while hangs.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    hangs.store(true, SeqCst);
    let pending = handle.create_media_session("a", MediaSessionParams::new(format));
    let own = EngineThread::Supervisor;
    wait_until("it is told", || events.try_next().is_some_and(|event| event.kind == EventKind::ThreadStalled(own)));
    assert_eq!(engine.health().of(own).unwrap().state, ThreadState::Stalled);
    assert_eq!(gauge(&handle, "/engine/supervisor_stalled"), Some(1));
    hangs.store(false, SeqCst);
    assert!(pending.wait_for(Duration::from_secs(10)).is_ok());
    wait_until("it is told", || events.try_next().is_some_and(|event| event.kind == EventKind::ThreadResumed(own)));
    assert!(engine.health().is_well());
    engine.stop().unwrap();
    assert_eq!(handle.health().of(own).unwrap().state, ThreadState::Ended);
}

/// Its thread is left behind with the promises that it holds.
#[test]
fn what_a_supervisor_that_hangs_for_good_was_asked_is_answered_by_the_stop() {
    static HANGS: AtomicBool = AtomicBool::new(false);
    let config = MediaEngineConfig::default().io_threads(1usize).max_sessions(8usize).realtime_priority(None);
    let engine = MediaEngine::start(config.rtp_ports(41_600..=41_619)).unwrap();
    let handle = engine.handle();
    let events = handle.subscribe();
    let (hangs, format) = hanging(|hangs, _| {
        while hangs.load(SeqCst) {
            HANGS.store(true, SeqCst);
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    hangs.store(true, SeqCst);
    let held = handle.create_media_session("a", MediaSessionParams::new(format));
    wait_until("it hangs", || HANGS.load(SeqCst));
    let behind = handle.find_session("a");
    let begun = Instant::now();
    assert_eq!(engine.stop(), Err(Error::Engine(EngineError::TimedOut)));
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    for answer in [held.wait_for(Duration::from_secs(1)), behind.wait_for(Duration::from_secs(1))] {
        assert_eq!(answer.map(drop), Err(EngineError::Stopped.into()));
    }
    events.for_each(drop);
    hangs.store(false, SeqCst);
}

#[test]
fn a_session_that_nobody_knows_of_is_not_left_behind() {
    let mut engine = engine();
    let [_, _] = four(&mut engine);
    engine.hold_worker(0, true);
    engine.hold_worker(1, true);
    let create = engine.handle().create_media_session("new", MediaSessionParams::new(AudioFormat::pcmu()));
    (0..250).for_each(|_| engine.tick());
    assert!(matches!(create.wait().unwrap_err(), Error::Engine(EngineError::ThreadStalled(EngineThread::Worker(_)))));
    let found = engine.handle().find_session("new");
    assert!(engine.complete(found).is_err(), "it was not created");
    engine.hold_worker(0, false);
    engine.hold_worker(1, false);
    (0..10).for_each(|_| engine.tick());
    let (_, _) = connect(&mut engine, 9, MediaSessionParams::new(AudioFormat::pcmu()));
    assert!(engine.stop());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}
