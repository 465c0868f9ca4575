//! Real-time: what followers of a shared encoder are sent, and how they come to it and leave it.

use super::{CALM, QUIET, SharedEncoder};
use crate::codec::audio::g722::{G722Decoder, G722Encoder, G722Mode};
use crate::codec::audio::g729::{G729Decoder, G729Encoder};
#[cfg(feature = "opus")]
use crate::codec::audio::opus::{OpusApplication, OpusDecoder, OpusEncoder, OpusSettings};
use crate::codec::{AudioDecoder as _, Decoder, Encoder};
use crate::processing::audio::speech_like::{voice, white};
use crate::types::{Ptime, SampleRate, TickNumber};
use crate::worker::leg::{BlockHints, OutputPlan, PacketKind, Sharing};
use std::sync::Arc;

type Made = (Encoder, SampleRate, Ptime);

#[cfg(feature = "opus")]
fn opus() -> Made {
    let rate = SampleRate::Hz16000;
    (
        Encoder::Opus(Box::new(OpusEncoder::new(rate, 1, Ptime::MS20, OpusSettings::session()).unwrap())),
        rate,
        Ptime::MS20,
    )
}

/// By transform, not by prediction.
#[cfg(feature = "opus")]
fn opus_of_music() -> Made {
    let (rate, settings) =
        (SampleRate::Hz48000, OpusSettings::session().application(OpusApplication::RestrictedLowdelay));
    (Encoder::Opus(Box::new(OpusEncoder::new(rate, 1, Ptime::MS20, settings).unwrap())), rate, Ptime::MS20)
}

fn g722() -> Made {
    (Encoder::G722(Box::new(G722Encoder::new(G722Mode::Kbps64))), SampleRate::Hz16000, Ptime::MS20)
}

fn g729() -> Made {
    (Encoder::G729(Box::new(G729Encoder::new(false, 2))), SampleRate::Hz8000, Ptime::MS20)
}

fn plan((encoder, rate, ptime): Made) -> OutputPlan {
    OutputPlan::new(encoder, 96, ptime, rate, 80)
}

fn shared(make: fn() -> Made, number: u32) -> SharedEncoder {
    let (encoder, rate, ptime) = make();
    SharedEncoder::new((3, number), [encoder, make().0], (rate, ptime), Arc::default())
}

fn decoder(make: fn() -> Made) -> Decoder {
    match make().0 {
        #[cfg(feature = "opus")]
        Encoder::Opus(_) => Decoder::Opus(Box::new(OpusDecoder::new(make().1, 1).unwrap())),
        Encoder::G722(_) => Decoder::G722(Box::new(G722Decoder::new(G722Mode::Kbps64))),
        _ => Decoder::G729(Box::new(G729Decoder::new())),
    }
}

/// Feeds a block to an output; the packet that it completed, if any.
fn feed(plan: &mut OutputPlan, sharing: Option<(&mut SharedEncoder, u64)>, block: &[f32]) -> Option<Vec<u8>> {
    let sharing = sharing.and_then(|(encoder, tick)| {
        encoder.serves(&plan.stream(), TickNumber(tick)).then_some(Sharing { encoder, tick: TickNumber(tick) })
    });
    let followed = plan.follower.bus().is_some();
    plan.add(block, BlockHints { sharing, followed, ..BlockHints::default() }).unwrap();
    let full = plan.blocks == plan.ptime.blocks();
    full.then(|| {
        plan.blocks = 0;
        plan.payload[..plan.filled].to_vec()
    })
}

fn decoded(decoder: &mut Decoder, packet: &[u8], rate: SampleRate) -> Vec<f32> {
    let mut pcm = vec![0.0; 2 * rate.block_samples()];
    match packet.is_empty() {
        true => decoder.conceal_into(&mut pcm).map(|_| ()).unwrap(),
        false => decoder.decode_into(packet, &mut pcm).map(|_| ()).unwrap(),
    }
    pcm
}

/// All codecs with a memory.
const ALL: &[fn() -> Made] = &[
    #[cfg(feature = "opus")]
    opus,
    #[cfg(feature = "opus")]
    opus_of_music,
    g722,
    g729,
];

