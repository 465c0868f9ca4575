//! I/O: the SIP side of a phone, over UDP: it registers, calls, is called, hangs up. Requests and responses are text that is written
//! here and read by rsipstack; whoever tries a node sees what really goes over the wire. Audio is the caller's.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

mod calls;
mod text;

pub use calls::Dialog;

use anyhow::{Context as _, Result, ensure};
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Method, Request, Response, SipMessage};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant, SystemTime};
use text::{acknowledged, authorization};

/// How long a phone waits for anything; what comes, comes at once.
const PATIENCE: Duration = Duration::from_secs(20);
/// A request that nobody answers is sent again after that, and then after twice as long each time (RFC 3261 section 17.1, T1).
const AGAIN: Duration = Duration::from_millis(500);

/// See the head of the file.
#[derive(Debug)]
pub struct Phone {
    /// Who it says that it is.
    pub name: String,
    /// Whose password it has.
    login: String,
    node: SocketAddr,
    socket: UdpSocket,
    waiting: VecDeque<SipMessage>,
    credentials: Option<(String, String)>,
    /// How often that challenge was answered.
    answered: u32,
    number: u32,
    /// In its Call-IDs: nobody else has it, so that no node takes a request for one that it has answered before.
    salt: String,
    /// The last request, until something answers it.
    asked: String,
}

