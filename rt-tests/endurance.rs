//! One session for an hour of virtual time, its sender another one each minute, drawn from all kinds that the field has, on
//! a network drawn with it: nothing panics, no second of what is sent is missing, and the counters add up.
//!
//! The short form runs with the other tests. The hour: `cargo test --release --test endurance -- --ignored --nocapture`,
//! `MEDIA_CORE_ENDURANCE_MINUTES` and `MEDIA_CORE_ENDURANCE_SEED` say otherwise.

mod support;

use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams, TelephoneEventFormat};
use support::bent::{Call, Shot, Source, WAYS, Way, places};
use support::random::Random;

/// What senders do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    Right,
    TimestampsJitter,
    TimestampsAtARate,
    TimestampsAtRandom,
    TimestampsJump,
    NumbersStuck,
    NumbersJump,
    Lengths,
    LengthsChange,
    PausesTold,
    PausesUntold,
    ComfortNoise,
    Empty,
    Digits,
    OtherSources,
    TwoAtOnce,
    MarkersAlways,
    Held,
}

const SENDERS: [Sender; 18] = [
    Sender::Right,
    Sender::TimestampsJitter,
    Sender::TimestampsAtARate,
    Sender::TimestampsAtRandom,
    Sender::TimestampsJump,
    Sender::NumbersStuck,
    Sender::NumbersJump,
    Sender::Lengths,
    Sender::LengthsChange,
    Sender::PausesTold,
    Sender::PausesUntold,
    Sender::ComfortNoise,
    Sender::Empty,
    Sender::Digits,
    Sender::OtherSources,
    Sender::TwoAtOnce,
    Sender::MarkersAlways,
    Sender::Held,
];

/// What networks do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Clean,
    Jitter,
    Reorder,
    Duplicates,
    Loss,
    Stalls,
}

const NETWORKS: [Network; 6] =
    [Network::Clean, Network::Jitter, Network::Reorder, Network::Duplicates, Network::Loss, Network::Stalls];

/// Packets of a turn of so many ms; those of the source that must be heard come first, then their number.
fn script(sender: Sender, ms: f64, random: &mut Random) -> (Vec<Shot>, usize) {
    let mut source = Source::new(random.next() as u32 | 1);
    let (mut shots, mut beside) = (Vec::new(), Vec::new());
    // From 2.5 ms on: what is shorter comes more often than any session is allowed to be sent (`flooded`).
    let length = [20, 24, 40, 80, 240, 480, 640, 1_014, 1_280, 170][random.below(10)];
    let rate = [0, 1, 20, 80, 120, 320, 441, 960, -160i32][random.below(9)];
    let jitter = [1, 3, 7, 20, 60][random.below(5)];
    while source.ms < ms {
        let n = shots.len();
        let samples = match sender {
            Sender::Lengths => length,
            Sender::LengthsChange => [160, 160, 160, 240, 480, 40, 20][random.below(7)],
            _ => 160,
        };
        let mut shot = source.packet(samples);
        let turn = n % 150;
        match sender {
            Sender::TimestampsJitter => {
                let off = random.below(2 * jitter + 1) as u32;
                shot.header.timestamp = shot.header.timestamp.wrapping_add(off).wrapping_sub(jitter as u32);
            }
            Sender::TimestampsAtARate => shot.header.timestamp = (n as u32).wrapping_mul(rate as u32),
            Sender::TimestampsAtRandom => shot.header.timestamp = random.next() as u32,
            Sender::TimestampsJump if turn == 149 => source.next.timestamp = random.next() as u32,
            Sender::NumbersStuck => shot.header.sequence = 77,
            Sender::NumbersJump if turn == 149 => source.next.sequence = random.next() as u16,
            Sender::PausesTold | Sender::PausesUntold if turn == 149 => {
                source.next.marker = true;
                source.pause(40 + 20 * random.below(90) as u32, sender == Sender::PausesTold);
            }
            Sender::ComfortNoise if turn == 149 => {
                for _ in 0..random.below(60) {
                    let header = RtpHeader { payload_type: 13, ..source.next };
                    beside.push(Shot { ms: source.ms, header, payload: vec![60; random.below(3)] });
                    source.next.sequence = source.next.sequence.wrapping_add(1);
                    source.pause(20, true);
                }
                source.next.marker = true;
            }
            Sender::Empty if random.below(4) == 0 => {
                let header = RtpHeader { payload_type: [0, 121, 0][random.below(3)], ..source.next };
                beside.push(Shot { ms: source.ms - 3.0, header, payload: vec![] });
                source.next.sequence = source.next.sequence.wrapping_add(1);
            }
            Sender::Digits if turn == 149 => {
                let (start, packets) = (source.next, 8 + random.below(60) as u16);
                for n in 0..packets {
                    let [high, low] = ((n + 1) * 160).to_be_bytes();
                    let (sequence, marker) = (source.next.sequence, n == 0);
                    let header = RtpHeader { payload_type: 101, sequence, marker, ..start };
                    let end = if n + 3 >= packets { 0x80 } else { 0 };
                    beside.push(Shot { ms: source.ms, header, payload: vec![5, end | 10, high, low] });
                    source.next.sequence = source.next.sequence.wrapping_add(1);
                    source.pause(20, true);
                }
            }
            Sender::OtherSources if turn == 149 => {
                source.next.ssrc = random.next() as u32;
                source.next.sequence = random.next() as u16;
                source.next.timestamp = random.next() as u32;
            }
            Sender::MarkersAlways => shot.header.marker = true,
            _ => {}
        }
        shots.push(shot);
    }
    if sender == Sender::TwoAtOnce {
        let mut other = Source::new(random.next() as u32 | 1);
        let bunch = [20.0, 40.0, 60.0][random.below(3)];
        beside
            .extend(other.packets((ms / 20.0) as usize, |_, shot| shot.ms = (shot.ms / bunch).floor() * bunch + 11.0));
    }
    let number = shots.len();
    shots.extend(beside);
    (shots, number)
}

