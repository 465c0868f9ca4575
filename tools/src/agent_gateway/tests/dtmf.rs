//! Keys, both ways, and what they interrupt.

use super::super::load::noise;
use super::*;
use serde_json::json;

#[test]
fn a_key_interrupts_and_what_is_said_until_the_agent_knows_is_dropped() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(5);
            let fields = json!({ "remote": line.address(), "dtmf": 101, "interrupt_on": "digit" });
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), fields).await;
            line.call(&started);
            let said = noise::octets(99, 0, 80_000);
            agent.say(&said).await;
            line.hears(&said[..1_600]).await;
            line.phone().press(7).unwrap();
            assert_eq!(agent.until("dtmf").await["digit"], "7");
            let interrupted = agent.until("interrupted").await;
            let (at, forgotten) = (interrupted["sample"].as_u64().unwrap(), interrupted["forgotten"].as_u64().unwrap());
            assert_eq!((interrupted["by"].as_str(), at + forgotten), (Some("digit"), 80_000));
            // Of what he would not hear.
            agent.say(&said[..160]).await;
            agent.send(json!({ "event": "mark", "name": "late" })).await;
            assert_eq!(agent.until("mark_forgotten").await["name"], "late");
            agent.send(json!({ "event": "begin_turn" })).await;
            let new = noise::octets(99, 1_000_000, 1_600);
            agent.say(&new).await;
            line.hears(&new).await;
            agent.send(json!({ "event": "stop" })).await;
            assert_eq!(agent.until("stopped").await["statistics"]["dropped_samples"], 160);
        },
    );
}

#[test]
fn an_agent_presses_keys() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(6);
            let fields = json!({ "remote": line.address(), "dtmf": 101 });
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), fields).await;
            line.call(&started);
            line.goes_on(800).await;
            agent.send(json!({ "event": "dtmf", "digits": "1#" })).await;
            while line.phone().digits.len() < 2 {
                line.goes_on(160).await;
            }
            assert_eq!(line.phone().digits, [1, 11]);
            agent.send(json!({ "event": "dtmf", "digits": "x" })).await;
            assert_eq!(agent.until("error").await["error"], "engine");
            agent.send(json!({ "event": "position" })).await;
            agent.until("position").await;
        },
    );
}
