//! Real-time: digits in a conference, for each member in its own way.

use super::*;

#[test]
fn in_a_room_each_member_gets_digits_in_its_own_way() {
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
    for (n, ms) in [(0, 300), (1, 3_000)] {
        let before = trap::counts();
        if n == 1 {
            "159#".chars().for_each(|digit| presser.press(digit, 100));
        }
        // Nobody speaks: the room is silent but for the digits, and for that they need no audio.
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
    assert_eq!((text(&heard), text(&modern.events)), ("159#".to_owned(), "159#".to_owned()), "{heard:?}");
    assert!(heard.iter().all(|(_, ms)| (94..=126).contains(ms)), "{heard:?}");
    assert_eq!(text(&tones(&bot_heard, SampleRate::Hz8000)), "159#");
    assert_eq!((modern.tones(), presser.tones(), plain.events.len()), (Vec::new(), Vec::new(), 0));
    assert_eq!(text(&presser.told(&mut engine)), "159#");
    assert!(engine.stop());
}
