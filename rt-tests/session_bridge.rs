//! Dialogs of a SIP layer, by `SessionBridge` and the traits beside it: offers and answers come to sessions that run, changes reach
//! them, and what happens to them is told.

#[path = "session_bridge/hostile.rs"]
mod hostile;
mod support;

use media_core::codec::{CapabilityList, CodecCapability, CodecName};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::CodecError;
use media_core::integration::{IntegrationEventKind, MediaCapabilityProvider, MediaSessionProvider, SessionBridge};
use media_core::processing::effects::CompressorParams;
use media_core::{
    CodecManager, DialogId, Direction, Error, MediaEngineConfig, MediaSessionParams, Prompt, SessionError,
};
use std::time::Duration;
use support::phone::{Phone, address, done};

fn list(lines: &[&str]) -> CapabilityList {
    let line = |line: &&str| {
        let (number, name) = line.split_once(' ').unwrap();
        CodecCapability::rtpmap(number.parse().unwrap(), name).unwrap()
    };
    CapabilityList::audio(lines.iter().map(line).collect())
}

struct Layer {
    engine: VirtualEngine,
    media: SessionBridge,
}

impl Layer {
    fn new(sessions: usize) -> Self {
        let engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(sessions), 4).unwrap();
        let media = SessionBridge::new(engine.handle(), CodecManager::default());
        Self { engine, media }
    }

    fn events(&mut self) -> Vec<(String, IntegrationEventKind)> {
        let told = std::iter::from_fn(|| self.media.next_event());
        told.map(|event| (event.call.unwrap().1.as_str().to_owned(), event.kind)).collect()
    }

    /// The phone says half a second of a code.
    fn says(&mut self, phone: &mut Phone, code: u8) {
        for _ in 0..25 {
            let now = self.engine.now();
            phone.send(&mut self.engine.network, now, &[code; 160]);
            self.engine.run_for(Duration::from_millis(20));
            phone.listen(&mut self.engine.network);
        }
    }
}

#[test]
fn an_offer_comes_to_a_session_that_is_heard_held_changed_and_ended() {
    let mut layer = Layer::new(4);
    let offer = list(&["8 PCMA/8000", "0 PCMU/8000", "96 telephone-event/8000", "97 nobody/8000"]);
    let begun = layer.media.answer_offer("a", &offer, |params| params.remote(address(1))).unwrap();
    let named: Vec<_> = begun.description.codecs.iter().map(|codec| (codec.payload_type, codec.name.clone())).collect();
    let wanted = [(8, CodecName::Pcma), (0, CodecName::Pcmu), (96, CodecName::TelephoneEvent)];
    assert_eq!(named, wanted);
    assert_eq!(begun.negotiated.unwrap().codecs.refused.len(), 1, "why the fourth was not taken is known");
    let session = done(&mut layer.engine, begun.session);
    let mut phone = Phone::new(1, &session, 8);
    done(&mut layer.engine, session.play(Prompt::samples(vec![0.25; 80_000], 8_000)));
    layer.says(&mut phone, 0x55);
    assert!(phone.got.len() > 20 && phone.got.iter().all(|packet| packet.header.payload_type == 8));
    phone.press(&mut layer.engine, '7', 96);
    let events = layer.events();
    assert_eq!(events[0], ("a".into(), IntegrationEventKind::MediaBegan));
    assert_eq!(events[1], ("a".into(), IntegrationEventKind::PeerAt(address(1))));
    assert!(
        matches!(&events[2], (_, IntegrationEventKind::Digit(digit)) if digit.event.as_char() == '7'),
        "{events:?}"
    );

    // Held: nothing of the peer is taken, and music goes on. Then it offers anew, another codec at another place.
    let held = layer.media.hold("a").unwrap();
    done(&mut layer.engine, held);
    let state = session.state();
    let state = done(&mut layer.engine, state);
    assert_eq!((state.held_inward, state.held_outward), (true, false));
    let resumed = layer.media.resume("a").unwrap();
    done(&mut layer.engine, resumed);
    let offer = list(&["0 PCMU/8000"]);
    let changed =
        layer.media.answer_reoffer("a", &offer, |params| params.remote(address(2)).direction(Direction::SendOnly));
    let changed = changed.unwrap();
    assert_eq!(layer.media.description("a").unwrap(), &changed.description);
    done(&mut layer.engine, changed.applied);
    layer.engine.run_for(Duration::from_millis(300));
    let mut moved = Phone::new(2, &session, 0);
    moved.listen(&mut layer.engine.network);
    assert!(moved.got.len() > 10 && moved.got.iter().all(|packet| packet.header.payload_type == 0));

    let ended = layer.media.end("a").unwrap();
    assert!(done(&mut layer.engine, ended).packets_in > 20);
    assert_eq!(layer.events().last(), Some(&("a".into(), IntegrationEventKind::Ended)));
    assert!(layer.media.description("a").is_none());
    assert_eq!(layer.media.hold("a").unwrap_err(), Error::Session(SessionError::UnknownDialog("a".into())));
}

