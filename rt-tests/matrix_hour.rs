//! The matrix for a long time: calls of any codec to any codec at any packet times, an hour of virtual time each by default.
//! What comes is checked as it comes, so that an hour needs no more memory than a second: each packet follows the one before
//! by one number, by its samples and by its time; no tick allocates; the tone of the whole call, and of each second of it, is
//! as clean as the worse codec allows. Run by `tools/matrix`, which says what it takes; it prints a line a call and a table.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::AudioFormat;
use media_core::types::{MediaTime, Ptime, SampleRate};
use std::time::Instant;
use support::endpoint::{Endpoint, tone};
use support::matrix::{alone_snr, formats, ptimes};
use support::phone::{Packet, done};
use trap::Counts;

/// The tone of the matrix.
const HZ: f64 = 1_013.0;
/// Until then jitter buffers may still bring their delay down, by splices.
const SETTLED: u64 = 3;

/// What a setting says, or nothing.
fn setting(name: &str) -> Option<String> {
    std::env::var(format!("MEDIA_CORE_MATRIX_{name}")).ok().filter(|value| !value.is_empty())
}

/// Sums from which the best fit of the tone, and what it leaves over, follow.
#[derive(Debug, Clone, Copy, Default)]
struct Fit {
    ss: f64,
    cc: f64,
    sc: f64,
    xs: f64,
    xc: f64,
    xx: f64,
}

impl Fit {
    fn add(&mut self, x: f64, (sin, cos): (f64, f64)) {
        (self.ss, self.cc, self.sc) = (self.ss + sin * sin, self.cc + cos * cos, self.sc + sin * cos);
        (self.xs, self.xc, self.xx) = (self.xs + x * sin, self.xc + x * cos, self.xx + x * x);
    }

    fn join(&mut self, o: &Self) {
        (self.ss, self.cc, self.sc) = (self.ss + o.ss, self.cc + o.cc, self.sc + o.sc);
        (self.xs, self.xc, self.xx) = (self.xs + o.xs, self.xc + o.xc, self.xx + o.xx);
    }

    fn snr(&self) -> f64 {
        let determinant = self.ss * self.cc - self.sc * self.sc;
        let a = (self.xs * self.cc - self.xc * self.sc) / determinant;
        let b = (self.xc * self.ss - self.xs * self.sc) / determinant;
        let signal = a * a * self.ss + b * b * self.cc + 2.0 * a * b * self.sc;
        10.0 * (signal / (self.xx - signal).max(1e-20)).log10()
    }
}

/// One side's ear: what came so far, judged as it came.
struct Ear {
    rate: SampleRate,
    wave: Vec<(f64, f64)>,
    last: Option<(MediaTime, media_core::rtp::RtpHeader)>,
    packets: u64,
    /// Samples from the first on.
    samples: usize,
    whole: Fit,
    second: Fit,
    worst_second: f64,
}

impl Ear {
    fn new(rate: SampleRate) -> Self {
        // The tone has a whole number of periods in a second.
        let angle = |n: u32| (f64::from(n) * std::f64::consts::TAU * HZ / f64::from(rate.hz())).sin_cos();
        let wave = (0..rate.hz()).map(angle).collect();
        let fit = Fit::default();
        let worst_second = f64::INFINITY;
        Self { rate, wave, last: None, packets: 0, samples: 0, whole: fit, second: fit, worst_second }
    }

    fn follow(&mut self, came: &[Packet], units: u32, ptime: Ptime) -> Result<(), String> {
        for Packet { at, header, .. } in came {
            if let Some((before, from)) = self.last.replace((*at, *header)) {
                let step = (header.sequence.wrapping_sub(from.sequence), header.timestamp.wrapping_sub(from.timestamp));
                if step != (1, units) || header.marker || *at - before != ptime.duration() {
                    return Err(format!("packet {}: {from:?} at {before:?}, then {header:?} at {at:?}", self.packets));
                }
            }
            self.packets += 1;
        }
        Ok(())
    }

