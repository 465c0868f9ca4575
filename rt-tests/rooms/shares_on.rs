//! Boundary: who shares an encoder beside members that are not as it is: of other packet times, with older packets in theirs, with a
//! codec that panics; and through what makes a member hear something else for a while.

use crate::encoded_once::{Party, formats, hz};
use crate::support::endpoint::{by_timestamp, tone_snr};
use crate::support::per_octet::{Decodes, PerOctet};
use crate::support::phone::{Packet, done};
use media_core::buffer::RedPayload;
use media_core::codec::{AudioDecoder as _, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::session::{CustomCodec, DiscontinuousTransmission, EventKind, RedundancyFormat};
use media_core::types::{Ptime, SampleRate};
use media_core::{AudioFormat, MediaSessionParams, MemberParams, MemberRole};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

fn opus() -> AudioFormat {
    formats()[0].0.clone()
}

fn of(format: &AudioFormat, ptime: u32) -> MediaSessionParams {
    MediaSessionParams::new(format.clone()).ptime(Ptime::from_ms(ptime).unwrap())
}

/// What is encoded once, and how often that is sent, while those talk. To ask takes a tick in which nobody sends.
fn counted(party: &mut Party, blocks: usize, talkers: &[usize]) -> (u64, u64) {
    let mut before = (0, 0);
    party.shared(&mut before);
    party.talk(blocks, talkers);
    party.shared(&mut before)
}

/// A codec that takes single blocks is encoded once for packets of any length, and each length of another once.
#[test]
fn members_of_three_packet_times_share_as_far_as_their_codec_allows() {
    // How many encodes there are in 1.2 s, and how many have a packet in one.
    let cases = [
        (AudioFormat::g722(), [10, 30, 40], 120, 12 * 120),
        (AudioFormat::g729(), [10, 30, 40], 120, 12 * 120),
        (opus(), [10, 40, 60], 120 + 30 + 20, 4 * (120 + 30 + 20)),
    ];
    for (format, ptimes, encodes, packets) in cases {
        let mut party = Party::new(&format, ptimes[0], 0);
        // In turn, so that no two who are alike come one after the other.
        (0..12).for_each(|n| party.join(&format, ptimes[n % 3]));
        party.talk(120, &[]);
        let (made, sent) = counted(&mut party, 120, &[]);
        assert!((encodes - 3..=encodes + 3).contains(&made), "{format}: {made} encodes of {encodes} in silence");
        assert!((packets - 12..=packets + 12).contains(&sent), "{format}: {sent} of {packets} in silence");
        // One of each begins, and falls silent.
        party.talk(100, &[0, 1, 2]);
        party.talk(160, &[]);
        party.talk(100, &[0]);
        let (made, sent) = counted(&mut party, 120, &[0]);
        let alone = if format == opus() { 120 } else { packets / 12 };
        assert!((encodes - 3..=encodes + 3).contains(&made), "{format}: {made} encodes of {encodes}");
        assert!((packets - alone - 12..=packets - alone + 12).contains(&sent), "{format}: {sent} of {packets}");
        let worst: Vec<f64> = (1..12).map(|n| party.worst(n, 0, 60)).collect();
        assert!(worst.iter().all(|db| *db > 15.0), "{format}: {worst:.0?} dB");
    }
}

/// The blocks of a packet with older ones: by how many units each is older, and its octets; its own is the last one.
fn blocks(packet: &Packet) -> Vec<(u32, Vec<u8>)> {
    let red = RedPayload::parse(&packet.payload).expect("redundant audio data");
    let mut blocks: Vec<_> = red.redundant().map(|block| (u32::from(block.offset), block.octets.to_vec())).collect();
    blocks.reverse();
    blocks.push((0, red.primary().octets.to_vec()));
    blocks
}

/// What a packet carries again is what this member was sent, whoever encoded it.
#[test]
fn older_packets_are_carried_again_whoever_encoded_them() {
    let format = opus();
    let mut party = Party::new(&format, 20, 0);
    let mut params = of(&format, 20);
    params.redundancy = Some(RedundancyFormat::new(63, 2));
    (0..6).for_each(|_| party.join_as(params.clone()));
    party.join(&format, 20);
    let (encodes, packets) = {
        party.talk(60, &[]);
        party.talk(60, &[0]);
        // Member 1 begins to speak in the midst of it, and comes back in a pause.
        party.talk(60, &[0, 1]);
        party.talk(160, &[]);
        party.talk(60, &[0]);
        counted(&mut party, 60, &[0])
    };
    assert!(encodes >= 29 && packets == 6 * encodes, "{packets} of {encodes}: who sends older ones again shares, too");
    for member in &party.members[..6] {
        let got: Vec<_> = member.phone.got.iter().filter(|packet| packet.header.payload_type == 63).collect();
        assert!(got.len() > 150, "{}", got.len());
        let mut again = 0;
        for (n, packet) in got.iter().enumerate() {
            for (age, octets) in blocks(packet) {
                let of = packet.header.timestamp.wrapping_sub(age);
                let Some(first) = got[..=n].iter().find(|first| first.header.timestamp == of) else { continue };
                assert_eq!(blocks(first).pop().map(|own| own.1), Some(octets), "packet {n}: not what it was sent");
                again += u32::from(age > 0);
            }
        }
        assert!(again > 250, "{again} carried again");
    }
    // Who has none of it is sent the same.
    let last = |n: usize| party.members[n].phone.got.last().expect("packets");
    assert_eq!(last(6).payload, blocks(last(5)).pop().expect("its own").1);
}

/// µ-law of the embedder's, which panics when it is told to.
#[derive(Debug)]
struct Moody(Arc<AtomicBool>);

impl AudioEncoder for Moody {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        assert!(!self.0.load(SeqCst), "an encoder that panics");
        G711Encoder::new(Law::Mu).encode_into(pcm, out)
    }
    fn frame_samples(&self) -> usize {
        80
    }
    fn reset(&mut self) {}
}

