//! Control: all formats of a session: the place of each, which is sent, and what is received beside the first.

use crate::error::{ConfigError, Error, SessionError};
use crate::session::answered::{AnsweredFormat, SendCodec};
use crate::session::auxiliary::TelephoneEventFormat;
use crate::session::format::AudioFormat;
use crate::session::params::MediaSessionParams;
use crate::session::redundancy::RedundancyFormat;
use crate::types::SampleRate;
use crate::worker::{InwardFormat, MAX_FORMATS};

impl MediaSessionParams {
    pub(super) fn check_others(&self) -> Result<(), Error> {
        let wrong =
            |value: String, legal| Err(Error::from(SessionError::Parameter(ConfigError::new("others", value, legal))));
        if self.others.len() > MAX_FORMATS - 2 {
            return wrong(self.others.len().to_string(), "at most 14 formats beside the first");
        }
        let mut seen = vec![self.receive.payload_type()];
        for other in &self.others {
            other.check()?;
            let own = other.receive.payload_type();
            if seen.contains(&own) {
                return wrong(own.to_string(), "a payload type of its own for each format that is received");
            }
            seen.push(own);
        }
        if let SendCodec::PayloadType(payload_type) = self.send_codec
            && self.format_sent_as(payload_type).is_none()
        {
            return Err(SessionError::PayloadType(payload_type).into());
        }
        let index = self.sent_first();
        self.sending(index).send.check_ptime(self.ptime)?;
        Ok(())
    }

    /// The place of the format with that outward payload type: 0 is the first.
    pub(crate) fn format_sent_as(&self, payload_type: u8) -> Option<usize> {
        self.sendable().map(AudioFormat::payload_type).position(|own| own == payload_type)
    }

    /// The place of the format with that inward payload type.
    pub(crate) fn format_received_as(&self, payload_type: u8) -> Option<usize> {
        let all = std::iter::once(&self.receive).chain(self.others.iter().map(|other| &other.receive));
        all.map(AudioFormat::payload_type).position(|own| own == payload_type)
    }

    /// All that can be sent.
    pub(crate) fn sendable(&self) -> impl Iterator<Item = &AudioFormat> {
        std::iter::once(&self.send).chain(self.others.iter().map(|other| &other.send))
    }

    /// The place of the format that is sent while nothing else was said.
    pub(crate) fn sent_first(&self) -> usize {
        match self.send_codec {
            SendCodec::PayloadType(payload_type) => self.format_sent_as(payload_type).unwrap_or(0),
            SendCodec::First | SendCodec::FollowPeer => 0,
        }
    }

    /// These parameters with the format at that place as what is sent.
    pub(crate) fn sending(&self, index: usize) -> Self {
        let mut params = self.clone();
        if let Some(chosen) = index.checked_sub(1).and_then(|at| self.others.get(at)) {
            params.send = chosen.send.clone();
            params.telephone_events = chosen.telephone_events;
            params.comfort_noise = chosen.comfort_noise;
            params.redundancy = chosen.redundancy;
        }
        params
    }

    /// What is received beside the first format: the others, and the other law of G.711 under its static payload type, to
    /// which gateways change without a word, unless that number has another meaning here.
    pub(crate) fn received_beside(&self) -> Vec<AnsweredFormat> {
        let mut all = self.others.clone();
        let companion = match (self.receive.payload_type(), self.receive.encoding()) {
            (0, "PCMU") => AudioFormat::pcma(),
            (8, "PCMA") => AudioFormat::pcmu(),
            _ => return all,
        };
        let beside = |events: Option<TelephoneEventFormat>, red: Option<RedundancyFormat>| {
            [events.map(|e| e.receive_payload_type), red.map(|r| r.receive_payload_type)]
        };
        let taken = self.others.iter().flat_map(|other| {
            let beside = beside(other.telephone_events, other.redundancy);
            beside.into_iter().flatten().chain([other.receive.payload_type()])
        });
        let own = beside(self.telephone_events, self.redundancy).into_iter().flatten();
        let further = self.further_telephone_events.iter().map(|events| events.receive_payload_type);
        let noise = self.comfort_noise.map(|noise| noise.receive_payload_type);
        if !taken.chain(own).chain(further).chain(noise).any(|taken| taken == companion.payload_type()) {
            all.push(AnsweredFormat { comfort_noise: self.comfort_noise, ..AnsweredFormat::new(companion) });
        }
        all
    }

    /// The decoders of what is received beside the first format, for audio at `rate`.
    pub(crate) fn inward_formats(&self, rate: SampleRate) -> Result<Vec<InwardFormat>, Error> {
        let build = |other: AnsweredFormat| {
            // Opus decodes to any rate, which is better than a conversion.
            let format = other.receive.clone().at(rate).unwrap_or(other.receive);
            Ok(InwardFormat {
                payload_type: format.payload_type(),
                clock_rate: format.clock_rate(),
                rate: format.sample_rate(),
                decoder: format.decoder()?,
                noise: other.comfort_noise.map(|noise| noise.receive_payload_type),
                red: other.redundancy.map(|red| red.receive_payload_type),
            })
        };
        self.received_beside().into_iter().map(build).collect()
    }
}
