//! I/O: an agent of the load: it says noise, a frame for each that it hears, and compares what it hears with what its phone said.

use super::noise;
use super::phone::Phone;
use crate::agent_gateway::frame::Frame;
use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Samples of a block, the step in which what is heard is compared.
const BLOCK: usize = 80;
/// How far from its place a block is looked for, and where the first is, in samples.
const NEAR: u64 = 800;
const BEGIN: u64 = 24_000;
/// Octets of the kernel's buffer for what comes.
const RECEIVE_OCTETS: u32 = 64 << 10;
/// What is said ahead: a fifth of a second.
const AHEAD: usize = 1_600;

/// What an agent found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Blocks that were heard as they were said, how often one of these was not the next one, blocks that were not heard so, and those
    /// that were lost, as it did not read.
    pub(super) whole_blocks: u64,
    pub(super) shifts: u64,
    pub(super) altered_blocks: u64,
    pub(super) lost_blocks: u64,
    /// Frames whose tick did not follow on the one before.
    pub(super) tick_gaps: u64,
    /// Samples that it said, and the `stopped` message.
    pub(super) said: u64,
    pub(super) stopped: Value,
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Agent {
    socket: WebSocketStream<TcpStream>,
    seed: u64,
    /// The seed of what its phone says, and the next sample of that.
    phone: u64,
    next: Option<u64>,
    next_tick: Option<u64>,
    found: Found,
}

/// The seed of what an agent says to the phone of that number.
pub(super) fn seed(number: u64) -> u64 {
    10_000 + number
}

impl Agent {
    /// Makes a call; its phone goes where phones are driven.
    pub(super) async fn call(gateway: SocketAddr, number: u64, phones: &Sender<Phone>) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Little waits here of what is not read: that is to be seen at the gateway.
        socket.set_recv_buffer_size(RECEIVE_OCTETS)?;
        let stream = socket.connect(gateway).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{gateway}/call/load-{number}");
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await?;
        let mut phone = Phone::new(number)?;
        let start = json!({ "event": "start", "rate": 8_000, "remote": phone.address()?.to_string() });
        socket.send(Message::text(start.to_string())).await?;
        let started = event(&mut socket, "started").await?;
        let local = started["local"].as_str().context("no local address")?;
        phone.call(local.parse()?)?;
        phones.send(phone).ok().context("the phones are gone")?;
        Ok(Self { socket, seed: seed(number), phone: number, next: None, next_tick: None, found: Found::default() })
    }

    /// Talks until then; `reads`: until when it reads what comes.
    pub(super) async fn talk(mut self, until: Instant, reads: Instant) -> Result<Found> {
        self.say(AHEAD).await?;
        loop {
            let message = tokio::time::timeout_at(until.min(reads), self.socket.next()).await;
            match message {
                Err(_) => break,
                Ok(Some(Ok(Message::Binary(octets)))) => {
                    let frame = Frame::parse(&octets).context("no frame")?;
                    self.hear(&frame)?;
                    self.say(frame.samples.len()).await?;
                }
                Ok(Some(Ok(Message::Text(text)))) => {
                    let told: Value = serde_json::from_str(&text)?;
                    anyhow::ensure!(told["event"] != "error", "{told}");
                }
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) => bail!("the gateway closed the connection"),
            }
        }
        tokio::time::sleep_until(until).await;
        self.socket.send(Message::text(r#"{"event":"stop"}"#)).await?;
        self.found.stopped = event(&mut self.socket, "stopped").await?;
        Ok(self.found)
    }

    async fn say(&mut self, count: usize) -> Result<()> {
        let octets = noise::octets(self.seed, self.found.said, count);
        let mut pcm = vec![0.0; count];
        G711Decoder::new(Law::Mu).decode_into(&octets, &mut pcm)?;
        let linear: Vec<u8> = pcm.iter().flat_map(|x| ((x * 32_768.0) as i16).to_le_bytes()).collect();
        self.found.said += count as u64;
        Ok(self.socket.send(Message::binary(linear)).await?)
    }

    fn hear(&mut self, frame: &Frame) -> Result<()> {
        let pcm: Vec<f32> = frame.samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        let mut octets = vec![0; pcm.len()];
        G711Encoder::new(Law::Mu).encode_into(&pcm, &mut octets)?;
        self.found.lost_blocks += u64::from(frame.header.lost);
        let follows = self.next_tick.is_none_or(|tick| frame.header.tick == tick + u64::from(frame.header.lost));
        self.found.tick_gaps += u64::from(!follows);
        self.next_tick = Some(frame.header.tick + (pcm.len() / BLOCK) as u64);
        octets.chunks_exact(BLOCK).for_each(|block| self.compare(block));
        Ok(())
    }

    /// Compares a block with what comes next, or with what is near it: the jitter buffer stretches time now and then.
    fn compare(&mut self, block: &[u8]) {
        let is = |at: &u64| (*at..).zip(block).all(|(at, octet)| noise::octet(self.phone, at) == *octet);
        let expected = self.next.filter(is);
        let near = match self.next {
            Some(next) => next.saturating_sub(NEAR)..next + NEAR,
            None => 0..BEGIN,
        };
        match expected.or_else(|| near.into_iter().find(is)) {
            Some(at) => {
                self.found.whole_blocks += 1;
                self.found.shifts += u64::from(self.next.is_some() && expected.is_none());
                self.next = Some(at + BLOCK as u64);
            }
            // Before the first that is known its phone was not heard yet.
            None => {
                self.found.altered_blocks += u64::from(self.next.is_some());
                self.next = self.next.map(|next| next + BLOCK as u64);
            }
        }
    }
}

/// Waits for a message of that name.
async fn event(socket: &mut WebSocketStream<TcpStream>, name: &str) -> Result<Value> {
    let wait = async {
        while let Some(message) = socket.next().await {
            if let Message::Text(text) = message? {
                let told: Value = serde_json::from_str(&text)?;
                anyhow::ensure!(told["event"] != "error", "{told}");
                if told["event"] == name {
                    return Ok(told);
                }
            }
        }
        bail!("no {name} came")
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.with_context(|| format!("no {name} came within 20 s"))?
}
