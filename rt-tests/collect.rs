//! Digits that are collected in calls on virtual time: by events and by tones, with timers, prompts, and what was typed ahead; each
//! collection is told of once, and no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "collect/ends.rs"]
mod ends;
#[path = "collect/prompted.rs"]
mod prompted;
mod support;
#[path = "collect/timers.rs"]
mod timers;
#[path = "support/trap.rs"]
mod trap;
#[path = "collect/ways.rs"]
mod ways;

use media_core::codec::audio::dtmf::{EventClock, EventSender, TelephoneEvent};
use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::processing::DtmfGenerator;
use media_core::rtp::RtpHeader;
use media_core::session::{MediaSessionParams, TelephoneEventFormat};
use media_core::{
    AudioFormat, CollectEnd, CollectError, CollectParams, Collection, CollectionId, EventKind, Events, MediaEvent,
    MediaSessionHandle, MediaTime, SampleRate,
};
use std::time::Duration;
use support::phone::{Phone, connect, done};
use trap::{Counts, media_threads_alone as alone};

const EVENTS: u8 = 101;

/// How a phone's keys are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Keys {
    Events,
    Tones,
    /// Both at once: events, and the tone left in the audio.
    Both,
}

/// A µ-law phone and its session, with what is told of it.
struct Call {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    events: Events,
    told: Vec<MediaEvent>,
    began: Counts,
    sounds: DtmfGenerator,
    encoder: G711Encoder,
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn params(events: bool) -> MediaSessionParams {
    let params = MediaSessionParams::new(AudioFormat::pcmu());
    if events { params.telephone_events(TelephoneEventFormat::new(EVENTS, 8_000)) } else { params }
}

impl Call {
    /// With telephone events, or without.
    fn new(events: bool) -> Self {
        let config = MediaEngineConfig::default().max_sessions(8usize).workers(2);
        let mut engine = VirtualEngine::new(config, 3).unwrap();
        let told = engine.handle().subscribe();
        let (session, phone) = connect(&mut engine, 1, params(events));
        Self {
            engine,
            session,
            phone,
            events: told,
            told: Vec::new(),
            began: trap::counts(),
            sounds: DtmfGenerator::new(SampleRate::Hz8000),
            encoder: G711Encoder::new(Law::Mu),
        }
    }

    fn done<T>(&mut self, pending: Pending<T>) -> T {
        done(&mut self.engine, pending)
    }

    /// Begins a collection; when.
    fn collect(&mut self, params: CollectParams) -> (Collection, MediaTime) {
        let pending = self.session.collect(params);
        let collection = self.done(pending);
        (collection, self.engine.now())
    }

    /// A packet time with these samples, or an event in their place or beside them.
    fn packet(&mut self, audio: Option<[f32; 160]>, event: Option<(u32, bool, [u8; 4])>) {
        let now = self.engine.now();
        if let Some((timestamp, marker, payload)) = event {
            let header = RtpHeader { timestamp, marker, payload_type: EVENTS, ..self.phone.next };
            self.phone.post(&mut self.engine.network, now, header, &payload);
            self.phone.next.sequence = self.phone.next.sequence.wrapping_add(1);
        }
        match audio {
            Some(audio) => {
                let mut octets = [0; 160];
                self.encoder.encode_into(&audio, &mut octets).unwrap();
                self.phone.send(&mut self.engine.network, now, &octets);
            }
            None => self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(160),
        }
        self.run(20);
    }

    /// Presses a key for `down` ms and lets go for `up`, whole packets each.
    fn press(&mut self, key: char, keys: Keys, down: u32, up: u32) {
        let mut sender = EventSender::new(EventClock::new(8_000), 20);
        sender.send(TelephoneEvent::from_char(key).unwrap(), down, 10).unwrap();
        for n in 0..(down + up) / 20 {
            self.key_packet(&mut sender, (n < down / 20).then_some(key), keys);
        }
    }

    /// A packet time of a press, or of what follows on it.
    fn key_packet(&mut self, sender: &mut EventSender, key: Option<char>, keys: Keys) {
        let mut audio = [0.0; 160];
        for block in audio.chunks_exact_mut(80) {
            self.sounds.add(block, key.filter(|_| keys != Keys::Events).map(|key| key as u8), 0.0);
        }
        let event = match keys {
            Keys::Tones => None,
            _ => sender.poll(self.phone.next.timestamp),
        };
        let event = event.map(|packet| (packet.timestamp, packet.marker, packet.payload));
        self.packet((keys != Keys::Events || event.is_none()).then_some(audio), event);
    }

    /// Presses keys for 100 ms each.
    fn type_in(&mut self, keys: &str, by: Keys) {
        keys.chars().for_each(|key| self.press(key, by, 100, 160));
    }

    fn run(&mut self, time: u64) {
        self.engine.run_for(ms(time));
        self.phone.listen(&mut self.engine.network);
        self.told.extend(std::iter::from_fn(|| self.events.try_next()));
    }

    /// What was told of collections: which, the digits, how they ended, when.
    fn collected(&mut self) -> Vec<(CollectionId, String, CollectEnd, MediaTime)> {
        self.told.extend(std::iter::from_fn(|| self.events.try_next()));
        let of = |event: &MediaEvent| match event.kind {
            EventKind::Collected { collection, digits, end } => Some((collection, digits.to_string(), end, event.at)),
            _ => None,
        };
        self.told.iter().filter_map(of).collect()
    }

    /// The one collection that was told of.
    fn one(&mut self, of: &Collection) -> (String, CollectEnd, MediaTime) {
        let mut all = self.collected();
        assert_eq!(all.len(), 1, "{all:?}");
        let (id, digits, end, at) = all.remove(0);
        assert_eq!(id, of.id());
        (digits, end, at)
    }

    /// What waits in the session.
    fn left(&mut self) -> String {
        let pending = self.session.take_digits();
        self.done(pending).iter().map(|digit| digit.event.as_char()).collect()
    }

    /// Ends, and nothing was allocated, freed or leaked on a media thread.
    fn end(self) {
        assert!(self.engine.stop());
        assert_eq!(trap::counts().since(self.began), Counts::default());
        assert_eq!(media_core::rt::leaked_parcels(), 0);
    }
}

fn terminator(key: char) -> CollectEnd {
    CollectEnd::Terminator(TelephoneEvent::from_char(key).unwrap())
}
