//! Control: the talk of an agent with its port: what comes is done at once, what there is to tell is looked for each 10 ms.

use super::call::Call;
use super::command::Command;
use super::connection::command;
use super::event::Event;
use super::gateway::Gateway;
use super::limits::{PING, POLL};
use super::outbox::{Outbox, OutboxEnd};
use super::refusal::Refusal;
use super::start::AudioForm;
use futures_util::{Stream, StreamExt as _};
use media_core::Pending;
use std::ops::ControlFlow;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_tungstenite::tungstenite::{Error, Message};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The agent said so.
    Stop,
    /// The engine ended the call.
    SessionEnded,
    /// The gateway is to end.
    Shutdown,
    /// The connection is gone.
    Closed,
    /// No sign of life.
    Silent,
    /// As many messages wait for the agent as may.
    QueueFull,
    /// A message that is too long to be read.
    Oversize,
}

impl End {
    /// As a `reason`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::SessionEnded => "session_ended",
            Self::Shutdown => "shutdown",
            Self::Closed => "connection_closed",
            Self::Silent => "agent_silent",
            Self::QueueFull => "control_queue_full",
            Self::Oversize => "oversize_message",
        }
    }
}

impl From<OutboxEnd> for End {
    fn from(end: OutboxEnd) -> Self {
        match end {
            OutboxEnd::Full => Self::QueueFull,
            OutboxEnd::Closed => Self::Closed,
        }
    }
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Talk<'a> {
    call: &'a mut Call,
    outbox: &'a Outbox,
    audio: AudioForm,
    gateway: &'a Gateway,
    heard: Instant,
    pinged: Instant,
}

impl<'a> Talk<'a> {
    pub(super) fn new(call: &'a mut Call, outbox: &'a Outbox, audio: AudioForm, gateway: &'a Gateway) -> Self {
        Self { call, outbox, audio, gateway, heard: Instant::now(), pinged: Instant::now() }
    }

    /// Until it ends.
    pub(super) async fn run<S>(mut self, incoming: &mut S) -> End
    where
        S: Stream<Item = Result<Message, Error>> + Unpin,
    {
        let mut ends = self.gateway.ends.subscribe();
        let mut clock = interval(POLL);
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            let flow = tokio::select! {
                message = incoming.next() => match message {
                    Some(Ok(message)) => self.hear(&message),
                    Some(Err(Error::Capacity(_))) => ControlFlow::Break(End::Oversize),
                    Some(Err(_)) | None => ControlFlow::Break(End::Closed),
                },
                _ = clock.tick() => self.look(),
                _ = ends.wait_for(|ends| *ends) => ControlFlow::Break(End::Shutdown),
            };
            if let ControlFlow::Break(end) = flow {
                return end;
            }
        }
    }

    /// Does what a message asks for.
    fn hear(&mut self, message: &Message) -> ControlFlow<End> {
        self.heard = Instant::now();
        let done = match command(message) {
            None => return ControlFlow::Continue(()),
            Some(Ok(Command::Stop)) => return ControlFlow::Break(End::Stop),
            Some(Ok(Command::Dtmf { digits, ms })) => {
                self.answer_later(self.call.phone.send_digits(&digits, ms));
                Ok(None)
            }
            Some(Ok(Command::Remote(remote))) => {
                self.answer_later(self.call.phone.set_remote(remote));
                Ok(None)
            }
            Some(command) => command.and_then(|command| self.call.obey(command)),
        };
        match done {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(event)) => self.say(&event),
            Err(refusal) => {
                let error = self.refused(refusal);
                self.say(&error)
            }
        }
    }

    fn refused(&mut self, Refusal { fault, text }: Refusal) -> Event {
        Event::Error { error: fault, text, refused: self.call.count_refused() }
    }

    /// What the engine answers is said where it is an error, without waiting for it here.
    fn answer_later(&mut self, pending: Pending<()>) {
        let replies = self.outbox.replies();
        let refused = self.call.refused();
        tokio::spawn(async move {
            if let Err(error) = pending.await {
                let Refusal { fault, text } = Refusal::engine(error);
                replies.say(&Event::Error { error: fault, text, refused: refused + 1 });
            }
        });
    }

    /// Tells what there is to tell.
    fn look(&mut self) -> ControlFlow<End> {
        while let Some(event) = self.call.next_event() {
            self.say(&event)?;
        }
        while self.outbox.takes_audio() {
            let Some(frame) = self.call.next_frame() else { break };
            if frame.header.lost > 0 {
                let lost = Event::Lost { blocks: u64::from(frame.header.lost), total: self.call.lost_blocks() };
                self.say(&lost)?;
            }
            put(self.outbox.audio(&frame, self.audio))?;
        }
        if self.call.is_over() {
            return ControlFlow::Break(End::SessionEnded);
        }
        if self.heard.elapsed() > self.gateway.agent_timeout {
            return ControlFlow::Break(End::Silent);
        }
        if self.pinged.elapsed() > PING {
            self.pinged = Instant::now();
            put(self.outbox.ping())?;
        }
        ControlFlow::Continue(())
    }

    fn say(&self, event: &Event) -> ControlFlow<End> {
        put(self.outbox.say(event))
    }
}

fn put(put: Result<(), OutboxEnd>) -> ControlFlow<End> {
    match put {
        Ok(()) => ControlFlow::Continue(()),
        Err(end) => ControlFlow::Break(end.into()),
    }
}
