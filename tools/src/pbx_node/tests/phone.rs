//! I/O: a phone: SIP by the phone that tools share, which must succeed, RTP of PCMU or PCMA with a tone of its own, and what it hears.

use crate::sip_phone;
pub(super) use crate::sip_phone::Dialog;
use media_core::codec::{AudioDecoder as _, AudioEncoder as _, G711Decoder, G711Encoder, Law};
use media_core::rtp::{self, RtpHeader};
use rsipstack::sip::{Method, Request, Response, SipMessage};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::ops::{Deref, DerefMut, Range};
use std::time::{Duration, Instant};

pub(super) struct Phone {
    sip: sip_phone::Phone,
    pub(super) rtp: UdpSocket,
}

impl Deref for Phone {
    type Target = sip_phone::Phone;

    fn deref(&self) -> &Self::Target {
        &self.sip
    }
}

impl DerefMut for Phone {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.sip
    }
}

impl Phone {
    pub(super) fn new(name: &str, node: SocketAddr) -> Self {
        let rtp = UdpSocket::bind("127.0.0.1:0").unwrap();
        rtp.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        Self { sip: sip_phone::Phone::new(name, Ipv4Addr::LOCALHOST.into(), node).unwrap(), rtp }
    }

    pub(super) fn send(&self, text: &str) {
        self.sip.send(text).unwrap();
    }

    pub(super) fn receive<T>(&mut self, what: &str, wanted: impl Fn(&SipMessage) -> Option<T>) -> T {
        self.sip.receive(what, wanted).unwrap()
    }

    pub(super) fn response(&mut self, cseq: u32, method: &str) -> Response {
        self.sip.response(cseq, method).unwrap()
    }

    pub(super) fn request(&mut self, method: Method) -> Request {
        self.sip.request(method).unwrap()
    }

    pub(super) fn register(&mut self, password: &str) -> u16 {
        self.sip.register(password, 60).unwrap()
    }

    pub(super) fn description(&self, payload_type: u8, direction: &str) -> String {
        let port = self.rtp.local_addr().unwrap().port();
        format!(
            "v=0\r\no=- 1 {} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP {payload_type} 101\r\n\
             a=rtpmap:101 telephone-event/8000\r\na={direction}\r\n",
            self.number()
        )
    }

    pub(super) fn invite(&mut self, called: &str, body: &str) -> (Dialog, u32) {
        self.sip.invite(called, body).unwrap()
    }

    /// Calls, and is answered.
    pub(super) fn call(&mut self, called: &str) -> Dialog {
        let body = self.description(0, "sendrecv");
        self.sip.call(called, &body).unwrap()
    }

    pub(super) fn established(&mut self, dialog: Dialog, response: &Response, body: &str) -> Dialog {
        self.sip.established(dialog, response, body).unwrap()
    }

    pub(super) fn cancel(&mut self, called: &str, cseq: u32) {
        self.sip.cancel(called, cseq).unwrap();
    }

    pub(super) fn ask(&mut self, dialog: &mut Dialog, method: &str, more: &str, body: &str) -> Response {
        self.sip.ask(dialog, method, more, body).unwrap()
    }

    /// Is called, and answers with that status.
    pub(super) fn is_called(&mut self, status: &str) -> (Request, Dialog) {
        let (request, dialog) = self.sip.is_called().unwrap();
        let body = if status.starts_with('2') { self.description(0, "sendrecv") } else { String::new() };
        self.reply(&request, status, &body);
        (request, dialog)
    }

    pub(super) fn reply(&self, request: &Request, status: &str, body: &str) {
        self.sip.reply(request, status, body).unwrap();
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
