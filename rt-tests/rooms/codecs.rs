//! Boundary: members whose codecs change.

use crate::support::endpoint::{Endpoint, codec, tone};
use crate::support::phone::done;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::types::{Ptime, SampleRate};
use media_core::{AudioFormat, ConferenceParams, MediaEngineConfig, MediaSessionParams, MemberParams, MemberRole};

/// Who whispers, or speaks, goes on being heard in a codec of another rate, and a room without a fixed rate takes that.
#[test]
fn a_member_is_heard_in_the_codec_that_it_changes_to() {
    let fixed = ConferenceParams::new(SampleRate::Hz8000);
    let best = ConferenceParams::default();
    for (whispers, params) in [(true, fixed), (true, best), (false, fixed), (false, best)] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 2).unwrap();
        let ptime = Ptime::from_ms(20).unwrap();
        let mut coach = Endpoint::new(&mut engine, 1, &AudioFormat::pcmu(), ptime, ptime);
        let pending = engine.handle().create_media_session("agent", MediaSessionParams::pcm(SampleRate::Hz8000));
        let agent = done(&mut engine, pending);
        let (_says, mut hears) = agent.take_pcm().unwrap();
        let pending = engine.handle().create_conference(params);
        let room = done(&mut engine, pending);
        let role = if whispers { MemberRole::Whisper(vec![agent.id()]) } else { MemberRole::Speak };
        let pending = room.join(&agent);
        done(&mut engine, pending);
        let pending = room.join_as(&coach.session, MemberParams::default().role(role));
        done(&mut engine, pending);
        for format in [AudioFormat::pcmu(), AudioFormat::g722()] {
            if format != coach.format {
                let pending = coach.session.update(MediaSessionParams::new(format.clone()));
                done(&mut engine, pending);
                (coach.encoder, coach.decoder) = codec(&format, ptime);
                (coach.phone.next.payload_type, coach.said) = (format.payload_type(), 0);
            }
            coach.format = format.clone();
            let mut heard = Vec::new();
            for _ in 0..100 {
                let now = engine.now();
                coach.speak(&mut engine.network, now, tone(format.sample_rate()));
                engine.tick();
                let mut block = [0.0; 240];
                let samples = hears.read(&mut block);
                heard.extend_from_slice(&block[..samples]);
            }
            let end = &heard[heard.len() - 2_000..];
            let rms = (end.iter().map(|x| x * x).sum::<f32>() / 2_000.0).sqrt();
            assert!((rms - 0.177).abs() < 0.02, "whispers: {whispers}, {format}: {rms}");
        }
        let pending = room.statistics();
        assert_eq!(done(&mut engine, pending).rate, params.rate.unwrap_or(SampleRate::Hz16000));
    }
}
