//! Control: the others' command lines. All speak on loopback and are ended after some seconds.

mod baresip;
mod ffmpeg;
mod gstreamer;
mod sipp;

pub(super) use baresip::modules as baresip_modules;

use super::call::SECONDS;
use media_core::Error;
use media_core::session::AudioFormat;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// ffmpeg, with packets of 20 ms.
    Ffmpeg,
    /// ffmpeg as everybody calls it: packets as long as its buffer, 127 ms of G.711.
    FfmpegNaive,
    /// A live pipeline of GStreamer: the first packet early.
    Gstreamer,
    /// baresip, called by SIP; what it hears comes back in packets of its own.
    Baresip,
    /// sipp with recordings of packets: speech and digits.
    Sipp,
}

/// Which way the tone goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They send, we hear.
    In,
    /// We send, they hear.
    Out,
    /// We send, they hear and send it back.
    Echo,
}

/// A case.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The other.
    pub program: Program,
    /// The way.
    pub way: Way,
    /// As its rtpmap has it.
    pub codec: &'static str,
    /// Least ratio of the tone to all else.
    pub wanted_db: f64,
}

const fn case(program: Program, way: Way, codec: &'static str, wanted_db: f64) -> Case {
    Case { program, way, codec, wanted_db }
}

/// All of them. What is wanted is 5 dB under what the codec itself leaves of the tone.
pub const CASES: [Case; 26] = {
    use Program::{Baresip, Ffmpeg, FfmpegNaive, Gstreamer, Sipp};
    use Way::{Echo, In, Out};
    [
        case(Ffmpeg, In, "PCMU", 30.0),
        case(Ffmpeg, In, "PCMA", 30.0),
        case(Ffmpeg, In, "G722", 25.0),
        case(Ffmpeg, In, "opus", 20.0),
        case(FfmpegNaive, In, "PCMU", 30.0),
        case(FfmpegNaive, In, "PCMA", 30.0),
        case(FfmpegNaive, In, "G722", 25.0),
        case(FfmpegNaive, In, "opus", 20.0),
        case(Ffmpeg, Out, "PCMU", 30.0),
        case(Ffmpeg, Out, "PCMA", 30.0),
        case(Ffmpeg, Out, "G722", 25.0),
        case(Ffmpeg, Out, "opus", 20.0),
        case(Gstreamer, In, "PCMU", 30.0),
        case(Gstreamer, In, "PCMA", 30.0),
        case(Gstreamer, In, "G722", 25.0),
        case(Gstreamer, In, "opus", 20.0),
        case(Gstreamer, Out, "PCMU", 30.0),
        case(Gstreamer, Out, "PCMA", 30.0),
        case(Gstreamer, Out, "G722", 25.0),
        case(Gstreamer, Out, "opus", 20.0),
        case(Baresip, Echo, "PCMU", 27.0),
        case(Baresip, Echo, "PCMA", 27.0),
        case(Baresip, Echo, "G722", 20.0),
        case(Baresip, Echo, "opus", 15.0),
        case(Sipp, In, "PCMA", 0.0),
        case(Sipp, In, "PCMU", 0.0),
    ]
};

impl Program {
    /// What is started.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Ffmpeg | Self::FfmpegNaive => "ffmpeg",
            Self::Gstreamer => "gst-launch-1.0",
            Self::Baresip => "baresip",
            Self::Sipp => "sipp",
        }
    }

    /// Whether it sets its call up by SIP.
    #[must_use]
    pub const fn calls(self) -> bool {
        matches!(self, Self::Baresip | Self::Sipp)
    }
}

impl Case {
    /// The program and the way.
    #[must_use]
    pub fn name(&self) -> String {
        let naive = if self.program == Program::FfmpegNaive { ", naive" } else { "" };
        let way = match self.way {
            Way::In => "to us",
            Way::Out => "from us",
            Way::Echo => "there and back",
        };
        format!("{}{naive} {way} {}", self.program.command(), self.codec)
    }

    /// Our format.
    ///
    /// # Errors
    /// The build has it not.
    pub fn format(&self) -> Result<AudioFormat, Error> {
        match self.codec {
            "PCMU" => Ok(AudioFormat::pcmu()),
            "PCMA" => Ok(AudioFormat::pcma()),
            "G722" => Ok(AudioFormat::g722()),
            _ => AudioFormat::opus().with_payload_type(111),
        }
    }

    /// The digits that the other presses.
    #[must_use]
    pub const fn digits(&self) -> &'static str {
        match self.program {
            Program::Baresip => "5#",
            // sipp has no recording of its own law but G.711 A-law; the digits come in both calls.
            Program::Sipp => "1",
            _ => "",
        }
    }

    /// The digits that we press, and that the other tells of.
    #[must_use]
    pub const fn told(&self) -> &'static str {
        if matches!(self.program, Program::Baresip) { "7*A" } else { "" }
    }

    fn payload_type(&self) -> u8 {
        match self.codec {
            "PCMU" => 0,
            "PCMA" => 8,
            "G722" => 9,
            _ => 111,
        }
    }

    fn rtpmap(&self) -> String {
        let clock = if self.codec == "opus" { "48000/2" } else { "8000" };
        format!("{} {}/{clock}", self.payload_type(), self.codec)
    }

    /// Starts the other, which sends to `ours`, hears at `theirs` or calls the SIP port `sip`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn start(&self, folder: &Path, (ours, theirs, sip): (u16, u16, u16)) -> std::io::Result<std::process::Child> {
        let mut command = Command::new(self.program.command());
        let line = Line { folder, ours, theirs, sip };
        match (self.program, self.way) {
            (Program::Ffmpeg | Program::FfmpegNaive, Way::In) => ffmpeg::sends(self, &mut command, &line),
            (Program::Ffmpeg | Program::FfmpegNaive, _) => ffmpeg::hears(self, &mut command, &line)?,
            (Program::Gstreamer, Way::In) => gstreamer::sends(self, &mut command, &line),
            (Program::Gstreamer, _) => gstreamer::hears(self, &mut command, &line),
            (Program::Baresip, _) => baresip::calls(self, &mut command, &line)?,
            (Program::Sipp, _) => sipp::calls(self, &mut command, &line)?,
        }
        let log = fs::File::create(folder.join("log"))?;
        command.current_dir(folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()
    }
}

/// Where a case takes place: the other's folder, and ports on loopback.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    folder: &'a Path,
    ours: u16,
    theirs: u16,
    sip: u16,
}

impl Line<'_> {
    /// What the other heard.
    fn heard(&self) -> PathBuf {
        self.folder.join("heard.wav")
    }

    /// How long the other goes on, in seconds.
    fn length(&self) -> String {
        (SECONDS + 1).to_string()
    }
}
