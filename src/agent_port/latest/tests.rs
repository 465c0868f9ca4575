//! The ring under a reader that is slower, faster, and on another thread.

use super::*;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn at(n: u64) -> PcmTime {
    PcmTime { tick: TickNumber(n), time: MediaTime::ZERO + Duration::from_millis(10 * n) }
}

#[test]
fn the_oldest_is_lost_and_the_newest_is_there() {
    let (mut writer, mut reader) = latest(SampleRate::Hz8000, 3);
    assert!(reader.read(&mut [0.0; 80]).is_none());
    for n in 0..10u16 {
        writer.set_voice(f32::from(n) / 10.0);
        writer.push(at(u64::from(n)), &[f32::from(n); 80]);
    }
    let mut block = [0.0; 80];
    let read: Vec<_> = std::iter::from_fn(|| reader.read(&mut block).map(|read| (read, block[79]))).collect();
    let seen: Vec<_> = read.iter().map(|(read, sample)| (read.at.tick.0, read.lost, read.voice, *sample)).collect();
    // Three, and the place that is written next.
    assert_eq!(seen, [(6, 6, 0.6, 6.0), (7, 0, 0.7, 7.0), (8, 0, 0.8, 8.0), (9, 0, 0.9, 9.0)]);
    assert_eq!(reader.lost(), 6);
    // What nobody set is no voice.
    writer.push(at(10), &[0.0; 80]);
    assert_eq!(reader.read(&mut block).unwrap().voice, 0.0);
    drop(writer);
    assert!(reader.is_over());
}

#[test]
fn blocks_that_were_left_out_are_not_taken_for_those_that_lie_there() {
    let (mut writer, mut reader) = latest(SampleRate::Hz8000, 3);
    for n in 0..6u16 {
        writer.push(at(u64::from(n)), &[f32::from(n); 80]);
    }
    // A gap of 100: the first of the four that are written behind it is read before the others are there.
    assert_eq!(writer.leave_out(100), 96);
    let mut block = [0.0; 80];
    writer.push(at(102), &[102.0; 80]);
    let read = reader.read(&mut block).unwrap();
    assert_eq!((read.at.tick.0, block[0], read.lost), (102, 102.0, 102));
    assert!(reader.read(&mut block).is_none());
    for n in 103..107u16 {
        writer.push(at(u64::from(n)), &[f32::from(n); 80]);
    }
    let rest: Vec<_> = std::iter::from_fn(|| reader.read(&mut block).map(|read| read.at.tick.0)).collect();
    assert_eq!(rest, [103, 104, 105, 106]);
}

/// A reader on another thread, while blocks of one value each are written as fast as can be.
#[test]
fn no_block_is_ever_half_of_another() {
    let (mut writer, mut reader) = latest(SampleRate::Hz48000, 2);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let (mut blocks, mut last, mut block) = (0u64, None, [0.0f32; 480]);
            while !over.load(Relaxed) {
                let Some(read) = reader.read(&mut block) else { continue };
                blocks += 1;
                let value = block[0];
                assert!(block.iter().all(|sample| *sample == value), "half of another");
                assert_eq!((read.at.tick.0 % 1_000_000) as f32, value, "the time of another");
                let gap = last.replace(read.at.tick.0).map_or(read.at.tick.0, |last| read.at.tick.0 - last - 1);
                assert_eq!(read.lost, gap);
            }
            blocks
        });
        let mut n = 0u64;
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_millis(400) {
            for _ in 0..100 {
                writer.push(at(n), &[(n % 1_000_000) as f32; 480]);
                n += 1;
            }
        }
        over.store(true, Relaxed);
        let blocks = reading.join().unwrap();
        println!("{blocks} blocks read of {n}");
    });
}
