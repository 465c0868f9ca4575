//! A session of several codecs with telephone events of several clock rates, through its handle on virtual time: digits are
//! told once under each payload type of the answer, whichever codec is sent; a press or digits under way go on over a change;
//! what is sent follows the peer where that is asked for.

#![cfg(all(target_os = "linux", target_env = "gnu", feature = "opus"))]

mod support;

use media_core::MediaSessionHandle;
use media_core::codec::CodecManager;
use media_core::codec::audio::dtmf::{EventClock, EventReceiver, EventSender, TelephoneEvent};
use media_core::codec::negotiation::{NegotiationRules, negotiate};
use media_core::codec::{CapabilityList, CodecCapability};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp::RtpHeader;
use media_core::session::{AnsweredFormat, AudioFormat, MediaSessionParams, SendCodec, TelephoneEventFormat};
use media_core::types::Ptime;
use support::endpoint::{Endpoint, codec, tone, tone_snr};
use support::phone::{Phone, connect, done};

const OPUS: u8 = 96;

/// Payload type of the audio, its clock, payload type of the events, clock of their timestamps.
type Way = (u8, u32, u8, u32);
const NARROW: Way = (0, 8_000, 101, 8_000);
const OPUS_WAY: Way = (OPUS, 48_000, 102, 48_000);
/// Events of a clock rate that no codec has.
const WIDE: Way = (0, 8_000, 103, 16_000);

fn params() -> MediaSessionParams {
    let mut opus = AnsweredFormat::new(AudioFormat::opus());
    opus.telephone_events = Some(TelephoneEventFormat::new(102, 48_000));
    MediaSessionParams::new(AudioFormat::pcmu())
        .also(opus)
        .telephone_events(TelephoneEventFormat::new(101, 8_000))
        .also_telephone_events(TelephoneEventFormat::new(103, 16_000))
}

struct Call {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    partner: Endpoint,
}

impl Call {
    fn new(params: MediaSessionParams) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 5).unwrap();
        let (session, phone) = connect(&mut engine, 1, params);
        let events = TelephoneEventFormat::new(101, 8_000);
        let other = MediaSessionParams::new(AudioFormat::pcma()).telephone_events(events);
        let partner = Endpoint::with(&mut engine, 2, other, Ptime::MS20);
        let pending = engine.handle().bridge(&session, &partner.session);
        done(&mut engine, pending);
        Self { engine, session, phone, partner }
    }

    /// A packet's time: the phone sends `payload`, the partner speaks.
    fn packet(&mut self, header: RtpHeader, payload: &[u8]) {
        let now = self.engine.now();
        self.phone.post(&mut self.engine.network, now, header, payload);
        self.phone.next.sequence = self.phone.next.sequence.wrapping_add(1);
        let say = tone(self.partner.format.sample_rate());
        for _ in 0..2 {
            let now = self.engine.now();
            self.partner.speak(&mut self.engine.network, now, &say);
            self.engine.tick();
            self.phone.listen(&mut self.engine.network);
            self.partner.phone.listen(&mut self.engine.network);
        }
    }

    /// `packets` of near silence in the audio of that way.
    fn quiet(&mut self, (payload_type, clock, ..): Way, packets: usize) {
        let silent = if payload_type == OPUS { vec![0xf8, 0xff, 0xfe] } else { vec![0xff; 160] };
        for _ in 0..packets {
            let header = RtpHeader { payload_type, ..self.phone.next };
            self.packet(header, &silent);
            self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(clock / 50);
        }
    }

    /// A press of 100 ms and a pause, with `meanwhile` done 60 ms after it began.
    fn press(&mut self, way: Way, digit: char, meanwhile: impl FnOnce(&mut Self)) {
        let (_, clock, payload_type, own) = way;
        let event = EventClock::new(own);
        let mut sender = EventSender::new(event, 20);
        sender.send(TelephoneEvent::from_char(digit).unwrap(), 100, 10).unwrap();
        let mut meanwhile = Some(meanwhile);
        for n in 0u32.. {
            let Some(packet) = sender.poll(n * own / 50) else { break };
            let timestamp = self.phone.next.timestamp.wrapping_add(packet.timestamp);
            let header = RtpHeader { payload_type, timestamp, marker: packet.marker, ..self.phone.next };
            self.packet(header, &packet.payload);
            if n == 2 {
                meanwhile.take().unwrap()(self);
            }
        }
        self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(clock / 50 * 8);
        self.quiet(way, 10);
    }

    fn send(&mut self, codec: SendCodec) {
        let pending = self.session.set_send_codec(codec);
        done(&mut self.engine, pending);
    }

    fn digits(&mut self) -> String {
        let pending = self.session.take_digits();
        let digits = done(&mut self.engine, pending);
        assert!(digits.iter().all(|digit| !digit.end_lost && (80..=120).contains(&digit.duration_ms)), "{digits:?}");
        digits.iter().map(|digit| digit.event.as_char()).collect()
    }
}

