//! Boundary: a leg as it travels, and as the control side plans it.

use crate::processing::chain::AudioProcessor;
use crate::processing::effects::BlockLimiter;
use crate::rt::Parcel;
use crate::telemetry::counters::LegGauges;
use crate::types::{BindingKey, PortId, SampleRate};
use crate::worker::leg::digits::TelephoneEvents;
use crate::worker::leg::{Input, LegBody, LegGlitches, LegHead, Output, RtpSequencer, Switches};
use std::sync::Arc;

/// A leg as it travels.
#[derive(Debug)]
pub struct Leg {
    pub(in crate::worker) head: LegHead,
    pub(in crate::worker) body: LegBody,
}

/// What the control side says of a new leg.
#[derive(Debug)]
pub struct LegPlan {
    /// Rate of the audio that the leg gives as a source.
    pub rate: SampleRate,
    /// Where its audio comes from.
    pub input: Input,
    /// Where what it hears goes.
    pub output: Output,
    /// Telephone events, where they were negotiated.
    pub events: Option<Parcel<TelephoneEvents>>,
    /// Payload type accepted inward.
    pub inward_payload_type: u8,
    /// The port that its packets leave by.
    pub port: PortId,
    /// Its entry there.
    pub binding: BindingKey,
    /// Outward SSRC.
    pub ssrc: u32,
    /// First outward sequence number (random, RFC 3550 section 5.1).
    pub sequence: u16,
    /// First outward timestamp (random, RFC 3550 section 5.1).
    pub timestamp: u32,
    /// Where its counters are published.
    pub gauges: Arc<LegGauges>,
    /// What is done to its audio.
    pub processor: Option<AudioProcessor>,
    /// Inward and outward hold at first.
    pub held: (bool, bool),
}

impl LegPlan {
    /// Of a leg of samples, that no packets come to or leave: a tap. Control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(crate) fn samples(rate: SampleRate, input: Input, output: Output) -> Self {
        Self {
            rate,
            input,
            output,
            events: None,
            inward_payload_type: 0,
            port: PortId(0),
            binding: BindingKey { index: 0, generation: 0 },
            ssrc: 0,
            sequence: 0,
            timestamp: 0,
            gauges: Arc::new(LegGauges::default()),
            processor: None,
            held: (false, false),
        }
    }
}

impl Leg {
    /// Forgets what held on the former worker.
    pub(in crate::worker) fn begin_elsewhere(&mut self) {
        self.head.begin_elsewhere();
        if let Input::Agent(agent) = &mut self.body.input {
            agent.forget_listeners();
        }
    }

    /// Builds the leg. Allocates: control side.
    pub fn build(plan: LegPlan) -> Self {
        let mut head = LegHead::vacant();
        head.switches = Switches { hold_inward: plan.held.0, hold_outward: plan.held.1, ..Switches::default() };
        head.source.rate = plan.rate;
        head.source.inward_payload_type = plan.inward_payload_type;
        head.source.processes = plan.processor.as_ref().is_some_and(AudioProcessor::works_inward);
        head.output.port = plan.port;
        head.output.binding = plan.binding;
        head.output.clock = RtpSequencer::new(plan.ssrc, plan.sequence, plan.timestamp);
        let body = LegBody {
            input: plan.input,
            former: None,
            output: plan.output,
            route: None,
            limiter: BlockLimiter::new(),
            processor: plan.processor.map(Parcel::pack),
            events: plan.events,
            player: None,
            said: None,
            silence: None,
            levels: Default::default(),
            glitches: LegGlitches::default(),
            counters: Box::default(),
            gauges: plan.gauges,
        };
        Self { head, body }
    }
}
