//! Pure: the legs that stand out, sorted as the keys ask.

use crate::latency::attach::state::Screen;
use crate::latency::legs::{audio, figure};
use media_core::telemetry::legs::{LegOrder, LegRow, TOP};
use media_core::telemetry::snapshot::Snapshot;
use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Stylize;
use ratatui::text::Line;
use ratatui::widgets::{Block, Cell, Row, Table};

/// Name, width, by which order it is sorted, and how soon it is left out where there is no room for all.
const COLUMNS: [(&str, u16, Option<LegOrder>, u8); 9] = [
    ("session", 7, None, 0),
    ("worker", 6, None, 4),
    ("in/s", 8, Some(LegOrder::Packets), 0),
    ("out/s", 8, Some(LegOrder::Packets), 2),
    ("lost/s", 8, Some(LegOrder::Lost), 0),
    ("concealed ms/s", 14, Some(LegOrder::Concealed), 2),
    ("delay ms", 9, Some(LegOrder::Delay), 3),
    ("refused/s", 9, Some(LegOrder::Sick), 1),
    ("audio", 16, Some(LegOrder::Sick), 0),
];
/// What is left to the dialog's name at least.
const NAME: u16 = 24;

/// Which columns find room, and what is left.
fn shown(room: u16) -> ([bool; COLUMNS.len()], u16) {
    let width = |least: u8| -> u16 { COLUMNS.iter().filter(|(.., rank)| *rank <= least).map(|(_, w, ..)| w + 1).sum() };
    let least = (0..=4).rev().find(|least| width(*least) + NAME <= room).unwrap_or(0);
    (COLUMNS.map(|(.., rank)| rank <= least), room.saturating_sub(width(least)))
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot, screen: &Screen) {
    let order = screen.order;
    let (shown, room) = shown(area.width.saturating_sub(2));
    let mut legs = snapshot.legs.clone();
    order.sort(&mut legs);
    if order == LegOrder::Sick && screen.wanted().is_none() {
        legs.retain(|leg| leg.sickness() > 0.0);
    }
    let rows = legs.iter().take(TOP).map(|leg| row(leg, shown, room));
    let kept = || COLUMNS.iter().zip(shown).filter(|(_, shown)| *shown).map(|(column, _)| column);
    let head = kept().map(|(name, _, of, _)| {
        let line = Line::from(*name).right_aligned();
        if *of == Some(order) { line.cyan() } else { line }
    });
    let widths = kept().map(|(_, width, ..)| Constraint::Length(*width)).chain([Constraint::Fill(1)]);
    let by = match order {
        LegOrder::Packets => "packets",
        LegOrder::Sick if legs.is_empty() => "sickness: none is sick",
        LegOrder::Sick => "sickness",
        LegOrder::Lost => "packets lost",
        LegOrder::Concealed => "audio made up",
        LegOrder::Delay => "delay",
    };
    let of = screen.wanted().map(|(_, part)| format!(", dialog has \"{part}\"")).unwrap_or_default();
    let table = Table::new(rows, widths)
        .header(Row::new(head.chain([Line::from("dialog")])).bold())
        .block(Block::bordered().title(format!(" legs by {by}, of {} sessions{of} ", snapshot.sessions)));
    frame.render_widget(table, area);
}

fn row(leg: &LegRow, shown: [bool; COLUMNS.len()], room: u16) -> Row<'static> {
    let [incoming, outgoing] = [leg.packets_in_s, leg.packets_out_s].map(figure);
    let [lost, concealed, delay, refused] = [leg.lost_s, leg.concealed_ms_s, leg.delay_ms, leg.refused_s].map(figure);
    let (session, worker) = (leg.session.to_string(), leg.worker.to_string());
    let cells = [session, worker, incoming, outgoing, lost, concealed, delay, refused, audio(leg)];
    let cells = cells.into_iter().zip(shown).filter(|(_, shown)| *shown);
    let cells = cells.map(|(text, _)| Cell::from(Line::from(text).right_aligned()));
    let row = Row::new(cells.chain([Cell::from(cut(&leg.dialog, room.into()))]));
    if leg.sickness() >= 1_000.0 { row.red() } else { row }
}

/// A name in so many characters, cut in its middle: what tells names apart is at either end.
fn cut(name: &str, room: usize) -> String {
    let length = name.chars().count();
    if length <= room {
        return name.to_owned();
    }
    let kept = room.saturating_sub(1);
    let begin = name.chars().take(kept.div_ceil(2));
    begin.chain(['…']).chain(name.chars().skip(length - kept / 2)).take(room).collect()
}
