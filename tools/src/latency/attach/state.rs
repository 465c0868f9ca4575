//! Pure: what the live screen shows, and how keys change it.

use media_core::telemetry::legs::LegOrder;
use media_core::telemetry::snapshot::{Snapshot, Window, WorkerSnapshot};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::collections::VecDeque;

/// Loads that are remembered for the line of the past.
const PAST: usize = 240;

/// See the module text.
#[derive(Debug, Default)]
pub struct Screen {
    /// The figures shown; none before the first answer.
    pub snapshot: Option<Snapshot>,
    /// Which histograms.
    pub window: Window,
    /// Place of the selected worker among the workers.
    pub selected: usize,
    /// By what the legs are sorted.
    pub order: LegOrder,
    /// Whether new figures are held back.
    pub paused: bool,
    /// Whether advice is shown in place of the legs.
    pub advice: bool,
    /// Loads in thousandths of each worker in the past, oldest first.
    pub past: Vec<VecDeque<u64>>,
    /// Only legs whose dialog's name has this part, of all that there are; empty: those that stand out.
    pub filter: String,
    /// Keys write the filter.
    pub typing: bool,
    held: Option<Snapshot>,
}

/// Characters that a filter may have.
const FILTER: usize = 40;

impl Screen {
    /// That shows the histograms of one window at first.
    pub fn new(window: Window) -> Self {
        Self { window, ..Self::default() }
    }

    /// Takes new figures, or holds them back while paused.
    pub fn take(&mut self, snapshot: Snapshot) {
        self.past.resize(snapshot.workers.len(), VecDeque::new());
        for (past, worker) in self.past.iter_mut().zip(&snapshot.workers) {
            if past.len() == PAST {
                past.pop_front();
            }
            past.push_back((worker.load.mean_1s * 1e3) as u64);
        }
        if self.paused && self.snapshot.is_some() {
            self.held = Some(snapshot);
        } else {
            self.snapshot = Some(snapshot);
        }
    }

    /// The selected worker; the last one if there are fewer.
    pub fn worker(&self) -> Option<&WorkerSnapshot> {
        let workers = &self.snapshot.as_ref()?.workers;
        workers.get(self.selected.min(workers.len().checked_sub(1)?))
    }

    /// Does what a key asks; false to end.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        if key.kind == KeyEventKind::Release {
            return true;
        }
        if self.typing {
            return self.write_filter(key);
        }
        let last = self.snapshot.as_ref().map_or(0, |s| s.workers.len().saturating_sub(1));
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return false,
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            KeyCode::Char('p' | ' ') => self.pause(),
            KeyCode::Char('w') => {
                self.window = if self.window == Window::Recent { Window::Total } else { Window::Recent };
            }
            KeyCode::Char('s') => {
                let at = LegOrder::ALL.iter().position(|order| *order == self.order).unwrap_or(0);
                self.order = LegOrder::ALL[(at + 1) % LegOrder::ALL.len()];
            }
            KeyCode::Char('/') => self.typing = true,
            KeyCode::Char('a' | '?') => self.advice = !self.advice,
            KeyCode::Up | KeyCode::Char('k') => self.selected = self.selected.min(last).saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.selected = (self.selected + 1).min(last),
            KeyCode::Char(digit @ '0'..='9') => self.selected = (digit as usize - '0' as usize).min(last),
            _ => {}
        }
        true
    }

    /// The legs to ask for in place of the snapshot's.
    pub fn wanted(&self) -> Option<(LegOrder, String)> {
        let part = self.filter.trim();
        (!part.is_empty()).then(|| (self.order, part.to_owned()))
    }

    fn write_filter(&mut self, key: KeyEvent) -> bool {
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            KeyCode::Esc => (self.filter, self.typing) = (String::new(), false),
            KeyCode::Enter => self.typing = false,
            KeyCode::Backspace => drop(self.filter.pop()),
            KeyCode::Char(one) if self.filter.chars().count() < FILTER => self.filter.push(one),
            _ => {}
        }
        true
    }

    fn pause(&mut self) {
        self.paused = !self.paused;
        if !self.paused
            && let Some(held) = self.held.take()
        {
            self.snapshot = Some(held);
        }
    }
}
