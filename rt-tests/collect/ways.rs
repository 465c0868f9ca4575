//! Keys that come by events, by tones, by both: each press is one digit.

use super::*;
use media_core::ProcessingParams;
use media_core::processing::DtmfParams;

#[test]
fn digits_are_collected_whichever_way_they_come_and_each_press_once() {
    let _alone = alone();
    // Events negotiated; none, so that tones are listened for; both, with events and the tone in the audio.
    for (events, by) in [(true, Keys::Events), (false, Keys::Tones), (true, Keys::Both)] {
        let mut call = Call::new(events);
        if by == Keys::Both {
            let mut processing = ProcessingParams::default();
            processing.tones = DtmfParams::default().into();
            let pending = call.session.set_processing(processing);
            call.done(pending);
        }
        let (collection, _) = call.collect(CollectParams::new(6).terminators("#"));
        call.type_in("1122*#", by);
        let (digits, end, _) = call.one(&collection);
        assert_eq!((digits.as_str(), end), ("1122*", terminator('#')), "{by:?}");
        assert_eq!(call.left(), "", "{by:?}: they are the collection's");
        // Each digit was told one by one as well, before.
        let told: Vec<_> = call.told.iter().map(|event| event.kind).collect();
        let digits = told.iter().filter(|kind| matches!(kind, EventKind::Digit(_))).count();
        let last = told.iter().rposition(|kind| matches!(kind, EventKind::Digit(_))).unwrap();
        let over = told.iter().position(|kind| matches!(kind, EventKind::Collected { .. })).unwrap();
        assert!(digits == 6 && over > last, "{by:?}: {told:?}");
        call.end();
    }
}

/// Twin: who negotiated events is not listened to for tones unless that is asked for.
#[test]
fn tones_are_listened_for_by_itself_only_where_there_are_no_events() {
    let _alone = alone();
    let mut call = Call::new(true);
    let (collection, _) = call.collect(CollectParams::new(2).first_digit_timeout(ms(1_000)));
    call.type_in("1234", Keys::Tones);
    call.run(200);
    let (digits, end, _) = call.one(&collection);
    assert_eq!((digits.as_str(), end), ("", CollectEnd::FirstDigitTimeout));
    call.end();
}

#[test]
fn what_listens_goes_when_the_collection_is_over_and_settings_stay_as_they_were() {
    let _alone = alone();
    let mut call = Call::new(false);
    let asked = call.session.params();
    let asked = call.done(asked);
    let (collection, _) = call.collect(CollectParams::new(1));
    let runs = call.session.processing();
    assert!(!call.done(runs).tones.is_off());
    call.type_in("7", Keys::Tones);
    assert_eq!(call.one(&collection).0, "7");
    let (runs, after) = (call.session.processing(), call.session.params());
    assert!(call.done(runs).tones.is_off());
    assert_eq!(call.done(after), asked);
    call.type_in("8", Keys::Tones);
    assert_eq!(call.left(), "", "nobody listens");
    // An update while it collects keeps listening; one that brings events needs it no more.
    call.collect(CollectParams::new(3));
    let update = call.session.update(params(false));
    call.done(update);
    call.type_in("1", Keys::Tones);
    let update = call.session.update(params(true));
    call.done(update);
    let runs = call.session.processing();
    assert!(call.done(runs).tones.is_off());
    call.type_in("23", Keys::Events);
    assert_eq!(
        call.collected().last().map(|(_, digits, end, _)| (digits.clone(), *end)),
        Some(("123".into(), CollectEnd::Complete))
    );
    call.end();
}

#[test]
fn a_bot_that_speaks_tones_is_collected_from_and_listening_goes_along_to_another_worker() {
    let _alone = alone();
    let mut call = Call::new(true);
    let bot = call.engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz16000));
    let bot = call.done(bot);
    let (mut says, _hears) = bot.take_pcm().unwrap();
    let pending = bot.collect(CollectParams::new(4));
    let collection = call.done(pending);
    let mut sounds = DtmfGenerator::new(SampleRate::Hz16000);
    for (n, key) in "90AD".bytes().enumerate() {
        if n == 2 {
            let at = bot.worker();
            let at = call.done(at);
            let moved = bot.move_to(media_core::WorkerId(1 - at.0));
            call.done(moved);
        }
        for n in 0..20 {
            let mut block = [0.0; 160];
            sounds.add(&mut block, (n < 10).then_some(key), 0.0);
            says.write(&block);
            call.run(10);
        }
    }
    let (digits, end, _) = call.one(&collection);
    assert_eq!((digits.as_str(), end), ("90AD", CollectEnd::Complete));
    call.end();
}

/// In a bridge whose payloads pass undecoded: they are decoded while tones are listened for, and pass again afterwards.
#[test]
fn what_passes_through_a_bridge_is_listened_to_meanwhile() {
    let _alone = alone();
    let mut call = Call::new(false);
    let (other, mut second) = support::phone::pcmu(&mut call.engine, 2);
    let bridged = call.engine.handle().bridge(&call.session, &other);
    call.done(bridged);
    // µ-law octets that no encoder of ours gives (negative zero): they come out only if nobody decodes them.
    let mut passes = |call: &mut Call| {
        for _ in 0..400 {
            let now = call.engine.now();
            call.phone.send(&mut call.engine.network, now, &[0x7f; 160]);
            call.run(20);
            second.listen(&mut call.engine.network);
        }
        let last = std::mem::take(&mut second.got).pop().expect("a packet");
        last.payload == [0x7f; 160]
    };
    assert!(passes(&mut call));
    let (collection, _) = call.collect(CollectParams::new(2).first_digit_timeout(ms(20_000)));
    assert!(!passes(&mut call));
    call.type_in("31", Keys::Tones);
    assert_eq!(call.one(&collection).0, "31");
    assert!(passes(&mut call));
    call.end();
}
