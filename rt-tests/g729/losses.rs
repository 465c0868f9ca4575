//! Real-time: lost packets of G.729, with audio in them or a description of silence.

use super::*;

/// A lost packet is an erased frame: what is heard stays near what would have been heard.
#[test]
fn losses_are_concealed_by_the_codec() {
    let _alone = alone();
    let spoken = voice(5, 20.0);
    let says = |n: usize| 2.0 * spoken[n % spoken.len()];
    let run = |lost: &dyn Fn(usize) -> bool| {
        let g729 = MediaSessionParams::new(AudioFormat::g729());
        let mut call =
            Call::new(g729, MediaSessionParams::new(AudioFormat::l16(media_core::types::SampleRate::Hz8000).unwrap()));
        for n in 0..400 {
            if lost(n) {
                // Coded, so that the encoder goes on, and thrown away.
                let number = call.one.phone.next;
                call.one.phone.peer.set_port(9);
                call.run(20, [Some(&says), None]);
                let peer = call.one.session.local_address().unwrap();
                call.one.phone.peer = peer;
                assert_ne!(number.sequence, call.one.phone.next.sequence);
            } else {
                call.run(20, [Some(&says), None]);
            }
        }
        let heard = call.heard();
        let pending = call.one.session.statistics();
        let statistics = done(&mut call.engine, pending);
        assert!(call.engine.stop());
        (heard, statistics)
    };
    let (whole, clean) = run(&|_| false);
    let (lossy, counted) = run(&|n| n > 50 && n % 20 == 7);
    assert_eq!(clean.concealed_blocks, 0, "{clean}");
    assert!(counted.concealed_blocks >= 30, "{counted}");
    let length = whole.len().min(lossy.len());
    let (alike, at) = correlation(&whole[..length], &lossy[..length], 400);
    assert!(alike > 0.8, "{alike} at {at}");
    assert!(lossy.iter().all(|x| x.abs() <= 1.0));
}

/// A descriptor that is lost: the codec conceals, and then the engine's own background; what comes next is heard.
#[test]
fn a_lost_descriptor_does_no_harm() {
    let _alone = alone();
    let g729 = MediaSessionParams::new(AudioFormat::g729());
    let mut call = Call::new(g729, MediaSessionParams::new(AudioFormat::pcmu())).with_annex_b();
    let says = phrases();
    // Into the pause of the second turn, without any of its descriptors.
    call.run(5_600, [Some(&says), None]);
    call.one.phone.peer.set_port(9);
    call.run(2_200, [Some(&says), None]);
    call.one.phone.peer = call.one.session.local_address().unwrap();
    call.run(4_200, [Some(&says), None]);
    let heard = call.heard();
    let spoken = level(&heard[8_000 * 42 / 5..8_000 * 9]);
    let quiet = level(&heard[8_000 * 7..8_000 * 15 / 2]);
    assert!(spoken > -35.0 && quiet < spoken - 15.0, "{spoken} {quiet}");
    assert!(call.engine.stop());
}
