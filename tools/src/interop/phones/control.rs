//! I/O: baresip's control port: netstrings of JSON.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Control {
    stream: TcpStream,
    octets: Vec<u8>,
    events: Vec<Value>,
}

impl Control {
    /// A port that is free now.
    pub(super) fn free_port() -> Result<u16> {
        Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
    }

    /// To a phone that begins just now.
    pub(super) fn connect(port: u16) -> Result<Self> {
        let begun = Instant::now();
        loop {
            match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(Duration::from_millis(50)))?;
                    return Ok(Self { stream, octets: Vec::new(), events: Vec::new() });
                }
                Err(why) if begun.elapsed() > PATIENCE => return Err(why).context("baresip's control port"),
                Err(_) => sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Does as the command in its menu.
    pub(super) fn ask(&mut self, command: &str, params: &str) -> Result<()> {
        let text = json!({ "command": command, "params": params }).to_string();
        Ok(write!(self.stream, "{}:{text},", text.len())?)
    }

    /// The event of that kind, once.
    pub(super) fn wait(&mut self, kind: &str) -> Result<Value> {
        let begun = Instant::now();
        loop {
            if let Some(place) = self.events.iter().position(|event| event["type"] == kind) {
                return Ok(self.events.remove(place));
            }
            if begun.elapsed() > PATIENCE {
                let told: Vec<_> = self.events.iter().filter_map(|event| event["type"].as_str()).collect();
                bail!("no {kind} within {} s; it told {told:?}", PATIENCE.as_secs());
            }
            self.read()?;
        }
    }

    fn read(&mut self) -> Result<()> {
        let mut piece = [0; 4_096];
        match self.stream.read(&mut piece) {
            Ok(0) => bail!("it has ended"),
            Ok(count) => self.octets.extend_from_slice(piece.get(..count).unwrap_or_default()),
            Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(why) => return Err(why.into()),
        }
        while let Some(colon) = self.octets.iter().position(|&octet| octet == b':') {
            let length = std::str::from_utf8(self.octets.get(..colon).unwrap_or_default())?;
            let length: usize = length.trim_start_matches(',').parse()?;
            let Some(message) = self.octets.get(colon + 1..colon + 1 + length) else { break };
            self.events.push(serde_json::from_slice(message)?);
            // The comma that ends it goes with the next one's length.
            self.octets.drain(..=colon + length);
        }
        Ok(())
    }
}
