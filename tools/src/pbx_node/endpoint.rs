//! I/O: SIP on its sockets, by rsipstack.

use super::config::Config;
use super::counts::{Counts, one};
use super::limit::Limiter;
use anyhow::{Context as _, Result};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::{Method, SipMessage};
use rsipstack::transaction::Endpoint;
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::endpoint::{EndpointOption, MessageInspector};
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, TcpListenerConnection, TransportLayer};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// A stream that says nothing for so long is closed.
const IDLE: std::time::Duration = std::time::Duration::from_secs(900);

/// The stack, when it listens.
pub(super) struct Stack {
    pub(super) endpoint: Endpoint,
    pub(super) layer: Arc<DialogLayer>,
    pub(super) incoming: TransactionReceiver,
    pub(super) address: std::net::SocketAddr,
    pub(super) end: CancellationToken,
    /// Who has said too much of late.
    pub(super) allows: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
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
    let tcp =
        TcpListenerConnection::new(address, None).await.with_context(|| format!("sip.listen = {address}: TCP"))?;
    transport.add_transport(udp.into());
    transport.add_transport(tcp.into());
    transport.set_stream_idle_timeout(IDLE);
    let (limiter, counted) = (Mutex::new(Limiter::new(config.limits.messages, config.limits.burst)), counts.clone());
    let allows = Arc::new(move |source: IpAddr| {
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
    Ok(Stack { endpoint, layer, incoming, address, end, allows })
}

/// What it understands.
pub(super) fn allowed() -> Vec<Method> {
    use Method::{Ack, Bye, Cancel, Info, Invite, Notify, Options, Refer, Register, Update};
    vec![Invite, Ack, Bye, Cancel, Options, Info, Refer, Notify, Update, Register]
}
