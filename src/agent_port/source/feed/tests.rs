//! What is written and flushed in the midst of a tick.

use crate::agent_port::{AgentParams, AgentPlan, AgentPort};
use crate::types::SampleRate;
use std::time::Duration;

/// Numbers, as samples.
fn numbers(from: u16, samples: u16) -> Vec<f32> {
    (from..from + samples).map(|n| f32::from(n) / 32_768.0).collect()
}

#[test]
fn what_is_of_a_turn_that_begins_in_the_midst_of_a_tick_waits_for_the_next() {
    let (AgentPlan { mut source, .. }, AgentPort { mut writer, .. }) =
        AgentPlan::build(&AgentParams::new(SampleRate::Hz8000));
    let feed = &mut source.feed;
    let mut out = [9.0; 2_000];
    writer.write(&numbers(0, 500)).unwrap();
    assert!(feed.take_turn(0).is_none());
    assert_eq!(feed.fill(&mut out[..80]), 80);
    // After the tick's look at the turn: whole chunks of the next one, and a tail.
    assert!(feed.take_turn(80).is_none());
    writer.flush();
    writer.write(&numbers(1_000, 1_000)).unwrap();
    // The chunk under way is played on; nothing of the other turn is.
    let given = feed.fill(&mut out);
    assert!(given < 500 && out[..given] == numbers(80, 420)[..given]);
    assert_eq!(feed.fill(&mut out), 0);
    let cut = feed.take_turn(feed.next()).expect("another turn");
    assert_eq!((cut.flushed, cut.forgotten), (Some(1), 500 - 80 - given as u64));
    assert_eq!(feed.fill(&mut out), 1_000);
    assert_eq!(out[..1_000], numbers(1_000, 1_000));
}

#[test]
fn a_tail_is_read_on_where_it_was_left() {
    let (AgentPlan { mut source, .. }, AgentPort { mut writer, .. }) =
        AgentPlan::build(&AgentParams::new(SampleRate::Hz8000));
    let feed = &mut source.feed;
    let (mut out, mut read, mut written) = ([0.0; 100], Vec::new(), 0);
    for n in 0..200 {
        let samples = [1, 7, 60, 33][n % 4];
        written += writer.write(&numbers(written as u16, samples)).unwrap();
        let given = feed.fill(&mut out[..[80, 5, 100][n % 3]]);
        read.extend_from_slice(&out[..given]);
    }
    while feed.fill(&mut out) > 0 {
        read.extend_from_slice(&out);
    }
    read.truncate(written);
    assert_eq!(read, numbers(0, written as u16));
}

#[test]
fn a_flush_that_crosses_with_an_interruption_is_told() {
    let (AgentPlan { mut source, .. }, AgentPort { mut writer, .. }) =
        AgentPlan::build(&AgentParams::new(SampleRate::Hz8000));
    let feed = &mut source.feed;
    writer.write(&numbers(0, 500)).unwrap();
    assert!(feed.take_turn(0).is_none());
    assert_eq!(feed.fill(&mut [0.0; 80]), 80);
    // The agent does not see it as it flushes.
    assert_eq!(feed.interrupt(), 1);
    let cut = feed.take_turn(80).expect("interrupted");
    assert_eq!((cut.flushed, cut.forgotten), (None, 420));
    writer.write(&numbers(500, 100)).unwrap();
    assert_eq!(writer.flush(), 1);
    let cut = feed.take_turn(feed.next()).expect("flushed");
    assert_eq!((cut.flushed, cut.forgotten), (Some(1), 100));
    assert!(feed.take_turn(feed.next()).is_none());
    writer.write(&numbers(600, 80)).unwrap();
    let mut out = [0.0; 80];
    assert_eq!(feed.fill(&mut out), 80);
    assert_eq!(out[..], numbers(600, 80)[..]);
}

#[test]
fn a_flush_of_ten_minutes_is_cleared_away_in_many_ticks() {
    let params = AgentParams::new(SampleRate::Hz8000).backlog(Duration::from_secs(600));
    let (AgentPlan { mut source, .. }, AgentPort { mut writer, .. }) = AgentPlan::build(&params);
    let feed = &mut source.feed;
    let backlog = vec![0.1; 600 * 8_000];
    assert_eq!(writer.write(&backlog), Ok(backlog.len()));
    assert!(feed.take_turn(0).is_none());
    assert_eq!(feed.fill(&mut [0.0; 80]), 80);
    writer.flush();
    assert_eq!(writer.write(&numbers(0, 80)), Ok(80));
    let (mut ticks, mut most, mut out) = (0, 0, [0.0; 80]);
    loop {
        let before = writer.home.slots();
        let _ = feed.take_turn(feed.next());
        let given = feed.fill(&mut out);
        most = most.max(writer.home.slots() - before);
        ticks += 1;
        if given > 0 {
            break;
        }
    }
    // 15,000 of 40 ms.
    assert!(most <= 3_501 && ticks <= 6, "{most} in a tick, {ticks} ticks");
    assert_eq!(out[..], numbers(0, 80)[..]);
}
