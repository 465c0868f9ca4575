//! Control: what sessions tell their subscribers.
//!
//! *Facts* are not lost between media thread and supervisor; *notices* (levels) may be. A subscriber that does not keep
//! up misses events of both classes, and is told how many: it then re-reads state by `MediaSessionHandle::state`.

use crate::codec::audio::dtmf::{Digit, TelephoneEvent};
use crate::playback::{InjectionId, PlaybackId, PlaybackReport};
use crate::processing::audio::amd::AmdEvent;
use crate::processing::audio::barge_in::BargeInEvent;
use crate::processing::audio::tone::Tone;
use crate::quality::{AdaptationProposal, QualityAlert};
use crate::quality::{GlitchCause, GlitchSide};
use crate::rt::shed::ShedLevel;
use crate::session::collected::{CollectEnd, CollectedDigits, CollectionId};
use crate::session::conference::MemberHealth;
use crate::session::monitor::MonitorMode;
use crate::session::recording::RecordingEnd;
use crate::session::unplayable::Unplayable;
use crate::types::{
    ConferenceId, Decibels, DialogId, EngineThread, MediaTime, PortId, RecordingId, SessionId, StreamId, WorkerId,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// An event.
///
/// Example: [`Events`](crate::Events).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MediaEvent {
    /// When the supervisor learnt of it (monotonic).
    pub at: MediaTime,
    /// Whose; `None` for what concerns the subscriber or the engine.
    pub session: Option<(SessionId, DialogId)>,
    /// The file that it is about, of a recording or of the flight recorder.
    pub file: Option<Arc<Path>>,
    /// What.
    pub kind: EventKind,
}

