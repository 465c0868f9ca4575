//! I/O: a phone in the demo: an RTP endpoint on loopback, on an ordinary thread, in real time. It says its speech as G.711
//! packets of 20 ms and keeps what it hears.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
use media_core::rtp::{self, MAX_PACKET, RtpHeader};

use super::{RATE, level_dbov};

/// Samples of a packet, 20 ms.
const PACKET: usize = RATE / 50;
/// Audio that is under way when the talking ends is heard out this long.
const LINGER: Duration = Duration::from_millis(1_000);
/// An RTP time further off than this is no part of the call: 11 minutes.
const FURTHEST: usize = 660 * RATE;

/// What a party shows while it talks.
#[derive(Debug, Default)]
pub struct Progress {
    /// Packets sent.
    pub sent: AtomicU64,
    /// Packets heard.
    pub received: AtomicU64,
    /// Level of the last packet heard, dBov.
    pub level: AtomicI32,
}

/// What a party heard, laid out by RTP time.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Samples at 8 kHz; silence where nothing came.
    pub samples: Vec<f32>,
    /// When the first sample came, in seconds since the beginning: the median over all packets.
    pub begin: f64,
    /// Packets.
    pub packets: u64,
    /// Packets missing in the numbering.
    pub missing: u64,
}

/// A party's socket, before the call.
#[derive(Debug)]
pub struct Phone {
    socket: UdpSocket,
    law: Law,
    ssrc: u32,
}

/// A party that talks.
#[derive(Debug)]
pub struct Party {
    /// What it shows.
    pub progress: Arc<Progress>,
    thread: JoinHandle<Result<Heard>>,
}

impl Phone {
    /// Opens a port on loopback.
    ///
    /// # Errors
    /// The system refuses.
    pub fn open(law: Law, ssrc: u32) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("a party's socket")?;
        Ok(Self { socket, law, ssrc })
    }

    /// Where it is: what its SDP would say.
    ///
    /// # Errors
    /// The system does not say.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    /// Says `said` to `peer` from `begin` on, and listens until it has said it or is told to stop. Its times count from
    /// `zero`.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn call(
        self,
        name: &str,
        peer: SocketAddr,
        said: Arc<[f32]>,
        (begin, zero): (Instant, Instant),
        stop: Arc<AtomicBool>,
    ) -> Result<Party> {
        let progress = Arc::new(Progress::default());
        let shown = progress.clone();
        let body = move || Talk::new(self, peer, zero, &shown).run(&said, begin, &stop);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
        Ok(Party { progress, thread })
    }
}

impl Party {
    /// What it heard, when it has said all.
    ///
    /// # Errors
    /// Its socket failed.
    pub fn hang_up(self) -> Result<Heard> {
        self.thread.join().map_err(|_| anyhow!("a party's thread panicked"))?
    }
}

struct Talk<'p> {
    phone: Phone,
    peer: SocketAddr,
    zero: Instant,
    progress: &'p Progress,
    ears: Ears,
}

impl<'p> Talk<'p> {
    fn new(phone: Phone, peer: SocketAddr, zero: Instant, progress: &'p Progress) -> Self {
        let ears = Ears::new(phone.law);
        Self { phone, peer, zero, progress, ears }
    }

    fn run(mut self, said: &[f32], mut due: Instant, stop: &AtomicBool) -> Result<Heard> {
        let mut encoder = G711Encoder::new(self.phone.law);
        let (payload_type, ssrc) = (payload_type(self.phone.law), self.phone.ssrc);
        // Close to both wraps, which are part of any call.
        let mut header = RtpHeader { marker: true, payload_type, sequence: 65_400, timestamp: u32::MAX - 16_000, ssrc };
        let (mut payload, mut datagram) = ([0; PACKET], [0; MAX_PACKET]);
        for pcm in said.chunks_exact(PACKET) {
            self.listen_until(due)?;
            if stop.load(Relaxed) {
                break;
            }
            encoder.encode_into(pcm, &mut payload)?;
            let length = rtp::write(&header, &payload, &mut datagram)?;
            self.phone.socket.send_to(&datagram[..length], self.peer).context("sending to the engine")?;
            self.progress.sent.fetch_add(1, Relaxed);
            header.marker = false;
            header.sequence = header.sequence.wrapping_add(1);
            header.timestamp = header.timestamp.wrapping_add(PACKET as u32);
            due += Duration::from_micros(20_000);
        }
        self.listen_until(due + LINGER)?;
        Ok(self.ears.heard())
    }

