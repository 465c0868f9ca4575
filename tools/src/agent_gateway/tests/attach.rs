//! An agent that dies, and the one that comes after it.

use super::super::args::Hold;
use super::super::load::noise;
use super::*;
use serde_json::json;

#[test]
fn a_killed_agent_leaves_its_call_alive_for_another() {
    with(
        |args| args.hold = Hold::Tone,
        async |gateway| {
            let mut watch = Agent::connect(&gateway.url("/events")).await.unwrap();
            let mut line = Line::new(7);
            let url = gateway.url("/call/a");
            let (mut agent, started) = Agent::start(&url, json!({ "remote": line.address(), "dtmf": 101 })).await;
            assert_eq!(watch.until("call_started").await["local"], started["local"]);
            line.call(&started);
            let said = noise::octets(99, 0, 80_000);
            agent.say(&said).await;
            line.hears(&said[..800]).await;
            let mut other = Agent::connect(&url).await.unwrap();
            other.send(json!({ "event": "attach" })).await;
            assert_eq!(other.until("error").await["error"], "call_has_agent");
            // As if it were killed.
            drop(agent);
            let lost = watch.until("agent_lost").await;
            assert_eq!((lost["call"].as_str(), lost["grace_s"].as_u64()), (Some("a"), Some(30)));
            // 425 Hz: nothing of what was to be said, and no silence.
            line.goes_on(1_600).await;
            let hears: Vec<u8> = line.phone().heard.iter().rev().take(1_600).copied().collect();
            assert!(hears.iter().any(|octet| octet & 0x7f < 0x60), "no tone");
            line.phone().press(5).unwrap();
            line.goes_on(1_600).await;
            other.send(json!({ "event": "start" })).await;
            assert_eq!(other.until("error").await["error"], "call_exists");
            other.send(json!({ "event": "attach", "frame_ms": 30 })).await;
            let again = other.until("started").await;
            assert_eq!((&again["attached"], &again["local"]), (&json!(true), &started["local"]));
            assert_eq!(other.until("dtmf").await["digit"], "5");
            assert_eq!(watch.until("agent_attached").await["call"], "a");
            let new = noise::octets(99, 1_000_000, 1_600);
            other.say(&new).await;
            // The tone fades out while it begins.
            line.hears(&new[160..]).await;
            other.hear(3).await;
            assert_eq!(other.frames[0].samples.len(), 240);
            assert_eq!(line.phone().gaps, 0, "its RTP went on through all of it");
            other.send(json!({ "event": "stop" })).await;
            assert_eq!(other.until("stopped").await["statistics"]["agents"], 2);
            assert_eq!(watch.until("call_ended").await["reason"], "stop");
        },
    );
}

#[test]
fn a_call_that_nobody_takes_up_ends() {
    with(
        |args| args.grace = 1,
        async |gateway| {
            let mut watch = Agent::connect(&gateway.url("/events")).await.unwrap();
            let (agent, _) = Agent::start(&gateway.url("/call/a"), json!({})).await;
            drop(agent);
            assert_eq!(watch.until("agent_lost").await["reason"], "connection_closed");
            assert_eq!(watch.until("call_ended").await["reason"], "no_agent");
            let mut late = Agent::connect(&gateway.url("/call/a")).await.unwrap();
            late.send(json!({ "event": "attach" })).await;
            assert_eq!(late.until("error").await["error"], "no_such_call");
        },
    );
}

#[test]
fn a_gateway_that_ends_tells_its_agents() {
    with(
        |_| {},
        async |gateway| {
            let (mut agent, _) = Agent::start(&gateway.url("/call/a"), json!({})).await;
            let mut idle = Agent::connect(&gateway.url("/call/b")).await.unwrap();
            let (alone, _) = Agent::start(&gateway.url("/call/c"), json!({})).await;
            drop(alone);
            agent.hear(1).await;
            gateway.end();
            let stopped = agent.until("stopped").await;
            assert_eq!(
                (stopped["reason"].as_str(), stopped["statistics"]["agents"].as_u64()),
                (Some("shutdown"), Some(1))
            );
            assert_eq!(agent.until("close").await["code"], 1_001);
            assert_eq!(idle.until("stopped").await["reason"], "shutdown");
        },
    );
}
