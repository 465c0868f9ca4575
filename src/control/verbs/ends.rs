//! Control: where a new leg's audio comes from and goes to: packets, an embedder's samples, a speech machine.

use crate::agent_port::{AgentPlan, AgentPort};
use crate::control::supervisor::Supervisor;
use crate::error::Error;
use crate::rt::Parcel;
use crate::session::{MediaSessionParams, Transport};
use crate::worker::{Input, Output, PcmOut, PcmReader, PcmWriter, pcm_in, pcm_out};

/// How much of an embedder's PCM waits at most, in ms.
const PCM_RING_MS: u32 = 200;

type Ends = (Input, Output, Option<SampleEnds>);

/// The embedder's ends of a session of samples.
#[derive(Debug)]
pub(crate) enum SampleEnds {
    Pcm(PcmWriter, PcmReader),
    Agent(AgentPort),
}

impl Supervisor {
    pub(super) fn ends(&mut self, params: &MediaSessionParams, sending: &MediaSessionParams) -> Result<Ends, Error> {
        if let Some(agent) = &params.agent {
            let (plan, port) = AgentPlan::build(agent);
            let (source, heard) = plan.packed();
            let output = Output::Pcm(PcmOut::latest(agent.rate, heard));
            return Ok((Input::Agent(source), output, Some(SampleEnds::Agent(port))));
        }
        if let Transport::Pcm(rate) = params.transport {
            let (writer, input) = pcm_in(rate, PCM_RING_MS);
            let (output, reader) = pcm_out(rate, PCM_RING_MS);
            return Ok((Input::Pcm(input), Output::Pcm(output), Some(SampleEnds::Pcm(writer, reader))));
        }
        let output = Output::Rtp(Parcel::pack(self.output_plan(sending)?));
        Ok((Input::Rtp(Parcel::pack(self.receive(params)?)), output, None))
    }
}
