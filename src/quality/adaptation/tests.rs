//! Pure: the loop closes, comes back, and does not swing.

use super::*;
use crate::quality::{QualitySample, RemoteQuality, TransportCounts};

/// As [`hour_of`], of a network that does not mind what is sent.
fn hour(
    profile: AdaptationProfile,
    sending: SendingInForce,
    mut at: impl FnMut(u64) -> (f64, f64),
) -> (Vec<(u64, AdaptationProposal)>, SendingInForce) {
    hour_of(profile, sending, |second, _| at(second))
}

/// An hour in which the peer loses a share that `loss` tells of the time in s; what was proposed, with the time. Proposals for Opus,
/// redundancy and pauses are carried out.
fn hour_of(
    profile: AdaptationProfile,
    mut sending: SendingInForce,
    mut at: impl FnMut(u64, &SendingInForce) -> (f64, f64),
) -> (Vec<(u64, AdaptationProposal)>, SendingInForce) {
    let mut adaptation = Adaptation::new(profile);
    let mut told = Vec::new();
    for second in (5..3_600u64).step_by(5) {
        let (loss, trip) = at(second, &sending);
        let before = QualitySample::new(Duration::from_secs(second - 5), "opus");
        let mut now = QualitySample { at: Duration::from_secs(second), received: 250, ..before };
        (now.remote, now.round_trip_ms) = (Some(RemoteQuality::new(now.at, loss, 2.0)), Some(trip));
        let Some(proposal) = adaptation.look(&QualityMetrics::between(&before, &now), &sending) else { continue };
        told.push((second, proposal));
        match (proposal.adjustment, &mut sending.redundancy, &mut sending.dtx) {
            (Adjustment::Redundancy(level), Some(redundancy), _) => redundancy.level = level,
            (Adjustment::Dtx(on), _, Some(dtx)) => dtx.on = on,
            _ => {}
        }
        if let Some(opus) = &mut sending.opus {
            match proposal.adjustment {
                Adjustment::OpusLoss { expected_percent, bitrate } => {
                    (opus.expected_loss_percent, opus.bitrate) = (expected_percent, bitrate);
                }
                Adjustment::OpusBitrate(bitrate) => opus.bitrate = bitrate,
                _ => {}
            }
        }
    }
    (told, sending)
}

const PROFILES: [AdaptationProfile; 3] =
    [AdaptationProfile::Conservative, AdaptationProfile::Balanced, AdaptationProfile::Aggressive];

#[test]
fn protection_comes_with_loss_goes_after_it_and_a_perfect_network_changes_nothing() {
    let opus = SendingInForce::opus(OpusInForce::new(20_000, 0));
    for profile in PROFILES {
        let (told, _) = hour(profile, opus, |_| (0.0, 40.0));
        assert!(told.is_empty(), "{told:?}");
        let (told, end) = hour(profile, opus, |second| (if (600..1_200).contains(&second) { 0.08 } else { 0.0 }, 40.0));
        assert_eq!(
            (told[0].0, told[0].1.adjustment),
            (600, Adjustment::OpusLoss { expected_percent: 20, bitrate: 24_000 })
        );
        assert!(
            told.iter().all(|(second, _)| *second < 700 || *second > 1_200),
            "nothing is changed in between: {told:?}"
        );
        assert_eq!(end, opus, "all is as it was");
        for pair in told.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= profile.settling().as_secs(), "{told:?}");
        }
    }
}

/// Loss that comes and goes each interval is loss: no change to and fro with it.
#[test]
fn it_does_not_swing_with_the_network() {
    let opus = SendingInForce::opus(OpusInForce::new(32_000, 0));
    for profile in PROFILES {
        for period in [10, 15, 20, 30] {
            let (told, _) = hour(profile, opus, |second| (if second % period < 5 { 0.06 } else { 0.0 }, 40.0));
            let calm = u64::from(profile.calm()) * 5;
            let most = if period > calm { 3_600 / period as usize * 2 } else { 3 };
            assert!(told.len() <= most, "{profile:?} {period}: {told:?}");
        }
    }
}

