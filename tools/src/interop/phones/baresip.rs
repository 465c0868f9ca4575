//! Control: baresip as a phone that registers, with a tone for a microphone.

use super::control::Control;
use super::protection::Protection;
use crate::interop::{programs, tone};
use crate::sound::{self, Sound};
use anyhow::{Context as _, Result};
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Pcmu,
    Pcma,
    G722,
    Opus,
}

impl Codec {
    pub(super) const ALL: [Self; 4] = [Self::Pcmu, Self::Pcma, Self::G722, Self::Opus];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
            Self::G722 => "G722",
            Self::Opus => "opus",
        }
    }

    /// The tone's ratio in a call of two baresip without anything between them.
    pub(super) fn direct_db(self) -> f64 {
        match self {
            Self::Pcmu => 35.9,
            Self::Pcma => 34.8,
            Self::G722 => 47.4,
            Self::Opus => 37.0,
        }
    }

    /// As it is written in an account, and the rate of its audio.
    fn written(self) -> (&'static str, u32) {
        match self {
            Self::Pcmu => ("PCMU/8000/1", 8_000),
            Self::Pcma => ("PCMA/8000/1", 8_000),
            Self::G722 => ("G722/16000/1", 16_000),
            Self::Opus => ("opus/48000/2", 48_000),
        }
    }
}

/// One that runs; ended when it goes.
pub(super) struct Baresip {
    pub(super) control: Control,
    child: Child,
    folder: PathBuf,
}

impl Baresip {
    pub(super) fn start(
        root: &Path,
        name: &str,
        (codec, protection): (Codec, Protection),
        hz: f64,
        node: SocketAddr,
    ) -> Result<Self> {
        let folder = root.join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let (written, rate) = codec.written();
        let sound = Sound::mono(rate, tone::samples(hz, rate, 0, 60 * rate as usize));
        sound::write(&folder.join("tone.wav"), &sound)?;
        let port = Control::free_port()?;
        let (at, modules) = (folder.display(), programs::baresip_modules());
        let names = ["g711", "g722", "opus", "aufile", "sndfile", "ctrl_tcp", "srtp", "dtls_srtp"];
        let names: String = names.iter().map(|name| format!("module {name}.so\n")).collect();
        let config = format!(
            "module_path {modules}\nsip_listen 127.0.0.1:0\naudio_source aufile,{at}/tone.wav\naudio_player aufile,{at}/out.wav\n\
             audio_alert aufile,{at}/alert.wav\nausrc_srate {rate}\nauplay_srate {rate}\nausrc_channels 1\nauplay_channels 1\n\
             audio_channels 1\nsnd_path {at}\n{names}ctrl_tcp_listen 127.0.0.1:{port}\nmodule_app account.so\nmodule_app menu.so\n"
        );
        fs::write(folder.join("config"), config)?;
        let password = name.get(..1).unwrap_or_default();
        let secret = match protection {
            Protection::Plain => "",
            Protection::Sdes => ";mediaenc=srtp-mand",
            Protection::Dtls => ";mediaenc=dtls_srtp",
        };
        let account = format!(
            "<sip:{name}@{node};transport=udp>;auth_pass={password};audio_codecs={written};regint=60{secret}\n"
        );
        fs::write(folder.join("accounts"), account)?;
        fs::write(folder.join("contacts"), "")?;
        let log = File::create(folder.join("log"))?;
        let mut command = Command::new("baresip");
        command.arg("-4").arg("-f").arg(&folder).current_dir(&folder).stdin(Stdio::null());
        let mut child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        match Control::connect(port) {
            Ok(control) => Ok(Self { control, child, folder }),
            Err(why) => {
                let _ = child.kill();
                Err(why)
            }
        }
    }

    /// It ends; what it heard, a recording for each time that its media began, the oldest first, each with its rate.
    pub(super) fn heard(&mut self) -> Result<Vec<(Vec<f32>, u32)>> {
        let _ = self.control.ask("quit", "");
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) && self.child.try_wait()?.is_none() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut files: Vec<_> = fs::read_dir(&self.folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|path| path.to_string_lossy().ends_with("-dec.wav"));
        files.sort();
        let read = |path: &PathBuf| {
            let sound = sound::read(path)?;
            Ok((sound.channels.first().context("no channel")?.clone(), sound.rate))
        };
        files.iter().map(read).collect()
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