    fn listen_until(&mut self, due: Instant) -> Result<()> {
        let mut datagram = [0; MAX_PACKET];
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.phone.socket.set_read_timeout(Some(left))?;
            match self.phone.socket.recv_from(&mut datagram) {
                Ok((length, from)) if from == self.peer => {
                    let at = self.since_zero(Instant::now());
                    if let Some(level) = self.ears.take(&datagram[..length], at) {
                        self.progress.received.fetch_add(1, Relaxed);
                        self.progress.level.store(level as i32, Relaxed);
                    }
                }
                Ok(_) => {}
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
                Err(e) => return Err(e).context("hearing from the engine"),
            }
        }
    }

    fn since_zero(&self, now: Instant) -> f64 {
        let since = now.saturating_duration_since(self.zero).as_secs_f64();
        since - self.zero.saturating_duration_since(now).as_secs_f64()
    }
}

/// Decodes what comes and lays it out by RTP time.
#[derive(Debug)]
pub struct Ears {
    decoder: G711Decoder,
    payload_type: u8,
    /// The newest packet by number, with its number and place counted from the first one.
    newest: Option<(RtpHeader, i64, i64)>,
    begins: Vec<f64>,
    samples: Vec<f32>,
}

impl Ears {
    /// Ears for one law.
    pub fn new(law: Law) -> Self {
        let payload_type = payload_type(law);
        Self { decoder: G711Decoder::new(law), payload_type, newest: None, begins: Vec::new(), samples: Vec::new() }
    }

    /// Takes a datagram that came at `at` seconds; returns the level of its audio in dBov, `None` if it has none.
    pub fn take(&mut self, datagram: &[u8], at: f64) -> Option<f32> {
        let (header, payload) = rtp::parse(datagram).ok()?;
        if header.payload_type != self.payload_type || payload.is_empty() {
            return None;
        }
        let (number, position) = self.newest.map_or((0, 0), |(newest, number, position)| {
            let later = header.timestamp.wrapping_sub(newest.timestamp) as i32;
            (number + i64::from(header.sequence.wrapping_sub(newest.sequence) as i16), position + i64::from(later))
        });
        let place = usize::try_from(position).ok().filter(|place| *place < FURTHEST)?;
        let mut pcm = [0.0; MAX_PACKET];
        let length = self.decoder.decode_into(payload, &mut pcm).ok()?;
        if self.newest.is_none_or(|(_, newest, _)| number > newest) {
            self.newest = Some((header, number, position));
        }
        self.begins.push(at - place as f64 / RATE as f64);
        if self.samples.len() < place + length {
            self.samples.resize(place + length, 0.0);
        }
        self.samples[place..place + length].copy_from_slice(&pcm[..length]);
        Some(level_dbov(&pcm[..length]))
    }

    /// What was heard.
    pub fn heard(mut self) -> Heard {
        self.begins.sort_by(f64::total_cmp);
        let packets = self.begins.len() as u64;
        let begin = self.begins.get(self.begins.len() / 2).copied().unwrap_or_default();
        let numbered = self.newest.map_or(0, |(_, number, _)| number.unsigned_abs() + 1);
        Heard { samples: self.samples, begin, packets, missing: numbered.saturating_sub(packets) }
    }
}

/// The payload type of a law (RFC 3551 table 4).
fn payload_type(law: Law) -> u8 {
    match law {
        Law::Mu => 0,
        Law::A => 8,
    }
}
