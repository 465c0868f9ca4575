//! I/O: an agent of the tests.

use super::super::frame::Frame;
use futures_util::{SinkExt as _, StreamExt as _};
use media_core::codec::{AudioDecoder, G711Decoder, Law};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

/// An agent. What it does not ask for is kept.
pub(super) struct Agent {
    pub(super) socket: WebSocketStream<TcpStream>,
    pub(super) frames: Vec<Frame>,
    pub(super) told: Vec<Value>,
}

impl Agent {
    pub(super) async fn connect(url: &str) -> Result<Self, Error> {
        Self::over(TcpStream::connect(url.split('/').nth(2).unwrap()).await.unwrap(), url).await
    }

    pub(super) async fn over(stream: TcpStream, url: &str) -> Result<Self, Error> {
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await?;
        Ok(Self { socket, frames: Vec::new(), told: Vec::new() })
    }

    /// Connects and starts a call with these fields: `started`.
    pub(super) async fn start(url: &str, fields: Value) -> (Self, Value) {
        let mut agent = Self::connect(url).await.unwrap();
        assert_eq!(agent.until("connected").await["protocol"], "media-core-agent/1");
        let mut start = json!({ "event": "start", "rate": 8_000 });
        start.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        agent.send(start).await;
        let started = agent.until("started").await;
        (agent, started)
    }

    pub(super) async fn send(&mut self, command: Value) {
        self.socket.send(Message::text(command.to_string())).await.unwrap();
    }

    /// Says octets of µ-law.
    pub(super) async fn say(&mut self, octets: &[u8]) {
        self.socket.send(Message::binary(linear(octets))).await.unwrap();
    }

    /// The next message, as an object; frames of audio are put aside.
    pub(super) async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(60), self.socket.next()).await;
            match message.expect("a message within a minute") {
                Some(Ok(Message::Binary(octets))) => self.frames.push(Frame::parse(&octets).unwrap()),
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(close)))) => {
                    return Some(
                        json!({ "event": "close", "code": u16::from(close.code), "reason": close.reason.as_str() }),
                    );
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next message of that name; others are put aside.
    pub(super) async fn until(&mut self, event: &str) -> Value {
        loop {
            match self.next().await {
                Some(told) if told["event"] == event => return told,
                Some(told) => self.told.push(told),
                None => panic!("the connection ended before {event}: {:?}", self.told),
            }
        }
    }

    /// Hears at least so many frames more.
    pub(super) async fn hear(&mut self, frames: usize) {
        let aim = self.frames.len() + frames;
        while self.frames.len() < aim {
            match self.socket.next().await {
                Some(Ok(Message::Binary(octets))) => self.frames.push(Frame::parse(&octets).unwrap()),
                Some(Ok(Message::Text(text))) => self.told.push(serde_json::from_str(&text).unwrap()),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Octets of µ-law as samples of 16 bit.
pub(super) fn linear(octets: &[u8]) -> Vec<u8> {
    let mut pcm = vec![0.0; octets.len()];
    G711Decoder::new(Law::Mu).decode_into(octets, &mut pcm).unwrap();
    pcm.iter().flat_map(|x| ((x * 32_768.0) as i16).to_le_bytes()).collect()
}
