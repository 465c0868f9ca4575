//! Pure: the table of media threads: load, late ticks and whose fault, privileges.

use media_core::rt::os::Privilege;
use media_core::telemetry::snapshot::{Nanos, Snapshot, WorkerSnapshot};
use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Cell, Row, Table, TableState};

const COLUMNS: [(&str, u16); 12] = [
    ("worker", 6),
    ("core", 4),
    ("legs", 6),
    ("load 1 s", 8),
    ("10 s", 7),
    ("60 s", 7),
    ("worst", 7),
    ("late ticks", 10),
    ("ours/machine", 12),
    ("longest", 8),
    ("skipped", 7),
    ("waited", 8),
];

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot, selected: usize) {
    let head = COLUMNS.map(|(name, _)| Line::from(name).right_aligned());
    let head = head.into_iter().chain([Line::from("shed"), Line::from("privileges")]);
    let widths = COLUMNS.map(|(_, width)| Constraint::Length(width));
    let widths = widths.into_iter().chain([Constraint::Length(4), Constraint::Fill(1)]);
    let table = Table::new(snapshot.workers.iter().map(row), widths)
        .header(Row::new(head).bold())
        .row_highlight_style(Style::new().reversed())
        .block(Block::bordered().title(" media threads "));
    let last = snapshot.workers.len().saturating_sub(1);
    frame.render_stateful_widget(table, area, &mut TableState::new().with_selected(selected.min(last)));
}

fn row(worker: &WorkerSnapshot) -> Row<'_> {
    let WorkerSnapshot { load, xruns, privileges, .. } = worker;
    let percent = |share: f32| format!("{:.1} %", share * 100.0);
    let ours = xruns.spells.saturating_sub(xruns.machine_spells);
    let right = |text: String| Line::from(text).right_aligned();
    let load_now = right(percent(load.mean_1s)).style(match load.now {
        now if now >= 0.9 => Style::new().fg(Color::Red),
        now if now >= 0.7 => Style::new().fg(Color::Yellow),
        _ => Style::new(),
    });
    let late = right(xruns.late_ticks.to_string());
    let cells = [
        right(worker.worker.to_string()),
        right(worker.core.map_or("any".to_owned(), |core| core.to_string())),
        right(worker.legs.to_string()),
        load_now,
        right(percent(load.mean_10s)),
        right(percent(load.mean_60s)),
        right(percent(load.worst_1s)),
        if xruns.late_ticks > 0 { late.red() } else { late },
        right(format!("{ours}/{}", xruns.machine_spells)),
        right(Nanos(xruns.longest_ns).to_string()),
        right(xruns.skipped_ticks.to_string()),
        right(Nanos(worker.usage.waited_ns).to_string()),
        right(worker.shed_level.to_string()),
    ];
    let granted = [("rt", &privileges.realtime), ("pin", &privileges.pinned), ("lock", &privileges.memory_locked)];
    let granted = granted.into_iter().flat_map(|(name, privilege)| {
        let told = match privilege {
            Privilege::Granted => Span::from(name).green(),
            Privilege::Refused(_) => Span::from(format!("{name}!")).red(),
            Privilege::NotAsked => Span::from("-").dim(),
        };
        [told, Span::from(" ")]
    });
    Row::new(cells.into_iter().map(Cell::from).chain([Cell::from(Line::from_iter(granted))]))
}
