//! Pure: the E-model: from what a call is made of to the rating R, and from there to a mean opinion score.
//!
//! G.107 (06/2015) in full for narrowband. Wideband (G.107.1) and fullband (G.107.2) begin at the R of their scales (129 and 148)
//! and take off what delay and codec cost; their terms for noise, loudness and echo are not there.

mod delay;
mod signal;
#[cfg(test)]
mod tests;

/// The scale of a rating.
///
/// Example: [`EModel`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Band {
    /// 300 to 3,400 Hz, G.107: R up to 93.2 by default.
    #[default]
    Narrowband,
    /// 50 to 7,000 Hz, G.107.1: R up to 129.
    Wideband,
    /// 20 to 20,000 Hz, G.107.2: R up to 148.
    Fullband,
}

impl Band {
    /// What R is divided by before a score is made of it.
    const fn scale(self) -> f64 {
        match self {
            Self::Narrowband => 1.0,
            Self::Wideband => 1.29,
            Self::Fullband => 1.48,
        }
    }
}

/// A value that cannot be rated.
///
/// Example: [`EModel`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QualityError {
    /// One is out of range.
    #[error("{field} = {value}: must be {must}")]
    Parameter {
        /// Which.
        field: &'static str,
        /// What it was.
        value: f64,
        /// What it may be.
        must: &'static str,
    },
    /// Packets are lost, and how well the codec bears that is not known.
    #[error("loss = {0} %: how well this codec bears loss is not known: set bpl")]
    NoBpl(f64),
}

/// What a call is made of, in the terms of G.107 (table 2: the defaults). Plain data, of no side.
///
/// ```
/// use media_core::quality::{CodecImpairment, EModel};
///
/// let best = EModel::default().rate()?;
/// assert_eq!(format!("{:.1} {:.2}", best.r, best.mos_cq), "93.2 4.41");
/// let worse = EModel::default().codec(CodecImpairment::of("G729A").unwrap()).loss(2.0).delay_ms(200.0).rate()?;
/// assert!(worse.mos_cq < worse.mos_lq && worse.mos_lq < 4.0);
/// # Ok::<(), media_core::quality::QualityError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EModel {
    /// The scale.
    pub band: Band,
    /// Absolute delay from mouth to ear, Ta, ms.
    pub ta_ms: f64,
    /// Mean one-way delay of the echo path, T, ms.
    pub t_ms: f64,
    /// Round-trip delay in the four-wire loop, Tr, ms.
    pub tr_ms: f64,
    /// Packets lost, Ppl, percent.
    pub ppl: f64,
    /// How bursty loss is, BurstR: 1 at random, more in bursts.
    pub burst_r: f64,
    /// Equipment impairment of the codec, Ie.
    pub ie: f64,
    /// Its robustness to loss, Bpl.
    pub bpl: Option<f64>,
    /// What users forgive for an advantage of access, A.
    pub a: f64,
    /// Loudness ratings, dB: send SLR, receive RLR, sidetone masking STMR, talker echo TELR, weighted echo path loss WEPL.
    pub slr: f64,
    /// See [`slr`](Self::slr).
    pub rlr: f64,
    /// See [`slr`](Self::slr).
    pub stmr: f64,
    /// See [`slr`](Self::slr).
    pub telr: f64,
    /// See [`slr`](Self::slr).
    pub wepl: f64,
    /// D-values of the telephones at both sides: Ds, Dr.
    pub ds: f64,
    /// See [`ds`](Self::ds).
    pub dr: f64,
    /// Quantizing distortion units.
    pub qdu: f64,
    /// Circuit noise Nc, dBm0p; noise floor Nfor, dBmp.
    pub nc: f64,
    /// See [`nc`](Self::nc).
    pub nfor: f64,
    /// Room noise at both sides, dB(A): Ps, Pr.
    pub ps: f64,
    /// See [`ps`](Self::ps).
    pub pr: f64,
}

impl Default for EModel {
    fn default() -> Self {
        Self {
            band: Band::Narrowband,
            ta_ms: 0.0,
            t_ms: 0.0,
            tr_ms: 0.0,
            ppl: 0.0,
            burst_r: 1.0,
            ie: 0.0,
            bpl: Some(4.3),
            a: 0.0,
            slr: 8.0,
            rlr: 2.0,
            stmr: 15.0,
            telr: 65.0,
            wepl: 110.0,
            ds: 3.0,
            dr: 3.0,
            qdu: 1.0,
            nc: -70.0,
            nfor: -64.0,
            ps: 35.0,
            pr: 35.0,
        }
    }
}

/// How a call is rated, and by what it loses.
///
/// Example: [`EModel`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rating {
    /// The transmission rating R, on the scale of its band.
    pub r: f64,
    /// The mean opinion score of conversation, 1 to 4.5.
    pub mos_cq: f64,
    /// The same of listening: without what delay and echo cost.
    pub mos_lq: f64,
    /// Basic signal-to-noise ratio Ro.
    pub ro: f64,
    /// What comes at the same time as speech: Is.
    pub is: f64,
    /// What delay and echo cost: Id.
    pub id: f64,
    /// What codec and loss cost: Ie-eff.
    pub ie_eff: f64,
}

