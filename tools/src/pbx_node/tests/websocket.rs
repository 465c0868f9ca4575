//! Control: SIP over WebSocket (RFC 7118): who may connect, and a phone that registers, calls and is hung up by it.

use super::node;
use futures_util::{SinkExt as _, StreamExt as _};
use std::net::SocketAddr;
use std::time::Duration;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(at: SocketAddr, origin: Option<&str>, protocol: Option<&str>) -> Result<Socket, u16> {
    let mut request = format!("ws://{at}/").into_client_request().unwrap();
    for (name, value) in [("origin", origin), ("sec-websocket-protocol", protocol)] {
        value.into_iter().for_each(|value| drop(request.headers_mut().insert(name, value.parse().unwrap())));
    }
    match connect_async(request).await {
        Ok((socket, response)) => {
            assert_eq!(response.headers()["sec-websocket-protocol"], "sip");
            Ok(socket)
        }
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(why) => panic!("{why}"),
    }
}

/// The next message but for provisional ones of no interest.
async fn next(socket: &mut Socket) -> String {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("an answer in time");
        match message.expect("the connection stays").unwrap() {
            Message::Text(text) => return text.to_string(),
            Message::Binary(octets) => return String::from_utf8(octets.to_vec()).unwrap(),
            _ => {}
        }
    }
}

fn request(method: &str, uri: &str, sequence: u32, to: &str, more: &str, body: &str) -> Message {
    let length = body.len();
    Message::text(format!(
        "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/WS abc.invalid;branch=z9hG4bK{sequence}{method}\r\nMax-Forwards: 70\r\n\
         From: <sip:alice@pbx>;tag=ws1\r\nTo: {to}\r\nCall-ID: ws-call-{method}\r\nCSeq: {sequence} {method}\r\n\
         Contact: <sip:alice@abc.invalid;transport=ws>\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    ))
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

#[test]
fn only_its_own_page_and_programs_may_connect() {
    let mut node = node("");
    let (at, page) = (node.at.websocket.unwrap(), node.at.page.unwrap());
    run(async {
        assert_eq!(connect(at, Some("http://evil.example"), Some("sip")).await.err(), Some(403));
        assert_eq!(connect(at, Some("null"), Some("sip")).await.err(), Some(403));
        assert_eq!(connect(at, None, Some("chat")).await.err(), Some(400));
        assert_eq!(connect(at, None, None).await.err(), Some(400));
        assert!(connect(at, Some(&format!("http://{page}")), Some("sip")).await.is_ok());
        assert!(connect(at, None, Some("chat, sip")).await.is_ok());
    });
    node.stop();
}

#[test]
fn a_phone_on_a_websocket_is_challenged_and_found() {
    let mut node = super::node_of("", "", "127.0.0.1:0");
    let at = node.at.websocket.unwrap();
    run(async {
        let mut socket = connect(at, None, Some("sip")).await.ok().unwrap();
        let register = request("REGISTER", "sip:pbx", 1, "<sip:alice@pbx>", "Expires: 60\r\n", "");
        socket.send(register).await.unwrap();
        let answer = next(&mut socket).await;
        assert!(answer.starts_with("SIP/2.0 200 "), "{answer}");
        // Somebody calls it, by UDP: it is offered what a browser speaks.
        let phone = std::thread::spawn({
            let sip = node.at.sip;
            move || {
                let mut bob = super::Phone::new("bob", sip);
                assert_eq!(bob.register("b"), 200);
                let body = bob.description(0, "sendrecv");
                let (_, cseq) = bob.invite("alice", &body);
                bob.response(cseq, "INVITE").status_code.code()
            }
        });
        let invite = next(&mut socket).await;
        assert!(invite.starts_with("INVITE sip:alice@abc.invalid"), "{invite}");
        for line in ["UDP/TLS/RTP/SAVPF", "a=ice-lite", "a=setup:actpass", "a=fingerprint:sha-256 ", "a=rtcp-mux"] {
            assert!(invite.contains(line), "{line} in {invite}");
        }
        let of = |name: &str| {
            let lines = invite.lines().filter(|line| line.to_lowercase().starts_with(&name.to_lowercase()));
            lines.map(|line| format!("{line}\r\n")).collect::<String>()
        };
        let head = [of("via:"), of("from:"), of("to:").replace("\r\n", ";tag=ws2\r\n"), of("call-id:"), of("cseq:")];
        socket
            .send(Message::text(format!("SIP/2.0 486 Busy Here\r\n{}Content-Length: 0\r\n\r\n", head.concat())))
            .await
            .unwrap();
        let ack = next(&mut socket).await;
        assert!(ack.starts_with("ACK "), "{ack}");
        assert_eq!(tokio::task::spawn_blocking(move || phone.join().unwrap()).await.unwrap(), 486);
    });
    node.stop();
}
