//! An update changes what it mentions, and drops nothing: through the handle, on virtual time.

mod support;

use media_core::buffer::JitterConfig;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::chain::ProcessingParams;
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, DiscontinuousTransmission, MediaSessionParams, RelayParams, SendCodec,
};
use media_core::types::SampleRate;
use support::phone::{address, connect, done};

#[test]
fn what_an_update_does_not_mention_stays() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 5).unwrap();
    let jitter = JitterConfig::new(8_000).min_delay_ms(40);
    let pauses = DiscontinuousTransmission::default().hangover_ms(400);
    let described = |format: AudioFormat| {
        MediaSessionParams::new(format).also(AudioFormat::g722()).comfort_noise(ComfortNoiseFormat::STATIC)
    };
    let made = described(AudioFormat::pcmu())
        .jitter(jitter)
        .discontinuous_transmission(pauses)
        .send_codec(SendCodec::FollowPeer)
        .relay(RelayParams::datagrams())
        .ssrc(77);
    let (session, _) = connect(&mut engine, 1, made.clone());
    let mut processing = ProcessingParams::default();
    processing.ns = NsParams::default().into();
    let pending = session.set_processing(processing.clone());
    done(&mut engine, pending);

    // As a renegotiation gives them.
    let pending = session.update(described(AudioFormat::pcma()));
    done(&mut engine, pending);
    let pending = session.params();
    let now = done(&mut engine, pending);
    assert_eq!(now.receive, AudioFormat::pcma());
    assert_eq!((now.remote, now.ssrc, now.send_codec), (Some(address(1)), Some(77), SendCodec::FollowPeer));
    assert_eq!((now.jitter, now.discontinuous_transmission), (jitter, Some(pauses)));
    assert_eq!((&now.processing, now.relays.len()), (&processing, 1));
    let pending = session.processing();
    assert_eq!(done(&mut engine, pending), processing, "and it runs");
    let pending = session.relays();
    assert_eq!(done(&mut engine, pending).len(), 1);

    // What is mentioned is changed: by the methods, or in what the session gave.
    let pending = session.update(described(AudioFormat::pcma()).without_relays().send_codec(SendCodec::First));
    done(&mut engine, pending);
    let pending = session.params();
    let mut now = done(&mut engine, pending);
    assert_eq!((now.relays.len(), now.send_codec), (0, SendCodec::First));
    assert_eq!(now.processing, processing);
    now.processing = ProcessingParams::default();
    now.discontinuous_transmission = None;
    let pending = session.update(now);
    done(&mut engine, pending);
    let pending = session.processing();
    assert!(done(&mut engine, pending).is_off());
    let pending = session.params();
    assert_eq!(done(&mut engine, pending).discontinuous_transmission, None);

    // Where pauses cannot be left out any more, they are sent; a codec that is gone is not chosen.
    let pending = session.update(described(AudioFormat::pcmu()).send_codec(SendCodec::PayloadType(9)));
    done(&mut engine, pending);
    let pending = session.update(MediaSessionParams::new(AudioFormat::pcmu()));
    done(&mut engine, pending);
    let pending = session.params();
    assert_eq!(done(&mut engine, pending).send_codec, SendCodec::First);

    // A session of samples stays one.
    let pending = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = done(&mut engine, pending);
    let pending = bot.update(MediaSessionParams::new(AudioFormat::pcmu()));
    done(&mut engine, pending);
    assert!(engine.stop());
}
