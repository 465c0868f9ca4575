//! Digits of `send_digits` as tones, where events were not negotiated: what a detector of ours and sums of our own find behind each codec,
//! and what is heard beside them.

use super::*;
use media_core::codec::DigitString;
use media_core::processing::DtmfParams;

const DIGITS: &str = "0123456789*#ABCD";
const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS: [f64; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
const KEYS: [&str; 4] = ["123A", "456B", "789C", "*0#D"];

/// The power of a frequency in a window, of a sine of amplitude 1: 0.5.
fn power(window: &[f32], hz: f64, rate: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, x) in window.iter().enumerate() {
        let turn = std::f64::consts::TAU * hz * n as f64 / rate;
        (re, im) = (re + f64::from(*x) * turn.cos(), im + f64::from(*x) * turn.sin());
    }
    2.0 * (re * re + im * im) / (window.len() as f64).powi(2)
}

/// Digits by sums over 25 ms each 10 ms: two tones that are nearly all there is. With their length in ms, their levels in dB, and what
/// else there was while they sounded.
fn goertzel(audio: &[f32], rate: f64) -> Vec<(char, u32, [f64; 2])> {
    let (window, hop) = ((0.025 * rate) as usize, (0.01 * rate) as usize);
    let mut found: Vec<(char, u32, [f64; 2])> = Vec::new();
    let mut last = None;
    for start in (0..audio.len().saturating_sub(window)).step_by(hop) {
        let at = &audio[start..start + window];
        let best = |hz: [f64; 4]| {
            let powers = hz.map(|hz| power(at, hz, rate));
            (0..4).map(|n| (n, powers[n])).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
        };
        let ((row, low), (column, high)) = (best(ROWS), best(COLUMNS));
        let total = at.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / window as f64;
        let key = (low.min(high) > 1e-4 && low + high > 0.8 * total).then(|| KEYS[row].as_bytes()[column] as char);
        let db = [low, high].map(|power| 10.0 * (2.0 * power).log10());
        match key {
            Some(key) if last == Some(key) => {
                let digit = found.last_mut().unwrap();
                digit.1 += 10;
                digit.2 = [digit.2[0].max(db[0]), digit.2[1].max(db[1])];
            }
            Some(key) => found.push((key, 10, db)),
            None => {}
        }
        last = key;
    }
    found
}

/// A tap of the near end, read as it fills.
fn tapped(line: &mut Line, time: u64) -> (Vec<f32>, f64) {
    let pending = line.near.tap();
    let mut tap = line.done(pending);
    let (mut all, mut samples) = (Vec::new(), [0.0; 9_600]);
    for _ in 0..time / 100 {
        line.run(100);
        let count = tap.read(&mut samples);
        all.extend_from_slice(&samples[..count]);
    }
    (all, f64::from(tap.rate().hz()))
}

fn digits(told: &[EventKind]) -> Vec<(char, u32)> {
    let digit = |kind: &EventKind| match kind {
        EventKind::Digit(digit) => Some((digit.event.as_char(), digit.duration_ms)),
        _ => None,
    };
    told.iter().filter_map(digit).collect()
}

#[test]
fn they_are_found_behind_each_codec_with_their_lengths_and_levels() {
    let _alone = alone();
    for format in codecs() {
        for (length, pause) in [(50, 50), (100, 60)] {
            // What models a voice smears a tone: digits through it have to be longer.
            if format.encoding() == "G729" && length < 80 {
                continue;
            }
            let mut line = Line::of(&format);
            line.listen(|params| params.tones = DtmfParams::default().into());
            let string = DigitString::parse(DIGITS, length).unwrap().with_pause(pause).unwrap();
            let pending = line.far.send_digit_string(string);
            line.done(pending);
            let (audio, rate) = tapped(&mut line, 16 * u64::from(length + pause) + 600);
            let told = digits(&line.told());
            let text: String = told.iter().map(|(key, _)| key).collect();
            assert_eq!(text, DIGITS, "{format}, {length} ms: {told:?}");
            let near = |(_, ms): &(char, u32)| ms.abs_diff(length) <= 20;
            assert!(told.iter().all(near), "{format}: {told:?}");
            let found = goertzel(&audio, rate);
            let text: String = found.iter().map(|(key, ..)| key).collect();
            assert_eq!(text, DIGITS, "{format}, {length} ms: {found:?}");
            // -11 and -9 dBm0, of a full scale of +3.15: within 3 dB behind G.729, the least of these.
            for (key, _, [low, high]) in found {
                assert!((low + 14.15).abs() <= 3.0 && (high + 12.15).abs() <= 3.0, "{format} {key}: {low} {high} dB");
            }
            line.end();
        }
    }
}

/// A partner, or a room, is not heard while a tone sounds, is heard before and behind it, and nothing clicks.
#[test]
fn what_else_is_heard_is_replaced_while_a_tone_sounds() {
    let _alone = alone();
    for room in [false, true] {
        let l16 = AudioFormat::l16(SampleRate::Hz16000).unwrap();
        let mut line = Line::new(&MediaSessionParams::new(l16));
        let pcm = MediaSessionParams::pcm(SampleRate::Hz16000);
        let create = line.engine.handle().create_media_session("partner", pcm);
        let partner = line.done(create);
        let (mut says, _hears) = partner.take_pcm().unwrap();
        if room {
            let created = line.engine.handle().create_conference(SampleRate::Hz16000);
            let created = line.done(created);
            for member in [&line.far.clone(), &partner] {
                let joined = created.join(member);
                line.done(joined);
            }
        } else {
            let bridged = line.engine.handle().bridge(&line.far, &partner);
            line.done(bridged);
        }
        let pending = line.near.tap();
        let mut tap = line.done(pending);
        let (mut audio, mut block) = (Vec::new(), [0.0; 480]);
        for n in 0..150 {
            let hum: Vec<f32> =
                (0..160).map(|at| 0.3 * sine(300.0, f64::from(n * 160 + at) / 16_000.0) as f32).collect();
            says.write(&hum);
            if n == 60 {
                drop(line.far.send_digits("5", 200));
            }
            line.run(10);
            let count = tap.read(&mut block);
            audio.extend_from_slice(&block[..count]);
        }
        let window = 400;
        let hum = |at: usize| power(&audio[at..at + window], 300.0, 16_000.0);
        let key = |at: usize| power(&audio[at..at + window], 770.0, 16_000.0);
        let places = || (0..audio.len() - window).step_by(80);
        // Windows that a tone fills.
        let during: Vec<usize> = places().filter(|at| key(*at) > 0.5 * places().map(key).fold(0.0, f64::max)).collect();
        let inside = &during[2..during.len() - 2];
        assert!((150..=210).contains(&(during.len() * 5)), "{room}: {} windows", during.len());
        assert!(inside.iter().all(|at| hum(*at) < 1e-4), "{room}: the partner is heard beside the tone");
        let (before, after) = (during[0] - 800, during[during.len() - 1] + 800);
        assert!(hum(before) > 0.03 && hum(after) > 0.03, "{room}: {} {}", hum(before), hum(after));
        // The steepest that a hum and a digit are by themselves; a cut of either would be steeper.
        let bend = audio[2_000..].windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
        assert!(bend < 0.13, "{room}: {bend}");
        line.end();
    }
}