/// Digits in packets of that payload type, each told once.
fn pressed(packets: &[support::phone::Packet], payload_type: u8, clock: u32) -> String {
    let mut receiver = EventReceiver::new(EventClock::new(clock));
    let mut digits = String::new();
    for packet in packets.iter().filter(|packet| packet.header.payload_type == payload_type) {
        let (header, at) = (packet.header, packet.at);
        let notices = receiver.receive(header.timestamp, header.marker, &packet.payload, at).unwrap();
        use media_core::codec::audio::dtmf::EventNotice::Started;
        digits.extend(notices.iter().filter_map(|n| match n {
            Started { event, .. } => Some(event.as_char()),
            _ => None,
        }));
    }
    digits
}

#[test]
fn digits_are_told_under_each_event_type_whichever_codec_is_sent() {
    let mut call = Call::new(params());
    call.quiet(NARROW, 20);
    for codec in [SendCodec::First, SendCodec::PayloadType(OPUS), SendCodec::FollowPeer, SendCodec::First] {
        call.send(codec);
        for (way, digit) in [(NARROW, '1'), (OPUS_WAY, '2'), (WIDE, '3')] {
            call.press(way, digit, |_| ());
        }
        assert_eq!(call.digits(), "123", "{codec:?}");
    }
    assert_eq!(pressed(&call.partner.phone.got, 101, 8_000), "123123123123", "each was passed on once");
    let statistics = call.session.statistics();
    let statistics = done(&mut call.engine, statistics);
    assert_eq!((statistics.unknown_payload_type, statistics.bad_payload), (0, 0));
}

#[test]
fn a_press_under_way_goes_on_over_a_change_of_what_is_sent() {
    let mut call = Call::new(params());
    call.quiet(NARROW, 20);
    for (digit, codec) in [('4', SendCodec::PayloadType(OPUS)), ('5', SendCodec::First), ('6', SendCodec::FollowPeer)] {
        call.press(NARROW, digit, |call| call.send(codec));
    }
    // And over a renegotiation that brings other events.
    call.press(NARROW, '7', |call| {
        let further = params().also_telephone_events(TelephoneEventFormat::new(104, 32_000));
        let pending = call.session.update(further);
        done(&mut call.engine, pending);
    });
    assert_eq!(call.digits(), "4567");
    assert_eq!(pressed(&call.partner.phone.got, 101, 8_000), "4567");
}

#[test]
fn digits_to_be_sent_go_on_over_a_change_of_what_is_sent() {
    let mut call = Call::new(params());
    call.quiet(NARROW, 20);
    let _unawaited = call.session.send_digits("123456", 100);
    // In the pause after the second digit.
    call.quiet(NARROW, 15);
    call.send(SendCodec::PayloadType(OPUS));
    call.quiet(NARROW, 60);
    let before = pressed(&call.phone.got, 101, 8_000);
    let after = pressed(&call.phone.got, 102, 48_000);
    assert!(!before.is_empty() && !after.is_empty(), "{before} {after}");
    assert_eq!(before + &after, "123456");
}

