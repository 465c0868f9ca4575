//! Control: files as they are after each single write.

use super::*;
use std::cell::RefCell;
use std::io::{Cursor, SeekFrom};
use std::rc::Rc;

/// A disk that keeps what it held after each write, and that may be full.
#[derive(Default)]
struct Disk {
    file: Cursor<Vec<u8>>,
    moments: Vec<Vec<u8>>,
    room: Option<usize>,
}

#[derive(Clone, Default)]
struct File(Rc<RefCell<Disk>>);

impl Write for File {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut disk = self.0.borrow_mut();
        let end = disk.file.position() as usize + octets.len();
        if disk.room.is_some_and(|room| end > room) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = disk.file.write(octets)?;
        let moment = disk.file.get_ref().clone();
        disk.moments.push(moment);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().file.seek(to)
    }
}

fn block(n: usize) -> [f32; 80] {
    std::array::from_fn(|i| ((n * 80 + i) % 1_000) as f32 / 32_768.0)
}

/// Whichever write the process does not live to see, the file is valid then, and has all but the last second.
#[test]
fn a_file_is_valid_after_each_single_write() {
    let file = File::default();
    let mut wav = Wav::begin(file.clone(), 2, SampleRate::Hz8000).unwrap();
    let first = file.0.borrow().moments.len();
    let mut added = vec![0; first];
    for n in 0..550 {
        let block = block(n);
        wav.add(&[Some(&block), None], 80).unwrap();
        added.resize(file.0.borrow().moments.len(), (n + 1) * 80);
    }
    wav.end().unwrap();
    added.resize(file.0.borrow().moments.len(), 550 * 80);
    let disk = file.0.borrow();
    assert!(disk.moments.len() > 20, "{} writes", disk.moments.len());
    for (moment, added) in disk.moments.iter().zip(added).skip(first - 1) {
        let mut reader = hound::WavReader::new(Cursor::new(moment)).unwrap();
        assert_eq!(reader.spec().channels, 2);
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert!(samples.len() / 2 + 8_000 >= added, "{} of {added}", samples.len() / 2);
        for (n, pair) in samples.chunks_exact(2).enumerate() {
            assert_eq!(pair, [(n % 1_000) as i16, 0], "sample {n}");
        }
    }
    let last = hound::WavReader::new(Cursor::new(disk.moments.last().unwrap())).unwrap();
    assert_eq!(last.duration(), 550 * 80);
}

/// A full disk is an error within a second, and what was there before is valid.
#[test]
fn a_full_disk_is_an_error_and_leaves_what_was_there() {
    let file = File::default();
    file.0.borrow_mut().room = Some(40_000);
    let mut wav = Wav::begin(file.clone(), 1, SampleRate::Hz8000).unwrap();
    let error = (0..1_000).find_map(|n| wav.add(&[Some(&block(n))], 80).err().map(|error| (n, error)));
    let (n, error) = error.expect("the disk is full");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert!((200..=350).contains(&n), "{n} blocks");
    drop(wav);
    let disk = file.0.borrow();
    let reader = hound::WavReader::new(Cursor::new(disk.file.get_ref())).unwrap();
    assert!(reader.duration() >= 16_000, "{}", reader.duration());
}

#[test]
fn a_file_holds_four_gibibytes_and_no_more() {
    for (channels, samples) in [(1, 2_147_481_599), (2, 1_073_740_799)] {
        let wav = Wav::begin(File::default(), channels, SampleRate::Hz8000).unwrap();
        assert_eq!(wav.most(), samples);
    }
}
