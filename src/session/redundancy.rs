//! Control: redundant audio data beside a session's codec (RFC 2198): a packet carries the ones before it again.

use crate::codec::negotiation::NegotiatedRedundancy;
use crate::error::{ConfigError, SessionError};
use crate::session::payload_type::check_payload_type;

/// `red` as it was negotiated: packets of its payload type are taken inward beside the codec's own; outward each packet
/// carries `level` older ones.
///
/// At G.711 a level costs 64 kbit/s. The receiver waits for redundancy only while packets get lost (above 3 %). What does
/// not fit (1023 octets an older payload, 2^14 units of the clock, 1,500 octets a packet) is left out and counted.
///
/// ```
/// use media_core::codec::{CapabilityList, CodecCapability, NegotiationRules};
/// use media_core::{CodecManager, MediaSessionParams};
///
/// // a=rtpmap:63 red/8000, a=fmtp:63 0/0: as both sides wrote it.
/// let red = CodecCapability::rtpmap(63, "red/8000").unwrap().with_fmtp("0/0");
/// let list = CapabilityList::audio(vec![CodecCapability::static_type(0).unwrap(), red]);
/// let codecs = CodecManager::default();
/// let result = codecs.negotiate_codecs(&list, &list, &NegotiationRules::offerer())?;
/// let params = MediaSessionParams::negotiated(&codecs, &result)?;
/// let red = params.redundancy.unwrap();
/// assert_eq!((red.send_payload_type, red.level), (63, 1));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RedundancyFormat {
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
    /// The payload type that is sent.
    pub send_payload_type: u8,
    /// Older packets in each that is sent, 0..=4; 0 sends the codec's own packets and still takes redundant ones.
    pub level: u8,
}

impl RedundancyFormat {
    /// The same payload type both ways.
    pub fn new(payload_type: u8, level: u8) -> Self {
        Self { receive_payload_type: payload_type, send_payload_type: payload_type, level }
    }

    /// `taken` are the codec's own payload types, inward and outward.
    pub(super) fn check(&self, taken: [u8; 2]) -> Result<(), SessionError> {
        let types = [self.receive_payload_type, self.send_payload_type];
        for (own, codec) in types.into_iter().zip(taken) {
            check_payload_type(own)?;
            if own == codec {
                let legal = "a payload type that is not the codec's own";
                return Err(SessionError::Parameter(ConfigError::new("redundancy", own, legal)));
            }
        }
        let wrong = || SessionError::Parameter(ConfigError::new("redundancy", self.level, "a level of 0 to 4"));
        if self.level <= 4 { Ok(()) } else { Err(wrong()) }
    }
}

impl From<&NegotiatedRedundancy> for RedundancyFormat {
    fn from(red: &NegotiatedRedundancy) -> Self {
        Self {
            receive_payload_type: red.receive_payload_type,
            send_payload_type: red.send_payload_type,
            level: red.level,
        }
    }
}
