//! Boundary: whatever is asked of a room, each member hears what a model of it says, without an edge; and a steady tone has no
//! break for as long as one listens.

use crate::hall::{BLOCK, Hall};
use crate::support::random::Random;
use media_core::types::{Gain, SampleRate};
use media_core::{ConferenceParams, ConferenceStatistics, MemberParams, MemberRole};

const SESSIONS: usize = 8;

/// What members should be, beside the room.
struct Model {
    members: Vec<Option<MemberParams>>,
}

impl Model {
    fn said(&self, n: usize) -> f32 {
        self.members[n].as_ref().filter(|member| !member.muted).map_or(0.0, |member| member.gain.factor())
    }

    fn heard(&self, hall: &Hall, said: &[f32], listener: usize) -> f32 {
        let Some(me) = &self.members[listener] else { return 0.0 };
        let id = hall.sessions[listener].id();
        let to_me = |n: &usize| match self.members[*n].as_ref().map(|member| &member.role) {
            Some(MemberRole::Speak) => *n != listener,
            Some(MemberRole::Whisper(to)) => to.contains(&id),
            _ => false,
        };
        let sum: f32 = (0..SESSIONS).filter(to_me).map(|n| said[n] * self.said(n)).sum();
        if me.deafened { 0.0 } else { sum * me.listening_gain.factor() }
    }

    /// Something is asked of the room, and of the model.
    fn act(&mut self, hall: &mut Hall, random: &mut Random) {
        let n = random.below(SESSIONS);
        let gain = |random: &mut Random| Gain::linear([0.0, 0.25, 0.5, 1.0, 2.0][random.below(5)]).unwrap();
        if self.members[n].is_some() && random.below(4) == 0 {
            hall.ask(|room, s| room.leave(&s[n]));
            self.members[n] = None;
            let gone = hall.sessions[n].id();
            for role in self.members.iter_mut().flatten().map(|member| &mut member.role) {
                if let MemberRole::Whisper(to) = role {
                    to.retain(|to| *to != gone);
                }
            }
            return;
        }
        let members = (0..SESSIONS).filter(|other| *other != n && self.members[*other].is_some());
        let whispered: Vec<_> =
            members.map(|other| hall.sessions[other].id()).filter(|_| random.below(2) == 0).collect();
        let role = match random.below(5) {
            0 => MemberRole::Listen,
            1 => MemberRole::Whisper(whispered),
            _ => MemberRole::Speak,
        };
        let params = MemberParams::default().role(role).gain(gain(random)).listening_gain(gain(random));
        let params = params.muted(random.below(6) == 0).deafened(random.below(6) == 0);
        match self.members[n] {
            Some(_) => hall.ask(|room, s| room.set_member(&s[n], params.clone())),
            None => hall.join(n, params.clone()),
        }
        self.members[n] = Some(params);
    }
}

#[test]
fn a_thousand_changes_leave_each_with_the_sum_that_it_should_hear() {
    a_thousand_changes(Hall::new(SampleRate::Hz8000, SESSIONS), 77);
}

/// The same over two, three and all threads.
#[test]
fn a_thousand_changes_of_a_room_wider_than_a_thread_do_so_too() {
    for (workers, each, seed) in [(2, 4, 78), (3, 3, 79), (4, 1, 80)] {
        let params = ConferenceParams::new(SampleRate::Hz8000).members_per_worker(each);
        let hall = a_thousand_changes(Hall::on(workers, params, &[8_000; SESSIONS]), seed);
        assert_eq!(hall.workers, workers);
        assert_eq!(hall.missing_blocks, 0);
    }
}

fn a_thousand_changes(mut hall: Hall, seed: u64) -> ConferenceStatistics {
    let mut random = Random(seed);
    let mut model = Model { members: vec![None; SESSIONS] };
    // With gains of up to 4 in all, their sum fits.
    let said: Vec<f32> = (1..=SESSIONS).map(|n| 0.005 * n as f32).collect();
    for change in 0..1_000 {
        // Some come at once, in one tick.
        (0..=random.below(3)).for_each(|_| model.act(&mut hall, &mut random));
        let mut heard = Vec::new();
        (0..6).for_each(|_| heard = hall.block(&said));
        for (n, heard) in heard.iter().enumerate().filter(|(n, _)| model.members[*n].is_some()) {
            let expected = model.heard(&hall, &said, n);
            let far = heard.iter().map(|heard| (heard - expected).abs()).fold(0.0, f32::max);
            // Where nobody speaks no samples come. Each gain rounds once, to steps of 2^-19.
            let whole = heard.len() == BLOCK || (heard.is_empty() && expected == 0.0);
            assert!(whole && far < 2e-5, "change {change}, member {n}: {expected}, off by {far}");
        }
        let members = hall.statistics().members;
        assert_eq!(members, model.members.iter().flatten().count(), "change {change}");
    }
    hall.statistics()
}

/// A tone from one member, while others come, go, and change what they are without a word.
#[test]
fn a_steady_tone_has_no_break_in_ten_minutes_of_a_changing_room() {
    changing(Hall::new(SampleRate::Hz8000, SESSIONS), 10);
}

/// The speaker and the listener on one thread, and on two.
#[test]
fn nor_in_ten_minutes_of_a_room_wider_than_a_thread() {
    on_threads(10);
}

/// `cargo test --test rooms -- --ignored`.
#[test]
#[ignore = "an hour of each: ten minutes have eight thousand changes"]
fn nor_in_an_hour_of_either() {
    changing(Hall::new(SampleRate::Hz8000, SESSIONS), 60);
    on_threads(60);
}

fn on_threads(minutes: u32) {
    for each in [4, 1] {
        let params = ConferenceParams::new(SampleRate::Hz8000).members_per_worker(each);
        changing(Hall::on(3, params, &[8_000; SESSIONS]), minutes);
    }
}

fn changing(mut hall: Hall, minutes: u32) {
    let mut random = Random(3);
    (0..SESSIONS).for_each(|n| hall.join(n, MemberParams::default()));
    let mut there = [true; SESSIONS];
    // Eight samples a period: a sample's place says what it should be.
    let tone = |at: usize| 0.4 * (std::f32::consts::TAU * at as f32 / 8.0).sin();
    let say = |hall: &mut Hall| hall.blocks(|n, at| if n == 0 { tone(at) } else { 0.0 }).swap_remove(1);
    (0..10).for_each(|_| drop(say(&mut hall)));
    for block in 0..minutes * 6_000 {
        if block % 7 == 0 {
            let n = 2 + random.below(SESSIONS - 2);
            let role = [MemberRole::Speak, MemberRole::Listen, MemberRole::Whisper(vec![hall.sessions[1].id()])];
            let params = MemberParams::default().role(role[random.below(3)].clone());
            match (there[n], random.below(2)) {
                (false, _) => drop(hall.room.join_as(&hall.sessions[n], params)),
                (true, 0) => drop(hall.room.leave(&hall.sessions[n])),
                _ => drop(hall.room.set_member(&hall.sessions[n], params)),
            }
            there[n] = true;
        }
        let heard = say(&mut hall);
        assert_eq!(heard.len(), BLOCK, "block {block}");
        let far = heard.iter().enumerate().map(|(at, heard)| (heard - tone(at)).abs()).fold(0.0, f32::max);
        assert!(far < 1e-5, "block {block}: off by {far}");
    }
}
