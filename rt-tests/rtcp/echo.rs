//! The echo that a party hears of itself, as its reports tell it (RFC 3611 section 4.7.4): that of whom it is connected with.

use super::support::speech::voice;
use super::{above, done, engine, reports};
use media_core::codec::Law;
use media_core::engine::virtual_engine::{Party, VirtualEngine};
use media_core::processing::audio::aec::AecParams;
use media_core::processing::chain::ProcessingParams;
use media_core::rtp::rtcp::{ExtendedBlock, RtcpPacket};
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, RtcpParams};
use std::net::SocketAddr;
use std::time::Duration;

/// One who speaks, bridged with one whose loudspeaker is 12 dB from its microphone, 40 ms behind.
struct Call {
    engine: VirtualEngine,
    sessions: [MediaSessionHandle; 2],
    parties: [Party; 2],
    addresses: [SocketAddr; 2],
    said: Vec<f32>,
}

impl Call {
    /// With a canceller on those legs.
    fn new(cancels: [bool; 2]) -> Self {
        let mut engine = engine(MediaEngineConfig::default().quality_interval_s(1));
        let addresses = [1, 2].map(|n| SocketAddr::from(([10, 0, 0, n], 4000)));
        let rtcp = RtcpParams::default().extended(true).interval(Duration::from_millis(500));
        let mut begin = |n: usize| {
            let mut params = MediaSessionParams::new(AudioFormat::pcmu()).remote(addresses[n]).rtcp(rtcp);
            let mut processing = ProcessingParams::default();
            if cancels[n] {
                processing.aec = AecParams::default().into();
            }
            params.processing = processing;
            let pending = engine.handle().create_media_session(&*format!("dialog-{n}"), params);
            let session = done(&mut engine, pending);
            let party = Party::new(addresses[n], session.local_address().unwrap(), Law::Mu, 0x1000 + n as u32);
            (session, party)
        };
        let ((a, one), (b, two)) = (begin(0), begin(1));
        let bridge = engine.handle().bridge(&a, &b);
        done(&mut engine, bridge);
        Self { engine, sessions: [a, b], parties: [one, two], addresses, said: voice(1, 12.0) }
    }

    /// The residual echo return losses that the first party was told in that time.
    fn run(&mut self, seconds: f64) -> Vec<u8> {
        for _ in 0..(seconds * 100.0) as usize {
            let now = self.engine.now();
            self.parties[0].step(&mut self.engine.network, now, &self.said);
            self.parties[1].listen(&mut self.engine.network);
            let (heard, already) = (self.parties[1].heard(), self.parties[1].said());
            let mut speech = vec![0.0; already];
            let sample = |n: usize| n.checked_sub(320).and_then(|n| heard.get(n)).copied().unwrap_or(0.0);
            speech.extend((already..already + 160).map(|n| 0.25 * sample(n)));
            self.parties[1].speak(&mut self.engine.network, now, &speech);
            self.engine.tick();
        }
        let reports = reports(&mut self.engine, above(self.addresses[0]));
        let mut told = Vec::new();
        for (_, datagram) in &reports {
            for packet in super::packets(datagram) {
                let RtcpPacket::Extended { blocks, .. } = packet else { continue };
                told.extend(blocks.filter_map(|block| match block {
                    ExtendedBlock::VoipMetrics(metrics) => Some(metrics.residual_echo_return_loss),
                    _ => None,
                }));
            }
        }
        told
    }
}

#[test]
fn a_party_is_told_of_the_echo_that_it_hears_of_itself() {
    let mut call = Call::new([false, true]);
    let told = call.run(8.0);
    let pending = call.sessions[1].processing_metrics();
    let echo = done(&mut call.engine, pending).echo.unwrap();
    // 12 dB by the way through the air, and what the canceller of that leg takes out.
    let (erl, last) = (echo.erl_db.unwrap(), *told.last().unwrap());
    assert!((erl - 12.0).abs() < 2.5, "{echo:?}");
    assert_eq!(told[0], 127, "before anything is known: {told:?}");
    assert!((30..=90).contains(&last), "{told:?} {echo:?}");
    assert!((f32::from(last) - erl - echo.erle_db).abs() < 12.0, "{told:?} {echo:?}");
    // It is nobody's any more.
    let apart = call.engine.handle().unbridge(&call.sessions[0]);
    done(&mut call.engine, apart);
    assert_eq!(call.run(3.0).last(), Some(&127));
}

/// A canceller on the party's own leg is for what the other hears; where there is none nothing is known.
#[test]
fn who_has_no_canceller_on_the_other_leg_is_told_nothing() {
    for cancels in [[false, false], [true, false]] {
        let told = Call::new(cancels).run(6.0);
        assert!(told.len() > 4 && told.iter().all(|loss| *loss == 127), "{cancels:?}: {told:?}");
    }
}
