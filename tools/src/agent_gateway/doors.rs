//! I/O: who comes in, and to what: the WebSocket handshake, the token, the path.

use super::connection;
use super::gateway::Gateway;
use super::limits::{HANDSHAKE, LONGEST_MESSAGE_OCTETS, NAME_LENGTH};
use super::news::Item;
use super::token::Token;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Door {
    Call(String),
    Events,
}

/// What a request is for, or why it is not let in.
fn door(request: &Request, token: Option<&Token>) -> Result<Door, (StatusCode, &'static str)> {
    let text = |name| request.headers().get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    match token {
        Some(token) if !token.is_shown(text(header::AUTHORIZATION), request.uri().query()) => {
            return Err((StatusCode::UNAUTHORIZED, "show the token: Authorization: Bearer TOKEN, or ?token=TOKEN"));
        }
        // Any page that a user of this machine looks at could call by his browser.
        None if request.headers().contains_key(header::ORIGIN) => {
            return Err((StatusCode::FORBIDDEN, "browsers are let in with a token: start the gateway with --token"));
        }
        _ => {}
    }
    let legal = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    match request.uri().path() {
        "/events" => Ok(Door::Events),
        path => match path.strip_prefix("/call/") {
            Some(name) if (1..=NAME_LENGTH).contains(&name.len()) && name.bytes().all(legal) => {
                Ok(Door::Call(name.to_owned()))
            }
            Some(_) => Err((StatusCode::BAD_REQUEST, "the name of a call has 1 to 64 of A-Z a-z 0-9 - . _ ~")),
            None => Err((StatusCode::NOT_FOUND, "connect to /call/NAME or /events")),
        },
    }
}

/// Lets in who comes until the gateway ends; then waits for all to have left.
pub(super) async fn serve(listener: TcpListener, gateway: Arc<Gateway>, most: usize) {
    let places = Arc::new(Semaphore::new(most));
    let mut ends = gateway.ends.subscribe();
    let mut guests = JoinSet::new();
    loop {
        // Whoever finds no place waits in the listener's queue.
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            _ = ends.wait_for(|ends| *ends) => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ends.wait_for(|ends| *ends) => break,
        };
        while guests.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let gateway = gateway.clone();
                guests.spawn(async move {
                    let _place = place;
                    let_in(stream, peer, gateway).await;
                });
            }
            // No descriptor is left: it is not for want of trying.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    while guests.join_next().await.is_some() {}
}

async fn let_in(stream: TcpStream, peer: SocketAddr, gateway: Arc<Gateway>) {
    let _ = stream.set_nodelay(true);
    let config = WebSocketConfig::default()
        .read_buffer_size(16 << 10)
        .max_message_size(Some(LONGEST_MESSAGE_OCTETS))
        .max_frame_size(Some(LONGEST_MESSAGE_OCTETS));
    let (mut found, mut refused) = (None, None);
    #[expect(clippy::result_large_err, reason = "as tungstenite has it")]
    let look = |request: &Request, response: Response| match door(request, gateway.token.as_ref()) {
        Ok(door) => {
            found = Some(door);
            Ok(response)
        }
        Err((status, why)) => {
            refused = Some(status);
            let mut answer = ErrorResponse::new(Some(format!("{why}\n")));
            *answer.status_mut() = status;
            Err(answer)
        }
    };
    let shaken = accept_hdr_async_with_config(stream, look, Some(config));
    let mut ends = gateway.ends.subscribe();
    let socket = tokio::select! {
        shaken = tokio::time::timeout(HANDSHAKE, shaken) => shaken.ok().and_then(Result::ok),
        _ = ends.wait_for(|ends| *ends) => None,
    };
    if let Some(status) = refused {
        gateway.news.tell(&Item::Refused { peer, status: status.as_u16() });
    }
    match (socket, found) {
        (Some(socket), Some(Door::Call(name))) => connection::call(socket, name, gateway).await,
        (Some(socket), Some(Door::Events)) => connection::events(socket, gateway).await,
        _ => {}
    }
}

#[cfg(test)]
mod tests;
