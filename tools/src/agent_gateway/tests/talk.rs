//! A call from begin to end: each sample that is said is heard, and each place is told.

use super::super::load::noise;
use super::*;
use serde_json::json;

/// What an agent says in these tests is not what a phone says.
const SAID: u64 = 99;

#[test]
fn what_an_agent_says_is_heard_to_the_sample_and_what_the_phone_says_comes_with_its_time() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(1);
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), json!({ "remote": line.address() })).await;
            assert_eq!((started["codec"].as_str(), started["rate"].as_u64()), (Some("PCMU"), Some(8_000)));
            assert_eq!((started["header_octets"].as_u64(), started["frame_ms"].as_u64()), (Some(24), Some(20)));
            line.call(&started);
            let said = noise::octets(SAID, 0, 12_000);
            // A burst of any shape; held until it is all there, so that a slow machine makes no hole in it.
            agent.send(json!({ "event": "pause" })).await;
            for piece in [&said[..1], &said[1..8_000], &said[8_000..8_003], &said[8_003..]] {
                agent.say(piece).await;
            }
            agent.send(json!({ "event": "mark", "name": "end" })).await;
            agent.send(json!({ "event": "finish" })).await;
            agent.send(json!({ "event": "resume" })).await;
            let mark = agent.until("mark").await;
            assert_eq!((mark["name"].as_str(), mark["sample"].as_u64()), (Some("end"), Some(12_000)));
            let dry = agent.until("dry_began").await;
            assert_eq!((dry["cause"].as_str(), dry["sample"].as_u64()), (Some("finished"), Some(12_000)));
            line.hears(&said).await;
            agent.send(json!({ "event": "position" })).await;
            let position = agent.until("position").await;
            assert_eq!((position["sample"].as_u64(), position["waiting"].as_u64()), (Some(12_000), Some(0)));
            agent.hear(10).await;
            let phone: Vec<u8> = noise::octets(1, 0, 16_000);
            let heard: Vec<u8> =
                agent.frames.iter().flat_map(|frame| frame.samples.clone()).flat_map(i16::to_le_bytes).collect();
            // Some piece of it: the machine may be slow, and the jitter buffer with it.
            let wanted = agent::linear(&phone);
            let known = wanted.chunks(160).filter(|block| heard.windows(160).any(|window| window == *block)).count();
            assert!(known > 0, "not a block of what the phone says was heard");
            for pair in agent.frames.windows(2) {
                let [before, after] = [pair[0].header, pair[1].header];
                assert_eq!(after.tick - before.tick, 2 + u64::from(after.lost));
                assert_eq!(after.time_ns - before.time_ns, (after.tick - before.tick) * 10_000_000);
            }
            agent.send(json!({ "event": "stop" })).await;
            let stopped = agent.until("stopped").await;
            assert_eq!(
                (stopped["reason"].as_str(), stopped["statistics"]["sent"].as_u64()),
                (Some("stop"), Some(12_000))
            );
            assert_eq!(agent.until("close").await["code"], 1_000);
        },
    );
}

#[test]
fn clear_says_at_which_sample_it_cut() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(2);
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), json!({ "remote": line.address() })).await;
            line.call(&started);
            let said = noise::octets(SAID, 0, 80_000);
            agent.say(&said).await;
            agent.send(json!({ "event": "mark", "name": "never" })).await;
            line.hears(&said[..4_000]).await;
            agent.send(json!({ "event": "clear" })).await;
            let cleared = agent.until("cleared").await;
            let (at, forgotten) = (cleared["sample"].as_u64().unwrap(), cleared["forgotten"].as_u64().unwrap());
            assert_eq!(at + forgotten, 80_000);
            assert!((4_000..40_000).contains(&at), "{at}");
            assert_eq!(agent.until("mark_forgotten").await["name"], "never");
            assert_eq!(agent.until("dry_began").await["cause"], "cleared");
            let new = noise::octets(SAID, 1_000_000, 2_000);
            agent.say(&new).await;
            line.hears(&new).await;
            let at = usize::try_from(at).unwrap();
            assert!(line.phone().found(&said[..at]).is_some(), "what was sent is whole");
            assert!(line.phone().found(&said[at..at + 8]).is_none(), "what was cut was heard");
        },
    );
}

#[test]
fn audio_as_json_is_the_same_audio() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(3);
            let fields = json!({ "remote": line.address(), "audio": "json", "frame_ms": 40 });
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), fields).await;
            line.call(&started);
            let said = noise::octets(SAID, 0, 800);
            use base64::Engine as _;
            let payload = base64::engine::general_purpose::STANDARD.encode(agent::linear(&said));
            agent.send(json!({ "event": "media", "payload": payload })).await;
            line.hears(&said).await;
            let media = agent.until("media").await;
            let octets = base64::engine::general_purpose::STANDARD.decode(media["payload"].as_str().unwrap()).unwrap();
            assert_eq!(octets.len(), 640, "40 ms");
            assert!(agent.frames.is_empty());
        },
    );
}

#[test]
fn pause_and_resume_hold_and_lose_nothing() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(4);
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), json!({ "remote": line.address() })).await;
            line.call(&started);
            let said = noise::octets(SAID, 0, 16_000);
            agent.say(&said).await;
            line.hears(&said[..800]).await;
            agent.send(json!({ "event": "pause" })).await;
            let dry = agent.until("dry_began").await;
            let at = usize::try_from(dry["sample"].as_u64().unwrap()).unwrap();
            assert_eq!(dry["cause"], "held");
            agent.send(json!({ "event": "resume" })).await;
            assert_eq!(agent.until("dry_ended").await["cause"], "held");
            // It fades in over 5 ms.
            line.hears(&said[at + 40..]).await;
            assert!(line.phone().found(&said[..at]).is_some());
        },
    );
}
