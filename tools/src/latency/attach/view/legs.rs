//! Pure: the legs that stand out, sorted as the keys ask.

use media_core::telemetry::legs::{LegOrder, TOP};
use media_core::telemetry::snapshot::Snapshot;
use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Stylize;
use ratatui::text::Line;
use ratatui::widgets::{Block, Cell, Row, Table};

const HEAD: [(&str, Option<LegOrder>); 7] = [
    ("session", None),
    ("worker", None),
    ("in/s", Some(LegOrder::Packets)),
    ("out/s", Some(LegOrder::Packets)),
    ("lost/s", Some(LegOrder::Lost)),
    ("concealed ms/s", Some(LegOrder::Concealed)),
    ("delay ms", Some(LegOrder::Delay)),
];

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot, order: LegOrder) {
    let mut legs = snapshot.legs.clone();
    order.sort(&mut legs);
    let rows = legs.iter().take(TOP).map(|leg| {
        let figures = [leg.packets_in_s, leg.packets_out_s, leg.lost_s, leg.concealed_ms_s, leg.delay_ms];
        let figures = figures.map(|value| format!("{value:.1}"));
        let cells = [leg.session.to_string(), leg.worker.to_string()].into_iter().chain(figures);
        let cells = cells.map(|text| Cell::from(Line::from(text).right_aligned()));
        Row::new(cells.chain([Cell::from(leg.dialog.clone())]))
    });
    let head = HEAD.map(|(name, of)| {
        let line = Line::from(name).right_aligned();
        if of == Some(order) { line.cyan() } else { line }
    });
    let widths = [7, 6, 8, 8, 8, 14, 9].map(Constraint::Length).into_iter().chain([Constraint::Fill(1)]);
    let by = match order {
        LegOrder::Packets => "packets",
        LegOrder::Lost => "packets lost",
        LegOrder::Concealed => "audio made up",
        LegOrder::Delay => "delay",
    };
    let table = Table::new(rows, widths)
        .header(Row::new(head.into_iter().chain([Line::from("dialog")])).bold())
        .block(Block::bordered().title(format!(" legs by {by}, of {} sessions ", snapshot.sessions)));
    frame.render_widget(table, area);
}
