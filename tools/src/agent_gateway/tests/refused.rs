//! What is malformed is refused by name, counted, and harms nobody: the call goes on.

use super::super::load::noise;
use super::*;
use futures_util::SinkExt as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

#[test]
fn malformed_messages_are_refused_by_name_and_the_call_goes_on() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(10);
            let mut agent = Agent::connect(&gateway.url("/call/a")).await.unwrap();
            let send = async |agent: &mut Agent, message: Message, wanted: &str, count: u64| {
                agent.socket.send(message).await.unwrap();
                let error = agent.until("error").await;
                assert_eq!(
                    (error["error"].as_str(), error["refused"].as_u64()),
                    (Some(wanted), Some(count)),
                    "{error}"
                );
                error["text"].as_str().unwrap().to_owned()
            };
            send(&mut agent, Message::binary(vec![0; 320]), "not_started", 1).await;
            send(&mut agent, Message::text(r#"{"event":"clear"}"#), "not_started", 2).await;
            send(&mut agent, Message::text(r#"{"event":"start","rate":44100}"#), "bad_field", 3).await;
            send(&mut agent, Message::text(r#"{"event":"start","codec":"GSM"}"#), "bad_field", 4).await;
            send(&mut agent, Message::text(r#"{"event":"start","payload_type":300}"#), "bad_field", 5).await;
            send(
                &mut agent,
                Message::text(r#"{"event":"start","backlog_ms":100,"low_water_ms":700000}"#),
                "bad_field",
                6,
            )
            .await;
            agent.send(json!({ "event": "start", "rate": 8_000, "remote": line.address() })).await;
            line.call(&agent.until("started").await);
            let cases = [
                (Message::text("{"), "bad_json"),
                (Message::text("[]"), "no_event"),
                (Message::text(r#"{"event":"shout"}"#), "unknown_command"),
                (Message::text(r#"{"event":"media","payload":5}"#), "bad_field"),
                (Message::text(r#"{"event":"media","payload":"?"}"#), "bad_base64"),
                (Message::binary(vec![0; 321]), "odd_octets"),
                (Message::binary(vec![0; (1 << 20) + 2]), "oversize_message"),
                (Message::text(r#"{"event":"attach"}"#), "already_started"),
            ];
            let all = cases.len() as u64;
            for (n, (message, wanted)) in (1..).zip(cases) {
                send(&mut agent, message, wanted, n).await;
            }
            let said = noise::octets(99, 0, 1_600);
            agent.say(&said).await;
            line.hears(&said).await;
            agent.send(json!({ "event": "stop" })).await;
            assert_eq!(agent.until("stopped").await["statistics"]["refused_messages"], all);
        },
    );
}

#[test]
fn what_has_no_room_is_counted_and_said_once() {
    with(
        |_| {},
        async |gateway| {
            let (mut agent, started) = Agent::start(&gateway.url("/call/a"), json!({ "backlog_ms": 1_000 })).await;
            assert_eq!(started["backlog_samples"], 8_000);
            // Nobody takes it: its phone has no address. All of it waits.
            for _ in 0..4 {
                agent.say(&[0; 4_000]).await;
            }
            agent.send(json!({ "event": "stop" })).await;
            let stopped = agent.until("stopped").await;
            let errors: Vec<_> = agent.told.iter().filter(|told| told["event"] == "error").collect();
            assert_eq!((errors.len(), errors[0]["error"].as_str()), (1, Some("backlog_full")));
            let refused = stopped["statistics"]["refused_samples"].as_u64().unwrap();
            assert_eq!(refused + stopped["statistics"]["written"].as_u64().unwrap(), 16_000);
        },
    );
}

#[test]
fn a_message_that_is_too_long_to_read_ends_the_connection_and_not_the_call() {
    with(
        |_| {},
        async |gateway| {
            let mut watch = Agent::connect(&gateway.url("/events")).await.unwrap();
            let (mut agent, _) = Agent::start(&gateway.url("/call/a"), json!({})).await;
            let _ = agent.socket.send(Message::binary(vec![0; 5 << 20])).await;
            assert_eq!(watch.until("agent_lost").await["reason"], "oversize_message");
            let mut next = Agent::connect(&gateway.url("/call/a")).await.unwrap();
            next.send(json!({ "event": "attach" })).await;
            next.until("started").await;
        },
    );
}

#[test]
fn calls_beyond_those_allowed_are_refused() {
    with(
        |args| args.calls = 1,
        async |gateway| {
            let (_one, _) = Agent::start(&gateway.url("/call/a"), json!({})).await;
            let mut two = Agent::connect(&gateway.url("/call/b")).await.unwrap();
            two.send(json!({ "event": "start" })).await;
            assert_eq!(two.until("error").await["error"], "too_many_calls");
        },
    );
}

#[test]
fn others_than_this_machine_need_a_token() {
    let mut args = gateway(1);
    args.listen = "0.0.0.0:0".parse().unwrap();
    let text = args.agreed_token().unwrap_err().to_string();
    assert!(text.contains("--listen 0.0.0.0:0") && text.contains("give --token"), "{text}");
    args.token = Some(super::super::token::Token::new("correct-horse-battery").unwrap());
    assert!(args.agreed_token().unwrap().is_some());
    let file = std::env::temp_dir().join(format!("agent-gateway-token-{}", std::process::id()));
    std::fs::write(&file, "too short\n").unwrap();
    (args.token, args.token_file) = (None, Some(file.clone()));
    let text = args.agreed_token().unwrap_err().to_string();
    assert!(text.contains("16 characters") && text.contains("agent-gateway-token"), "{text}");
    std::fs::write(&file, "correct-horse-battery\n").unwrap();
    assert!(args.agreed_token().unwrap().is_some());
    std::fs::remove_file(file).unwrap();
}

#[test]
fn who_shows_no_token_stays_outside() {
    let token = super::super::token::Token::new("correct-horse-battery").unwrap();
    with(
        |args| args.token = Some(token),
        async |gateway| {
            match Agent::connect(&gateway.url("/call/a")).await {
                Err(Error::Http(response)) => assert_eq!(response.status(), 401),
                other => panic!("{:?}", other.err()),
            }
            assert!(Agent::connect(&gateway.url("/call/a?token=correct-horse-battery")).await.is_ok());
        },
    );
}
