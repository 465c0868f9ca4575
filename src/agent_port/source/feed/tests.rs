//! What is written and flushed in the midst of a tick.

use crate::agent_port::{AgentParams, AgentPlan, AgentPort};
use crate::types::SampleRate;

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
    assert_eq!((cut.flushed, cut.forgotten), (true, 500 - 80 - given as u64));
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
