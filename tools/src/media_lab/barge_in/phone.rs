//! Control: a phone that echoes: what is sent to it comes back through its loudspeaker, its room, its microphone and two codecs.

use super::draw::Draw;
use super::material::Material;
use media_core::codec::audio::g711::{G711Decoder, G711Encoder, Law};
use media_core::codec::{AudioDecoder as _, AudioEncoder as _};
use media_core::types::SampleRate;

/// How a phone echoes.
#[derive(Debug, Clone, Copy)]
pub struct Phone {
    /// Return loss.
    pub loss_db: f32,
    /// Of the echo.
    pub delay_ms: f32,
    /// Its room; none: a handset, or a line's hybrid.
    pub room: Option<usize>,
    /// Its loudspeaker clips softly, at so many times the speech's level.
    pub clips: Option<f32>,
    /// Whether a jitter buffer shifts what comes, now and then.
    pub shifts: bool,
    /// Which noise.
    pub noise: usize,
    /// Level of the noise, dBFS.
    pub noise_db: f32,
    /// Level of the agent, dBFS.
    pub agent_db: f32,
    /// Level of the caller, dBFS.
    pub caller_db: f32,
    /// Its codec, if any.
    pub law: Option<Law>,
}

impl Phone {
    /// Any.
    pub fn draw(draw: &mut Draw, material: &Material, rate: SampleRate) -> Self {
        let caller_db = draw.between(-28.0, -20.0);
        Self {
            loss_db: draw.between(6.0, 30.0),
            delay_ms: draw.between(0.0, 400.0),
            room: draw.chance(0.7).then(|| draw.below(material.rooms.len())),
            clips: draw.chance(0.4).then(|| draw.between(1.5, 3.0)),
            shifts: draw.chance(0.3),
            noise: draw.below(material.noises.len()),
            noise_db: if draw.chance(0.3) { -75.0 } else { caller_db - draw.between(18.0, 35.0) },
            agent_db: draw.between(-27.0, -21.0),
            caller_db,
            law: (rate == SampleRate::Hz8000).then(|| if draw.chance(0.5) { Law::Mu } else { Law::A }),
        }
    }

    /// What comes back of what was sent, with what the caller said, both in place in time; and what would come of the caller and
    /// those behind him if nothing echoed.
    pub fn answer(
        &self,
        sent: &[f32],
        said: &[f32],
        material: &Material,
        rate: SampleRate,
        draw: &mut Draw,
    ) -> [Vec<f32>; 2] {
        let hz = rate.hz() as f32;
        let through = |samples: Vec<f32>| self.law.map_or_else(|| samples.clone(), |law| coded(&samples, law));
        let mut played = through(sent.to_vec());
        if let Some(times) = self.clips {
            let most = times * 10f32.powf(self.agent_db / 20.0);
            played.iter_mut().for_each(|x| *x = most * (*x / most).tanh());
        }
        let handset = [0.8, -0.45, 0.25, -0.12, 0.05];
        let path: &[f32] = self.room.map_or(&handset, |room| &material.rooms[room]);
        let energy = path.iter().map(|x| x * x).sum::<f32>().sqrt();
        let gain = 10f32.powf(-self.loss_db / 20.0) / energy;
        let mut echo = convolve(&played, path);
        let level = |x: &[f32]| (x.iter().map(|x| x * x).sum::<f32>() + 1e-12).sqrt();
        // Return loss is of levels, whatever the room's colour.
        let scale = gain * energy / (level(&echo) / level(&played)).max(1e-3);
        echo.iter_mut().for_each(|x| *x *= scale);
        let mut shift = (self.delay_ms * hz / 1_000.0) as usize;
        let noise = &material.noises[self.noise];
        let from = draw.below(noise.len() / 2);
        let noise_gain = 10f32.powf(self.noise_db / 20.0);
        let mut next_shift = (draw.between(4.0, 12.0) * hz) as usize;
        let [mut came, mut unechoed] = [(); 2].map(|()| Vec::with_capacity(sent.len()));
        for (n, said) in said.iter().enumerate() {
            if self.shifts && n == next_shift {
                let by = (draw.between(5.0, 20.0) * hz / 1_000.0) as usize;
                shift = if draw.chance(0.5) { shift + by } else { shift.saturating_sub(by) };
                next_shift = n + (draw.between(6.0, 20.0) * hz) as usize;
            }
            let echo = n.checked_sub(shift).and_then(|n| echo.get(n)).copied().unwrap_or(0.0);
            let own = said + noise_gain * noise[(from + n) % noise.len()];
            came.push(own + echo);
            unechoed.push(own);
        }
        [came, unechoed].map(through)
    }
}

fn convolve(sound: &[f32], path: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; sound.len() + path.len()];
    for (k, h) in path.iter().enumerate().filter(|(_, h)| h.abs() > 1e-4) {
        out[k..].iter_mut().zip(sound).for_each(|(o, x)| *o += h * x);
    }
    out.truncate(sound.len());
    out
}

fn coded(samples: &[f32], law: Law) -> Vec<f32> {
    let mut payload = vec![0; samples.len()];
    let mut out = vec![0.0; samples.len()];
    let done = G711Encoder::new(law)
        .encode_into(samples, &mut payload)
        .and_then(|_| G711Decoder::new(law).decode_into(&payload, &mut out));
    debug_assert!(done.is_ok());
    out
}
