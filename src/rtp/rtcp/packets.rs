//! Pure: the packets of an RTCP datagram, one after the other.

use super::block::{ReportBlocks, SenderInfo};
use super::extended::ExtendedBlocks;
use super::{NtpTime, RtcpFault};
use rtcp_types::{Bye, PayloadFeedback, ReceiverReport, RtcpParseError, SenderReport, TransportFeedback};
use rtcp_types::{RtcpPacket as _, RtcpPacketParser as _};

/// One packet of an RTCP datagram.
///
/// Example: [`read`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RtcpPacket<'a> {
    /// SR (RFC 3550 section 6.4.1).
    SenderReport {
        /// Who reports.
        ssrc: u32,
        /// What it says of itself.
        sender: SenderInfo,
        /// What it says of those that it hears.
        blocks: ReportBlocks<'a>,
    },
    /// RR (section 6.4.2).
    ReceiverReport {
        /// Who reports.
        ssrc: u32,
        /// What it says of those that it hears.
        blocks: ReportBlocks<'a>,
    },
    /// SDES (section 6.5), with the CNAME of its first source, if it is there.
    SourceDescription {
        /// The first source.
        ssrc: u32,
        /// Its canonical name, as it came.
        cname: Option<&'a [u8]>,
    },
    /// BYE (section 6.6), with the first source that leaves.
    Goodbye {
        /// Who leaves; `None`: nobody is named.
        ssrc: Option<u32>,
    },
    /// XR (RFC 3611).
    Extended {
        /// Who reports.
        ssrc: u32,
        /// Its blocks.
        blocks: ExtendedBlocks<'a>,
    },
    /// Feedback of AVPF (RFC 4585).
    Feedback {
        /// Who reports.
        ssrc: u32,
        /// The source that it is about.
        media: u32,
        /// What it says.
        feedback: Feedback<'a>,
    },
    /// APP, or a type that is not known, with its number.
    Other(u8),
}

/// What feedback says (RFC 4585, RFC 5104).
///
/// Example: [`read`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feedback<'a> {
    /// Generic NACK (RFC 4585 section 6.2.1): pairs of a sequence number and a bit for each of the 16 behind it, four octets
    /// each.
    Nack(&'a [u8]),
    /// Which packets came and when (draft-holmer-rmcat-transport-wide-cc-extensions-01): for
    /// [`TransportFeedback::read`](super::TransportFeedback::read).
    TransportWide(&'a [u8]),
    /// A picture was lost (section 6.3.1).
    PictureLoss,
    /// A picture that stands alone is asked for (RFC 5104 section 4.3.1).
    FullIntraRequest,
    /// Anything else: its packet type and format.
    Other(u8, u8),
}

/// The packets of a datagram, from [`read`]. Ends with the first fault.
///
/// Example: [`read`].
#[derive(Debug, Clone)]
pub struct RtcpPackets<'a>(&'a [u8]);

/// Reads an RTCP datagram: one packet or several (RFC 3550 section 6.1; also a lone one of any kind, RFC 5506).
/// Real-time safe.
///
/// ```
/// use media_core::rtp::rtcp::{ReportBlock, RtcpPacket, RtcpWriter, read};
///
/// let mut datagram = [0; 64];
/// let told = ReportBlock { ssrc: 7, fraction_lost: 26, lost: 12, ..ReportBlock::default() };
/// let octets = RtcpWriter::new(&mut datagram).receiver_report(1, &[told]).cname(1, b"a@host").finish().unwrap();
/// let mut packets = read(&datagram[..octets]);
/// let Some(Ok(RtcpPacket::ReceiverReport { ssrc: 1, mut blocks })) = packets.next() else { panic!() };
/// assert_eq!(blocks.next(), Some(told));
/// assert_eq!(packets.next(), Some(Ok(RtcpPacket::SourceDescription { ssrc: 1, cname: Some(b"a@host") })));
/// assert_eq!(packets.next(), None);
/// ```
pub fn read(datagram: &[u8]) -> RtcpPackets<'_> {
    RtcpPackets(datagram)
}

impl<'a> Iterator for RtcpPackets<'a> {
    type Item = Result<RtcpPacket<'a>, RtcpFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let found = split(self.0);
        self.0 = found.map_or(&[], |(_, rest)| rest);
        let read = found.and_then(|(packet, _)| packet_of(packet));
        if read.is_err() {
            self.0 = &[];
        }
        Some(read)
    }
}

