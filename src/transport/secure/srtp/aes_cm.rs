//! Pure: AES in counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1).

use super::derive::{Purpose, Stream, derive};
use super::key::{LONGEST_SALT, SrtpKey};
use aes::Aes128Enc;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Blocks of key stream made at a time: as many as a processor works on side by side.
const BLOCKS: usize = 8;
const BLOCK: usize = 16;

/// The session keys of one master key, of RTP or of RTCP.
pub(super) struct AesCm {
    cipher: Aes128Enc,
    salt: [u8; LONGEST_SALT],
    mac: Hmac<Sha1>,
    tag: usize,
}

impl AesCm {
    /// Of a master key, with so many octets of tag.
    pub fn new(master: &SrtpKey, stream: Stream, tag: usize) -> Self {
        let mut key = Zeroizing::new([0; 16]);
        let mut auth = Zeroizing::new([0; 20]);
        let mut salt = [0; LONGEST_SALT];
        derive(master, stream, Purpose::Encryption, &mut key[..]);
        derive(master, stream, Purpose::Authentication, &mut auth[..]);
        derive(master, stream, Purpose::Salt, &mut salt);
        Self::of(&key, &auth, salt, tag)
    }

    /// Of session keys.
    pub(super) fn of(key: &[u8; 16], auth: &[u8; 20], salt: [u8; LONGEST_SALT], tag: usize) -> Self {
        // The block of HMAC is longer than the key: filled up with zeros the key is the same (RFC 2104 section 2).
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(auth).for_each(|(octet, auth)| *octet = *auth);
        let mac = <Hmac<Sha1> as KeyInit>::new((&*block).into());
        Self { cipher: Aes128Enc::new(key.into()), salt, mac, tag }
    }

    /// Octets of a tag.
    pub fn tag(&self) -> usize {
        self.tag
    }

    /// Encrypts, or decrypts, `data` of the packet of that source and index.
    pub fn apply(&self, ssrc: u32, index: u64, data: &mut [u8]) {
        let mut first = [0; BLOCK];
        let [_, _, own @ ..] = index.to_be_bytes();
        first.iter_mut().zip(self.salt).for_each(|(octet, salt)| *octet = salt);
        let mixed = ssrc.to_be_bytes().into_iter().chain(own);
        first.iter_mut().skip(4).zip(mixed).for_each(|(octet, mixed)| *octet ^= mixed);
        for (n, part) in data.chunks_mut(BLOCKS * BLOCK).enumerate() {
            let mut stream = [Block::<Aes128Enc>::from(first); BLOCKS];
            for (own, block) in stream.iter_mut().enumerate() {
                if let Some(counter) = block.last_chunk_mut() {
                    *counter = ((n * BLOCKS + own) as u16).to_be_bytes();
                }
            }
            let needed = part.len().div_ceil(BLOCK);
            if let Some(needed) = stream.get_mut(..needed) {
                self.cipher.encrypt_blocks(needed);
            }
            for (part, block) in part.chunks_mut(BLOCK).zip(&stream) {
                part.iter_mut().zip(block).for_each(|(octet, key)| *octet ^= *key);
            }
        }
    }

    /// The authentication of `data`, to be finished with what follows it.
    pub fn authenticate(&self, data: &[u8]) -> Authentication {
        let mut mac = self.mac.clone();
        mac.update(data);
        Authentication(mac)
    }
}

impl Drop for AesCm {
    fn drop(&mut self) {
        self.salt.zeroize();
    }
}

/// The authentication of a packet, but for its end.
pub(super) struct Authentication(Hmac<Sha1>);

impl Authentication {
    /// The longest tag, with `end` behind what was authenticated.
    pub fn tag(&self, end: &[u8]) -> [u8; 20] {
        let mut mac = self.0.clone();
        mac.update(end);
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is the begin of it, told in constant time.
    pub fn is(&self, end: &[u8], tag: &[u8]) -> bool {
        let right = self.tag(end);
        right.get(..tag.len()).is_some_and(|right| right.ct_eq(tag).into())
    }
}