#[test]
fn a_full_link_gets_less_and_has_its_bits_back_when_it_is_free() {
    let opus = SendingInForce::opus(OpusInForce::new(64_000, 0));
    let (told, end) =
        hour(
            AdaptationProfile::Balanced,
            opus,
            |second| if (600..900).contains(&second) { (0.05, 300.0) } else { (0.0, 40.0) },
        );
    let rates: Vec<u32> = told
        .iter()
        .filter(|(second, _)| (600..900).contains(second))
        .filter_map(|(_, proposal)| match proposal.adjustment {
            Adjustment::OpusBitrate(bitrate) => Some(bitrate),
            _ => None,
        })
        .collect();
    assert!(rates.is_sorted_by(|a, b| a > b) && rates.last() == Some(&16_000), "{rates:?}");
    assert_eq!(end, opus);
    // Another codec: longer packets, told once; then one that bears loss.
    let (told, _) = hour(AdaptationProfile::Balanced, SendingInForce::other(20), |_| (0.1, 40.0));
    assert_eq!(told.iter().map(|(_, p)| p.adjustment).collect::<Vec<_>>(), [Adjustment::RobustCodec]);
}

#[test]
fn late_packets_ask_for_a_patient_buffer() {
    let mut adaptation = Adaptation::new(AdaptationProfile::Aggressive);
    let before = QualitySample::new(Duration::ZERO, "PCMU");
    let mut told = Vec::new();
    for n in 1..=4 {
        let mut now = QualitySample { at: Duration::from_secs(5 * n), received: 250, discarded: 10, ..before };
        now.remote = Some(RemoteQuality::new(now.at, 0.0, 1.0));
        told.extend(adaptation.look(&QualityMetrics::between(&before, &now), &SendingInForce::other(20)));
    }
    assert_eq!(told[0].adjustment, Adjustment::PatientBuffer(true), "{told:?}");
}

/// Somebody wants FEC on a good network too, and a patient buffer: neither is taken back, and nothing is said of it.
#[test]
fn what_was_wished_for_is_not_taken_back() {
    for profile in PROFILES {
        let mut opus = OpusInForce::new(32_000, 10);
        opus.preferred_loss_percent = 10;
        let mut sending = SendingInForce::opus(opus);
        sending.patient_buffer = true;
        let (told, end) = hour(profile, sending, |_| (0.0, 40.0));
        assert!(told.is_empty() && end == sending, "{told:?}");
        // It comes back to that, and no further.
        let (told, end) = hour(profile, sending, |second| (if (600..900).contains(&second) { 0.2 } else { 0.0 }, 40.0));
        assert!(!told.is_empty() && end == sending, "{end:?} {told:?}");
    }
}

/// What nobody carries out is said once, on a good network too.
#[test]
fn what_nobody_takes_back_is_said_once() {
    let mut opus = OpusInForce::new(32_000, 0);
    let mut adaptation = Adaptation::new(AdaptationProfile::Aggressive);
    let before = QualitySample::new(Duration::ZERO, "opus");
    let mut told = Vec::new();
    for n in 1..200u64 {
        let mut now = QualitySample { at: Duration::from_secs(5 * n), received: 250, ..before };
        now.remote = Some(RemoteQuality::new(now.at, if n < 4 { 0.1 } else { 0.0 }, 1.0));
        // Raised by somebody, and never taken back.
        opus.expected_loss_percent = if n > 1 { 20 } else { 0 };
        let metrics = QualityMetrics::between(&before, &now);
        told.extend(adaptation.look(&metrics, &SendingInForce::opus(opus)).map(|p| p.reason));
    }
    assert_eq!(told, [AdaptationReason::RemoteLoss, AdaptationReason::Recovered]);
}