impl Decodes for Moody {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        G711Decoder::new(Law::Mu).decode_into(payload, pcm)
    }
}

/// What is foreign is not shared: a panic in it is that member's alone, whoever is encoded in the same tick.
#[test]
fn an_embedders_codec_that_panics_takes_nobody_along() {
    media_core::rt::panic_hook::install();
    let panics = Arc::new(AtomicBool::new(false));
    let of = panics.clone();
    let make = move || -> (Box<dyn AudioEncoder>, Box<dyn media_core::codec::AudioDecoder>) {
        (Box::new(Moody(of.clone())), Box::new(PerOctet(Moody(of.clone()))))
    };
    let custom = AudioFormat::custom(&CustomCodec::new("X-MOODY", 8_000, SampleRate::Hz8000, make), 120).unwrap();
    let format = AudioFormat::g729();
    let mut party = Party::new(&format, 20, 3);
    let events = party.engine.handle().subscribe();
    let moody: Vec<_> = (0..5)
        .map(|_| {
            let (session, _) = crate::support::phone::connect(
                &mut party.engine,
                50 + party.members.len() as u32,
                MediaSessionParams::new(custom.clone()),
            );
            let pending = party.room.join(&session);
            done(&mut party.engine, pending);
            party.join(&format, 20);
            session
        })
        .collect();
    party.talk(60, &[]);
    party.talk(100, &[0]);
    let undisturbed: Vec<f64> = (1..8).map(|n| party.worst(n, 0, 60)).collect();
    // A question takes a tick.
    let seven = |(encodes, packets): (u64, u64)| (60..=61).contains(&encodes) && packets == 7 * encodes;
    assert!(seven(counted(&mut party, 60, &[0])), "the five are encoded by themselves, and the seven once");
    (1..8).for_each(|n| drop(party.heard(n)));
    panics.store(true, SeqCst);
    assert!(seven(counted(&mut party, 60, &[0])), "the others share on");
    let worst: Vec<f64> = (1..8).map(|n| party.worst(n, 0, 60)).collect();
    assert!(worst.iter().zip(&undisturbed).all(|(now, then)| *now > then - 3.0), "{worst:.0?}, {undisturbed:.0?}");
    let told = std::iter::from_fn(|| events.try_next()).filter(|event| event.kind == EventKind::Parked);
    let mut told: Vec<_> = told.filter_map(|event| Some(event.session?.0)).collect();
    told.sort_unstable();
    let mut all: Vec<_> = moody.iter().map(|session| session.id()).collect();
    all.sort_unstable();
    assert_eq!(told, all, "each fault is told, once");
}

