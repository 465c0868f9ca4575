//! I/O: connections that others open (TCP, WebSocket): so many at a time in all, and so many of one address; a further one is
//! closed at once. Without that a stranger takes all descriptors of the process, and calls get no sockets.

use super::counts::{Counts, one};
use super::limit::network;
use anyhow::Result;
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::SipConnection;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// What is no connection of SIP by then will not be one.
const OPENING: Duration = Duration::from_secs(5);

/// How many there are, of whom.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    most_of_one: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them; free again when it is dropped.
struct Place {
    of: IpAddr,
    places: Arc<Places>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.of);
            }
        }
    }
}

impl Places {
    pub(super) fn new(most: usize, most_of_one: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_one, taken: Mutex::default() })
    }

    /// A place for one more of that address (of that network, where it is of IPv6).
    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let of = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, own) = (taken.values().sum::<usize>(), taken.get(&of).copied().unwrap_or_default());
        if all >= self.most || own >= self.most_of_one {
            return None;
        }
        taken.insert(of, own + 1);
        Some(Place { of, places: self.clone() })
    }
}

/// What every listener knows.
#[derive(Clone)]
pub(super) struct Reception {
    pub(super) endpoint: EndpointInnerRef,
    pub(super) places: Arc<Places>,
    pub(super) counts: Arc<Counts>,
    /// Whether an address may say one more thing now.
    pub(super) allows: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    pub(super) end: CancellationToken,
}

impl Reception {
    /// Takes connections for as long as any come; `open` makes SIP's of them.
    pub(super) fn receive<O, F>(self, listener: TcpListener, open: O)
    where
        O: Fn(TcpStream, SocketAddr, CancellationToken) -> F + Send + Sync + 'static,
        F: Future<Output = Result<SipConnection>> + Send + 'static,
    {
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = self.end.cancelled() => return,
                };
                let Ok((stream, remote)) = accepted else {
                    // Of descriptors there are none: the next try finds some.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                };
                if !(self.allows)(remote.ip()) {
                    continue;
                }
                let Some(place) = self.places.take(remote.ip()) else {
                    one(&self.counts.refused_connections);
                    continue;
                };
                let end = self.end.child_token();
                let opening = tokio::time::timeout(OPENING, open(stream, remote, end.clone()));
                let endpoint = self.endpoint.clone();
                tokio::spawn(async move {
                    if let Ok(Ok(connection)) = opening.await {
                        endpoint.transport_layer.add_connection(connection);
                        // The stack does that when it is closed, or has said nothing for long.
                        end.cancelled().await;
                    }
                    drop(place);
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn one_address_leaves_places_to_others_and_all_come_back() {
        let places = Places::new(5, 3);
        let [flood, phone] = ["127.0.0.2", "127.0.0.1"].map(|text| text.parse().unwrap());
        let held: Vec<_> = (0..10).filter_map(|_| places.take(flood)).collect();
        assert_eq!(held.len(), 3);
        let others: Vec<_> = (0..10).filter_map(|_| places.take(phone)).collect();
        assert_eq!(others.len(), 2, "of five");
        drop(held);
        assert!(places.take(flood).is_some() && places.take("2001:db8::1".parse().unwrap()).is_some());
        drop(others);
        assert!(places.taken.lock().unwrap().is_empty(), "nothing is remembered of who is gone");
    }
}
