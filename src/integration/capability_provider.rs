//! Control: what a SIP layer asks for its offers and answers: capability lists, and what two of them come to.

use crate::codec::CapabilityList;
use crate::codec::CodecManager;
use crate::codec::{CodecNegotiationResult, NegotiationRules, Role};
use crate::error::Error;
use crate::session::MediaSessionParams;

/// What media there is, for whoever writes offers and answers. The engine knows no SDP: lists come from the lines of a description and
/// go into them (`tools/src/sdp` does so with the crate `sdp-types`).
///
/// [`CodecManager`] is one: of the built-in codecs, or of a registry with codecs of your own. Control side: it allocates.
///
/// ```
/// use media_core::codec::{CapabilityList, CodecCapability, Role};
/// use media_core::CodecManager;
/// use media_core::integration::MediaCapabilityProvider;
///
/// let media = CodecManager::default();
/// let ours = media.get_audio_capabilities();
/// let offer = CapabilityList::audio(vec![CodecCapability::static_type(8).unwrap()]); // m=audio 4000 RTP/AVP 8
/// let negotiated = media.negotiate_media(&ours, &offer, Role::Answerer)?;
/// assert_eq!(negotiated.description(&ours).codecs.len(), 1); // what our answer says
/// assert_eq!(negotiated.params.receive.payload_type(), 8); // what the session is made of
/// # Ok::<(), media_core::Error>(())
/// ```
pub trait MediaCapabilityProvider {
    /// What is offered of audio: codecs in their order, telephone events, comfort noise.
    fn get_audio_capabilities(&self) -> CapabilityList;

    /// What is offered of video, which is relayed and never decoded.
    fn get_video_capabilities(&self) -> CapabilityList;

    /// What two lists come to: as `role` says, `local` is our offer and `remote` the answer to it, or `remote` is the offer.
    ///
    /// # Errors
    /// [`CodecError`](crate::error::CodecError): a [`NegotiationError`](crate::codec::NegotiationError) where nothing is in common, with
    /// the reason for each codec; a codec that cannot be built.
    fn negotiate_media(
        &self,
        local: &CapabilityList,
        remote: &CapabilityList,
        role: Role,
    ) -> Result<MediaNegotiationResult, Error>;
}

/// What two capability lists came to.
///
/// Example: [`MediaCapabilityProvider`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MediaNegotiationResult {
    /// Codec by codec, with what was refused and why.
    pub codecs: CodecNegotiationResult,
    /// A session of it, which lacks what is no matter of codecs: address, transport, processing.
    pub params: MediaSessionParams,
}

impl MediaNegotiationResult {
    /// What our description says from now on: the answer to an offer, or what is left of our own. `local` is the list that was
    /// negotiated.
    pub fn description(&self, local: &CapabilityList) -> CapabilityList {
        self.codecs.answer(local)
    }
}

impl MediaCapabilityProvider for CodecManager {
    fn get_audio_capabilities(&self) -> CapabilityList {
        self.registry().audio_offer()
    }

    fn get_video_capabilities(&self) -> CapabilityList {
        self.registry().video_offer()
    }

    fn negotiate_media(
        &self,
        local: &CapabilityList,
        remote: &CapabilityList,
        role: Role,
    ) -> Result<MediaNegotiationResult, Error> {
        let rules = match role {
            Role::Offerer => NegotiationRules::offerer(),
            Role::Answerer => NegotiationRules::answerer(),
        };
        let codecs = self.negotiate_codecs(local, remote, &rules)?;
        let params = MediaSessionParams::negotiated(self, &codecs)?;
        Ok(MediaNegotiationResult { codecs, params })
    }
}