/// G.729 with Annex B, whose encoders describe silence and then say nothing: through a hold and through skipped ticks in the midst of
/// that, and the sound that comes after is what it is where nobody shares.
#[test]
fn a_hold_and_skipped_ticks_in_a_described_silence_are_no_break() {
    let format = AudioFormat::g729();
    let annex_b = of(&format, 20).discontinuous_transmission(DiscontinuousTransmission::default());
    // What happens, and how long it is silent then: who was held needs a while to become one of them, the others were never another.
    type Act = fn(&mut Party);
    let acts: [(&str, Act, usize); 2] = [
        (
            "held",
            |party| {
                let pending = party.members[1].session.hold_outward();
                done(&mut party.engine, pending);
                party.talk(37, &[]);
                let pending = party.members[1].session.resume_outward();
                done(&mut party.engine, pending);
            },
            21,
        ),
        ("skipped", |party| party.engine.skip(3), 1),
    ];
    for (what, act, blocks) in acts {
        let [alone, shared] = [3, 6].map(|members| {
            let mut party = Party::new(&format, 20, 0);
            (0..members).for_each(|_| party.join_as(annex_b.clone()));
            party.talk(60, &[]);
            party.talk(100, &[0]);
            party.talk(150, &[]);
            let before = party.members[1].phone.got.len();
            party.talk(50, &[]);
            let described = party.members[1].phone.got.len() - before;
            assert!(described < 10, "{described} packets in half a second of silence");
            act(&mut party);
            party.talk(blocks, &[]);
            let silent = party.members[1].phone.got.len();
            party.talk(100, &[0]);
            let sent = party.members[1].phone.got.len() - silent;
            let (encodes, packets) = counted(&mut party, 60, &[0]);
            assert_eq!(packets, if members > 3 { (members as u64 - 1) * encodes } else { 0 }, "{what}");
            assert_eq!(encodes > 0, members > 3, "{what}");
            let heard = by_timestamp(&party.members[1].decode(), &format);
            let parts = heard[heard.len() - 80 * 150..].chunks_exact(800);
            (sent, parts.map(|part| tone_snr(part, SampleRate::Hz8000, hz(0))).collect::<Vec<_>>())
        });
        assert!(alone.0.abs_diff(shared.0) < 3 && alone.0 > 45, "{what}: {} packets, {} alone", shared.0, alone.0);
        let good = alone.1.iter().zip(&shared.1).all(|(alone, shared)| *shared >= alone.min(20.0) - 3.0);
        assert!(good, "{what}: {:.0?} for {:.0?} alone", shared.1, alone.1);
    }
}

/// Who is whispered to hears more than the others for a while, by an encoder of its own, and comes back to theirs in a pause.
#[test]
fn a_whisper_begins_in_the_midst_of_sound_and_ends_without_a_break() {
    for (format, ptime) in formats() {
        let mut party = Party::new(&format, ptime, 7);
        let supervisor = party.members[2].session.clone();
        // Asked for in the midst of sound: no tick without packets.
        let role = |party: &mut Party, role: MemberRole| {
            drop(party.room.set_member(&supervisor, MemberParams::default().role(role)));
        };
        role(&mut party, MemberRole::Listen);
        party.talk(60, &[]);
        party.talk(100, &[0]);
        let undisturbed = party.worst(1, 0, 60);
        // It says nothing yet: 1 goes on by itself, and its decoder finds no break.
        let agent = party.members[1].session.id();
        role(&mut party, MemberRole::Whisper(vec![agent]));
        party.talk(60, &[0]);
        let begun = party.worst(1, 0, 60);
        assert!(begun > undisturbed - 3.0, "{format} of {ptime} ms: {begun} dB as it begins, {undisturbed} before");
        party.talk(60, &[0, 2]);
        let (both, rate) = (party.heard(1), format.sample_rate());
        let of_two = tone_snr(&both[both.len() - 40 * rate.block_samples()..], rate, hz(2));
        assert!(of_two > -6.0, "{format}: {of_two} dB: 1 is not whispered to");
        let third = party.worst(3, 0, 60);
        assert!(third > undisturbed - 3.0, "{format} of {ptime} ms: 3 hears {third} dB, {undisturbed} before");
        let (encodes, packets) = counted(&mut party, 60, &[0, 2]);
        assert_eq!(packets, 5 * encodes, "{format} of {ptime} ms: all but who speaks and who is whispered to");
        // It falls silent (for a second its line is taken to go on), and the whisper ends in the midst of what 0 says.
        party.talk(160, &[0]);
        (1..=3).step_by(2).for_each(|n| drop(party.heard(n)));
        role(&mut party, MemberRole::Listen);
        party.talk(60, &[0]);
        let (after, others) = (party.worst(1, 0, 60), party.worst(3, 0, 60));
        assert!(after > others - 3.0, "{format} of {ptime} ms: {after} dB after it, {others} for the others");
        // In a pause it becomes one of them again.
        party.talk(160, &[]);
        party.talk(100, &[0]);
        let (one, other) = (party.worst(1, 0, 60), party.worst(4, 0, 60));
        assert!((one - other).abs() < 1.0 && one > undisturbed - 3.0, "{format} of {ptime} ms: {one} dB and {other}");
        let (encodes, packets) = counted(&mut party, 60, &[0]);
        assert_eq!(packets, 6 * encodes, "{format} of {ptime} ms");
    }
}
