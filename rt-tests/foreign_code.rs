//! Code of the embedder's (factories, codecs, what it drops) that panics in any phase: the fault is told, stays with its
//! session, and everybody else plays on.

mod support;

use media_core::Error;
use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::{CodecError, ProcessingError};
use media_core::processing::chain::{Choice, CustomStage, ProcessingParams};
use media_core::processing::effects::CompressorParams;
use media_core::processing::stage::{Effect, StageFault};
use media_core::session::{AudioFormat, CustomCodec, EventKind, MediaSessionParams};
use media_core::types::{Ptime, SampleRate};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use support::per_octet::{Decodes, PerOctet};
use support::phone::{Phone, bridged, connect, done, pcma, pcmu};

/// When the codec panics.
#[derive(Debug, Default)]
struct Mood {
    made: AtomicBool,
    encoding: AtomicBool,
    ending: AtomicBool,
    alive: AtomicU32,
}

/// µ-law that encodes 20 ms at a time.
#[derive(Debug)]
struct Moody {
    mood: Arc<Mood>,
    encoder: G711Encoder,
    decoder: G711Decoder,
}

impl Drop for Moody {
    fn drop(&mut self) {
        self.mood.alive.fetch_sub(1, SeqCst);
        // Also while another one's panic unwinds: two of these in one leg are the usual case.
        assert!(!self.mood.ending.load(SeqCst), "a codec that panics as it ends");
    }
}

impl AudioEncoder for Moody {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        assert!(!self.mood.encoding.load(SeqCst), "an encoder that panics");
        self.encoder.encode_into(pcm, out)
    }
    fn frame_samples(&self) -> usize {
        160
    }
    fn reset(&mut self) {}
}

impl Decodes for Moody {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        self.decoder.decode_into(payload, pcm)
    }
    fn reset(&mut self) {}
}

fn moody() -> (Arc<Mood>, AudioFormat) {
    let mood = Arc::new(Mood::default());
    let of = mood.clone();
    let codec = CustomCodec::new("X-MOODY", 8_000, SampleRate::Hz8000, move || {
        assert!(!of.made.load(SeqCst), "a factory that panics");
        let make = || {
            of.alive.fetch_add(1, SeqCst);
            Moody { mood: of.clone(), encoder: G711Encoder::new(Law::Mu), decoder: G711Decoder::new(Law::Mu) }
        };
        (Box::new(make()), Box::new(PerOctet(make())))
    });
    (mood, AudioFormat::custom(&codec, 0).unwrap())
}

fn long() -> Ptime {
    Ptime::from_ms(40).unwrap()
}

fn engine() -> VirtualEngine {
    media_core::rt::panic_hook::install();
    VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap()
}

fn tick(engine: &mut VirtualEngine, phones: &mut [Phone], even: bool) {
    let now = engine.now();
    for phone in phones.iter_mut().filter(|_| even) {
        phone.send(&mut engine.network, now, &[0x90; 160]);
    }
    engine.tick();
    phones.iter_mut().for_each(|phone| phone.listen(&mut engine.network));
}

fn talk(engine: &mut VirtualEngine, phones: &mut [Phone], ticks: usize) {
    (0..ticks).for_each(|n| tick(engine, phones, n % 2 == 0));
}

