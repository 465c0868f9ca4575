//! Control: the script of a made call of a minute: the agent speaks, and the caller interrupts it, hums, coughs, answers.

use super::draw::Draw;
use super::material::{Material, short_sound};
use super::phone::Phone;
use media_core::types::SampleRate;

/// What the caller did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Spoke while the agent spoke.
    Interruption,
    /// A short sound while the agent spoke.
    Short,
    /// Spoke while the agent was silent.
    Turn,
}

/// When, in samples.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// What.
    pub kind: Kind,
    /// Its first sample.
    pub from: usize,
    /// After its last.
    pub to: usize,
    /// How long the agent had spoken before, in samples.
    pub agent_before: usize,
}

/// A call.
#[derive(Debug)]
pub struct Call {
    /// The caller's.
    pub phone: Phone,
    /// The agent's voice.
    pub sent: Vec<f32>,
    /// What came of the phone.
    pub came: Vec<f32>,
    /// What would have come of a phone that does not echo.
    pub unechoed: Vec<f32>,
    /// What the caller did.
    pub said: Vec<Said>,
}

impl Call {
    /// A call of so many seconds.
    #[must_use]
    pub fn make(seconds: usize, seed: u64, material: &Material, rate: SampleRate) -> Self {
        let mut draw = Draw::new(seed);
        let phone = Phone::draw(&mut draw, material, rate);
        let (hz, block) = (rate.hz() as usize, rate.block_samples());
        let total = seconds * hz;
        let (mut sent, mut voice) = (vec![0.0; total], vec![0.0; total]);
        let (mut said, mut at, mut spoken) = (Vec::new(), hz / 2, 0);
        let agent = &material.agents[draw.below(material.agents.len())];
        let mut place = draw.below(agent.len() / 2);
        let gains = [phone.agent_db, phone.caller_db].map(|db| 10f32.powf(db / 20.0));
        while at + 12 * hz < total {
            let length = (draw.between(4.0, 9.0) * hz as f32) as usize;
            let mut end = at + length;
            let chance = draw.unit();
            let mut put = |from: usize, sound: &[f32], kind, agent_before| {
                let from = from / block * block;
                voice[from..].iter_mut().zip(sound).for_each(|(v, s)| *v += gains[1] * s);
                said.push(Said { kind, from, to: (from + sound.len()).min(total), agent_before });
                from + sound.len()
            };
            let begin = at;
            let mut next = end + (draw.between(0.6, 1.2) * hz as f32) as usize;
            if chance < 0.45 {
                let from = at + (draw.between(0.4, length as f32 / hz as f32 - 0.5) * hz as f32) as usize;
                let whole = &material.callers[draw.below(material.callers.len())];
                let sound = &whole[..whole.len().min(4 * hz)];
                let over = put(from, sound, Kind::Interruption, spoken + from - at);
                // The agent goes on for as long as a slow one would.
                end = end.min(from + 3 * hz / 10);
                next = over.max(end) + (draw.between(1.2, 2.0) * hz as f32) as usize;
            } else if chance < 0.85 {
                let mut from = at + (draw.between(0.4, 1.5) * hz as f32) as usize;
                while from + hz < end {
                    let sound = short_sound(&mut draw, &material.callers, rate);
                    put(from, &sound, Kind::Short, spoken + from - at);
                    from += (draw.between(1.5, 3.0) * hz as f32) as usize;
                }
            }
            if chance >= 0.45 && draw.chance(0.5) {
                let whole = &material.callers[draw.below(material.callers.len())];
                let sound = &whole[..whole.len().min(4 * hz)];
                next = put(next, sound, Kind::Turn, spoken + end - at) + (draw.between(1.2, 2.0) * hz as f32) as usize;
            }
            for to in &mut sent[begin..end] {
                *to = gains[0] * agent[place % agent.len()];
                place += 1;
            }
            spoken += end - begin;
            at = next;
        }
        let [came, unechoed] = phone.answer(&sent, &voice, material, rate, &mut draw);
        Self { phone, sent, came, unechoed, said }
    }
}
