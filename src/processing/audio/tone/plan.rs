//! Pure: the tones that tell a caller how his call goes: frequencies, levels and cadences by country, in one table for who makes them
//! and who recognizes them.
//!
//! North America: ANSI T1.401 / Telcordia GR-506 (levels a tone). Europe: one frequency of 425 Hz with the cadences of Germany, which lie
//! within those that ITU-T E.180 and ETSI TR 101 041 recommend. United Kingdom: frequencies and cadences of BT SIN 350, levels as its
//! neighbours'. Special information: ITU-T E.180, clause 5.

/// What a tone tells a caller.
///
/// Example: [`ToneCadence`](crate::ToneCadence).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallTone {
    /// Dial.
    Dial,
    /// The other side is being called.
    Ringback,
    /// The other side is busy.
    Busy,
    /// There is no way there: congestion, reorder.
    Congestion,
}

/// Whose tones.
///
/// Example: [`ToneCadence`](crate::ToneCadence).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TonePlan {
    /// The precise tone plan of North America.
    NorthAmerica,
    /// 425 Hz, as in most of Europe, with Germany's cadences.
    Europe,
    /// The tones of the United Kingdom. Its dial tone is that of North America: heard, it is told as that.
    UnitedKingdom,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToneRow {
    /// Whose.
    pub plan: TonePlan,
    /// Which.
    pub tone: CallTone,
    /// Frequencies in Hz, at once.
    pub hz: &'static [f32],
    /// The level of each in dBm0.
    pub dbm0: f32,
    /// How long it sounds and is silent in turn, in ms, over and over; nothing: without a pause.
    pub cadence: &'static [(u32, u32)],
}

const fn row(plan: TonePlan, tone: CallTone, hz: &'static [f32], dbm0: f32, cadence: &'static [(u32, u32)]) -> ToneRow {
    ToneRow { plan, tone, hz, dbm0, cadence }
}

/// All tones; that which is alike in two plans stands in the first alone.
pub const TABLE: [ToneRow; 11] = [
    row(TonePlan::NorthAmerica, CallTone::Dial, &[350.0, 440.0], -13.0, &[]),
    row(TonePlan::NorthAmerica, CallTone::Ringback, &[440.0, 480.0], -19.0, &[(2_000, 4_000)]),
    row(TonePlan::NorthAmerica, CallTone::Busy, &[480.0, 620.0], -24.0, &[(500, 500)]),
    row(TonePlan::NorthAmerica, CallTone::Congestion, &[480.0, 620.0], -24.0, &[(250, 250)]),
    row(TonePlan::Europe, CallTone::Dial, &[425.0], -10.0, &[]),
    row(TonePlan::Europe, CallTone::Ringback, &[425.0], -10.0, &[(1_000, 4_000)]),
    row(TonePlan::Europe, CallTone::Busy, &[425.0], -10.0, &[(480, 480)]),
    row(TonePlan::Europe, CallTone::Congestion, &[425.0], -10.0, &[(240, 240)]),
    row(TonePlan::UnitedKingdom, CallTone::Ringback, &[400.0, 450.0], -13.0, &[(400, 200), (400, 2_000)]),
    row(TonePlan::UnitedKingdom, CallTone::Busy, &[400.0], -10.0, &[(375, 375)]),
    row(TonePlan::UnitedKingdom, CallTone::Congestion, &[400.0], -10.0, &[(400, 350), (225, 525)]),
];

impl TonePlan {
    /// Its row of the table.
    pub fn row(self, tone: CallTone) -> &'static ToneRow {
        let plan = if (self, tone) == (Self::UnitedKingdom, CallTone::Dial) { Self::NorthAmerica } else { self };
        TABLE.iter().find(|row| (row.plan, row.tone) == (plan, tone)).unwrap_or(&TABLE[0])
    }
}

/// Special information: three tones one behind another, Hz, each so long in ms; at 1 s of silence again.
pub const SPECIAL_INFORMATION: ([f32; 3], u32) = ([950.0, 1_400.0, 1_800.0], 330);
