//! Pure: feedback by RTCP in a description (RFC 4585 section 4.2), and the header extension (RFC 8285 section 5) that one kind of it
//! rests on.

use media_core::RtcpParams;
use media_core::codec::CapabilityList;
use sdp_types::{Attribute, Media};

/// The header extension of transport-wide numbers, which is its specification too.
const EXTENSION: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// What kind of feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Generic NACKs (RFC 4585 section 6.2.1).
    Nack,
    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    TransportWide,
}

const KINDS: [(&str, Kind); 2] = [("nack", Kind::Nack), ("transport-cc", Kind::TransportWide)];

/// The feedback of an audio stream, as far as it is spoken here. Only the profiles with an F have any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feedback {
    /// Each with the payload type that it is of; `None`: of all.
    lines: Vec<(Option<u8>, Kind)>,
    /// The number of the header extension.
    extension: Option<u8>,
    /// It may go alone (RFC 5506).
    reduced: bool,
}

impl Feedback {
    /// Of a stream as it is described.
    pub(super) fn read(media: &Media) -> Self {
        if !media.proto.to_ascii_uppercase().ends_with("AVPF") {
            return Self::default();
        }
        let values = |name: &'static str| {
            let named = media.attributes.iter().filter(move |attribute| attribute.attribute == name);
            named.filter_map(|attribute| attribute.value.as_deref())
        };
        let line = |text: &str| {
            let (of, kind) = text.split_once(char::is_whitespace)?;
            let kind = KINDS.iter().find(|(name, _)| *name == kind.trim())?.1;
            Some((if of == "*" { None } else { Some(of.parse().ok()?) }, kind))
        };
        let extension = |text: &str| {
            let mut parts = text.split_ascii_whitespace();
            let (number, uri) = (parts.next()?, parts.next()?);
            // One way only would be another negotiation for each way.
            let number = number.strip_suffix("/sendrecv").unwrap_or(number).parse().ok();
            number.filter(|number| uri == EXTENSION && *number > 0)
        };
        let lines = values("rtcp-fb").filter_map(line).collect();
        let reduced = media.attributes.iter().any(|attribute| attribute.attribute == "rtcp-rsize");
        Self { lines, extension: values("extmap").find_map(extension), reduced }.whole()
    }

    /// Without what lacks its other half.
    fn whole(mut self) -> Self {
        let wide = self.lines.iter().any(|(_, kind)| *kind == Kind::TransportWide);
        self.extension = self.extension.filter(|_| wide);
        if self.extension.is_none() {
            self.lines.retain(|(_, kind)| *kind != Kind::TransportWide);
        }
        // Of no use without feedback.
        self.reduced &= !self.lines.is_empty();
        self
    }

    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What of it holds where those codecs are spoken: an answer has no more (RFC 4585 section 4.2).
    #[must_use]
    pub fn of(&self, list: &CapabilityList) -> Self {
        let spoken = |of: u8| list.codecs.iter().any(|codec| codec.payload_type == of);
        let mut kept = self.clone();
        kept.lines.retain(|(of, _)| of.is_none_or(spoken));
        kept.whole()
    }

    /// What both have, by the numbers of the other's header extension.
    #[must_use]
    pub fn agreed(&self, other: &Self) -> Self {
        let mut kept = other.clone();
        kept.lines.retain(|(of, kind)| {
            self.lines.iter().any(|(ours, same)| same == kind && (ours == of || ours.is_none() || of.is_none()))
        });
        kept.reduced &= self.reduced;
        kept.whole()
    }

    /// How a session reports that sends that payload type.
    #[must_use]
    pub fn params(&self, rtcp: RtcpParams, sent: u8) -> RtcpParams {
        let has = |kind| self.lines.iter().any(|(of, known)| *known == kind && of.is_none_or(|of| of == sent));
        let transport_wide = self.extension.filter(|_| has(Kind::TransportWide));
        rtcp.nack(has(Kind::Nack)).transport_wide(transport_wide).reduced_size(self.reduced)
    }

    /// Its lines.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Attribute> {
        let named = |kind: Kind| KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name);
        let of = |of: Option<u8>| of.map_or("*".to_owned(), |of| of.to_string());
        let line = move |(on, kind): &(Option<u8>, Kind)| {
            Attribute::with_value("rtcp-fb", format!("{} {}", of(*on), named(*kind)))
        };
        let extension = self.extension.map(|number| Attribute::with_value("extmap", format!("{number} {EXTENSION}")));
        let reduced = self.reduced.then(|| Attribute::new("rtcp-rsize"));
        extension.into_iter().chain(self.lines.iter().map(line)).chain(reduced)
    }
}
