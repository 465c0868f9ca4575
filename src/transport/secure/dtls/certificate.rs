//! Control: certificates of our own, for DTLS-SRTP: of a key by chance, signed by itself.

use super::records::Identity;
use crate::transport::secure::DtlsFingerprint;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePrivateKey;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::Encode;
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};
use zeroize::Zeroizing;

const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Numbers that are no key of the curve come once in 2^32 times.
const TRIES: usize = 8;

/// Why there is no certificate.
///
/// Example: [`DtlsCertificate`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The operating system has no random numbers.
    #[error("the operating system gives no random numbers")]
    NoRandomNumbers,
    /// It could not be put together.
    #[error("a certificate could not be made: {0}")]
    Encoding(String),
}

/// A certificate of our own with its private key, for DTLS-SRTP (RFC 5764): ECDSA over P-256, signed by itself. Who reads its
/// fingerprint in our description knows us by it. One does for all sessions of a process, or one for each; a clone is the
/// same certificate.
///
/// ```
/// use media_core::DtlsCertificate;
///
/// let certificate = DtlsCertificate::generate()?;
/// let line = format!("a=fingerprint:{}", certificate.fingerprint());
/// assert!(line.starts_with("a=fingerprint:sha-256 "));
/// # Ok::<(), media_core::CertificateError>(())
/// ```
#[derive(Clone)]
pub struct DtlsCertificate(Arc<Parts>);

struct Parts {
    identity: Identity,
    fingerprint: DtlsFingerprint,
}

/// Who is named in it: nobody, since nobody vouches for it.
struct Nobody;

impl BuilderProfile for Nobody {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        "CN=media-core".parse().unwrap_or_default()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(Vec::new())
    }
}

impl DtlsCertificate {
    /// A new one, of the operating system's random numbers, good from yesterday on for a year. Not real-time safe.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn generate() -> Result<Self, CertificateError> {
        let mut serial = [0; 16];
        getrandom::fill(&mut serial).map_err(|_| CertificateError::NoRandomNumbers)?;
        // A positive number of 16 octets.
        serial[0] = serial[0] & 0x7f | 1;
        let now = SystemTime::now();
        let failed = |why: &dyn std::fmt::Display| CertificateError::Encoding(why.to_string());
        let time = |at| Time::try_from(at).map_err(|why| failed(&why));
        let validity = Validity::new(time(now - DAY)?, time(now + 365 * DAY)?);
        let key = key()?;
        let public = SubjectPublicKeyInfo::from_key(key.verifying_key()).map_err(|why| failed(&why))?;
        let serial = SerialNumber::new(&serial).map_err(|why| failed(&why))?;
        let builder = CertificateBuilder::new(Nobody, serial, validity, public).map_err(|why| failed(&why))?;
        let certificate = builder.build::<_, DerSignature>(&key).map_err(|why| failed(&why))?;
        let certificate = certificate.to_der().map_err(|why| failed(&why))?;
        let key = key.to_pkcs8_der().map_err(|why| failed(&why))?;
        let fingerprint = DtlsFingerprint::of(&certificate);
        let identity = Identity::new(&certificate, key.as_bytes()).map_err(|why| failed(&why))?;
        Ok(Self(Arc::new(Parts { identity, fingerprint })))
    }

    /// Its fingerprint, for our description.
    #[must_use]
    pub fn fingerprint(&self) -> DtlsFingerprint {
        self.0.fingerprint
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.0.identity
    }
}

fn key() -> Result<SigningKey, CertificateError> {
    for _ in 0..TRIES {
        let mut octets = Zeroizing::new([0; 32]);
        getrandom::fill(&mut octets[..]).map_err(|_| CertificateError::NoRandomNumbers)?;
        if let Ok(key) = SigningKey::from_slice(&octets[..]) {
            return Ok(key);
        }
    }
    Err(CertificateError::NoRandomNumbers)
}

impl PartialEq for DtlsCertificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.fingerprint == other.0.fingerprint
    }
}

impl Eq for DtlsCertificate {}

impl std::fmt::Debug for DtlsCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DtlsCertificate({})", self.0.fingerprint)
    }
}
