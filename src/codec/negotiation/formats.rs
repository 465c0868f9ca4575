//! Pure: whether two entries of one format agree on its parameters, and on what.

use super::fmtp::yes_no;
use super::opus::OpusFmtp;
use super::{RefusalReason, h264};
use crate::codec::format::{CodecCapability, CodecName, CodecParameters, Fmtp};

/// What two entries of the same format agree on.
pub(super) struct Agreed {
    pub parameters: CodecParameters,
    pub send_channels: u8,
    pub receive_channels: u8,
    pub answer_fmtp: Fmtp,
}

pub(super) fn agree(ours: &CodecCapability, theirs: &CodecCapability) -> Result<Agreed, RefusalReason> {
    let plain = Agreed {
        parameters: CodecParameters::Plain,
        send_channels: theirs.channels,
        receive_channels: ours.channels,
        answer_fmtp: ours.fmtp.clone(),
    };
    match ours.name {
        CodecName::Opus => {
            let (mine, peer) = (OpusFmtp::read(&ours.fmtp)?, OpusFmtp::read(&theirs.fmtp)?);
            // Each side's parameters describe what it wishes to receive; the answer's are ours as they are.
            Ok(Agreed {
                parameters: CodecParameters::Opus(peer.limits_for(&mine)),
                send_channels: if peer.stereo { 2 } else { 1 },
                receive_channels: if mine.stereo && peer.sprop_stereo { 2 } else { 1 },
                ..plain
            })
        }
        CodecName::G729 => {
            let annex_b = yes_no(&ours.fmtp, "annexb", true)? && yes_no(&theirs.fmtp, "annexb", true)?;
            let answer_fmtp = if annex_b { Fmtp::none() } else { Fmtp::none().with("annexb", "no") };
            Ok(Agreed { parameters: CodecParameters::G729 { annex_b }, answer_fmtp, ..plain })
        }
        CodecName::H264 => {
            let (parameters, answer_fmtp) = h264::agree(&ours.fmtp, &theirs.fmtp)?;
            Ok(Agreed { parameters: CodecParameters::H264(parameters), answer_fmtp, ..plain })
        }
        _ => Ok(plain),
    }
}
