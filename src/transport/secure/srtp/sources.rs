//! Pure: what is known of each source under one key: which packets of it were seen.

use super::window::Window;

/// One source.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source {
    pub ssrc: u32,
    pub rtp: Window,
    pub rtcp: Window,
}

/// The sources of one key, `N` at most.
#[derive(Debug)]
pub(super) struct Sources<const N: usize> {
    known: [Source; N],
    count: usize,
    /// Where the last one was found: the next packet is of it as a rule.
    last: usize,
}

impl<const N: usize> Default for Sources<N> {
    fn default() -> Self {
        Self { known: [Source::default(); N], count: 0, last: 0 }
    }
}

impl<const N: usize> Sources<N> {
    /// The source of that SSRC.
    pub fn find(&mut self, ssrc: u32) -> Option<&mut Source> {
        let known = self.known.get(..self.count)?;
        let is_last = known.get(self.last).is_some_and(|source| source.ssrc == ssrc);
        let at = if is_last { self.last } else { known.iter().position(|source| source.ssrc == ssrc)? };
        self.last = at;
        self.known.get_mut(at)
    }

    /// What was seen of that source's RTP.
    pub fn rtp(&self, ssrc: u32) -> Option<&Window> {
        let source = self.known.get(..self.count)?.iter().find(|source| source.ssrc == ssrc)?;
        Some(&source.rtp).filter(|window| window.is_begun())
    }

    /// Whether no further one can be kept.
    pub fn is_full(&self) -> bool {
        self.count == N
    }

    /// Keeps a further source, which is none of those that are known; `None` where there is no room.
    pub fn insert(&mut self, ssrc: u32) -> Option<&mut Source> {
        let place = self.known.get_mut(self.count)?;
        *place = Source { ssrc, ..Source::default() };
        self.last = self.count;
        self.count += 1;
        Some(place)
    }

    /// As [`insert`](Self::insert); where there is no room the oldest goes.
    pub fn insert_over_oldest(&mut self, ssrc: u32) -> Option<&mut Source> {
        if self.is_full() {
            self.known.rotate_left(1);
            self.count -= 1;
        }
        self.insert(ssrc)
    }

    /// Takes over what another knows.
    pub fn copy_from(&mut self, other: &Self) {
        (self.known, self.count, self.last) = (other.known, other.count, other.last);
    }
}
