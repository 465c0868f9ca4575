//! Control: the others' command lines. All speak on loopback and are ended after some seconds.

use super::call::SECONDS;
use media_core::Error;
use media_core::session::AudioFormat;
use std::fs;
use std::path::Path;
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
        let heard = folder.join("heard.wav");
        let length = (SECONDS + 1).to_string();
        match (self.program, self.way) {
            (Program::Ffmpeg | Program::FfmpegNaive, Way::In) => {
                let (codec, rate) = match self.codec {
                    "PCMU" => ("pcm_mulaw", "8000"),
                    "PCMA" => ("pcm_alaw", "8000"),
                    "G722" => ("g722", "16000"),
                    _ => ("libopus", "48000"),
                };
                command.args(["-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i"]);
                command.arg(format!("sine=frequency=1000:sample_rate={rate}:duration={length}"));
                command.args(["-af", "volume=9dB", "-ac", "1", "-ar", rate, "-c:a", codec]);
                command.args(["-payload_type", &self.payload_type().to_string(), "-f", "rtp"]);
                // 172 octets are 20 ms of G.711 and G.722; a packet of Opus is a packet anyway.
                let size = if self.program == Program::Ffmpeg && self.codec != "opus" { "?pkt_size=172" } else { "" };
                command.arg(format!("rtp://127.0.0.1:{ours}{size}"));
            }
            (Program::Ffmpeg | Program::FfmpegNaive, _) => {
                let sdp = folder.join("call.sdp");
                let text = format!(
                    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {theirs} RTP/AVP {}\na=rtpmap:{}\n",
                    self.payload_type(),
                    self.rtpmap()
                );
                fs::write(&sdp, text)?;
                command.args(["-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file,udp,rtp", "-i"]);
                command.arg(sdp).args(["-t", &SECONDS.to_string(), "-ac", "1", "-c:a", "pcm_s16le"]).arg(heard);
            }
            (Program::Gstreamer, Way::In) => {
                let (caps, encoder, payloader) = self.elements(true);
                command.args("-q audiotestsrc is-live=true freq=1000 volume=0.447 samplesperbuffer=160 !".split(' '));
                command.args(format!("{caps} ! {encoder} ! {payloader} pt={} !", self.payload_type()).split(' '));
                command.args(["udpsink", "host=127.0.0.1", &format!("port={ours}")]);
            }
            (Program::Gstreamer, _) => {
                let (_, decoder, depayloader) = self.elements(false);
                let clock = if self.codec == "opus" { 48_000 } else { 8_000 };
                let (name, pt) = (self.codec.to_uppercase(), self.payload_type());
                let caps =
                    format!("caps=application/x-rtp,media=audio,clock-rate={clock},encoding-name={name},payload={pt}");
                command.args(["-q", "-e", "udpsrc", "address=127.0.0.1", &format!("port={theirs}"), &caps, "!"]);
                let chain = format!("rtpjitterbuffer ! {depayloader} ! {decoder} ! audioconvert ! audioresample !");
                command.args(chain.split(' '));
                command.args(["audio/x-raw,format=S16LE,channels=1", "!", "wavenc", "!", "filesink"]);
                command.arg(format!("location={}", heard.display()));
            }
            (Program::Baresip, _) => {
                let modules: String = ["g711", "g722", "opus", "aubridge", "ctrl_tcp"]
                    .iter()
                    .map(|name| format!("module {name}.so\n"))
                    .collect();
                let rate = match self.codec {
                    "opus" => 48_000,
                    "G722" => 16_000,
                    _ => 8_000,
                };
                let config = format!(
                    "module_path {}\nsip_listen 127.0.0.1:0\naudio_source aubridge,a\naudio_player aubridge,a\n\
                     audio_alert aubridge,b\nausrc_srate {rate}\nauplay_srate {rate}\nausrc_channels 1\n\
                     auplay_channels 1\naudio_channels 1\n{modules}ctrl_tcp_listen 127.0.0.1:{theirs}\n\
                     module_app account.so\nmodule_app menu.so\n",
                    baresip_modules()
                );
                let channels = if self.codec == "opus" { "48000/2" } else { "8000/1" };
                let codec =
                    if self.codec == "G722" { "G722/16000/1".into() } else { format!("{}/{channels}", self.codec) };
                fs::write(folder.join("config"), config)?;
                fs::write(folder.join("accounts"), format!("<sip:other@127.0.0.1>;regint=0;audio_codecs={codec}\n"))?;
                fs::write(folder.join("contacts"), "")?;
                command.arg("-f").arg(folder).args(["-4", "-t", &length, "-e"]);
                command.arg(format!("/dial sip:us@127.0.0.1:{sip}"));
            }
            (Program::Sipp, _) => {
                let scenario = folder.join("call.xml");
                fs::write(&scenario, sipp_scenario(self.payload_type(), self.codec))?;
                command.arg("-sf").arg(scenario).args(["-m", "1", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin"]);
                command.args(["-mp", &theirs.to_string(), "-timeout", "20", &format!("127.0.0.1:{sip}")]);
            }
        }
        let log = fs::File::create(folder.join("log"))?;
        command.current_dir(folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()
    }

    /// Caps, coder and packetizer of GStreamer.
    fn elements(&self, encode: bool) -> (&'static str, &'static str, &'static str) {
        let (caps, pair, packets) = match self.codec {
            "PCMU" => ("audio/x-raw,rate=8000,channels=1", ["mulawdec", "mulawenc"], ["rtppcmudepay", "rtppcmupay"]),
            "PCMA" => ("audio/x-raw,rate=8000,channels=1", ["alawdec", "alawenc"], ["rtppcmadepay", "rtppcmapay"]),
            "G722" => {
                ("audio/x-raw,rate=16000,channels=1", ["avdec_g722", "avenc_g722"], ["rtpg722depay", "rtpg722pay"])
            }
            _ => ("audio/x-raw,rate=48000,channels=1", ["opusdec", "opusenc"], ["rtpopusdepay", "rtpopuspay"]),
        };
        (caps, pair[usize::from(encode)], packets[usize::from(encode)])
    }
}

fn baresip_modules() -> &'static str {
    ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules", "/usr/lib64/baresip/modules"]
        .into_iter()
        .find(|folder| Path::new(folder).exists())
        .unwrap_or("/usr/lib/baresip/modules")
}

