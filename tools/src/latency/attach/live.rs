//! Control: the terminal around the live screen: figures from the socket, keys, drawing.

use super::state::Screen;
use super::view;
use crate::latency::client::StatsClient;
use anyhow::{Context, Result};
use media_core::telemetry::legs::{LegOrder, TOP};
use media_core::telemetry::snapshot::{Snapshot, Window};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How soon a key or new figures show.
const TURN: Duration = Duration::from_millis(100);

/// Shows a watched engine until a key ends it; tells if the engine ended before.
///
/// # Errors
/// The terminal cannot be used, or the connection broke.
pub fn run(client: StatsClient, window: Window) -> Result<()> {
    let wanted = Wanted::default();
    let figures = follow(client, wanted.clone())?;
    let mut terminal = ratatui::try_init().context("this terminal cannot be drawn on: use --once or --json")?;
    let ended = show(&mut terminal, &figures, Screen::new(window), &wanted);
    ratatui::restore();
    if ended? {
        println!("the engine has ended");
    }
    Ok(())
}

type Figures = Receiver<Result<Option<Snapshot>>>;

/// The legs that the screen wants in place of the snapshot's.
type Wanted = Arc<Mutex<Option<(LegOrder, String)>>>;

/// Reads on a thread of its own, so that keys are heard while the engine is silent.
fn follow(mut client: StatsClient, wanted: Wanted) -> Result<Figures> {
    let (tx, rx) = sync_channel(1);
    std::thread::Builder::new().name("stats".into()).spawn(move || {
        loop {
            let wanted = || wanted.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let answer = client.snapshot().and_then(|snapshot| figures(&client, snapshot, wanted()));
            let last = !matches!(answer, Ok(Some(_)));
            if tx.send(answer).is_err() || last {
                return;
            }
        }
    })?;
    Ok(rx)
}

/// A snapshot with the legs that are wanted; none when the engine has ended in order.
fn figures(
    client: &StatsClient,
    snapshot: Option<Snapshot>,
    wanted: Option<(LegOrder, String)>,
) -> Result<Option<Snapshot>> {
    let Some(mut snapshot) = snapshot else {
        client.ended()?;
        return Ok(None);
    };
    if let Some((order, part)) = wanted {
        // By a connection of its own, as this one is watched.
        snapshot.legs = client.again()?.legs(order, &part, TOP as u16)?;
    }
    Ok(Some(snapshot))
}

/// True if the engine ended.
fn show(terminal: &mut DefaultTerminal, figures: &Figures, mut screen: Screen, wanted: &Wanted) -> Result<bool> {
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
        *wanted.lock().unwrap_or_else(PoisonError::into_inner) = screen.wanted();
    }
}