/// What happened.
///
/// ```
/// use media_core::{EventKind, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let events = handle.subscribe();
/// let bot = handle.create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// engine.complete(bot.destroy())?;
/// let kinds: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.kind).filter(|kind| kind.is_fact()).collect();
/// assert_eq!(kinds, [EventKind::Created, EventKind::Destroyed]);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// Fact: the session exists.
    Created,
    /// Fact: the session is gone.
    Destroyed,
    /// Fact: the first packets came.
    Started,
    /// Fact: the source began anew (another SSRC, or numbers or timestamps jumped). A hold is no such change.
    SourceChanged,
    /// Fact: its peer changed to another codec of those that it may send, without a renegotiation.
    CodecChanged {
        /// The payload type of what is heard now.
        payload_type: u8,
    },
    /// Fact: nothing came for about a second.
    FellSilent,
    /// Fact: it is heard again after it fell silent.
    Resumed,
    /// Fact: no RTP packet of its peer's came for as long as is set
    /// ([`media_timeout`](crate::MediaSessionParams::media_timeout)). Told once of each such time, within a second.
    MediaTimeout {
        /// How long until now, to a second: since the last one, the session's begin, the end of a hold, or since this was asked for.
        lasted: Duration,
    },
    /// Fact: a panic was caught in its processing; it is parked, silent, until it is destroyed.
    Parked,
    /// Fact: a codec or stage reported its first fault.
    Fault,
    /// Fact: its quality got worse than what is configured, or is good again
    /// ([`quality_thresholds`](crate::MediaEngineConfig::quality_thresholds)).
    Quality(QualityAlert),
    /// Fact: what its peer reports makes a change worth while
    /// ([`MediaSessionParams::adaptation`](crate::MediaSessionParams::adaptation)).
    Adaptation {
        /// Which, and why.
        proposal: AdaptationProposal,
        /// It was carried out; else that is the embedder's to do.
        applied: bool,
    },
    /// Fact: its packets go to this address from now on, learnt from what came.
    Latched(std::net::SocketAddr),
    /// Fact: its DTLS handshake is done: packets are protected by this suite from now on, and it is heard.
    #[cfg(feature = "dtls")]
    Secured(crate::session::SrtpSuite),
    /// Fact: its DTLS handshake came to nothing: no packet leaves, none is taken, until an update brings another fingerprint or role.
    #[cfg(feature = "dtls")]
    HandshakeFailed(crate::session::HandshakeFault),
    /// Fact: its peer did not consent to be sent to for 30 s (RFC 7675): nothing leaves until it does again, which
    /// [`Latched`](Self::Latched) tells.
    #[cfg(feature = "dtls")]
    ConsentLost,
    /// Fact: packets of a stranger were refused; told once, counted always.
    SourceRefused(std::net::SocketAddr),
    /// Fact: packets come and none can be played; with cause and remedy. Told once, and again only after the session was heard
    /// and ceased to be.
    Unplayable(Unplayable),
    /// Fact: packets of our own SSRC came back from there: a loop (RFC 3550 section 8.2). They are not heard; told once,
    /// counted always ([`looped`](crate::session::TransportStatistics::looped)).
    Looped(std::net::SocketAddr),
    /// Fact: another sends under its SSRC (RFC 3550 section 8.2). It said goodbye under that and goes on under a new one, its numbers
    /// and timestamps without a step. To be signalled where SSRCs are (RFC 5576).
    SsrcCollision {
        /// Where the other sends from.
        from: std::net::SocketAddr,
        /// The SSRC until now.
        before: u32,
        /// The SSRC from now on.
        ssrc: u32,
    },
    /// Fact: datagrams of a relay stream go to this address from now on, learnt from what came.
    RelayLatched(StreamId, std::net::SocketAddr),
    /// Fact: a stranger's datagrams to a relay stream were refused; told once, counted always.
    RelaySourceRefused(StreamId, std::net::SocketAddr),
    /// Fact: it is bridged with that session from now on.
    Bridged(SessionId),
    /// Fact: its bridge with that session ended, or the other was replaced ([`transfer`](crate::MediaHandle::transfer)): what
    /// it is bridged with now is told behind this.
    Unbridged(SessionId),
    /// Fact: it monitors that session's call from now on, or does so in another way ([`monitor`](crate::MediaHandle::monitor)).
    MonitorBegan(SessionId, MonitorMode),
    /// Fact: it monitors that session's call no more: it was taken away, or that session left the call, or the call ended.
    MonitorEnded(SessionId),
    /// Fact: it is a member of that conference from now on.
    ConferenceJoined(ConferenceId),
    /// Fact: it left that conference, or the conference ended.
    ConferenceLeft(ConferenceId),
    /// Fact: it has another role in that conference ([`Conference::participants`](crate::Conference::participants) says which).
    ConferenceRoleChanged(ConferenceId),
    /// Fact: that conference began. Of no session.
    ConferenceCreated(ConferenceId),
    /// Fact: that conference ended; its members have left it. Of no session.
    ConferenceDestroyed(ConferenceId),
    /// Fact: it began to speak in that conference.
    TalkBegan(ConferenceId),
    /// Fact: it ceased to speak in that conference: 400 ms ago, so that a pause between words is none; or it left.
    TalkEnded(ConferenceId),
    /// Fact: it has the floor of that conference: it is the dominant speaker until another is.
    DominantSpeaker(ConferenceId),
    /// Fact: audio of it comes in that conference, or does not.
    MemberHealth(ConferenceId, MemberHealth),
    /// Notice: a member that makes a sound, at the interval that was asked for.
    MemberLevel {
        /// Of which conference.
        conference: ConferenceId,
        /// How loud it is there: the peak of what fell by 40 dB a second since.
        level: Decibels,
        /// Whether it is heard, or others are in its place ([`Mixing`](crate::Mixing)).
        heard: bool,
    },
    /// Fact: it lives on another worker now.
    Moved(WorkerId),
    /// Fact: the `RtpBridge` that carried its packets was dropped: it has no network any more, and is to be destroyed.
    BridgeClosed(PortId),
    /// Fact: its media thread or I/O thread does not run: it is silent; it can be destroyed, and nothing else be asked.
    MediaInterrupted(EngineThread),
    /// Fact: that thread runs again.
    MediaRestored(EngineThread),
    /// Fact: a thread of the engine has not run for 2 s: it hangs, as a rule in code of the embedder's. It gets nothing new.
    ThreadStalled(EngineThread),
    /// Fact: it runs again.
    ThreadResumed(EngineThread),
    /// Fact: a thread of the engine has ended, and with it what it carried.
    ThreadEnded(EngineThread),
    /// Fact: the voice detector hears voice.
    VoiceBegan,
    /// Fact: the voice detector no longer hears voice.
    VoiceEnded,
    /// Fact: the barge-in detector ([`BargeInParams`](crate::processing::BargeInParams)) found that the party speaks,
    /// interrupts, utters a backchannel, has ended, or that its turn is over.
    Speech(BargeInEvent),
    /// Fact: the detector of answering machines
    /// ([`set_answering_machine_detection`](crate::MediaSessionHandle::set_answering_machine_detection)) knows who answered, or heard the
    /// end of a machine's beep.
    Amd(AmdEvent),
    /// Fact: a worker is overloaded and has given up one more step of quality.
    QualityShed {
        /// Which.
        worker: WorkerId,
        /// What it gives up from now on.
        level: ShedLevel,
    },
    /// Fact: a worker has taken one step of quality back.
    QualityRestored {
        /// Which.
        worker: WorkerId,
        /// What it still gives up.
        level: ShedLevel,
    },
    /// Fact: its peer began to press a digit, told by a telephone event (RFC 4733) or heard by the tone detector.
    DigitStarted(TelephoneEvent),
    /// Fact: its peer pressed a digit. It also waits in the session until
    /// [`take_digits`](crate::MediaSessionHandle::take_digits).
    Digit(Digit),
    /// Fact: a collection of digits is over. Told once of each that began, after the last of its digits.
    Collected {
        /// Which.
        collection: CollectionId,
        /// The digits, without a terminator.
        digits: CollectedDigits,
        /// Why it is over.
        end: CollectEnd,
    },
    /// Fact: its party has been silent for as long as was set
    /// ([`set_silence_detection`](crate::MediaSessionHandle::set_silence_detection)). Told once of each silence.
    Silence {
        /// How long until now.
        lasted: Duration,
    },
    /// Fact: the silence that was told is over.
    SilenceEnded {
        /// How long it was, from its begin on.
        lasted: Duration,
    },
    /// Fact: the tone detector hears a tone that is no digit.
    ToneStarted(Tone),
    /// Fact: the tone is over.
    ToneEnded {
        /// Which.
        tone: Tone,
        /// How long it lasted, in ms.
        duration_ms: u32,
    },
    /// Fact: the first block of a prompt is sent.
    PlaybackStarted(PlaybackId),
    /// Fact: what a prompt is to play did not come in time (a disk that stalls): there is silence in it.
    PlaybackUnderrun {
        /// Which.
        playback: PlaybackId,
        /// `None`: it begins. How long it was, when it is over.
        lasted: Option<Duration>,
    },
    /// Fact: an [`Injection`](crate::Injection) ran dry: its last block was faded out, and there is nothing of it behind that. At most 32
    /// times within a step of the engine; each is counted ([`underruns`](crate::Injection::underruns)).
    InjectionUnderrun {
        /// Which.
        injection: InjectionId,
        /// `None`: it begins. How long it was, when it is over or the injection is: 0 where the next block followed at once, faded in.
        lasted: Option<Duration>,
    },
    /// Fact: a prompt is over: how, and how far it came. Told once of each that was taken, in the order in which they end.
    PlaybackFinished(PlaybackReport),
    /// Fact: that recording has begun. Of no session where a conference is recorded.
    RecordingStarted(RecordingId),
    /// Fact: blocks of that recording were lost, as the disk was not fast enough: they are silence in the file.
    RecordingLost {
        /// Which.
        recording: RecordingId,
        /// How many blocks of 10 ms, since this was told last.
        blocks: u64,
    },
    /// Fact: that recording is complete: its [`file`](MediaEvent#structfield.file) has its name.
    RecordingFinished {
        /// Which.
        recording: RecordingId,
        /// How long it is.
        length: Duration,
        /// Why it ended.
        end: RecordingEnd,
    },
    /// Fact: that recording ended as its file cannot be written any more; what was written is there as `….part`. The log has what
    /// the system said.
    RecordingFailed(RecordingId, std::io::ErrorKind),
    /// Notice: a glitch, and its cause, while these are told ([`set_glitch_events`](crate::MediaSessionHandle::set_glitch_events)):
    /// of a session one a second at most, the first of those that are known by then.
    Glitch {
        /// Why.
        cause: GlitchCause,
        /// Whose ears it met.
        side: GlitchSide,
        /// When it began.
        begun: MediaTime,
        /// How long it was; 0 for what has no length, and a hold that begins.
        length: Duration,
        /// So many were not told since the last one that was: [`glitches`](crate::MediaSessionHandle::glitches) has all, with what
        /// else is known.
        more: u32,
    },
    /// Fact: the flight recorder wrote a [`file`](MediaEvent#structfield.file) of the call, because of a glitch of that cause
    /// ([`flight_on_glitch`](crate::MediaEngineConfig::flight_on_glitch)).
    FlightWritten {
        /// Why the audio broke.
        cause: GlitchCause,
    },
    /// Notice: mean level over 100 ms, while metering is on.
    Level(Decibels),
    /// To this subscriber: so many events were missed before this one, or before the end of the subscription.
    Lagged(u64),
}

impl EventKind {
    /// Whether losing it would leave a wrong picture behind.
    pub fn is_fact(self) -> bool {
        !matches!(self, Self::Level(_) | Self::MemberLevel { .. } | Self::Glitch { .. } | Self::Lagged(_))
    }
}
