//! Control: the command lines of ffmpeg.

use super::{Case, Line, Program};
use crate::interop::call::SECONDS;
use std::fs;
use std::process::Command;

/// It sends the tone.
pub(super) fn sends(case: &Case, command: &mut Command, line: &Line<'_>) {
    let (ours, length) = (line.ours, line.length());
    let (codec, rate) = match case.codec {
        "PCMU" => ("pcm_mulaw", "8000"),
        "PCMA" => ("pcm_alaw", "8000"),
        "G722" => ("g722", "16000"),
        _ => ("libopus", "48000"),
    };
    command.args(["-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i"]);
    command.arg(format!("sine=frequency=1000:sample_rate={rate}:duration={length}"));
    command.args(["-af", "volume=9dB", "-ac", "1", "-ar", rate, "-c:a", codec]);
    command.args(["-payload_type", &case.payload_type().to_string(), "-f", "rtp"]);
    // 172 octets are 20 ms of G.711 and G.722; a packet of Opus is a packet anyway.
    let size = if case.program == Program::Ffmpeg && case.codec != "opus" { "?pkt_size=172" } else { "" };
    command.arg(format!("rtp://127.0.0.1:{ours}{size}"));
}

/// It hears, into a file.
pub(super) fn hears(case: &Case, command: &mut Command, line: &Line<'_>) -> std::io::Result<()> {
    let (theirs, folder, heard) = (line.theirs, line.folder, line.heard());
    let sdp = folder.join("call.sdp");
    let text = format!(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {theirs} RTP/AVP {}\na=rtpmap:{}\n",
        case.payload_type(),
        case.rtpmap()
    );
    fs::write(&sdp, text)?;
    command.args(["-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file,udp,rtp", "-i"]);
    command.arg(sdp).args(["-t", &SECONDS.to_string(), "-ac", "1", "-c:a", "pcm_s16le"]).arg(heard);
    Ok(())
}
