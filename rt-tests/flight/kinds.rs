//! Every kind of leg and order that a replay knows, and those that it names because it does not.

use super::rig::{Talker, engine, flown, recording, talk};
use crate::support::phone::done;
use media_core::processing::{AgcParams, AgcStage, DtmfParams, NsParams, VadParams};
use media_core::{
    AudioFormat, ComfortNoiseFormat, DiscontinuousTransmission, Gain, MediaSessionParams, ProcessingParams, Prompt,
    RedundancyFormat, Replay, ReplayParams, SampleRate, SendCodec, TapSource, TelephoneEventFormat, VirtualEngine,
    WorkerId,
};

fn exact(engine: &mut VirtualEngine, talker: &Talker, name: &str) -> Replay {
    let (report, file) = flown(engine, &talker.session, name);
    assert!(report.from_the_start && report.lost == 0, "{report:?}");
    assert!(file.unknown().is_empty(), "{:?}", file.unknown());
    let replay = file.replay(&ReplayParams::default()).unwrap();
    assert!(replay.is_exact(), "{name}: {} of {}: {:?}", replay.same, replay.compared, replay.first_difference);
    assert!(replay.compared > 50, "{}", replay.compared);
    replay
}

fn pair(engine: &mut VirtualEngine, made: [(AudioFormat, MediaSessionParams); 2]) -> Vec<Talker> {
    let mut number = 0;
    let made = made.map(|(format, params)| {
        number += 1;
        Talker::new(engine, number, format, params)
    });
    let pending = engine.handle().bridge(&made[0].session, &made[1].session);
    done(engine, pending);
    made.into()
}

fn plain(format: AudioFormat) -> (AudioFormat, MediaSessionParams) {
    (format.clone(), MediaSessionParams::new(format))
}

#[test]
fn codecs_with_memory() {
    let mut engine = engine(recording());
    let mut call = pair(&mut engine, [plain(AudioFormat::g722()), plain(AudioFormat::g729())]);
    talk(&mut engine, &mut call, 3_000);
    exact(&mut engine, &call[0], "memory");
}

#[cfg(feature = "opus")]
#[test]
fn opus_and_its_settings() {
    use media_core::codec::audio::opus::OpusSettings;
    let mut engine = engine(recording());
    let opus = AudioFormat::opus().at(SampleRate::Hz16000).unwrap();
    let params =
        MediaSessionParams::new(opus.clone()).opus(OpusSettings::session().inband_fec(true).expected_loss_percent(10));
    let mut call = pair(&mut engine, [(opus, params), plain(AudioFormat::pcmu())]);
    talk(&mut engine, &mut call, 2_000);
    let pending = call[0].session.set_opus(OpusSettings::session().complexity(3));
    done(&mut engine, pending);
    talk(&mut engine, &mut call, 1_000);
    exact(&mut engine, &call[0], "opus");
}

#[test]
fn hold_mute_gain_digits_and_what_is_sent() {
    let mut engine = engine(recording());
    let events = TelephoneEventFormat::new(101, 8_000);
    let of = |format: AudioFormat| MediaSessionParams::new(format).telephone_events(events);
    let answered = of(AudioFormat::pcmu()).also(AudioFormat::g722()).redundancy(RedundancyFormat::new(97, 1));
    let described = of(AudioFormat::pcma())
        .comfort_noise(ComfortNoiseFormat::STATIC)
        .discontinuous_transmission(DiscontinuousTransmission::default());
    let mut call = pair(&mut engine, [(AudioFormat::pcmu(), answered), (AudioFormat::pcma(), described)]);
    talk(&mut engine, &mut call, 1_000);
    let (a, b) = (call[0].session.clone(), call[1].session.clone());
    let verbs = [
        a.hold_inward(),
        a.resume_inward(),
        b.mute(),
        b.unmute(),
        a.set_gain(Gain::linear(0.5).unwrap()),
        a.send_digits("12#", 80),
        b.set_metering(true),
        a.set_send_codec(SendCodec::PayloadType(9)),
        a.hold_outward(),
        a.resume_outward(),
        b.update(MediaSessionParams::new(AudioFormat::g722())),
    ];
    for pending in verbs {
        done(&mut engine, pending);
        talk(&mut engine, &mut call, 400);
    }
    exact(&mut engine, &call[0], "verbs");
}

#[test]
fn processing_as_it_changes() {
    let mut engine = engine(recording());
    let mut call = pair(&mut engine, [plain(AudioFormat::pcmu()), plain(AudioFormat::g722())]);
    let mut params = ProcessingParams::default();
    params.ns = NsParams::default().into();
    params.vad = VadParams::default().into();
    params.tones = DtmfParams::default().into();
    for agc in [false, true] {
        if agc {
            params.agc = AgcStage::default().params(AgcParams::default()).into();
        }
        let pending = call[0].session.set_processing(params.clone());
        done(&mut engine, pending);
        talk(&mut engine, &mut call, 1_000);
    }
    let pending = call[0].session.set_processing(ProcessingParams::default());
    done(&mut engine, pending);
    talk(&mut engine, &mut call, 500);
    exact(&mut engine, &call[1], "processing");
}