impl EModel {
    /// With that codec's figures, on its scale.
    #[must_use]
    pub const fn codec(mut self, codec: super::CodecImpairment) -> Self {
        (self.band, self.ie, self.bpl) = (codec.band, codec.ie, codec.bpl);
        self
    }

    /// With so many percent of packets lost at random.
    #[must_use]
    pub const fn loss(mut self, percent: f64) -> Self {
        self.ppl = percent;
        self
    }

    /// With so long from mouth to ear, without echo: a network whose echo is cancelled.
    #[must_use]
    pub const fn delay_ms(mut self, ms: f64) -> Self {
        self.ta_ms = ms;
        self
    }

    /// With so long from mouth to ear, and the echo that comes back over the same path (T = Ta, Tr = 2 Ta).
    #[must_use]
    pub const fn delay_with_echo_ms(mut self, ms: f64) -> Self {
        (self.ta_ms, self.t_ms, self.tr_ms) = (ms, ms, 2.0 * ms);
        self
    }

    /// Rates it. Values beyond those of G.107's table 2 are rated by the same formulas.
    ///
    /// # Errors
    /// [`QualityError`]: a value that means nothing, or loss where Bpl is not known.
    pub fn rate(&self) -> Result<Rating, QualityError> {
        self.check()?;
        let (ro, is) = signal::basic(self);
        let id = delay::impairment(self, ro);
        let ie_eff = self.ie_eff()?;
        let listening = ro - is - ie_eff + self.a;
        // What is left of Id without any delay belongs to the telephone, not to the call.
        let at_rest = delay::impairment(&Self { ta_ms: 0.0, t_ms: 0.0, tr_ms: 0.0, ..*self }, ro);
        let (r, scale) = (listening - id, self.band.scale());
        Ok(Rating { r, mos_cq: mos(r / scale), mos_lq: mos((listening - at_rest) / scale), ro, is, id, ie_eff })
    }

    /// G.107 clause 7.5, G.107.1 and G.107.2 clause 7.4.
    fn ie_eff(&self) -> Result<f64, QualityError> {
        if self.ppl == 0.0 {
            return Ok(self.ie);
        }
        let bpl = self.bpl.ok_or(QualityError::NoBpl(self.ppl))?;
        let most = if self.band == Band::Fullband { 132.0 } else { 95.0 };
        Ok(self.ie + (most - self.ie) * self.ppl / (self.ppl / self.burst_r + bpl))
    }

    fn check(&self) -> Result<(), QualityError> {
        let bpl = self.bpl.unwrap_or(1.0);
        for (field, value, least, most, must) in [
            ("ta_ms", self.ta_ms, 0.0, 60_000.0, "0 to 60000 ms"),
            ("t_ms", self.t_ms, 0.0, 60_000.0, "0 to 60000 ms"),
            ("tr_ms", self.tr_ms, 0.0, 120_000.0, "0 to 120000 ms"),
            ("ppl", self.ppl, 0.0, 100.0, "0 to 100 %"),
            ("burst_r", self.burst_r, 0.1, 100.0, "0.1 to 100"),
            ("ie", self.ie, 0.0, 132.0, "0 to 132"),
            ("bpl", bpl, 0.1, 1_000.0, "0.1 to 1000"),
            ("a", self.a, 0.0, 20.0, "0 to 20"),
            ("slr", self.slr, -20.0, 40.0, "-20 to 40 dB"),
            ("rlr", self.rlr, -20.0, 40.0, "-20 to 40 dB"),
            ("stmr", self.stmr, -20.0, 100.0, "-20 to 100 dB"),
            ("telr", self.telr, -20.0, 200.0, "-20 to 200 dB"),
            ("wepl", self.wepl, -6.0, 200.0, "-6 to 200 dB"),
            ("ds", self.ds, -20.0, 20.0, "-20 to 20 dB"),
            ("dr", self.dr, -20.0, 20.0, "-20 to 20 dB"),
            ("qdu", self.qdu, 0.5, 100.0, "0.5 to 100"),
            ("nc", self.nc, -150.0, 0.0, "-150 to 0 dBm0p"),
            ("nfor", self.nfor, -150.0, 0.0, "-150 to 0 dBmp"),
            ("ps", self.ps, 0.0, 150.0, "0 to 150 dB(A)"),
            ("pr", self.pr, 0.0, 150.0, "0 to 150 dB(A)"),
        ] {
            if !(least..=most).contains(&value) {
                return Err(QualityError::Parameter { field, value, must });
            }
        }
        Ok(())
    }
}

/// The mean opinion score of a rating R on the narrowband scale (G.107 Annex B): 1 to 4.5. Between R = 0 and 6.5 the
/// Recommendation's polynomial dips to 0.98, and so does this.
#[must_use]
pub fn mos(r: f64) -> f64 {
    let r = r.clamp(0.0, 100.0);
    1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6
}
