//! Pure: keys of SRTP, of what a handshake exports (RFC 5764 section 4.2).

use crate::transport::secure::{SrtpKey, SrtpSuite};

/// Our key and the peer's: the client's key, the server's key, the client's salt, the server's salt; what is exported beyond
/// them is of no use. `None` where the profile (by its number, RFC 5764 section 4.1.2, RFC 7714 section 14.2) is none that is
/// spoken.
pub(super) fn keys(profile: u16, material: &[u8], client: bool) -> Option<(SrtpKey, SrtpKey)> {
    let suite = match profile {
        0x0001 => SrtpSuite::AesCm128HmacSha1_80,
        0x0007 => SrtpSuite::AeadAes128Gcm,
        0x0008 => SrtpSuite::AeadAes256Gcm,
        _ => return None,
    };
    let (key, salt) = (suite.key_octets(), suite.salt_octets());
    let (client_key, rest) = material.split_at_checked(key)?;
    let (server_key, rest) = rest.split_at_checked(key)?;
    let (client_salt, rest) = rest.split_at_checked(salt)?;
    let (server_salt, _) = rest.split_at_checked(salt)?;
    let clients = SrtpKey::new(suite, client_key, client_salt)?;
    let servers = SrtpKey::new(suite, server_key, server_salt)?;
    Some(if client { (clients, servers) } else { (servers, clients) })
}