/// Those who begin with silence share from 100 ms on, one encode each, and each goes on alone without a break: octet for octet as
/// the shared encoder goes on.
#[test]
fn who_leaves_goes_on_as_the_shared_encoder_does() {
    for &make in ALL {
        let (mut shared, rate) = (shared(make, 1), make().1);
        let (mut stays, mut leaves) = (plan(make()), plan(make()));
        let speech = voice(rate, 4.0, 3).samples;
        let samples = rate.block_samples();
        let silence = vec![0.0; samples];
        let mut parted = 0;
        for tick in 0..300_u64 {
            let block = if tick < 30 { &silence } else { &speech[samples * tick as usize..][..samples] };
            // The first to ask and the second in turn: what is handed over lies on either side of the last unit.
            let first = (tick / 50) % 2 == 0;
            let mut sent = [None, None];
            for n in [usize::from(!first), usize::from(first)] {
                let output = if n == 0 { &mut stays } else { &mut leaves };
                if n == 1 && tick == 150 {
                    assert!(shared.hand_over(&mut output.follower, &mut output.encoder), "what it followed is there");
                    parted = tick;
                }
                let sharing = (n == 0 || tick < 150).then_some((&mut shared, tick));
                sent[n] = feed(output, sharing, block);
            }
            if tick >= 40 && tick % 2 == 1 {
                assert_eq!(stays.follower.bus(), Some(3), "tick {tick}");
                assert_eq!(leaves.follower.bus(), (tick < 150).then_some(3), "tick {tick}");
                assert!(sent[0] == sent[1] && sent[0].is_some(), "tick {tick}: one is sent other octets");
            }
        }
        assert_eq!(parted, 150);
        let (encodes, packets) = (shared.gauges.shared_encodes.get(), shared.gauges.shared_packets.get());
        assert!(packets > encodes && encodes > 100, "{packets} of {encodes} encodes");
    }
}

/// The twin: without the memory that is handed over, its packets are others.
#[test]
fn an_encoder_that_was_not_led_along_makes_other_packets() {
    for &make in ALL {
        let (mut shared, rate) = (shared(make, 1), make().1);
        let (mut stays, mut leaves) = (plan(make()), plan(make()));
        let speech = voice(rate, 3.0, 3).samples;
        let mut other = false;
        for (tick, block) in (0..).zip(speech.chunks_exact(rate.block_samples())) {
            let kept = feed(&mut stays, Some((&mut shared, tick)), block);
            if tick == 200 {
                leaves.follower.go_alone();
            }
            let sharing = (tick < 200).then_some((&mut shared, tick));
            let left = feed(&mut leaves, sharing, block);
            other |= tick > 200 && left != kept;
        }
        assert!(other);
    }
}

/// Who was alone, and comes back in a pause, hears what the others hear: what its decoder makes of the first packet of the shared
/// encoder is off by less than -50 dBov, be the pause silent or as noisy as a pause may be.
#[test]
fn who_comes_back_in_a_pause_is_heard_as_the_others_are() {
    for (make, floor) in ALL.iter().flat_map(|&make| [(make, 0.0), (make, 0.7 * QUIET.sqrt())]) {
        let (mut shared, rate) = (shared(make, 1), make().1);
        let (mut stays, mut returns) = (plan(make()), plan(make()));
        let mut decoders = [decoder(make), decoder(make)];
        let samples = rate.block_samples();
        let (a, b) = (voice(rate, 8.0, 3).samples, voice(rate, 8.0, 9).samples);
        let noise = white(samples * 600, floor, 5);
        let (mut joined, mut first, mut later) = (None, [0.0; 2], [0.0; 2]);
        for tick in 0..600_u64 {
            let at = samples * tick as usize;
            // Each hears another until 2 s, then both hear half a second of a pause, then the same.
            let heard = match tick {
                ..200 => [&a[at..at + samples], &b[at..at + samples]],
                200..250 => [&noise[at..at + samples]; 2],
                _ => [&a[at..at + samples]; 2],
            };
            let one = feed(&mut stays, Some((&mut shared, tick)), heard[0]);
            let sharing = (tick >= 200).then_some((&mut shared, tick));
            let other = feed(&mut returns, sharing, heard[1]);
            if joined.is_none() && returns.follower.bus().is_some() {
                joined = Some(tick);
            }
            let (Some(one), Some(other)) = (one, other) else { continue };
            let [x, y] = [(0, one), (1, other)].map(|(n, packet)| decoded(&mut decoders[n], &packet, rate));
            let error: f32 = x.iter().zip(&y).map(|(x, y)| (x - y) * (x - y)).sum();
            let power: f32 = x.iter().map(|x| x * x).sum();
            assert!(joined.is_none() || error < 1e-5 * x.len() as f32, "tick {tick}: {error}");
            if tick > 250 {
                let sums = if first[1] < 0.01 { &mut first } else { &mut later };
                (sums[0], sums[1]) = (sums[0] + error, sums[1] + power);
            }
        }
        let joined = joined.expect("there was a pause");
        assert!((200 + u64::from(CALM) - 1..=215).contains(&joined), "{joined}");
        let db = |[error, power]: [f32; 2]| 10.0 * (power / error.max(1e-9)).log10();
        assert!(db(first) > 20.0 && db(later) > 40.0, "{:?}: {} dB, then {} dB", make().0, db(first), db(later));
    }
}

