//! The quality of calls, as their handles and events tell it.

mod support;

#[cfg(feature = "opus")]
#[path = "quality/adaptation.rs"]
mod adaptation;
#[path = "quality/redundancy.rs"]
mod redundancy;
#[path = "quality/transport_wide.rs"]
mod transport_wide;

use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::quality::QualityAspect;
use media_core::rtp::rtcp::{self, ExtendedBlock, RtcpPacket};
use media_core::{AudioFormat, EventKind, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, RtcpParams};
use std::time::Duration;
use support::phone::{Phone, connect, done, pcma};
use support::random::Random;

/// A phone in a bridge with one in A-law, so that its audio is decoded.
struct Call {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    /// The phone's own packets are lost so (Gilbert): a chance to begin and one to go on.
    runs: Option<(f64, f64)>,
    lost: bool,
    random: Random,
    _other: MediaSessionHandle,
}

impl Call {
    fn new() -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 3).unwrap();
        let params = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(RtcpParams::default().extended(true));
        let ((session, phone), (other, _)) = (connect(&mut engine, 1, params), pcma(&mut engine, 2));
        let bridge = engine.handle().bridge(&session, &other);
        done(&mut engine, bridge);
        Self { engine, session, phone, runs: None, lost: false, random: Random(5), _other: other }
    }

    /// Talks for so many seconds over a network of that kind; its sender's clock runs by so many ppm too fast.
    fn talk(&mut self, seconds: u64, impairment: Impairment, ppm: f64, mut octet: impl FnMut(usize) -> u8) {
        self.engine.network.impairment = impairment;
        let start = self.engine.now();
        let mut due = 0.0;
        let mut said = 0;
        while self.engine.now() < start + Duration::from_secs(seconds) {
            while start + Duration::from_secs_f64(due) <= self.engine.now() {
                let payload: Vec<u8> = (0..160).map(|n| octet(said + n)).collect();
                let chance = self.runs.map_or(0.0, |(begin, go_on)| if self.lost { go_on } else { begin });
                self.lost = (self.random.below(1_000_000) as f64) < chance * 1e6;
                if self.lost {
                    self.phone.next.sequence = self.phone.next.sequence.wrapping_add(1);
                    self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(160);
                    said += 160;
                    due += 0.02;
                    continue;
                }
                self.phone.send(&mut self.engine.network, start + Duration::from_secs_f64(due), &payload);
                said += 160;
                due += 0.02 / (1.0 + ppm * 1e-6);
            }
            self.engine.tick();
            self.phone.listen(&mut self.engine.network);
        }
    }
}

fn lossy(loss: f64, burst: f64) -> Impairment {
    Impairment { loss, burst, ..Impairment::default() }
}

#[test]
fn loss_is_of_its_interval_lowers_the_score_and_is_over_when_it_ends() {
    let mut call = Call::new();
    let events = call.engine.handle().subscribe();
    call.talk(20, Impairment::default(), 0.0, |_| 0x55);
    let clean = done(&mut call.engine, call.session.quality());
    let score = clean.last.unwrap().mos_cq.unwrap();
    assert!(score > 4.3 && clean.alerts.is_empty(), "{clean:?}");
    let whole = clean.overall.unwrap();
    assert!(whole.length > Duration::from_secs(15), "from the beginning of the call: {whole:?}");
    assert!(whole.received as f64 > whole.length.as_secs_f64() * 50.0 - 15.0, "{whole:?}");
    call.talk(30, lossy(0.1, 0.1), 0.0, |_| 0x55);
    let during = done(&mut call.engine, call.session.quality());
    let last = during.last.unwrap();
    assert!((last.loss - 0.1).abs() < 0.05 && last.mos_cq.unwrap() < score - 0.4, "{last:?}");
    assert!(during.alerts.contains(&QualityAspect::Loss), "{during:?}");
    call.talk(30, Impairment::default(), 0.0, |_| 0x55);
    let after = done(&mut call.engine, call.session.quality());
    assert_eq!((after.last.unwrap().loss, after.alerts.len()), (0.0, 0), "{after:?}");
    let overall = after.overall.unwrap();
    assert!((overall.loss - 0.1 * 30.0 / 80.0).abs() < 0.01, "{overall:?}");
    let told: Vec<_> = std::iter::from_fn(|| events.try_next())
        .filter_map(|event| match event.kind {
            EventKind::Quality(alert) if alert.aspect == QualityAspect::Loss => Some(alert.raised),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, false]);
}

#[test]
fn jitter_bursts_and_skew_are_recovered() {
    let mut call = Call::new();
    let jittery = Impairment { jitter: Duration::from_millis(40), ..Impairment::default() };
    call.talk(60, jittery, 0.0, |_| 0x55);
    let heard = done(&mut call.engine, call.session.statistics());
    // The mean difference of two that are uniform over 40 ms is a third of that.
    assert!((heard.jitter_us as f64 / 1e3 - 13.3).abs() < 4.0, "{}", heard.jitter_us);

    let ratio = |begin, go_on| {
        let mut call = Call::new();
        call.runs = Some((begin, go_on));
        call.talk(300, Impairment::default(), 0.0, |_| 0x55);
        let overall = done(&mut call.engine, call.session.quality()).overall.unwrap();
        (overall.burst_ratio, overall.loss)
    };
    let (by_chance, loss) = ratio(0.05, 0.05);
    assert!((by_chance - 1.0).abs() < 0.1 && (loss - 0.05).abs() < 0.01, "{by_chance} {loss}");
    // Runs of four on average; a share of 0.0526 is lost.
    let (together, loss) = ratio(0.05 / 3.8, 0.75);
    assert!((together - 4.0 * 0.95).abs() < 0.6 && (loss - 0.05).abs() < 0.015, "{together} {loss}");

    for ppm in [-200.0, 150.0] {
        let mut call = Call::new();
        call.talk(240, Impairment::default(), ppm, |_| 0x55);
        let heard = done(&mut call.engine, call.session.statistics());
        let found = heard.sender_fast_ppm as f64 - heard.sender_slow_ppm as f64;
        assert!((found - ppm).abs() < 15.0, "{found} for {ppm}");
    }
}

