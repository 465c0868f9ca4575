//! Pure: the latch against both sides: phones as they are, and strangers as they come. Each row is a script of senders; what
//! is asked is whose packets were heard, and where ours went.

use crate::rtp::RtpHeader;
use crate::transport::LatchMode;
use crate::transport::latch::*;
use crate::types::MediaTime;
use std::net::SocketAddr;
use std::time::Duration;

const PCMU: u8 = 0;
const CN: u8 = 13;
const A: &str = "198.51.100.1:4000";
const A_OTHER_PORT: &str = "198.51.100.1:4444";
/// The same phone behind its translator.
const A_OUTSIDE: &str = "203.0.113.7:61000";
const A_PRIVATE: &str = "192.168.1.20:4000";
const A_MOVED: &str = "203.0.113.99:7777";
const B: &str = "192.0.2.50:6000";
const X: &str = "203.0.113.66:5060";
const Y: &str = "203.0.113.67:5060";

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

/// Who sends what, when.
#[derive(Clone, Copy)]
struct Sender {
    from: &'static str,
    ssrc: u32,
    payload_type: u8,
    /// Between packets, in ms.
    every: u64,
    /// From and until, in ms.
    time: (u64, u64),
    /// The first number.
    first: u16,
    /// Of payload in each packet.
    octets: usize,
}

fn from(address: &'static str, start: u64, end: u64) -> Sender {
    let ssrc = address.bytes().fold(7, |sum: u32, octet| sum.wrapping_mul(31) + u32::from(octet));
    Sender {
        from: address,
        ssrc,
        payload_type: PCMU,
        every: 20,
        time: (start, end),
        first: (ssrc >> 7) as u16,
        octets: 160,
    }
}

impl Sender {
    fn every(self, every: u64) -> Self {
        Self { every, ..self }
    }

    /// In packets that are as long as the time between them.
    fn packets_of(self, ms: u64) -> Self {
        Self { every: ms, octets: 8 * ms as usize, ..self }
    }

    fn of(self, payload_type: u8) -> Self {
        Self { payload_type, ..self }
    }

    fn ssrc(self, ssrc: u32) -> Self {
        Self { ssrc, ..self }
    }

    fn number(self, first: u16) -> Self {
        Self { first, ..self }
    }
}

