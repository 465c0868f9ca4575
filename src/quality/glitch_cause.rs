//! Pure: why something was heard that was not said, or not heard that was.

use serde::{Deserialize, Serialize};

macro_rules! causes {
    ($($(#[doc = $doc:literal])+ $cause:ident $name:literal,)+) => {
        /// Why audio of a session broke: each audible discontinuity has one.
        ///
        /// Example: [`Glitch`](crate::quality::Glitch).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum GlitchCause { $($(#[doc = $doc])+ $cause,)+ }

        impl GlitchCause {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$cause),+];

            /// A word for tables and labels.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$cause => $name,)+ }
            }
        }
    };
}

causes! {
    /// Packets did not come: the network lost them.
    Lost "lost",
    /// Packets came after they were due.
    Late "late",
    /// Packets came and were dropped here by the limit on floods: more than 128 at once, or 1,000 a second.
    Flooded "flooded",
    /// Packets came and found the ring to the media thread full.
    RingFull "ring_full",
    /// Packets came, and more waited than the session may have waiting, or than its greatest delay allows.
    Dropped "dropped",
    /// Packets came that the codec does not take: their length is none of its, or they cannot be decoded.
    Undecodable "undecodable",
    /// The sender sent nothing for a while, amid sound, and had not said so.
    SenderPaused "sender_paused",
    /// Another source began to send, or the same one with other numbers.
    SourceChanged "source_changed",
    /// Time stretching, to follow the delay of the network.
    Stretched "stretched",
    /// Another codec.
    CodecChanged "codec_changed",
    /// What a prompt was to play did not come in time: a disk that stalls.
    PromptDry "prompt_dry",
    /// What an embedder injects ran dry, and went on within a second.
    InjectionDry "injection_dry",
    /// The writer of a PCM session ran dry amid sound, and went on within a second.
    PcmDry "pcm_dry",
    /// What a speech machine said ran dry, and it had not said that it was at an end.
    AgentDry "agent_dry",
    /// A limiter turned the sum down: by 6 dB or more, or by 1 dB or more for 200 ms together.
    Limited "limited",
    /// Ticks were skipped, as the media thread came too late.
    LateTick "late_tick",
    /// Whoever reads the samples (a PCM reader, a tap, a recording) did not read them in time.
    StalledReader "stalled_reader",
    /// Packets outward found the ring to the I/O thread full.
    OutboundRingFull "outbound_ring_full",
    /// It was held.
    Held "held",
}

impl GlitchCause {
    /// Its place in [`ALL`](Self::ALL).
    pub const fn index(self) -> usize {
        self as usize
    }
}
