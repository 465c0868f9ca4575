//! Control: what is known of dialogs: what their media are, and what they were asked to become. What the engine refuses is taken back.

use crate::codec::CapabilityList;
use crate::session::MediaSessionParams;
use crate::types::DialogId;
use crossbeam_channel::{Receiver, Sender};
use std::collections::{HashMap, VecDeque};

/// What a dialog's media are.
#[derive(Debug, Clone)]
pub(super) struct Agreed {
    /// What our last description said: a later one keeps its payload types (RFC 3264 section 8.3.2).
    pub(super) description: CapabilityList,
    pub(super) params: MediaSessionParams,
}

/// A dialog: what its session has, if there is one yet, and what was asked of it since.
#[derive(Debug, Default)]
struct Dialog {
    settled: Option<Agreed>,
    asked: VecDeque<(u64, Agreed)>,
}

/// What the engine said to what was asked under that number: whether it was done.
type Answer = (DialogId, u64, bool);

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Dialogs {
    known: HashMap<DialogId, Dialog>,
    numbered: u64,
    /// No more wait than were asked.
    answers: (Sender<Answer>, Receiver<Answer>),
}

impl Dialogs {
    pub(super) fn new() -> Self {
        Self { known: HashMap::new(), numbered: 0, answers: crossbeam_channel::unbounded() }
    }

    /// What a dialog's media are to be, as far as is known.
    pub(super) fn get(&self, dialog: &DialogId) -> Option<&Agreed> {
        let dialog = self.known.get(dialog)?;
        dialog.asked.back().map(|(_, agreed)| agreed).or(dialog.settled.as_ref())
    }

    /// It is asked to become that, or to begin so; what is to be told whether it was done.
    pub(super) fn ask(&mut self, dialog: DialogId, agreed: Agreed) -> impl FnOnce(bool) + Send + 'static {
        self.numbered += 1;
        let (number, answer) = (self.numbered, self.answers.0.clone());
        self.known.entry(dialog.clone()).or_default().asked.push_back((number, agreed));
        // Nobody hears it where the bridge is gone.
        move |done| drop(answer.send((dialog, number, done)))
    }

    /// Takes what the engine has answered since.
    pub(super) fn hear(&mut self) {
        while let Ok((name, number, done)) = self.answers.1.try_recv() {
            let Some(dialog) = self.known.get_mut(&name) else { continue };
            // None: it was forgotten meanwhile, and another began.
            let Some(at) = dialog.asked.iter().position(|(own, _)| *own == number) else { continue };
            let asked = dialog.asked.remove(at);
            if done {
                dialog.settled = asked.map(|(_, agreed)| agreed);
            } else if dialog.settled.is_none() && dialog.asked.is_empty() {
                self.known.remove(&name);
            }
        }
    }

    /// It is none any more; whether it was one.
    pub(super) fn remove(&mut self, dialog: &DialogId) -> bool {
        self.known.remove(dialog).is_some()
    }
}
