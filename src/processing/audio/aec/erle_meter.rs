//! Real-time: what a canceller achieves, and whether its filter has gone astray.

/// Powers over the last 0.3 s or so of far-end speech, and the divergences counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ErleMeter {
    near: f32,
    filtered: f32,
    sent: f32,
    worse: u32,
    divergences: u32,
    /// Blocks within which it goes astray again, not anew.
    recent: u8,
    loss: EchoLoss,
}

/// Where a filter is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// It adds nothing, or not for long.
    Steady,
    /// It adds power: it has to be set back.
    Astray,
    /// And it did so within the last 0.75 s.
    AstrayAgain,
}

/// Powers of the far end and of its echo over the last 2 s or so of far-end speech and what comes a second behind it, which holds any
/// echo: their ratio does not depend on the echo's delay.
#[derive(Debug, Clone, Copy, Default)]
struct EchoLoss {
    far: f32,
    echo: f32,
    blocks: u8,
    db: Option<f32>,
}

impl EchoLoss {
    /// The echo is what the filter took out, so that a near speaker is none; it is known once that is three quarters of
    /// what came, so that what the filter leaves of it is little.
    fn update(&mut self, far: f32, near: f32, left: f32, known: bool) {
        self.blocks = if far > SPEECH { BEHIND } else { self.blocks.saturating_sub(1) };
        if self.blocks == 0 {
            return;
        }
        self.far += 0.005 * (far - self.far);
        self.echo += 0.005 * (near - left - self.echo);
        if known && self.echo > 0.0 && self.far > 0.1 * SPEECH {
            self.db = Some(decibels(self.far, self.echo)).filter(|db| db.is_finite());
        }
    }
}

/// Blocks behind far-end speech that may hold its echo.
const BEHIND: u8 = 100;
/// Blocks running in which the filter adds power before it is set back.
const ASTRAY: u32 = 10;
/// Blocks: 0.75 s.
const AGAIN: u8 = 75;
/// Mean power of a far-end block that counts as speech: -60 dBFS.
pub(super) const SPEECH: f32 = 1e-6;

impl ErleMeter {
    /// Takes a block's mean powers: far end, near end, what the filter alone would leave, what was left once as much of its
    /// estimate as is trusted was taken out, what was sent on.
    pub(super) fn update(&mut self, far: f32, near: f32, filtered: f32, left: f32, sent: f32) -> Course {
        if far > SPEECH {
            for (held, now) in [(&mut self.near, near), (&mut self.filtered, left), (&mut self.sent, sent)] {
                *held += 0.03 * (now - *held);
            }
        }
        self.loss.update(far, near, left, self.near > 4.0 * self.filtered);
        self.worse = if filtered > 1.5 * near + 1e-9 { self.worse + 1 } else { self.worse.saturating_sub(1) };
        let before = self.recent;
        self.recent = before.saturating_sub(1);
        if self.worse < ASTRAY && filtered <= 100.0 * near + 1e-3 {
            return Course::Steady;
        }
        (self.worse, self.recent) = (0, AGAIN);
        self.divergences = self.divergences.saturating_add(1);
        if before > 0 { Course::AstrayAgain } else { Course::Astray }
    }

    pub(super) fn divergences(&self) -> u32 {
        self.divergences
    }

    pub(super) fn erl_db(&self) -> Option<f32> {
        self.loss.db
    }

    pub(super) fn erle_linear_db(&self) -> f32 {
        decibels(self.near, self.filtered)
    }

    pub(super) fn erle_db(&self) -> f32 {
        decibels(self.near, self.sent)
    }
}

fn decibels(before: f32, after: f32) -> f32 {
    10.0 * ((before + 1e-12) / (after + 1e-12)).log10()
}

/// Mean power of a block.
pub(super) fn power(block: &[f32]) -> f32 {
    super::kernels::dot(block, block) / block.len().max(1) as f32
}