#[test]
fn a_room_whose_members_come_and_go() {
    let mut engine = engine(recording());
    let pending = engine.handle().create_conference(SampleRate::Hz16000);
    let room = done(&mut engine, pending);
    let formats = [AudioFormat::pcmu(), AudioFormat::pcma(), AudioFormat::g722()];
    let mut members: Vec<Talker> = Vec::new();
    for (number, format) in (1..).zip(formats) {
        let member = Talker::new(&mut engine, number, format.clone(), MediaSessionParams::new(format));
        let pending = room.join(&member.session);
        done(&mut engine, pending);
        members.push(member);
        talk(&mut engine, &mut members, 700);
    }
    let pending = room.set_gain(&members[1].session, Gain::linear(0.3).unwrap());
    done(&mut engine, pending);
    let pending = room.leave(&members[2].session);
    done(&mut engine, pending);
    talk(&mut engine, &mut members, 700);
    let (_, file) = flown(&mut engine, &members[0].session, "room");
    let replay = file.replay(&ReplayParams::default()).unwrap();
    let shared = file.unknown().iter().all(|order| order.what.contains("shares"));
    assert!(shared && replay.legs.len() == 3, "{:?}", file.unknown());
    // Who has an encoder of its own to share with others sends what it would have alone.
    assert!(replay.is_exact(), "{} of {}: {:?}", replay.same, replay.compared, replay.first_difference);
}

#[test]
fn samples_and_taps() {
    let mut engine = engine(recording());
    let pending = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz16000));
    let bot = done(&mut engine, pending);
    let (mut says, mut hears) = bot.take_pcm().unwrap();
    let mut call = vec![Talker::new(&mut engine, 1, AudioFormat::pcmu(), MediaSessionParams::new(AudioFormat::pcmu()))];
    let pending = engine.handle().bridge(&bot, &call[0].session);
    done(&mut engine, pending);
    let pending = call[0].session.tap_of(TapSource::Mixed);
    let _tap = done(&mut engine, pending);
    let mut heard = Vec::new();
    for n in 0..100_u32 {
        let wave = |k: u32| ((n * 320 + k) as f32 * 0.05).sin() * 0.3;
        if n % 17 != 3 {
            says.write(&(0..320).map(wave).collect::<Vec<_>>());
        }
        talk(&mut engine, &mut call, 20);
        let mut samples = [0.0; 640];
        let read = hears.read(&mut samples);
        heard.extend_from_slice(&samples[..read]);
    }
    let replay = exact(&mut engine, &call[0], "samples");
    let (rate, said) = replay.legs[0].heard();
    assert_eq!(rate, SampleRate::Hz16000);
    assert!(heard.len() > 16_000 && said.ends_with(&heard[heard.len() - 8_000..]), "what the bot heard is heard again");
}

#[test]
fn a_leg_that_moves_to_another_worker() {
    let mut engine = engine(recording().workers(2_usize));
    let mut call: Vec<Talker> = (1..=2)
        .map(|n| Talker::new(&mut engine, n, AudioFormat::pcmu(), MediaSessionParams::new(AudioFormat::pcmu())))
        .collect();
    talk(&mut engine, &mut call, 500);
    let pending = call[0].session.move_to(WorkerId(1));
    done(&mut engine, pending);
    talk(&mut engine, &mut call, 500);
    let pending = engine.handle().bridge(&call[0].session, &call[1].session);
    done(&mut engine, pending);
    talk(&mut engine, &mut call, 1_500);
    exact(&mut engine, &call[1], "moves");
}

#[test]
fn prompts_are_named() {
    let mut engine = engine(recording());
    let mut call = pair(&mut engine, [plain(AudioFormat::pcmu()), plain(AudioFormat::pcma())]);
    let pending = call[0].session.play(Prompt::samples(vec![0.1; 8_000], 8_000));
    let _playback = done(&mut engine, pending);
    talk(&mut engine, &mut call, 1_000);
    let (_, file) = flown(&mut engine, &call[0].session, "prompts");
    let unknown = file.unknown();
    assert!(unknown.len() == 1 && unknown[0].what == "prompts", "{unknown:?}");
    let replay = file.replay(&ReplayParams::default()).unwrap();
    assert!(!replay.is_exact() && replay.orders.iter().any(|order| order.what.contains("not replayed")));
}

#[test]
fn a_call_that_began_before_is_found_again() {
    let mut engine = engine(recording().flight_seconds(4_u32));
    let mut call = pair(&mut engine, [plain(AudioFormat::pcmu()), plain(AudioFormat::pcma())]);
    talk(&mut engine, &mut call, 12_000);
    let (report, file) = flown(&mut engine, &call[0].session, "late");
    assert!(!report.from_the_start && report.legs == 2, "{report:?}");
    let replay = file.replay(&ReplayParams::default()).unwrap();
    assert!(
        !replay.is_exact() && replay.same > 50,
        "{} of {}: {:?}",
        replay.same,
        replay.compared,
        replay.last_difference
    );
}
