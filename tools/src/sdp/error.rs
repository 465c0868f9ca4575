//! Pure: why a session description cannot be used.

/// Why a session description cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdpError {
    /// Longer than any is.
    #[error("a session description of {0} octets: at most 65,536 are read")]
    TooLong(usize),
    /// No session description.
    #[error("no session description: {0}")]
    Syntax(String),
    /// No audio in it, or only streams that are refused.
    #[error("no audio stream that is not refused: one m=audio line with a port is wanted")]
    NoAudio,
    /// The audio is carried by something else than RTP.
    #[error(
        "audio over {0}: only RTP/AVP, RTP/AVPF, RTP/SAVP, RTP/SAVPF, UDP/TLS/RTP/SAVP and UDP/TLS/RTP/SAVPF are spoken here"
    )]
    Transport(String),
    /// The audio is carried by SRTP, and none of its keys can be used: why the first of them cannot.
    #[error("SRTP without a key that can be used: {0}")]
    Crypto(String),
    /// DTLS or ICE that cannot be: why.
    #[error("DTLS-SRTP: {0}")]
    Dtls(String),
    /// Nobody says where it is.
    #[error("no c= line for the audio stream")]
    NoAddress,
    /// An address that is none, a name, or many.
    #[error("{0:?} is no single IP address: names and multicast are not taken")]
    Address(String),
    /// A payload type that cannot be.
    #[error("payload type {0:?}: must be a number from 0 to 127")]
    PayloadType(String),
    /// The same payload type twice with unlike meanings.
    #[error("payload type {0} has two rtpmap lines that differ")]
    TwoMeanings(u8),
    /// An `rtpmap` that is none.
    #[error("a=rtpmap:{0}: must be a payload type, a name and a clock rate, as in 97 opus/48000/2")]
    RtpMap(String),
    /// A packet time that cannot be.
    #[error("a={0}: must be a number of milliseconds")]
    PacketTime(String),
    /// No payload type that has a name.
    #[error("no payload type of the audio stream has a name")]
    NoCodec,
    /// Other than the session's, in an answer: that has each stream of the offer.
    #[error("the answer has {got} streams, and the offer had {offered}")]
    Streams {
        /// Of the answer.
        got: usize,
        /// Of the offer.
        offered: usize,
    },
}