    fn hear(&mut self, pcm: &[f32]) {
        let second = self.rate.hz() as usize;
        for &x in pcm {
            if self.samples >= second * SETTLED as usize {
                self.second.add(f64::from(x), self.wave[self.samples % second]);
            }
            self.samples += 1;
            if self.samples.is_multiple_of(second) && self.second.ss > 0.0 {
                self.worst_second = self.worst_second.min(self.second.snr());
                self.whole.join(&std::mem::take(&mut self.second));
            }
        }
    }
}

/// What a call came to: the worse side's tone, and its worst second.
struct Outcome {
    snr: f64,
    worst_second: f64,
    packets: u64,
}

fn call(
    (a, a_says): (&AudioFormat, Ptime),
    (b, b_says): (&AudioFormat, Ptime),
    seconds: u64,
) -> Result<Outcome, String> {
    let config = MediaEngineConfig::default().max_sessions(4usize).max_taps(1usize).max_conferences(1usize);
    let mut engine = VirtualEngine::new(config, 3).unwrap();
    let mut ends = [Endpoint::new(&mut engine, 1, a, a_says, a_says), Endpoint::new(&mut engine, 2, b, b_says, b_says)];
    let pending = engine.handle().bridge(&ends[0].session, &ends[1].session);
    done(&mut engine, pending);
    if a.same_payloads(b) {
        // Payloads of one codec would pass as they come; what is metered is decoded.
        for end in &ends {
            let pending = end.session.set_metering(true);
            done(&mut engine, pending);
        }
    }
    let mut ears = [Ear::new(a.sample_rate()), Ear::new(b.sample_rate())];
    for second in 0..seconds {
        let before = trap::counts();
        for _ in 0..100 {
            let now = engine.now();
            for end in &mut ends {
                let say = tone(end.format.sample_rate());
                end.speak(&mut engine.network, now, say);
            }
            engine.tick();
            ends.iter_mut().for_each(|end| end.phone.listen(&mut engine.network));
        }
        let counts = trap::counts().since(before);
        if counts != Counts::default() {
            return Err(format!("second {second}: a tick allocated: {counts:?}"));
        }
        for (end, ear) in ends.iter_mut().zip(&mut ears) {
            ear.follow(&end.phone.got, end.units(), end.ptime).map_err(|why| format!("second {second}: {why}"))?;
            end.decode().iter().for_each(|(_, pcm)| ear.hear(pcm));
        }
    }
    for (end, ear) in ends.iter().zip(&ears) {
        let blocks = u64::from(end.ptime.blocks());
        // What a jitter buffer, a resampler and the filling of packets hold back at first.
        let (most, held_back) = (seconds * 100 / blocks, 20 / blocks + 2);
        if ear.packets + held_back < most {
            return Err(format!("{} packets of {most} came", ear.packets));
        }
    }
    let least = |value: fn(&Ear) -> f64| ears.iter().map(value).fold(f64::INFINITY, f64::min);
    let packets = ears.iter().map(|ear| ear.packets).sum();
    Ok(Outcome { snr: least(|ear| ear.whole.snr()), worst_second: least(|ear| ear.worst_second), packets })
}

/// A format as the table and the setting `ONLY` name it.
fn name(format: &AudioFormat) -> String {
    format!("{}@{}", format.encoding(), format.sample_rate().hz())
}

