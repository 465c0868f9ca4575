//! How glitches are told: by events that do not flood, of sessions that are over, and as parts of one while they last.

use super::*;
use media_core::EventKind;
use media_core::quality::Filling;
use media_core::quality::GlitchDetail;

#[test]
fn events_are_told_where_they_are_asked_for_one_a_second_at_most() {
    let mut call = Call::usual();
    let events = call.engine.handle().subscribe();
    let told = |call: &mut Call| {
        for _ in 0..40 {
            call.tick(Fate::Lost);
            call.tick(Fate::Lost);
            call.run(80);
        }
        call.run(1_000);
        let events = std::iter::from_fn(|| events.try_next());
        let of = |kind| if let EventKind::Glitch { cause, more, .. } = kind { Some((cause, more)) } else { None };
        events.filter_map(|event| of(event.kind)).collect::<Vec<_>>()
    };
    call.run(1_000);
    assert_eq!(told(&mut call), [], "nobody asked");
    let pending = call.session.set_glitch_events(true);
    call.ask(pending);
    let glitches = told(&mut call);
    assert!((4..=6).contains(&glitches.len()), "{}", glitches.len());
    let all: u32 = glitches.iter().map(|(cause, more)| u32::from(*cause == GlitchCause::Lost) + more).sum();
    assert!((30..=40).contains(&all), "{all}");
    let pending = call.session.set_glitch_events(false);
    call.ask(pending);
    assert_eq!(told(&mut call), []);
}

#[test]
fn a_session_that_is_over_is_remembered() {
    let mut call = Call::usual();
    call.run(1_000);
    (0..4).for_each(|_| call.tick(Fate::Lost));
    call.run(1_000);
    let before = call.glitches();
    assert_eq!(before.total(), 1);
    let session = call.session.clone();
    let ended = session.destroy();
    call.ask(ended);
    let pending = session.glitches();
    assert_eq!(call.engine.complete(pending).unwrap(), before);
    // Beyond the last 256 it is forgotten.
    for n in 0..256 {
        let pending = call.engine.handle().create_media_session(&*format!("short-{n}"), fixed());
        let short = done(&mut call.engine, pending);
        let pending = short.destroy();
        done(&mut call.engine, pending);
    }
    let pending = session.glitches();
    assert!(call.engine.complete(pending).is_err());
}

#[test]
fn a_long_hole_is_one_glitch_that_fades_and_an_end_is_a_pause() {
    let mut call = Call::usual();
    call.run(2_000);
    (0..80).for_each(|_| call.tick(Fate::Lost));
    call.run(2_000);
    let glitches = call.glitches();
    let told: Vec<&Glitch> = glitches.iter().collect();
    let [glitch] = told[..] else { panic!("{told:?}") };
    assert_eq!((glitch.cause, glitch.length), (GlitchCause::Lost, Duration::from_millis(800)));
    assert!(matches!(glitch.detail, GlitchDetail::Packets { missing: 40, filling: Filling::Faded, .. }), "{glitch:?}");
    assert!(glitch.to_string().contains("40 packets lost by the network, concealed and faded"), "{glitch}");
    // Nothing comes any more.
    for _ in 0..300 {
        call.engine.tick();
    }
    let pending = call.session.glitches();
    assert_eq!(done(&mut call.engine, pending).count(GlitchCause::SenderPaused), 1);
}

#[test]
fn what_is_held_now_is_told_with_how_long_it_has_been() {
    let mut call = Call::usual();
    call.run(1_000);
    let pending = call.session.hold_outward();
    call.ask(pending);
    call.run(5_000);
    let glitches = call.glitches();
    let glitch = *glitches.iter().next().unwrap();
    assert_eq!(glitch.cause, GlitchCause::Held);
    assert!((glitch.length.as_millis() as u64).abs_diff(5_000) <= 30, "{glitch}");
}
