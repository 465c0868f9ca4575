//! Real-time: one leg that breaks the contract is seen.

use super::*;
use support::per_octet::{Decodes, PerOctet};

/// A codec that allocates where it must not.
#[derive(Debug)]
struct Careless;

impl Decodes for Careless {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let copy = std::hint::black_box(payload.to_vec());
        pcm[..copy.len()].fill(0.0);
        Ok(copy.len())
    }
}

#[test]
fn the_traps_see_one_careless_leg() {
    let _alone = alone();
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let careless = CustomCodec::new("CARELESS", 8_000, SampleRate::Hz8000, || {
        let encoder: Box<dyn AudioEncoder> = Box::new(G711Encoder::new(Law::Mu));
        (encoder, Box::new(PerOctet(Careless)))
    });
    let mut odd = MediaSessionParams::new(AudioFormat::pcmu());
    odd.receive = AudioFormat::custom(&careless, 0).unwrap();
    let (a, mut phone) = support::phone::connect(&mut engine, 1, odd);
    let (b, _) = pcmu(&mut engine, 2);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let before = armed();
    for tick in 0..100 {
        if tick % 2 == 0 {
            let now = engine.now();
            phone.send(&mut engine.network, now, &[0x55; 160]);
        }
        engine.tick();
    }
    let counts = trap::counts().since(before);
    assert!(counts.allocations > 50 && counts.frees == counts.allocations, "{counts:?}");
    assert!(engine.stop());
}
