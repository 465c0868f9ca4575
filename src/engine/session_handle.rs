//! Control: a handle to one media session.

use crate::agent_port::AgentPort;
use crate::codec::audio::dtmf::{Digit, DigitString};
use crate::control::verbs::{FoundSession, SampleEnds};
use crate::control::{Pending, Supervisor};
use crate::engine::handle::MediaHandle;
use crate::error::SessionError;
use crate::processing::audio::amd::AmdParams;
use crate::processing::chain::{ProcessingMetrics, ProcessingParams};
use crate::quality::QualityReport;
use crate::session::{
    Direction, MediaSessionParams, MediaSessionState, RtcpStatistics, SendCodec, SessionStatistics, SilenceParams,
    TransportStatistics,
};
use crate::types::{DialogId, Gain, SessionId, WorkerId};
use crate::worker::{PcmReader, PcmWriter, Switch};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// A handle to one media session: `Clone + Send + Sync`, tagged with a generation: once the session is gone, every verb
/// answers [`SessionError::Unknown`](crate::error::SessionError::Unknown), also when another call has taken its place.
/// Dropping it ends nothing.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let session = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let session = engine.complete(session)?;
/// let muted = session.mute();
/// engine.complete(muted)?;
/// let state = session.state();
/// assert!(engine.complete(state)?.muted);
/// let last = session.destroy();
/// assert_eq!(engine.complete(last)?.packets_in, 0);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MediaSessionHandle {
    engine: MediaHandle,
    id: SessionId,
    dialog: DialogId,
    local: Option<SocketAddr>,
    ends: Arc<Mutex<Option<SampleEnds>>>,
}

impl MediaSessionHandle {
    pub(super) fn new(
        engine: MediaHandle,
        id: SessionId,
        dialog: DialogId,
        local: Option<SocketAddr>,
        ends: Option<SampleEnds>,
    ) -> Self {
        Self { engine, id, dialog, local, ends: Arc::new(Mutex::new(ends)) }
    }

    pub(super) fn found(engine: MediaHandle, found: FoundSession) -> Self {
        Self::new(engine, found.id, found.dialog, found.local, None)
    }

    pub(super) fn engine(&self) -> &MediaHandle {
        &self.engine
    }

    /// Its identifier.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Its dialog.
    pub fn dialog(&self) -> &DialogId {
        &self.dialog
    }

    /// Where its packets are to be sent: the address for the SDP. `None` if the engine has no socket for it.
    pub fn local_address(&self) -> Option<SocketAddr> {
        self.local
    }