#[test]
fn all_events_of_an_answer_are_taken() {
    let list = |wide: bool| {
        let mut codecs = vec![
            CodecCapability::static_type(0).unwrap(),
            CodecCapability::rtpmap(101, "telephone-event/8000").unwrap(),
            CodecCapability::rtpmap(103, "telephone-event/16000").unwrap(),
        ];
        codecs.truncate(if wide { 3 } else { 2 });
        CapabilityList::audio(codecs)
    };
    for (wide, told) in [(true, "89"), (false, "8")] {
        let result = negotiate(&list(true), &list(wide), &NegotiationRules::answerer()).unwrap();
        let mut call = Call::new(MediaSessionParams::negotiated(&CodecManager::default(), &result).unwrap());
        call.quiet(NARROW, 20);
        call.press(NARROW, '8', |_| ());
        call.press(WIDE, '9', |_| ());
        assert_eq!(call.digits(), told);
    }
}

#[test]
fn what_is_sent_follows_the_peer_passed_on_and_recoded() {
    // The partner has A-law: recoded. Or the same two formats: passed on.
    for partner in [MediaSessionParams::new(AudioFormat::pcma()), params().send_codec(SendCodec::FollowPeer)] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(4usize), 5).unwrap();
        let (session, mut phone) = connect(&mut engine, 1, params().send_codec(SendCodec::FollowPeer));
        let mut partner = Endpoint::with(&mut engine, 2, partner, Ptime::MS20);
        let pending = engine.handle().bridge(&session, &partner.session);
        done(&mut engine, pending);
        for format in [AudioFormat::pcmu(), AudioFormat::opus(), AudioFormat::pcmu()] {
            let (mut encoder, mut decoder) = codec(&format, Ptime::MS20);
            let (samples, say) = (2 * format.sample_rate().block_samples(), tone(format.sample_rate()));
            for packet in 0..100 {
                let now = engine.now();
                let pcm: Vec<f32> = (packet * samples..(packet + 1) * samples).map(&say).collect();
                let mut payload = vec![0; 1_500];
                use media_core::codec::AudioEncoder;
                let octets = encoder.encode_into(&pcm, &mut payload).unwrap();
                phone.next.payload_type = format.payload_type();
                phone.post(&mut engine.network, now, phone.next, &payload[..octets]);
                phone.next.sequence = phone.next.sequence.wrapping_add(1);
                phone.next.timestamp = phone.next.timestamp.wrapping_add(format.clock_rate() / 50);
                for _ in 0..2 {
                    let now = engine.now();
                    let say = tone(partner.format.sample_rate());
                    partner.speak(&mut engine.network, now, say);
                    engine.tick();
                    phone.listen(&mut engine.network);
                    partner.phone.listen(&mut engine.network);
                }
                if packet == 39 {
                    phone.got.clear();
                    partner.phone.got.clear();
                }
            }
            // It hears the partner in the codec that it sends, and nothing else.
            assert!(phone.got.len() >= 58, "{format}: {}", phone.got.len());
            let mut heard = Vec::new();
            for packet in &phone.got {
                assert_eq!(packet.header.payload_type, format.payload_type());
                use media_core::codec::AudioDecoder;
                let mut pcm = vec![0.0; 960];
                let samples = decoder.decode_into(&packet.payload, &mut pcm).unwrap();
                heard.extend_from_slice(&pcm[..samples]);
            }
            let snr = tone_snr(&heard[heard.len() / 4..], format.sample_rate(), 1_013.0);
            assert!(snr > 25.0, "{format}: {snr} dB");
            assert!(partner.phone.got.len() >= 58, "the partner hears it: {}", partner.phone.got.len());
        }
    }
}
