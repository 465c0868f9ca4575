//! I/O: a phone of the tests on a thread of its own.

use super::super::load::phone::Phone;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A phone that talks and listens until it is dropped.
pub(super) struct Line {
    phone: Arc<Mutex<Phone>>,
    ends: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Line {
    /// One whose noise is of that seed.
    pub(super) fn new(seed: u64) -> Self {
        let phone = Arc::new(Mutex::new(Phone::new(seed).unwrap()));
        Self { phone, ends: Arc::default(), thread: None }
    }

    pub(super) fn phone(&self) -> MutexGuard<'_, Phone> {
        self.phone.lock().unwrap()
    }

    /// Where it is, for `remote`.
    pub(super) fn address(&self) -> String {
        self.phone().address().unwrap().to_string()
    }

    /// Calls what `started` says.
    pub(super) fn call(&mut self, started: &serde_json::Value) {
        self.phone().call(started["local"].as_str().unwrap().parse().unwrap()).unwrap();
        let (phone, ends) = (self.phone.clone(), self.ends.clone());
        self.thread = Some(std::thread::spawn(move || {
            let mut due = Instant::now();
            while !ends.load(Relaxed) {
                if due <= Instant::now() {
                    phone.lock().unwrap().speak().unwrap();
                    due += Duration::from_millis(20);
                }
                phone.lock().unwrap().listen();
                std::thread::sleep(Duration::from_millis(2));
            }
        }));
    }

    /// Waits until it has heard `said`; where that begins.
    pub(super) async fn hears(&self, said: &[u8]) -> usize {
        let began = Instant::now();
        loop {
            if let Some(at) = self.phone().found(said) {
                return at;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "it heard no {} samples", said.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until it has heard so many samples more.
    pub(super) async fn goes_on(&self, samples: usize) {
        let (began, aim) = (Instant::now(), self.phone().heard.len() + samples);
        while self.phone().heard.len() < aim {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing comes any more");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.ends.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
