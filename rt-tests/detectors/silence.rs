//! Silence, by the clock: of a quiet line, of comfort noise, on hold, of nothing that comes; once each, with its length.

use super::*;
use media_core::codec::audio::comfort_noise::ComfortNoise;
use media_core::error::{Error, SessionError};
use media_core::rtp::RtpHeader;
use media_core::session::ComfortNoiseFormat;
use media_core::{Decibels, SilenceParams};
use support::phone::{Phone, connect};

struct Call {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    events: Events,
    began: Counts,
    at: u32,
}

/// What a phone sends for 20 ms.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    /// A hum of that amplitude.
    Hum(f32),
    /// A description of noise at -30 dBov, and nothing more until it speaks.
    Noise,
    Nothing,
}

impl Call {
    fn new() -> Self {
        let config = MediaEngineConfig::default().max_sessions(8usize).workers(2);
        let mut engine = VirtualEngine::new(config, 3).unwrap();
        let events = engine.handle().subscribe();
        let params = MediaSessionParams::new(AudioFormat::pcmu()).comfort_noise(ComfortNoiseFormat::STATIC);
        let (session, phone) = connect(&mut engine, 1, params);
        Self { engine, session, phone, events, began: trap::counts(), at: 0 }
    }

    fn detect(&mut self, params: impl Into<Option<SilenceParams>>) {
        let pending = self.session.set_silence_detection(params.into());
        done(&mut self.engine, pending);
    }

    fn say(&mut self, says: Says, time: u64) {
        for n in 0..time / 20 {
            let now = self.engine.now();
            match says {
                Says::Hum(level) => {
                    let at = self.at;
                    let pcm: Vec<f32> =
                        (at..at + 160).map(|n| level * sine(300.0, f64::from(n) / 8_000.0) as f32).collect();
                    let mut octets = [0; 160];
                    use media_core::codec::{AudioEncoder, G711Encoder, Law};
                    G711Encoder::new(Law::Mu).encode_into(&pcm, &mut octets).unwrap();
                    self.phone.send(&mut self.engine.network, now, &octets);
                }
                Says::Noise if n == 0 => {
                    let mut payload = [0; 16];
                    let length = ComfortNoise::new(Decibels(-30.0), &[]).write(&mut payload).unwrap();
                    let header = RtpHeader { payload_type: 13, marker: false, ..self.phone.next };
                    self.phone.post(&mut self.engine.network, now, header, &payload[..length]);
                    self.phone.next.sequence = self.phone.next.sequence.wrapping_add(1);
                    self.phone.next.timestamp += 160;
                    self.phone.next.marker = true;
                }
                Says::Noise | Says::Nothing => self.phone.next.timestamp += 160,
            }
            self.at += 160;
            self.engine.run_for(ms(20));
        }
    }

    /// Silences that were told: begun after so many ms, ended after so many.
    fn told(&mut self) -> Vec<(bool, u64)> {
        let of = |kind| match kind {
            EventKind::Silence { lasted } => Some((false, lasted.as_millis() as u64)),
            EventKind::SilenceEnded { lasted } => Some((true, lasted.as_millis() as u64)),
            _ => None,
        };
        std::iter::from_fn(|| self.events.try_next()).filter_map(|event| of(event.kind)).collect()
    }

    fn end(self) {
        assert!(self.engine.stop());
        assert_eq!(trap::counts().since(self.began), Counts::default());
    }
}

fn one_second() -> SilenceParams {
    SilenceParams::new(ms(1_000))
}

#[test]
fn each_silence_is_told_once_and_its_length_when_it_ends() {
    let _alone = alone();
    for quiet in [Says::Hum(0.0), Says::Hum(0.003), Says::Noise, Says::Nothing] {
        let mut call = Call::new();
        call.say(Says::Hum(0.2), 600);
        call.detect(one_second());
        call.say(Says::Hum(0.2), 400);
        assert_eq!(call.told(), []);
        // Shorter than that is none; then two that are long enough.
        for length in [800, 3_000, 1_600] {
            call.say(quiet, length);
            call.say(Says::Hum(0.2), 600);
            let told = call.told();
            match length {
                800 => assert_eq!(told, [], "{quiet:?}"),
                _ => {
                    let [(false, 1_000), (true, lasted)] = told[..] else { panic!("{quiet:?}: {told:?}") };
                    // Playout is smoothed: what is concealed at the begin still sounds, and the delay may change.
                    assert!(lasted.abs_diff(length) <= 200, "{quiet:?}: {lasted} of {length}");
                }
            }
        }
        call.end();
    }
}

#[test]
fn hold_is_silence_and_a_call_that_nobody_speaks_in_is_silent_from_the_first_on() {
    let _alone = alone();
    let mut call = Call::new();
    call.detect(one_second());
    call.say(Says::Nothing, 980);
    assert_eq!(call.told(), []);
    call.say(Says::Nothing, 5_000);
    assert_eq!(call.told(), [(false, 1_000)]);
    call.say(Says::Hum(0.2), 600);
    assert!(matches!(call.told()[..], [(true, 5_900..=6_200)]));
    let held = call.session.hold_inward();
    done(&mut call.engine, held);
    call.say(Says::Hum(0.2), 2_000);
    assert_eq!(call.told(), [(false, 1_000)]);
    let resumed = call.session.resume_inward();
    done(&mut call.engine, resumed);
    call.say(Says::Hum(0.2), 600);
    assert!(matches!(call.told()[..], [(true, 1_900..=2_200)]));
    // A mute is not the party's silence.
    let muted = call.session.mute();
    done(&mut call.engine, muted);
    call.say(Says::Hum(0.2), 3_000);
    assert_eq!(call.told(), []);
    call.end();
}

#[test]
fn it_goes_along_to_another_worker_and_ends_when_it_is_switched_off() {
    let _alone = alone();
    let mut call = Call::new();
    call.detect(one_second());
    call.say(Says::Hum(0.2), 400);
    call.say(Says::Nothing, 500);
    let at = call.session.worker();
    let at = done(&mut call.engine, at);
    let moved = call.session.move_to(media_core::WorkerId(1 - at.0));
    done(&mut call.engine, moved);
    call.say(Says::Nothing, 1_000);
    assert_eq!(call.told(), [(false, 1_000)]);
    call.detect(None);
    call.say(Says::Hum(0.2), 400);
    call.say(Says::Nothing, 3_000);
    assert_eq!(call.told(), []);
    call.end();
}

#[test]
fn the_level_is_as_set_and_what_cannot_be_is_refused() {
    let _alone = alone();
    let mut call = Call::new();
    // -33 dB of full scale: a hum of amplitude 0.03.
    call.detect(one_second().below(Decibels(-30.0)));
    call.say(Says::Hum(0.03), 2_000);
    assert_eq!(call.told(), [(false, 1_000)]);
    call.detect(one_second().below(Decibels(-36.0)));
    call.say(Says::Hum(0.03), 2_000);
    assert_eq!(call.told(), []);
    for (params, says) in [
        (SilenceParams::new(ms(99)), "after = 99ms: must be 100 ms to 1 h"),
        (SilenceParams::new(Duration::MAX), "must be 100 ms to 1 h"),
        (one_second().below(Decibels(f32::NAN)), "below = NaN: must be -100 to 0"),
        (one_second().below(Decibels(1.0)), "below = 1: must be -100 to 0"),
    ] {
        let refused = call.session.set_silence_detection(Some(params));
        let error = call.engine.complete(refused).unwrap_err();
        assert!(
            matches!(error, Error::Session(SessionError::Parameter(_))) && error.to_string().contains(says),
            "{error}"
        );
    }
    call.end();
}
