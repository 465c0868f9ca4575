//! Pure: the live screen on a terminal of any size: what does not fit is left out, the least important first.

use super::state::Screen;
use media_core::telemetry::snapshot::Snapshot;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Sparkline};

mod histograms;
mod legs;
mod workers;

/// Lines of a table's border and head.
const FRAME: u16 = 3;
/// The fewest lines that a table of legs is worth.
const FEWEST_LEGS: u16 = FRAME + 3;

/// Draws all of it.
pub fn draw(frame: &mut Frame<'_>, screen: &Screen) {
    let area = frame.area();
    let Some(snapshot) = &screen.snapshot else {
        return frame.render_widget(Paragraph::new("waiting for the engine's figures … (q: quit)"), area);
    };
    let workers = (snapshot.workers.len() as u16).min(area.height / 4).max(1) + FRAME;
    let rows = histograms::rows(screen) as u16;
    let below = area.height.saturating_sub(3 + workers);
    // The legs give way first, then the line of the past, then the last rows of the histograms.
    let legs = below.saturating_sub(rows + FRAME);
    let legs = if legs >= FEWEST_LEGS { legs } else { 0 };
    let parts = [
        Constraint::Length(2),
        Constraint::Length(workers),
        Constraint::Length(below.saturating_sub(legs)),
        Constraint::Length(legs),
        Constraint::Length(1),
    ];
    let [head, top, middle, bottom, foot] = Layout::vertical(parts).areas(area);
    frame.render_widget(heading(snapshot, screen), head);
    workers::draw(frame, top, snapshot, screen.selected);
    let past = if middle.width >= 110 { 34 } else { 0 };
    let [table, side] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(past)]).areas(middle);
    histograms::draw(frame, table, screen);
    draw_past(frame, side, screen);
    if screen.advice {
        draw_advice(frame, bottom, screen);
    } else {
        legs::draw(frame, bottom, snapshot, screen);
    }
    frame.render_widget(keys(screen), foot);
}

fn heading<'s>(snapshot: &'s Snapshot, screen: &Screen) -> Paragraph<'s> {
    let seconds = snapshot.uptime_ms / 1_000;
    let up = format!("up {}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let Snapshot { pid, sessions, conferences, .. } = snapshot;
    let mut first = vec![
        Span::from("media-core ").bold(),
        Span::from(format!("process {pid}  {up}  {sessions} sessions, {conferences} conferences  ")),
        Span::from(sick(snapshot)).red(),
        match snapshot.shed_level {
            0 => Span::from("full quality").green(),
            steps => Span::from(format!("quality shed: {}", media_core::rt::shed::ShedLevel::new(steps))).red().bold(),
        },
    ];
    if screen.paused {
        first.push(Span::from("  PAUSED").yellow().bold());
    }
    let mut second = vec![Span::from("cores ")];
    for core in &snapshot.cores {
        let text = format!(" {}: busy {:.0} % stolen {:.1} %", core.core, core.busy * 100.0, core.steal * 100.0);
        second.push(if core.steal >= 0.01 { Span::from(text).red() } else { Span::from(text) });
    }
    second.push(Span::from(format!("  stolen since the start {:.2} s", snapshot.stolen_ms as f64 / 1e3)));
    Paragraph::new(vec![Line::from(first), Line::from(second)])
}

/// How many sessions are sick, and of what; nothing where none is.
fn sick(snapshot: &Snapshot) -> String {
    let of = |name: &str| snapshot.gauges.get(&format!("/sick/{name}")).copied().unwrap_or(0);
    let one_way = match (of("one_way"), of("refused"), of("undecodable")) {
        (0, ..) => String::new(),
        (all, refused, undecodable) => format!("one-way {all} (refused {refused}, undecodable {undecodable})  "),
    };
    let others = ["lossy", "stopped"].map(|name| match of(name) {
        0 => String::new(),
        sessions => format!("{name} {sessions}  "),
    });
    one_way + &others.concat()
}

fn draw_past(frame: &mut Frame<'_>, area: Rect, screen: &Screen) {
    let Some(past) = screen.past.get(screen.selected.min(screen.past.len().saturating_sub(1))) else { return };
    let shown = past.len().min(usize::from(area.width.saturating_sub(2)));
    let newest: Vec<u64> = past.iter().skip(past.len() - shown).copied().collect();
    let worst = past.iter().max().copied().unwrap_or_default() as f64 / 10.0;
    let title = format!(" load, greatest {worst:.0} % ");
    let line = Sparkline::default().data(newest).max(1_000).style(Style::new().fg(Color::Cyan));
    frame.render_widget(line.block(Block::bordered().title(title)), area);
}

fn draw_advice(frame: &mut Frame<'_>, area: Rect, screen: &Screen) {
    let Some(worker) = screen.worker() else { return };
    let mut lines = vec![Line::from(format!("privileges  {}", worker.privileges))];
    lines.extend(worker.privileges.advice().map(|advice| Line::from(format!("advice      {advice}")).yellow()));
    if lines.len() == 1 {
        lines.push(Line::from("no advice: everything asked for is granted"));
    }
    let text = Paragraph::new(lines).wrap(ratatui::widgets::Wrap { trim: false });
    frame.render_widget(text.block(Block::bordered().title(format!(" worker {} ", worker.worker))), area);
}

fn keys(screen: &Screen) -> Line<'static> {
    if screen.typing {
        return Line::from(format!(
            " dialog has: {}▏  (Enter: keep it, Esc: all legs, which are ordered by s)",
            screen.filter
        ));
    }
    let mut spans = Vec::new();
    let window = if screen.window == media_core::telemetry::snapshot::Window::Recent { "all time" } else { "recent" };
    let pause = if screen.paused { "go on" } else { "pause" };
    let keys = [
        ("q", "quit"),
        ("↑↓", "worker"),
        ("w", window),
        ("s", "sort legs"),
        ("/", "dialog"),
        ("p", pause),
        ("a", "advice"),
    ];
    for (key, what) in keys {
        spans.push(Span::from(format!(" {key} ")).add_modifier(Modifier::REVERSED));
        spans.push(Span::from(format!(" {what}  ")));
    }
    Line::from(spans)
}
