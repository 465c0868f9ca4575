//! A phone on which somebody speaks over the agent.

use super::super::load::noise;
use super::*;
use media_core::codec::{AudioEncoder, G711Encoder, Law};
use serde_json::json;

/// Silence, somebody's words, and silence.
fn words() -> Vec<u8> {
    let spoken = speech::voice(3, 2.0).into_iter().map(|sample| 3.0 * sample);
    let pcm: Vec<f32> = std::iter::repeat_n(0.0, 12_000).chain(spoken).collect();
    let mut octets = vec![0; pcm.len()];
    G711Encoder::new(Law::Mu).encode_into(&pcm, &mut octets).unwrap();
    octets
}

#[test]
fn who_speaks_over_the_agent_interrupts_it_and_the_end_of_his_turn_is_told() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(8);
            let fields = json!({ "remote": line.address(), "interrupt_on": "speech" });
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), fields).await;
            line.phone().says = Some(words().into());
            line.call(&started);
            agent.say(&noise::octets(99, 0, 400_000)).await;
            agent.until("speech_began").await;
            agent.until("interruption").await;
            let interrupted = agent.until("interrupted").await;
            let (at, forgotten) = (interrupted["sample"].as_u64().unwrap(), interrupted["forgotten"].as_u64().unwrap());
            assert_eq!((interrupted["by"].as_str(), at + forgotten), (Some("speech"), 400_000));
            assert!(agent.until("turn_ended").await["pause_ms"].as_u64().unwrap() >= 500);
        },
    );
}

#[test]
fn an_agent_that_asks_for_nothing_is_told_of_keys_alone() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(9);
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), json!({ "remote": line.address() })).await;
            line.phone().says = Some(words().into());
            line.call(&started);
            let said = noise::octets(99, 0, 32_000);
            agent.say(&said).await;
            agent.send(json!({ "event": "mark", "name": "end" })).await;
            agent.until("mark").await;
            assert!(agent.told.iter().all(|told| told["event"] != "speech_began"), "{:?}", agent.told);
        },
    );
}