#[test]
fn an_encoder_that_panics_as_an_order_ends_its_packet_is_parked_and_the_others_play_on() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (mood, format) = moody();
    let params = MediaSessionParams::new(format).ptime(long());
    let (a, phone_a) = connect(&mut engine, 1, params);
    let (b, phone_b) = pcmu(&mut engine, 2);
    let (c, phone_c) = pcmu(&mut engine, 3);
    let (d, phone_d) = pcma(&mut engine, 4);
    for (x, y) in [(&a, &b), (&c, &d)] {
        let pending = engine.handle().bridge(x, y);
        done(&mut engine, pending);
    }
    let mut phones = [phone_a, phone_b, phone_c, phone_d];
    talk(&mut engine, &mut phones, 40);
    // Up to the middle of a packet to a.
    let (before, mut n) = (phones[0].got.len(), 0);
    assert!(before > 4);
    while phones[0].got.len() == before {
        tick(&mut engine, &mut phones, n % 2 == 0);
        n += 1;
    }
    // What left with that tick came here one later.
    tick(&mut engine, &mut phones, n % 2 == 0);
    mood.encoding.store(true, SeqCst);
    let update = a.update(MediaSessionParams::new(AudioFormat::pcmu()));
    phones.iter_mut().for_each(|phone| phone.got.clear());
    talk(&mut engine, &mut phones, 60);
    assert!(engine.complete(update).is_ok(), "it is answered");
    let parked = std::iter::from_fn(|| events.try_next()).filter(|event| event.kind == EventKind::Parked);
    let parked: Vec<_> = parked.filter_map(|event| event.session).map(|(id, _)| id).collect();
    assert_eq!(parked, [a.id()], "the fault is told, once");
    assert!(done(&mut engine, a.state()).parked && phones[0].got.is_empty());
    assert!(phones[2].got.len() >= 29 && phones[3].got.len() >= 29, "the others play on");
    done(&mut engine, a.destroy());
    let (again, _) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()));
    let pending = engine.handle().bridge(&again, &b);
    done(&mut engine, pending);
    assert!(engine.stop());
    assert_eq!((media_core::rt::leaked_parcels(), mood.alive.load(SeqCst)), (0, 0));
}

/// A factory gives both halves of a codec where one is needed; the other one may panic as it ends.
#[test]
fn half_of_a_codec_that_panics_as_it_is_not_needed_leaves_the_other_whole() {
    let mut engine = engine();
    let (mood, format) = moody();
    mood.ending.store(true, SeqCst);
    let (session, _) = connect(&mut engine, 1, MediaSessionParams::new(format));
    mood.ending.store(false, SeqCst);
    assert_eq!(mood.alive.load(SeqCst), 2, "an encoder and a decoder");
    done(&mut engine, session.destroy());
    assert!(engine.stop());
    assert_eq!((media_core::rt::leaked_parcels(), mood.alive.load(SeqCst)), (0, 0));
}

#[test]
fn a_factory_that_panics_is_an_error_and_the_supervisor_lives() {
    let mut engine = engine();
    let (mood, format) = moody();
    let params = MediaSessionParams::new(format.clone());
    mood.made.store(true, SeqCst);
    let panicked = |error: &Error| matches!(error, Error::Codec(CodecError::Panicked { codec }) if codec == "X-MOODY");
    let create = engine.handle().create_media_session("a", params.clone());
    let refused = engine.complete(create).unwrap_err();
    assert!(panicked(&refused), "{refused}");
    let free = engine.handle().get_media_capabilities();
    let free = done(&mut engine, free);
    assert_eq!((free.sessions, free.legs.as_slice()), (0, &[0][..]), "nothing is left of it");
    // A living session stays as it is.
    let (a, phone_a) = pcmu(&mut engine, 1);
    let (b, phone_b) = pcmu(&mut engine, 2);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    assert!(panicked(&engine.complete(a.update(params.clone())).unwrap_err()));
    let stage = CustomStage::<dyn Effect>::new(|_| panic!("a stage's factory that panics"));
    let mut processing = ProcessingParams::default();
    processing.equalizer = Choice::Custom(stage);
    let refused = engine.complete(a.set_processing(processing)).unwrap_err();
    assert_eq!(refused, Error::Processing(ProcessingError::Panicked));
    let mut phones = [phone_a, phone_b];
    talk(&mut engine, &mut phones, 40);
    assert!(phones.iter().all(|phone| phone.got.len() > 15 && phone.got.iter().all(|p| p.payload == [0x90; 160])));
    mood.made.store(false, SeqCst);
    assert!(engine.complete(a.update(params)).is_ok(), "and works when the factory does");
    assert!(engine.stop());
}

#[test]
fn a_codec_that_panics_as_it_is_freed_hurts_nobody() {
    let mut engine = engine();
    let (mood, format) = moody();
    let (a, _) = connect(&mut engine, 1, MediaSessionParams::new(format.clone()));
    let (b, _) = connect(&mut engine, 2, MediaSessionParams::new(format.clone()));
    let (c, _) = connect(&mut engine, 3, MediaSessionParams::new(format));
    mood.ending.store(true, SeqCst);
    assert!(engine.complete(a.destroy()).is_ok());
    // Its codecs go home with receipts.
    assert!(engine.complete(b.update(MediaSessionParams::new(AudioFormat::pcmu()))).is_ok());
    (0..10).for_each(|_| engine.tick());
    let (d, _) = pcmu(&mut engine, 4);
    assert!(done(&mut engine, d.state()).connection.is_none());
    assert!(engine.complete(c.destroy()).is_ok());
    assert!(engine.stop());
}

