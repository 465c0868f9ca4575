//! Pure: sums from another worker: in time, missing, back again, at another rate.

use super::*;

const N: usize = 80;

fn partial(tick: u64, level: f32) -> PartialSum {
    let mut bus = Bus::new();
    bus.open(N);
    bus.add(&[level; N], 1.0);
    bus.seal();
    PartialSum::of(&bus, SampleRate::Hz8000, TickNumber(tick), u32::from(level != 0.0))
}

fn heard(remote: &mut RemoteSum, due: Option<&PartialSum>, samples: usize) -> Vec<f32> {
    remote.next(due, samples).iter().map(|steps| *steps as f32 / (1 << 19) as f32).collect()
}

#[test]
fn what_is_in_time_is_heard_as_it_is_and_silence_is_nothing() {
    let mut remote = RemoteSum::new();
    assert!(heard(&mut remote, None, N).is_empty(), "nothing has come yet");
    assert_eq!(
        heard(&mut remote, Some(&partial(1, 0.25)), N),
        vec![0.25; N],
        "from its first sample on? nothing was missed"
    );
    assert_eq!(heard(&mut remote, Some(&partial(2, 0.5)), N), vec![0.5; N]);
    assert!(heard(&mut remote, Some(&partial(3, 0.0)), N).is_empty());
    assert_eq!(heard(&mut remote, Some(&partial(4, 0.5)), N), vec![0.5; N], "a pause is no gap");
    assert!(heard(&mut remote, Some(&partial(5, 0.0)), N).is_empty() && heard(&mut remote, None, N).is_empty());
    assert_eq!(heard(&mut remote, Some(&partial(7, 0.5)), N)[0], 0.0, "who began in a gap begins at silence");
}

#[test]
fn what_is_missing_is_faded_without_an_edge_and_comes_back_so() {
    let mut remote = RemoteSum::new();
    // A ramp, so that an edge would be seen.
    let mut bus = Bus::new();
    bus.open(N);
    let ramp: Vec<f32> = (0..N).map(|at| at as f32 / N as f32).collect();
    bus.add(&ramp, 1.0);
    bus.seal();
    let last = PartialSum::of(&bus, SampleRate::Hz8000, TickNumber(1), 1);
    let before = heard(&mut remote, Some(&last), N);
    let faded = heard(&mut remote, None, N);
    assert_eq!(faded.len(), N);
    assert!((faded[0] - before[N - 1]).abs() < 0.03, "it goes on where it was: {} {}", faded[0], before[N - 1]);
    assert!(faded.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.04) && faded[N - 1].abs() < 0.01, "{faded:?}");
    for _ in 0..3 {
        assert!(heard(&mut remote, None, N).is_empty(), "once");
    }
    let back = heard(&mut remote, Some(&partial(6, 0.5)), N);
    assert!(back[0] == 0.0 && back.windows(2).all(|pair| (0.0..0.01).contains(&(pair[1] - pair[0]))), "{back:?}");
    assert_eq!(heard(&mut remote, Some(&partial(7, 0.5)), N), vec![0.5; N]);
}

#[test]
fn a_block_at_another_rate_is_heard_at_ours() {
    let mut remote = RemoteSum::new();
    for samples in [160, 480, 40] {
        assert_eq!(heard(&mut remote, Some(&partial(1, 0.5)), samples), vec![0.5; samples]);
    }
    let mut bus = Bus::new();
    bus.open(N);
    bus.add(&(0..N).map(|at| at as f32 / N as f32).collect::<Vec<_>>(), 1.0);
    bus.seal();
    let ramp = PartialSum::of(&bus, SampleRate::Hz8000, TickNumber(2), 1);
    let wide = heard(&mut remote, Some(&ramp), 480);
    assert!(wide.windows(2).all(|pair| (-1e-6..0.003).contains(&(pair[1] - pair[0]))), "{wide:?}");
    // One that is missing as the rate changes has nothing to be faded with.
    assert!(heard(&mut remote, None, N).is_empty());
}

#[test]
fn ranks_tell_who_comes_before() {
    let ranks = Ranks::of(TickNumber(9), &[(-10.0, 4), (-20.0, 2), (-20.0, 7)]);
    assert_eq!((ranks.of_member(2), ranks.of_member(3)), (Some(-20.0), None));
    assert_eq!([ranks.before(-20.0, false), ranks.before(-20.0, true), ranks.before(0.0, true)], [1, 3, 0]);
    let many: Vec<_> = (0..100).map(|n| (-(n as f32), n)).collect();
    assert_eq!(Ranks::of(TickNumber(1), &many).all(), &many[..MAX_RANKS]);
}
