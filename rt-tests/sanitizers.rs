//! Control: a fault for each sanitizer to see. `tools/sanitize` runs it first: a sanitizer that sees nothing finds nothing.
//! Without one this program is empty.

#![cfg(any(address_sanitizer, thread_sanitizer, realtime_sanitizer))]

#[cfg(realtime_sanitizer)]
mod support;

/// Reads what was freed.
#[cfg(address_sanitizer)]
#[test]
#[ignore = "a planted fault"]
fn planted() {
    let freed = Box::into_raw(Box::new([7_u8; 64]));
    // SAFETY: none, and that is what is to be seen.
    unsafe {
        drop(Box::from_raw(freed));
        println!("{}", std::hint::black_box(freed).cast::<u8>().add(9).read_volatile());
    }
}

/// Two threads write without order.
#[cfg(thread_sanitizer)]
#[test]
#[ignore = "a planted fault"]
fn planted() {
    static mut SHARED: u64 = 0;
    // One that has ended before the other begins is ordered before it.
    let together = std::sync::Barrier::new(2);
    let write = || {
        together.wait();
        for _ in 0..10_000 {
            // SAFETY: none, and that is what is to be seen.
            unsafe { (&raw mut SHARED).write_volatile((&raw const SHARED).read_volatile() + 1) };
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(write);
        threads.spawn(write);
    });
}

/// A decoder that allocates, in a tick.
#[cfg(realtime_sanitizer)]
#[test]
#[ignore = "a planted fault"]
fn planted() {
    use media_core::codec::{AudioEncoder, CodecFault, G711Encoder, Law};
    use media_core::engine::MediaEngineConfig;
    use media_core::engine::virtual_engine::VirtualEngine;
    use media_core::session::{AudioFormat, CustomCodec, MediaSessionParams};
    use media_core::types::SampleRate;
    use support::per_octet::{Decodes, PerOctet};

    #[derive(Debug)]
    struct Allocates;
    impl Decodes for Allocates {
        fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
            pcm[..payload.len()].copy_from_slice(&std::hint::black_box(vec![0.1; payload.len()]));
            Ok(payload.len())
        }
    }
    let codec = CustomCodec::new("X-ALLOCATES", 8_000, SampleRate::Hz8000, || {
        let encoder: Box<dyn AudioEncoder> = Box::new(G711Encoder::new(Law::Mu));
        (encoder, Box::new(PerOctet(Allocates)))
    });
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let params = MediaSessionParams::new(AudioFormat::custom(&codec, 0).unwrap());
    let (a, mut phone) = support::phone::connect(&mut engine, 1, params);
    let (b, _) = support::phone::pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    support::phone::done(&mut engine, bridged);
    for _ in 0..20 {
        let now = engine.now();
        phone.send(&mut engine.network, now, &[0x90; 160]);
        engine.tick();
        engine.tick();
    }
}
