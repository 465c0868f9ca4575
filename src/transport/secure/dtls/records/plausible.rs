//! Pure: which datagrams OpenSSL is given. Nobody vouches for what arrives at a port, and OpenSSL ends an association over
//! some records that DTLS says are to be dropped without a word (RFC 6347 section 4.1.2.7).

/// Change of ciphers, alert, handshake (RFC 5246 section 6.2.1): what else there is, is an application's.
const KINDS: std::ops::RangeInclusive<u8> = 20..=22;
/// The first octet of DTLS' versions up to 1.2.
const MAJOR: u8 = 0xfe;
/// What is enciphered has at least a nonce and a tag of AES-GCM (RFC 5288 section 3), and AES-CBC makes it longer.
const SHORTEST: usize = 8 + 16;

/// Whether each record of a datagram is one that a handshake may have; the octets themselves are OpenSSL's to judge.
pub fn plausible(datagram: &[u8]) -> bool {
    let mut rest = datagram;
    while !rest.is_empty() {
        let Some((&[kind, major, _, e0, e1, _, _, _, _, _, _, l0, l1], after)) = rest.split_first_chunk() else {
            return false;
        };
        let (epoch, length) = (u16::from_be_bytes([e0, e1]), usize::from(u16::from_be_bytes([l0, l1])));
        let ciphered = epoch > 0;
        if !KINDS.contains(&kind) || major != MAJOR || length == 0 || (ciphered && length < SHORTEST) {
            return false;
        }
        let Some((_, next)) = after.split_at_checked(length) else { return false };
        rest = next;
    }
    !datagram.is_empty()
}

#[cfg(test)]
mod tests;
