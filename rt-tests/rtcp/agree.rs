//! Two sessions over a bad network: sender and receiver agree on loss, jitter and round trip.

use super::support::phone::{address, connect, done, pcmu};
use super::support::trunk::Trunk;
use super::{engine, known, talk};
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, RtcpParams};
use std::time::Duration;

/// With those parameters of both ends of the network.
pub fn trunk(params: MediaSessionParams) -> Trunk {
    Trunk::new(engine(MediaEngineConfig::default()), params.clone(), params)
}

#[test]
fn sender_and_receiver_agree_on_loss_jitter_and_round_trip() {
    for (loss, jitter_ms, delay_ms) in [(0.0, 0, 5), (0.05, 30, 60), (0.2, 60, 150)] {
        let mut trunk = trunk(MediaSessionParams::new(AudioFormat::pcma()).rtcp(RtcpParams::default()));
        trunk.engine.network.impairment.delay = Duration::from_millis(delay_ms);
        trunk.engine.network.impairment.jitter = Duration::from_millis(jitter_ms);
        trunk.engine.network.impairment.loss = loss;
        trunk.engine.network.impairment.burst = loss;
        let Trunk { engine, phone, near, far, .. } = &mut trunk;
        talk(engine, phone, 3_000, |_| true);
        // What was lost is known once something came behind it.
        engine.network.impairment = Default::default();
        talk(engine, phone, 600, |_| true);
        let (near, far) = (known(engine, near), known(engine, far));
        let remote = near.remote.expect("reports of the far end");
        assert_eq!(remote.lost, far.heard.lost, "{loss}");
        assert_eq!(far.heard.lost == 0, loss == 0.0, "{far:?}");
        if loss > 0.0 {
            let share = far.heard.lost as f64 / (far.heard.lost as f64 + far.heard.packets as f64);
            assert!((share / (loss * 3_000.0 / 3_600.0) - 1.0).abs() < 0.25, "{share} of {loss}");
        }
        // Both measured it, each by the other's answers; of the perfect network at the end it is next to nothing.
        for end in [&near, &far] {
            let trip = end.round_trip.expect("a round trip");
            assert!(trip < Duration::from_millis(11), "{trip:?}");
        }
        // Half the packets and no more are lost on the way back as well.
        let sent = far.remote_sent.expect("sender reports");
        assert!(sent.0 > 2_000 && sent.1 == sent.0 * 160, "{sent:?}");
    }
}

#[test]
fn a_round_trip_is_that_of_the_network() {
    let mut trunk = trunk(MediaSessionParams::new(AudioFormat::pcma()).rtcp(RtcpParams::default()));
    trunk.engine.network.impairment.delay = Duration::from_millis(150);
    talk(&mut trunk.engine, &mut trunk.phone, 1_000, |_| true);
    for session in [&trunk.near, &trunk.far] {
        let trip = known(&mut trunk.engine, session).round_trip.expect("a round trip").as_secs_f64() * 1e3;
        assert!((trip - 300.0).abs() < 0.1, "{trip}");
    }
}

/// Of one who only listens there are no sender reports to be answered: extended reports measure all the same.
#[test]
fn extended_reports_tell_how_good_it_is_and_measure_where_nothing_is_sent() {
    let mut trunk = trunk(MediaSessionParams::new(AudioFormat::pcma()).rtcp(RtcpParams::default().extended(true)));
    trunk.engine.network.impairment.delay = Duration::from_millis(40);
    trunk.engine.network.impairment.loss = 0.1;
    let Trunk { engine, phone, near, far, .. } = &mut trunk;
    talk(engine, phone, 2_000, |_| true);
    let (near, far) = (known(engine, near), known(engine, far));
    let metrics = near.remote_metrics.expect("VoIP metrics of the far end");
    assert!((18..36).contains(&metrics.loss_rate), "a tenth of 256: {metrics:?}");
    assert!(metrics.jitter_buffer_ms > 0 && metrics.gmin == 16, "{metrics:?}");
    let longest = MediaSessionParams::new(AudioFormat::pcma()).jitter.max_delay_ms;
    assert_eq!(metrics.jitter_buffer_absolute_maximum_ms, longest, "to be told by RFC 3611 section 4.7.7");
    for end in [near, far] {
        let trip = end.round_trip.expect("a round trip").as_secs_f64() * 1e3;
        assert!((trip - 80.0).abs() < 0.1, "{trip}");
    }
}

#[test]
fn a_peer_with_a_port_of_its_own_for_rtcp_is_answered_there() {
    let mut engine = engine(MediaEngineConfig::default());
    let (session, mut phone) = pcmu(&mut engine, 1);
    let own = std::net::SocketAddr::new(address(1).ip(), 5_123);
    let local = session.local_address().unwrap();
    let mut report = [0; 64];
    let octets =
        media_core::rtp::rtcp::RtcpWriter::new(&mut report).receiver_report(9, &[]).cname(9, b"x").finish().unwrap();
    let now = engine.now();
    engine.network.send(own, super::above(local), &report[..octets], now);
    talk(&mut engine, &mut phone, 600, |_| true);
    assert!(super::reports(&mut engine, own).len() >= 2);
    assert!(super::reports(&mut engine, super::above(phone.address)).is_empty());
    // It moves: reports follow RTP until RTCP shows where that is.
    let moved = std::net::SocketAddr::new(address(1).ip(), 6_000);
    done(&mut engine, session.set_remote(moved));
    engine.run_for(Duration::from_secs(10));
    assert!(!super::reports(&mut engine, super::above(moved)).is_empty());
}

/// A peer that names a time which no report of ours told measures nothing, whatever it names.
#[test]
fn a_round_trip_that_a_peer_makes_up_is_none() {
    use media_core::rtp::rtcp::{ReportBlock, RtcpWriter};
    let mut engine = engine(MediaEngineConfig::default());
    let (session, mut phone) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()).ssrc(0x51));
    talk(&mut engine, &mut phone, 400, |_| true);
    let rtcp_port = super::above(session.local_address().unwrap());
    for last in [1, 0x7fff_ffff, 0xdead_beef] {
        let block = ReportBlock { ssrc: 0x51, last_sender_report: last, ..ReportBlock::default() };
        let mut report = [0; 64];
        let octets = RtcpWriter::new(&mut report).receiver_report(9, &[block]).cname(9, b"x").finish().unwrap();
        let now = engine.now();
        engine.network.send(super::above(phone.address), rtcp_port, &report[..octets], now);
        engine.run_for(Duration::from_millis(50));
    }
    let known = known(&mut engine, &session);
    assert_eq!((known.reports_in, known.remote.is_some(), known.round_trip), (3, true, None));
}
