//! Control: the scenario of sipp, which calls by SIP and plays recordings of packets.

use super::{Case, Line};
use std::fs;
use std::process::Command;

/// It calls, speaks and presses a digit.
pub(super) fn calls(case: &Case, command: &mut Command, line: &Line<'_>) -> std::io::Result<()> {
    let (theirs, sip, folder) = (line.theirs, line.sip, line.folder);
    let scenario = folder.join("call.xml");
    fs::write(&scenario, scenario_of(case.payload_type(), case.codec))?;
    command.arg("-sf").arg(scenario).args(["-m", "1", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin"]);
    command.args(["-mp", &theirs.to_string(), "-timeout", "20", &format!("127.0.0.1:{sip}")]);
    Ok(())
}

/// A call that plays sipp's own recordings: four seconds of speech in A-law, or none, and the digit 1.
fn scenario_of(payload_type: u8, codec: &str) -> String {
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
