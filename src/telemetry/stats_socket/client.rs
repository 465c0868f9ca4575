//! Control: one client of the stats socket: request lines in, answers out, at most one answer held at a time.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::rt::os::poll::Interest;
use crate::telemetry::stats_socket::StatsSource;
use crate::telemetry::stats_socket::request::{Form, HELP, Request};

/// No request is longer; a client that sends more is told so and closed.
const LONGEST_REQUEST: usize = 256;
/// How many times its patience a client may take for a whole answer.
const WHOLE_ANSWER: u32 = 5;

#[derive(Debug)]
pub(super) struct Client {
    stream: UnixStream,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
    sent: usize,
    /// When the client must have taken something of the outbox, and when all of it.
    give_up: Option<Instant>,
    whole_by: Option<Instant>,
    /// Since when it asks for nothing.
    idle: Instant,
    watch: Option<(Form, Duration, Instant)>,
    /// No more requests will come; the client is closed when the outbox is empty.
    ended: bool,
    patience: Duration,
}

impl Client {
    pub(super) fn new(stream: UnixStream, patience: Duration) -> Option<Self> {
        stream.set_nonblocking(true).ok()?;
        let (inbox, outbox) = (Vec::new(), Vec::new());
        let (give_up, whole_by, watch) = (None, None, None);
        let idle = Instant::now();
        Some(Self { stream, inbox, outbox, sent: 0, give_up, whole_by, idle, watch, ended: false, patience })
    }

    pub(super) fn interest(&self) -> Interest<'_> {
        // Requests wait in the socket while an answer is under way.
        let waiting = self.outbox.is_empty();
        Interest { descriptor: self.stream.as_fd(), read: waiting, write: !waiting }
    }

    /// When to serve this client even if its socket is not ready.
    pub(super) fn deadline(&self) -> Option<Instant> {
        // One is never later than the other.
        self.give_up.or(self.watch.map(|(_, _, next)| next))
    }

    /// Since when it asks for nothing; `None` while an answer or a watch is under way.
    pub(super) fn idle(&self) -> Option<Instant> {
        (self.outbox.is_empty() && self.watch.is_none()).then_some(self.idle)
    }

    /// Does what can be done now; false to close the client.
    pub(super) fn serve(&mut self, now: Instant, ready: bool, source: &dyn StatsSource) -> bool {
        let late = self.give_up.is_some_and(|at| at <= now && !ready) || self.whole_by.is_some_and(|at| at <= now);
        if late || self.send(now).is_err() {
            return false;
        }
        if ready && self.outbox.is_empty() && self.receive().is_err() {
            return false;
        }
        while self.outbox.is_empty() {
            if !self.answer_next(now, source) {
                return !self.ended;
            }
            if self.send(now).is_err() {
                return false;
            }
        }
        true
    }

    /// Fills the outbox if a request or the watch asks for it.
    fn answer_next(&mut self, now: Instant, source: &dyn StatsSource) -> bool {
        if let Some(request) = self.next_line() {
            self.idle = now;
            self.answer(&request, now, source);
            return true;
        }
        match self.watch {
            Some((form, every, next)) if next <= now && !self.ended => {
                // Late by a period or more: those are left out.
                let next = if next + every > now { next + every } else { now + every };
                self.watch = Some((form, every, next));
                self.put(form, source);
                true
            }
            _ => false,
        }
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut piece = [0; LONGEST_REQUEST];
        match (&self.stream).read(&mut piece) {
            Ok(0) => self.ended = true,
            Ok(length) => self.inbox.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The next whole request; after the end also one without its line end.
    fn next_line(&mut self) -> Option<String> {
        let length = match self.inbox.iter().position(|&octet| octet == b'\n') {
            Some(at) => at + 1,
            None if self.inbox.len() > LONGEST_REQUEST || (self.ended && !self.inbox.is_empty()) => self.inbox.len(),
            None => return None,
        };
        let line: Vec<u8> = self.inbox.drain(..length).collect();
        if line.len() > LONGEST_REQUEST {
            self.ended = true;
            self.inbox.clear();
        }
        Some(String::from_utf8_lossy(&line).into_owned())
    }

    fn answer(&mut self, line: &str, now: Instant, source: &dyn StatsSource) {
        match Request::parse(line) {
            Some(Request::Once(form)) => {
                self.watch = None;
                self.put(form, source);
            }
            Some(Request::Watch(form, every)) => {
                self.watch = Some((form, every, now + every));
                self.put(form, source);
            }
            Some(Request::Gauges(json, query)) => {
                self.watch = None;
                let page = source.gauges(&query);
                self.outbox = (if json { page.to_json() } else { page.to_string() } + "\n").into_bytes();
            }
            Some(Request::Legs(query)) => {
                self.watch = None;
                // Cannot fail: plain data with string keys.
                self.outbox = (serde_json::to_string(&source.legs(&query)).unwrap_or_default() + "\n").into_bytes();
            }
            Some(Request::Why(json, session)) => {
                self.watch = None;
                self.outbox = match source.why(&session) {
                    Some(why) => (if json { why.to_json() } else { why.to_string() } + "\n").into_bytes(),
                    None => {
                        format!("error: no session of that number or dialog, nor was lately: {session}\n").into_bytes()
                    }
                };
            }
            None => self.outbox.extend_from_slice(HELP),
        }
    }

    fn put(&mut self, form: Form, source: &dyn StatsSource) {
        let snapshot = source.snapshot();
        self.outbox = match form {
            Form::Json => (snapshot.to_json() + "\n").into_bytes(),
            Form::Prometheus => (snapshot.to_prometheus() + "\n").into_bytes(),
            // An empty line inside would end the answer early.
            Form::Text => (snapshot.to_string().replace("\n\n", "\n") + "\n").into_bytes(),
            Form::Histograms => [&snapshot.to_interval_log()[..], b"#end\n"].concat(),
        };
    }

    fn send(&mut self, now: Instant) -> io::Result<()> {
        if self.sent < self.outbox.len() {
            // Not for ever by an octet now and then.
            self.whole_by.get_or_insert(now + self.patience * WHOLE_ANSWER);
        }
        while self.sent < self.outbox.len() {
            // Without the flag, a client that went away would raise SIGPIPE in the embedder's process.
            match SockRef::from(&self.stream).send_with_flags(&self.outbox[self.sent..], libc::MSG_NOSIGNAL) {
                Ok(length) => {
                    self.sent += length;
                    self.give_up = Some(now + self.patience).min(self.whole_by);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.give_up.get_or_insert(now + self.patience);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        self.outbox.clear();
        self.sent = 0;
        (self.give_up, self.whole_by) = (None, None);
        Ok(())
    }
}
