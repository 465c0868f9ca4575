//! A port that is silent for longer than anybody waits.

use super::*;
use crate::agent_port::{AgentPlan, AgentPort};
use std::time::Duration;

#[test]
fn how_long_it_was_dry_is_told_after_a_year_as_after_a_second() {
    let (AgentPlan { mut source, .. }, AgentPort { mut writer, mut events, .. }) =
        AgentPlan::build(&AgentParams::new(SampleRate::Hz48000));
    let year = Duration::from_secs(365 * 86_400);
    source.state = State::Dry(DryCause::Held, year.as_secs() * 48_000);
    writer.write(&[0.1; 480]).unwrap();
    source.pull(PcmTime { tick: TickNumber(1), time: MediaTime::ZERO }, false, &mut [0.0; 480]);
    let told = events.try_next().map(|event| event.kind);
    assert_eq!(told, Some(AgentEventKind::DryEnded { cause: DryCause::Held, lasted: year }));
}
