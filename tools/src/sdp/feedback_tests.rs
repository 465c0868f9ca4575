//! Tests: feedback in descriptions.

use super::*;
use media_core::RtcpParams;

/// As Chromium offers it, with the header extension that its feedback rests on.
fn offer(more: &str) -> Description {
    let text = format!(
        "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVPF 111 0\r\n\
        a=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n{more}"
    );
    read(text.as_bytes()).unwrap()
}

const BOTH: &str =
    "a=rtcp-fb:111 transport-cc\r\na=rtcp-fb:* nack\r\na=rtcp-fb:111 nack pli\r\na=rtcp-fb:0 goog-remb\r\n";

fn params(feedback: &Feedback, sent: u8) -> (bool, Option<u8>) {
    let rtcp = feedback.params(RtcpParams::default(), sent);
    (rtcp.nack, rtcp.transport_wide)
}

#[test]
fn what_is_offered_is_answered_and_no_more() {
    let offered = offer(BOTH);
    let feedback = &offered.audio.feedback;
    assert_eq!((params(feedback, 111), params(feedback, 0)), ((true, Some(3)), (true, None)));
    let identity = Identity { session: 1, version: 1, address: "192.0.2.1".parse().unwrap() };
    let mut ours = Audio::new(offered.audio.capabilities.clone(), "192.0.2.1:4000".parse().unwrap());
    assert!(!answer(&offered, identity, &ours).contains("rtcp-fb"), "who does not speak it does not answer it");
    ours.feedback = feedback.of(&ours.capabilities);
    let text = answer(&offered, identity, &ours);
    for line in [
        "m=audio 4000 RTP/AVPF 111 0\r\n",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n",
        "a=rtcp-fb:111 transport-cc\r\n",
        "a=rtcp-fb:* nack\r\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("goog-remb") && !text.contains("pli") && !text.contains("audio-level"), "{text}");
    assert_eq!(read(text.as_bytes()).unwrap().audio.feedback, ours.feedback);
    // Without Opus there is none of what was of Opus, nor its extension.
    ours.capabilities.codecs.retain(|codec| codec.payload_type == 0);
    ours.feedback = feedback.of(&ours.capabilities);
    let text = answer(&offered, identity, &ours);
    assert!(text.contains("a=rtcp-fb:* nack") && !text.contains("transport-cc") && !text.contains("extmap"), "{text}");
    // More than was offered is not answered, whoever asks for it.
    let plain = offer("");
    assert!(plain.audio.feedback.is_empty());
    ours.feedback = feedback.clone();
    assert!(!answer(&plain, identity, &ours).contains("rtcp-fb"));
    assert!(super::offer(identity, &ours).contains("RTP/AVPF"), "an offer of it is one of AVPF");
}

/// RFC 5506: with feedback that may go alone, and where both have it.
#[test]
fn reduced_size_is_answered_where_it_was_offered_and_there_is_feedback() {
    let reduced = |feedback: &Feedback| feedback.params(RtcpParams::default(), 111).reduced_size;
    let offered = offer(&format!("{BOTH}a=rtcp-rsize\r\n"));
    let feedback = offered.audio.feedback.of(&offered.audio.capabilities);
    assert!(reduced(&feedback) && !reduced(&offer(BOTH).audio.feedback));
    assert!(!reduced(&offer("a=rtcp-rsize\r\n").audio.feedback), "of no use without feedback");
    assert!(reduced(&feedback.agreed(&feedback)) && !reduced(&feedback.agreed(&offer(BOTH).audio.feedback)));
    let identity = Identity { session: 1, version: 1, address: "192.0.2.1".parse().unwrap() };
    let mut ours = Audio::new(offered.audio.capabilities.clone(), "192.0.2.1:4000".parse().unwrap());
    ours.feedback = feedback;
    let text = answer(&offered, identity, &ours);
    assert!(text.contains("a=rtcp-rsize\r\n"), "{text}");
    assert_eq!(read(text.as_bytes()).unwrap().audio.feedback, ours.feedback);
    assert!(!answer(&offer(BOTH), identity, &ours).contains("rtcp-rsize"), "not offered");
}

#[test]
fn halves_are_none() {
    let without = |from: &str| {
        let text = format!("{}{BOTH}", "");
        offer(&text.replace(from, "a=nothing:"))
    };
    assert_eq!(params(&without("a=rtcp-fb:111 transport-cc").audio.feedback, 111), (true, None));
    let one_way = "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVPF 0\r\n\
        a=extmap:3/sendonly http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
        a=rtcp-fb:* transport-cc\r\n";
    let read_with =
        |from: &str, to: &str| params(&read(one_way.replace(from, to).as_bytes()).unwrap().audio.feedback, 0);
    assert_eq!(read_with("x", "x"), (false, None));
    assert_eq!(read_with("/sendonly", "/sendrecv"), (false, Some(3)));
    assert_eq!(read_with("3/sendonly", "0"), (false, None), "0 is none");
    assert_eq!(read_with("3/sendonly", "4096"), (false, None));
    assert_eq!(read_with("3/sendonly", "16"), (false, Some(16)));
    assert_eq!(read(one_way.replace("AVPF", "AVP").as_bytes()).unwrap().audio.feedback, Feedback::default());
}

#[test]
fn both_sides_agree_on_what_both_have() {
    let (ours, theirs) = (offer(BOTH).audio.feedback, offer("a=rtcp-fb:111 nack\r\n").audio.feedback);
    assert_eq!((params(&ours.agreed(&theirs), 111), params(&ours.agreed(&theirs), 0)), ((true, None), (false, None)));
    assert_eq!(ours.agreed(&Feedback::default()), Feedback::default());
    assert_eq!(params(&ours.agreed(&ours), 111), (true, Some(3)));
}