/// The steps, by number: relief by a fifth, recovery by an eighth, and no more bits on a link that is full.
#[test]
fn steps_are_small_and_a_full_link_gets_no_more_for_protection() {
    let opus = SendingInForce::opus(OpusInForce::new(64_000, 0));
    let full = |second: u64| if (600..630).contains(&second) { (0.02, 300.0) } else { (0.0, 40.0) };
    let (told, _) = hour(AdaptationProfile::Aggressive, opus, full);
    let rates: Vec<u32> = told
        .iter()
        .filter_map(|(_, proposal)| match proposal.adjustment {
            Adjustment::OpusBitrate(bitrate) => Some(bitrate),
            _ => None,
        })
        .collect();
    assert!(rates.contains(&51_200), "{told:?}");
    let low = rates.iter().min().unwrap();
    assert!(rates.contains(&(low / 8 * 9)), "{rates:?}");
    // A queue of 60 ms is none.
    let (told, _) = hour(AdaptationProfile::Aggressive, opus, |second| (0.02, if second < 600 { 40.0 } else { 100.0 }));
    assert!(told.iter().all(|(_, proposal)| proposal.reason != AdaptationReason::Congestion), "{told:?}");
    let poor = SendingInForce::opus(OpusInForce::new(16_000, 0));
    let (told, _) =
        hour(AdaptationProfile::Aggressive, poor, |second| if second < 600 { (0.0, 40.0) } else { (0.1, 300.0) });
    let raised = |(_, proposal): &(u64, AdaptationProposal)| matches!(proposal.adjustment, Adjustment::OpusLoss { .. });
    // The least round trip is forgotten slowly: in the end it is a long route, no queue.
    assert!(told.iter().find(|told| raised(told)).is_none_or(|(second, _)| *second > 1_200), "{told:?}");
}

fn levels(told: &[(u64, AdaptationProposal)]) -> Vec<u8> {
    let level = |(_, proposal): &(u64, AdaptationProposal)| match proposal.adjustment {
        Adjustment::Redundancy(level) => Some(level),
        _ => None,
    };
    told.iter().filter_map(level).collect()
}

#[test]
fn redundancy_follows_loss_up_to_what_was_negotiated_and_is_none_on_a_good_network() {
    for profile in PROFILES {
        let mut sending = SendingInForce::other(20);
        sending.redundancy = Some(RedundancyInForce::new(2, 2));
        let (told, end) =
            hour(profile, sending, |second| (if (600..1_200).contains(&second) { 0.2 } else { 0.0 }, 40.0));
        let levels = levels(&told);
        assert!(levels == [0, 2, 0] || levels == [0, 2, 1, 0], "{told:?}");
        assert_eq!(end.redundancy.map(|redundancy| redundancy.level), Some(0));
        let rise = told.iter().find(|(_, proposal)| proposal.adjustment == Adjustment::Redundancy(2)).unwrap();
        assert_eq!((rise.0, rise.1.reason), (600, AdaptationReason::RemoteLoss));
    }
}

#[test]
fn a_full_link_loses_what_is_sent_twice_then_pauses_and_does_not_swing() {
    for profile in PROFILES {
        let mut sending = SendingInForce::other(20);
        (sending.redundancy, sending.dtx) = (Some(RedundancyInForce::new(2, 2)), Some(DtxInForce::new(false, false)));
        // It bears neither redundancy nor pauses.
        let link = |second: u64, sending: &SendingInForce| {
            let spare = sending.redundancy.unwrap().level == 0 && sending.dtx.unwrap().on;
            if spare || second < 30 { (0.0, 40.0) } else { (0.06, 200.0) }
        };
        let (told, end) = hour_of(profile, sending, link);
        let pauses: Vec<bool> = told
            .iter()
            .filter_map(|(_, proposal)| if let Adjustment::Dtx(on) = proposal.adjustment { Some(on) } else { None })
            .collect();
        assert_eq!((levels(&told), pauses), (vec![0], vec![true, false, true]), "{told:?}");
        assert_eq!(end.dtx, Some(DtxInForce::new(true, false)));
        for pair in told.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= profile.settling().as_secs(), "{told:?}");
        }
    }
}

/// The delay of what we send tells of a full link, where the round trip tells nothing of it yet.
#[test]
fn a_queue_of_what_we_send_is_a_full_link() {
    let mut adaptation = Adaptation::new(AdaptationProfile::Aggressive);
    let opus = SendingInForce::opus(OpusInForce::new(64_000, 0));
    let mut told = Vec::new();
    for n in 1..=3 {
        let before = QualitySample::new(Duration::from_secs(5 * (n - 1)), "opus");
        let mut now = QualitySample { at: Duration::from_secs(5 * n), received: 250, ..before };
        let mut counts = TransportCounts::new(250, 5);
        counts.queue_ms = 120.0;
        now.transport = Some(counts);
        told.extend(adaptation.look(&QualityMetrics::between(&before, &now), &opus));
    }
    let congestion = told.iter().find(|proposal| proposal.reason == AdaptationReason::Congestion);
    assert_eq!(congestion.map(|proposal| proposal.adjustment), Some(Adjustment::OpusBitrate(51_200)), "{told:?}");
}

