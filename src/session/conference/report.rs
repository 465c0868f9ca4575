//! Control: what is known of a conference and of its members.

use super::MemberParams;
use crate::types::{Decibels, SampleRate, SessionId};
use std::time::Duration;

/// A member of a conference as [`Conference::participants`](crate::Conference::participants) lists it.
///
/// Example: [`MemberParams`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Participant {
    /// Which session.
    pub session: SessionId,
    /// What it is there.
    pub params: MemberParams,
    /// How long it has been a member.
    pub member_for: Duration,
    /// Whether it speaks, short pauses included. Known where the conference looks at its
    /// [speakers](super::ConferenceParams::speakers).
    pub talking: bool,
    /// For how long it has spoken, all in all.
    pub spoke_for: Duration,
    /// How loud it was when that was last told ([`level_interval`](super::ConferenceParams::level_interval)).
    pub level: Option<Decibels>,
    /// Whether anything comes from it.
    pub health: MemberHealth,
}

/// Whether a member's audio comes. One that is held, or that none is expected of (a PCM session), is [`Active`](Self::Active).
///
/// Example: [`MemberParams`](crate::MemberParams).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberHealth {
    /// Nothing has come from it yet, and its grace period is not over.
    #[default]
    Newcomer,
    /// It comes.
    Active,
    /// Nothing has come from it since it joined, though its grace period is over.
    Inactive,
    /// It came, and has not for about a second.
    Dropout,
}

/// What a conference counted since it began.
///
/// From [`Conference::statistics`](crate::Conference::statistics). Example: [`MemberParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConferenceStatistics {
    /// The rate at which its members are summed.
    pub rate: SampleRate,
    /// Its members.
    pub members: usize,
    /// Those of them whose role it is to speak.
    pub speakers: usize,
    /// Media threads that its members are on.
    pub workers: usize,
    /// Blocks of 10 ms in which somebody was heard.
    pub blocks: u64,
    /// Of these, how many went beyond full scale: who hears all members heard them limited.
    pub loud_blocks: u64,
    /// How many members were heard in the last block in which anybody was; a line that is sent digital silence is not heard.
    pub heard: u64,
    /// How many members were heard in one block at most.
    pub most_heard: u64,
    /// Blocks of members who said something and were not heard, as others were ([`Mixing`](crate::Mixing)).
    pub left_out: u64,
    /// Blocks in which what the members on one media thread said was not there in time for those on another: faded, and heard by
    /// nobody there.
    pub missing_blocks: u64,
    /// What was encoded once for all who hear the same: packets, and blocks of 10 ms of codecs that take those (G.722). Of codecs with
    /// a memory (G.722, G.729, Opus), from the fourth member on that is sent one; of G.711 it is not counted.
    pub shared_encodes: u64,
    /// And how often that was sent.
    pub shared_packets: u64,
    /// The dominant speaker: who has the floor, until another takes it or it leaves. Known where the conference looks at its
    /// [speakers](super::ConferenceParams::speakers).
    pub dominant: Option<SessionId>,
    /// How many members speak at this moment. Known as [`dominant`](Self::dominant) is.
    pub talking: usize,
    /// How long it has existed.
    pub age: Duration,
}
