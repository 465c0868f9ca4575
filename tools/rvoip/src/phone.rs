//! Control: a phone: an RTP session of rvoip-rtp-core that says a tone and keeps what it hears.

use crate::tone;
use anyhow::Context;
use bytes::Bytes;
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
use rvoip_rtp_core::{RtpSession, RtpSessionConfig, RtpSessionEvent};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// Samples of a packet: 20 ms.
const PACKET: usize = 160;

pub struct Phone {
    session: RtpSession,
    law: Law,
    hz: f64,
}

/// What a phone heard and said.
pub struct Heard {
    /// Packets that it said.
    pub said: u64,
    /// Packets that it heard.
    pub packets: u64,
    /// Their samples at 8 kHz, each at its timestamp; silence where none came.
    pub pcm: Vec<f32>,
}

/// An RTP session on loopback that plays nothing out itself.
pub async fn session(payload_type: u8, remote: Option<SocketAddr>) -> anyhow::Result<RtpSession> {
    let config = RtpSessionConfig {
        local_addr: "127.0.0.1:0".parse()?,
        remote_addr: remote,
        payload_type,
        enable_jitter_buffer: false,
        ..RtpSessionConfig::default()
    };
    Ok(RtpSession::new_event_driven(config).await?)
}

impl Phone {
    pub async fn new(payload_type: u8, hz: f64) -> anyhow::Result<Self> {
        let law = if payload_type == 0 { Law::Mu } else { Law::A };
        Ok(Self { session: session(payload_type, None).await?, law, hz })
    }

    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.session.local_addr()?)
    }

    pub async fn talk_to(&mut self, address: SocketAddr) {
        self.session.set_remote_addr(address).await;
    }

    /// Says its tone for so long, and listens a little longer.
    pub async fn talk(self, length: Duration) -> anyhow::Result<Heard> {
        let mut events = self.session.subscribe();
        let mut encoder = G711Encoder::new(self.law);
        let mut decoder = G711Decoder::new(self.law);
        let mut heard = Heard { said: 0, packets: 0, pcm: Vec::new() };
        let mut first = None;
        let mut due = interval_at(Instant::now() + Duration::from_millis(20), Duration::from_millis(20));
        due.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (packets, mut at) = (length.as_millis() as u64 / 20, 0_u64);
        while at < packets + 25 {
            tokio::select! {
                _ = due.tick() => {
                    if at < packets {
                        let mut payload = [0; PACKET];
                        let pcm = tone::samples(self.hz, 8_000, at * PACKET as u64, PACKET);
                        encoder.encode_into(&pcm, &mut payload)?;
                        let timestamp = (at * PACKET as u64) as u32;
                        self.session.send_packet(timestamp, Bytes::copy_from_slice(&payload), at == 0).await?;
                        heard.said += 1;
                    }
                    at += 1;
                }
                event = events.recv() => match event {
                    Ok(RtpSessionEvent::PacketReceived(packet)) => {
                        let begun = *first.get_or_insert(packet.header.timestamp);
                        let from = packet.header.timestamp.wrapping_sub(begun) as usize;
                        let to = from + packet.payload.len();
                        anyhow::ensure!(to < 8_000 * 3_600, "a timestamp that leaps by {from}");
                        heard.pcm.resize(heard.pcm.len().max(to), 0.0);
                        decoder.decode_into(&packet.payload, &mut heard.pcm[from..to]).context("G.711")?;
                        heard.packets += 1;
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(missed)) => anyhow::bail!("{missed} events of the phone were missed"),
                    Err(RecvError::Closed) => anyhow::bail!("the phone's session ended"),
                },
            }
        }
        // Its silence at the end is no gap.
        let spoken = packets as usize * PACKET;
        heard.pcm.truncate(spoken.saturating_sub(PACKET));
        Ok(heard)
    }
}
