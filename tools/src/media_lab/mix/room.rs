//! Control: the conference of `media-lab mix`: sessions of samples in one room of an engine on virtual time.

use crate::media_lab::blocks;
use crate::media_lab::progress::Progress;
use anyhow::{Context as _, Result};
use media_core::{
    Conference, ConferenceParams, ConferenceStatistics, EventKind, Events, MediaEngineConfig, MediaSessionHandle,
    MediaSessionParams, PcmReader, PcmWriter, SampleRate, SessionId, VirtualEngine,
};

/// Blocks before the first sample: who joins is faded in.
const BEFORE: usize = 20;

/// What became of a conference.
#[derive(Debug)]
pub struct Mix {
    pub members: Vec<Heard>,
    /// Who took the floor when, in seconds.
    pub floor: Vec<(f64, usize)>,
    pub statistics: ConferenceStatistics,
}

/// What became of a member.
#[derive(Debug, Default)]
pub struct Heard {
    /// What it heard, in step with what it said.
    pub pcm: Vec<f32>,
    /// How loud it was, each 10 ms: in dBFS, and whether others heard it.
    pub levels: Vec<(f64, bool)>,
    /// From when to when it spoke, in seconds.
    pub talks: Vec<(f64, f64)>,
    pub spoke_s: f64,
}

struct Member<'a> {
    session: MediaSessionHandle,
    ends: (PcmWriter, PcmReader),
    said: &'a [f32],
}

/// Lets members of those sounds and rates speak to each other.
///
/// # Errors
/// What the engine says.
pub fn run(params: ConferenceParams, members: &[(Vec<f32>, SampleRate)]) -> Result<Mix> {
    let config = MediaEngineConfig::default().max_sessions(members.len()).workers(1usize).io_threads(0usize);
    let mut engine = VirtualEngine::new(config, 1)?;
    let handle = engine.handle();
    let room = engine.complete(handle.create_conference(params))?;
    let mut inside = Vec::new();
    for (n, (said, rate)) in members.iter().enumerate() {
        let pending = handle.create_media_session(&*format!("member-{n}"), MediaSessionParams::pcm(*rate));
        let session = engine.complete(pending)?;
        let ends = session.take_pcm().context("the samples of a new session are taken")?;
        engine.complete(room.join(&session))?;
        inside.push(Member { session, ends, said });
    }
    for _ in 0..BEFORE {
        say(&mut inside, None);
        engine.tick();
        hear(&mut inside);
    }
    let blocks = members.iter().map(|(said, rate)| said.len().div_ceil(rate.block_samples())).max().unwrap_or(0);
    let events = handle.subscribe();
    let mut mix = Mix {
        members: members.iter().map(|_| Heard::default()).collect(),
        floor: Vec::new(),
        statistics: engine.complete(room.statistics())?,
    };
    let mut progress = Progress::new("mixing", blocks);
    for block in 0..blocks {
        say(&mut inside, Some(block));
        engine.tick();
        for (heard, pcm) in mix.members.iter_mut().zip(hear(&mut inside)) {
            heard.pcm.extend(pcm);
            heard.levels.push((blocks::level_dbfs(&[]), true));
        }
        take(&events, &inside, block, &mut mix);
        progress.at(block);
    }
    finish(&mut engine, &room, blocks, members, mix)
}

/// Each says its block of that number, or silence; whose sound is over says nothing.
fn say(inside: &mut [Member<'_>], block: Option<usize>) {
    for member in inside {
        let size = member.ends.0.rate().block_samples();
        let at = block.map_or(member.said.len(), |block| block * size);
        if at < member.said.len() || block.is_none() {
            member.ends.0.write(&blocks::block(member.said, at, size));
        }
    }
}

fn hear(inside: &mut [Member<'_>]) -> Vec<Vec<f32>> {
    let heard = |member: &mut Member<'_>| {
        let reader = &mut member.ends.1;
        let mut pcm = vec![0.0; reader.available()];
        let (count, block) = (reader.read(&mut pcm), reader.rate().block_samples());
        // Samples run with time: where ticks ran unheard, the last block is this one's.
        pcm.truncate(count);
        pcm.drain(..count.saturating_sub(block));
        pcm.resize(block, 0.0);
        pcm
    };
    inside.iter_mut().map(heard).collect()
}

fn take(events: &Events, inside: &[Member<'_>], block: usize, mix: &mut Mix) {
    let at = block as f64 / 100.0;
    let number = |id: SessionId| inside.iter().position(|member| member.session.id() == id);
    while let Some(event) = events.try_next() {
        let Some(n) = event.session.and_then(|(id, _)| number(id)) else { continue };
        let heard = &mut mix.members[n];
        match event.kind {
            EventKind::TalkBegan(_) => heard.talks.push((at, f64::NAN)),
            EventKind::TalkEnded(_) => heard.talks.iter_mut().rev().take(1).for_each(|talk| talk.1 = at),
            EventKind::DominantSpeaker(_) => mix.floor.push((at, n)),
            EventKind::MemberLevel { level, heard: picked, .. } => {
                heard.levels.iter_mut().rev().take(1).for_each(|last| *last = (level.0.into(), picked));
            }
            _ => {}
        }
    }
}

fn finish(
    engine: &mut VirtualEngine,
    room: &Conference,
    blocks: usize,
    members: &[(Vec<f32>, SampleRate)],
    mut mix: Mix,
) -> Result<Mix> {
    let before = mix.statistics;
    mix.statistics = engine.complete(room.statistics())?;
    mix.statistics.blocks -= before.blocks;
    let participants = engine.complete(room.participants())?;
    for ((heard, participant), (_, rate)) in mix.members.iter_mut().zip(&participants).zip(members) {
        heard.spoke_s = participant.spoke_for.as_secs_f64();
        heard.pcm.truncate(blocks * rate.block_samples());
        let end = blocks as f64 / 100.0;
        heard.talks.iter_mut().filter(|talk| talk.1.is_nan()).for_each(|talk| talk.1 = end);
    }
    Ok(mix)
}
