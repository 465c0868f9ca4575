//! Control: from what is asked of a session to what its leg is made of.

use crate::buffer::{JitterConfig, JitterPlan, JitterStrategy};
use crate::codec::audio::dtmf::EventClock;
use crate::error::{ConfigError, Error, SessionError};
use crate::rt::{Parcel, PayloadPlan};
use crate::session::auxiliary::TelephoneEventFormat;
use crate::session::params::{MediaSessionParams, Transport};
use crate::session::pauses::ComfortNoiseFormat;
use crate::session::relay::RelayParams;
use crate::types::SampleRate;
use crate::worker::{OutputPlan, TelephoneEvents};
use std::ops::RangeInclusive;
use std::time::Duration;

/// What [`MediaSessionParams::media_timeout`] may be.
const MEDIA_TIMEOUTS: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(24 * 3_600);

impl MediaSessionParams {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.receive.check()?;
        self.send.check()?;
        self.send.check_ptime(self.ptime)?;
        if let Some(events) = &self.telephone_events {
            events.check()?;
        }
        self.further_telephone_events.iter().try_for_each(TelephoneEventFormat::check)?;
        if let Some(noise) = &self.comfort_noise {
            noise.check()?;
        }
        if let Some(pauses) = &self.discontinuous_transmission {
            pauses.check()?;
            if !self.can_pause() {
                return Err(SessionError::NoPauses(self.send.to_string()).into());
            }
        }
        if let Some(red) = &self.redundancy {
            red.check([self.receive.payload_type(), self.send.payload_type()])?;
        }
        self.check_others()?;
        if let Some(agent) = &self.agent {
            agent.check().map_err(SessionError::Parameter)?;
            agent.barge_in.map_or(Ok(()), |barge_in| barge_in.check())?;
            if self.transport != Transport::Pcm(agent.rate) {
                let legal = "that of a session of samples at its rate: make it by MediaSessionParams::agent";
                return Err(SessionError::Parameter(ConfigError::new("agent.rate", agent.rate, legal)).into());
            }
        }
        self.check_protection()?;
        if let Some(timeout) = self.media_timeout {
            let of_packets = !matches!(self.transport, Transport::Pcm(_));
            if !of_packets || !MEDIA_TIMEOUTS.contains(&timeout) {
                let legal = "1 s to 24 h, or None, which it is in sessions of samples";
                let why = ConfigError::new("media_timeout", format!("{timeout:?}"), legal);
                return Err(SessionError::Parameter(why).into());
            }
        }
        self.opus_wish().check().map_err(SessionError::Parameter)?;
        self.jitter_plan()?;
        self.relays.iter().try_for_each(RelayParams::check)?;
        Ok(())
    }

    /// Its outward SSRC, and the first sequence number and timestamp, of numbers of chance.
    pub(crate) fn first_numbers(&self, random: (u64, u64)) -> (u32, u16, u32) {
        let ssrc = self.ssrc.unwrap_or(random.0 as u32);
        (ssrc, self.first_sequence(random.1 as u16), (random.1 >> 32) as u32)
    }

    /// Whether pauses can be left out of what is sent.
    pub(super) fn can_pause(&self) -> bool {
        let described = self.comfort_noise.is_some() || self.send.pauses_by_itself();
        described && !matches!(self.transport, Transport::Pcm(_))
    }

    /// A leg's half of the telephone events: sent as this format has them, taken under all of `types`
    /// ([`event_types`](Self::event_types) of the session's own parameters). Control side.
    pub(crate) fn build_events(&self, types: Vec<(u8, EventClock)>) -> Option<Parcel<TelephoneEvents>> {
        let sent = self.telephone_events.map(|own| (own.send_payload_type, own.clock(self.send.clock_rate())));
        let events = TelephoneEvents::new(types, sent, self.ptime.ms());
        Some(Parcel::pack(events.with_tones(self.output_rate())))
    }

    /// The payload types under which telephone events are taken, whichever format is sent: those of each format, beside its
    /// audio, and those of further clock rates. Where one is beside audio of several clock rates, timestamps are taken to be
    /// of its own.
    pub(crate) fn event_types(&self) -> Vec<(u8, EventClock)> {
        let first = self.telephone_events.map(|events| (events, self.receive.clock_rate()));
        let others = self.others.iter();
        let others = others.filter_map(|other| Some((other.telephone_events?, other.receive.clock_rate())));
        let further = self.further_telephone_events.iter().map(|events| (*events, events.clock_rate));
        let mut types: Vec<(TelephoneEventFormat, u32)> = Vec::new();
        for (events, audio) in first.into_iter().chain(others).chain(further) {
            match types.iter_mut().find(|(known, _)| known.receive_payload_type == events.receive_payload_type) {
                None => types.push((events, audio)),
                Some((known, clock)) if audio == known.clock_rate => *clock = audio,
                Some(_) => {}
            }
        }
        types.into_iter().map(|(events, audio)| (events.receive_payload_type, events.clock(audio))).collect()
    }

    /// The rate of the audio that goes to the peer.
    pub(crate) fn output_rate(&self) -> SampleRate {
        match self.transport {
            Transport::Pcm(rate) => rate,
            _ => self.send.sample_rate(),
        }
    }

    /// A leg's way out, as far as the format decides. Control side.
    pub(crate) fn build_output(&self) -> Result<OutputPlan, Error> {
        let (send, pauses) = (&self.send, self.discontinuous_transmission);
        let encoder = send.encoder(self.ptime, pauses.is_some(), self.opus_wish())?;
        let step = send.clock_rate() / 100;
        let mut plan = OutputPlan::new(encoder, send.payload_type(), self.ptime, send.sample_rate(), step);
        plan.noise_payload_type = self.comfort_noise.map(|noise| noise.send_payload_type);
        if let Some(red) = self.redundancy {
            plan = plan.with_redundancy(red.send_payload_type, red.level);
        }
        Ok(match pauses.filter(|_| !send.pauses_by_itself()) {
            Some(pauses) => plan.pausing(pauses.build(send.sample_rate())),
            None => plan,
        })
    }

    /// What the way out is made of: where it is the same, so is the plan.
    pub(crate) fn output_parts(&self) -> impl PartialEq + '_ {
        let noise = self.comfort_noise.map(|noise| noise.send_payload_type);
        (&self.send, self.ptime, noise, self.discontinuous_transmission, self.redundancy, self.opus_wish())
    }

    /// And its telephone events, beside [`event_types`](Self::event_types).
    pub(crate) fn event_parts(&self) -> impl PartialEq + '_ {
        (self.telephone_events, self.send.clock_rate(), self.output_rate(), self.ptime)
    }

    /// And the way in.
    pub(crate) fn input_parts(&self) -> impl PartialEq + '_ {
        let noise = self.comfort_noise.map(|noise| noise.receive_payload_type);
        let others = self.others.iter().map(|other| {
            let noise = other.comfort_noise.map(|noise| noise.receive_payload_type);
            (&other.receive, noise, other.redundancy.map(|red| red.receive_payload_type))
        });
        let others: Vec<_> = others.collect();
        (&self.receive, &self.jitter, noise, self.redundancy.map(|red| red.receive_payload_type), others)
    }

    /// Whether comfort noise of the static payload type (RFC 3551 section 6) is understood, though it was not negotiated:
    /// the clock is of 8,000 Hz, and nothing else has that number.
    pub(crate) fn takes_static_noise(&self) -> bool {
        const STATIC: u8 = ComfortNoiseFormat::STATIC.receive_payload_type;
        let events = self.event_types().iter().any(|(payload_type, _)| *payload_type == STATIC);
        let red = self.redundancy.is_some_and(|red| red.receive_payload_type == STATIC);
        self.receive.clock_rate() == 8_000 && self.receive.payload_type() != STATIC && !events && !red
    }

    /// Octets that are allocated, when such a session is made, for payloads that wait for their playout: as many as the
    /// peer may send in the jitter buffer's greatest delay, in packets of any length, by that of the codecs it may choose
    /// from that takes most. No other session can take them. G.711 at 400 ms, the default: 10 KB; linear samples at 16 kHz:
    /// 41 KB; Opus, which may send 510 kbit/s: 61 KB.
    pub fn payload_octets(&self) -> usize {
        match self.transport {
            Transport::Pcm(_) => 0,
            _ => PayloadPlan::new(self.most_bits(), self.jitter.max_delay_ms.into()).octets(),
        }
    }

    /// Its jitter buffer weighs loss heavier than delay.
    pub(crate) fn has_patient_buffer(&self) -> bool {
        self.jitter.strategy == JitterStrategy::Conservative
    }

    /// The most bits a second that the peer may send.
    pub(crate) fn most_bits(&self) -> u32 {
        let others = self.others.iter().map(|other| other.receive.most_bits());
        others.fold(self.receive.most_bits(), u32::max)
    }

    pub(crate) fn jitter_plan(&self) -> Result<JitterPlan, SessionError> {
        // The clock that packets are counted by is the format's, whatever the configuration was made for.
        let config = JitterConfig { rate: self.receive.clock_rate(), ..self.jitter };
        config.plan().map_err(|wrong| {
            let (what, legal) = wrong.parts();
            SessionError::Parameter(ConfigError::new("jitter", what, legal))
        })
    }
}
