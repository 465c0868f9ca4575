//! What ends a prompt unasked: a digit, or its listener's voice, where it is to.

use super::*;
use media_core::processing::VadParams;
use media_core::session::TelephoneEventFormat;
use media_core::{MediaSessionParams, ProcessingParams};

const EVENTS: u8 = 101;

fn call() -> Call {
    let events = TelephoneEventFormat::new(EVENTS, 8_000);
    let params = MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(events);
    Call::with(MediaEngineConfig::default().max_sessions(8usize), params)
}

fn prompt(seed: u64) -> Prompt {
    Prompt::samples(noise(16_000, seed), 8_000)
}

/// The phone presses 5 for 100 ms.
fn press(call: &mut Call) {
    call.phone.press(&mut call.engine, '5', EVENTS);
    call.run(0);
}

#[test]
fn a_digit_ends_a_prompt_that_is_to_end_then_and_those_behind_it_that_are() {
    let _alone = alone();
    let mut call = call();
    let first = call.play(prompt(1).interrupted_by_digit());
    for next in [prompt(2).interrupted_by_digit(), prompt(3), prompt(4).interrupted_by_digit()] {
        let pending = call.session.play_next(next);
        call.done(pending);
    }
    call.run(500);
    let before = call.phone.heard().len();
    press(&mut call);
    call.run(200);
    let (ends, heard) = (call.ends(), call.phone.heard());
    let why: Vec<_> = ends.iter().map(|report| report.end).collect();
    assert_eq!((why, ends[0].playback), (vec![PlaybackEnd::InterruptedByDigit; 2], first.id()));
    // Within two blocks of its first packet, beside what a packet was to be filled with; and at that sample.
    let at = ends[0].samples as usize;
    assert!((before..=before + 320).contains(&at), "{before} {at}");
    assert_eq!(heard[..at - 80], mu_law(&noise(16_000, 1)[..at - 80]));
    assert_eq!(heard[at..at + 1_600], mu_law(&noise(16_000, 3)[..1_600]), "the next that goes on");
    // That one does not end by digits, nor does what waits behind it.
    press(&mut call);
    assert_eq!(call.ends().len(), 2);
    call.end();
}

#[test]
fn a_voice_ends_a_prompt_that_is_to_end_then_and_no_other() {
    let _alone = alone();
    let speech = mu_law(&support::speech::voice(1, 1.0));
    let speech: Vec<Vec<u8>> = speech.chunks_exact(160).map(<[u8]>::to_vec).collect();
    let silence = vec![vec![0xff; 160]; 40];
    for ends in [true, false] {
        let mut call = call();
        let refused = call.session.play(prompt(1).interrupted_by_speech());
        let deaf = PlaybackError::NoVoiceDetector(call.session.id());
        assert_eq!(call.engine.complete(refused).map(|_| ()).unwrap_err(), deaf.into());
        let mut processing = ProcessingParams::default();
        processing.vad = VadParams::default().into();
        let pending = call.session.set_processing(processing);
        call.done(pending);
        call.play(if ends { prompt(1).interrupted_by_speech() } else { prompt(1) });
        // A line that is never without packets, as phones' are.
        for packet in silence.iter().chain(&speech) {
            let now = call.engine.now();
            call.phone.send(&mut call.engine.network, now, packet);
            call.run(20);
        }
        let why = call.ends().iter().any(|report| report.end == PlaybackEnd::InterruptedBySpeech);
        let voice = call.told.contains(&EventKind::VoiceBegan);
        assert_eq!((why, voice), (ends, true), "{:?}", call.told);
        call.end();
    }
}

/// In a room that is any member's.
#[test]
fn a_members_digit_ends_what_its_room_hears() {
    let _alone = alone();
    let mut call = call();
    let created = call.engine.handle().create_conference(SampleRate::Hz8000);
    let room = call.done(created);
    let joined = room.join(&call.session);
    call.done(joined);
    for (prompt, ends) in [(prompt(1), false), (prompt(2).interrupted_by_digit(), true)] {
        let played = room.play(prompt);
        call.done(played);
        call.run(300);
        call.told.clear();
        press(&mut call);
        let ended = call.ends().iter().any(|report| report.end == PlaybackEnd::InterruptedByDigit);
        assert_eq!(ended, ends, "{:?}", call.told);
    }
    call.end();
}
