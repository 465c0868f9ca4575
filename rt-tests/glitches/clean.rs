//! An hour in which nothing is wrong: digits, hold and resume, pauses that are told, both ways.

use super::*;
use media_core::codec::audio::dtmf::{EventClock, EventSender, TelephoneEvent};
use media_core::rtp::RtpHeader;
use media_core::session::{ComfortNoiseFormat, TelephoneEventFormat};

impl Call {
    /// A packet of the first phone that is no audio.
    fn beside(&mut self, payload_type: u8, payload: &[u8]) {
        let (now, phone) = (self.engine.now(), &mut self.phones[0]);
        phone.post(&mut self.engine.network, now, RtpHeader { payload_type, marker: false, ..phone.next }, payload);
        phone.next.sequence = phone.next.sequence.wrapping_add(1);
    }
}

/// Half a second of a key, told by telephone events in place of audio.
fn press(call: &mut Call) {
    let mut sender = EventSender::new(EventClock::new(8_000), 20);
    sender.send(TelephoneEvent::from_char('5').unwrap(), 500, 10).unwrap();
    call.ticks += call.ticks % 2;
    let begun = call.phones[0].next.timestamp;
    for n in 0..30 {
        let Some(packet) = sender.poll(begun + 160 * n) else { break };
        let time = std::mem::replace(&mut call.phones[0].next.timestamp, packet.timestamp);
        call.beside(101, &packet.payload);
        call.phones[0].next.timestamp = time;
        (0..2).for_each(|_| call.tick(Fate::None));
    }
}

fn hour(other: MediaSessionParams) {
    let agreed = |params: MediaSessionParams| {
        params.comfort_noise(ComfortNoiseFormat::STATIC).telephone_events(TelephoneEventFormat::new(101, 8_000))
    };
    let params = agreed(MediaSessionParams::new(AudioFormat::pcmu()));
    let mut call = Call::new(params, agreed(other));
    let mut holds = 0;
    for minute in 0..60_u64 {
        call.run(20_000 + 20 * (minute % 7));
        press(&mut call);
        call.run(8_000);
        // A pause of the phone's, described (RFC 3389), in which it says now and then that it goes on.
        for second in 0..5 {
            if second % 2 == 0 {
                call.beside(13, &[60]);
            }
            (0..100).for_each(|_| call.tick(Fate::None));
        }
        call.phones[0].next.marker = true;
        call.run(10_000);
        if minute % 3 == 0 {
            let pending = call.session.hold_inward();
            call.ask(pending);
            let pending = call.session.hold_outward();
            call.ask(pending);
            call.run(4_000);
            let pending = call.session.resume_inward();
            call.ask(pending);
            let pending = call.session.resume_outward();
            call.ask(pending);
            holds += 2;
        }
        call.run(10_000);
    }
    call.run(2_000);
    let pending = call.other.glitches();
    let (glitches, other) = (call.glitches(), call.ask(pending));
    glitches
        .iter()
        .chain(other.iter())
        .filter(|glitch| glitch.cause != GlitchCause::Held)
        .for_each(|g| println!("{g}"));
    // Hold is what it is, and is nothing else.
    assert_eq!((glitches.count(GlitchCause::Held), glitches.total()), (holds, holds));
    assert_eq!(other.total(), 0);
}

#[test]
fn a_clean_hour_decoded_tells_of_nothing_but_its_holds() {
    hour(MediaSessionParams::new(AudioFormat::pcma()));
}

#[test]
fn a_clean_hour_passed_on_tells_of_nothing_but_its_holds() {
    hour(MediaSessionParams::new(AudioFormat::pcmu()));
}
