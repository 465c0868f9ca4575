//! Pure: the room of a phone with a loudspeaker: what it plays comes back into its microphone, with what is said there and the
//! noise that is there.

use crate::media_lab::barge_in::draw::Draw;
use media_core::types::SampleRate;

/// Taps fainter than this beside the strongest are not heard.
const FAINT: f32 = 3e-4;

/// How a room sounds.
#[derive(Debug, Clone, Default)]
pub struct RoomPlan {
    /// From the loudspeaker to the microphone, at the phone's rate; empty: nothing comes back.
    pub response: Vec<f32>,
    /// By how much what comes back is weaker than what is played, dB: that of the response's energy.
    pub return_loss_db: f32,
    /// From a sample that is played to the response's begin, ms.
    pub delay_ms: f32,
    /// The loudspeaker clips softly there, in dBFS.
    pub clip_dbfs: Option<f32>,
    /// What is heard all the time, over and over; empty: none.
    pub noise: Vec<f32>,
}

/// What the microphone takes up in a block.
#[derive(Debug, Clone, Default)]
pub struct TakenUp {
    /// All of it.
    pub mic: Vec<f32>,
    /// Of this what the loudspeaker played.
    pub echo: Vec<f32>,
    /// Of this what is noise.
    pub noise: Vec<f32>,
}

/// A room, block by block.
#[derive(Debug)]
pub struct Room {
    /// Delay in samples and strength.
    taps: Vec<(usize, f32)>,
    clip: Option<f32>,
    noise: Vec<f32>,
    played: Vec<f32>,
    at: usize,
}

impl Room {
    /// A room at that rate.
    #[must_use]
    pub fn new(plan: RoomPlan, rate: SampleRate) -> Self {
        let energy = plan.response.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
        let gain = 10f32.powf(-plan.return_loss_db / 20.0) / energy;
        // A block is played while the next is taken up.
        let delay = ((plan.delay_ms * rate.hz() as f32 / 1e3) as usize).max(rate.block_samples());
        let most = plan.response.iter().fold(0.0f32, |most, x| most.max(x.abs()));
        let heard = plan.response.iter().enumerate().filter(|(_, x)| x.abs() > FAINT * most);
        let taps = heard.map(|(k, x)| (k + delay, x * gain)).collect();
        let clip = plan.clip_dbfs.map(|dbfs| 10f32.powf(dbfs / 20.0));
        Self { taps, clip, noise: plan.noise, played: Vec::new(), at: 0 }
    }

    /// What is taken up in the block in which `said` is said.
    #[must_use]
    pub fn take_up(&mut self, said: &[f32]) -> TakenUp {
        let mut taken = TakenUp { echo: vec![0.0; said.len()], ..TakenUp::default() };
        for (delay, gain) in &self.taps {
            let Some(first) = self.at.checked_sub(*delay) else {
                // The first samples of what is played, heard within this block.
                let late = delay - self.at;
                let played = self.played.iter();
                taken.echo.iter_mut().skip(late).zip(played).for_each(|(echo, x)| *echo += gain * x);
                continue;
            };
            let played = self.played.get(first..).unwrap_or_default();
            taken.echo.iter_mut().zip(played).for_each(|(echo, x)| *echo += gain * x);
        }
        let noise = |n: usize| self.noise.get(n % self.noise.len().max(1)).copied().unwrap_or(0.0);
        taken.noise = (self.at..self.at + said.len()).map(noise).collect();
        let parts = said.iter().zip(&taken.echo).zip(&taken.noise);
        taken.mic = parts.map(|((said, echo), noise)| (said + echo + noise).clamp(-1.0, 1.0)).collect();
        self.at += said.len();
        taken
    }

    /// The loudspeaker plays this block.
    pub fn play(&mut self, block: &[f32]) {
        let clip = |x: &f32| self.clip.map_or(*x, |most| most * (x / most).tanh());
        self.played.extend(block.iter().map(clip));
    }
}

/// A room that is made: a direct sound, some reflections, and a tail that falls by 60 dB in `rt60_ms`.
#[must_use]
pub fn made(rt60_ms: f32, rate: SampleRate, seed: u64) -> Vec<f32> {
    let mut draw = Draw::new(seed);
    let hz = rate.hz() as f32;
    let length = (0.7 * rt60_ms / 1e3 * hz) as usize + 1;
    let fall = 6.908 / (rt60_ms / 1e3 * hz);
    let mut low = 0.0;
    let mut response: Vec<f32> = (0..length)
        .map(|n| {
            low += 0.6 * (draw.between(-1.0, 1.0) - low);
            let early = (n as f32 / (0.004 * hz)).min(1.0);
            0.25 * low * early * (-fall * n as f32).exp()
        })
        .collect();
    response[0] = 1.0;
    for _ in 0..6 {
        let at = (draw.between(0.001, 0.02) * hz) as usize;
        if let Some(tap) = response.get_mut(at) {
            *tap += draw.between(-0.4, 0.4);
        }
    }
    response
}
