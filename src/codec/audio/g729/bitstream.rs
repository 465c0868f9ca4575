//! Pure: the codewords of a frame and their octets: 80 bits of speech (Table 8), 15 of a silence descriptor (Table B.2),
//! most significant bit first, as RTP carries them (RFC 3551 clause 4.5.6).

use super::fixed_codebook::PulseIndices;
use super::lsp_codebook::LspIndices;
use super::sid_lsf::SidLsfIndices;

/// Octets of a frame of speech.
pub const SPEECH_OCTETS: usize = 10;
/// Octets of a silence descriptor; its last bit is spare.
pub const SID_OCTETS: usize = 2;

/// Codewords of a subframe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubframeIndices {
    /// P1 (8 bits) or P2 (5).
    pub lag: u8,
    /// C and S.
    pub pulses: PulseIndices,
    /// GA and GB, 7 bits.
    pub gains: u8,
}

/// Codewords of a frame of speech.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpeechIndices {
    /// L0 to L3.
    pub lsp: LspIndices,
    /// P0.
    pub parity: bool,
    /// Both subframes.
    pub subframes: [SubframeIndices; 2],
}

/// Codewords of a silence descriptor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SidIndices {
    /// Spectrum.
    pub lsf: SidLsfIndices,
    /// Energy, 5 bits.
    pub gain: u8,
}

/// What an encoder makes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Speech.
    Speech(SpeechIndices),
    /// A silence descriptor.
    Sid(SidIndices),
    /// Silence that goes on: nothing is sent.
    Untransmitted,
}

/// Bits appended to one number.
struct Writer(u128);

impl Writer {
    fn put(&mut self, value: u16, bits: u32) {
        self.0 = self.0 << bits | u128::from(value) & ((1 << bits) - 1);
    }
}

/// Bits taken from the front of a number that is aligned to its left end.
struct Reader(u128);

impl Reader {
    fn take(&mut self, bits: u32) -> u16 {
        let value = (self.0 >> (128 - bits)) as u16;
        self.0 <<= bits;
        value
    }

    fn octet(&mut self, bits: u32) -> u8 {
        self.take(bits) as u8
    }
}

impl SpeechIndices {
    /// The octets.
    pub fn pack(&self) -> [u8; SPEECH_OCTETS] {
        let mut bits = Writer(0);
        bits.put(self.lsp.predictor.into(), 1);
        bits.put(self.lsp.first.into(), 7);
        bits.put(self.lsp.low.into(), 5);
        bits.put(self.lsp.high.into(), 5);
        for (subframe, lag_bits) in self.subframes.iter().zip([8, 5]) {
            bits.put(subframe.lag.into(), lag_bits);
            if lag_bits == 8 {
                bits.put(self.parity.into(), 1);
            }
            bits.put(subframe.pulses.positions, 13);
            bits.put(subframe.pulses.signs.into(), 4);
            bits.put(subframe.gains.into(), 7);
        }
        let mut octets = [0; SPEECH_OCTETS];
        octets.copy_from_slice(&bits.0.to_be_bytes()[16 - SPEECH_OCTETS..]);
        octets
    }

    /// Of octets.
    pub fn unpack(octets: &[u8; SPEECH_OCTETS]) -> Self {
        let mut aligned = [0; 16];
        aligned[..SPEECH_OCTETS].copy_from_slice(octets);
        let mut bits = Reader(u128::from_be_bytes(aligned));
        let lsp =
            LspIndices { predictor: bits.octet(1), first: bits.octet(7), low: bits.octet(5), high: bits.octet(5) };
        let mut parity = false;
        let subframes = [8, 5].map(|lag_bits| {
            let lag = bits.octet(lag_bits);
            if lag_bits == 8 {
                parity = bits.octet(1) == 1;
            }
            let pulses = PulseIndices { positions: bits.take(13), signs: bits.octet(4) };
            SubframeIndices { lag, pulses, gains: bits.octet(7) }
        });
        Self { lsp, parity, subframes }
    }
}

impl SidIndices {
    /// The octets; the spare bit is 0.
    pub fn pack(&self) -> [u8; SID_OCTETS] {
        let mut bits = Writer(0);
        bits.put(self.lsf.predictor.into(), 1);
        bits.put(self.lsf.first.into(), 5);
        bits.put(self.lsf.second.into(), 4);
        bits.put(self.gain.into(), 5);
        bits.put(0, 1);
        (bits.0 as u16).to_be_bytes()
    }

    /// Of octets; the spare bit is ignored.
    pub fn unpack(octets: [u8; SID_OCTETS]) -> Self {
        let mut bits = Reader(u128::from(u16::from_be_bytes(octets)) << 112);
        let lsf = SidLsfIndices { predictor: bits.octet(1), first: bits.octet(5), second: bits.octet(4) };
        Self { lsf, gain: bits.octet(5) }
    }
}
