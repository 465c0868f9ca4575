//! Pure: intervals are of their own time, and what is told does not flap.

use super::*;
use std::time::Duration;

fn after(sample: &mut QualitySample, received: u64, lost: u64) -> QualitySample {
    sample.at += Duration::from_secs(5);
    (sample.received, sample.lost) = (sample.received + received, sample.lost + lost);
    *sample
}

#[test]
fn scores_fall_with_loss_and_with_delay_and_recover_in_the_next_interval() {
    let mut monitor = QualityMonitor::new(QualityThresholds::default());
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    monitor.add(sample);
    let mut scores = Vec::new();
    for (lost, trip) in [(0, 40.0), (25, 40.0), (0, 40.0), (0, 900.0), (0, 40.0)] {
        sample.round_trip_ms = Some(trip);
        monitor.add(after(&mut sample, 250 - lost, lost));
        let last = monitor.last().unwrap();
        scores.push((last.mos_cq.unwrap(), last.mos_lq.unwrap()));
    }
    let [clean, lossy, again, slow, end] = scores[..] else { panic!() };
    assert!(clean.0 > 4.3 && lossy.0 < 3.6 && lossy.1 < 3.7, "{scores:?}");
    assert_eq!((again, end), (clean, clean));
    assert!(slow.0 < 3.6 && (slow.1 - clean.1).abs() < 1e-9, "delay is of conversation only: {slow:?}");
    let overall = monitor.report().overall.unwrap();
    let mean = scores.iter().map(|score| score.0).sum::<f64>() / 5.0;
    assert!((overall.mos_cq.unwrap() - mean).abs() < 1e-9 && (overall.loss - 0.02).abs() < 1e-9, "{overall:?}");
}

/// An hour on hold has no score, and takes no part in that of the call.
#[test]
fn the_score_of_a_call_is_of_the_time_in_which_there_was_one() {
    let mut monitor = QualityMonitor::new(QualityThresholds::default());
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    monitor.add(sample);
    monitor.add(after(&mut sample, 250, 0));
    let good = monitor.last().unwrap().mos_cq.unwrap();
    (0..720).for_each(|_| drop(monitor.add(after(&mut sample, 0, 0))));
    (0..3).for_each(|_| drop(monitor.add(after(&mut sample, 200, 50))));
    let bad = monitor.last().unwrap().mos_cq.unwrap();
    let overall = monitor.report().overall.unwrap();
    assert!((overall.mos_cq.unwrap() - (good + 3.0 * bad) / 4.0).abs() < 1e-9, "{overall:?}");
}

#[test]
fn bursts_cost_more_than_chance_and_what_was_recovered_costs_nothing() {
    let rated = |change: fn(&mut QualitySample)| {
        let before = QualitySample::new(Duration::ZERO, "G729A");
        let mut now = before;
        (now.at, now.received, now.lost) = (Duration::from_secs(5), 225, 25);
        change(&mut now);
        QualityMetrics::between(&before, &now).mos_lq.unwrap()
    };
    let by_chance = rated(|_| {});
    let together = rated(|now| {
        (now.burst_gap.bursts, now.burst_gap.losses_in_row, now.burst_gap.gap_packets) = (5, 20, 225);
    });
    let recovered = rated(|now| now.recovered = 25);
    assert!(together < by_chance && by_chance < recovered, "{together} {by_chance} {recovered}");
    assert_eq!(recovered, rated(|now| now.lost = 0));
    assert!(rated(|now| now.discarded = 25) < by_chance);
}

#[test]
fn an_interval_in_which_nothing_came_has_no_score_and_an_unknown_codec_neither() {
    let before = QualitySample::new(Duration::ZERO, "PCMU");
    let now = QualitySample { at: Duration::from_secs(5), ..before };
    let metrics = QualityMetrics::between(&before, &now);
    assert_eq!((metrics.mos_cq, metrics.loss), (None, 0.0));
    let before = QualitySample::new(Duration::ZERO, "unheard-of");
    assert_eq!(QualityMetrics::between(&before, &QualitySample { received: 250, ..before }).r, None);
    // A packet that was counted as lost and came: no loss below nothing.
    let before = QualitySample { lost: 3, ..QualitySample::new(Duration::ZERO, "PCMA") };
    let metrics = QualityMetrics::between(&before, &QualitySample { lost: 2, received: 250, ..before });
    assert_eq!(metrics.loss, 0.0);
}

