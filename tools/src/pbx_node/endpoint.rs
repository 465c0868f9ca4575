//! I/O: SIP on its sockets, by rsipstack.

use super::config::Config;
use super::connections::{Places, Reception};
use super::counts::{Counts, one};
use super::limit::Limiter;
use anyhow::{Context as _, Result};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::platform::mpsc::unbounded_channel;
use rsipstack::sip::{Method, SipMessage, Transport};
use rsipstack::transaction::Endpoint;
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::endpoint::{EndpointOption, MessageInspector};
use rsipstack::transport::channel::ChannelConnection;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, SipConnection, TransportLayer};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A stream that says nothing for so long is closed.
const IDLE: std::time::Duration = std::time::Duration::from_secs(900);

/// The stack, when it listens.
pub(super) struct Stack {
    pub(super) endpoint: Endpoint,
    pub(super) layer: Arc<DialogLayer>,
    pub(super) incoming: TransactionReceiver,
    pub(super) address: SocketAddr,
    pub(super) end: CancellationToken,
    /// Where connections come in.
    pub(super) reception: Reception,
}

struct Counted(Arc<Counts>);

impl MessageInspector for Counted {
    fn before_send(&self, message: SipMessage, _: Option<&SipAddr>) -> SipMessage {
        message
    }

    fn after_received(&self, message: SipMessage, _: Option<&SipAddr>) -> SipMessage {
        one(&self.0.messages);
        message
    }
}

/// Opens the sockets.
pub(super) async fn open(config: &Config, counts: &Arc<Counts>) -> Result<Stack> {
    let end = CancellationToken::new();
    let transport = TransportLayer::new(end.clone());
    let listen = config.sip.listen;
    let udp = UdpConnection::create_connection(listen, None, Some(end.child_token())).await;
    let udp = udp.with_context(|| format!("sip.listen = {listen}: UDP"))?;
    let address = udp.get_addr().get_socketaddr()?;
    // Where the system chose the port, TCP has the same one.
    let tcp = TcpListener::bind(address).await.with_context(|| format!("sip.listen = {address}: TCP"))?;
    transport.add_transport(udp.into());
    transport.add_transport(SipConnection::Channel(told(address).await?));
    transport.set_stream_idle_timeout(IDLE);
    let (limiter, counted) = (Mutex::new(Limiter::new(config.limits.messages, config.limits.burst)), counts.clone());
    let allows: Arc<dyn Fn(IpAddr) -> bool + Send + Sync> = Arc::new(move |source: IpAddr| {
        one(&counted.taken);
        let allowed = limiter.lock().unwrap_or_else(PoisonError::into_inner).allows(source, Instant::now());
        if !allowed {
            one(&counted.limited);
        }
        allowed
    });
    let asked = allows.clone();
    transport.set_whitelist(move |source: IpAddr| std::future::ready(asked(source)));
    let endpoint = EndpointBuilder::new()
        .with_option(EndpointOption { callid_suffix: Some(listen.ip().to_string()), ..EndpointOption::default() })
        .with_user_agent(concat!("media-core pbx-node/", env!("CARGO_PKG_VERSION")))
        .with_transport_layer(transport)
        .with_cancel_token(end.clone())
        .with_inspector(Box::new(Counted(counts.clone())))
        .with_allows(allowed())
        .build();
    let incoming = endpoint.incoming_transactions()?;
    let layer = Arc::new(DialogLayer::new(endpoint.inner.clone()));
    let reception = Reception {
        endpoint: endpoint.inner.clone(),
        places: Places::new(config.limits.connections, config.limits.connections_of_one),
        counts: counts.clone(),
        allows,
        end: end.clone(),
    };
    reception.clone().receive(tcp, move |stream, _, end| {
        let opened = TcpConnection::from_stream(stream, of_tcp(address), Some(end));
        std::future::ready(opened.map(SipConnection::Tcp).map_err(Into::into))
    });
    Ok(Stack { endpoint, layer, incoming, address, end, reception })
}

fn of_tcp(addr: SocketAddr) -> SipAddr {
    SipAddr { r#type: Some(Transport::Tcp), addr: addr.into() }
}

/// Has the stack tell others our address of TCP: its own listener would take any number of connections.
async fn told(address: SocketAddr) -> Result<ChannelConnection> {
    let ((outgoing, _), (_, incoming)) = (unbounded_channel(), unbounded_channel());
    Ok(ChannelConnection::create_connection(incoming, outgoing, of_tcp(address), None).await?)
}

/// What it understands.
pub(super) fn allowed() -> Vec<Method> {
    use Method::{Ack, Bye, Cancel, Info, Invite, Notify, Options, Refer, Register, Update};
    vec![Invite, Ack, Bye, Cancel, Options, Info, Refer, Notify, Update, Register]
}