#[test]
#[ignore = "hours: tools/matrix runs it"]
fn each_codec_to_each_codec_for_long() {
    trap::set_scope(media_core::rt::on_media_thread);
    let seconds: u64 = setting("SECONDS").and_then(|s| s.parse().ok()).unwrap_or(3_600).max(SETTLED + 2);
    let all_times = setting("PTIMES").as_deref() == Some("all");
    let only = setting("ONLY").map(|names| names.split(',').map(str::to_owned).collect::<Vec<_>>());
    let formats: Vec<_> =
        formats().into_iter().filter(|f| only.as_ref().is_none_or(|names| names.contains(&name(f)))).collect();
    let snr: Vec<Vec<f64>> = formats.iter().map(|f| ptimes(f).iter().map(|&p| alone_snr(f, p)).collect()).collect();
    let mut calls = Vec::new();
    for (i, a) in formats.iter().enumerate() {
        // Each call is measured both ways.
        for (j, b) in formats.iter().enumerate().skip(i) {
            let (ours, theirs) = (ptimes(a), ptimes(b));
            // One pair of packet times for each pair of codecs, another for each; or all.
            let chosen = ((i + 2 * j) % ours.len(), (2 * i + j + 1) % theirs.len());
            for k in 0..ours.len() {
                for l in (0..theirs.len()).filter(|&l| all_times || (k, l) == chosen) {
                    // Two noises as loud as each other, and of one shape, add up to 6 dB.
                    let limit = snr[i][k].min(snr[j][l]) - 6.1;
                    calls.push(((i, ours[k]), (j, theirs[l]), limit));
                }
            }
        }
    }
    eprintln!("{} calls of {seconds} s of virtual time", calls.len());
    let (begun, mut rows, mut failures) = (Instant::now(), Vec::new(), Vec::new());
    for (at, &((i, a_says), (j, b_says), limit)) in calls.iter().enumerate() {
        let since = Instant::now();
        let what = format!("{} {a_says} - {} {b_says}", name(&formats[i]), name(&formats[j]));
        let row = match call((&formats[i], a_says), (&formats[j], b_says), seconds) {
            Ok(o) if o.snr >= limit => {
                format!("| {what} | {} | {:.1} | {:.1} | {limit:.1} |", o.packets, o.snr, o.worst_second)
            }
            Ok(o) => {
                failures.push(format!("{what}: signal to noise {:.1} dB where {limit:.1} are due", o.snr));
                format!("| {what} | {} | **{:.1}** | {:.1} | {limit:.1} |", o.packets, o.snr, o.worst_second)
            }
            Err(why) => {
                failures.push(format!("{what}: {why}"));
                format!("| {what} | **failed** | | | {limit:.1} |")
            }
        };
        let took = since.elapsed().as_secs_f64();
        eprintln!("{}/{} after {:.0} s, {took:.1} s: {row}", at + 1, calls.len(), begun.elapsed().as_secs_f64());
        rows.push(row);
    }
    println!("\n| call | packets | dB | worst second | limit |\n|---|---|---|---|---|\n{}", rows.join("\n"));
    println!("{} calls of {seconds} s, {} failed", rows.len(), failures.len());
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The checks at work for some seconds; and twins, which they see.
#[test]
fn the_checks_hold_for_some_seconds_and_see_what_is_wrong() {
    trap::set_scope(media_core::rt::on_media_thread);
    let (a, b) = (AudioFormat::pcmu(), AudioFormat::g722());
    let (ours, theirs) = (Ptime::MS20, Ptime::from_ms(30).unwrap());
    let outcome = call((&a, ours), (&b, theirs), 6).unwrap();
    let limit = alone_snr(&a, ours).min(alone_snr(&b, theirs)) - 6.1;
    assert!(outcome.snr >= limit && outcome.worst_second >= limit, "{} {}", outcome.snr, outcome.worst_second);
    let mut ear = Ear::new(SampleRate::Hz8000);
    let say = tone(SampleRate::Hz8000);
    let pcm: Vec<f32> = (0..8_000 * 6).map(|n| if n / 8_000 == 4 && n % 8_000 < 40 { 0.0 } else { say(n) }).collect();
    ear.hear(&pcm);
    assert!(ear.whole.snr() > 20.0 && ear.worst_second < 26.0, "{} {}", ear.whole.snr(), ear.worst_second);
    let packet = |sequence, timestamp| Packet {
        at: MediaTime::ZERO + Ptime::MS20.duration() * u32::from(sequence),
        header: media_core::rtp::RtpHeader { sequence, timestamp, ..Default::default() },
        payload: Vec::new(),
    };
    ear.follow(&[packet(1, 160), packet(2, 320)], 160, Ptime::MS20).unwrap();
    assert!(ear.follow(&[packet(3, 481)], 160, Ptime::MS20).is_err());
    assert!(ear.follow(&[packet(5, 641)], 160, Ptime::MS20).is_err());
}
