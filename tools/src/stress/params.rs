//! Control: what a session may be asked to be: all codecs, all settings, legal and not.

use super::codec::faithless;
use super::dice::Dice;
use super::rooms;
use super::waiting::Shared;
use media_core::codec::{OpusApplication, OpusBitrate, OpusSettings};
use media_core::integration::{KeepAlive, KeepAliveKind, LatchMode};
use media_core::processing::chain::{Choice, ProcessingParams};
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, Direction, DiscontinuousTransmission, MediaSessionParams, RedundancyFormat,
    RelayFormat, RelayParams, SendCodec, TelephoneEventFormat, Transport,
};
use media_core::types::{PortId, Ptime, SampleRate, StreamId};
use media_core::{AgentParams, MediaHandle};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Some format, one in `faith` of the embedder's that panics (0: none).
fn format(dice: &mut Dice, handle: &MediaHandle, faith: u64) -> AudioFormat {
    if faith > 0 && dice.once_in(faith) {
        return faithless(dice).unwrap_or_else(|_| AudioFormat::pcmu());
    }
    let all = handle.get_supported_codecs();
    dice.of(&all).cloned().unwrap_or_else(AudioFormat::pcmu)
}

/// Where packets go: to phones, and where `wild` to where none may.
pub fn remote(dice: &mut Dice, phones: &[SocketAddr], wild: bool) -> SocketAddr {
    match dice.below(8) {
        0 if wild => (Ipv4Addr::UNSPECIFIED, 4_000).into(),
        1 if wild => (Ipv4Addr::new(224, 0, 0, 1), 4_000).into(),
        2 if wild => (Ipv4Addr::LOCALHOST, 0).into(),
        3 if wild => (std::net::Ipv6Addr::LOCALHOST, 4_000).into(),
        _ => dice.of(phones).copied().unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 9).into()),
    }
}

pub fn direction(dice: &mut Dice) -> Direction {
    dice.one([Direction::SendReceive, Direction::SendOnly, Direction::ReceiveOnly, Direction::Inactive])
}

/// Some stages with their usual parameters.
pub fn processing(dice: &mut Dice) -> ProcessingParams {
    let mut params = ProcessingParams::default();
    let mut on = || dice.once_in(4);
    if on() {
        params.tones = Choice::Use(Default::default());
        params.call_progress = Choice::Use(Default::default());
    }
    if on() {
        params.aec = Choice::Use(Default::default());
    }
    if on() {
        params.ns = Choice::Use(Default::default());
    }
    if on() {
        params.vad = Choice::Use(Default::default());
    }
    if on() {
        params.barge_in = Some(Default::default());
    }
    if on() {
        params.amd = Some(Default::default());
    }
    if on() {
        params.agc = Choice::Use(Default::default());
    }
    if on() {
        params.compressor = Choice::Use(Default::default());
    }
    if on() {
        params.outward_agc = Choice::Use(Default::default());
    }
    params.digits_to_events = on();
    params
}

/// Packet times that a format has: those of L16 have to fit a datagram.
fn ptime(dice: &mut Dice, format: &AudioFormat, tick_ms: u32) -> u32 {
    let octets = if format.encoding() == "L16" { format.sample_rate().hz() / 500 } else { 1 };
    let longest = dice.one([20, 20, 40, 60]).min(1_400 / octets);
    (longest - longest % tick_ms).max(10)
}

