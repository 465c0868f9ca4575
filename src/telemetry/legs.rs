//! Control: one leg's figures in a row, and which of many legs stand out.

use crate::quality::{AudioStage, ONE_WAY_FOR_SURE_S, OneWay};
use serde::{Deserialize, Serialize};

mod rates;

pub(super) use rates::Meter;

/// So many of each [`LegOrder`] are kept.
pub const TOP: usize = 16;

/// A leg in one row. Rates are of the last seconds.
///
/// Example: [`LegOrder`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LegRow {
    /// The number of its session, as in `/session/17`.
    pub session: u32,
    /// Its dialog; in a [`Snapshot`](crate::Snapshot) at most 40 octets of it, cut in its middle.
    pub dialog: String,
    /// The worker that plays it.
    pub worker: u8,
    /// Packets that came, per second.
    pub packets_in_s: f32,
    /// Packets sent, per second.
    pub packets_out_s: f32,
    /// Packets that never came, per second.
    pub lost_s: f32,
    /// Milliseconds of audio made up, per second.
    pub concealed_ms_s: f32,
    /// What waits in its jitter buffer, in ms.
    pub delay_ms: f32,
    /// Packets of others than its peer, refused, per second.
    pub refused_s: f32,
    /// Packets of no format that was negotiated, per second.
    pub undecodable_s: f32,
    /// How far its audio comes, from the party and to it, as of the last second.
    pub inward: AudioStage,
    /// See `inward`.
    pub outward: AudioStage,
    /// For how many seconds it has been a [one-way](crate::quality::OneWay::is_one_way) call.
    pub one_way_s: u32,
}

impl LegRow {
    /// How sick it is: 0 is well. By thousands what is heard of it (5: a fault stopped it; one-way for 3 s or longer by 4: refused, 3:
    /// undecodable, 2: no packets, 1: nothing leaves), below that what breaks: ms concealed a second, packets refused and undecodable;
    /// less than 1 of it is none.
    pub fn sickness(&self) -> f32 {
        let sure = self.one_way_s >= ONE_WAY_FOR_SURE_S;
        let class = match (self.inward, self.outward) {
            (AudioStage::Stopped, _) | (_, AudioStage::Stopped) => 5.0,
            (AudioStage::RefusedSource, _) if sure => 4.0,
            (AudioStage::Undecodable, _) if sure => 3.0,
            (AudioStage::NoPackets, _) if sure => 2.0,
            _ if sure => 1.0,
            _ => 0.0,
        };
        let breaks = self.concealed_ms_s + self.refused_s + self.undecodable_s;
        // What is long over fades, and never comes to nothing.
        1e3 * class + if breaks < 1.0 { 0.0 } else { breaks.min(999.0) }
    }

    pub(super) fn takes(mut self, ways: OneWay, one_way_s: u32) -> Self {
        (self.inward, self.outward, self.one_way_s) = (ways.inward, ways.outward, one_way_s);
        self
    }
}

/// By what legs are ordered, the greatest first.
///
/// ```
/// use media_core::telemetry::{LegOrder, LegRow};
///
/// let mut rows = vec![LegRow::default(), LegRow::default()];
/// rows[1].lost_s = 2.5;
/// LegOrder::Lost.sort(&mut rows);
/// assert_eq!(LegOrder::Lost.of(&rows[0]), 2.5);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LegOrder {
    /// Packets in and out.
    #[default]
    Packets,
    /// How sick it is ([`LegRow::sickness`]): stopped by a fault, one-way, refused, undecodable, concealed.
    Sick,
    /// Packets lost.
    Lost,
    /// Audio made up.
    Concealed,
    /// Delay in the jitter buffer.
    Delay,
}

impl LegOrder {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Packets, Self::Sick, Self::Lost, Self::Concealed, Self::Delay];

    /// Its name, as the stats socket and tools take it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Packets => "packets",
            Self::Sick => "sick",
            Self::Lost => "lost",
            Self::Concealed => "concealed",
            Self::Delay => "delay",
        }
    }

    /// The one of that [name](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }

    /// What a row counts for.
    pub fn of(self, row: &LegRow) -> f32 {
        match self {
            Self::Packets => row.packets_in_s + row.packets_out_s,
            Self::Sick => row.sickness(),
            Self::Lost => row.lost_s,
            Self::Concealed => row.concealed_ms_s,
            Self::Delay => row.delay_ms,
        }
    }

    /// Sorts, equal ones by their number.
    pub fn sort(self, rows: &mut [LegRow]) {
        rows.sort_by(|a, b| self.of(b).total_cmp(&self.of(a)).then(a.session.cmp(&b.session)));
    }
}

/// Which legs are wanted, of all that there are, and in which order.
///
/// ```
/// use media_core::telemetry::{LegOrder, LegQuery};
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// for dialog in ["a84b4c76e66710@pbx", "f81d4fae7dec11@pbx"] {
///     let session = handle.create_media_session(dialog, MediaSessionParams::new(AudioFormat::pcmu()));
///     engine.complete(session)?;
/// }
/// engine.run_for(Duration::from_secs(3));
/// assert!(handle.legs(&LegQuery::new(LegOrder::Sick)).is_empty());
/// let found = handle.legs(&LegQuery::new(LegOrder::Sick).of_dialog("f81d4"));
/// assert_eq!((found.len(), found[0].dialog.as_str()), (1, "f81d4fae7dec11@pbx"));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegQuery {
    order: LegOrder,
    dialog: String,
    first: u16,
}

impl LegQuery {
    /// The 16 first by that order, of all; by [`LegOrder::Sick`] only those that are.
    pub fn new(order: LegOrder) -> Self {
        Self { order, dialog: String::new(), first: TOP as u16 }
    }

    /// Only those whose dialog's name has that part, the well ones too.
    #[must_use]
    pub fn of_dialog(self, part: &str) -> Self {
        Self { dialog: part.to_owned(), ..self }
    }

    /// So many at most.
    #[must_use]
    pub fn first(self, first: u16) -> Self {
        Self { first, ..self }
    }

    pub(super) fn wants(&self, dialog: &str) -> bool {
        dialog.contains(&self.dialog)
    }

    /// Those of the rows that are wanted, sorted.
    pub(super) fn choose(&self, mut rows: Vec<LegRow>) -> Vec<LegRow> {
        if self.order == LegOrder::Sick && self.dialog.is_empty() {
            rows.retain(|row| row.sickness() > 0.0);
        }
        self.order.sort(&mut rows);
        rows.truncate(self.first.into());
        rows
    }
}

/// The numbers of the legs that stood out last.
#[derive(Debug, Default)]
pub(super) struct Tops(Vec<u32>);

impl Tops {
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied()
    }

    /// The [`TOP`] first of each order, each row once.
    pub(super) fn choose(&mut self, mut rows: Vec<LegRow>) -> Vec<LegRow> {
        rows.sort_by_key(|row| row.session);
        rows.dedup_by_key(|row| row.session);
        let mut chosen: Vec<LegRow> = Vec::new();
        for order in LegOrder::ALL {
            let first = TOP.min(rows.len());
            if first > 0 && first < rows.len() {
                rows.select_nth_unstable_by(first - 1, |a, b| order.of(b).total_cmp(&order.of(a)));
            }
            chosen.extend_from_slice(&rows[..first]);
        }
        chosen.sort_by_key(|row| row.session);
        chosen.dedup_by_key(|row| row.session);
        self.0 = chosen.iter().map(|row| row.session).collect();
        chosen
    }
}

#[cfg(test)]
mod tests;
