//! I/O: a phone: SIP as text over UDP, RTP of PCMU or PCMA with a tone of its own, and what it hears.

use md5::{Digest as _, Md5};
use media_core::codec::{AudioDecoder as _, AudioEncoder as _, G711Decoder, G711Encoder, Law};
use media_core::rtp::{self, RtpHeader};
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Method, Request, Response, SipMessage};
use std::collections::VecDeque;
use std::net::{SocketAddr, UdpSocket};
use std::ops::Range;
use std::time::{Duration, Instant};

/// How long a phone waits for anything; what comes, comes at once.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Phone {
    pub(super) name: String,
    /// Whose password it has.
    login: String,
    node: SocketAddr,
    sip: UdpSocket,
    pub(super) rtp: UdpSocket,
    waiting: VecDeque<SipMessage>,
    credentials: Option<(String, String)>,
    number: u32,
}

/// A call of a phone's.
#[derive(Debug, Clone)]
pub(super) struct Dialog {
    pub(super) call: String,
    pub(super) ours: String,
    pub(super) theirs: String,
    target: String,
    /// What the other says of itself in From or To, without the tag.
    peer: String,
    cseq: u32,
    pub(super) media: SocketAddr,
}

impl Phone {
    pub(super) fn new(name: &str, node: SocketAddr) -> Self {
        let socket = || UdpSocket::bind("127.0.0.1:0").unwrap();
        let (sip, rtp) = (socket(), socket());
        sip.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        rtp.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        Self {
            name: name.into(),
            login: name.into(),
            node,
            sip,
            rtp,
            waiting: VecDeque::new(),
            credentials: None,
            number: 0,
        }
    }

    pub(super) fn send(&self, text: &str) {
        self.sip.send_to(text.as_bytes(), self.node).unwrap();
    }

    fn next_number(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    /// The next message that `wanted` takes; others wait.
    pub(super) fn receive<T>(&mut self, what: &str, wanted: impl Fn(&SipMessage) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        let mut octets = [0; 65_536];
        loop {
            if let Some(place) = self.waiting.iter().position(|message| wanted(message).is_some()) {
                return self.waiting.remove(place).and_then(|message| wanted(&message)).unwrap();
            }
            assert!(
                Instant::now() < end,
                "{}: no {what}; {:?}",
                self.name,
                self.waiting.iter().map(|m| m.start_line()).collect::<Vec<_>>()
            );
            if let Ok((length, _)) = self.sip.recv_from(&mut octets) {
                self.waiting.extend(SipMessage::try_from(&octets[..length]));
            }
        }
    }

    /// The final response to a request of that number.
    pub(super) fn response(&mut self, cseq: u32, method: &str) -> Response {
        let cseq = format!("{cseq} {method}");
        self.receive(&format!("response to {cseq}"), |message| match message {
            SipMessage::Response(response) if response.status_code.code() >= 200 => {
                (response.cseq_header().unwrap().value() == cseq).then(|| response.clone())
            }
            _ => None,
        })
    }

    pub(super) fn request(&mut self, method: Method) -> Request {
        self.receive(&method.to_string(), |message| match message {
            SipMessage::Request(request) if request.method == method => Some(request.clone()),
            _ => None,
        })
    }

    fn head(&self, method: &str, uri: &str, to: &str, (call, tag, cseq): (&str, &str, u32)) -> String {
        let (name, at, node) = (&self.name, self.sip.local_addr().unwrap(), self.node);
        let branch = format!("z9hG4bK{call}{cseq}{method}");
        format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch={branch};rport\r\nMax-Forwards: 70\r\n\
             From: <sip:{name}@{node}>;tag={tag}\r\nTo: {to}\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\n\
             Contact: <sip:{name}@{at}>\r\n"
        )
    }

