//! Pure: session keys from a master key (RFC 3711 section 4.3, RFC 6188 for keys of 256 bits), at a key derivation rate of 0:
//! once a master key.

use super::key::{LONGEST_SALT, SrtpKey};
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use aes::{Aes128Enc, Aes256Enc};

/// What is derived (RFC 3711 section 4.3.2): the number is that of RTP; RTCP's is 3 more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Encryption = 0,
    Authentication = 1,
    Salt = 2,
}

/// Of which packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Rtp,
    Rtcp,
}

/// Fills `out` with the session key of `master` for that purpose. Of a key that has not the length of its suite nothing is
/// derived: there is none.
pub(super) fn derive(master: &SrtpKey, stream: Stream, purpose: Purpose, out: &mut [u8]) {
    let label = purpose as u8 + if stream == Stream::Rtcp { 3 } else { 0 };
    // The label stands left of 48 bits of index, which is 0 at this rate (section 4.3.1).
    let mut salt = master.padded_salt();
    salt[LONGEST_SALT - 7] ^= label;
    if let Ok(cipher) = Aes128Enc::new_from_slice(master.key()) {
        fill(&cipher, salt, out);
    } else if let Ok(cipher) = Aes256Enc::new_from_slice(master.key()) {
        fill(&cipher, salt, out);
    }
}

/// The pseudo-random function of section 4.3.3: the key stream of counter mode from the salt on.
fn fill<C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>>(
    cipher: &C,
    salt: [u8; LONGEST_SALT],
    out: &mut [u8],
) {
    for (n, part) in out.chunks_mut(16).enumerate() {
        let mut block = Block::<C>::default();
        let (head, counter) = block.split_at_mut(LONGEST_SALT);
        head.copy_from_slice(&salt);
        counter.copy_from_slice(&(n as u16).to_be_bytes());
        cipher.encrypt_block(&mut block);
        part.iter_mut().zip(&block).for_each(|(out, octet)| *out = *octet);
    }
}