impl Phone {
    /// A phone of a node, at that address.
    ///
    /// # Errors
    /// The system has no socket.
    pub fn new(name: &str, at: IpAddr, node: SocketAddr) -> Result<Self> {
        let socket = UdpSocket::bind((at, 0)).with_context(|| format!("{name}: no socket at {at}"))?;
        socket.set_read_timeout(Some(Duration::from_millis(20)))?;
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            name: name.into(),
            login: name.into(),
            node,
            salt: format!("{}-{:x}", socket.local_addr()?.port(), since.as_micros()),
            socket,
            waiting: VecDeque::new(),
            credentials: None,
            answered: 0,
            number: 0,
            asked: String::new(),
        })
    }

    /// Where it is called.
    ///
    /// # Errors
    /// The socket is gone.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    /// Requests that it has made.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Sends a message as it stands.
    ///
    /// # Errors
    /// The system does not take it.
    pub fn send(&self, text: &str) -> Result<()> {
        self.socket.send_to(text.as_bytes(), self.node)?;
        Ok(())
    }

    fn ask_with(&mut self, text: String) -> Result<()> {
        self.send(&text)?;
        self.asked = text;
        Ok(())
    }

    fn next_number(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    /// Takes in what has come, for 20 ms at most.
    fn take_in(&mut self) {
        let mut octets = [0; 65_536];
        if let Ok((length, _)) = self.socket.recv_from(&mut octets) {
            self.waiting.extend(SipMessage::try_from(octets.get(..length).unwrap_or_default()));
        }
    }

    fn waiting<T>(&mut self, wanted: impl Fn(&SipMessage) -> Option<T>) -> Option<T> {
        let place = self.waiting.iter().position(|message| wanted(message).is_some())?;
        self.waiting.remove(place).and_then(|message| wanted(&message))
    }

    /// The next message that `wanted` takes; others wait.
    ///
    /// # Errors
    /// None comes within 20 s.
    pub fn receive<T>(&mut self, what: &str, wanted: impl Fn(&SipMessage) -> Option<T>) -> Result<T> {
        let (begun, mut again) = (Instant::now(), AGAIN);
        loop {
            if let Some(found) = self.waiting(&wanted) {
                return Ok(found);
            }
            let there: Vec<_> = self.waiting.iter().map(SipMessage::start_line).collect();
            ensure!(begun.elapsed() < PATIENCE, "{}: no {what} within {} s; {there:?}", self.name, PATIENCE.as_secs());
            self.take_in();
            if begun.elapsed() > again && !self.asked.is_empty() {
                self.send(&self.asked)?;
                again += again;
            }
            if self.waiting.iter().any(|message| matches!(message, SipMessage::Response(_))) {
                self.asked.clear();
            }
        }
    }

    /// The final response to a request of that number; a refusal of an INVITE is acknowledged.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn response(&mut self, cseq: u32, method: &str) -> Result<Response> {
        let request = self.asked.clone();
        let what = format!("{cseq} {method}");
        let response = self.receive(&format!("response to {what}"), |message| is_final(message, &what))?;
        self.has_final(&request, response)
    }

    /// The same where it is there within 20 ms.
    ///
    /// # Errors
    /// The system does not take an acknowledgement.
    pub fn response_now(&mut self, cseq: u32, method: &str) -> Result<Option<Response>> {
        let (request, what) = (self.asked.clone(), format!("{cseq} {method}"));
        self.take_in();
        let Some(response) = self.waiting(|message| is_final(message, &what)) else { return Ok(None) };
        self.has_final(&request, response).map(Some)
    }

    fn has_final(&mut self, request: &str, response: Response) -> Result<Response> {
        self.asked.clear();
        if response.status_code.code() >= 300 && request.starts_with("INVITE") {
            self.send(&acknowledged(request, response.to_header()?.value()))?;
        }
        Ok(response)
    }

    /// The next request of that method.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn request(&mut self, method: Method) -> Result<Request> {
        self.receive(&method.to_string(), |message| match message {
            SipMessage::Request(request) if request.method == method => Some(request.clone()),
            _ => None,
        })
    }

    /// Calls that the node has hung up by now, by Call-ID; each is answered, and what else waits is forgotten: it was sent twice.
    ///
    /// # Errors
    /// The system does not take an answer.
    pub fn hung_up(&mut self) -> Result<Vec<String>> {
        self.socket.set_nonblocking(true)?;
        loop {
            let before = self.waiting.len();
            self.take_in();
            if self.waiting.len() == before {
                break;
            }
        }
        self.socket.set_nonblocking(false)?;
        let mut calls = Vec::new();
        for message in std::mem::take(&mut self.waiting) {
            if let SipMessage::Request(request) = message
                && request.method == Method::Bye
            {
                self.reply(&request, "200 OK", "")?;
                calls.push(request.call_id_header()?.value().to_owned());
            }
        }
        Ok(calls)
    }

    fn head(&self, method: &str, uri: &str, to: &str, (call, tag, cseq): (&str, &str, u32)) -> Result<String> {
        let (name, at, node) = (&self.name, self.address()?, self.node);
        let branch = format!("z9hG4bK{call}{cseq}{method}");
        Ok(format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch={branch};rport\r\nMax-Forwards: 70\r\n\
             From: <sip:{name}@{node}>;tag={tag}\r\nTo: {to}\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\n\
             Contact: <sip:{name}@{at}>\r\n"
        ))
    }

    fn credentials(&mut self, method: &str, uri: &str) -> String {
        let Some(known) = &self.credentials else { return String::new() };
        self.answered += 1;
        authorization(&self.login, known, self.answered, (method, uri))
    }

    /// The status of a registration with that password.
    ///
    /// # Errors
    /// Nobody answers.
    pub fn register(&mut self, password: &str, seconds: u32) -> Result<u16> {
        let (uri, call) = (format!("sip:{}", self.node), format!("register-{}-{}", self.name, self.salt));
        let to = format!("<sip:{}@{}>", self.name, self.node);
        loop {
            let cseq = self.next_number();
            let head = self.head("REGISTER", &uri, &to, (&call, "r", cseq))?;
            let credentials = self.credentials("REGISTER", &uri);
            self.ask_with(format!("{head}{credentials}Expires: {seconds}\r\nContent-Length: 0\r\n\r\n"))?;
            let response = self.response(cseq, "REGISTER")?;
            match response.www_authenticate_header() {
                Some(challenge) if credentials.is_empty() => {
                    self.credentials = Some((challenge.value().to_owned(), password.to_owned()));
                    self.answered = 0;
                }
                _ => return Ok(response.status_code.code()),
            }
        }
    }
}

/// The final response to a request of that number and method.
fn is_final(message: &SipMessage, cseq: &str) -> Option<Response> {
    match message {
        SipMessage::Response(response) if response.status_code.code() >= 200 => {
            (response.cseq_header().ok()?.value() == cseq).then(|| response.clone())
        }
        _ => None,
    }
}