/// A call that plays sipp's own recordings: four seconds of speech in A-law, or none, and the digit 1.
fn sipp_scenario(payload_type: u8, codec: &str) -> String {
    let crlf = |lines: &[&str]| lines.join("\n");
    let head = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]";
    let from = "From: <sip:other@[local_ip]:[local_port]>;tag=[call_number]";
    let offer = format!("m=audio [media_port] RTP/AVP {payload_type} 101");
    let map = format!("a=rtpmap:{payload_type} {codec}/8000");
    let invite = crlf(&[
        "INVITE sip:us@[remote_ip]:[remote_port] SIP/2.0",
        head,
        from,
        "To: <sip:us@[remote_ip]>",
        "Call-ID: [call_id]",
        "CSeq: 1 INVITE",
        "Contact: <sip:other@[local_ip]:[local_port]>",
        "Content-Type: application/sdp",
        "Content-Length: [len]",
        "",
        "v=0",
        "o=- 1 1 IN IP4 [local_ip]",
        "s=-",
        "c=IN IP4 [media_ip]",
        "t=0 0",
        &offer,
        &map,
        "a=rtpmap:101 telephone-event/8000",
    ]);
    let request = |method: &str, number: u8| {
        let (first, order) =
            (format!("{method} sip:us@[remote_ip]:[remote_port] SIP/2.0"), format!("CSeq: {number} {method}"));
        crlf(&[
            &first,
            head,
            from,
            "To: <sip:us@[remote_ip]>[peer_tag_param]",
            "Call-ID: [call_id]",
            &order,
            "Content-Length: 0",
            "",
            "",
        ])
    };
    let speech = if codec == "PCMA" {
        "<nop><action><exec play_pcap_audio=\"/usr/share/sip-tester/g711a.pcap\"/></action></nop><pause milliseconds=\"4000\"/>"
    } else {
        ""
    };
    format!(
        "<?xml version=\"1.0\"?>\n<scenario name=\"call\">\n<send retrans=\"500\"><![CDATA[\n{invite}\n]]></send>\n\
         <recv response=\"200\" rtd=\"true\"/>\n<send><![CDATA[\n{}]]></send>\n{speech}\n\
         <nop><action><exec play_pcap_audio=\"/usr/share/sip-tester/dtmf_2833_1.pcap\"/></action></nop>\n\
         <pause milliseconds=\"1500\"/>\n<send retrans=\"500\"><![CDATA[\n{}]]></send>\n<recv response=\"200\"/>\n</scenario>\n",
        request("ACK", 1),
        request("BYE", 2)
    )
}