/// A tone of -20 dBov for a second of two over noise, in µ-law.
#[test]
fn levels_of_speech_and_noise_are_told() {
    let mut call = Call::new();
    let law = media_core::codec::Law::Mu;
    let mut encoder = media_core::codec::G711Encoder::new(law);
    let mut said = Vec::new();
    let mut state = 1u32;
    for n in 0..16_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Uniform noise of -60 dBov: an amplitude of 0.001 times the square root of three.
        let noise = (state >> 16) as f32 / 32_768.0 - 1.0;
        let tone = 0.1 * std::f32::consts::SQRT_2 * (n as f32 * 0.7).sin();
        said.push(noise * 0.001_73 + if n < 8_000 { tone } else { 0.0 });
    }
    let mut octets = vec![0; said.len()];
    media_core::codec::AudioEncoder::encode_into(&mut encoder, &said, &mut octets).unwrap();
    call.talk(30, Impairment::default(), 0.0, |n| octets[n % octets.len()]);
    let heard = done(&mut call.engine, call.session.statistics());
    assert!((18..=22).contains(&heard.speech_dbov), "{}", heard.speech_dbov);
    assert!((56..=64).contains(&heard.noise_dbov) && heard.clipped_blocks == 0, "{}", heard.noise_dbov);
    // And the peer is told the same, in dBm0, in extended reports (RFC 3611 section 4.7.4).
    let rtcp = std::net::SocketAddr::new(call.phone.address.ip(), call.phone.address.port() + 1);
    let reports: Vec<_> = std::iter::from_fn(|| call.engine.network.receive(rtcp)).collect();
    let metrics = reports.iter().rev().flat_map(|report| rtcp::read(&report.octets)).find_map(|packet| match packet {
        Ok(RtcpPacket::Extended { mut blocks, .. }) => blocks.find_map(|block| match block {
            ExtendedBlock::VoipMetrics(metrics) => Some(metrics),
            _ => None,
        }),
        _ => None,
    });
    let metrics = metrics.expect("VoIP metrics");
    let dbm0 = |dbov: u64| 3 - dbov as i16;
    assert!((i16::from(metrics.signal_level) - dbm0(heard.speech_dbov)).abs() <= 1, "{metrics:?}");
    // Of some seconds before: in a second of speech the noise is followed by 5 dB.
    assert!((i16::from(metrics.noise_level) - dbm0(heard.noise_dbov)).abs() <= 6, "{metrics:?}");
    assert!(metrics.mos_lq().is_some_and(|mos| mos > 4.2) && metrics.end_system_delay_ms > 0, "{metrics:?}");
    // Nothing is decoded for a session that nobody hears: there is no level.
    let (alone, _) = connect(&mut call.engine, 3, MediaSessionParams::new(AudioFormat::pcmu()));
    assert_eq!(done(&mut call.engine, alone.statistics()).speech_dbov, 0);
}

/// The figures of a leg: a packet each 20 ms is 50.0 a second, and one of which no packet was ever good has its counts too.
#[test]
fn rates_are_exact_and_a_leg_that_was_never_heard_has_figures() {
    let mut call = Call::new();
    let (silent, mut stranger) = connect(&mut call.engine, 3, MediaSessionParams::new(AudioFormat::pcmu()));
    for _ in 0..100 {
        let now = call.engine.now();
        // Keep-alives without payload, of the session's own type.
        stranger.send(&mut call.engine.network, now, &[]);
        stranger.next.timestamp = stranger.next.timestamp.wrapping_add(160);
        call.engine.run_for(Duration::from_millis(20));
    }
    call.talk(12, Impairment::default(), 0.0, |_| 0x55);
    let rows = call.engine.handle().snapshot().legs.clone();
    let row = rows.iter().find(|row| row.session == call.session.id().index()).expect("a row");
    assert!((row.packets_in_s - 50.0).abs() < 0.05 && (row.packets_out_s - 50.0).abs() < 0.05, "{row:?}");
    let path = format!("/session/{}/empty_packets", silent.id().index());
    let page = call.engine.handle().gauges(&media_core::telemetry::GaugeQuery::new(&path));
    assert_eq!(page.gauges, [(path, 100)]);
}

#[test]
fn a_setting_out_of_range_is_refused_by_name() {
    let thresholds = media_core::quality::QualityThresholds::default().jitter_ms(f64::NAN);
    let error = VirtualEngine::new(MediaEngineConfig::default().quality_thresholds(thresholds), 1).unwrap_err();
    assert_eq!(error.to_string(), "quality_thresholds.jitter_ms = NaN: must be 0 to 60000");
    let error = VirtualEngine::new(MediaEngineConfig::default().quality_interval_s(0), 1).unwrap_err().to_string();
    assert_eq!(error, "quality_interval_s = 0: must be 1 to 60");
}