#[derive(Clone, Copy)]
enum Say {
    Signal(u64, &'static str),
    Rtcp(u64, u64, &'static str),
    KeepAlive(u64, u64, &'static str),
    OnlyListens,
}

/// What came of it, per 20 ms.
struct Outcome {
    /// When whose packets were heard.
    heard: Vec<(u64, &'static str)>,
    /// Where ours went.
    sent: Vec<(u64, Option<SocketAddr>)>,
}

impl Outcome {
    /// The share of a sender's packets in that time that was heard.
    fn heard(&self, of: &Sender, start: u64, end: u64) -> f64 {
        let sent = (of.time.0..of.time.1).step_by(of.every as usize).filter(|t| (start..end).contains(t)).count();
        let heard = self.heard.iter().filter(|(t, who)| *who == of.from && (start..end).contains(t)).count();
        heard as f64 / sent.max(1) as f64
    }

    /// The share of our packets in that time that went there.
    fn sent(&self, to: &str, start: u64, end: u64) -> f64 {
        let all: Vec<_> = self.sent.iter().filter(|(t, _)| (start..end).contains(t)).collect();
        all.iter().filter(|(_, there)| *there == Some(at(to))).count() as f64 / all.len().max(1) as f64
    }
}

fn run(mode: LatchMode, signalled: Option<&str>, senders: &[Sender], says: &[Say], until: u64) -> Outcome {
    let mut latch = Latch::new(mode, signalled.map(at));
    let receives = !says.iter().any(|say| matches!(say, Say::OnlyListens));
    latch.expect(Expectation::new([PCMU, 101], receives).most_bits(64_000));
    let mut outcome = Outcome { heard: Vec::new(), sent: Vec::new() };
    let start = MediaTime::from_millis(1_000_000);
    let due =
        |t: u64, from: u64, until: u64, every: u64| (from..until).contains(&t) && (t - from).is_multiple_of(every);
    for t in 0..until {
        let now = start + Duration::from_millis(t);
        for say in says {
            match *say {
                Say::Signal(when, address) if when == t => latch.signal(at(address)),
                Say::Rtcp(from, every, who) if due(t, from, until, every) => {
                    latch.note_presence(at(who), true, now);
                }
                Say::KeepAlive(from, every, who) if due(t, from, until, every) => {
                    latch.note_presence(at(who), false, now);
                }
                _ => {}
            }
        }
        for sender in senders.iter().filter(|s| due(t, s.time.0, s.time.1, s.every)) {
            let sequence = sender.first.wrapping_add(((t - sender.time.0) / sender.every) as u16);
            let header =
                RtpHeader { ssrc: sender.ssrc, sequence, payload_type: sender.payload_type, ..RtpHeader::default() };
            if latch.judge(at(sender.from), &header, sender.octets, now) != Verdict::Refused {
                outcome.heard.push((t, sender.from));
            }
        }
        if t.is_multiple_of(20) {
            outcome.sent.push((t, latch.remote(now)));
        }
    }
    outcome
}

/// A phone as it is: what is signalled, what it sends, where packets are to go at last (within 1.5 s of its first), and how much
/// of it is to be heard.
struct Phone {
    name: &'static str,
    signalled: Option<&'static str>,
    sends: Vec<Sender>,
    says: Vec<Say>,
    /// Where packets go from when on.
    goes: Vec<(u64, &'static str)>,
}

fn phones() -> Vec<Phone> {
    let phone = |name, signalled, sends, says, goes| Phone { name, signalled, sends, says, goes };
    let ssrc = from(A, 0, 1).ssrc;
    vec![
        phone("as signalled", Some(A), vec![from(A, 0, 9_000)], vec![], vec![(0, A)]),
        phone("nothing signalled", None, vec![from(A, 0, 9_000)], vec![], vec![(100, A)]),
        phone(
            "private address, translator",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 9_000)],
            vec![],
            vec![(100, A_OUTSIDE)],
        ),
        phone(
            "translator gives another port",
            Some(A),
            vec![from(A_OTHER_PORT, 0, 9_000)],
            vec![],
            vec![(100, A_OTHER_PORT)],
        ),
        phone(
            "public address that is not its own",
            Some(A),
            vec![from(A_OUTSIDE, 0, 9_000)],
            vec![],
            vec![(0, A), (960, A_OUTSIDE)],
        ),
        phone(
            "packets of 60 ms",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 9_000).every(60)],
            vec![],
            vec![(200, A_OUTSIDE)],
        ),
        phone("packets of 10 ms", Some(A), vec![from(A, 0, 9_000).every(10)], vec![], vec![(0, A)]),
        phone(
            "IPv6",
            Some("[2001:db8::7]:4000"),
            vec![from("[2001:db8::7]:4000", 0, 9_000)],
            vec![],
            vec![(0, "[2001:db8::7]:4000")],
        ),
        phone(
            "new mapping in mid-call",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 3_000).ssrc(ssrc).number(0), from(A_MOVED, 3_300, 9_000).ssrc(ssrc).number(165)],
            vec![],
            vec![(100, A_OUTSIDE), (3_360, A_MOVED)],
        ),
        phone(
            "restart with a new SSRC",
            Some(A),
            vec![from(A, 0, 3_000), from(A, 4_000, 9_000).ssrc(99).number(40_000)],
            vec![],
            vec![(0, A)],
        ),
        phone("only listens, signalled so", Some(A), vec![], vec![Say::OnlyListens], vec![(0, A)]),
        phone("only listens, with RTCP", Some(A), vec![], vec![Say::Rtcp(0, 5_000, "198.51.100.1:4001")], vec![(0, A)]),
        phone("only listens, with keep-alives", Some(A), vec![], vec![Say::KeepAlive(0, 1_000, A)], vec![(0, A)]),
        phone(
            "transfer to another phone",
            Some(A),
            vec![from(A, 0, 3_000), from(B, 3_500, 9_000)],
            vec![Say::Signal(3_000, B)],
            vec![(0, A), (3_000, B)],
        ),
        phone(
            "hold to a music server and back",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 2_000), from(B, 2_100, 5_000), from(A_OUTSIDE, 5_100, 9_000).ssrc(5)],
            vec![Say::Signal(2_000, B), Say::Signal(5_000, A_PRIVATE)],
            vec![(100, A_OUTSIDE), (2_000, B), (5_060, A_OUTSIDE)],
        ),
        phone(
            "early media of another server, then the answer",
            None,
            vec![from(B, 0, 3_000), from(A, 3_100, 9_000)],
            vec![Say::Signal(3_000, A)],
            vec![(100, B), (3_000, A)],
        ),
        phone(
            "media before the answer, behind a translator",
            None,
            vec![from(A_OUTSIDE, 0, 9_000)],
            vec![Say::Signal(3_000, A_PRIVATE)],
            vec![(100, A_OUTSIDE), (3_200, A_OUTSIDE)],
        ),
        phone(
            "forking: the second branch answers",
            Some(B),
            vec![from(B, 0, 3_200), from(A, 3_300, 9_000)],
            vec![Say::Signal(3_000, A)],
            vec![(0, B), (3_000, A)],
        ),
        phone(
            "muted for minutes (DTX)",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 3_000)],
            vec![],
            vec![(100, A_OUTSIDE)],
        ),
        phone(
            "WebRTC gateway: STUN first, then media from its other port",
            Some(A),
            vec![from(A_OTHER_PORT, 500, 9_000)],
            vec![Say::Rtcp(0, 1_000, A_OTHER_PORT)],
            vec![(0, A), (500, A), (560, A_OTHER_PORT)],
        ),
        phone(
            "wrong public port in each re-INVITE",
            Some(A),
            vec![from(A_OTHER_PORT, 0, 20_000)],
            vec![Say::Signal(3_000, "198.51.100.1:4002")],
            vec![(100, A_OTHER_PORT), (3_000, "198.51.100.1:4002"), (8_100, A_OTHER_PORT)],
        ),
        phone(
            "packets of 100 ms",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 9_000).packets_of(100)],
            vec![],
            vec![(400, A_OUTSIDE)],
        ),
        phone(
            "packets of 200 ms, from elsewhere",
            Some(A),
            vec![from(A_OUTSIDE, 0, 9_000).packets_of(200)],
            vec![],
            vec![(2_000, A_OUTSIDE)],
        ),
        phone(
            "descriptions of noise only",
            Some(A_PRIVATE),
            vec![from(A_OUTSIDE, 0, 9_000).of(CN).every(200)],
            vec![],
            vec![(4_000, A_OUTSIDE)],
        ),
    ]
}