/// In-band FEC costs speech more than it gives below 5 % of loss: it comes there, and goes below 3 %, in no hurry and to no end.
#[test]
fn fec_comes_where_it_pays_and_goes_where_it_costs() {
    let opus = SendingInForce::opus(OpusInForce::new(32_000, 0));
    for profile in PROFILES {
        for loss in [0.01, 0.03, 0.045] {
            let (told, end) = hour(profile, opus, |_| (loss, 40.0));
            assert!(told.is_empty() && end == opus, "{loss}: {told:?}");
        }
        let (told, _) = hour(profile, opus, |_| (0.05, 40.0));
        let fec = Adjustment::OpusLoss { expected_percent: 10, bitrate: 32_000 };
        assert_eq!(told.iter().map(|(_, proposal)| proposal.adjustment).collect::<Vec<_>>(), [fec]);
        // Between the two it stays as it is: no swinging with what is lost by chance.
        let (told, end) = hour(profile, opus, |second| (if second < 60 { 0.06 } else { 0.04 }, 40.0));
        assert_eq!((told.len(), end.opus.unwrap().expected_loss_percent), (1, 10), "{told:?}");
        // Where 2 % is lost for good it goes, once.
        let (told, end) = hour(profile, opus, |second| (if second < 60 { 0.06 } else { 0.02 }, 40.0));
        assert_eq!((told.len(), end), (2, opus), "{told:?}");
        assert_eq!(told[1].1.reason, AdaptationReason::Recovered);
        assert!(told[1].0 >= 60 + 5 * u64::from(profile.calm() - 1), "{told:?}");
        // Chance about the limit: a change needs the settling time at least, and rarely comes.
        let (told, _) = hour(profile, opus, |second| ([0.055, 0.03, 0.04, 0.02, 0.03][second as usize / 5 % 5], 40.0));
        assert_eq!(told.len(), 1, "{told:?}");
    }
}

/// Deep Redundancy has to have its bits, unless there are none; without it nothing is as it would be with it.
#[test]
fn deep_redundancy_gets_its_bits_for_as_long_as_much_is_lost() {
    let mut opus = OpusInForce::new(32_000, 5);
    (opus.preferred_loss_percent, opus.dred) = (5, true);
    let lossy = |second: u64| (if (600..900).contains(&second) { 0.08 } else { 0.0 }, 40.0);
    let first = |opus: OpusInForce, link: &dyn Fn(u64) -> (f64, f64)| {
        let (told, end) = hour(AdaptationProfile::Balanced, SendingInForce::opus(opus), link);
        assert_eq!(end, SendingInForce::opus(opus), "all is as it was: {told:?}");
        told.into_iter().map(|(_, proposal)| proposal.adjustment).find(|a| matches!(a, Adjustment::OpusLoss { .. }))
    };
    assert_eq!(first(opus, &lossy), Some(Adjustment::OpusLoss { expected_percent: 20, bitrate: 40_000 }));
    // A peer that wants no FEC may want this.
    opus.no_fec = true;
    assert_eq!(first(opus, &lossy), Some(Adjustment::OpusLoss { expected_percent: 20, bitrate: 40_000 }));
    opus.dred = false;
    assert_eq!(first(opus, &lossy), None);
    opus.no_fec = false;
    assert_eq!(first(opus, &lossy), Some(Adjustment::OpusLoss { expected_percent: 20, bitrate: 32_000 }));
    // The link is full from the first loss on.
    opus.dred = true;
    let full = |second: u64| if (600..605).contains(&second) { (0.08, 300.0) } else { (0.0, 40.0) };
    assert_eq!(first(opus, &full), Some(Adjustment::OpusLoss { expected_percent: 20, bitrate: 32_000 }));
}
