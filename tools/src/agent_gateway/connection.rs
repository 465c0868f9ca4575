//! Control: a connection: its `start` or `attach`, the talk, and what becomes of the call when that is over.

use super::call::Call;
use super::command::Command;
use super::event::Event;
use super::gateway::Gateway;
use super::limits::{MESSAGE_OCTETS, START};
use super::news::Item;
use super::outbox::Outbox;
use super::refusal::{Fault, Refusal};
use super::start::{Attach, AudioForm, Start};
use super::talk::{End, Talk};
use futures_util::{SinkExt as _, StreamExt as _};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// What is spoken here, in `connected`.
const PROTOCOL: &str = "media-core-agent/1";

type Socket = WebSocketStream<TcpStream>;
type Incoming = futures_util::stream::SplitStream<Socket>;

/// What a message asks for; `None`: nothing, it is the protocol's own.
pub(super) fn command(message: &Message) -> Option<Result<Command, Refusal>> {
    let length = message.len();
    match message {
        Message::Text(_) | Message::Binary(_) if length > MESSAGE_OCTETS => {
            let text = format!("{length} octets: at most {MESSAGE_OCTETS} are taken");
            Some(Err(Refusal::new(Fault::OversizeMessage, text)))
        }
        Message::Text(text) => Some(Command::parse(text)),
        Message::Binary(octets) => Some(Command::samples(octets)),
        _ => None,
    }
}

/// Why there was no call.
enum NotBegun {
    /// Neither `start` nor `attach` came in time.
    Late,
    /// The gateway is to end.
    Shutdown,
    /// The connection is gone.
    Gone,
}

/// Serves a call's agent.
pub(super) async fn call(socket: Socket, name: String, gateway: Arc<Gateway>) {
    let (sink, mut incoming) = socket.split();
    let outbox = Outbox::new(sink);
    let _ = outbox.say(&Event::Connected { protocol: PROTOCOL, call: name.clone() });
    match begin(&mut incoming, &outbox, &name, &gateway).await {
        Ok((mut call, audio)) => {
            let end = Talk::new(&mut call, &outbox, audio, &gateway).run(&mut incoming).await;
            part(call, end, outbox, &gateway).await;
        }
        Err(NotBegun::Late) => {
            let text = format!("neither start nor attach came within {} s", START.as_secs());
            let error = Event::Error { error: Fault::StartTimeout, text, refused: 1 };
            outbox.close(&error, CloseCode::Policy).await;
        }
        Err(NotBegun::Shutdown) => {
            let stopped = Event::Stopped { reason: End::Shutdown.name(), statistics: None };
            outbox.close(&stopped, CloseCode::Away).await;
        }
        Err(NotBegun::Gone) => {}
    }
}

/// Answers what comes until there is a call. What is begun for one is never given up half way.
async fn begin(
    incoming: &mut Incoming,
    outbox: &Outbox,
    name: &str,
    gateway: &Arc<Gateway>,
) -> Result<(Box<Call>, AudioForm), NotBegun> {
    let mut ends = gateway.ends.subscribe();
    let late = Instant::now() + START;
    let mut refused = 0;
    loop {
        let message = tokio::select! {
            message = incoming.next() => message.and_then(Result::ok).ok_or(NotBegun::Gone)?,
            () = tokio::time::sleep_until(late) => return Err(NotBegun::Late),
            _ = ends.wait_for(|ends| *ends) => return Err(NotBegun::Shutdown),
        };
        let begun = match command(&message) {
            None => continue,
            Some(Ok(Command::Start(start))) => make(name, &start, outbox, gateway).await,
            Some(Ok(Command::Attach(attach))) => take(name, &attach, outbox, gateway).await,
            Some(Ok(_)) => Err(Refusal::new(Fault::NotStarted, "the first message is start or attach")),
            Some(Err(refusal)) => Err(refusal),
        };
        match begun {
            Ok(begun) => return Ok(begun),
            Err(Refusal { fault, text }) => {
                refused += 1;
                outbox.say(&Event::Error { error: fault, text, refused }).map_err(|_| NotBegun::Gone)?;
            }
        }
    }
}

/// Makes a call. Whether anybody hears that is seen as the talk begins.
async fn make(
    name: &str,
    start: &Start,
    outbox: &Outbox,
    gateway: &Gateway,
) -> Result<(Box<Call>, AudioForm), Refusal> {
    gateway.calls.reserve(name)?;
    let made = Call::make(&gateway.engine, name, start).await;
    let call = made.inspect_err(|_| gateway.calls.remove(name))?;
    gateway.news.tell(&Item::CallStarted { call: name, local: call.phone.local_address() });
    let attach = start.attach();
    let _ = outbox.say(&call.started(&attach, false));
    Ok((Box::new(call), attach.audio))
}

/// Takes a call that waits.
async fn take(
    name: &str,
    attach: &Attach,
    outbox: &Outbox,
    gateway: &Gateway,
) -> Result<(Box<Call>, AudioForm), Refusal> {
    attach.check()?;
    let mut call = gateway.calls.take(name)?;
    let meanwhile = call.take_up(attach).await;
    gateway.news.tell(&Item::AgentAttached { call: name });
    for event in std::iter::once(call.started(attach, true)).chain(meanwhile) {
        let _ = outbox.say(&event);
    }
    Ok((call, attach.audio))
}

/// The talk is over: the call ends with it, or waits for another agent.
async fn part(mut call: Box<Call>, end: End, outbox: Outbox, gateway: &Arc<Gateway>) {
    call.count_unread();
    match end {
        End::Stop | End::SessionEnded | End::Shutdown => {
            let statistics = gateway.end(call, end.name()).await;
            let stopped = Event::Stopped { reason: end.name(), statistics: Some(Box::new(statistics)) };
            let code = if end == End::Shutdown { CloseCode::Away } else { CloseCode::Normal };
            outbox.close(&stopped, code).await;
        }
        End::Closed | End::Silent | End::QueueFull | End::Oversize => {
            gateway.let_wait(call, end.name()).await;
            let stopped = Event::Stopped { reason: end.name(), statistics: None };
            let code = if end == End::Oversize { CloseCode::Size } else { CloseCode::Policy };
            outbox.cut(&stopped, code).await;
        }
    }
}

/// Tells what befalls calls, to who looks after them.
pub(super) async fn events(mut socket: Socket, gateway: Arc<Gateway>) {
    let mut lines = gateway.news.subscribe();
    let mut ends = gateway.ends.subscribe();
    loop {
        let line = tokio::select! {
            line = lines.recv() => match line {
                Ok(line) => line,
                Err(RecvError::Lagged(missed)) => format!("{{\"event\":\"missed\",\"lines\":{missed}}}"),
                Err(RecvError::Closed) => break,
            },
            message = socket.next() => match message {
                Some(Ok(_)) => continue,
                _ => return,
            },
            _ = ends.wait_for(|ends| *ends) => break,
        };
        match tokio::time::timeout(gateway.agent_timeout, socket.send(Message::text(line))).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
    let _ = tokio::time::timeout(super::limits::FAREWELL, socket.close(None)).await;
}