/// A stage, or what a factory holds, that panics as it ends.
struct Ends(Arc<Mood>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, SeqCst);
        assert!(!self.0.ending.load(SeqCst), "a stage that panics as it ends");
    }
}

impl Effect for Ends {
    fn process(&mut self, _: &mut [f32]) -> Result<(), StageFault> {
        Ok(())
    }
    fn reset(&mut self) {}
}

fn ends(mood: &Arc<Mood>) -> Ends {
    mood.alive.fetch_add(1, SeqCst);
    Ends(mood.clone())
}

fn stage<P>(mood: &Arc<Mood>) -> Choice<P, dyn Effect> {
    let (of, held) = (mood.clone(), ends(mood));
    Choice::Custom(CustomStage::<dyn Effect>::new(move |_| {
        let _held = &held;
        Box::new(ends(&of))
    }))
}

#[test]
fn all_of_a_session_may_panic_as_it_is_freed() {
    let mut engine = engine();
    let (mood, format) = moody();
    let mut processing = ProcessingParams::default();
    (processing.equalizer, processing.outward_equalizer) = (stage(&mood), stage(&mood));
    (processing.compressor, processing.outward_compressor) = (stage(&mood), stage(&mood));
    let (a, _) = connect(&mut engine, 1, MediaSessionParams::new(format.clone()));
    let (b, _) = connect(&mut engine, 2, MediaSessionParams::new(format.clone()));
    let (c, phone_c) = pcmu(&mut engine, 3);
    let (d, phone_d) = pcmu(&mut engine, 4);
    let pending = engine.handle().bridge(&c, &d);
    done(&mut engine, pending);
    let mut phones = [phone_c, phone_d];
    for session in [&a, &b] {
        assert!(engine.complete(session.set_processing(processing.clone())).is_ok());
    }
    assert_eq!(mood.alive.load(SeqCst), 4 + 4 + 8, "codecs, factories, stages");
    talk(&mut engine, &mut phones, 20);
    mood.ending.store(true, SeqCst);
    drop(processing);
    // One by one, and all at once; then what was refused after it had been made.
    assert!(engine.complete(a.set_processing(ProcessingParams::default())).is_ok());
    assert!(engine.complete(a.destroy()).is_ok());
    let mut params = MediaSessionParams::new(format);
    params.processing.compressor = CompressorParams::default().ratio(f32::NAN).into();
    params.processing.equalizer = stage(&mood);
    assert!(matches!(engine.complete(b.update(params.clone())), Err(Error::Processing(_))));
    let create = engine.handle().create_media_session("late", params.clone());
    assert!(matches!(engine.complete(create), Err(Error::Processing(_))));
    drop(params);
    let free = engine.handle().get_media_capabilities();
    let free = done(&mut engine, free);
    assert_eq!((free.sessions, free.legs.as_slice()), (3, &[3][..]), "nothing is left of it");
    phones.iter_mut().for_each(|phone| phone.got.clear());
    talk(&mut engine, &mut phones, 40);
    assert!(phones.iter().all(|phone| phone.got.len() > 15), "the others play on");
    assert!(engine.complete(b.destroy()).is_ok());
    (0..10).for_each(|_| engine.tick());
    assert_eq!(mood.alive.load(SeqCst), 0, "all of it was freed");
    assert!(engine.stop());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

#[test]
fn the_receive_path_before_a_change_of_codec_goes_home() {
    let mut engine = engine();
    let (mood, format) = moody();
    let (a, _, mut phones) = bridged(&mut engine, MediaSessionParams::new(format));
    talk(&mut engine, &mut phones, 40);
    // A factory makes both halves, of which each call keeps one.
    assert_eq!(mood.alive.load(SeqCst), 2, "an encoder and a decoder");
    done(&mut engine, a.update(MediaSessionParams::new(AudioFormat::pcma())));
    phones[0].next.payload_type = 8;
    talk(&mut engine, &mut phones, 100);
    assert_eq!(mood.alive.load(SeqCst), 0, "the former path was called home");
    assert!(engine.stop());
}
