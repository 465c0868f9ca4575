//! Real-time: digits in a conference: tones for the others, which take the place of nothing.

use super::*;

#[test]
fn in_a_room_a_digit_is_heard_beside_the_others_by_whatever_was_negotiated() {
    let _alone = alone();
    let mut engine = engine();
    let mut presser = Phone::new(&mut engine, 1, &AudioFormat::pcmu(), true);
    let mut plain = Phone::new(&mut engine, 2, &AudioFormat::pcma(), false);
    let mut modern = Phone::new(&mut engine, 3, &AudioFormat::g722(), true);
    let pending = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = done(&mut engine, pending);
    let pending = engine.handle().create_conference(SampleRate::Hz16000);
    let room = done(&mut engine, pending);
    for member in [&presser.end.session, &plain.end.session, &modern.end.session, &bot] {
        let pending = room.join(member);
        done(&mut engine, pending);
    }
    let (_says, mut hears) = bot.take_pcm().unwrap();
    let mut bot_heard = Vec::new();
    for (n, ms) in [(0, 300), (1, 3_000), (2, 1_000)] {
        if n == 2 {
            let pending = room.mute(&presser.end.session);
            done(&mut engine, pending);
        }
        let before = trap::counts();
        if n == 1 {
            "159#".chars().for_each(|digit| presser.press(digit, 100));
        }
        // Who is muted in the room is told of, and not heard.
        if n == 2 {
            presser.press('7', 100);
        }
        // Nobody speaks while digits are pressed: the room is silent but for them, and for that they need no audio.
        let until = engine.now() + Duration::from_millis(ms);
        while engine.now() < until {
            presser.step(&mut engine, if n == 0 { Some(hum) } else { None });
            engine.tick();
            [&mut presser, &mut plain, &mut modern].into_iter().for_each(|phone| phone.listen(&mut engine));
            let mut samples = [0.0; 240];
            let count = hears.read(&mut samples);
            bot_heard.extend_from_slice(&samples[..count]);
        }
        assert_eq!(trap::counts().since(before), Counts::default());
    }
    let heard = plain.tones();
    for heard in [heard, modern.tones()] {
        assert_eq!(text(&heard), "159#", "{heard:?}");
        assert!(heard.iter().all(|(_, ms)| (94..=126).contains(ms)), "{heard:?}");
    }
    assert_eq!(text(&tones(&bot_heard, SampleRate::Hz8000)), "159#");
    // An event would take the place of what else it hears, also for who negotiated them.
    assert_eq!((presser.tones(), plain.events.len(), modern.events.len()), (Vec::new(), 0, 0));
    assert_eq!(text(&presser.told(&mut engine)), "159#7");
    assert!(engine.stop());
}
