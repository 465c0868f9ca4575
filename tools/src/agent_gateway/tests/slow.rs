//! An agent that does not read: it loses, and nobody else does.

use super::super::load::noise;
use super::*;
use serde_json::json;
use tokio::net::TcpSocket;

/// A connection with the least of buffers.
async fn narrow(gateway: &Running, path: &str) -> Agent {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    Agent::over(socket.connect(gateway.address).await.unwrap(), &gateway.url(path)).await.unwrap()
}

#[test]
fn who_reads_too_slowly_loses_the_oldest_and_is_told() {
    with(
        |_| {},
        async |gateway| {
            let mut line = Line::new(8);
            let mut slow = narrow(gateway, "/call/slow").await;
            slow.send(json!({ "event": "start", "rate": 48_000, "audio": "json", "remote": line.address() })).await;
            let started = slow.until("started").await;
            line.call(&started);
            // Its phone is the clock: 5 s, in which it reads nothing. What it says goes through meanwhile.
            let pcm: Vec<u8> = vec![0x40; 96_000];
            futures_util::SinkExt::send(&mut slow.socket, tokio_tungstenite::tungstenite::Message::binary(pcm))
                .await
                .unwrap();
            line.goes_on(40_000).await;
            assert!(line.phone().heard.iter().filter(|octet| **octet < 0xc0).count() > 4_000, "a second of speech");
            let lost = slow.until("lost").await;
            assert!(lost["blocks"].as_u64().unwrap() > 20, "{lost}");
            let media = slow.until("media").await;
            assert_eq!(media["lost"], lost["blocks"]);
            assert_eq!(line.phone().gaps, 0, "its RTP went on");
            slow.send(json!({ "event": "stop" })).await;
            let stopped = slow.until("stopped").await;
            assert!(stopped["statistics"]["lost_blocks"].as_u64() >= lost["total"].as_u64(), "{stopped}");
        },
    );
}

#[test]
fn who_reads_no_answers_is_let_go_with_a_reason_and_his_call_lives() {
    with(
        |_| {},
        async |gateway| {
            let mut watch = Agent::connect(&gateway.url("/events")).await.unwrap();
            let mut line = Line::new(9);
            let mut deaf = narrow(gateway, "/call/deaf").await;
            deaf.send(json!({ "event": "start", "rate": 8_000, "remote": line.address() })).await;
            line.call(&deaf.until("started").await);
            let ask = tokio_tungstenite::tungstenite::Message::text(r#"{"event":"position"}"#);
            let flood = async {
                loop {
                    if futures_util::SinkExt::send(&mut deaf.socket, ask.clone()).await.is_err() {
                        return;
                    }
                }
            };
            tokio::select! {
                () = flood => {}
                lost = watch.until("agent_lost") => assert_eq!(lost["reason"], "control_queue_full"),
            }
            line.goes_on(800).await;
            let mut next = Agent::connect(&gateway.url("/call/deaf")).await.unwrap();
            next.send(json!({ "event": "attach" })).await;
            next.until("started").await;
            let said = noise::octets(99, 0, 800);
            next.say(&said).await;
            line.hears(&said).await;
        },
    );
}