/// Strangers. All but those of the last group begin when the phone is there.
fn strangers(start: u64) -> Vec<(&'static str, Vec<Sender>, Vec<Say>)> {
    let ssrc = from(A, 0, 1).ssrc;
    vec![
        ("nobody", vec![], vec![]),
        ("three packets", vec![from(X, start, start + 60)], vec![]),
        ("ten packets", vec![from(X, start, start + 200)], vec![]),
        ("one each 150 ms", vec![from(X, start, 9_000).every(150)], vec![]),
        ("another payload type", vec![from(X, start, 9_000).of(34)], vec![]),
        ("descriptions of noise", vec![from(X, start, 9_000).of(CN).every(100)], vec![]),
        ("RTCP only", vec![], vec![Say::Rtcp(start, 100, X)]),
        ("empty datagrams", vec![], vec![Say::KeepAlive(start, 100, X)]),
        ("SSRC guessed, numbers not", vec![from(X, start, 9_000).ssrc(ssrc).number(50_000)], vec![]),
        ("two in turn", vec![from(X, start, 9_000).every(150), from(Y, start + 70, 9_000).every(150)], vec![]),
    ]
}

#[test]
fn phones_as_they_are_are_heard_and_sent_to_whoever_else_sends() {
    for phone in phones() {
        // Before the phone (for a while), and beside it.
        for start in [0, 1_500] {
            for (stranger, sends, says) in strangers(start + 7) {
                // Who sends no more than descriptions of noise says less than who speaks.
                let muted = phone.sends.first().is_some_and(|sender| sender.payload_type == CN);
                if muted && sends.iter().any(|s| s.payload_type == PCMU && s.time.1 - s.time.0 > 300) {
                    continue;
                }
                let senders: Vec<_> = phone.sends.iter().copied().chain(sends).collect();
                let says: Vec<_> = phone.says.iter().copied().chain(says).collect();
                let outcome = run(LatchMode::Symmetric, phone.signalled, &senders, &says, 9_000);
                let name = format!("{} beside {stranger} from {start} ms", phone.name);
                for (n, &(since, to)) in phone.goes.iter().enumerate() {
                    let end = phone.goes.get(n + 1).map_or(9_000, |next| next.0);
                    let since = if stranger == "nobody" { since } else { (since + 300).min(end) };
                    let share = outcome.sent(to, since, end);
                    assert!(share > 0.95 || since + 100 >= end, "{name}: {share:.2} to {to} from {since} ms on");
                }
                for sender in &phone.sends {
                    let (begin, end) = (sender.time.0 + 400, sender.time.1.min(9_000));
                    let retired =
                        phone.says.iter().any(|say| matches!(say, Say::Signal(t, _) if (begin..end).contains(t)));
                    let share = outcome.heard(sender, begin, end);
                    assert!(share > 0.95 || retired || muted, "{name}: {share:.2} of {} heard", sender.from);
                }
            }
        }
    }
}

