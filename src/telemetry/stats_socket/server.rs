//! Control: the thread of the stats socket: accepts, waits for all clients at once, ends when told to.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::rt::os::poll::{self, Interest};
use crate::telemetry::stats_socket::client::Client;
use crate::telemetry::stats_socket::{StatsSocketConfig, StatsSource};

/// How long not to accept after the system refused to (out of descriptors).
const REFUSED_PAUSE: Duration = Duration::from_millis(50);

pub(super) type Source = Box<dyn StatsSource>;

/// Tells the thread to end: by the end of a pair of sockets, which wakes it.
#[derive(Debug)]
pub(super) struct Stop(UnixStream);

impl Stop {
    pub(super) fn pair() -> io::Result<(Self, UnixStream)> {
        UnixStream::pair().map(|(ours, threads)| (Self(ours), threads))
    }

    pub(super) fn now(&self) {
        // Fails only if the thread has ended.
        let _ = self.0.shutdown(std::net::Shutdown::Both);
    }
}

pub(super) struct Server {
    listener: UnixListener,
    stopped: UnixStream,
    source: Source,
    clients: Vec<Client>,
    max_clients: usize,
    patience: Duration,
}

impl Server {
    pub(super) fn new(listener: UnixListener, stopped: UnixStream, config: &StatsSocketConfig, source: Source) -> Self {
        let StatsSocketConfig { max_clients, patience, .. } = *config;
        Self { listener, stopped, source, clients: Vec::new(), max_clients: max_clients.max(1), patience }
    }

    /// Serves until stopped.
    pub(super) fn run(mut self) {
        loop {
            let now = Instant::now();
            let timeout = self.clients.iter().filter_map(Client::deadline).min();
            let fixed = [self.stopped.as_fd(), self.listener.as_fd()];
            let fixed = fixed.map(|descriptor| Interest { descriptor, read: true, write: false });
            let interests: Vec<_> = fixed.into_iter().chain(self.clients.iter().map(Client::interest)).collect();
            let ready = poll::wait(&interests, timeout.map(|at| at.saturating_duration_since(now)));
            let Ok(ready) = ready else { return };
            if ready[0] {
                return;
            }
            let now = Instant::now();
            let mut client_ready = ready[2..].iter();
            self.clients.retain_mut(|client| {
                let ready = client_ready.next().copied().unwrap_or_default();
                client.serve(now, ready, &*self.source)
            });
            if ready[1] {
                self.accept();
            }
        }
    }

    fn accept(&mut self) {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) if self.clients.len() >= self.max_clients && !self.give_up_idle() => refuse(&stream),
                Ok((stream, _)) => self.clients.extend(Client::new(stream, self.patience)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    thread::sleep(REFUSED_PAUSE);
                    return;
                }
            }
        }
    }
}

impl Server {
    /// Closes the client that has asked for nothing for longest, if any for longer than the patience: whoever only holds a
    /// place gives it to who asks.
    fn give_up_idle(&mut self) -> bool {
        let waiting = self.clients.iter().enumerate().filter_map(|(place, client)| Some((client.idle()?, place)));
        let Some((since, place)) = waiting.min() else { return false };
        let over = since.elapsed() > self.patience;
        if over {
            self.clients.swap_remove(place);
        }
        over
    }
}

fn refuse(stream: &UnixStream) {
    // A few octets always fit the empty buffer of a new socket.
    let _ =
        SockRef::from(stream).send_with_flags(b"error: too many clients\n", libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT);
}
