//! Control: a collection of digits in the embedder's hands.

use crate::control::Pending;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::{CollectParams, CollectionId};
use crate::types::SessionId;

/// A collection of digits that is under way. `Clone + Send + Sync`; dropping it ends nothing.
///
/// What comes of it is told once, by the event [`Collected`](crate::EventKind::Collected). Digits are told one by one as well, as
/// ever; those that a collection takes do not wait for [`take_digits`](MediaSessionHandle::take_digits), those that are pressed
/// after it are there for the next.
///
/// ```
/// use media_core::processing::DtmfGenerator;
/// use media_core::{CollectEnd, CollectParams, EventKind, MediaEngineConfig, MediaSessionParams, Prompt, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let events = engine.handle().subscribe();
/// let caller = engine.handle().create_media_session("caller", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let caller = engine.complete(caller)?;
/// let (mut says, _hears) = caller.take_pcm().unwrap();
/// let menu = Prompt::samples(vec![0.1; 80_000], 8_000); // ten seconds
/// let collection = engine.complete(caller.collect(CollectParams::new(4).terminators("#").prompt(menu)))?;
/// let mut keys = DtmfGenerator::new(SampleRate::Hz8000);
/// for key in "42#".bytes() {
///     for n in 0..20 {
///         let mut block = [0.0; 80];
///         keys.add(&mut block, (n < 10).then_some(key), 0.0); // 100 ms, and as long a pause
///         says.write(&block);
///         engine.tick();
///     }
/// }
/// let told = std::iter::from_fn(|| events.try_next()).find_map(|event| match event.kind {
///     EventKind::Collected { collection, digits, end } => Some((collection, digits, end)),
///     _ => None,
/// });
/// let (of, digits, end) = told.unwrap();
/// assert_eq!((of, digits.as_str()), (collection.id(), "42"));
/// assert!(matches!(end, CollectEnd::Terminator(key) if key.as_char() == '#'));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Collection {
    engine: MediaHandle,
    session: SessionId,
    id: CollectionId,
}

impl Collection {
    /// Its number, by which its event names it.
    pub fn id(&self) -> CollectionId {
        self.id
    }

    /// Ends it, and its prompt; its event has the digits that there are. One that is over is no error.
    pub fn stop(&self) -> Pending<()> {
        let (session, id) = (self.session, self.id);
        self.engine.request_end(move |s, promise| s.stop_collection(session, id, promise))
    }
}

impl MediaSessionHandle {
    /// Collects the digits that its party presses, from now on and until the event [`Collected`](crate::EventKind::Collected): by
    /// telephone events (RFC 4733), by tones in the audio where those are listened for
    /// ([`ProcessingParams::tones`](crate::ProcessingParams::tones)), and each press once, whichever way it comes. A session that
    /// has no telephone events (none negotiated, or a PCM session) listens for tones by itself for as long as it collects; for
    /// tones that are typed ahead, have it listen before.
    ///
    /// A digit counts when its key is let go; while a key is down no timer runs out but the total one. Timers are kept on the
    /// engine's clock, and are late by two ticks at most, never early.
    ///
    /// # Errors
    /// Through the answer: [`CollectError`](crate::CollectError): a setting out of its range, or it collects already; for the
    /// prompt as [`play`](Self::play).
    pub fn collect(&self, params: CollectParams) -> Pending<Collection> {
        let (session, engine) = (self.id(), self.engine().clone());
        self.engine().request_made(
            move |id| Collection { engine, session, id },
            move |s, promise| s.collect(session, &params, promise),
        )
    }
}
