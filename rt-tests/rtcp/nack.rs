//! Generic NACKs (RFC 4585 section 6.2.1) in calls: what is asked for is sent again, bit for bit and within bounds; and it is asked
//! for what the jitter buffer can wait for.

use super::agree::trunk;
use super::support::phone::{Phone, connect, done, pcmu};
use super::support::trunk::Trunk;
use super::{above, engine, known, talk};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp::rtcp::RtcpWriter;
use media_core::{
    AudioFormat, JitterConfig, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, RtcpParams, RtcpStatistics,
};
use std::time::Duration;

fn nack() -> RtcpParams {
    RtcpParams::default().nack(true)
}

/// What a call over a network that loses 8 % of its packets had to conceal at the far end, in blocks of 10 ms, what else is known
/// there, and what the near end sent again.
fn lossy(rtcp: RtcpParams, delay_ms: u64) -> (u64, RtcpStatistics, RtcpStatistics) {
    let jitter = JitterConfig::new(8_000).min_delay_ms(120);
    let mut trunk = trunk(MediaSessionParams::new(AudioFormat::pcma()).rtcp(rtcp).jitter(jitter));
    let Trunk { engine, phone, near, far, .. } = &mut trunk;
    engine.network.impairment.delay = Duration::from_millis(delay_ms);
    // Until a round trip is known.
    talk(engine, phone, 750, |_| true);
    let before = done(engine, far.statistics()).concealed_blocks;
    engine.network.impairment.loss = 0.08;
    talk(engine, phone, 3_000, |_| true);
    engine.network.impairment.loss = 0.0;
    talk(engine, phone, 300, |_| true);
    let concealed = done(engine, far.statistics()).concealed_blocks - before;
    (concealed, known(engine, far), known(engine, near))
}

#[test]
fn concealment_falls_where_nacks_were_negotiated() {
    let (without, silent, _) = lossy(RtcpParams::default(), 20);
    let (with, far, near) = lossy(nack(), 20);
    // 240 packets of two blocks.
    assert!((380..=560).contains(&without), "{without}");
    assert_eq!((silent.nacks_out, silent.asked_for, silent.recovered), (0, 0, 0));
    assert!(with * 4 < without, "{with} {without}");
    assert!(far.recovered > 150 && far.recovered <= near.resent, "{far:?} {near:?}");
    assert!(far.nacks_out > 0 && near.nacks_in > 0 && near.not_resent == 0, "{far:?} {near:?}");
    // What came by asking for it is not lost.
    assert!(far.heard.lost < 40 && silent.heard.lost > 180, "{:?} {:?}", far.heard, silent.heard);
}

/// The other end takes it without a report before it.
#[test]
fn it_is_asked_for_alone_where_reduced_size_was_negotiated() {
    let (with, far, near) = lossy(nack().reduced_size(true), 20);
    assert!(with < 140 && far.recovered > 150, "{with} {far:?}");
    assert!(far.nacks_out > 0 && near.nacks_in > 0 && near.malformed == 0, "{far:?} {near:?}");
}

#[test]
fn nobody_asks_for_what_would_come_too_late() {
    let (with, far, near) = lossy(nack(), 80);
    assert!(with > 380, "{with}");
    assert_eq!((far.nacks_out, near.nacks_in, near.resent), (0, 0, 0));
}

/// A session that speaks to a phone what another says.
struct Spoken {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    other: Phone,
    /// What left, by datagram.
    sent: Vec<Vec<u8>>,
}

