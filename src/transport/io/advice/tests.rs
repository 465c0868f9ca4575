//! Control: what is advised of limits that are too low.

use super::*;
use crate::rt::os::limits::Limit;
use crate::transport::io::{PortPairing, SocketOptions};
use std::net::Ipv4Addr;

fn plan() -> PortPlan {
    PortPlan { address: Ipv4Addr::LOCALHOST.into(), range: (20_000, 20_199), ..PortPlan::default() }
}

fn limits(descriptors: u64) -> Limits {
    let any = Limit { soft: None, hard: None };
    let descriptors = Limit { soft: Some(descriptors), hard: Some(4_096) };
    Limits { descriptors, locked_memory: any, realtime_priority: any }
}

/// The one piece of advice.
fn only(plan: &PortPlan, sessions: usize, machine: &Machine) -> TransportAdvice {
    let advice = transport_advice(plan, sessions, machine).unwrap();
    assert_eq!(advice.len(), 1, "{advice:?}");
    advice[0]
}

#[test]
fn a_machine_that_is_fit_gets_no_advice() {
    let machine = Machine { limits: Some(limits(264)), ephemeral_ports: Some((32_768, 60_999)), watches: Some(200) };
    assert_eq!(transport_advice(&plan(), 100, &machine).unwrap(), []);
    assert_eq!(transport_advice(&plan(), 100, &Machine::default()).unwrap(), [], "what is not known is no reason");
}

#[test]
fn each_limit_is_named_with_its_remedy() {
    let few = only(&plan(), 101, &Machine::default());
    assert_eq!(few, TransportAdvice::Ports { first: 20_000, last: 20_199, places: 100, sessions: 101 });
    let shared = PortPlan { pairing: PortPairing::Shared, ..plan() };
    assert_eq!(transport_advice(&shared, 200, &Machine::default()).unwrap(), []);
    let short = only(&plan(), 100, &Machine { limits: Some(limits(263)), ..Machine::default() });
    assert!(short.to_string().contains("ulimit -n 264"), "{short}");
    let overlap = only(&plan(), 100, &Machine { ephemeral_ports: Some((20_100, 60_000)), ..Machine::default() });
    assert!(overlap.to_string().contains("ip_local_reserved_ports=20000-20199"), "{overlap}");
    let watched = only(&plan(), 100, &Machine { watches: Some(199), ..Machine::default() });
    assert!(watched.to_string().contains("max_user_watches=200"), "{watched}");
    let asked = 1 << 30;
    let large = SocketOptions { receive_buffer: asked, ..SocketOptions::default() };
    let buffer = only(&PortPlan { sockets: Some(large), ..plan() }, 100, &Machine::default());
    assert!(matches!(buffer, TransportAdvice::Buffer { limit: "rmem_max", .. }), "{buffer:?}");
    assert!(buffer.to_string().contains("net.core.rmem_max=1073741824"), "{buffer}");
}

#[test]
fn where_there_can_be_no_session_the_start_fails() {
    let elsewhere = PortPlan { address: "192.0.2.77".parse().unwrap(), ..plan() };
    let error = transport_advice(&elsewhere, 1, &Machine::default()).unwrap_err();
    assert!(matches!(error, PortError::Bind { .. }) && error.to_string().contains("192.0.2.77"), "{error}");
    let options = SocketOptions { interface: Some("no-such-if0".to_owned()), ..SocketOptions::default() };
    let interface = PortPlan { sockets: Some(options), ..plan() };
    assert!(matches!(transport_advice(&interface, 1, &Machine::default()), Err(PortError::Bind { .. })));
    let virtually = PortPlan { sockets: None, ..elsewhere };
    assert_eq!(transport_advice(&virtually, 1, &Machine::default()).unwrap(), [], "a virtual network has any address");
}

#[test]
fn this_machine_says_what_it_has() {
    let machine = Machine::read();
    assert!(machine.limits.is_some());
    assert!(machine.ephemeral_ports.is_none_or(|(from, to)| from < to));
}
