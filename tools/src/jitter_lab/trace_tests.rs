//! Control: traces of any origin, order and numbers, in virtual time.

use super::*;
use media_core::buffer::JitterConfig;
use media_core::types::SampleRate;

fn setup() -> Setup {
    let plan = JitterConfig::new(8_000).plan().unwrap();
    Setup { format: Format::new(LabCodec::L16, SampleRate::Hz8000), plan, red: 0 }
}

fn sound() -> Vec<f32> {
    (0..80_000).map(|n| 0.3 * (n as f32 * 0.3).sin() * ((n / 800) % 7) as f32 / 7.0).collect()
}

/// Ten seconds of packets with 20 ms of transit and some jitter; two lost, two overtaken.
fn usual() -> Trace {
    let at = |n: u64| {
        let send_ms = n as f64 * 20.0;
        let arrival_ms = send_ms + 20.0 + (n % 3) as f64 + if n % 97 == 50 { 25.0 } else { 0.0 };
        Packet { sequence: n, arrival_ms: (n != 120 && n != 300).then_some(arrival_ms), send_ms }
    };
    Trace((0..500).map(at).collect())
}

fn changed(change: impl Fn(&mut Packet)) -> Trace {
    let mut trace = usual();
    trace.0.iter_mut().for_each(change);
    trace
}

fn heard(trace: &Trace) -> Outcome {
    run(&setup(), trace, &sound()).unwrap()
}

fn refused(trace: &Trace) -> String {
    run(&setup(), trace, &sound()).unwrap_err().to_string()
}

/// Whatever numbers the packets begin with, and whatever the clock shows: the same is heard.
#[test]
fn numbers_and_times_of_any_origin() {
    let plain = heard(&usual());
    assert!(plain.audio.len() > 79_000);
    for (name, first, origin) in [
        ("numbers from 40,000", 40_000, 0.0),
        ("epoch", 0, 1_795_000_000_000.0),
        ("both", 40_000, 1_795_000_000_000.0),
        ("before the origin", 1, -3_600_000.0),
        ("numbers of 32 bits", 4_000_000_000, 12.0),
    ] {
        let trace = changed(|p| {
            p.sequence += first;
            p.send_ms += origin;
            p.arrival_ms = p.arrival_ms.map(|ms| ms + origin);
        });
        let outcome = heard(&trace);
        assert_eq!(outcome.audio, plain.audio, "{name}");
        let (a, b) = (outcome.summary(&trace, 8_000), plain.summary(&usual(), 8_000));
        assert!((a.delay_mean_ms - b.delay_mean_ms).abs() < 0.01 && a.lost == b.lost, "{name}: {a} against {b}");
        assert_eq!(outcome.playback[9].sequence, first + 9);
    }
    // RTP numbers that wrap, at each place within the trace and around the engine's own windows.
    for first in [65_036, 65_300, 65_535, 65_100, 32_700] {
        let trace = changed(|p| p.sequence = (p.sequence + first) & 0xffff);
        let outcome = heard(&trace);
        assert_eq!(outcome.audio, plain.audio, "from {first}");
        assert_eq!(
            outcome.summary(&trace, 8_000).packets_unheard_percent,
            plain.summary(&usual(), 8_000).packets_unheard_percent
        );
    }
}

#[test]
fn rows_in_any_order_and_twice() {
    let plain = heard(&usual());
    let mut by_arrival = changed(|p| p.sequence = (p.sequence + 65_300) & 0xffff);
    by_arrival.0.sort_by(|a, b| {
        let at = |p: &Packet| p.arrival_ms.unwrap_or(p.send_ms + 20.0);
        at(a).total_cmp(&at(b))
    });
    assert_eq!(heard(&by_arrival).audio, plain.audio);
    let mut doubled = usual();
    doubled.0.insert(200, Packet { arrival_ms: Some(4_030.0), ..doubled.0[199] });
    assert_eq!(heard(&doubled).audio, plain.audio);
}

/// Arrivals of another machine's clock: the least transit counts as none, and the summary says so.
#[test]
fn two_clocks() {
    for offset in [-5.0, -40_000.0, 30_000.0, 1_795_000_000_000.0] {
        let trace = changed(|p| p.arrival_ms = p.arrival_ms.map(|ms| ms + offset));
        let outcome = heard(&trace);
        let summary = outcome.summary(&trace, 8_000);
        let two = !(0.0..=10_000.0).contains(&(offset + 20.0));
        let (expected, delay) = if two { (offset + 20.0, 0.0..25.0) } else { (0.0, 0.0..40.0) };
        assert!((summary.clock_offset_ms - expected).abs() < 0.01, "{offset}: {}", summary.clock_offset_ms);
        assert!(delay.contains(&summary.delay_mean_ms), "{offset}: {summary}");
        assert_eq!(summary.to_string().contains("two clocks"), two);
    }
}

