//! What a receiver of one RTP stream asks of it.

use super::phone::Packet;

/// Where a stream paused: before which packet, and for how many samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    pub before: usize,
    pub samples: u32,
}

/// Checks that it is one stream for a receiver: one SSRC, sequence numbers that follow each other, timestamps that
/// advance by the samples sent, or by more where the marker says that it paused, and as time does. Returns the pauses.
///
/// # Errors
/// What broke it.
pub fn check(packets: &[Packet]) -> Result<Vec<Gap>, String> {
    let mut gaps = Vec::new();
    for (at, pair) in packets.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        let told = || format!("packet {}: {:?} after {:?}", at + 1, after.header, before.header);
        if after.header.ssrc != before.header.ssrc {
            return Err(format!("SSRC changed, {}", told()));
        }
        if after.header.sequence != before.header.sequence.wrapping_add(1) {
            return Err(format!("sequence, {}", told()));
        }
        let step = after.header.timestamp.wrapping_sub(before.header.timestamp);
        let samples = before.payload.len() as u32;
        if step < samples || step > 1 << 24 {
            return Err(format!("timestamp, {}", told()));
        }
        if step > samples {
            if !after.header.marker {
                return Err(format!("no marker after a pause, {}", told()));
            }
            gaps.push(Gap { before: at + 1, samples: step - samples });
        }
        // The network between is perfect: packets come when they are sent, to a packet's length.
        let elapsed = (after.at - packets[0].at).as_nanos() as i64 / 125_000;
        let advance = i64::from(after.header.timestamp.wrapping_sub(packets[0].header.timestamp));
        if (elapsed - advance).abs() > i64::from(samples) {
            return Err(format!("{advance} samples in the time of {elapsed}, {}", told()));
        }
    }
    Ok(gaps)
}
