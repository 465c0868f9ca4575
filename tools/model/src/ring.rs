//! A ring of one writer and one reader over loom's atomics, with as much of rtrb's interface as the library uses.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Acquire, Ordering::Release};

/// Makes rings.
pub struct RingBuffer;

#[derive(Debug)]
struct Shared<T> {
    cells: Vec<UnsafeCell<Option<T>>>,
    head: AtomicUsize,
    tail: AtomicUsize,
    abandoned: AtomicBool,
    ended: AtomicBool,
}

// SAFETY: one writer and one reader: a cell is written before `tail` passes it, and read before `head` does, which loom
// checks.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

#[derive(Debug)]
pub struct Producer<T> {
    shared: Arc<Shared<T>>,
    tail: usize,
}

#[derive(Debug)]
pub struct Consumer<T> {
    shared: Arc<Shared<T>>,
    head: usize,
}

pub enum PushError<T> {
    Full(T),
}

#[derive(Debug)]
pub struct TooFew;

impl RingBuffer {
    pub fn new<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
        let shared = Arc::new(Shared {
            cells: (0..capacity).map(|_| UnsafeCell::new(None)).collect(),
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            abandoned: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        });
        (Producer { shared: shared.clone(), tail: 0 }, Consumer { shared, head: 0 })
    }
}

impl<T> Shared<T> {
    fn cell(&self, at: usize) -> &UnsafeCell<Option<T>> {
        &self.cells[at % self.cells.len()]
    }
}

impl<T> Producer<T> {
    pub fn slots(&self) -> usize {
        self.shared.cells.len() - (self.tail - self.shared.head.load(Acquire))
    }

    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        if self.slots() == 0 {
            return Err(PushError::Full(value));
        }
        self.write([value]);
        Ok(())
    }

    pub fn is_abandoned(&self) -> bool {
        self.shared.abandoned.load(Acquire)
    }

    fn write(&mut self, values: impl IntoIterator<Item = T>) {
        for value in values {
            // SAFETY: of the writer until `tail` has passed it; loom checks that.
            self.shared.cell(self.tail).with_mut(|cell| unsafe { *cell = Some(value) });
            self.tail += 1;
        }
        self.shared.tail.store(self.tail, Release);
    }

    pub fn write_chunk(&mut self, n: usize) -> Result<chunks::WriteChunk<'_, T>, TooFew>
    where
        T: Default + Copy,
    {
        let first = n.min(self.shared.cells.len() - self.tail % self.shared.cells.len());
        if self.slots() < n {
            return Err(TooFew);
        }
        Ok(chunks::WriteChunk { staged: vec![T::default(); n], first, ring: self })
    }
}

impl<T> Drop for Producer<T> {
    fn drop(&mut self) {
        self.shared.ended.store(true, Release);
    }
}

impl<T> Consumer<T> {
    pub fn is_abandoned(&self) -> bool {
        self.shared.ended.load(Acquire)
    }

    pub fn slots(&self) -> usize {
        self.shared.tail.load(Acquire) - self.head
    }

    pub fn is_empty(&self) -> bool {
        self.slots() == 0
    }

    fn read(&mut self) -> T {
        // SAFETY: of the reader until `head` has passed it; loom checks that.
        let value = self.shared.cell(self.head).with_mut(|cell| unsafe { (*cell).take() });
        self.head += 1;
        value.expect("written before the tail passed it")
    }

    pub fn pop(&mut self) -> Result<T, TooFew> {
        if self.slots() == 0 {
            return Err(TooFew);
        }
        let value = self.read();
        self.shared.head.store(self.head, Release);
        Ok(value)
    }

    pub fn pop_entire_slice(&mut self, to: &mut [T]) -> Result<(), TooFew> {
        if self.slots() < to.len() {
            return Err(TooFew);
        }
        to.iter_mut().for_each(|to| *to = self.read());
        self.shared.head.store(self.head, Release);
        Ok(())
    }

    pub fn read_chunk(&mut self, n: usize) -> Result<chunks::ReadChunk<'_, T>, TooFew>
    where
        T: Copy,
    {
        if self.slots() < n {
            return Err(TooFew);
        }
        // SAFETY: as in `read`.
        let look = |at| self.shared.cell(at).with(|cell| unsafe { (*cell).expect("written") });
        let copy: Vec<T> = (self.head..self.head + n).map(look).collect();
        let first = n.min(self.shared.cells.len() - self.head % self.shared.cells.len());
        Ok(chunks::ReadChunk { copy, first, ring: self })
    }
}

impl<T> Drop for Consumer<T> {
    fn drop(&mut self) {
        self.shared.abandoned.store(true, Release);
    }
}

pub mod chunks {
    //! Several places at once.

    use super::{Consumer, Producer, Release};

    pub struct WriteChunk<'r, T> {
        pub(super) staged: Vec<T>,
        pub(super) first: usize,
        pub(super) ring: &'r mut Producer<T>,
    }

    impl<T> WriteChunk<'_, T> {
        pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
            self.staged.split_at_mut(self.first)
        }

        pub fn commit_all(self) {
            self.ring.write(self.staged);
        }
    }

    pub struct ReadChunk<'r, T> {
        pub(super) copy: Vec<T>,
        pub(super) first: usize,
        pub(super) ring: &'r mut Consumer<T>,
    }

    impl<T> ReadChunk<'_, T> {
        pub fn as_slices(&self) -> (&[T], &[T]) {
            self.copy.split_at(self.first)
        }

        pub fn commit_all(self) {
            for _ in 0..self.copy.len() {
                self.ring.read();
            }
            self.ring.shared.head.store(self.ring.head, Release);
        }
    }
}
