//! Pure: the histograms of the selected media thread: percentiles, and for phases their share of the tick's work.

use super::super::state::Screen;
use media_core::telemetry::Measure;
use media_core::telemetry::snapshot::{Nanos, Percentiles, Window, WorkerSnapshot};
use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Cell, Row, Table};

const HEAD: [&str; 6] = ["count", "p50", "p90", "p99", "p99.9", "max"];
/// Columns of the widest bar.
const BAR: usize = 20;

/// How many rows there are to show.
pub(super) fn rows(screen: &Screen) -> usize {
    screen.worker().map_or(0, |worker| measured(worker, screen.window).count())
}

fn measured(worker: &WorkerSnapshot, window: Window) -> impl Iterator<Item = &Percentiles> {
    let rows = match window {
        Window::Total => &worker.total,
        Window::Recent => &worker.recent,
    };
    rows.iter().filter(|row| row.count > 0)
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, screen: &Screen) {
    let Some(worker) = screen.worker() else { return };
    let of_time = match screen.window {
        Window::Total => "since the start",
        Window::Recent => "last 5 to 10 s",
    };
    let work = measured(worker, screen.window).find(|row| row.name == Measure::TickWork.name());
    let work_ns = work.map_or(0.0, |row| row.mean_ns);
    let period_ns = u64::from(worker.period_ms) * 1_000_000;
    let head = [Line::from("")].into_iter().chain(HEAD.map(|name| Line::from(name).right_aligned()));
    let head = Row::new(head.chain([Line::from("share of the tick's work")]));
    let widths = [Constraint::Length(18)].into_iter().chain([Constraint::Length(9); 6]);
    let table = Table::new(
        measured(worker, screen.window).map(|row| line(row, work_ns, period_ns)),
        widths.chain([Constraint::Fill(1)]),
    );
    let title = format!(" worker {}: {of_time} ", worker.worker);
    frame.render_widget(table.header(head.bold()).block(Block::bordered().title(title)), area);
}

fn line(row: &Percentiles, work_ns: f64, period_ns: u64) -> Row<'_> {
    let phase = row.name.strip_prefix("phase_");
    let name = phase.map_or_else(|| row.name.clone(), |phase| format!("  {phase}"));
    let figure = |ns: u64| {
        let told = Line::from(Nanos(ns).to_string()).right_aligned();
        // Only what belongs to the tick is measured by its length.
        let of_tick = row.name == Measure::TickWork.name() || row.name == Measure::WakeUpLateness.name();
        match ns {
            ns if of_tick && ns > period_ns => told.red(),
            ns if of_tick && ns > period_ns / 2 => told.yellow(),
            _ => told,
        }
    };
    let values = [row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.max_ns].map(figure);
    let share = match phase {
        Some(_) if work_ns > 0.0 => {
            let share = (row.mean_ns / work_ns).min(1.0);
            let bar = "█".repeat((share * BAR as f64).round() as usize);
            Line::from(format!("{:>3.0} % {bar}", share * 100.0)).style(Style::new().fg(Color::Cyan))
        }
        _ => Line::default(),
    };
    let cells = [Line::from(name), Line::from(row.count.to_string()).right_aligned()];
    Row::new(cells.into_iter().chain(values).chain([share]).map(Cell::from))
}
