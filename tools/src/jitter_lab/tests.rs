//! Control: the receive path over seeded networks, in virtual time, with a speech-like signal.

use super::*;
use media_core::buffer::{BlockKind, JitterConfig, JitterStrategy};
use media_core::types::SampleRate;

/// Syllables of a gliding voice with pauses, and a little noise: what stretching and concealment work on.
pub(super) fn voice(seconds: usize) -> Vec<f32> {
    let (mut phase, mut random) = (0.0f64, 1u32);
    (0..seconds * 8_000)
        .map(|i| {
            let t = i as f64 / 8_000.0;
            let syllable = (t * 3.1).fract();
            let open = if (t * 3.1) as u32 % 8 > 5 { 0.0 } else { (syllable * std::f64::consts::PI).sin().powi(2) };
            phase += (110.0 + 40.0 * (t * 0.7).sin()) / 8_000.0;
            let tone: f64 = (1..12).map(|k| (phase * std::f64::consts::TAU * f64::from(k)).sin() / f64::from(k)).sum();
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(random >> 16) / 65_536.0 - 0.5;
            ((tone * open * 5_000.0 + noise * 30.0) as i16) as f32 / 32_768.0
        })
        .collect()
}

pub(super) fn setup(config: JitterConfig) -> Setup {
    Setup { format: Format::new(LabCodec::L16, SampleRate::Hz8000), plan: config.plan().unwrap(), red: 0 }
}

fn usual() -> Setup {
    setup(JitterConfig::new(8_000))
}

/// Delay from send to playout of each packet that was heard, with its send time.
fn delays(outcome: &Outcome, trace: &Trace) -> Vec<(f64, f64)> {
    let both = outcome.playback.iter().zip(&trace.0);
    both.filter_map(|(played, sent)| played.playout_ms.map(|ms| (sent.send_ms, ms - sent.send_ms))).collect()
}

pub(super) fn concealed(outcome: &Outcome) -> usize {
    outcome.kinds.iter().filter(|k| matches!(k, BlockKind::Concealed | BlockKind::Comfort)).count()
}

#[test]
fn a_clean_network_is_heard_bit_by_bit_with_the_least_delay() {
    let pcm = voice(20);
    let trace = impair(Impairment::default(), 1_000, 20.0);
    let outcome = run(&usual(), &trace, &pcm).unwrap();
    assert!(delays(&outcome, &trace).iter().all(|d| d.1 == 30.0), "fetched at 20 to 22 ms, played at the tick of 30");
    assert_eq!(concealed(&outcome), 0);
    // All but the fade-in at the very start.
    let heard = &outcome.audio[240 + 160..];
    assert!(heard.iter().zip(&pcm[160..]).all(|(a, b)| *a == *b));
}

#[test]
fn after_a_spike_the_delay_is_back_in_three_seconds() {
    let network = Impairment { spike_every_s: 10.0, spike_ms: 300.0, seed: 6, ..Impairment::default() };
    let trace = impair(network, 1_450, 20.0);
    let outcome = run(&usual(), &trace, &voice(30)).unwrap();
    for (sent, delay) in delays(&outcome, &trace) {
        let since = (sent % 10_000.0) - 300.0;
        assert!(sent < 10_000.0 || since < 3_000.0 || delay <= 40.0, "{delay} ms at {sent}");
    }
    assert!(concealed(&outcome) <= 2 * 30 + 4, "{} blocks", concealed(&outcome));
}

#[test]
fn the_greatest_delay_is_never_exceeded() {
    let network = Impairment { spike_every_s: 5.0, spike_ms: 400.0, jitter_ms: 5.0, ..Impairment::default() };
    let trace = impair(network, 1_000, 20.0);
    let config = JitterConfig::new(8_000).max_delay_ms(100);
    let outcome = run(&setup(config), &trace, &voice(20)).unwrap();
    // 20 ms of network, up to a block of fastest jitter and of tick.
    assert!(delays(&outcome, &trace).iter().all(|d| d.1 <= 20.0 + 100.0 + 20.0));
}

#[test]
fn clocks_that_drift_for_an_hour_change_nothing_that_is_heard() {
    let pcm = voice(60);
    let hour: Vec<f32> = pcm.iter().copied().cycle().take(3_600 * 8_000).collect();
    for skew_ppm in [200.0, -200.0] {
        let network = Impairment { skew_ppm, base_ms: 800.0, normal_ms: 2.0, ..Impairment::default() };
        let trace = impair(network, 180_000, 20.0);
        let outcome = run(&usual(), &trace, &hour).unwrap();
        // The mean of each minute, less what the clocks themselves drifted.
        let heard = delays(&outcome, &trace);
        let minute = |from: usize| {
            let part = &heard[from..from + 3_000];
            part.iter().map(|(sent, delay)| delay - sent * skew_ppm * 1e-6).sum::<f64>() / 3_000.0
        };
        let start = minute(500);
        for from in (500..heard.len() - 3_000).step_by(3_000) {
            let now = minute(from);
            assert!((now - start).abs() <= 10.0, "{skew_ppm}: {now} at packet {from}, {start} at the start");
        }
        assert_eq!(outcome.statistics.lost, 0, "{skew_ppm}: {:?}", outcome.statistics);
        assert!((outcome.statistics.skew_ppm - skew_ppm as f32).abs() < 30.0, "{:?}", outcome.statistics);
        // What drifted is taken out or put in by splices between places that are alike to 0.92 or more, or in the
        // background of the stream: less than twice the drift over the hour, 0.04 % of the audio.
        let stretched = outcome.statistics.shortened_ms + outcome.statistics.lengthened_ms;
        assert!(stretched <= 2.0 * 720.0, "{skew_ppm}: {stretched} ms stretched");
        assert!(concealed(&outcome) < 360_000 / 1_000, "{skew_ppm}: {} blocks", concealed(&outcome));
    }
}