/// A phone behind its translator says no more by its address than any stranger: who was there before and is no phone makes room.
#[test]
fn who_came_before_a_phone_and_does_not_speak_makes_room() {
    let early = [
        ("three packets", from(X, 0, 60)),
        ("three packets just before", from(X, 930, 990)),
        ("forty packets", from(X, 0, 800)),
        ("one each 150 ms", from(X, 0, 60_000).every(150)),
        ("one each 100 ms", from(X, 0, 60_000).every(100)),
        ("one each second", from(X, 0, 60_000).every(1_000)),
        ("another payload type", from(X, 0, 1_900).of(34)),
        ("descriptions of noise", from(X, 0, 60_000).of(CN).every(100)),
    ];
    for (signalled, phone) in [(Some(A_PRIVATE), A_OUTSIDE), (None, A), (Some(A), A_OUTSIDE)] {
        for every in [10, 20, 30] {
            // A phone of 30 ms is not so much oftener than one each 100 ms.
            for (name, stranger) in
                early.into_iter().filter(|(_, s)| every < 30 || s.every != 100 || s.payload_type == CN)
            {
                let phone = from(phone, 1_000, 12_000).every(every);
                let outcome = run(LatchMode::Symmetric, signalled, &[stranger, phone], &[], 12_000);
                let name = format!("{name} before {} each {every} ms", phone.from);
                assert!(outcome.heard(&phone, 2_500, 12_000) > 0.99, "{name}");
                assert!(outcome.sent(phone.from, 3_700, 12_000) > 0.99, "{name}");
            }
        }
    }
}

/// Whoever has spoken is not pushed out by who speaks beside it, as often and as well as it may.
#[test]
fn a_flood_and_a_perfect_imitation_do_not_move_a_phone_that_came_first() {
    for phone in phones().iter().filter(|phone| phone.goes.len() == 1 && !phone.sends.is_empty()) {
        if phone.sends[0].payload_type == CN {
            continue;
        }
        for (stranger, sends) in
            [("a flood", from(X, 2_500, 9_000).every(1)), ("the right payload type", from(X, 2_500, 9_000))]
        {
            let senders: Vec<_> = phone.sends.iter().copied().chain([sends]).collect();
            let outcome = run(LatchMode::Symmetric, phone.signalled, &senders, &phone.says, 9_000);
            let to = phone.goes[0].1;
            assert!(outcome.sent(to, 2_500, 9_000) > 0.99, "{} beside {stranger}", phone.name);
            assert_eq!(outcome.heard(&sends, 0, 9_000), 0.0, "{} beside {stranger}", phone.name);
        }
    }
}

/// Case: 0, 2, 3, 10 stragglers, or the old stream without end; the new address sends nothing, later, or at once.
#[test]
fn after_a_new_address_the_old_stream_never_takes_it_back() {
    for stragglers in [0, 2, 3, 10, 5_000] {
        for begins in [60_000, 3_000, 4_500] {
            for old in [A, A_OTHER_PORT, A_OUTSIDE] {
                let senders = [from(old, 0, 3_000 + 20 * stragglers), from(B, begins, 60_000)];
                let outcome = run(LatchMode::Symmetric, Some(A), &senders, &[Say::Signal(3_000, B)], 20_000);
                let name = format!("{stragglers} stragglers of {old}, the new one from {begins} ms");
                assert!(outcome.sent(B, 3_000, 20_000) > 0.999, "{name}");
                assert_eq!(outcome.heard.iter().filter(|h| h.0 >= 3_000 && h.1 == old).count(), 0, "{name}");
                assert!(begins > 20_000 || outcome.heard(&senders[1], begins, 20_000) > 0.999, "{name}");
            }
        }
    }
}

