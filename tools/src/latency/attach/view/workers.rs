//! Pure: the table of media threads: load, late ticks and whose fault, privileges.

use media_core::rt::os::Privilege;
use media_core::telemetry::snapshot::{Nanos, Snapshot, WorkerSnapshot};
use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Cell, Row, Table, TableState};

/// Name, width, and how soon it is left out where there is no room for all.
const COLUMNS: [(&str, u16, u8); 14] = [
    ("worker", 6, 0),
    ("core", 4, 6),
    ("legs", 6, 0),
    ("load 1 s", 8, 0),
    ("10 s", 7, 4),
    ("60 s", 7, 7),
    ("worst", 7, 0),
    ("late ticks", 10, 0),
    ("ours/machine", 12, 2),
    ("longest", 8, 3),
    ("skipped", 7, 8),
    ("waited", 8, 9),
    ("shed", 4, 1),
    ("privileges", 12, 5),
];

/// Which columns find room, with a space between each two: the least important are left out, none is cut.
fn shown(room: u16) -> [bool; COLUMNS.len()] {
    let width = |least: u8| -> u16 { COLUMNS.iter().filter(|(.., rank)| *rank <= least).map(|(_, w, _)| w + 1).sum() };
    let least = (0..=9).rev().find(|least| width(*least) <= room + 1).unwrap_or(0);
    COLUMNS.map(|(.., rank)| rank <= least)
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot, selected: usize) {
    let shown = shown(area.width.saturating_sub(2));
    let kept = || COLUMNS.iter().zip(shown).filter(|(_, shown)| *shown).map(|(column, _)| column);
    let last = COLUMNS.len() - 1;
    let head = kept().map(|(name, ..)| match *name == COLUMNS[last].0 {
        true => Line::from(*name),
        false => Line::from(*name).right_aligned(),
    });
    let table = Table::new(
        snapshot.workers.iter().map(|worker| row(worker, shown)),
        kept().map(|(_, width, _)| Constraint::Length(*width)),
    );
    let table = table
        .header(Row::new(head).bold())
        .row_highlight_style(Style::new().reversed())
        .block(Block::bordered().title(" media threads "));
    let last = snapshot.workers.len().saturating_sub(1);
    frame.render_stateful_widget(table, area, &mut TableState::new().with_selected(selected.min(last)));
}

fn row(worker: &WorkerSnapshot, shown: [bool; COLUMNS.len()]) -> Row<'_> {
    let WorkerSnapshot { load, xruns, privileges, .. } = worker;
    let percent = |share: f32| format!("{:.1} %", share * 100.0);
    let ours = xruns.late_runs.saturating_sub(xruns.machine_late_runs);
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
        right(format!("{ours}/{}", xruns.machine_late_runs)),
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
    let cells = cells.into_iter().chain([Line::from_iter(granted)]).zip(shown);
    Row::new(cells.filter(|(_, shown)| *shown).map(|(cell, _)| Cell::from(cell)))
}
