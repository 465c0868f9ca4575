//! Faults stay with the leg at fault: a panicking leg is parked and the others play on, NaN never leaves a stage, a codec
//! that fails is counted and told of; and what fails can be destroyed like any other session.

mod support;

use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Events, MediaEngineConfig};
use media_core::session::{AudioFormat, CustomCodec, EventKind, MediaSessionParams};
use media_core::types::{SampleRate, SessionId, WorkerId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use support::per_octet::{Decodes, PerOctet};
use support::phone::{Phone, bridged, connect, done, pcmu};

const SOUND: u8 = 0;
const PANICS: u8 = 1;
const NAN: u8 = 2;
const FAILS: u8 = 3;

/// µ-law that misbehaves when told to.
#[derive(Debug)]
struct Moody {
    encoding: Arc<AtomicU8>,
    decoding: Arc<AtomicU8>,
    encoder: G711Encoder,
    decoder: G711Decoder,
}

impl AudioEncoder for Moody {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        match self.encoding.load(SeqCst) {
            PANICS => panic!("an encoder that panics"),
            FAILS => Err(CodecFault::BadFrame),
            _ => self.encoder.encode_into(pcm, out),
        }
    }
    fn frame_samples(&self) -> usize {
        1
    }
    fn reset(&mut self) {}
}

impl Decodes for Moody {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        match self.decoding.load(SeqCst) {
            PANICS => panic!("a decoder that panics"),
            FAILS => Err(CodecFault::BadPayload),
            NAN => {
                let n = self.decoder.decode_into(payload, pcm)?;
                pcm[n / 2] = f32::NAN;
                Ok(n)
            }
            _ => self.decoder.decode_into(payload, pcm),
        }
    }
    fn reset(&mut self) {}
}

struct Mood {
    encoding: Arc<AtomicU8>,
    decoding: Arc<AtomicU8>,
    format: AudioFormat,
}

fn moody() -> Mood {
    let (encoding, decoding) = (Arc::new(AtomicU8::new(SOUND)), Arc::new(AtomicU8::new(SOUND)));
    let (e, d) = (encoding.clone(), decoding.clone());
    let codec = CustomCodec::new("X-MOODY", 8_000, SampleRate::Hz8000, move || {
        let make = || Moody {
            encoding: e.clone(),
            decoding: d.clone(),
            encoder: G711Encoder::new(Law::Mu),
            decoder: G711Decoder::new(Law::Mu),
        };
        (Box::new(make()), Box::new(PerOctet(make())))
    });
    Mood { encoding, decoding, format: AudioFormat::custom(&codec, 0).unwrap() }
}

fn engine(workers: usize) -> VirtualEngine {
    media_core::rt::panic_hook::install();
    VirtualEngine::new(MediaEngineConfig::default().workers(workers), 5).unwrap()
}

/// All talk for `ticks` ticks; each phone says its own code, so that what is heard can be told apart.
fn talk(engine: &mut VirtualEngine, phones: &mut [Phone], ticks: usize) {
    for tick in 0..ticks {
        let now = engine.now();
        for (at, phone) in phones.iter_mut().enumerate() {
            if tick % 2 == 0 {
                phone.send(&mut engine.network, now, &[0x90 + at as u8; 160]);
            }
        }
        engine.tick();
        for phone in phones.iter_mut() {
            phone.listen(&mut engine.network);
        }
    }
}

fn told(events: &Events, of: SessionId) -> Vec<EventKind> {
    std::iter::from_fn(|| events.try_next())
        .filter(|event| event.session.as_ref().is_some_and(|(id, _)| *id == of))
        .map(|event| event.kind)
        .collect()
}