#[test]
fn a_refresh_changes_nothing_and_hold_by_zero_forgets_nothing() {
    let says = [Say::Signal(2_000, A_PRIVATE), Say::Signal(3_000, "0.0.0.0:4000"), Say::Signal(4_000, A_PRIVATE)];
    let phone = from(A_OUTSIDE, 0, 6_000);
    let outcome = run(LatchMode::Symmetric, Some(A_PRIVATE), &[phone], &says, 6_000);
    assert!(outcome.heard(&phone, 0, 6_000) > 0.999);
    assert_eq!(outcome.sent(A_OUTSIDE, 100, 3_000), 1.0);
    assert!(outcome.sent.iter().filter(|s| (3_000..4_000).contains(&s.0)).all(|s| s.1.is_none()), "hold");
    assert_eq!(outcome.sent(A_OUTSIDE, 4_000, 6_000), 1.0);
}

/// What a forged sender gets: nothing beside a peer that can be reached, and a bounded time where only it was ever heard.
#[test]
fn how_much_goes_to_an_address_that_has_not_proven_itself() {
    for (signalled, seconds) in [(Some(A), 0), (Some(A_PRIVATE), 21), (None, 21)] {
        let outcome = run(LatchMode::Symmetric, signalled, &[from(X, 0, 100)], &[], 90_000);
        let went = outcome.sent.iter().filter(|s| s.1 == Some(at(X))).count();
        assert!(went <= seconds * 50, "{signalled:?}: {went} packets");
        assert!(outcome.sent.iter().skip(25 * 50).all(|s| s.1 == signalled.map(at)), "back to what is signalled");
    }
    // One that only listens behind its translator keeps it open.
    let outcome = run(LatchMode::Symmetric, Some(A_PRIVATE), &[], &[Say::KeepAlive(0, 15_000, A_OUTSIDE)], 300_000);
    assert_eq!(outcome.sent(A_OUTSIDE, 31_000, 300_000), 1.0);
}

#[test]
fn a_silent_phone_stays_the_peer() {
    for (signalled, phone) in [(Some(A), A), (Some(A), A_OTHER_PORT), (Some(A_PRIVATE), A_OUTSIDE), (None, A)] {
        let senders = [from(phone, 0, 4_000), from(X, 5_000, 200_000), from(phone, 200_000, 203_000).number(9_999)];
        let outcome = run(LatchMode::Symmetric, signalled, &senders, &[], 203_000);
        assert_eq!(outcome.heard.iter().filter(|h| h.1 == X).count(), 0, "{phone}");
        assert!(outcome.sent(phone, 1_000, 203_000) > 0.999, "{phone}");
        assert!(outcome.heard(&senders[2], 200_000, 203_000) > 0.999, "{phone}");
    }
}

#[test]
fn another_source_on_the_peers_host_is_heard_after_silence_but_sent_to_only_where_nothing_better_is_known() {
    let senders = [from(A, 0, 4_000), from(A_OTHER_PORT, 7_000, 12_000)];
    for (signalled, to) in [(Some(A), A), (None, A_OTHER_PORT)] {
        let outcome = run(LatchMode::Symmetric, signalled, &senders, &[], 12_000);
        assert!(outcome.heard(&senders[1], 7_100, 12_000) > 0.999);
        assert!(outcome.sent(to, 7_100, 12_000) > 0.999, "{signalled:?}");
    }
}

#[test]
fn a_stranger_who_came_first_loses_to_the_signalled_host() {
    for phone in [A, A_OTHER_PORT] {
        for stranger in [from(X, 0, 20_000), from(X, 0, 20_000).every(2)] {
            let senders = [stranger, from(phone, 10_000, 20_000)];
            let outcome = run(LatchMode::Symmetric, Some(A), &senders, &[], 20_000);
            assert!(outcome.heard(&senders[1], 10_100, 20_000) > 0.999, "{phone}");
            assert!(outcome.sent(phone, 10_100, 20_000) > 0.999, "{phone}");
            assert!(outcome.heard.iter().all(|h| h.0 < 10_100 || h.1 == phone), "{phone}");
        }
    }
}

/// RTCP of a phone that only listens ends what a stranger got before.
#[test]
fn a_sign_of_the_signalled_host_takes_packets_back() {
    let outcome = run(LatchMode::Symmetric, Some(A), &[from(X, 0, 20_000)], &[Say::Rtcp(5_000, 5_000, A)], 20_000);
    assert!(outcome.sent(X, 1_100, 5_000) > 0.99 && outcome.sent(A, 5_020, 20_000) > 0.99);
}

