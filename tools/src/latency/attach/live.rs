//! Control: the terminal around the live screen: figures from the socket, keys, drawing.

use super::state::Screen;
use super::view;
use crate::latency::client::StatsClient;
use anyhow::{Context, Result};
use media_core::telemetry::snapshot::{Snapshot, Window};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

/// How soon a key or new figures show.
const TURN: Duration = Duration::from_millis(100);

/// Shows a watched engine until a key ends it; tells if the engine ended before.
///
/// # Errors
/// The terminal cannot be used, or the connection broke.
pub fn run(client: StatsClient, window: Window) -> Result<()> {
    let figures = follow(client)?;
    let mut terminal = ratatui::try_init().context("this terminal cannot be drawn on: use --once or --json")?;
    let ended = show(&mut terminal, &figures, Screen::new(window));
    ratatui::restore();
    if ended? {
        println!("the engine has ended");
    }
    Ok(())
}

type Figures = Receiver<Result<Option<Snapshot>>>;

/// Reads on a thread of its own, so that keys are heard while the engine is silent.
fn follow(mut client: StatsClient) -> Result<Figures> {
    let (tx, rx) = sync_channel(1);
    std::thread::Builder::new().name("stats".into()).spawn(move || {
        loop {
            let answer = client.snapshot();
            let last = !matches!(answer, Ok(Some(_)));
            if tx.send(answer).is_err() || last {
                return;
            }
        }
    })?;
    Ok(rx)
}

/// True if the engine ended.
fn show(terminal: &mut DefaultTerminal, figures: &Figures, mut screen: Screen) -> Result<bool> {
    loop {
        loop {
            match figures.try_recv() {
                Ok(Ok(Some(snapshot))) => screen.take(snapshot),
                Ok(Ok(None)) | Err(TryRecvError::Disconnected) => return Ok(true),
                Ok(Err(error)) => return Err(error),
                Err(TryRecvError::Empty) => break,
            }
        }
        terminal.draw(|frame| view::draw(frame, &screen))?;
        if event::poll(TURN)?
            && let Event::Key(key) = event::read()?
            && !screen.key(key)
        {
            return Ok(false);
        }
    }
}