/// What becomes of packets under way, the number of those that must be heard among them, and which of them never come.
fn under_way(network: Network, mut shots: Vec<Shot>, number: usize, random: &mut Random) -> (Vec<Shot>, Vec<bool>) {
    let mut lost = vec![false; number];
    let (mut copies, mut burst, mut until) = (Vec::new(), 0, 0.0);
    for (n, shot) in shots.iter_mut().enumerate() {
        let sent = shot.ms;
        match network {
            Network::Clean => {}
            Network::Jitter => shot.ms += random.below(300) as f64 / 10.0,
            Network::Reorder if random.below(20) == 0 => shot.ms += 25.0 + random.below(30) as f64,
            Network::Duplicates if random.below(3) == 0 => {
                copies.push(Shot { ms: shot.ms + random.below(90) as f64, ..shot.clone() });
            }
            Network::Loss => {
                burst = if burst > 0 {
                    burst - 1
                } else {
                    [0, 1, 2, 4][random.below(4)] * usize::from(random.below(25) == 0)
                };
                if burst > 0 && n < number {
                    lost[n] = true;
                }
            }
            Network::Stalls => {
                if random.below(400) == 0 {
                    until = sent + 60.0 + random.below(300) as f64;
                }
                // What is sent beside is in a row of its own.
                if sent >= until - 400.0 && sent < until {
                    shot.ms = until;
                }
            }
            _ => {}
        }
    }
    let mut at = 0;
    shots.retain(|_| {
        at += 1;
        !lost.get(at - 1).copied().unwrap_or(false)
    });
    shots.extend(copies);
    (shots, lost)
}

fn endures(turns: usize, seconds: f64, seed: u64) {
    let mut random = Random(seed);
    for way in WAYS {
        let events = TelephoneEventFormat::new(101, 8_000);
        let mut call = Call::with(way, MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(events));
        let mut sent = 0;
        for turn in 0..turns {
            // Each kind once, then by chance.
            let sender = SENDERS.get(turn).copied().unwrap_or(SENDERS[random.below(SENDERS.len())]);
            let network = NETWORKS[random.below(NETWORKS.len())];
            sent += one_turn(&mut call, way, sender, network, seconds, &mut random);
        }
        let s = call.statistics();
        println!("{way:?}: {s}");
        let kept = s.played_packets + s.late + s.duplicates + s.refused;
        assert_eq!(s.packets_in, kept, "received = played + late + duplicates + refused: {s}");
        let beside = s.event_packets + s.empty_packets + s.unknown_payload_type + s.bad_payload + s.held + s.no_slot;
        let pending = call.session.transport_statistics();
        let flooded = call.ask(pending).flooded;
        assert_eq!(
            sent,
            s.packets_in + beside + flooded,
            "sent = received + what holds no audio or was not wanted + {flooded} of a flood: {s}"
        );
        assert_eq!((s.no_slot, s.faults, s.not_finite, s.no_frame), (0, 0, 0, 0), "{s}");
    }
}

