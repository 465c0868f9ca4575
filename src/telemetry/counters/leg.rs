//! Boundary: what a leg counts.

use super::published::published;
use crate::rt::Gauge;

published! {
    /// What a leg counts.
    LegCounters, LegGauges {
        /// Packets taken in.
        packets_in,
        /// Octets of payload taken in.
        octets_in,
        /// Packets with a payload type that was not negotiated.
        unknown_payload_type,
        /// Payload type of the last packet that could not be played.
        unplayable_type,
        /// Octets of its payload.
        unplayable_octets,
        /// Packets of telephone events.
        event_packets,
        /// Packets of comfort noise taken in; they count as packets too.
        noise_packets_in,
        /// Starts and ends of digits that the supervisor did not take in time.
        digits_missed,
        /// Packets without payload, or of an unknown type with one octet: keep-alives, padding only.
        empty_packets,
        /// Payloads that are none of the codec's, or longer than 200 ms.
        bad_payload,
        /// Packets dropped because the leg is on inward hold.
        held,
        /// Packets dropped because what their session may have waiting was full.
        no_slot,
        /// Packets dropped as duplicates.
        duplicates,
        /// Packets that came after their playout.
        late,
        /// Packets dropped by the jitter buffer for any other reason.
        refused,
        /// Packets that did not come.
        lost,
        /// Packets that came out of order and in time.
        reordered,
        /// Lost packets whose audio came in a later one (RFC 2198, in-band error correction).
        recovered,
        /// Packets with redundancy (RFC 2198) taken in.
        red_packets,
        /// Older payloads that did not fit into a packet sent.
        red_blocks_omitted,
        /// Times the source began anew (SSRC, sequence or timestamp jump).
        source_changes,
        /// Packets whose timestamp did not keep to their samples, placed by their number.
        timestamps_repaired,
        /// Blocks of 10 ms made up while the peer was speaking.
        concealed_blocks,
        /// The same where it was silent anyway.
        silent_concealed_blocks,
        /// Blocks of 10 ms in which the peer sent nothing because it was silent.
        dtx_blocks,
        /// Times that the peer changed to another codec of those that it may send, without a word.
        codec_changes,
        /// The payload type of the codec that it changed to last.
        heard_payload_type,
        /// Packets played.
        played_packets,
        /// Packets handed on undecoded.
        passed_packets,
        /// Packets sent.
        packets_out,
        /// Octets of payload sent.
        octets_out,
        /// Packets of comfort noise sent; they count as packets too.
        noise_packets_out,
        /// Pauses in what is sent: times that discontinuous transmission ceased to send audio.
        pauses,
        /// Milliseconds of digits taken out of the audio, where events replace them.
        suppressed_tone_ms,
        /// By how much the audio is held back for that, in microseconds.
        tone_delay_us,
        /// Packets dropped because the port's ring was full.
        ring_full,
        /// Blocks discarded because the packet they were for was interrupted.
        discarded_blocks,
        /// Blocks dropped because a PCM reader did not read.
        tap_dropped,
        /// Frames not decoded for want of a frame slot.
        no_frame,
        /// Faults of a codec or stage.
        faults,
        /// NaN or infinite samples stopped.
        not_finite,
        /// Jitter buffer level in microseconds.
        buffer_us,
        /// Jitter buffer target in microseconds.
        target_us,
        /// Milliseconds of audio removed or inserted to follow the target.
        stretched_ms,
        /// Level of the last metered blocks in dBov, as a positive number (RFC 6464).
        level_dbov,
    }
}

impl LegCounters {
    /// Remembers what the last packet was that could not be played, for whoever is to be told of it.
    pub(crate) fn unplayable(&mut self, payload_type: u8, octets: usize) {
        (self.unplayable_type, self.unplayable_octets) = (payload_type.into(), octets as u64);
    }
}
