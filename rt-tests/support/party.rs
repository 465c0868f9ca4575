//! Parties that speak and hear samples, in a call on virtual time.

use media_core::MediaSessionHandle;
use media_core::codec::Law;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::{Party, VirtualEngine};
use media_core::session::{AudioFormat, MediaSessionParams};

/// A party of G.711 µ-law, and its session.
pub fn party(engine: &mut VirtualEngine, number: u16) -> (MediaSessionHandle, Party) {
    let address = format!("10.0.0.{number}:4000").parse().unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address);
    let pending = engine.handle().create_media_session(&*format!("dialog-{number}"), params);
    let session = engine.complete(pending).unwrap();
    let party = Party::new(address, session.local_address().unwrap(), Law::Mu, 0x1000 + u32::from(number));
    (session, party)
}

/// Two of them in a bridge.
pub fn two_parties() -> (VirtualEngine, [MediaSessionHandle; 2], [Party; 2]) {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7).unwrap();
    let ((a, one), (b, two)) = (party(&mut engine, 1), party(&mut engine, 2));
    let pending = engine.handle().bridge(&a, &b);
    engine.complete(pending).unwrap();
    (engine, [a, b], [one, two])
}
