//! Control: the lines of a call with known numbers.

use super::*;
use crate::quality::{QualityMonitor, QualitySample, QualityThresholds};

#[test]
fn the_lines_have_the_numbers_of_the_call() {
    let mut leg = SessionStatistics::default();
    (leg.packets_in, leg.octets_in, leg.packets_out, leg.octets_out) = (950, 152_000, 1_000, 160_000);
    (leg.lost, leg.late, leg.packet_us, leg.target_us, leg.buffer_us) = (50, 10, 20_000, 60_000, 40_000);
    (leg.gap_packets, leg.bursts, leg.burst_packets, leg.burst_losses, leg.losses_in_row) = (900, 5, 50, 10, 35);
    (leg.speech_dbov, leg.noise_dbov) = (21, 58);
    let rtcp = RtcpStatistics { round_trip: Some(Duration::from_millis(120)), ..RtcpStatistics::default() };
    let mut monitor = QualityMonitor::new(QualityThresholds::default());
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    monitor.add(sample);
    (sample.at, sample.received, sample.lost, sample.jitter_ms) = (Duration::from_secs(20), 950, 50, 7.5);
    monitor.add(sample);
    let quality = monitor.report();
    let summary = QualitySummary::new(Duration::from_secs(20), &leg, &rtcp, &quality);
    assert_eq!(summary.p_rtp_stat(), "PS=1000,OS=160000,PR=950,OR=152000,PL=50,JI=8,LA=60,DU=20");
    assert!(
        summary
            .rtp_rx_stat()
            .starts_with("Dur=20,Pkt=950,Oct=152000,LatePkt=10,LostPkt=50,AvgJit=7.500000,VQMetrics=\"MLQK=")
    );
    assert_eq!(summary.rtp_tx_stat(), "Dur=20,Pkt=1000,Oct=160000");
    let lines = summary.vq_local_metrics();
    let begins = [
        "JitterBuffer:JBA=3 JBN=60 JBM=60",
        "PacketLoss:NLR=5.0 JDR=1.0",
        "BurstGapLoss:BLD=",
        "Delay:RTD=120 ESD=40 IAJ=8",
    ];
    let begins = begins.into_iter().chain(["Signal:SL=-18 NL=-55", "QualityEst:RCQ="]);
    for (line, begin) in lines.split_terminator("\r\n").zip(begins) {
        assert!(line.starts_with(begin), "{lines}");
    }
    assert_eq!(lines.matches("\r\n").count(), 6);
    // What is not known is not there.
    let (rtcp, quality) = (RtcpStatistics::default(), QualityReport::default());
    let silent = SessionStatistics::default();
    let lines = QualitySummary::new(Duration::ZERO, &silent, &rtcp, &quality).vq_local_metrics();
    assert!(!lines.contains("RTD") && !lines.contains("Signal") && !lines.contains("QualityEst"), "{lines}");
}
