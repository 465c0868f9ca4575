//! Pure: AES-GCM (RFC 7714).

use super::derive::{Purpose, Stream, derive};
use super::key::SrtpKey;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{BlockCipherEncrypt, BlockSizeUser, KeyInit};
use aes::{Aes128Enc, Aes256Enc};
use aes_gcm::aead::AeadInOut;
use aes_gcm::{AesGcm, Nonce, Tag};
use zeroize::{Zeroize, Zeroizing};

/// Octets of a tag (RFC 7714 section 13.2: none is shorter).
pub(super) const TAG: usize = 16;
const SALT: usize = 12;

/// The session keys of one master key of 128 bits, of RTP or of RTCP.
pub(super) type Gcm128 = Gcm<Aes128Enc>;
/// Of 256 bits.
pub(super) type Gcm256 = Gcm<Aes256Enc>;

/// The session keys of one master key, of RTP or of RTCP.
pub(super) struct Gcm<A> {
    cipher: AesGcm<A, U12>,
    salt: [u8; SALT],
}

impl<A: BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + KeyInit> Gcm<A> {
    /// Of a master key; `None` where it is of another length.
    pub fn new(master: &SrtpKey, stream: Stream) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        let mut salt = [0; SALT];
        let key = key.get_mut(..A::key_size())?;
        derive(master, stream, Purpose::Encryption, key);
        derive(master, stream, Purpose::Salt, &mut salt);
        Self::of(key, salt)
    }

    /// Of session keys; `None` where the key is of another length.
    pub(super) fn of(key: &[u8], salt: [u8; SALT]) -> Option<Self> {
        let cipher = AesGcm::from(A::new_from_slice(key).ok()?);
        Some(Self { cipher, salt })
    }

    /// Encrypts `data` of the packet of that source and index (sections 8.1 and 9.1: 48 bits, of RTCP 31); its tag, with `beside`
    /// authenticated too. `None`: it is longer than GCM allows.
    pub fn seal(&self, ssrc: u32, index: u64, beside: &[u8], data: &mut [u8]) -> Option<[u8; TAG]> {
        let tag = self.cipher.encrypt_inout_detached(&self.nonce(ssrc, index), beside, data.into());
        tag.ok().map(Into::into)
    }

    /// Decrypts `data`, if that is its tag; else it stays as it is.
    pub fn open(&self, ssrc: u32, index: u64, beside: &[u8], data: &mut [u8], tag: [u8; TAG]) -> bool {
        let tag = Tag::from(tag);
        self.cipher.decrypt_inout_detached(&self.nonce(ssrc, index), beside, data.into(), &tag).is_ok()
    }

    fn nonce(&self, ssrc: u32, index: u64) -> Nonce<U12> {
        let mut nonce = self.salt;
        let [_, _, own @ ..] = index.to_be_bytes();
        let mixed = ssrc.to_be_bytes().into_iter().chain(own);
        nonce.iter_mut().skip(2).zip(mixed).for_each(|(octet, mixed)| *octet ^= mixed);
        nonce.into()
    }
}

impl<A> Drop for Gcm<A> {
    fn drop(&mut self) {
        self.salt.zeroize();
    }
}