#[test]
fn a_longer_route_is_followed_at_once() {
    let trace = impair(Impairment { step_ms: 80.0, ..Impairment::default() }, 1_500, 20.0);
    let outcome = run(&usual(), &trace, &voice(30)).unwrap();
    assert!(outcome.concealed_ms <= 150.0, "{} ms", outcome.concealed_ms);
    assert!(delays(&outcome, &trace).iter().all(|d| d.1 <= 120.0));
}

/// The greatest step of the slope of a signal: natural speech has few and small ones.
fn roughness(audio: &[f32]) -> f32 {
    audio.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn no_splice_is_rougher_than_the_speech_itself() {
    let pcm = voice(60);
    let natural = pcm.clone();
    for network in [
        Impairment { jitter_ms: 12.0, spike_every_s: 2.0, spike_ms: 80.0, ..Impairment::default() },
        Impairment { loss: 0.1, burst: 2.0, normal_ms: 5.0, ..Impairment::default() },
    ] {
        let trace = impair(network, 2_900, 20.0);
        let outcome = run(&usual(), &trace, &pcm).unwrap();
        assert!(concealed(&outcome) > 20);
        let (heard, own) = (roughness(&outcome.audio), roughness(&natural));
        // Repeated pulses of the voice may fall between other samples than before: 5 % for that.
        assert!(heard <= 1.05 * own, "{heard} against {own} of the speech");
    }
    // The twin: a cut in the middle of a syllable is seen.
    let mut cut = natural.clone();
    cut.drain(9_290..9_330);
    assert!(roughness(&cut) > roughness(&natural));
}

/// What a listener to speech would notice: every change of the delay shifts its rhythm.
#[test]
fn a_jittery_network_seldom_shifts_speech() {
    for seed in 1..4 {
        let trace = impair(Impairment { seed, ..Network::Wifi.impairment() }, 3_000, 20.0);
        let outcome = run(&usual(), &trace, &voice(60)).unwrap();
        let heard = delays(&outcome, &trace);
        let mean = heard.iter().map(|d| d.1).sum::<f64>() / heard.len() as f64;
        // Times that the delay is another than a fifth of a second before, from the fifth second on.
        let settled = heard.iter().filter(|d| d.0 > 5_000.0).step_by(10);
        let shifts = settled.clone().zip(settled.skip(1)).filter(|(a, b)| (a.1 - b.1).abs() > 1.0).count();
        assert!(mean <= 85.0, "seed {seed}: {mean} ms");
        assert!(shifts <= 14, "seed {seed}: {shifts} shifts");
        let share = outcome.concealed_ms / 600.0;
        assert!(share <= 1.5, "seed {seed}: {share} % concealed");
    }
}

#[test]
fn a_fixed_delay_stays() {
    let trace = impair(Impairment { jitter_ms: 5.0, ..Impairment::default() }, 1_000, 20.0);
    let config = JitterConfig::new(8_000).strategy(JitterStrategy::Fixed(60));
    let outcome = run(&setup(config), &trace, &voice(20)).unwrap();
    let heard = delays(&outcome, &trace);
    assert!(heard.iter().all(|d| (70.0..=100.0).contains(&d.1)));
}

#[test]
fn a_trace_comes_back_from_its_csv() {
    let trace = impair(Impairment { loss: 0.1, ..Impairment::default() }, 50, 20.0);
    let again = Trace::parse(&trace.to_csv()).unwrap();
    assert_eq!(again.to_csv(), trace.to_csv());
    assert!(Trace::parse("seq,arrival_ms,lost,send_ms\n1,x,0,2").unwrap_err().contains("line 2"));
}

/// Concealed share in percent, mean delay, and the delay of 95 % of the network, in ms.
fn with_loss(format: Format, red: u8) -> [f64; 3] {
    let trace = impair(Impairment { seed: 5, ..Network::Loss.impairment() }, 2_500, 20.0);
    let plan = JitterConfig::new(format.clock()).plan().unwrap();
    let pcm = voice(50);
    let outcome = run(&Setup { format, plan, red }, &trace, &pcm).unwrap();
    let summary = outcome.summary(&trace, format.rate.hz());
    let mut transit: Vec<f64> = trace.0.iter().filter_map(|p| p.arrival_ms.map(|ms| ms - p.send_ms)).collect();
    transit.sort_by(f64::total_cmp);
    [summary.concealed_percent, summary.delay_mean_ms, transit[transit.len() * 95 / 100]]
}

#[test]
fn opus_recovers_lost_packets_from_their_successors() {
    let bare = Format::new(LabCodec::Opus, SampleRate::Hz8000);
    let format = Format { fec: Some(15), bitrate: 24_000, ..bare };
    let [concealed, delay, network] = with_loss(format, 0);
    assert!(concealed <= 6.1, "{concealed} %");
    assert!(delay <= network + 30.0, "{delay} ms over {network}");
    // The twin: without it each loss is concealed.
    assert!(with_loss(bare, 0)[0] > 9.0);
}

#[test]
fn redundant_packets_fill_what_is_lost() {
    let format = Format::new(LabCodec::Pcmu, SampleRate::Hz8000);
    let ([one, delay, network], [two, ..]) = (with_loss(format, 1), with_loss(format, 2));
    assert!(one <= 3.0 && two <= one, "{one} %, {two} %");
    assert!(delay <= network + 30.0, "{delay} ms over {network}");
    assert!(with_loss(format, 0)[0] > 9.0);
}
