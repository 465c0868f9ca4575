//! I/O: our side of a case: a session of the engine in a bridge with one of samples, which says a tone and keeps what it hears.

use super::programs::{Case, Program, Way};
use super::{sip, tone};
use crate::sound;
use anyhow::{Context, Result, ensure};
use media_core::session::{MediaSessionParams, TelephoneEventFormat};
use media_core::types::SampleRate;
use media_core::{MediaHandle, MediaSessionHandle};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a case's sound lasts.
pub const SECONDS: u64 = 5;
/// Ours.
const HZ: f64 = 700.0;
/// Theirs.
const THEIR_HZ: f64 = 1_000.0;
/// A call that is not set up by then fails.
const SET_UP: Duration = Duration::from_secs(10);

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// `None` where speech is heard in place of a tone, or nothing is to be.
    pub snr_db: Option<f64>,
    /// Those that the other pressed, as we tell them.
    pub digits: String,
    /// Those that we pressed, as the other tells them.
    pub told: String,
    /// For people.
    pub note: String,
}

/// The other program; ended when this goes.
struct Other {
    child: Child,
    folder: PathBuf,
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Runs a case.
///
/// # Errors
/// What did not come about.
pub fn run(handle: &MediaHandle, case: &Case) -> Result<Outcome> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_nonblocking(true)?;
    let theirs = free_port()?;
    let mut format = case.format()?;
    let mut params = MediaSessionParams::new(format.clone());
    if case.way == Way::Out {
        params = params.remote((Ipv4Addr::LOCALHOST, theirs).into());
    }
    let session = admitted(handle, &case.name(), &params)?;
    let local = session.local_address().context("no port")?.port();
    let folder = std::env::temp_dir().join(format!("media-core-interop-{}-{local}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let child = case.start(&folder, (local, theirs, socket.local_addr()?.port()))?;
    let mut other = Other { child, folder };
    if case.program.calls() {
        let found = offered(&socket, local, case).with_context(|| last_words(&other.folder))?;
        if format.payload_type() > 95 {
            format = format.with_payload_type(found.payload_types.0)?;
        }
        let events = TelephoneEventFormat::new(found.payload_types.1, 8_000);
        // Whatever address it is known by outside: all stays on loopback.
        let remote = SocketAddr::from((Ipv4Addr::LOCALHOST, found.remote.port()));
        session.update(MediaSessionParams::new(format).remote(remote).telephone_events(events)).wait()?;
    }
    let mut control = (case.program == Program::Baresip).then(|| Control::connect(theirs)).transpose()?;
    let heard = talk(handle, &session, case, (&socket, local), &mut control)?;
    let digits = session.take_digits().wait()?;
    let digits: String = digits.iter().map(|digit| digit.event.to_string()).collect();
    let statistics = session.destroy().wait()?;
    let snr_db = match (case.program, case.way) {
        (Program::Sipp, _) => None,
        (_, Way::Out) => {
            // A file is whole when its writer has ended: by the signal that asks for it.
            let _ = std::process::Command::new("kill").args(["-INT", &other.child.id().to_string()]).status();
            ended(&mut other.child);
            let file = sound::read(&other.folder.join("heard.wav")).with_context(|| last_words(&other.folder))?;
            Some(tone::ratio(&file.channels[0], file.rate, HZ).context("it heard no tone of three seconds")?)
        }
        (_, way) => {
            let hz = if way == Way::Echo { HZ } else { THEIR_HZ };
            let ratio = tone::ratio(&heard, SampleRate::Hz48000.hz(), hz);
            Some(ratio.with_context(|| format!("no tone of three seconds was heard; {}", last_words(&other.folder)))?)
        }
    };
    if case.program == Program::Sipp && case.codec == "PCMA" {
        let loud = heard.iter().filter(|x| x.abs() > 0.02).count();
        ensure!(loud > 24_000, "its speech was not heard: {loud} samples; {}", last_words(&other.folder));
    }
    let told = control.map_or(Ok(String::new()), Control::told)?;
    let pressed = if digits.is_empty() { String::new() } else { format!("digits {digits}; ") };
    let ours = if told.is_empty() { String::new() } else { format!("it tells {told}; ") };
    Ok(Outcome { snr_db, digits, told, note: format!("{pressed}{ours}{statistics}") })
}

/// A session; on a busy machine the engine refuses one for a while, and is asked again.
fn admitted(handle: &MediaHandle, name: &str, params: &MediaSessionParams) -> Result<MediaSessionHandle> {
    let begun = Instant::now();
    loop {
        match handle.create_media_session(name, params.clone()).wait() {
            Err(why) if begun.elapsed() > SET_UP => return Err(why.into()),
            Err(_) => sleep(Duration::from_millis(200)),
            Ok(session) => return Ok(session),
        }
    }
}

/// Says the tone and listens, until the time is over.
fn talk(
    handle: &MediaHandle,
    session: &MediaSessionHandle,
    case: &Case,
    (socket, local): (&UdpSocket, u16),
    control: &mut Option<Control>,
) -> Result<Vec<f32>> {
    let name = format!("{}, samples", case.name());
    let pcm = admitted(handle, &name, &MediaSessionParams::pcm(SampleRate::Hz48000))?;
    let (mut says, mut hears) = pcm.take_pcm().context("no samples")?;
    handle.bridge(session, &pcm).wait()?;
    let (begun, mut said, mut heard) = (Instant::now(), 0_u64, Vec::new());
    let (mut block, mut pressed) = (vec![0.0; 4_800], 0);
    // A program that is slow to start is waited for.
    let digits = if case.told().is_empty() { 0 } else { 1 };
    let seconds = SECONDS + digits + if case.way == Way::In { 2 } else { 1 };
    while begun.elapsed() < Duration::from_secs(seconds) {
        let due = begun.elapsed().as_millis() as u64 * 48 + 4_800;
        if case.way != Way::In {
            let room = says.room().min(due.saturating_sub(said) as usize);
            said += says.write(&tone::samples(HZ, 48_000, said, room)) as u64;
        }
        let count = hears.read(&mut block);
        heard.extend_from_slice(&block[..count]);
        if case.program.calls() {
            sip::poll(socket, local, case.codec)?;
        }
        // Of two keys, each held for a while.
        if let Some(control) = control.as_mut().filter(|_| begun.elapsed() > Duration::from_millis(4_500)) {
            let due = begun.elapsed() > Duration::from_millis(4_500 + 600 * pressed as u64);
            if let Some(key) = case.digits().chars().nth(pressed).filter(|_| due) {
                control.press(key)?;
                if pressed == 0 {
                    session.send_digits(case.told(), 120).wait()?;
                }
                pressed += 1;
            }
        }
        sleep(Duration::from_millis(5));
    }
    pcm.destroy().wait()?;
    Ok(heard)
}

/// baresip's control port, whose messages are netstrings of JSON.
struct Control(TcpStream);

impl Control {
    fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("baresip's control port")?;
        stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        Ok(Self(stream))
    }

    fn press(&mut self, key: char) -> Result<()> {
        let text = serde_json::json!({ "command": "sndcode", "params": key.to_string() }).to_string();
        Ok(write!(self.0, "{}:{text},", text.len())?)
    }

    /// The digits that it told to have received, each once.
    fn told(mut self) -> Result<String> {
        let (mut text, mut piece) = (Vec::new(), [0; 4_096]);
        while let Ok(count @ 1..) = self.0.read(&mut piece) {
            text.extend_from_slice(&piece[..count]);
        }
        let (mut rest, mut told) = (text.as_slice(), String::new());
        while let Some(colon) = rest.iter().position(|&octet| octet == b':') {
            let length: usize = std::str::from_utf8(&rest[..colon])?.trim_start_matches(',').parse()?;
            let message = rest.get(colon + 1..colon + 1 + length).context("its control port broke off")?;
            let message: serde_json::Value = serde_json::from_slice(message)?;
            if message["type"] == "CALL_DTMF_START" {
                told.push_str(message["param"].as_str().unwrap_or_default());
            }
            rest = &rest[colon + 1 + length..];
        }
        Ok(told)
    }
}

fn offered(socket: &UdpSocket, local: u16, case: &Case) -> Result<sip::Offer> {
    let begun = Instant::now();
    while begun.elapsed() < SET_UP {
        if let Some(offer) = sip::poll(socket, local, case.codec)? {
            return Ok(offer);
        }
        sleep(Duration::from_millis(5));
    }
    anyhow::bail!("it did not call with {} within {} s", case.codec, SET_UP.as_secs())
}

fn ended(child: &mut Child) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) && child.try_wait().is_ok_and(|status| status.is_none()) {
        sleep(Duration::from_millis(20));
    }
}

/// The last line that a program wrote.
fn last_words(folder: &Path) -> String {
    let log = fs::read(folder.join("log")).unwrap_or_default();
    let text = String::from_utf8_lossy(&log).trim().to_owned();
    text.lines().last().map_or("it said nothing".into(), |line| format!("it said: {}", line.escape_debug()))
}

/// An even port that is free now, and the next one with it.
fn free_port() -> Result<u16> {
    for _ in 0..100 {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = socket.local_addr()?.port();
        let next: SocketAddr = (Ipv4Addr::LOCALHOST, port + 1).into();
        if port % 2 == 0 && UdpSocket::bind(next).is_ok() {
            return Ok(port);
        }
    }
    anyhow::bail!("no pair of ports is free")
}
