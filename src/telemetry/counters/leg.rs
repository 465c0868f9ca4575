//! Boundary: what a leg counts.

use super::published::published;
use crate::quality::BurstGapCounts;
use crate::rt::Gauge;

/// Each counter of a leg, once, for what counts it and for what shows it: `$make` is called with `$head` and the list. The first
/// eight are those that packets touch: one cache line.
macro_rules! each_leg_counter {
    ($make:ident! { $($head:tt)* }) => {
        $make! { $($head)* {
            /// Packets taken in.
            packets_in,
            /// Octets of payload taken in.
            octets_in,
            /// Packets sent.
            packets_out,
            /// Octets of payload sent.
            octets_out,
            /// Packets handed on undecoded.
            passed_packets,
            /// Packets dropped for want of a payload slot.
            no_slot,
            /// NaN or infinite samples stopped.
            not_finite,
            /// Packets dropped before the port.
            ring_full,
            /// Packets with a payload type that was not negotiated.
            unknown_payload_type,
            /// Payload type of the last packet that could not be played.
            unplayable_type,
            /// Octets of its payload.
            unplayable_octets,
            /// Packets of telephone events.
            event_packets,
            /// Packets of comfort noise taken in (RFC 3389); they count as packets too.
            noise_packets_in,
            /// Starts and ends of digits that the supervisor did not take in time.
            digits_missed,
            /// Packets without payload, or of an unknown type with one octet: keep-alives, padding only.
            empty_packets,
            /// Payloads that are none of the codec's, or longer than 200 ms.
            bad_payload,
            /// Packets dropped on inward hold.
            held,
            /// Duplicates dropped.
            duplicates,
            /// Packets that came too late; they are not lost.
            late,
            /// Packets dropped by the jitter buffer for another reason.
            refused,
            /// Packets that did not come (RFC 3550 section 6.4.1): one that comes late, or cannot be played, is none.
            lost,
            /// Packets out of order, in time.
            reordered,
            /// Lost packets whose audio came in a later one (RFC 2198, in-band error correction).
            recovered,
            /// Of them those whose packet came again in a later one (RFC 2198): they are not counted as lost.
            refilled,
            /// Packets with redundancy taken in.
            red_packets,
            /// Older payloads that did not fit into a packet sent.
            red_blocks_omitted,
            /// Times the source began anew: another SSRC, or a jump of number or timestamp. Each is told by an event.
            source_changes,
            /// Packets whose timestamp did not keep to their samples, placed by their number.
            timestamps_repaired,
            /// Blocks of 10 ms made up while the peer was speaking: not in its pauses, and not after its end.
            concealed_blocks,
            /// The same where it was silent anyway.
            silent_concealed_blocks,
            /// Blocks of 10 ms in which the peer sent nothing because it was silent.
            dtx_blocks,
            /// Times that the peer changed to another codec of those that it may send, without a renegotiation.
            codec_changes,
            /// The payload type of the codec that it changed to last; 0 while it has not.
            heard_payload_type,
            /// Packets played.
            played_packets,
            /// Packets of comfort noise sent; they count as packets too.
            noise_packets_out,
            /// Pauses in what is sent: times that discontinuous transmission ceased to send audio.
            pauses,
            /// Milliseconds of digits taken out of the audio, where events replace them.
            suppressed_tone_ms,
            /// By how much the audio from the party is held back for that, microseconds; 0 while it is off.
            tone_delay_us,
            /// Blocks of interrupted packets.
            discarded_blocks,
            /// Blocks of 10 ms taken from a writer of samples.
            sample_blocks_in,
            /// Blocks that a PCM reader did not read in time.
            tap_dropped,
            /// Milliseconds of silence in prompts: what they were to play did not come in time.
            prompts_dry_ms,
            /// Blocks not decoded for want of a frame.
            no_frame,
            /// Faults of codec or stage.
            faults,
            /// Jitter buffer level, microseconds.
            buffer_us,
            /// Jitter buffer target, microseconds.
            target_us,
            /// Milliseconds of audio removed or inserted to follow the target.
            stretched_ms,
            /// Interarrival jitter, microseconds (RFC 3550 section 6.4.1); digits and descriptions of noise are left out.
            jitter_us,
            /// Length of the last packet of audio, microseconds.
            packet_us,
            /// By how much the sender's clock is slower than ours, parts per million; 0 until known.
            sender_slow_ppm,
            /// By how much it is faster.
            sender_fast_ppm,
            /// Packets heard outside of bursts of losses (RFC 3611 appendix A.2, c11).
            gap_packets,
            /// Losses that stood alone there (c14); a packet that came and was thrown away counts as one.
            gap_losses,
            /// Bursts of losses (c13).
            bursts,
            /// Packets heard within bursts (c22).
            burst_packets,
            /// Losses within bursts behind a packet that was heard (c23).
            burst_losses,
            /// Losses right behind another (c33).
            losses_in_row,
            /// Level of the party's speech, in -dBov; 0: not known. Where its audio is decoded, from one block in eight.
            speech_dbov,
            /// Level of its noise in the pauses, in -dBov; 0: not known.
            noise_dbov,
            /// Blocks with a clipped sample; of one in eight, times eight.
            clipped_blocks,
            /// Glitches that were not told, as more causes were at work at once than are kept apart.
            glitches_missed,
            /// The block of 10 ms as of which all of this is, by its worker's clock.
            as_of_block,
            /// Level while metered, in -dBov.
            level_dbov,
        } }
    };
}
pub(crate) use each_leg_counter;

each_leg_counter!(published! {
    /// What a leg counts.
    #[repr(C, align(64))]
    LegCounters, LegGauges
});

impl LegGauges {
    /// Losses told into bursts and gaps.
    pub(crate) fn burst_gap(&self) -> BurstGapCounts {
        let gaps = [&self.gap_packets, &self.gap_losses, &self.bursts];
        let bursts = [&self.burst_packets, &self.burst_losses, &self.losses_in_row];
        let ([a, b, c], [d, e, f]) = (gaps.map(Gauge::get), bursts.map(Gauge::get));
        BurstGapCounts::new([a, b, c, d, e, f])
    }
}

impl LegCounters {
    /// Remembers what the last packet was that could not be played, for whoever is to be told of it.
    pub(crate) fn unplayable(&mut self, payload_type: u8, octets: usize) {
        (self.unplayable_type, self.unplayable_octets) = (payload_type.into(), octets as u64);
    }
}
