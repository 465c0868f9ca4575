//! Control: many calls at once by sipp, which plays a recording of packets from either side.

use super::{Background, Config, Folder, Row};
use crate::interop::is_there;
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How many at once.
const CASES: [u32; 2] = [20, 100];
/// What each side plays: A-law, 236 packets of 30 ms.
const RECORDING: &str = "/usr/share/sip-tester/g711a.pcap";
const PACKETS: u64 = 236;

/// Runs the cases whose name holds `only`.
pub(super) fn run(only: &str, folder: &Folder, mut told: impl FnMut(&Row)) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for calls in CASES {
        let name = format!("phones {calls} calls of sipp");
        if !name.contains(only) {
            continue;
        }
        let mut row = Row { name, codec: "PCMA", snr_db: None, wanted_db: 0.0, note: String::new(), good: None };
        if !is_there("sipp") || !Path::new(RECORDING).exists() {
            row.note = "skipped: sipp (sip-tester) is not installed".into();
        } else {
            match many(calls, folder) {
                Ok(note) => (row.note, row.good) = (note, Some(true)),
                Err(why) => (row.note, row.good) = (format!("{why:#}"), Some(false)),
            }
        }
        told(&row);
        rows.push(row);
    }
    Ok(rows)
}

/// Each stream of each leg is complete.
fn many(calls: u32, folder: &Folder) -> Result<String> {
    let [theirs, caller] = [free_port()?, free_port()?];
    let config = Config::parse(&format!(
        "[sip]\nlisten = \"127.0.0.1:0\"\n[status]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = \"{}\"\n\
         [phones]\nsipp = \"127.0.0.1:{theirs}\"\n[media]\ncodecs = [\"PCMA\"]\n[limits]\nmessages = 2000\nburst = 10000\n",
        folder.0.join("recordings").display()
    ))?;
    let node = Background::start(Config { quiet: true, ..config })?;
    let (called, calling) = (scenario(folder, "called", &called())?, scenario(folder, "calling", &calling())?);
    let phone = sipp(&called, theirs, calls, &[])?;
    let _phone = Ended(phone);
    let rate = (calls / 5).to_string();
    let target = node.at.sip.to_string();
    let mut callers =
        sipp(&calling, caller, calls, &["-r", &rate, "-l", &calls.to_string(), "-timeout", "60", &target])?;
    let status = callers.wait()?;
    ensure!(status.success(), "sipp tells of calls that failed ({status})");
    let of = |shown: &serde_json::Value, name: &str| {
        let counts = shown["counts"].as_array().into_iter().flatten();
        counts.filter(|pair| pair[0] == name).find_map(|pair| pair[1].as_u64()).unwrap_or_default()
    };
    let legs = 2 * u64::from(calls);
    node.until("all legs have ended", |shown| of(shown, "legs") == legs)?;
    let shown = node.figures()?;
    let [came, went, lost] = ["packets_in", "packets_out", "packets_lost"].map(|name| of(&shown, name));
    node.stop()?;
    ensure!(lost == 0 && of(&shown, "incomplete_legs") == 0, "{lost} packets were lost: {}", shown["counts"]);
    // The events that the recording ends with are none of the audio; what was played is here to the packet.
    ensure!(came == legs * PACKETS, "{came} packets came of {legs} legs, each of which played {PACKETS}");
    Ok(format!("{legs} legs: {came} packets came, each of them, {went} went"))
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(UdpSocket::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?.local_addr()?.port())
}

fn scenario(folder: &Folder, name: &str, text: &str) -> Result<std::path::PathBuf> {
    let path = folder.0.join(format!("{name}.xml"));
    fs::write(&path, format!("<?xml version=\"1.0\"?>\n<scenario name=\"{name}\">\n{text}</scenario>\n"))?;
    Ok(path)
}

fn sipp(scenario: &Path, port: u16, calls: u32, more: &[&str]) -> Result<Child> {
    let mut command = Command::new("sipp");
    command.arg("-sf").arg(scenario).args([
        "-i",
        "127.0.0.1",
        "-mi",
        "127.0.0.1",
        "-nostdin",
        "-m",
        &calls.to_string(),
    ]);
    command.args(["-p", &port.to_string()]).args(more).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().context("sipp")?;
    std::thread::sleep(Duration::from_millis(300));
    Ok(child)
}

const DESCRIPTION: &str = "v=0\no=- 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 8\n\
    a=rtpmap:8 PCMA/8000\na=ptime:30";

fn message(lines: &[&str]) -> String {
    format!("<send retrans=\"500\"><![CDATA[\n{}\n]]></send>\n", lines.join("\n"))
}

fn play() -> String {
    format!("<nop><action><exec play_pcap_audio=\"{RECORDING}\"/></action></nop>\n")
}

/// The one who calls, plays all of it and hangs up.
fn calling() -> String {
    let via = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]";
    let from = "From: <sip:caller@[local_ip]:[local_port]>;tag=[pid]c[call_number]";
    let request = |method: &str, number: u8, to: &str, more: &[&str]| {
        let (first, to, order) = (
            format!("{method} sip:sipp@[remote_ip]:[remote_port] SIP/2.0"),
            format!("To: <sip:sipp@[remote_ip]>{to}"),
            format!("CSeq: {number} {method}"),
        );
        let contact = "Contact: <sip:caller@[local_ip]:[local_port]>";
        let head = [&*first, via, from, &to, "Call-ID: [call_id]", &order, contact, "Max-Forwards: 70"];
        [&head, more].concat().join("\n")
    };
    let end = ["Content-Length: 0", "", ""];
    let offer = ["Content-Type: application/sdp", "Content-Length: [len]", "", DESCRIPTION];
    format!(
        "{}<recv response=\"100\" optional=\"true\"/>\n<recv response=\"180\" optional=\"true\"/>\n<recv response=\"200\" rtd=\"true\"/>\n\
         <send><![CDATA[\n{}]]></send>\n{}<pause milliseconds=\"8500\"/>\n{}<recv response=\"200\"/>\n",
        message(&[&request("INVITE", 1, "", &offer)]),
        request("ACK", 1, "[peer_tag_param]", &end),
        play(),
        message(&[&request("BYE", 2, "[peer_tag_param]", &end)]),
    )
}

/// The one who is called, and plays all of it.
fn called() -> String {
    let head = ["[last_Via:]", "[last_From:]", "[last_To:];tag=[pid]s[call_number]", "[last_Call-ID:]", "[last_CSeq:]"];
    let contact = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>";
    let ok = [
        &["SIP/2.0 200 OK"],
        &head[..],
        &[contact, "Content-Type: application/sdp", "Content-Length: [len]", "", DESCRIPTION],
    ];
    let bye = [
        "SIP/2.0 200 OK",
        "[last_Via:]",
        "[last_From:]",
        "[last_To:]",
        "[last_Call-ID:]",
        "[last_CSeq:]",
        "Content-Length: 0",
        "",
        "",
    ];
    format!(
        "<recv request=\"INVITE\"/>\n{}<recv request=\"ACK\"/>\n{}<recv request=\"BYE\"/>\n<send><![CDATA[\n{}]]></send>\n",
        message(&ok.concat()),
        play(),
        bye.join("\n"),
    )
}
