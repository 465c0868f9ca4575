//! Pure: settings of ours as libopus takes them.

#[cfg(feature = "opus-dred")]
use super::settings::MOST_DRED_MS;
use super::state::{AUTO, BITRATE_MAX, Request, request};
use super::{OpusApplication, OpusBandwidth, OpusBitrate, OpusSettings};
use crate::types::SampleRate;

/// What is requested of an encoder, but for its application.
pub(super) fn values(s: OpusSettings, rate: SampleRate, low_complexity: bool) -> impl Iterator<Item = (Request, i32)> {
    let bitrate = match s.bitrate {
        OpusBitrate::Auto => AUTO,
        OpusBitrate::Bits(rate) => rate.clamp(6_000, 510_000) as i32,
        OpusBitrate::Max => BITRATE_MAX,
    };
    let values = [
        (request::BITRATE, bitrate),
        (request::COMPLEXITY, if low_complexity { 0 } else { i32::from(s.complexity.min(10)) }),
        (request::VBR, i32::from(!s.constant_bitrate)),
        (request::INBAND_FEC, i32::from(s.inband_fec)),
        (request::PACKET_LOSS_PERC, expected_loss(s)),
        (request::DTX, i32::from(s.dtx)),
        (request::MAX_BANDWIDTH, bandwidth(s.max_bandwidth)),
    ];
    #[cfg(feature = "opus-dred")]
    let dred = Some((request::DRED_DURATION, dred_duration(s, rate, low_complexity)));
    #[cfg(not(feature = "opus-dred"))]
    let (dred, _) = (None, rate);
    values.into_iter().chain(dred)
}

/// The packet loss that libopus is to reckon with. Up to 5 % it sends no FEC where the bit rate is too low for it at the
/// present bandwidth; above, it lowers the bandwidth instead (`decide_fec` of `opus_encoder.c`). Whoever asks for FEC and
/// expects loss wants the latter.
fn expected_loss(settings: OpusSettings) -> i32 {
    const BEFORE_BANDWIDTH: u8 = 6;
    match settings.expected_loss_percent.min(100) {
        loss @ 1.. if settings.inband_fec => i32::from(loss.max(BEFORE_BANDWIDTH)),
        loss => i32::from(loss),
    }
}

/// Deep Redundancy in units of 10 ms: none with the least effort, as it costs a quarter of all the rest, and none
/// below 16 kHz, where decoders pass over it. For little loss libopus has no bits for it, but would make its features all the same.
#[cfg(feature = "opus-dred")]
fn dred_duration(settings: OpusSettings, rate: SampleRate, low_complexity: bool) -> i32 {
    const LITTLE: u8 = 5;
    let heard = settings.max_bandwidth.min(OpusBandwidth::of_rate(rate.hz())) >= OpusBandwidth::Wideband;
    if settings.expected_loss_percent > LITTLE && heard && !low_complexity {
        i32::from(settings.dred_ms.min(MOST_DRED_MS) / 10)
    } else {
        0
    }
}

/// `OPUS_APPLICATION_…`.
pub(super) fn application(application: OpusApplication) -> i32 {
    match application {
        OpusApplication::Voip => 2_048,
        OpusApplication::Audio => 2_049,
        OpusApplication::RestrictedLowdelay => 2_051,
    }
}

/// `OPUS_BANDWIDTH_…`.
pub(super) fn bandwidth(bandwidth: OpusBandwidth) -> i32 {
    1_101 + bandwidth as i32
}
