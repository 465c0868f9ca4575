//! Pure: the body of the fuzz target `srtp` in `tools/fuzz`, kept here so that plain tests run it as well.

use super::{SrtpKey, SrtpReceiver, SrtpSender, SrtpSuite};
use crate::rtp::{self, RtpHeader};
use crate::transport::secure::LONGEST_TRAILER;

/// Takes any octets as a protected packet, of RTP and of RTCP: nobody who has not the key makes one that is taken, and what is
/// refused stays as it is. Takes them as a payload, too, which comes back out.
///
/// # Panics
/// Where that does not hold.
pub fn srtp(data: &[u8]) {
    for suite in SrtpSuite::ALL {
        let (key, salt) = ([0x5a; 32], [0xa5; 14]);
        let key = key.get(..suite.key_octets()).zip(salt.get(..suite.salt_octets()));
        let key = key.and_then(|(key, salt)| SrtpKey::new(suite, key, salt)).expect("a key of that suite");
        let mut receiver = SrtpReceiver::new(&key).expect("a receiver");
        let mut packet = data.to_vec();
        assert!(receiver.unprotect(&mut packet, None).is_err() && packet == data, "{suite}");
        assert!(receiver.unprotect_rtcp(&mut packet).is_err() && packet == data, "{suite}");

        let mut sender = SrtpSender::new(&key).expect("a sender");
        // As a packet of any header, if it is one.
        let mut packet = [data, &[0; LONGEST_TRAILER]].concat();
        if let Ok(length) = sender.protect(&mut packet, data.len()) {
            packet.truncate(length);
            assert_eq!(receiver.unprotect(&mut packet, None), Ok(data.len()), "{suite}");
            assert_eq!(packet.get(..data.len()), Some(data), "{suite}");
        }
        let mut packet = [data, &[0; LONGEST_TRAILER]].concat();
        if let Ok(length) = sender.protect_rtcp(&mut packet, data.len()) {
            packet.truncate(length);
            assert_eq!(receiver.unprotect_rtcp(&mut packet), Ok(data.len()), "{suite}");
            assert_eq!(packet.get(..data.len()), Some(data), "{suite}");
        }
        let header = RtpHeader { payload_type: 8, sequence: 7, ssrc: 0x0dd_ba11, ..RtpHeader::default() };
        let mut packet = [0; 1_500];
        let payload = data.get(..data.len().min(1_400)).unwrap_or(&[]);
        let length = rtp::write(&header, payload, &mut packet).expect("room");
        let sealed = sender.protect(&mut packet, length).expect("room");
        let sealed = packet.get_mut(..sealed).expect("in it");
        let opened = receiver.unprotect(sealed, None).expect("authentic");
        assert_eq!(rtp::parse(sealed.get(..opened).expect("in it")), Ok((header, payload)), "{suite}");
    }
}