fn one_turn(call: &mut Call, way: Way, sender: Sender, network: Network, seconds: f64, random: &mut Random) -> u64 {
    let what = format!("{sender:?} over {network:?}, {way:?}");
    let (shots, number) = script(sender, seconds * 1e3, random);
    let (audio, beside) = (shots[..number].to_vec(), shots[number..].to_vec());
    let (shots, lost) = under_way(network, shots, number, random);
    call.phones[1].got.clear();
    if sender == Sender::Held {
        // Whatever comes while the session is held is counted as such.
        let (now, later): (Vec<Shot>, Vec<Shot>) = shots.iter().cloned().partition(|shot| shot.ms < seconds * 500.0);
        call.play(&now, 0.0);
        let pending = call.session.hold_inward();
        call.ask(pending);
        let begin = later.iter().map(|shot| shot.ms).fold(f64::MAX, f64::min);
        let (held, heard): (Vec<Shot>, Vec<Shot>) = later.into_iter().partition(|shot| shot.ms < seconds * 750.0);
        let shifted = |shots: Vec<Shot>, by: f64| -> Vec<Shot> {
            shots.into_iter().map(|shot| Shot { ms: shot.ms - by, ..shot }).collect()
        };
        call.play(&shifted(held, begin), 0.0);
        let pending = call.session.resume_inward();
        call.ask(pending);
        call.play(&shifted(heard, seconds * 750.0), 1_500.0);
        return shots.len() as u64;
    }
    call.play(&shots, 1_500.0);
    let heard = call.heard_by_arrival();
    let (missed, mut longest) = missing(&audio, &heard, &lost);
    if sender == Sender::TwoAtOnce {
        // Who was silent for 300 ms gives way to the other: one of them is to be heard at any time.
        longest = neither(&audio, &beside, &heard);
    }
    println!("{what}: {missed} of {number} missed, at most {longest} ms");
    assert!(longest <= 1_000.0, "{what}: {longest} ms are silent");
    shots.len() as u64
}

/// How many of the packets that were not `lost` are not among what was heard, and the longest run of those that are not,
/// in ms.
fn missing(audio: &[Shot], heard: &[i16], lost: &[bool]) -> (usize, f64) {
    let found = places(audio, heard);
    let (mut silent, mut longest, mut missed) = (0.0f64, 0.0f64, 0);
    for ((shot, place), lost) in audio.iter().zip(&found).zip(lost) {
        // A piece at the seam of a splice is there, and not found: it is the run that tells.
        silent = if place.is_none() { silent + shot.payload.len() as f64 / 8.0 } else { 0.0 };
        missed += usize::from(place.is_none() && !lost);
        longest = longest.max(silent);
    }
    (missed, longest)
}

/// The longest time in which neither of two sources is among what was heard, in ms.
fn neither(one: &[Shot], other: &[Shot], heard: &[i16]) -> f64 {
    let found = |shots: &[Shot]| -> Vec<f64> {
        let places = places(shots, heard);
        shots.iter().zip(places).filter(|(_, place)| place.is_some()).map(|(shot, _)| shot.ms).collect()
    };
    let mut times = [found(one), found(other)].concat();
    times.extend([0.0, one.last().map_or(0.0, |shot| shot.ms)]);
    times.sort_by(f64::total_cmp);
    times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
}

#[test]
fn any_sender_is_heard_and_accounted_for() {
    endures(36, 8.0, 1);
}

#[test]
#[ignore = "an hour of virtual time"]
fn an_hour_of_any_senders() {
    let setting = |name: &str| std::env::var(format!("MEDIA_CORE_ENDURANCE_{name}")).ok()?.parse().ok();
    endures(setting("MINUTES").unwrap_or(60), 60.0, setting("SEED").unwrap_or(1) as u64);
}