/// Whoever joins must be quiet, and so must they whom it joins; nobody is led astray by whose packets end at another tick, who
/// missed one, or whose settings are others.
#[cfg(feature = "opus")]
#[test]
fn only_who_is_in_step_is_served() {
    let mut shared = shared(opus, 1);
    let (mut a, mut b, mut odd) = (plan(opus()), plan(opus()), plan(opus()));
    for (tick, block) in (0..).zip(white(160 * 100, 0.1, 3).chunks_exact(160)) {
        feed(&mut a, Some((&mut shared, tick)), block);
        // Its first block comes one later, so that its packets end when no other's do.
        if tick > 0 {
            let at = TickNumber(tick);
            assert!(!shared.serves(&odd.stream(), at) || tick < 2, "tick {tick}");
            feed(&mut odd, None, block);
        }
        feed(&mut b, Some((&mut shared, tick)), block);
        assert_eq!(b.follower.bus(), None, "tick {tick}: it is never quiet");
    }
    assert_eq!((a.follower.bus(), odd.follower.bus()), (Some(3), None));
    // Another way of working.
    let (_, rate, ptime) = opus();
    let other = OpusEncoder::new(rate, 1, ptime, OpusSettings::session().complexity(3)).unwrap();
    assert!(!shared.serves(&plan((Encoder::Opus(Box::new(other)), rate, ptime)).stream(), TickNumber(1_000)));
    assert!(!shared.serves(&plan(g722()).stream(), TickNumber(1_000)));
    assert!(shared.serves(&b.stream(), TickNumber(1_000)));
    // It missed packets: what it followed went on without it.
    for tick in 1_000..1_004 {
        feed(&mut b, Some((&mut shared, tick)), &[0.1; 160]);
    }
    assert!(!shared.hand_over(&mut a.follower, &mut a.encoder));
    let mut fresh = plan(opus());
    for tick in 1_004..1_006 {
        let sent = feed(&mut a, Some((&mut shared, tick)), &[0.1; 160]);
        assert_eq!(sent, feed(&mut fresh, None, &[0.1; 160]), "it begins anew");
    }
    assert_eq!((a.follower.bus(), b.follower.bus()), (None, Some(3)));
}

/// Whom nobody follows begins with what the far decoder of its first follower knows.
#[test]
fn the_first_brings_its_memory() {
    for &make in ALL {
        let (mut shared, rate) = (shared(make, 1), make().1);
        let (mut shares, mut alone) = (plan(make()), plan(make()));
        for (tick, block) in (0..).zip(voice(rate, 3.0, 3).samples.chunks_exact(rate.block_samples())) {
            // Twice: it was followed before, and lay idle.
            if tick == 200 {
                assert!(shared.hand_over(&mut shares.follower, &mut shares.encoder));
            }
            let sharing = ((150..200).contains(&tick) || tick >= 240).then_some((&mut shared, tick));
            let sent = feed(&mut shares, sharing, block);
            assert!(sent == feed(&mut alone, None, block), "tick {tick}");
        }
        assert_eq!(shares.follower.bus(), Some(3));
    }
}

