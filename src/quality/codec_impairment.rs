//! Pure: what codecs do to speech, as G.113 and its appendices have it: the equipment impairment Ie, and the robustness to loss
//! Bpl.

use super::e_model::Band;

/// How sure a figure is.
///
/// Example: [`CodecImpairment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confidence {
    /// As published in G.113, or quoted from it in several places.
    Published,
    /// As engineers remember G.113 and the G.107 series to have it; not compared with the text.
    Remembered,
    /// For loss no figure is published: measured here, by PESQ-WB (P.862.2) of speech that came through our receive path.
    Measured,
    /// No figure is published, at least for loss: taken from a codec of the same kind.
    Assumed,
}

/// What a codec does to speech.
///
/// ```
/// use media_core::quality::{CodecImpairment, Confidence};
///
/// let g729a = CodecImpairment::of("G729A").unwrap();
/// assert_eq!((g729a.ie, g729a.bpl), (11.0, Some(19.0)));
/// // G.113 has no figure for Opus.
/// assert_eq!(CodecImpairment::of("opus").unwrap().confidence, Confidence::Measured);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CodecImpairment {
    /// Its name.
    pub codec: &'static str,
    /// On which scale.
    pub band: Band,
    /// The equipment impairment factor Ie without loss.
    pub ie: f64,
    /// The packet-loss robustness factor Bpl; `None` where no figure is published.
    pub bpl: Option<f64>,
    /// How sure both are.
    pub confidence: Confidence,
}

impl CodecImpairment {
    /// The figures of a codec by its name in [`ALL`](Self::ALL), in any case.
    #[must_use]
    pub fn of(codec: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.codec.eq_ignore_ascii_case(codec))
    }

    /// The figures to rate what is heard in a codec of ours by, by the name of its encoding, in any case: with our concealment,
    /// and where G.113 has no figure for loss with one that says [`Confidence::Measured`] or [`Confidence::Assumed`]. `None`: the
    /// codec is not ours.
    ///
    /// Linear audio bears loss as G.711 does, by the same concealment.
    ///
    /// ```
    /// use media_core::quality::{CodecImpairment, Confidence};
    ///
    /// assert_eq!(CodecImpairment::like("PCMA").unwrap().codec, "G711-PLC");
    /// assert_eq!(CodecImpairment::like("opus").unwrap().confidence, Confidence::Measured);
    /// ```
    #[must_use]
    pub fn like(encoding: &str) -> Option<Self> {
        let known = [("PCMU", "G711-PLC"), ("PCMA", "G711-PLC"), ("L16", "G711-PLC")];
        let named = known.into_iter().find(|(ours, _)| ours.eq_ignore_ascii_case(encoding)).map_or(encoding, |of| of.1);
        let mut found = Self::of(named)?;
        if found.bpl.is_none() {
            let alike = if found.codec == "G729" { Self::of("G729A") } else { Self::of("G711-PLC") };
            (found.bpl, found.confidence) = (alike.and_then(|alike| alike.bpl), Confidence::Assumed);
        }
        Some(found)
    }

    /// All that are known. There are none for iLBC and L16.
    ///
    /// Opus: no Ie, as its kind at such rates has next to none; Bpl measured (4.5 at 32 kbit/s, 4.9 at 24) without redundancy, what
    /// PESQ-WB has against the codec itself left out. G.722: Bpl measured (3.5) with our concealment; its Ie is G.113's.
    pub const ALL: &'static [Self] = &[
        row("G711", Band::Narrowband, 0.0, Some(4.3), Confidence::Published),
        row("G711-PLC", Band::Narrowband, 0.0, Some(25.1), Confidence::Published),
        row("G729", Band::Narrowband, 10.0, None, Confidence::Published),
        row("G729A", Band::Narrowband, 11.0, Some(19.0), Confidence::Remembered),
        row("G723.1", Band::Narrowband, 15.0, Some(16.1), Confidence::Remembered),
        row("GSM-EFR", Band::Narrowband, 5.0, Some(10.0), Confidence::Remembered),
        row("GSM-FR", Band::Narrowband, 20.0, None, Confidence::Remembered),
        row("G726-32", Band::Narrowband, 7.0, None, Confidence::Remembered),
        row("G722", Band::Wideband, 13.0, Some(3.5), Confidence::Measured),
        row("G722-56", Band::Wideband, 20.0, None, Confidence::Remembered),
        row("G722-48", Band::Wideband, 31.0, None, Confidence::Remembered),
        row("Opus", Band::Wideband, 1.0, Some(4.5), Confidence::Measured),
        row("AMR-WB-12.65", Band::Wideband, 13.0, None, Confidence::Remembered),
        row("AMR-WB-23.05", Band::Wideband, 1.0, None, Confidence::Published),
        row("AMR-WB-6.6", Band::Wideband, 41.0, None, Confidence::Published),
    ];
}

const fn row(codec: &'static str, band: Band, ie: f64, bpl: Option<f64>, confidence: Confidence) -> CodecImpairment {
    CodecImpairment { codec, band, ie, bpl, confidence }
}
