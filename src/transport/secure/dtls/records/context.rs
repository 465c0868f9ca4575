//! Control: who we are to OpenSSL, and what it may agree on with a peer.

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::pkey::PKey;
use openssl::ssl::{
    Ssl, SslContext, SslContextBuilder, SslMethod, SslOptions, SslRef, SslSessionCacheMode, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use std::sync::OnceLock;

/// Those of dimpl, the strongest first (RFC 7714 section 14.2, RFC 5764 section 4.1.2).
const PROFILES: &str = "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
/// A key of its own for each call: who learns a certificate's key reads no call of before. The peer signs with whatever key
/// its certificate has. Without ChaCha20 and CCM, whose shortest records are as short as forged ones
/// that OpenSSL ends an association over (`plausible`).
const CIPHERS: &str = "ECDHE+AESGCM:ECDHE+AES:DHE+AESGCM:!AESCCM:!aNULL:!aDSS:!aPSK";
/// Octets of a datagram at most, as dimpl has it.
const MTU: u32 = 1_150;

/// What a server has its client repeat before it does any work for it.
type Cookie = [u8; 20];

/// Our certificate with its private key, and all that is the same in each of its associations.
pub struct Identity {
    context: SslContext,
    cookie: Index<Ssl, Cookie>,
}

impl Identity {
    /// Of both in DER, the key as PKCS #8.
    pub fn new(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
        let cookie = cookies()?;
        let context = context(certificate, key, cookie).map_err(|why| why.to_string())?;
        Ok(Self { context, cookie })
    }

    /// For an association, as client if `active`.
    pub fn begin(&self, active: bool) -> Option<Ssl> {
        let mut ssl = Ssl::new(&self.context).ok()?;
        ssl.set_mtu(MTU).ok()?;
        let mut cookie = Cookie::default();
        getrandom::fill(&mut cookie).ok()?;
        ssl.set_ex_data(self.cookie, cookie);
        if active {
            ssl.set_connect_state()
        } else {
            ssl.set_accept_state()
        }
        Some(ssl)
    }
}

fn context(certificate: &[u8], key: &[u8], cookie: Index<Ssl, Cookie>) -> Result<SslContext, ErrorStack> {
    let mut context = SslContextBuilder::new(SslMethod::dtls())?;
    let options = SslOptions::NO_QUERY_MTU | SslOptions::NO_TICKET | SslOptions::NO_RENEGOTIATION;
    context.set_options(options | SslOptions::COOKIE_EXCHANGE);
    context.set_min_proto_version(Some(SslVersion::DTLS1_2))?;
    context.set_max_proto_version(Some(SslVersion::DTLS1_2))?;
    // What went on of an association of before would have no certificate to be judged.
    context.set_session_cache_mode(SslSessionCacheMode::OFF);
    context.set_cipher_list(CIPHERS)?;
    context.set_tlsext_use_srtp(PROFILES)?;
    context.set_certificate(&*X509::from_der(certificate)?)?;
    context.set_private_key(&*PKey::private_key_from_pkcs8(key)?)?;
    // A certificate there has to be; whose it is, the fingerprint in the peer's description says, and nobody else.
    context.set_verify_callback(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT, |_, _| true);
    let own = move |ssl: &SslRef| ssl.ex_data(cookie).copied();
    context.set_cookie_generate_cb(move |ssl, room| {
        let (own, length) = (own(ssl).ok_or_else(ErrorStack::get)?, size_of::<Cookie>());
        let room = room.get_mut(..length).ok_or_else(ErrorStack::get)?;
        room.copy_from_slice(&own);
        Ok(length)
    });
    context.set_cookie_verify_cb(move |ssl, came| own(ssl).is_some_and(|own| own == *came));
    Ok(context.build())
}

/// Where an association keeps its cookie: one place in this process.
fn cookies() -> Result<Index<Ssl, Cookie>, String> {
    static PLACE: OnceLock<Result<Index<Ssl, Cookie>, String>> = OnceLock::new();
    PLACE.get_or_init(|| Ssl::new_ex_index().map_err(|why| why.to_string())).clone()
}