#[test]
fn what_we_offer_is_heard_before_the_answer_and_becomes_what_that_says() {
    let mut layer = Layer::new(4);
    let begun = layer.media.offer("b", |params| params.remote(address(1))).unwrap();
    assert!(begun.description.codecs.len() > 3 && begun.negotiated.is_none());
    let session = done(&mut layer.engine, begun.session);
    // Early media of any codec that was offered.
    let mut phone = Phone::new(1, &session, 8);
    layer.says(&mut phone, 0x55);
    let played = session.statistics();
    assert!(done(&mut layer.engine, played).played_packets > 20);
    let events = begun.description.codecs.iter().find(|codec| codec.name == CodecName::TelephoneEvent).unwrap();
    let answer = list(&["9 G722/8000", &format!("{} telephone-event/8000", events.payload_type)]);
    let taken = layer.media.accept_answer("b", &answer, |params| params.remote(address(1))).unwrap();
    done(&mut layer.engine, taken.applied);
    let params = session.params();
    let params = done(&mut layer.engine, params);
    assert_eq!((params.send.payload_type(), params.others.len()), (9, 0));
    // What we offer next is what is in use.
    assert_eq!(layer.media.description("b").unwrap().codecs.len(), 2);
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut layer = Layer::new(1);
    let strange = list(&["97 nobody/8000"]);
    assert!(matches!(
        layer.media.answer_offer("a", &strange, |params| params),
        Err(Error::Codec(CodecError::Negotiation(_)))
    ));
    assert!(layer.media.description("a").is_none(), "it has not begun");
    let offer = list(&["0 PCMU/8000"]);
    let begun = layer.media.answer_offer("a", &offer, |params| params.remote(address(1))).unwrap();
    done(&mut layer.engine, begun.session);
    let again = layer.media.answer_offer("a", &offer, |params| params).unwrap_err();
    assert_eq!(again, Error::Session(SessionError::DialogBegun("a".into())));
    assert!(matches!(
        layer.media.answer_reoffer("a", &strange, |params| params),
        Err(Error::Codec(CodecError::Negotiation(_)))
    ));
    assert_eq!(layer.media.description("a").unwrap().codecs.len(), 1);
    assert!(matches!(layer.media.accept_answer("c", &offer, |params| params), Err(Error::Session(_))));
    // The engine is full: told through the answer, and the name is free again.
    let full = layer.media.answer_offer("b", &offer, |params| params.remote(address(2))).unwrap();
    let full = layer.engine.complete(full.session).unwrap_err();
    assert!(matches!(full, Error::Session(SessionError::Capacity { .. })), "{full:?}");
    assert!(layer.media.description("b").is_none());
    assert_eq!(layer.media.hold("b").unwrap_err(), Error::Session(SessionError::UnknownDialog("b".into())));
    let gone = layer.media.end("a").unwrap();
    done(&mut layer.engine, gone);
    let begun = layer.media.answer_offer("b", &offer, |params| params.remote(address(2))).unwrap();
    done(&mut layer.engine, begun.session);
    let told: Vec<_> = layer.events().into_iter().map(|(dialog, kind)| format!("{dialog} {kind:?}")).collect();
    assert_eq!(told, ["a Ended"]);
}

/// What was asked for in vain is none of the dialog's: it is not asked for again with the next change.
#[test]
fn a_change_that_the_engine_refuses_is_taken_back() {
    let mut layer = Layer::new(1);
    let (pcm, wide) = (list(&["0 PCMU/8000"]), list(&["9 G722/8000"]));
    let begun = layer.media.answer_offer("a", &pcm, |params| params.remote(address(1))).unwrap();
    let session = done(&mut layer.engine, begun.session);
    let refused = layer.media.answer_reoffer("a", &wide, |mut params| {
        params.processing.compressor = CompressorParams::default().ratio(0.1).into();
        params
    });
    let refused = refused.unwrap();
    let held = layer.media.hold("a").unwrap();
    assert_eq!(layer.media.description("a").unwrap().codecs[0].payload_type, 9, "it is not answered yet");
    assert!(layer.engine.complete(refused.applied).is_err());
    let _ = layer.engine.complete(held);
    assert_eq!(layer.media.description("a").unwrap().codecs[0].payload_type, 0);
    let held = layer.media.hold("a").unwrap();
    done(&mut layer.engine, held);
    let params = session.params();
    let params = done(&mut layer.engine, params);
    assert_eq!(
        (params.send.payload_type(), params.direction, params.remote),
        (0, Direction::SendOnly, Some(address(1)))
    );
}

/// Whoever has only names asks by names, of sessions that others made too.
#[test]
fn sessions_of_dialogs_are_changed_and_ended_by_name() {
    let mut layer = Layer::new(2);
    let handle = layer.engine.handle();
    for media in [&handle as &dyn MediaSessionProvider, &layer.media] {
        let codecs = CodecManager::default();
        let ours = codecs.get_audio_capabilities();
        let offer = list(&["18 G729/8000"]);
        let negotiated = codecs.negotiate_media(&ours, &offer, media_core::codec::Role::Answerer).unwrap();
        let dialog = DialogId::new("x");
        let created = media.create_media_session(dialog.clone(), negotiated.params);
        let session = layer.engine.complete(created).unwrap();
        let changed =
            media.update_media_session(dialog.clone(), MediaSessionParams::new(media_core::AudioFormat::pcma()));
        layer.engine.complete(changed).unwrap();
        let params = session.params();
        assert_eq!(layer.engine.complete(params).unwrap().send.payload_type(), 8);
        let ended = media.destroy_media_session(dialog.clone());
        layer.engine.complete(ended).unwrap();
        let gone = media.destroy_media_session(dialog.clone());
        let unknown = Error::Session(SessionError::UnknownDialog(dialog.clone()));
        assert_eq!(layer.engine.complete(gone).unwrap_err(), unknown);
        let gone = media.update_media_session(dialog, MediaSessionParams::new(media_core::AudioFormat::pcma()));
        assert_eq!(layer.engine.complete(gone).unwrap_err(), unknown);
    }
}