/// Two bridges and a conference on one worker; the first party of the first bridge is moody, and so is a member of the
/// conference. Whether everybody else plays on.
fn a_panic_in(stage: fn(&Mood) -> &Arc<AtomicU8>) {
    let mut engine = engine(1);
    let events = engine.handle().subscribe();
    let mood = moody();
    let (a, phone_a) = connect(&mut engine, 1, MediaSessionParams::new(mood.format.clone()));
    let (b, phone_b) = pcmu(&mut engine, 2);
    let (c, phone_c) = pcmu(&mut engine, 3);
    let (d, phone_d) = connect(&mut engine, 4, MediaSessionParams::new(AudioFormat::pcma()));
    let (e, phone_e) = connect(&mut engine, 5, MediaSessionParams::new(mood.format.clone()));
    let (f, phone_f) = pcmu(&mut engine, 6);
    let (g, phone_g) = pcmu(&mut engine, 7);
    for (x, y) in [(&a, &b), (&c, &d)] {
        let pending = engine.handle().bridge(x, y);
        done(&mut engine, pending);
    }
    let pending = engine.handle().create_conference(SampleRate::Hz8000);
    let room = done(&mut engine, pending);
    for member in [&e, &f, &g] {
        done(&mut engine, room.join(member));
    }
    let mut phones = [phone_a, phone_b, phone_c, phone_d, phone_e, phone_f, phone_g];
    talk(&mut engine, &mut phones, 60);
    assert!(phones.iter().all(|phone| phone.got.len() > 20), "all hear before the fault");
    stage(&mood).store(PANICS, SeqCst);
    talk(&mut engine, &mut phones, 20);
    for phone in &mut phones {
        phone.got.clear();
    }
    talk(&mut engine, &mut phones, 100);
    for (at, phone) in phones.iter().enumerate() {
        match at {
            0 | 4 => assert!(phone.got.is_empty(), "{at} is parked"),
            1 => {
                let silent = |o: &u8| *o | 0x80 == 0xff;
                assert!(phone.got.iter().all(|p| p.payload.iter().all(silent)), "its peer has nobody to hear");
            }
            _ => {
                assert_eq!(phone.got.len(), 50, "{at} plays on");
                assert!(phone.got.windows(2).all(|p| p[1].header.sequence == p[0].header.sequence.wrapping_add(1)));
            }
        }
    }
    for parked in [&a, &e] {
        assert!(done(&mut engine, parked.state()).parked);
    }
    let kinds = told(&events, a.id());
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Parked).count(), 1, "{kinds:?}");
    assert!(!done(&mut engine, b.state()).parked);
    // A parked session can be unbridged, moved about and destroyed; what it was connected to lives on.
    let pending = engine.handle().unbridge(&a);
    done(&mut engine, pending);
    let last = done(&mut engine, a.destroy());
    assert!(last.packets_in > 20, "{last}");
    done(&mut engine, e.destroy());
    let pending = engine.handle().bridge(&b, &c);
    assert!(engine.complete(pending).is_err(), "c is still in its bridge");
    stage(&mood).store(SOUND, SeqCst);
    let (again, phone) = connect(&mut engine, 1, MediaSessionParams::new(mood.format.clone()));
    let pending = engine.handle().bridge(&again, &b);
    done(&mut engine, pending);
    phones[0] = phone;
    talk(&mut engine, &mut phones, 60);
    assert!(phones[0].got.len() > 20, "the dialog's next session works");
    assert!(engine.stop());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

#[test]
fn a_panicking_decoder_is_parked_and_the_others_play_on() {
    a_panic_in(|mood| &mood.decoding);
}

#[test]
fn a_panicking_encoder_is_parked_and_the_others_play_on() {
    a_panic_in(|mood| &mood.encoding);
}

#[test]
fn a_parked_leg_stays_parked_where_it_is_moved_to() {
    let mut engine = engine(2);
    let events = engine.handle().subscribe();
    let mood = moody();
    let (a, phone) = connect(&mut engine, 1, MediaSessionParams::new(mood.format.clone()));
    // Somebody has to need the audio, or nothing is decoded.
    done(&mut engine, a.set_metering(true));
    let at = done(&mut engine, a.worker());
    mood.decoding.store(PANICS, SeqCst);
    let mut phones = [phone];
    talk(&mut engine, &mut phones, 30);
    assert!(done(&mut engine, a.state()).parked);
    done(&mut engine, a.move_to(WorkerId(1 - at.0)));
    mood.decoding.store(SOUND, SeqCst);
    talk(&mut engine, &mut phones, 30);
    let kinds = told(&events, a.id());
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Parked).count(), 1, "{kinds:?}");
    let before = done(&mut engine, a.statistics());
    talk(&mut engine, &mut phones, 30);
    let after = done(&mut engine, a.statistics());
    assert_eq!(before.packets_in, after.packets_in, "a parked leg takes nothing");
    done(&mut engine, a.destroy());
    assert!(engine.stop());
}