#[test]
fn alerts_are_raised_after_two_intervals_and_do_not_flap_at_the_threshold() {
    let mut monitor = QualityMonitor::new(QualityThresholds::default().mos(1.0).loss(0.04));
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    monitor.add(sample);
    let mut told = Vec::new();
    // 0, one bad, two bad, to and fro about the threshold for a while, then good.
    let losses = [0, 20, 0, 20, 20, 9, 11, 9, 11, 10, 9, 12, 3, 9, 3, 3, 0];
    for (n, &lost) in losses.iter().enumerate() {
        told.extend(monitor.add(after(&mut sample, 250 - lost, lost)).into_iter().map(|alert| (n, alert.raised)));
    }
    assert_eq!(told, [(4, true), (15, false)]);
    assert!(monitor.report().alerts.is_empty());
}

#[test]
fn the_history_is_bounded() {
    let mut monitor = QualityMonitor::new(QualityThresholds::default());
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    (0..1_000).for_each(|_| drop(monitor.add(after(&mut sample, 250, 0))));
    let report = monitor.report();
    assert_eq!((report.history.len(), report.overall.unwrap().received), (32, 999 * 250));
}

/// Half the round trip, what waits in the buffer, and a packet (ITU-T G.107 clause 3: Ta).
#[test]
fn delay_is_one_way_with_buffer_and_packet() {
    let before = QualitySample::new(Duration::ZERO, "PCMU");
    let mut now = before;
    (now.received, now.buffer_ms, now.packet_ms, now.round_trip_ms) = (250, 60.0, 30.0, Some(200.0));
    assert_eq!(QualityMetrics::between(&before, &now).delay_ms, 190.0);
    now.round_trip_ms = None;
    assert_eq!(QualityMetrics::between(&before, &now).delay_ms, 90.0);
}

#[test]
fn a_score_at_its_threshold_does_not_flap() {
    let mut monitor = QualityMonitor::new(QualityThresholds::default().loss(1.0).mos(4.0));
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    monitor.add(sample);
    let mut told = Vec::new();
    // 4.41 without loss, 3.8 with 6 %, 4.07 with 3.6.
    for lost in [15, 15, 9, 9, 9, 15, 9, 9, 0, 0] {
        told.extend(monitor.add(after(&mut sample, 250 - lost, lost)).into_iter().map(|alert| alert.raised));
    }
    assert_eq!(told, [true, false], "{:?}", monitor.report().history);
}

/// One report of the peer counts once, and what was bad is told of no longer where nothing has been known for a while.
#[test]
fn a_report_counts_once_and_is_forgotten_in_the_end() {
    let mut monitor = QualityMonitor::new(QualityThresholds::default());
    let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
    monitor.add(sample);
    sample.remote = Some(RemoteQuality::new(Duration::from_secs(1), 0.5, 1.0));
    for _ in 0..5 {
        assert!(monitor.add(after(&mut sample, 250, 0)).is_empty(), "it is one report");
    }
    let mut told = Vec::new();
    for n in 0..12 {
        after(&mut sample, 250, 0);
        if n < 2 {
            sample.remote = Some(RemoteQuality::new(sample.at, 0.5, 1.0));
        }
        told.extend(monitor.add(sample).into_iter().map(|alert| (n, alert.aspect, alert.raised, alert.value)));
    }
    let of = |n, raised| (n, QualityAspect::RemoteLoss, raised, 0.5);
    assert_eq!(told, [of(0, true), of(7, false)], "with the one before, the second in a row");
}

/// Feedback on each packet is of the interval itself; of a few packets it says too little.
#[test]
fn feedback_on_each_packet_is_the_loss_of_the_interval_and_goes_before_a_report() {
    let before = QualitySample::new(Duration::ZERO, "PCMU");
    let mut now = before;
    (now.at, now.received) = (Duration::from_secs(5), 250);
    now.remote = Some(RemoteQuality::new(Duration::from_secs(1), 0.5, 3.0));
    now.transport = Some(TransportCounts::new(250, 10));
    let metrics = QualityMetrics::between(&before, &now);
    assert_eq!(metrics.remote, Some(RemoteQuality::new(now.at, 0.04, 3.0)));
    assert_eq!(metrics.queue_ms, Some(0.0));
    let mut next = now;
    (next.at, next.received) = (Duration::from_secs(10), 500);
    next.transport = Some(TransportCounts::new(259, 13));
    assert_eq!(QualityMetrics::between(&now, &next).remote, None, "nine packets, and no news of the peer");
    assert_eq!(QualityMetrics::between(&now, &next).queue_ms, None);
    // Late packets came after all.
    next.transport = Some(TransportCounts::new(500, 8));
    assert_eq!(QualityMetrics::between(&now, &next).remote.map(|remote| remote.loss), Some(0.0));
}