    /// The rings of a PCM session: what it says and what it hears. Once only; `None` afterwards, or for RTP or an agent.
    pub fn take_pcm(&self) -> Option<(PcmWriter, PcmReader)> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        match ends.take_if(|ends| matches!(ends, SampleEnds::Pcm(..)))? {
            SampleEnds::Pcm(writer, reader) => Some((writer, reader)),
            SampleEnds::Agent(_) => None,
        }
    }

    /// The port of a speech machine, of a session that was made for one
    /// ([`MediaSessionParams::agent`](MediaSessionParams::agent)). Once only; `None` afterwards, or for any other.
    pub fn take_agent_port(&self) -> Option<AgentPort> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        match ends.take_if(|ends| matches!(ends, SampleEnds::Agent(_)))? {
            SampleEnds::Agent(port) => Some(port),
            SampleEnds::Pcm(..) => None,
        }
    }

    /// New parameters after a renegotiation: formats with what goes beside them, packet time and direction are as they say;
    /// of the rest (remote address, transport, jitter buffer, whose packets are taken, keep-alive, processing, relay streams, which codec
    /// is sent, pauses, SSRC, Opus' settings) what they do not mention stays: what was not set by a method of
    /// [`MediaSessionParams`], and is its default. To take something away, set its default by the method, or change what
    /// [`params`](Self::params) gives. Outward RTP goes on without a break.
    ///
    /// # Errors
    /// Through the answer: parameters that are not possible, another transport.
    pub fn update(&self, params: MediaSessionParams) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.update(id, &params, promise))
    }

    /// Which of its formats is sent from the next tick on, without a renegotiation: the peer takes any that it answered.
    /// Telephone events follow: digits are taken under the payload type of the format that is sent, and of no other.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::PayloadType`] if it has no such format.
    pub fn set_send_codec(&self, codec: SendCodec) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set_send_codec(id, codec, promise))
    }

    /// Its present parameters: those it was made with, as updates and verbs changed them.
    pub fn params(&self) -> Pending<MediaSessionParams> {
        let id = self.id;
        self.engine.request(move |s, promise| s.params(id, promise))
    }

    /// Ends the session; answers with its last numbers. A full request queue does not refuse it: verbs that end something
    /// have a reserve of their own.
    pub fn destroy(&self) -> Pending<SessionStatistics> {
        let id = self.id;
        self.engine.request_end(move |s, promise| s.destroy(id, promise))
    }

    /// Hold and resume by verb, both ways at once: `Inactive` holds both, `SendReceive` neither, beside what the direction of
    /// the parameters holds; an update does not change it. What is held inward is dropped and counted; outward nothing is
    /// sent, RTP time goes on, and the first packet after it has the marker.
    pub fn set_direction(&self, direction: Direction) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set_direction(id, direction, promise))
    }

    /// Inward hold by verb, beside that by the direction of the parameters: an update does not end it. What arrives is dropped and counted; whoever hears this session hears nothing.
    pub fn hold_inward(&self) -> Pending<()> {
        self.set(Switch::HoldInward(true))
    }

    /// Ends inward hold by verb; the direction of the parameters may still hold.
    pub fn resume_inward(&self) -> Pending<()> {
        self.set(Switch::HoldInward(false))
    }

    /// Outward hold by verb, beside that by the direction of the parameters: an update does not end it. Nothing is sent; RTP time goes on, the first packet after it has the marker.
    pub fn hold_outward(&self) -> Pending<()> {
        self.set(Switch::HoldOutward(true))
    }

    /// Ends outward hold by verb; the direction of the parameters may still hold.
    pub fn resume_outward(&self) -> Pending<()> {
        self.set(Switch::HoldOutward(false))
    }

    /// The others hear silence; packets to them go on.
    pub fn mute(&self) -> Pending<()> {
        self.set(Switch::Mute(true))
    }

    /// Ends the mute.
    pub fn unmute(&self) -> Pending<()> {
        self.set(Switch::Mute(false))
    }

    /// Gain with which the others hear it, ramped over 10 ms.
    pub fn set_gain(&self, gain: Gain) -> Pending<()> {
        self.set(Switch::Gain(gain))
    }

    /// Level metering: a `Level` event each 100 ms, and `level_dbov` in the statistics.
    pub fn set_metering(&self, on: bool) -> Pending<()> {
        self.set(Switch::Meter(on))
    }

    /// Tells when its party has been silent for a time ([`Silence`](crate::EventKind::Silence)), and how long it was
    /// ([`SilenceEnded`](crate::EventKind::SilenceEnded)); `None`: no more. Silent is what is below a level, what a peer describes as
    /// background noise (comfort noise, DTX), and what does not come or is held. It is judged before mute and gain, behind the stages of
    /// [`set_processing`](Self::set_processing), and counted in blocks of 10 ms. It ends pass-through.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Parameter`], a setting out of its range.
    pub fn set_silence_detection(&self, params: Option<SilenceParams>) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set_silence(id, params, promise))
    }

    /// Finds out who answered a call, from the next tick on: a human, who greets and waits, or an answering machine
    /// ([`Amd`](crate::EventKind::Amd) tells it once); and waits for the beep of a machine, whose end it tells. To be asked for at
    /// pick-up. The same settings again go on; `None`: no more, after which it begins anew. It is
    /// [`ProcessingParams::amd`](crate::ProcessingParams::amd), which another [`set_processing`](Self::set_processing) replaces.
    ///
    /// # Errors
    /// Through the answer: [`Error::Processing`](crate::Error::Processing), a setting out of its range.
    pub fn set_answering_machine_detection(&self, params: Option<AmdParams>) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set_amd(id, params, promise))
    }

    /// What is done to its audio, from the next tick on: echo cancellation, noise suppression, voice detection, gain
    /// control, tones, effects. Stages whose parameters are the same go on with what they have learnt; the others come and
    /// go without a click.
    ///
    /// # Errors
    /// Through the answer: [`Error::Processing`](crate::Error::Processing), what a stage does not take.
    pub fn set_processing(&self, params: ProcessingParams) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set_processing(id, &params, promise))
    }

    /// What is done to its audio now: what was asked for, less what its worker sheds under load.
    pub fn processing(&self) -> Pending<ProcessingParams> {
        let id = self.id;
        self.engine.request(move |s, promise| s.processing(id, promise))
    }

    /// What its stages know, as of the next tick: echo return loss enhancement, echo delay, voice, gain.
    pub fn processing_metrics(&self) -> Pending<ProcessingMetrics> {
        let id = self.id;
        self.engine.request(move |s, promise| s.processing_metrics(id, promise))
    }

    /// Sends digits by telephone events (RFC 4733): `0`–`9`, `*`, `#`, `A`–`D`, `!` for flash; up to 32, each for
    /// `milliseconds` (40 to 8,000) with at least 50 ms between. Answers when they are queued; audio to the peer pauses while
    /// one lasts. Where events were not negotiated they are sent as tones in the audio.
    ///
    /// # Errors
    /// Through the answer: as [`send_digit_string`](Self::send_digit_string), and [`SessionError::Digits`].
    pub fn send_digits(&self, digits: &str, milliseconds: u32) -> Pending<()> {
        let (id, parsed) = (self.id, DigitString::parse(digits, milliseconds));
        let text = digits.to_owned();
        self.engine.request(move |s, promise| match parsed {
            Ok(digits) => s.send_digits(id, digits, promise),
            Err(fault) => Supervisor::refuse(promise, SessionError::Digits(text.clone(), fault)),
        })
    }

    /// Sends digits with pause and level of choice, as [`send_digits`](Self::send_digits) does.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::DigitsWaiting`] if there is no room for all of them; where events were not
    /// negotiated [`SessionError::NoTelephoneEvents`] for flash or another level, which tones do not have, and
    /// [`SessionError::DigitsOnHold`] on outward hold.
    pub fn send_digit_string(&self, digits: DigitString) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.send_digits(id, digits, promise))
    }

    /// What its peer pressed, by telephone events or by tones where those are listened for, since this was last asked: at most
    /// the last 256 digits.
    pub fn take_digits(&self) -> Pending<Vec<Digit>> {
        let id = self.id;
        self.engine.request(move |s, promise| s.take_digits(id, promise))
    }

    /// The signalled remote address.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NoSocket`](crate::error::SessionError::NoSocket).
    pub fn set_remote(&self, remote: SocketAddr) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set_remote(id, remote, promise))
    }

    /// Moves an unconnected session to another worker; bridges and joins do so by themselves.
    ///
    /// # Errors
    /// Through the answer: no such worker, or the session is connected.
    pub fn move_to(&self, worker: WorkerId) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.move_to(id, worker, promise))
    }

    /// The worker that runs it.
    pub fn worker(&self) -> Pending<WorkerId> {
        let id = self.id;
        self.engine.request(move |s, promise| s.worker_of(id, promise))
    }

    /// Its numbers, as of the next tick.
    pub fn statistics(&self) -> Pending<SessionStatistics> {
        let id = self.id;
        self.engine.request(move |s, promise| s.statistics(id, promise))
    }

    /// What its port counted: datagrams, refused sources, malformed packets by kind.
    pub fn transport_statistics(&self) -> Pending<TransportStatistics> {
        let id = self.id;
        self.engine.request(move |s, promise| s.transport_statistics(id, promise))
    }

    /// What is known by RTCP: what we heard of the peer, what the peer heard of us, the round trip.
    pub fn rtcp_statistics(&self) -> Pending<RtcpStatistics> {
        let id = self.id;
        self.engine.request(move |s, promise| s.rtcp_statistics(id, promise))
    }

    /// How good it is: the last interval, the whole call, what is wrong now. Rated each
    /// [`quality_interval_s`](crate::MediaEngineConfig::quality_interval_s); a session of samples never is.
    pub fn quality(&self) -> Pending<QualityReport> {
        let id = self.id;
        self.engine.request(move |s, promise| s.quality(id, promise))
    }

    /// What it is doing.
    pub fn state(&self) -> Pending<MediaSessionState> {
        let id = self.id;
        self.engine.request(move |s, promise| s.state(id, promise))
    }

    pub(super) fn untap(&self, number: u64) -> Pending<()> {
        let id = self.id;
        // Once for each tap, from a drop that cannot try again.
        self.engine.request_own(move |s, promise| s.untap(id, number, promise))
    }

    fn set(&self, switch: Switch) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.set(id, switch, promise))
    }
}
