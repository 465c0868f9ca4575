//! Control: the pipelines of GStreamer.

use super::{Case, Line};
use std::process::Command;

/// It sends the tone.
pub(super) fn sends(case: &Case, command: &mut Command, line: &Line<'_>) {
    let ours = line.ours;
    let (caps, encoder, payloader) = elements(case, true);
    command.args("-q audiotestsrc is-live=true freq=1000 volume=0.447 samplesperbuffer=160 !".split(' '));
    command.args(format!("{caps} ! {encoder} ! {payloader} pt={} !", case.payload_type()).split(' '));
    command.args(["udpsink", "host=127.0.0.1", &format!("port={ours}")]);
}

/// It hears, into a file.
pub(super) fn hears(case: &Case, command: &mut Command, line: &Line<'_>) {
    let (theirs, heard) = (line.theirs, line.heard());
    let (_, decoder, depayloader) = elements(case, false);
    let clock = if case.codec == "opus" { 48_000 } else { 8_000 };
    let (name, pt) = (case.codec.to_uppercase(), case.payload_type());
    let caps = format!("caps=application/x-rtp,media=audio,clock-rate={clock},encoding-name={name},payload={pt}");
    command.args(["-q", "-e", "udpsrc", "address=127.0.0.1", &format!("port={theirs}"), &caps, "!"]);
    let chain = format!("rtpjitterbuffer ! {depayloader} ! {decoder} ! audioconvert ! audioresample !");
    command.args(chain.split(' '));
    command.args(["audio/x-raw,format=S16LE,channels=1", "!", "wavenc", "!", "filesink"]);
    command.arg(format!("location={}", heard.display()));
}

/// Caps, coder and packetizer of GStreamer.
fn elements(case: &Case, encode: bool) -> (&'static str, &'static str, &'static str) {
    let (caps, pair, packets) = match case.codec {
        "PCMU" => ("audio/x-raw,rate=8000,channels=1", ["mulawdec", "mulawenc"], ["rtppcmudepay", "rtppcmupay"]),
        "PCMA" => ("audio/x-raw,rate=8000,channels=1", ["alawdec", "alawenc"], ["rtppcmadepay", "rtppcmapay"]),
        "G722" => ("audio/x-raw,rate=16000,channels=1", ["avdec_g722", "avenc_g722"], ["rtpg722depay", "rtpg722pay"]),
        _ => ("audio/x-raw,rate=48000,channels=1", ["opusdec", "opusenc"], ["rtpopusdepay", "rtpopuspay"]),
    };
    (caps, pair[usize::from(encode)], packets[usize::from(encode)])
}
