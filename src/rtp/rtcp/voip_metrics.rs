//! Pure: how good a call is, as a receiver tells the other side (RFC 3611 section 4.7).

/// VoIP metrics of a source (RFC 3611 section 4.7). Rates and densities are in 256ths, 127 is "not known" where the RFC
/// says so.
///
/// ```
/// use media_core::rtp::rtcp::VoipMetrics;
///
/// let unknown = VoipMetrics::default();
/// assert_eq!((unknown.r_factor(), unknown.mos_cq()), (None, None));
/// let known = VoipMetrics { r: 93, mos_conversational: 44, ..unknown };
/// assert_eq!((known.r_factor(), known.mos_cq()), (Some(93), Some(4.4)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoipMetrics {
    /// The source that is reported on.
    pub ssrc: u32,
    /// Packets lost in the network, in 256ths of those expected.
    pub loss_rate: u8,
    /// Packets thrown away since they came too late or early, in 256ths of those expected.
    pub discard_rate: u8,
    /// Packets lost or thrown away within bursts, in 256ths.
    pub burst_density: u8,
    /// The same outside of them.
    pub gap_density: u8,
    /// Mean length of a burst, ms.
    pub burst_duration_ms: u16,
    /// Mean length of what lies between two, ms.
    pub gap_duration_ms: u16,
    /// Round trip between the RTP interfaces, ms; 0: not known.
    pub round_trip_ms: u16,
    /// Delay within the end that reports: buffer, codec, sound card, ms.
    pub end_system_delay_ms: u16,
    /// Level of the speech that is heard, dBm0 as a signed number; 127: not known.
    pub signal_level: i8,
    /// Level of the noise in its pauses, dBm0; 127: not known.
    pub noise_level: i8,
    /// Residual echo return loss, dB; 127: not known.
    pub residual_echo_return_loss: u8,
    /// So many packets received in a row end a burst.
    pub gmin: u8,
    /// R factor, 0..=100; 127: not known.
    pub r: u8,
    /// R factor of another network behind; 127: none.
    pub external_r: u8,
    /// MOS-LQ, in tenths, 10..=50; 127: not known.
    pub mos_listening: u8,
    /// MOS-CQ, in tenths, 10..=50; 127: not known.
    pub mos_conversational: u8,
    /// Kinds of concealment and jitter buffer, as section 4.7.6 codes them.
    pub receiver_configuration: u8,
    /// Present delay of the jitter buffer, ms.
    pub jitter_buffer_ms: u16,
    /// What it would reach with the worst packet that was not thrown away, ms.
    pub jitter_buffer_maximum_ms: u16,
    /// What it can ever reach, ms.
    pub jitter_buffer_absolute_maximum_ms: u16,
}

/// Nothing is known; bursts end after 16 packets, as the RFC recommends.
impl Default for VoipMetrics {
    fn default() -> Self {
        let mut none = Self::read([0; 8]);
        none.gmin = 16;
        (none.signal_level, none.noise_level, none.residual_echo_return_loss) = (127, 127, 127);
        (none.r, none.external_r, none.mos_listening, none.mos_conversational) = (127, 127, 127, 127);
        none
    }
}

impl VoipMetrics {
    /// R factor, where it is known.
    pub fn r_factor(&self) -> Option<u8> {
        (self.r <= 100).then_some(self.r)
    }

    /// MOS-LQ, where it is known.
    pub fn mos_lq(&self) -> Option<f32> {
        known(self.mos_listening)
    }

    /// MOS-CQ, where it is known.
    pub fn mos_cq(&self) -> Option<f32> {
        known(self.mos_conversational)
    }

    /// In four pairs of words.
    pub(crate) fn packed(&self) -> [u64; 4] {
        let words = self.words();
        let mut pairs = words.chunks(2).map(|pair| pair.iter().fold(0, |all, word| all << 32 | u64::from(*word)));
        std::array::from_fn(|_| pairs.next().unwrap_or(0))
    }

    /// Of those.
    pub(crate) fn of_packed(packed: [u64; 4]) -> Self {
        let [a, b, c, d] = packed;
        let halves = |pair: u64| [(pair >> 32) as u32, pair as u32];
        let ([w0, w1], [w2, w3], [w4, w5], [w6, w7]) = (halves(a), halves(b), halves(c), halves(d));
        Self::read([w0, w1, w2, w3, w4, w5, w6, w7])
    }

    pub(super) fn read(words: [u32; 8]) -> Self {
        let [ssrc, rates, durations, delays, levels, scores, buffer, maxima] = words;
        let [loss_rate, discard_rate, burst_density, gap_density] = rates.to_be_bytes();
        let [signal_level, noise_level, residual_echo_return_loss, gmin] = levels.to_be_bytes();
        let [r, external_r, mos_listening, mos_conversational] = scores.to_be_bytes();
        let halves = |word: u32| ((word >> 16) as u16, word as u16);
        let ((burst_duration_ms, gap_duration_ms), (round_trip_ms, end_system_delay_ms)) =
            (halves(durations), halves(delays));
        let (jitter_buffer_maximum_ms, jitter_buffer_absolute_maximum_ms) = halves(maxima);
        Self {
            ssrc,
            loss_rate,
            discard_rate,
            burst_density,
            gap_density,
            burst_duration_ms,
            gap_duration_ms,
            round_trip_ms,
            end_system_delay_ms,
            signal_level: signal_level as i8,
            noise_level: noise_level as i8,
            residual_echo_return_loss,
            gmin,
            r,
            external_r,
            mos_listening,
            mos_conversational,
            receiver_configuration: (buffer >> 24) as u8,
            jitter_buffer_ms: buffer as u16,
            jitter_buffer_maximum_ms,
            jitter_buffer_absolute_maximum_ms,
        }
    }

    pub(super) fn words(&self) -> [u32; 8] {
        let word = |high: u16, low: u16| u32::from(high) << 16 | u32::from(low);
        let levels = [self.signal_level as u8, self.noise_level as u8, self.residual_echo_return_loss, self.gmin];
        [
            self.ssrc,
            u32::from_be_bytes([self.loss_rate, self.discard_rate, self.burst_density, self.gap_density]),
            word(self.burst_duration_ms, self.gap_duration_ms),
            word(self.round_trip_ms, self.end_system_delay_ms),
            u32::from_be_bytes(levels),
            u32::from_be_bytes([self.r, self.external_r, self.mos_listening, self.mos_conversational]),
            word(u16::from(self.receiver_configuration) << 8, self.jitter_buffer_ms),
            word(self.jitter_buffer_maximum_ms, self.jitter_buffer_absolute_maximum_ms),
        ]
    }
}

fn known(tenths: u8) -> Option<f32> {
    (10..=50).contains(&tenths).then_some(f32::from(tenths) / 10.0)
}
