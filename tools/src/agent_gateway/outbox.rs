//! I/O: what waits for an agent's socket: a queue with a bound, and the task that empties it. Who fills it never waits.

use super::event::Event;
use super::frame::Frame;
use super::limits::{FAREWELL, QUEUED_FRAMES, QUEUED_MESSAGES};
use super::start::AudioForm;
use futures_util::{Sink, SinkExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Why no message more is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutboxEnd {
    /// The agent does not read.
    Full,
    /// The connection is gone.
    Closed,
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Outbox {
    queue: mpsc::Sender<Message>,
    last: oneshot::Sender<[Message; 2]>,
    writer: JoinHandle<()>,
}

/// For answers that come later than their questions.
#[derive(Debug, Clone)]
pub(super) struct Replies(mpsc::Sender<Message>);

impl Replies {
    /// Says it, if there is room.
    pub(super) fn say(&self, event: &Event) {
        let _ = self.0.try_send(Message::text(event.text()));
    }
}

impl Outbox {
    pub(super) fn new<S: Sink<Message> + Unpin + Send + 'static>(sink: S) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUED_MESSAGES);
        let (last, end) = oneshot::channel();
        Self { queue, last, writer: tokio::spawn(write(sink, waiting, end)) }
    }

    pub(super) fn say(&self, event: &Event) -> Result<(), OutboxEnd> {
        self.put(Message::text(event.text()))
    }

    pub(super) fn put(&self, message: Message) -> Result<(), OutboxEnd> {
        self.queue.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => OutboxEnd::Full,
            mpsc::error::TrySendError::Closed(_) => OutboxEnd::Closed,
        })
    }

    pub(super) fn replies(&self) -> Replies {
        Replies(self.queue.clone())
    }

    /// Whether a frame of audio is taken now: else it waits in the port, where the oldest makes room.
    pub(super) fn takes_audio(&self) -> bool {
        QUEUED_MESSAGES - self.queue.capacity() < QUEUED_FRAMES
    }

    pub(super) fn audio(&self, frame: &Frame, form: AudioForm) -> Result<(), OutboxEnd> {
        self.put(frame.message(form))
    }

    pub(super) fn ping(&self) -> Result<(), OutboxEnd> {
        if self.takes_audio() { self.put(Message::Ping(Bytes::new())) } else { Ok(()) }
    }

    /// Ends with `event` behind what waits, as far as the agent takes it in time.
    pub(super) async fn close(self, event: &Event, code: CloseCode) {
        let Self { queue, last, mut writer } = self;
        let words = farewell(event, code);
        let all = async {
            for message in words {
                let _ = queue.send(message).await;
            }
            drop(queue);
            let _ = (&mut writer).await;
        };
        let in_time = tokio::time::timeout(FAREWELL, all).await;
        drop(last);
        if in_time.is_err() {
            writer.abort();
        }
    }

    /// Ends with `event` in place of what waits.
    pub(super) async fn cut(self, event: &Event, code: CloseCode) {
        let Self { queue, last, mut writer } = self;
        let _ = last.send(farewell(event, code));
        if tokio::time::timeout(FAREWELL, &mut writer).await.is_err() {
            writer.abort();
        }
        drop(queue);
    }
}

fn farewell(event: &Event, code: CloseCode) -> [Message; 2] {
    let reason = match event {
        Event::Stopped { reason, .. } => *reason,
        _ => "",
    };
    let close = CloseFrame { code, reason: reason.into() };
    [Message::text(event.text()), Message::Close(Some(close))]
}

async fn write<S: Sink<Message> + Unpin>(
    mut sink: S,
    mut waiting: mpsc::Receiver<Message>,
    mut end: oneshot::Receiver<[Message; 2]>,
) {
    let mut may_end = true;
    loop {
        tokio::select! {
            biased;
            words = &mut end, if may_end => match words {
                Ok(words) => {
                    for message in words {
                        let _ = sink.send(message).await;
                    }
                    return;
                }
                // What waits is all that there will be.
                Err(_) => may_end = false,
            },
            message = waiting.recv() => match message {
                Some(message) => if sink.send(message).await.is_err() { return },
                None => return,
            }
        }
    }
}