/// The first packet, and what follows it.
fn split(data: &[u8]) -> Result<(&[u8], &[u8]), RtcpFault> {
    let [first, _, high, low, ..] = *data else { return Err(RtcpFault::Truncated) };
    if first >> 6 != 2 {
        return Err(RtcpFault::BadVersion);
    }
    let length = 4 + 4 * usize::from(u16::from_be_bytes([high, low]));
    data.split_at_checked(length).ok_or(RtcpFault::Truncated)
}

fn packet_of(data: &[u8]) -> Result<RtcpPacket<'_>, RtcpFault> {
    let [first, kind, ..] = *data else { return Err(RtcpFault::Truncated) };
    Ok(match kind {
        SenderReport::PACKET_TYPE => {
            let report = SenderReport::parse(data).map_err(fault)?;
            let sender = SenderInfo {
                ntp: NtpTime(report.ntp_timestamp()),
                rtp_timestamp: report.rtp_timestamp(),
                packets: report.packet_count(),
                octets: report.octet_count(),
            };
            let blocks = blocks_of(data, SenderReport::MIN_PACKET_LEN, report.n_reports());
            RtcpPacket::SenderReport { ssrc: report.ssrc(), sender, blocks }
        }
        ReceiverReport::PACKET_TYPE => {
            let report = ReceiverReport::parse(data).map_err(fault)?;
            let blocks = blocks_of(data, ReceiverReport::MIN_PACKET_LEN, report.n_reports());
            RtcpPacket::ReceiverReport { ssrc: report.ssrc(), blocks }
        }
        rtcp_types::Sdes::PACKET_TYPE => match (word(data, 4), first & 0x1f) {
            (Some(ssrc), 1..) => RtcpPacket::SourceDescription { ssrc, cname: cname_of(data.get(8..).unwrap_or(&[])) },
            _ => RtcpPacket::Other(kind),
        },
        Bye::PACKET_TYPE => RtcpPacket::Goodbye { ssrc: Bye::parse(data).map_err(fault)?.ssrcs().next() },
        rtcp_types::Xr::PACKET_TYPE => {
            let ssrc = word(data, 4).ok_or(RtcpFault::Truncated)?;
            RtcpPacket::Extended { ssrc, blocks: ExtendedBlocks::new(data.get(8..).unwrap_or(&[])) }
        }
        TransportFeedback::PACKET_TYPE => {
            let report = TransportFeedback::parse(data).map_err(fault)?;
            let told = match first & 0x1f {
                1 => Feedback::Nack(data.get(12..).unwrap_or(&[])),
                15 => Feedback::TransportWide(data.get(12..).unwrap_or(&[])),
                format => Feedback::Other(kind, format),
            };
            RtcpPacket::Feedback { ssrc: report.sender_ssrc(), media: report.media_ssrc(), feedback: told }
        }
        PayloadFeedback::PACKET_TYPE => {
            let report = PayloadFeedback::parse(data).map_err(fault)?;
            let told = match first & 0x1f {
                1 => Feedback::PictureLoss,
                4 => Feedback::FullIntraRequest,
                format => Feedback::Other(kind, format),
            };
            RtcpPacket::Feedback { ssrc: report.sender_ssrc(), media: report.media_ssrc(), feedback: told }
        }
        _ => RtcpPacket::Other(kind),
    })
}

fn blocks_of(data: &[u8], from: usize, count: u8) -> ReportBlocks<'_> {
    // The crate has seen that they are there.
    ReportBlocks(data.get(from..from + super::block::BLOCK * usize::from(count)).unwrap_or(&[]))
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().map(|word| u32::from_be_bytes(*word))
}

/// The value of the first CNAME item of a chunk (RFC 3550 section 6.5.1).
fn cname_of(mut items: &[u8]) -> Option<&[u8]> {
    loop {
        let [kind, length, rest @ ..] = items else { return None };
        let (value, after) = rest.split_at_checked(usize::from(*length))?;
        match kind {
            0 => return None,
            1 => return Some(value),
            _ => items = after,
        }
    }
}

fn fault(error: RtcpParseError) -> RtcpFault {
    match error {
        RtcpParseError::Truncated { .. } => RtcpFault::Truncated,
        RtcpParseError::UnsupportedVersion(_) => RtcpFault::BadVersion,
        _ => RtcpFault::BadContents,
    }
}
