//! SRTP in calls: protected legs beside plain ones, what is refused, keys that change, other makers' SRTP at the far end.

mod support;

#[path = "srtp/calls.rs"]
mod calls;
#[path = "srtp/keys.rs"]
mod keys;
#[path = "srtp/nack.rs"]
mod nack;
#[path = "srtp/peers.rs"]
mod peers;
#[path = "srtp/phone.rs"]
mod phone;
#[path = "srtp/reports.rs"]
mod reports;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::{
    AudioFormat, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, SrtpKey, SrtpParams, SrtpSuite,
    TransportStatistics,
};
use phone::SrtpPhone;
use std::time::Duration;
use support::phone::done;

fn engine(config: MediaEngineConfig) -> VirtualEngine {
    VirtualEngine::new(config, 11).unwrap()
}

/// A key of a suite that is any other's if `n` differs.
fn key(suite: SrtpSuite, n: u8) -> SrtpKey {
    let octets: Vec<u8> = (0..46).map(|i| i * 5 + n).collect();
    SrtpKey::new(suite, &octets[..suite.key_octets()], &octets[32..32 + suite.salt_octets()]).unwrap()
}

/// A session that sends under key 1 and whose phone sends under key 2.
fn protected(suite: SrtpSuite) -> MediaSessionParams {
    let srtp = SrtpParams::new(key(suite, 1), key(suite, 2));
    MediaSessionParams::new(AudioFormat::pcmu()).srtp(srtp)
}

fn counts(engine: &mut VirtualEngine, session: &MediaSessionHandle) -> TransportStatistics {
    done(engine, session.transport_statistics())
}

/// All that came is accounted for.
fn assert_balanced(counts: &TransportStatistics) {
    let c = counts;
    let taken = c.packets_in + c.ring_full + c.flooded + c.refused + c.looped + c.rtcp_in + c.oversized;
    assert_eq!(c.datagrams_in, taken + c.all_faults() + c.all_srtp_faults(), "{c:?}");
    assert_eq!(c.rtcp_in, c.rtcp_taken + c.rtcp_refused + c.rtcp_unread, "{c:?}");
}

/// 20 ms of it.
fn payload(n: u32) -> [u8; 160] {
    std::array::from_fn(|i| (n as usize * 7 + i) as u8)
}

/// The phone says packets `of`, 20 ms each.
fn talk(engine: &mut VirtualEngine, phone: &mut SrtpPhone, of: std::ops::Range<u32>) {
    for n in of {
        phone.send(engine, &payload(n));
        engine.run_for(Duration::from_millis(20));
        phone.listen(engine);
    }
}