/// Ticks are skipped, and who heard another until then is the first to ask: those who follow go on with what their far decoders know.
#[test]
fn who_comes_first_after_skipped_ticks_takes_nothing_away() {
    for &make in ALL {
        let (mut shared, rate) = (shared(make, 1), make().1);
        let mut alone = plan(make());
        let mut follow = [plan(make()), plan(make())];
        let speech = voice(rate, 4.0, 3).samples;
        let samples = rate.block_samples();
        let silence = vec![0.0; samples];
        for tick in (0..100_u64).chain(106..140) {
            let block = if tick < 30 { &silence } else { &speech[samples * tick as usize..][..samples] };
            feed(
                &mut alone,
                (tick >= 100).then_some((&mut shared, tick)),
                &speech[samples * tick as usize..][..samples],
            );
            let [one, other] = follow.each_mut().map(|output| feed(output, Some((&mut shared, tick)), block));
            assert!(one == other, "tick {tick}");
            assert!(tick < 40 || follow.iter().all(|output| output.follower.bus().is_some()), "tick {tick}");
        }
        assert_eq!(alone.follower.bus(), None);
    }
}

/// A packet of which a part was heard by one alone is its own.
#[cfg(feature = "opus")]
#[test]
fn a_packet_is_shared_as_a_whole_or_not_at_all() {
    let mut shared = shared(opus, 1);
    let mut output = plan(opus());
    let noise = white(160 * 60, 0.1, 3);
    for (tick, block) in (0..).zip(noise.chunks_exact(160)) {
        feed(&mut output, (tick % 2 == 1).then_some((&mut shared, tick)), block);
    }
    assert_eq!((output.follower.bus(), shared.gauges.shared_encodes.get()), (None, 0));
}

/// G.729 with Annex B describes a pause in its own way: each who shares says so of its packet.
#[test]
fn a_description_of_silence_is_one_for_all() {
    let made = || (Encoder::G729(Box::new(G729Encoder::new(true, 1))), SampleRate::Hz8000, Ptime::from_ms(10).unwrap());
    let mut shared = shared(made, 1);
    let (mut first, mut second) = (plan(made()), plan(made()));
    let (mut described, mut spoken) = (0, 0);
    for (tick, block) in (0..).zip(voice(SampleRate::Hz8000, 6.0, 3).samples.chunks_exact(80)) {
        let one = feed(&mut first, Some((&mut shared, tick)), block);
        let other = feed(&mut second, Some((&mut shared, tick)), block);
        if second.follower.bus().is_some() {
            assert!(one == other && first.kind == second.kind, "tick {tick}: {:?} and {:?}", first.kind, second.kind);
            described += u32::from(second.kind == PacketKind::Descriptor);
            spoken += u32::from(second.kind == PacketKind::Audio);
        }
    }
    assert!(described > 2 && spoken > 100, "{described}, {spoken}");
}

/// It panicked at work: what it remembers is nothing to go on with. Who followed it is encoded by itself from there on, from the
/// beginning, and nobody comes to it any more.
#[test]
fn who_followed_one_that_panicked_is_encoded_by_itself() {
    for &make in ALL {
        let (mut shared, rate) = (shared(make, 1), make().1);
        let mut follow = [plan(make()), plan(make())];
        let mut fresh = plan(make());
        let samples = rate.block_samples();
        let silence = vec![0.0; samples];
        let speech = voice(rate, 4.0, 3).samples;
        for tick in 0..200_u64 {
            // As the tick of it leaves it that ends in a panic.
            shared.busy |= tick == 100;
            let heard = (30..150).contains(&tick);
            let block = if heard { &speech[samples * tick as usize..][..samples] } else { &silence };
            let [one, other] = follow.each_mut().map(|output| feed(output, Some((&mut shared, tick)), block));
            if tick >= 100 {
                let alone = feed(&mut fresh, None, block);
                assert!(one == alone && other == alone, "tick {tick}");
            }
            let follows = follow.each_ref().map(|output| output.follower.bus());
            assert!(tick < 60 || follows == [(tick < 100).then_some(3); 2] || tick == 100, "tick {tick}: {follows:?}");
        }
    }
}
