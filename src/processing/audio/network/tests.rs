//! Real-time: a tiny network beside what torch says of it (`tools/networks/tiny.py`), and what may not spoil one.

use super::{Dense, Gru, Reader};

/// Of six steps: the state, and four of 66 outputs (the second tile has two).
const REFERENCE: [[f32; 8]; 6] = [
    [-0.29445, 0.57914, 0.02965, 0.36084, -0.18562, -0.52548, 0.0571, -0.12859],
    [-0.50995, 0.61472, 0.04777, 0.75403, -0.36912, -0.47181, -0.09727, -0.10071],
    [-0.66683, 0.49167, 0.06539, 0.90223, -0.49632, -0.55807, -0.02784, -0.17426],
    [-0.72363, 0.54974, 0.07668, 0.94256, -0.45871, -0.58043, -0.08344, -0.2025],
    [-0.73599, 0.57955, 0.08251, 0.95458, -0.44113, -0.58155, -0.11017, -0.20756],
    [-0.74737, 0.67053, 0.12744, 0.96568, -0.38179, -0.59207, -0.17401, -0.23319],
];
const SAID: [usize; 4] = [0, 63, 64, 65];

static FILE: &[u8] = include_bytes!("tests/tiny.bin");

struct Tiny {
    first: Dense,
    memory: Gru,
    last: Dense,
    state: [f32; 4],
}

impl Tiny {
    fn of(file: &'static [u8]) -> Self {
        let mut file = Reader::new(file);
        let made = Self {
            first: Dense::read(&mut file, 3, 5),
            memory: Gru::read(&mut file, 5, 4),
            last: Dense::read(&mut file, 4, 66),
            state: [0.0; 4],
        };
        assert_eq!(file.left_over(), 0);
        made
    }

    fn step(&mut self, inputs: &[f32]) -> [f32; 8] {
        let (mut seen, mut said) = ([0.0; 5], [0.0; 66]);
        self.first.apply(inputs, &mut seen);
        seen.iter_mut().for_each(|x| *x = x.max(0.0));
        let mut work = vec![0.0; self.memory.work()];
        self.memory.step(&seen, &mut self.state, &mut work);
        self.last.apply(&self.state, &mut said);
        std::array::from_fn(|n| if n < 4 { self.state[n] } else { said[SAID[n - 4]] })
    }

    /// How far it is from the reference at most.
    fn distance(&mut self) -> f32 {
        let steps = (0..6).map(|t| self.step(&std::array::from_fn::<f32, 3, _>(|i| (t as f32 + i as f32).sin())));
        let said: Vec<f32> = steps.flatten().collect();
        said.iter().zip(REFERENCE.as_flattened()).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max)
    }
}

#[test]
fn it_says_what_torch_says() {
    let distance = Tiny::of(FILE).distance();
    assert!(distance < 1e-4, "{distance}");
}

#[test]
fn one_without_weights_does_not() {
    let distance = Tiny::of(&[]).distance();
    assert!(distance > 0.9, "{distance}");
}

#[test]
fn what_is_no_number_does_not_stay() {
    let mut tiny = Tiny::of(FILE);
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
        tiny.step(&[bad, 0.0, 1.0]);
        assert!(tiny.state.iter().all(|x| x.is_finite()), "{bad}: {:?}", tiny.state);
        let mut work = vec![0.0; tiny.memory.work()];
        tiny.memory.step(&[bad; 5], &mut tiny.state, &mut work);
        assert!(tiny.state.iter().all(|x| x.is_finite()), "{bad}: {:?}", tiny.state);
    }
    tiny.state = [f32::NAN; 4];
    tiny.step(&[0.0; 3]);
    assert_eq!(tiny.state, [0.0; 4], "what cannot be is forgotten");
    assert!(tiny.distance() < 1e-4, "and it works on");
}

#[test]
fn wrong_lengths_do_no_harm() {
    let tiny = Tiny::of(FILE);
    let (mut outputs, mut state) = ([1.0; 66], [0.5; 4]);
    tiny.last.apply(&[1.0; 3], &mut outputs);
    tiny.last.apply(&[1.0; 4], &mut outputs[..7]);
    tiny.memory.step(&[1.0; 5], &mut state, &mut [0.0; 7]);
    tiny.memory.step(&[1.0; 2], &mut state[..3], &mut []);
    assert!(outputs.iter().chain(&state).all(|x| x.is_finite()));
}

#[test]
fn nothing_gets_so_small_that_it_is_slow() {
    let memory = Gru::read(&mut Reader::new(&[]), 5, 4);
    let (mut state, mut work) = ([1.0; 4], vec![0.0; memory.work()]);
    for _ in 0..300 {
        memory.step(&[0.0; 5], &mut state, &mut work);
        assert!(!state.iter().any(|x| x.is_subnormal()));
    }
    assert_eq!(state, [0.0; 4]);
}
