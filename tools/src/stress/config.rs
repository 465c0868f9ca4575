//! Control: engines of all kinds: small queues, small rings, few of everything, so that all of it is full at times.

use super::dice::Dice;
use media_core::MediaEngineConfig;
use std::net::Ipv4Addr;

/// What an engine has.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub workers: usize,
    pub io: usize,
    pub tick_ms: u32,
    /// That it has room for.
    pub sessions: usize,
    pub relays: usize,
    /// Sessions meet in rooms, most of them with the same codec, of so many; `None`: they do what they like.
    pub meets: Option<u64>,
}

/// An engine's configuration.
pub fn config(dice: &mut Dice) -> (MediaEngineConfig, Size) {
    let (workers, io) = (1 + dice.index(3), 1 + dice.index(2));
    let (tick_ms, sessions) = (dice.one([10, 10, 20]), dice.one([4, 16, 40]));
    let (relays, last_port) = (dice.one([0, 4, 64]), dice.one([10_039_u16, 11_999]));
    let config = MediaEngineConfig::default()
        .workers(workers)
        .io_threads(io)
        .tick_ms(tick_ms)
        .max_sessions(sessions)
        .max_relays(relays)
        .max_taps(dice.one([1usize, 8]))
        .max_conferences(dice.one([1usize, 4]))
        .request_queue(dice.one([16usize, 64, 1_024]))
        .subscriber_queue(dice.one([16usize, 4_096]))
        .ring_octets(dice.one([65_536usize, 1 << 20]))
        .rtcp_mux(dice.once_in(3))
        .bind_address(Ipv4Addr::LOCALHOST)
        .rtp_ports(10_000..=last_port)
        .load_limit_percent(100u32)
        .shed_load_percent(dice.one([None, Some(100u32)]));
    // Two ports each.
    let sessions = sessions.min(usize::from(last_port - 9_999) / 2);
    let meets = if dice.once_in(3) { Some(dice.next()) } else { None };
    (config, Size { workers, io, tick_ms, sessions, relays, meets })
}
