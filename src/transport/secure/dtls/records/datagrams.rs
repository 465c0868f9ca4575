//! Control: a network of two queues for OpenSSL, which knows streams alone: what it writes at once is a datagram, and what it
//! reads at once is one.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

/// As many wait to be sent; a whole flight is some six. What is more is lost as it would be on the network.
const MOST: usize = 32;

/// See the head of the file.
#[derive(Debug, Default)]
pub struct Datagrams {
    came: Option<Box<[u8]>>,
    leaving: VecDeque<Box<[u8]>>,
}

impl Datagrams {
    /// What the next reading finds; another that was not read is lost.
    pub fn arrive(&mut self, datagram: &[u8]) {
        self.came = Some(datagram.into());
    }

    /// What is to be sent next.
    pub fn leave(&mut self) -> Option<Box<[u8]>> {
        self.leaving.pop_front()
    }
}

impl Read for Datagrams {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let came = self.came.take().ok_or(io::ErrorKind::WouldBlock)?;
        // As a socket does it: what has no room is gone.
        let length = came.len().min(room.len());
        room[..length].copy_from_slice(&came[..length]);
        Ok(length)
    }
}

impl Write for Datagrams {
    fn write(&mut self, datagram: &[u8]) -> io::Result<usize> {
        if self.leaving.len() < MOST {
            self.leaving.push_back(datagram.into());
        }
        Ok(datagram.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