/// A sender that pauses: the sound goes on behind the pause, and nothing is lost.
#[test]
fn pauses() {
    let trace = changed(|p| {
        if p.sequence >= 250 {
            p.send_ms += 30_000.0;
            p.arrival_ms = p.arrival_ms.map(|ms| ms + 30_000.0);
        }
    });
    let outcome = heard(&trace);
    assert!((outcome.audio.len() as i64 - 320_000).abs() < 1_000, "{}", outcome.audio.len());
    let summary = outcome.summary(&trace, 8_000);
    assert!(summary.delay_max_ms < 80.0 && summary.packets_unheard_percent < 1.0, "{summary}");
    assert_eq!(outcome.statistics.lost, heard(&usual()).statistics.lost);
}

#[test]
fn what_cannot_be_played_is_named() {
    let late = |ms: f64| {
        changed(|p| {
            if p.sequence >= 250 {
                p.send_ms += ms;
                p.arrival_ms = p.arrival_ms.map(|at| at + ms);
            }
        })
    };
    let days = 3.0 * 86_400_000.0;
    assert!(refused(&late(days)).contains("line 252: the packet is sent 259205 s after"), "{}", refused(&late(days)));
    let one = changed(|p| p.arrival_ms = p.arrival_ms.map(|ms| if p.sequence == 9 { ms + days } else { ms }));
    assert!(refused(&one).contains("line 11: the packet arrives"), "{}", refused(&one));
    let jump = changed(|p| p.sequence += if p.sequence >= 250 { 1 << 40 } else { 70_000 });
    assert!(refused(&jump).contains("by its number"), "{}", refused(&jump));
    let pace = changed(|p| p.send_ms *= 1.5);
    assert!(refused(&pace).contains("each 30.0 ms"), "{}", refused(&pace));
    assert!(refused(&Trace::default()).contains("no packet"));
}

#[test]
fn rows_that_are_none() {
    let head = "seq,arrival_ms,lost,send_ms\n";
    let parse = |row: &str| Trace::parse(&format!("{head}0,20,0,0\n{row}\n"));
    for (row, hint) in [
        ("1,nan,0,20", "line 3: arrival_ms is `nan`"),
        ("1,inf,0,20", "arrival_ms is `inf`"),
        ("1,40,0,NaN", "send_ms is `nan`"),
        ("1,40,0,-inf", "send_ms is `-inf`"),
        ("1,40,0,1e300", "send_ms"),
        ("1,40,0,", "send_ms is ``"),
        ("1,40,2,20", "lost is `2`"),
        ("-1,40,0,20", "line 3: seq"),
        ("nan,40,0,20", "seq"),
        ("1.5,40,0,20", "seq"),
        ("99999999999999999999,40,0,20", "seq"),
        ("one,two,three,four", "lost is `three`"),
    ] {
        let why = parse(row).unwrap_err();
        assert!(why.contains(hint), "{row}: {why}");
    }
    assert!(Trace::parse(head).unwrap_err().contains("no packet"));
    assert!(Trace::parse("").unwrap_err().contains("empty"));
    assert!(Trace::parse("a,b\n1,2\n").unwrap_err().contains("no column seq"));
    for row in ["1,,0,20", "1,nan,1,20", "1,40,1,20", "1,,true,20", "1,,,20"] {
        assert_eq!(parse(row).unwrap().0[1].arrival_ms, None, "{row}");
    }
    for row in
        ["1,40.5,0,20", " 1 , 40.5 , 0 , 20 ", "1.0,40.5,0.0,20.0", "\"1\",\"40.5\",\"0\",\"20\"", "1,40.5,False,20\r"]
    {
        let packet = Packet { sequence: 1, arrival_ms: Some(40.5), send_ms: 20.0 };
        assert_eq!(parse(row).unwrap().0[1], packet, "{row}");
    }
    assert_eq!(Trace::parse(&format!("\u{feff}{head}0,20,0,0\n")).unwrap().0.len(), 1);
    assert_eq!(Trace::parse(&usual().to_csv()).unwrap(), usual());
}