#[test]
fn spraying_from_many_addresses_keeps_nobody_out() {
    let sprayed: Vec<String> = (0..64).map(|n| format!("203.0.113.{}:5000", 100 + n)).collect();
    for (signalled, phone) in [(Some(A), A), (Some(A_PRIVATE), A_OUTSIDE), (None, A)] {
        let mut latch = Latch::new(LatchMode::Symmetric, signalled.map(at));
        latch.expect(Expectation::new([PCMU], true));
        let mut heard = 0;
        for n in 0..500u16 {
            let now = MediaTime::from_millis(1_000 + 20 * u64::from(n));
            for k in 0..8 {
                let source = usize::from(n) * 8 + k;
                let header = RtpHeader { ssrc: source as u32, sequence: n, ..RtpHeader::default() };
                latch.judge(at(&sprayed[source % 64]), &header, 160, now);
            }
            let header = RtpHeader { ssrc: 1, sequence: n, ..RtpHeader::default() };
            heard += u32::from(latch.judge(at(phone), &header, 160, now) != Verdict::Refused);
        }
        assert!(heard > 400, "{phone}: {heard}");
        assert_eq!(latch.remote(MediaTime::from_millis(11_000)), Some(at(phone)));
    }
}

#[test]
fn asymmetric_hears_the_source_and_sends_to_the_signalled_address() {
    let phone = from(A_OTHER_PORT, 0, 5_000);
    let outcome = run(LatchMode::Asymmetric, Some(A), &[phone, from(X, 2_500, 5_000)], &[], 5_000);
    assert_eq!((outcome.heard(&phone, 0, 5_000), outcome.sent(A, 0, 5_000)), (1.0, 1.0));
    let outcome = run(LatchMode::Asymmetric, None, &[phone], &[], 5_000);
    assert_eq!(outcome.sent(A_OTHER_PORT, 100, 5_000), 1.0, "nothing else is known");
}

#[test]
fn strict_takes_the_signalled_address_only() {
    let senders = [from(A, 0, 5_000), from(A_OTHER_PORT, 1_000, 5_000), from(X, 1_000, 5_000)];
    let outcome = run(LatchMode::Strict, Some(A), &senders, &[Say::Signal(3_000, B)], 5_000);
    assert!(outcome.heard.iter().all(|h| h.1 == A && h.0 < 3_000));
    assert_eq!((outcome.sent(A, 0, 3_000), outcome.sent(B, 3_000, 5_000)), (1.0, 1.0));
    let outcome = run(LatchMode::Strict, None, &senders, &[], 5_000);
    assert!(outcome.heard.is_empty() && outcome.sent.iter().all(|s| s.1.is_none()));
}

/// A forger who knows SSRC and number gains nothing while the peer is heard.
#[test]
fn the_peers_voice_keeps_its_stream() {
    let phone = from(A, 0, 9_000);
    let forger = from(X, 2_000, 9_000).ssrc(phone.ssrc).number(phone.first.wrapping_add(101));
    for signalled in [Some(A), None] {
        let outcome = run(LatchMode::Symmetric, signalled, &[phone, forger], &[], 9_000);
        assert_eq!((outcome.heard(&phone, 0, 9_000), outcome.heard(&forger, 0, 9_000)), (1.0, 0.0));
    }
}

#[test]
fn packets_out_of_sequence_and_ever_new_sources_are_not_sent_to() {
    let mut latch = Latch::new(LatchMode::Symmetric, None);
    let now = MediaTime::from_millis(1_000);
    for (n, sequence) in [1, 500, 9_000, 20_000, 41_000].into_iter().enumerate() {
        latch.judge(at(A), &RtpHeader { ssrc: 7, sequence, ..RtpHeader::default() }, 160, now);
        latch.judge(at(A), &RtpHeader { ssrc: n as u32 + 8, sequence, ..RtpHeader::default() }, 160, now);
    }
    assert_eq!(latch.remote(now), None);
    let verdicts = [10, 10, 12, 11, 13]
        .map(|sequence| latch.judge(at(A), &RtpHeader { ssrc: 7, sequence, ..RtpHeader::default() }, 160, now));
    assert_eq!(verdicts.last(), Some(&Verdict::Latched), "doubled and overtaken ones do not hinder: {verdicts:?}");
    assert_eq!(latch.remote(now), Some(at(A)));
}
