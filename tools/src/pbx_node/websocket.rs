//! I/O: SIP over WebSocket (RFC 7118): the connections of browsers. rsipstack accepts any; here only those of the node's own page, and
//! programs, which send no `Origin`: else any page of the web that a user looks at could call through his node.

use super::connections::Reception;
use anyhow::{Context as _, Result};
use rsipstack::sip::Transport;
use rsipstack::transport::websocket::{WebSocketConnection, WebSocketInner};
use rsipstack::transport::{SipAddr, SipConnection};
use sip_websocket::MaybeTlsStream;
use sip_websocket::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use sip_websocket::tungstenite::http::{HeaderValue, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// Listens from now on; where.
pub(super) async fn listen(at: SocketAddr, page: Option<SocketAddr>, reception: Reception) -> Result<SocketAddr> {
    let listener = TcpListener::bind(at).await.with_context(|| format!("sip.websocket = {at}"))?;
    let local = listener.local_addr()?;
    reception.receive(listener, move |stream, remote, end| async move {
        Ok(SipConnection::WebSocket(open(stream, local, remote, page, end).await?))
    });
    Ok(local)
}

async fn open(
    stream: TcpStream,
    local: SocketAddr,
    remote: SocketAddr,
    page: Option<SocketAddr>,
    end: CancellationToken,
) -> Result<WebSocketConnection> {
    use futures_util::StreamExt as _;
    #[expect(clippy::result_large_err, reason = "the crate's own")]
    let look = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let refuse = |status, why: &str| {
            let mut refused = ErrorResponse::new(Some(why.to_owned()));
            *refused.status_mut() = status;
            Err(refused)
        };
        if header("origin").is_some_and(|origin| !is_of(origin, page)) {
            return refuse(StatusCode::FORBIDDEN, "only the node's own page may call from a browser");
        }
        let speaks = header("sec-websocket-protocol").unwrap_or_default();
        if !speaks.split(',').any(|protocol| protocol.trim() == "sip") {
            return refuse(StatusCode::BAD_REQUEST, "the subprotocol sip is wanted (RFC 7118)");
        }
        response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("sip"));
        Ok(response)
    };
    let opened = sip_websocket::accept_hdr_async(MaybeTlsStream::Plain(stream), look).await?;
    let (sink, read) = opened.split();
    let at = |addr: SocketAddr| SipAddr { r#type: Some(Transport::Ws), addr: addr.into() };
    let inner = WebSocketInner {
        local_addr: at(local),
        remote_addr: at(remote),
        ws_sink: tokio::sync::Mutex::new(sink),
        ws_read: tokio::sync::Mutex::new(Some(read)),
    };
    Ok(WebSocketConnection { inner: Arc::new(inner), cancel_token: Some(end) })
}

/// Whether a page at that origin is the node's.
fn is_of(origin: &str, page: Option<SocketAddr>) -> bool {
    let Some(page) = page else { return false };
    let names = [page.to_string(), format!("localhost:{}", page.port())];
    names.iter().any(|name| origin.strip_prefix("http://") == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nodes_own_page_may_call() {
        let page = Some("127.0.0.1:8080".parse().unwrap());
        assert!(is_of("http://127.0.0.1:8080", page) && is_of("http://localhost:8080", page));
        for other in ["http://127.0.0.1:8081", "https://127.0.0.1:8080", "http://evil.example", "null", ""] {
            assert!(!is_of(other, page), "{other}");
        }
        assert!(!is_of("http://127.0.0.1:8080", None));
    }
}
