//! Control: an audio format as it is written down: a codec of the library's own by its `rtpmap`, its rate and what was negotiated. An
//! embedder's codec cannot be.

use super::{AudioFormat, Encoding};
use crate::codec::CodecParameters;
use crate::types::SampleRate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

#[derive(Serialize, Deserialize)]
struct Written {
    payload_type: u8,
    rtpmap: String,
    rate: SampleRate,
    #[serde(default)]
    parameters: CodecParameters,
}

impl Serialize for AudioFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let own = match &self.encoding {
            Encoding::Registered(codec) => codec.own_parameters(),
            Encoding::Custom(_) => None,
        };
        let parameters = own.ok_or_else(|| ser::Error::custom("a codec of an embedder's own"))?;
        let rtpmap = format!("{}/{}", self.encoding(), self.clock_rate());
        Written { payload_type: self.payload_type, rtpmap, rate: self.sample_rate(), parameters }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AudioFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { payload_type, rtpmap, rate, parameters } = Written::deserialize(deserializer)?;
        let made = Self::rtpmap(payload_type, &rtpmap).and_then(|format| format.at(rate)).map_err(de::Error::custom)?;
        Ok(match made.encoding {
            Encoding::Registered(codec) => {
                Self { encoding: Encoding::Registered(codec.with_parameters(parameters)), ..made }
            }
            encoding => Self { encoding, ..made },
        })
    }
}

#[cfg(test)]
mod tests;