/// What a session is asked to be, and whether nothing is wrong with that. One in `faith` has a codec that panics.
pub fn params(dice: &mut Dice, shared: &Shared, phones: &[SocketAddr], faith: u64) -> (MediaSessionParams, bool) {
    let (handle, size) = (&shared.handle, shared.size);
    if dice.once_in(10) {
        let rate = dice.one([SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000]);
        if dice.once_in(2) {
            let latency = [None, Some(Duration::from_millis(60)), Some(Duration::from_millis(200))];
            let agent =
                AgentParams::new(rate).latency(dice.one(latency)).backlog(Duration::from_secs(dice.one([1, 30])));
            return (MediaSessionParams::agent(agent.interrupted_by_digit(dice.once_in(2))), true);
        }
        return (MediaSessionParams::pcm(rate), true);
    }
    if !dice.once_in(5) && size.meets.is_some() || dice.once_in(6) {
        return (rooms::one_of_many(dice, phones, size.meets), true);
    }
    // Most may be so; of the others, whatever comes.
    let wild = dice.once_in(8);
    let mut format = format(dice, handle, faith);
    if !wild && !ptime(dice, &format, size.tick_ms).is_multiple_of(size.tick_ms) {
        format = AudioFormat::pcmu();
    }
    let clock = format.clock_rate();
    let number = format.payload_type();
    let mut params = MediaSessionParams::new(format.clone());
    if let Some(ptime) = Ptime::from_ms(if wild { dice.one([10, 30, 50]) } else { ptime(dice, &format, size.tick_ms) })
    {
        params = params.ptime(ptime);
    }
    let other = self::format(dice, handle, 0);
    if dice.once_in(3) && (wild || other.payload_type() != number) {
        params = params.also(other);
        params.send_codec = dice.one([SendCodec::First, SendCodec::FollowPeer]);
        if wild {
            params.send_codec = SendCodec::PayloadType(8);
        }
    }
    if dice.once_in(2) {
        params = params.telephone_events(TelephoneEventFormat::new(if wild { 0 } else { 101 }, clock));
    }
    let noise = dice.once_in(3) && (wild || clock == 8_000);
    if noise {
        params = params.comfort_noise(ComfortNoiseFormat::STATIC);
    }
    if dice.once_in(4) && (wild || noise) {
        params = params.discontinuous_transmission(DiscontinuousTransmission::default());
    }
    if dice.once_in(6) {
        let older = if wild { dice.below(6) } else { 1 + dice.below(4) };
        params = params.redundancy(RedundancyFormat::new(121, older as u8));
    }
    if dice.once_in(4) {
        params = params.direction(direction(dice));
    }
    if dice.once_in(2) {
        params = params.remote(remote(dice, phones, wild));
    }
    params.latch = dice.one([LatchMode::Symmetric, LatchMode::Symmetric, LatchMode::Asymmetric, LatchMode::Strict]);
    let second = Duration::from_secs(1 + dice.below(20));
    params.keep_alive = match dice.below(4) {
        0 => None,
        1 if wild => Some(KeepAlive::new(KeepAliveKind::Rtcp, second)),
        1 if noise => Some(KeepAlive::new(KeepAliveKind::ComfortNoise, second)),
        1 => Some(KeepAlive::new(KeepAliveKind::Empty, second)),
        _ => Some(KeepAlive::default()),
    };
    if dice.once_in(3) {
        params.processing = processing(dice);
    }
    if dice.once_in(if wild { 4 } else { 40 }) {
        params.transport = Transport::Bridge(PortId(dice.below(4) as u8));
    }
    let relays =
        if wild { 3 } else { size.relays as u64 / 2 }.min(3) * u64::from(params.transport == Transport::Socket || wild);
    for _ in 0..dice.below(relays) * u64::from(dice.once_in(3)) {
        let video = handle.get_video_capabilities();
        let format = video.first().map(|codec| RelayFormat::new(&codec.format));
        params = params.relay(match format {
            Some(format) if dice.once_in(2) => RelayParams::rtp([format]),
            _ => RelayParams::datagrams(),
        });
    }
    (params, !wild)
}

/// One of the streams that a session may have.
pub fn stream(dice: &mut Dice) -> StreamId {
    StreamId(dice.below(4) as u8)
}

/// How an Opus encoder is to work; some of it is out of range.
pub fn opus(dice: &mut Dice) -> OpusSettings {
    let settings = OpusSettings::session()
        .bitrate(dice.one([OpusBitrate::Bits(6_000), OpusBitrate::Bits(24_000), OpusBitrate::Bits(128_000)]))
        .application(dice.one([OpusApplication::Voip, OpusApplication::Voip, OpusApplication::Audio]))
        .complexity(dice.one([0, 5, 5, 11]))
        .inband_fec(dice.once_in(2))
        .expected_loss_percent(dice.one([0, 10]));
    settings.dtx(dice.once_in(3)).constant_bitrate(dice.once_in(3))
}