    fn authorization(&self, method: &str, uri: &str) -> String {
        let Some((challenge, password)) = &self.credentials else { return String::new() };
        let of =
            |name: &str| challenge.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (realm, nonce, name) = (of("realm"), of("nonce"), &self.login);
        let hash =
            |text: String| Md5::digest(text.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        let first = hash(format!("{name}:{realm}:{password}"));
        let response = hash(format!("{first}:{nonce}:00000001:x:auth:{}", hash(format!("{method}:{uri}"))));
        format!(
            "Authorization: Digest username=\"{name}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
             response=\"{response}\", cnonce=\"x\", qop=auth, nc=00000001\r\n"
        )
    }

    /// The status of a registration with that password.
    pub(super) fn register(&mut self, password: &str) -> u16 {
        let (uri, call) = (format!("sip:{}", self.node), format!("register-{}", self.name));
        let to = format!("<sip:{}@{}>", self.name, self.node);
        loop {
            let cseq = self.next_number();
            let head = self.head("REGISTER", &uri, &to, (&call, "r", cseq));
            let credentials = self.authorization("REGISTER", &uri);
            self.send(&format!("{head}{credentials}Expires: 60\r\nContent-Length: 0\r\n\r\n"));
            let response = self.response(cseq, "REGISTER");
            match response.www_authenticate_header() {
                Some(challenge) if credentials.is_empty() => {
                    self.credentials = Some((challenge.value().to_owned(), password.to_owned()));
                }
                _ => return response.status_code.code(),
            }
        }
    }

    pub(super) fn description(&self, payload_type: u8, direction: &str) -> String {
        let port = self.rtp.local_addr().unwrap().port();
        format!(
            "v=0\r\no=- 1 {} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP {payload_type} 101\r\n\
             a=rtpmap:101 telephone-event/8000\r\na={direction}\r\n",
            self.number
        )
    }

    /// Sends an INVITE: its call, and its number.
    pub(super) fn invite(&mut self, called: &str, body: &str) -> (Dialog, u32) {
        let cseq = self.next_number();
        let (call, node) = (format!("{}-{cseq}", self.login), self.node);
        let uri = format!("sip:{called}@{node}");
        let peer = format!("<{uri}>");
        let head = self.head("INVITE", &uri, &peer, (&call, "t", cseq));
        let credentials = self.authorization("INVITE", &uri);
        self.send(&with_body(&format!("{head}{credentials}"), "application/sdp", body));
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
        (Dialog { call, ours: "t".into(), theirs: String::new(), target: uri, peer, cseq, media: nowhere }, cseq)
    }

    /// Calls, and is answered.
    pub(super) fn call(&mut self, called: &str) -> Dialog {
        let body = self.description(0, "sendrecv");
        let (dialog, cseq) = self.invite(called, &body);
        let response = self.response(cseq, "INVITE");
        assert_eq!(response.status_code.code(), 200, "{response}");
        self.established(dialog, &response, "")
    }

    /// A 200 came: ACK, with a body where it is the answer.
    pub(super) fn established(&mut self, mut dialog: Dialog, response: &Response, body: &str) -> Dialog {
        dialog.theirs = response.to_header().unwrap().tag().unwrap().unwrap().value().to_owned();
        dialog.target = contact(response.contact_header().unwrap().value());
        dialog.media = crate::sdp::read(&response.body).unwrap().audio.at.unwrap();
        let cseq = dialog.cseq;
        self.within(&dialog, "ACK", cseq, "", body);
        dialog
    }

    /// Gives up an INVITE.
    pub(super) fn cancel(&mut self, called: &str, cseq: u32) {
        let (call, node) = (format!("{}-{cseq}", self.login), self.node);
        let uri = format!("sip:{called}@{node}");
        // Its branch is the INVITE's.
        let head = self.head("INVITE", &uri, &format!("<{uri}>"), (&call, "t", cseq));
        let head = head
            .replace("INVITE sip", "CANCEL sip")
            .replace(&format!("CSeq: {cseq} INVITE"), &format!("CSeq: {cseq} CANCEL"));
        self.send(&with_body(&head, "", ""));
    }

    fn within(&self, dialog: &Dialog, method: &str, cseq: u32, more: &str, body: &str) {
        let to = format!("{};tag={}", dialog.peer, dialog.theirs);
        let head = self.head(method, &dialog.target, &to, (&dialog.call, &dialog.ours, cseq));
        let kind = if method == "INFO" { "application/dtmf-relay" } else { "application/sdp" };
        self.send(&with_body(&format!("{head}{more}"), kind, body));
    }

    /// A request within a call; its final response.
    pub(super) fn ask(&mut self, dialog: &mut Dialog, method: &str, more: &str, body: &str) -> Response {
        dialog.cseq += 1;
        self.within(dialog, method, dialog.cseq, more, body);
        let response = self.response(dialog.cseq, method);
        if method == "INVITE" {
            self.within(dialog, "ACK", dialog.cseq, "", "");
        }
        response
    }

    /// Is called, and answers with that status.
    pub(super) fn is_called(&mut self, status: &str) -> (Request, Dialog) {
        let request = self.request(Method::Invite);
        let body = if status.starts_with('2') { self.description(0, "sendrecv") } else { String::new() };
        self.reply(&request, status, &body);
        let from = request.from_header().unwrap();
        let peer = from.value().split(";tag").next().unwrap().to_owned();
        let dialog = Dialog {
            call: request.call_id_header().unwrap().value().to_owned(),
            ours: "u".into(),
            theirs: from.tag().unwrap().unwrap().value().to_owned(),
            target: contact(request.contact_header().unwrap().value()),
            peer,
            cseq: 1_000,
            media: crate::sdp::read(&request.body).unwrap().audio.at.unwrap(),
        };
        (request, dialog)
    }

    pub(super) fn reply(&self, request: &Request, status: &str, body: &str) {
        let via = request.via_header().unwrap().value();
        let to = request.to_header().unwrap().value();
        let tag = if to.contains("tag=") { "" } else { ";tag=u" };
        let head = format!(
            "SIP/2.0 {status}\r\nVia: {via}\r\nFrom: {}\r\nTo: {to}{tag}\r\nCall-ID: {}\r\nCSeq: {}\r\nContact: <sip:{}@{}>\r\n",
            request.from_header().unwrap().value(),
            request.call_id_header().unwrap().value(),
            request.cseq_header().unwrap().value(),
            self.name,
            self.sip.local_addr().unwrap(),
        );
        self.send(&with_body(&head, "application/sdp", body));
    }

    /// The node hangs up: answered.
    pub(super) fn is_hung_up(&mut self) {
        let bye = self.request(Method::Bye);
        self.reply(&bye, "200 OK", "");
    }

    /// Says its tone for some time, and hears meanwhile what comes: samples at 8 kHz, and digits.
    pub(super) fn talk(&self, dialog: &Dialog, hz: f32, packets: u32, law: Law) -> (Vec<f32>, Vec<u8>) {
        self.talk_through(dialog, (hz, law), 0..packets, |_| Some(0))
    }

    /// The same through a network: of each packet, with how many packets' delay it arrives, if it does.
    pub(super) fn talk_through(
        &self,
        dialog: &Dialog,
        (hz, law): (f32, Law),
        packets: Range<u32>,
        network: impl FnMut(u32) -> Option<u32>,
    ) -> (Vec<f32>, Vec<u8>) {
        let sample = |n: u32| 0.3 * (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin();
        self.say(dialog, law, packets, |n| (0..160).map(|k| sample(n * 160 + k)).collect(), network)
    }

    /// Says what `sound` makes of each packet of 20 ms, and hears meanwhile.
    pub(super) fn say(
        &self,
        dialog: &Dialog,
        law: Law,
        packets: Range<u32>,
        mut sound: impl FnMut(u32) -> Vec<f32>,
        mut network: impl FnMut(u32) -> Option<u32>,
    ) -> (Vec<f32>, Vec<u8>) {
        let (mut encoder, mut decoders) =
            (G711Encoder::new(law), [G711Decoder::new(Law::Mu), G711Decoder::new(Law::A)]);
        let (begin, mut heard, mut digits) = (Instant::now(), Vec::new(), Vec::new());
        let payload_type = if law == Law::Mu { 0 } else { 8 };
        let mut datagram = [0; 2_048];
        let (first, mut under_way) = (packets.start, Vec::new());
        for n in packets {
            let mut payload = [0; 160];
            encoder.encode_into(&sound(n), &mut payload).unwrap();
            let header = RtpHeader {
                marker: n == first,
                payload_type,
                sequence: n as u16,
                timestamp: n * 160,
                ssrc: self.rtp.local_addr().unwrap().port().into(),
            };
            let length = rtp::write(&header, &payload, &mut datagram).unwrap();
            if let Some(delay) = network(n) {
                under_way.push((n + delay, datagram[..length].to_vec()));
            }
            under_way.retain(|(at, datagram)| {
                let later = *at > n;
                if !later {
                    self.rtp.send_to(datagram, dialog.media).unwrap();
                }
                later
            });
            let due = begin + Duration::from_millis(20) * (n + 1 - first);
            while Instant::now() < due {
                let Ok((length, _)) = self.rtp.recv_from(&mut datagram) else { continue };
                let Ok((header, payload)) = rtp::parse(&datagram[..length]) else { continue };
                let mut pcm = [0.0; 2_048];
                match header.payload_type {
                    0 | 8 => {
                        let decoder = &mut decoders[usize::from(header.payload_type / 8)];
                        let count = decoder.decode_into(payload, &mut pcm).unwrap();
                        heard.extend(&pcm[..count]);
                    }
                    // Of each event its beginning.
                    101 if header.marker => digits.push(payload[0]),
                    _ => {}
                }
            }
        }
        (heard, digits)
    }
}

/// How loud a tone is in the last half second, dB below that of a phone.
pub(super) fn level(heard: &[f32], hz: f32) -> f32 {
    let last = &heard[heard.len().saturating_sub(4_000)..];
    let turn = |n: usize| std::f32::consts::TAU * hz * n as f32 / 8_000.0;
    let sum = |of: fn(f32) -> f32| last.iter().enumerate().map(|(n, x)| x * of(turn(n))).sum::<f32>();
    let (sine, cosine) = (sum(f32::sin), sum(f32::cos));
    20.0 * (2.0 * sine.hypot(cosine) / last.len().max(1) as f32 / 0.3).max(1e-6).log10()
}

fn with_body(head: &str, kind: &str, body: &str) -> String {
    let kind = if body.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    format!("{head}{kind}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn contact(text: &str) -> String {
    text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(uri, _)| uri).to_owned()
}
