//! Control: pjsua2 as a phone of another make, by a script of ours in Python: lines to it and from it.

use super::baresip::Codec;
use super::protection::Protection;
use crate::sound::{self, Sound};
use crate::tone;
use anyhow::{Context as _, Result, bail, ensure};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(15);
const SCRIPT: &str = include_str!("pjsua2_phone.py");

/// The Python that has it: `PJSUA2_PYTHON`, else `python3`.
pub(super) fn python() -> Option<String> {
    let python = std::env::var("PJSUA2_PYTHON").unwrap_or_else(|_| "python3".into());
    let mut command = Command::new(&python);
    let found = command.args(["-c", "import pjsua2"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success()).then_some(python)
}

/// One that runs; ended when it goes.
pub(super) struct Pjsua {
    child: Child,
    lines: Receiver<String>,
    waiting: Vec<String>,
    folder: PathBuf,
}

impl Pjsua {
    /// Registers, with that password, tone and codec.
    pub(super) fn start(
        (python, root): (&str, &Path),
        (name, password): (&str, &str),
        (codec, protection): (Codec, Protection),
        hz: f64,
        node: SocketAddr,
    ) -> Result<Self> {
        let folder = root.join(format!("pjsua2-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let rate = if codec == Codec::G722 { 16_000 } else { 8_000 };
        let sound = Sound::mono(rate, tone::samples(hz, rate, 0, 60 * rate as usize));
        sound::write(&folder.join("tone.wav"), &sound)?;
        fs::write(folder.join("phone.py"), SCRIPT)?;
        let mut command = Command::new(python);
        command.arg("-u").arg("phone.py").args([name, password, &node.to_string(), codec.name()]);
        let srtp = protection == Protection::Sdes;
        command.args([if srtp { "srtp" } else { "plain" }, "tone.wav", "heard.wav"]).current_dir(&folder);
        let log = File::create(folder.join("log"))?;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let said = BufReader::new(child.stdout.take().context("no standard output")?);
        let (told, lines) = channel();
        std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
        let mut phone = Self { child, lines, waiting: Vec::new(), folder };
        phone.wait("registered")?;
        Ok(phone)
    }

    pub(super) fn ask(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.child.stdin.as_mut().context("no standard input")?, "{line}")?)
    }

    /// What it tells that begins so, once: the rest of the line.
    pub(super) fn wait(&mut self, what: &str) -> Result<String> {
        let begun = Instant::now();
        loop {
            if let Some(place) = self.waiting.iter().position(|line| line.split(' ').next() == Some(what)) {
                let line = self.waiting.remove(place);
                return Ok(line.strip_prefix(what).unwrap_or_default().trim().to_owned());
            }
            match self.lines.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
                Ok(line) => self.waiting.push(line),
                Err(RecvTimeoutError::Timeout) => bail!("pjsua2: no {what} within {} s", PATIENCE.as_secs()),
                Err(RecvTimeoutError::Disconnected) => {
                    let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    bail!("pjsua2 has ended: {}", log.lines().last().unwrap_or("it said nothing"));
                }
            }
        }
    }

    /// It ends; what it heard, and its rate.
    pub(super) fn heard(&mut self) -> Result<(Vec<f32>, u32)> {
        self.ask("quit")?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(begun.elapsed() < PATIENCE, "pjsua2 does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        let sound = sound::read(&self.folder.join("heard.wav"))?;
        Ok((sound.channels.into_iter().next().context("no channel")?, sound.rate))
    }
}

impl Drop for Pjsua {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
