//! What an agent hears: blocks that run with time; who stalls loses the oldest, and hurts nobody.

use super::*;

#[test]
fn each_block_has_its_time_and_silence_is_there_too() {
    let _alone = alone();
    let mut call = Call::new();
    let said = mu_law(&noise(160, 4));
    let mut block = [0.0; 80];
    while call.port.reader.read(&mut block).is_some() {}
    let mut heard = Vec::new();
    let mut last = None;
    for n in 0..100 {
        let now = call.engine.now();
        if n % 2 == 0 && (20..60).contains(&n) {
            call.phone.send(&mut call.engine.network, now, &said);
        }
        call.run(10);
        while let Some(read) = call.port.reader.read(&mut block) {
            if let Some(before) = last.replace(read.at.tick) {
                assert_eq!((read.at.tick.since(before), read.lost), (1, 0));
            }
            heard.extend(block);
        }
    }
    assert!(heard.len() >= 99 * 80, "{}", heard.len());
    let octets = mu_law(&heard);
    assert!(octets.windows(160).any(|window| window == said));
    assert_eq!(call.port.reader.lost(), 0);
    call.end();
}

#[test]
fn of_what_is_not_read_in_time_the_oldest_is_lost() {
    let _alone = alone();
    let mut call = Call::with(AgentParams::new(SampleRate::Hz8000).read_buffer(Duration::from_millis(200)));
    let mut block = [0.0; 80];
    call.run(100);
    let first = call.port.reader.read(&mut block).unwrap();
    assert_eq!(first.lost, 0);
    call.run(5_000);
    assert_eq!(call.port.reader.waiting(), 21);
    let next = call.port.reader.read(&mut block).unwrap();
    let skipped = next.at.tick.since(first.at.tick) - 1;
    assert_eq!((next.lost, call.port.reader.lost()), (skipped, skipped));
    assert!(skipped > 450, "{skipped}");
    // What is left is the newest.
    let mut newest = next;
    while let Some(read) = call.port.reader.read(&mut block) {
        (newest, _) = (read, assert_eq!(read.at.tick.since(newest.at.tick), 1));
    }
    assert!(call.engine.now().nanos_since(newest.at.time) <= 20_000_000);
    call.run(50);
    assert_eq!((call.port.reader.discard_waiting(), call.port.reader.waiting()), (5, 0));
    call.end();
}