impl Spoken {
    /// For a second.
    fn new(rtcp: RtcpParams) -> Self {
        let mut engine = engine(MediaEngineConfig::default());
        let (session, phone) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp));
        let (b, other) = pcmu(&mut engine, 2);
        let bridge = engine.handle().bridge(&session, &b);
        done(&mut engine, bridge);
        let mut spoken = Self { engine, session, phone, other, sent: Vec::new() };
        spoken.goes_on(50);
        spoken
    }

    /// For so many packets; what came.
    fn goes_on(&mut self, packets: u32) -> Vec<Vec<u8>> {
        talk(&mut self.engine, &mut self.other, packets, |_| true);
        let came = std::iter::from_fn(|| self.engine.network.receive(self.phone.address));
        let came: Vec<_> = came.map(|datagram| datagram.octets).collect();
        let mut known: Vec<u16> = self.sent.iter().rev().take(50).map(|datagram| number(datagram)).collect();
        for datagram in &came {
            if !known.contains(&number(datagram)) {
                known.push(number(datagram));
                self.sent.push(datagram.clone());
            }
        }
        came
    }

    fn ssrc(&self) -> u32 {
        u32::from_be_bytes(self.sent[0][8..12].try_into().unwrap())
    }

    /// The phone asks for those packets of a source; which came within 100 ms.
    fn asks(&mut self, ssrc: u32, numbers: &[u16]) -> Vec<Vec<u8>> {
        let mut room = [0; 1_000];
        let writer = RtcpWriter::new(&mut room).receiver_report(9, &[]).cname(9, b"phone");
        let length = writer.nack(9, ssrc, numbers).finish().unwrap();
        let now = self.engine.now();
        self.engine.network.send(above(self.phone.address), above(self.phone.peer), &room[..length], now);
        let mut came = self.goes_on(5);
        came.retain(|datagram| numbers.contains(&number(datagram)));
        came
    }

    /// Of what was sent, the number of the one so many before the last.
    fn before_last(&self, n: usize) -> Vec<u8> {
        self.sent[self.sent.len() - 1 - n].clone()
    }
}

fn number(datagram: &[u8]) -> u16 {
    u16::from_be_bytes([datagram[2], datagram[3]])
}

#[test]
fn what_is_asked_for_is_sent_again_bit_for_bit_and_not_without_end() {
    let mut call = Spoken::new(nack());
    let ssrc = call.ssrc();
    let wanted = [7, 5, 2].map(|n| call.before_last(n));
    let numbers = wanted.each_ref().map(|datagram| number(datagram));
    for _ in 0..2 {
        assert_eq!(call.asks(ssrc, &numbers), wanted);
    }
    assert!(call.asks(ssrc, &numbers).is_empty(), "twice is enough");
    let first = number(&call.sent[0]);
    assert!(call.asks(ssrc, &[first]).is_empty(), "half a second and more is too old");
    let last = number(&call.before_last(0));
    assert!(call.asks(ssrc ^ 1, &[last]).is_empty(), "it is another's");
    let told = known(&mut call.engine, &call.session);
    assert_eq!((told.nacks_in, told.resent, told.not_resent), (5, 6, 1));
    // Nobody gets more than 16 at once.
    call.goes_on(50);
    let many: Vec<u16> = (0..22).rev().map(|n| number(&call.before_last(n))).collect();
    assert_eq!(call.asks(ssrc, &many).len(), 16);
    let after = known(&mut call.engine, &call.session);
    assert_eq!((after.resent - told.resent, after.not_resent - told.not_resent), (16, 6));
}

#[test]
fn nothing_is_sent_again_that_was_not_negotiated() {
    let mut call = Spoken::new(RtcpParams::default());
    let (ssrc, wanted) = (call.ssrc(), call.before_last(1));
    assert!(call.asks(ssrc, &[number(&wanted)]).is_empty());
    let told = known(&mut call.engine, &call.session);
    assert_eq!((told.nacks_in, told.resent), (1, 0));
    // An answer that brings them makes it so from then on.
    let answer = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(nack()).remote(call.phone.address);
    done(&mut call.engine, call.session.update(answer));
    call.goes_on(10);
    let wanted = call.before_last(1);
    assert_eq!(call.asks(ssrc, &[number(&wanted)]), [wanted]);
}
