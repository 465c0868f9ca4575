//! Pure: the vectors of RFC 3711 appendix B, RFC 7714 sections 16 and 17, and the packets of libsrtp's own test.

use super::*;
use crate::transport::secure::srtp::aes_cm::AesCm;
use crate::transport::secure::srtp::cipher::Cipher;
use crate::transport::secure::srtp::derive::{Purpose, Stream, derive};
use crate::transport::secure::srtp::gcm::Gcm;
use crate::transport::secure::srtp::layout::rtp_header;

/// RFC 3711 section B.2: the key stream of counter mode. (B.1 is of the f8 mode, which is none of ours.)
#[test]
fn counter_mode_of_rfc_3711() {
    let key = hex("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap();
    let salt = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD").try_into().unwrap();
    let mut stream = vec![0; 0xff02 * 16];
    AesCm::of(&key, &[0; 20], salt, 10).apply(0, 0, &mut stream);
    let first = "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0";
    assert_eq!(stream[..48], hex(first));
    let last = "EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44";
    assert_eq!(stream[0xfeff * 16..0xff02 * 16], hex(last));
}

/// RFC 3711 section B.3.
#[test]
fn derivation_of_rfc_3711() {
    let (key, salt) = (hex("E1F97A0D3E018BE0D64FA32C06DE4139"), hex("0EC675AD498AFEEBB6960B3AABE6"));
    let master = SrtpKey::new(SrtpSuite::AesCm128HmacSha1_80, &key, &salt).unwrap();
    let derived = |purpose, octets| {
        let mut out = vec![0; octets];
        derive(&master, Stream::Rtp, purpose, &mut out);
        out
    };
    assert_eq!(derived(Purpose::Encryption, 16), hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert_eq!(derived(Purpose::Salt, 14), hex("30CBBC08863D8C85D49DB34A9AE1"));
    let auth = "CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098 \
        6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2";
    assert_eq!(derived(Purpose::Authentication, 94), hex(auth));
}

/// RFC 6188 section 7.3: keys derived with AES of 256 bits.
#[test]
fn derivation_of_rfc_6188() {
    let key = hex("f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6");
    // With a salt of 112 bits, which no suite of ours has: what is derived is the same.
    let salt = hex("3b04803de51ee7c96423ab5b78d2").try_into().unwrap();
    let master = SrtpKey { suite: SrtpSuite::AeadAes256Gcm, key: key.try_into().unwrap(), salt };
    let mut derived = [0; 32];
    derive(&master, Stream::Rtp, Purpose::Encryption, &mut derived);
    assert_eq!(derived[..], hex("5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4"));
    let mut derived = [0; 14];
    derive(&master, Stream::Rtp, Purpose::Salt, &mut derived);
    assert_eq!(derived[..], hex("fa31791685ca444a9e07c6c64e93"));
}

/// The index and packets of RFC 7714 sections 16 and 17, with session keys and salt as given there.
const QUID: &str = "517569642070726f2071756f";

#[test]
fn rtp_of_rfc_7714() {
    let packet =
        hex("8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e697320646976697361 20696e207061727465732074726573");
    let ours = [
        (
            16,
            "8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bca be633bd50d294e6f42a5f47a51c7d19b \
            36de3adf8833 899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            32,
            "8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aa b18012389a58e2f3b50b2a0276ffae0f \
            1ba63799b87b 7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ];
    for (octets, wanted) in ours {
        let cipher = session_cipher(octets);
        let mut out = [packet.as_slice(), &[0; 16]].concat();
        let header = rtp_header(&packet).unwrap();
        // The rollover counter is 0 there.
        let index = u64::from(header.sequence);
        assert_eq!(cipher.seal_rtp(&mut out, packet.len(), header, index), Some(packet.len() + 16));
        assert_eq!(out, hex(wanted));
        assert_eq!(cipher.open_rtp(&mut out, header, [index].into_iter()), Ok((packet.len(), index)));
        assert_eq!(out[..packet.len()], packet);
    }
}

#[test]
fn rtcp_of_rfc_7714() {
    let packet =
        hex("81c8000d4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef \
        deadbeef deadbeef");
    let ours = [
        (
            16,
            "81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e99 7ff5c0f76c06f32dc676a5f1730d6fda 4ce09b4686303ded \
            0bb9275bc84aa45896cf4d2fc5abf872 45d9eade 800005d4",
        ),
        (
            32,
            "81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c28 2c3ece5dbffe0a50a2eaa5c1110555be 8415f658c61de047 \
            6f1b6fad1d1eb30c4446839f57ff6f6c b26ac3be 800005d4",
        ),
    ];
    for (octets, wanted) in ours {
        let cipher = session_cipher(octets);
        let mut out = [packet.as_slice(), &[0; 20]].concat();
        assert_eq!(cipher.seal_rtcp(&mut out, packet.len(), 0x4d61_7273, 0x5d4), Some(packet.len() + 20));
        assert_eq!(out, hex(wanted));
        let word = cipher.rtcp_word(&out).unwrap();
        assert_eq!((word, cipher.open_rtcp(&mut out, 0x4d61_7273, word)), (0x8000_05d4, Ok(packet.len())));
        assert_eq!(out[..packet.len()], packet);
    }
}

fn session_cipher(octets: u8) -> Cipher {
    let (key, salt): (Vec<u8>, _) = ((0..octets).collect(), hex(QUID).try_into().unwrap());
    if octets == 16 {
        Cipher::Gcm128(Gcm::of(&key, salt).unwrap())
    } else {
        Cipher::Gcm256(Gcm::of(&key, salt).unwrap())
    }
}

/// The packets that libsrtp tests itself by (its test/srtp_driver.c): from the master key on.
#[test]
fn the_packets_of_libsrtp() {
    let rtp = hex("800f1234decafbadcafebabe abababababababababababababababab");
    let rtcp = hex("81c8000bcafebabe abababababababababababababababab");
    let key = hex("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6");
    let gcm: Vec<u8> = (0..16).chain(0xa0..0xac).collect();
    let ours = [
        (
            SrtpSuite::AesCm128HmacSha1_80,
            &key,
            "800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb",
            "81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798",
        ),
        (
            SrtpSuite::AeadAes128Gcm,
            &gcm,
            "800f1234decafbadcafebabe c5002ede04cfdd2eb91159e0880aa06e d2976826f796b201df3131a127e8a392",
            "81c8000bcafebabe c98b8b5df0392a55852b6c21ac8e7025 c52c6fbea2b3b446ea31123ba88ce61e 80000001",
        ),
    ];
    for (suite, key, sealed_rtp, sealed_report) in ours {
        let master = SrtpKey::new(suite, &key[..16], &key[16..]).unwrap();
        let (mut sender, mut receiver) = (SrtpSender::new(&master).unwrap(), SrtpReceiver::new(&master).unwrap());
        assert_eq!(sealed(&mut sender, &rtp), hex(sealed_rtp), "{suite}");
        assert_eq!(opened(&mut receiver, &hex(sealed_rtp)), Ok(rtp.clone()), "{suite}");
        // Its first report has the index 1.
        sealed_rtcp(&mut sender, &rtcp);
        assert_eq!(sealed_rtcp(&mut sender, &rtcp), hex(sealed_report), "{suite}");
        assert_eq!(opened_rtcp(&mut receiver, &hex(sealed_report)), Ok(rtcp.clone()), "{suite}");
    }
}
