//! Control: where the pump runs: on an ordinary thread that is started for the first prompt, or within the step of the supervisor,
//! where time is virtual.

use crate::playback::pump::{Pump, PumpOrder};
use crate::rt::contain::contained;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use std::path::PathBuf;
use std::time::Duration;

/// How often rings are filled: they hold half a second.
const FILLED_EACH: Duration = Duration::from_millis(20);

/// Orders that wait at most until prompts are refused; what ends one is always taken.
const BEHIND: usize = 8_192;

/// See the head of the file.
#[derive(Debug)]
pub(crate) enum PumpHost {
    /// No prompt was played yet.
    Waiting(Option<PathBuf>),
    /// Orders to its thread.
    Thread(Sender<PumpOrder>),
    /// Run by hand, unless it is to hang.
    ByHand { pump: Pump, orders: Vec<PumpOrder>, hangs: bool },
}

impl PumpHost {
    /// Its prompts are rendered in the step of the supervisor from now on.
    pub(crate) fn run_by_hand(&mut self) {
        if let Self::Waiting(root) = self {
            *self = Self::ByHand { pump: Pump::new(root.take()), orders: Vec::new(), hangs: false };
        }
    }

    /// Whether it hangs, as a thread does that waits for a disk.
    pub(crate) fn hang(&mut self, hanging: bool) {
        if let Self::ByHand { hangs, .. } = self {
            *hangs = hanging;
        }
    }

    /// Starts its thread, if there is none yet.
    ///
    /// # Errors
    /// What the system says that has no thread to give.
    pub(crate) fn start(&mut self) -> std::io::Result<()> {
        let Self::Waiting(root) = self else { return Ok(()) };
        let (sender, orders) = unbounded();
        let pump = Pump::new(root.clone());
        // It ends with its sender, or when the disk lets go of it: nobody waits for that.
        std::thread::Builder::new().name("media-files".into()).spawn(move || run(pump, &orders))?;
        *self = Self::Thread(sender);
        Ok(())
    }

    /// Whether so many orders wait that there is no sense in more: a disk stalls, and has for long.
    pub(crate) fn is_behind(&self) -> bool {
        match self {
            Self::Waiting(_) => false,
            Self::Thread(orders) => orders.len() >= BEHIND,
            Self::ByHand { orders, .. } => orders.len() >= BEHIND,
        }
    }

    pub(crate) fn send(&mut self, order: PumpOrder) {
        match self {
            Self::Waiting(_) => {}
            // A thread that ended leaves players without prompts: they say so.
            Self::Thread(sender) => drop(sender.send(order)),
            Self::ByHand { orders, .. } => orders.push(order),
        }
    }

    /// Does its work, where nobody else does.
    pub(crate) fn fill(&mut self) {
        if let Self::ByHand { pump, orders, hangs: false } = self {
            orders.drain(..).for_each(|order| pump.take(order));
            while pump.turn() {}
        }
    }
}

fn run(mut pump: Pump, orders: &Receiver<PumpOrder>) {
    loop {
        let next = match pump.is_idle() {
            true => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => orders.recv_timeout(FILLED_EACH),
        };
        match next {
            Ok(order) => pump.take(order),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // What is told meanwhile is done between two turns: a prompt that begins waits for no other to be rendered.
        loop {
            orders.try_iter().for_each(|order| pump.take(order));
            match contained("what renders prompts", || pump.turn()) {
                Some(true) => {}
                Some(false) => break,
                None => return,
            }
        }
    }
}
