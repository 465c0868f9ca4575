//! Pure: how a phone's packets are protected, and which of the node's users have them so.

/// How both ends of a leg come to their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protection {
    /// There are none.
    Plain,
    /// They stand in the SDP (RFC 4568).
    Sdes,
    /// By a handshake (RFC 5764).
    Dtls,
}

impl Protection {
    /// As it stands in the name of a case.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Sdes => " over SRTP",
            Self::Dtls => " over DTLS-SRTP",
        }
    }

    /// Who calls and who is called; the first letter is the password.
    pub(super) fn users(self) -> [&'static str; 2] {
        match self {
            Self::Plain => ["alice", "bob"],
            Self::Sdes => ["ann", "ben"],
            Self::Dtls => ["amy", "bea"],
        }
    }

    /// Why it cannot be tried: the phones here shake hands with RSA certificates alone.
    pub(super) fn missing(self) -> Option<&'static str> {
        let refused = self == Self::Dtls && !cfg!(feature = "dtls-openssl");
        refused.then_some("skipped: its certificate is an RSA one: tools/interop --openssl (Debian: libssl-dev)")
    }
}
