//! What is played to who is recorded is in the file, as its party hears it, and in no other's.

use media_core::types::SampleRate;
use media_core::{ConferenceParams, Gain, MediaSessionHandle, Prompt, RecordChannels, RecordParams};
use std::time::Duration;

use crate::rig::{Rig, between, is_level, read};

const SECOND: Duration = Duration::from_secs(1);

fn stereo(name: &str) -> RecordParams {
    RecordParams::new(name).channels(RecordChannels::Stereo)
}

/// A prompt of one second, all of one level.
fn prompt(level: f32) -> Prompt {
    Prompt::samples(vec![level; 16_000], 16_000)
}

/// Plays a prompt, and waits until it is over; when it sounded, in seconds from `begun`.
fn play(rig: &mut Rig, session: &MediaSessionHandle, prompt: Prompt, begun: u64) -> f64 {
    let pending = session.play(prompt);
    rig.ask(pending).unwrap();
    let at = (rig.engine.number().0 - begun) as f64 / 100.0;
    rig.run(2 * SECOND);
    at
}

/// On whichever worker, to whomever it is connected, in place of the partner, beside him, and where there is none.
#[test]
fn a_prompt_to_who_is_recorded_is_in_the_file_as_the_party_hears_it() {
    for workers in [1, 3] {
        let mut rig = Rig::new(&format!("prompted-{workers}"), workers);
        let a = rig.bot("a", SampleRate::Hz16000, 0.125);
        let b = rig.bot("b", SampleRate::Hz8000, -0.25);
        let files = [
            a.record(stereo("a.wav")),
            a.record(RecordParams::new("mixed.wav")),
            a.record(RecordParams::new("heard.wav").channels(RecordChannels::Heard).rate(SampleRate::Hz8000)),
            b.record(stereo("b.wav")),
        ];
        let files = files.map(|pending| rig.ask(pending).unwrap());
        let begun = rig.engine.number().0;
        rig.run(SECOND);
        let mut played = vec![(play(&mut rig, &a, prompt(0.5), begun), 0.5, 0.0, 0.125)];
        let pending = rig.engine.handle().bridge(&a, &b);
        rig.ask(pending).unwrap();
        rig.run(SECOND);
        played.push((play(&mut rig, &a, prompt(0.5), begun), 0.5, -0.25, 0.125));
        let beside = prompt(0.5).beside(Gain::linear(0.5).unwrap());
        played.push((play(&mut rig, &a, beside, begun), 0.375, -0.25, 0.125));
        let files = files.map(|recording| rig.ask(recording.stop()).unwrap());
        let all = files.map(|file| read(&file.path).1);
        let what = |n: usize, channel: usize, rate: u32, at: f64| {
            let channel = &all[n][channel];
            [between(channel, rate, at + 0.1, at + 0.9), between(channel, rate, at + 1.2, at + 1.8)]
                .map(<[f32]>::to_vec)
        };
        for (at, during, after, own) in played {
            for (n, channel, rate, expected) in [
                (0, 0, 16_000, [own, own]),
                (0, 1, 16_000, [during, after]),
                (1, 0, 16_000, [own + during, own + after]),
                (2, 0, 8_000, [during, after]),
                (3, 0, 8_000, [-0.25, -0.25]),
            ] {
                for (heard, expected) in what(n, channel, rate, at).iter().zip(expected) {
                    assert!(is_level(heard, expected), "file {n}.{channel} at {at} s: {expected}, {:?}", &heard[..4]);
                }
            }
        }
        // All of it, and no more.
        let whole = all[0][1].iter().filter(|x| (**x - 0.5).abs() < 0.002).count();
        assert!((2 * 16_000 - 640..=2 * 16_000 + 640).contains(&whole), "{whole}");
        assert!(all[3][1].iter().all(|x| *x < 0.2), "what is played to a is not what b hears");
        assert!(rig.engine.stop());
    }
}

/// Each member on a media thread of its own: what is played to the room is in all files, what is played to one in that one's.
#[test]
fn prompts_to_a_room_over_several_threads_and_to_one_of_its_members() {
    let mut rig = Rig::new("prompted-room", 3);
    let members = [("a", 0.1), ("b", 0.2), ("c", 0.3)].map(|(name, level)| rig.bot(name, SampleRate::Hz16000, level));
    let params = ConferenceParams::new(SampleRate::Hz16000).members_per_worker(1usize);
    let pending = rig.engine.handle().create_conference(params);
    let room = rig.ask(pending).unwrap();
    for member in &members {
        rig.ask(room.join(member)).unwrap();
    }
    let of_room = rig.ask(room.record(RecordParams::new("room.wav"))).unwrap();
    let of_members = [0, 1, 2].map(|n| members[n].record(stereo(&format!("{n}.wav"))));
    let of_members = of_members.map(|pending| rig.ask(pending).unwrap());
    let begun = rig.engine.number().0;
    rig.run(SECOND);
    let pending = room.play(prompt(-0.5));
    rig.ask(pending).unwrap();
    let to_room = (rig.engine.number().0 - begun) as f64 / 100.0;
    rig.run(2 * SECOND);
    let to_one = play(&mut rig, &members[1], prompt(0.75), begun);
    let room_file = rig.ask(of_room.stop()).unwrap();
    let files = of_members.map(|recording| rig.ask(recording.stop()).unwrap());
    let all = read(&room_file.path).1.remove(0);
    let during = |at: f64| (at + 0.2, at + 0.8);
    for (at, level) in [(to_room, 0.1), (to_room + 1.1, 0.6), (to_one, 0.6)] {
        let (from, to) = during(at);
        let heard = between(&all, 16_000, from, to);
        assert!(is_level(heard, level), "the room at {at} s: {level}, {:?}", &heard[..4]);
    }
    for (n, (others, file)) in [0.5, 0.4, 0.3].into_iter().zip(&files).enumerate() {
        let heard = read(&file.path).1.remove(1);
        let alone = if n == 1 { 0.75 } else { others };
        for (at, level) in [(to_room, others - 0.5), (to_room + 1.1, others), (to_one, alone), (to_one + 1.1, others)] {
            let (from, to) = during(at);
            let heard = between(&heard, 16_000, from, to);
            assert!(is_level(heard, level), "member {n} at {at} s: {level}, {:?}", &heard[..4]);
        }
    }
    assert!(rig.engine.stop());
}