#[test]
fn nan_is_stopped_counted_and_told_of() {
    let mut engine = engine(1);
    let events = engine.handle().subscribe();
    let mood = moody();
    let (a, _, mut phones) = bridged(&mut engine, MediaSessionParams::new(mood.format.clone()));
    let mut tap = done(&mut engine, a.tap());
    talk(&mut engine, &mut phones, 40);
    assert_eq!(done(&mut engine, a.statistics()).not_finite, 0);
    assert!(!told(&events, a.id()).contains(&EventKind::Fault), "nothing is told before there is a fault");
    let mut heard = vec![0.0; 8_000];
    let n = tap.read(&mut heard);
    assert!(heard[n - 80..n].iter().all(|x| *x != 0.0), "sound before");
    mood.decoding.store(NAN, SeqCst);
    talk(&mut engine, &mut phones, 40);
    let n = tap.read(&mut heard);
    assert!(n >= 40 * 80 && heard[..n].iter().all(|x| x.is_finite()), "no NaN leaves the stage");
    assert_eq!(heard[n - 80..n], [0.0; 80], "silence in its place");
    let statistics = done(&mut engine, a.statistics());
    assert!((30..=40).contains(&statistics.not_finite), "{statistics}");
    let kinds = told(&events, a.id());
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Fault).count(), 1, "told once: {kinds:?}");
    mood.decoding.store(SOUND, SeqCst);
    talk(&mut engine, &mut phones, 10);
    let n = tap.read(&mut heard);
    assert!(heard[n - 80..n].iter().all(|x| *x != 0.0), "sound again");
    assert!(engine.stop());
}

#[test]
fn an_encoder_that_fails_is_counted_and_told_of() {
    let mut engine = engine(1);
    let events = engine.handle().subscribe();
    let mood = moody();
    let (a, _, mut phones) = bridged(&mut engine, MediaSessionParams::new(mood.format.clone()));
    talk(&mut engine, &mut phones, 40);
    let sent = phones[0].got.len();
    assert!(sent > 10 && done(&mut engine, a.statistics()).faults == 0);
    mood.encoding.store(FAILS, SeqCst);
    talk(&mut engine, &mut phones, 40);
    assert!(phones[0].got.len() < sent + 4, "nothing is sent of what could not be encoded");
    let statistics = done(&mut engine, a.statistics());
    assert!((35..=41).contains(&statistics.faults), "{statistics}");
    assert_eq!(told(&events, a.id()).iter().filter(|kind| **kind == EventKind::Fault).count(), 1);
    mood.encoding.store(SOUND, SeqCst);
    phones[0].got.clear();
    talk(&mut engine, &mut phones, 40);
    assert!(phones[0].got.len() > 10, "it goes on when the encoder does");
    assert!(engine.stop());
}

#[test]
fn a_decoder_that_fails_is_concealed() {
    let mut engine = engine(1);
    let mood = moody();
    let (a, _, mut phones) = bridged(&mut engine, MediaSessionParams::new(mood.format.clone()));
    talk(&mut engine, &mut phones, 40);
    mood.decoding.store(FAILS, SeqCst);
    let sent = phones[1].got.len();
    talk(&mut engine, &mut phones, 40);
    assert!(phones[1].got.len() > sent + 10, "b hears what is made up");
    mood.decoding.store(SOUND, SeqCst);
    talk(&mut engine, &mut phones, 20);
    assert!(!done(&mut engine, a.state()).parked);
    let last = phones[1].got.last().unwrap();
    assert_eq!(last.payload, vec![0x90; 160], "and then what is said again");
    assert!(engine.stop());
}
