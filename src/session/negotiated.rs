//! Control: the parameters of a session as a negotiation came to them.

use crate::codec::CodecManager;
use crate::codec::negotiation::CodecNegotiationResult;
use crate::error::Error;
use crate::session::answered::AnsweredFormat;
use crate::session::format::AudioFormat;
use crate::session::params::MediaSessionParams;

impl MediaSessionParams {
    /// As a negotiation with `manager`'s codecs came to: all its codecs, of which the first is sent, each with redundancy,
    /// and with the telephone events and the comfort noise of its clock rate; events of further clock rates; and the packet
    /// time.
    ///
    /// # Errors
    /// [`CodecError`](crate::error::CodecError) if the manager's registry cannot build the codec.
    pub fn negotiated(manager: &CodecManager, result: &CodecNegotiationResult) -> Result<Self, Error> {
        let codec = result.codec();
        let (receive, send) = AudioFormat::negotiated(manager, codec)?;
        let mut params = Self::new(receive).ptime(result.ptime);
        params.send = send;
        params.telephone_events = result.events_for(codec.clock_rate).map(Into::into);
        params.comfort_noise = result.noise_for(codec.clock_rate).map(Into::into);
        params.redundancy = result.redundancy_for(codec).map(Into::into);
        let others = result.codecs.iter().filter(|other| *other != codec);
        params.others =
            others.map(|other| AnsweredFormat::negotiated(manager, result, other)).collect::<Result<_, _>>()?;
        let known: Vec<u8> = params.event_types().into_iter().map(|(payload_type, _)| payload_type).collect();
        let further = result.events.iter().filter(|events| !known.contains(&events.receive_payload_type));
        params.further_telephone_events = further.map(Into::into).collect();
        Ok(params)
    }
}
