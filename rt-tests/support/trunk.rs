//! A call over a network that can be bad: a phone calls a session that is bridged to another, which talks over the network to a third,
//! whose partner hears it.

use super::phone::{Phone, connect, done, pcmu};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::{MediaSessionHandle, MediaSessionParams};

/// See the module text.
pub struct Trunk {
    pub engine: VirtualEngine,
    pub phone: Phone,
    pub near: MediaSessionHandle,
    pub far: MediaSessionHandle,
}

impl Trunk {
    /// In that engine, with the parameters of the two ends of the network.
    pub fn new(mut engine: VirtualEngine, near: MediaSessionParams, far: MediaSessionParams) -> Self {
        let (a, phone) = pcmu(&mut engine, 1);
        let (far, _) = connect(&mut engine, 3, far);
        let (near, _) = connect(&mut engine, 2, near);
        let (d, _) = pcmu(&mut engine, 4);
        done(&mut engine, near.set_remote(far.local_address().unwrap()));
        done(&mut engine, far.set_remote(near.local_address().unwrap()));
        for (one, two) in [(&a, &near), (&far, &d)] {
            let bridge = engine.handle().bridge(one, two);
            done(&mut engine, bridge);
        }
        Self { engine, phone, near, far }
    }
}
