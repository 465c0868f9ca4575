//! What a whole DTLS handshake costs, both ends of it in turn, with certificates that are there.

use crate::support::{Bench, Side, Unit};
use media_core::MediaTime;
use media_core::transport::secure::{DtlsAssociation, DtlsCertificate, DtlsNews};

const ENDS: Unit = Unit { name: "ns per end of a handshake", per: 2.0 };

pub fn run(bench: &mut Bench) {
    let own = [(); 2].map(|()| DtlsCertificate::generate().expect("a certificate"));
    let now = MediaTime::from_millis(1_000);
    let mut handshake = || {
        let expected = [own[1].fingerprint(), own[0].fingerprint()];
        let end = |n: usize| DtlsAssociation::new(&own[n], n == 0, Some(expected[n]), now).expect("an end");
        let (mut ends, mut keys) = ([end(0), end(1)], 0);
        for turn in 0..40 {
            let (n, mut sent) = (turn % 2, Vec::new());
            let news = ends[n].poll(|datagram| sent.push(datagram));
            keys += usize::from(matches!(news, Some(DtlsNews::Keys(..))));
            sent.iter().for_each(|datagram| ends[1 - n].receive(datagram, now));
            if keys == 2 {
                return;
            }
        }
        panic!("{keys} of 2 ends have keys");
    };
    let mut sides: Vec<Side<'_>> = vec![("ours", &mut handshake)];
    bench.compare("dtls_handshake", ENDS, &mut sides);
}
