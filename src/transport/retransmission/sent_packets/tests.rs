use super::*;

fn ms(ms: u64) -> MediaTime {
    MediaTime::from_millis(ms)
}

/// A packet of a number: so long, and of octets that no other has.
fn packet(sequence: u16, length: usize) -> Vec<u8> {
    (0..length).map(|n| (usize::from(sequence) * 31 + n) as u8).collect()
}

fn again(sent: &mut SentPackets) -> Option<Vec<u8>> {
    let place = sent.take_wanted()?;
    sent.octets(place).map(<[u8]>::to_vec)
}

#[test]
fn each_packet_that_is_given_again_is_the_one_that_was_sent() {
    let mut sent = SentPackets::default();
    let length = |n: u16| 12 + usize::from(n) * 37 % 900;
    for n in 0..2_000_u16 {
        let sequence = n.wrapping_add(65_000);
        sent.keep((7, sequence), &packet(sequence, length(n)), ms(20 * u64::from(n)));
        for back in [0, 1, 7, 20, 63, 64] {
            let Some(n) = n.checked_sub(back) else { continue };
            let wanted = n.wrapping_add(65_000);
            sent.due = MediaTime::ZERO;
            if sent.want(wanted, ms(20 * u64::from(n + back))) == Wanted::Yes {
                assert_eq!(again(&mut sent), Some(packet(wanted, length(n))), "{n} {back}");
                assert!(back < 25, "of the last half second");
            }
        }
    }
    assert!(sent.wanted == 0);
}

#[test]
fn a_packet_is_sent_again_twice_and_16_at_once() {
    let mut sent = SentPackets::default();
    (0..24).for_each(|n| sent.keep((7, n), &packet(n, 100), ms(1_000)));
    assert_eq!([0, 5, 30].map(|at| sent.want(3, ms(1_000 + at))), [Wanted::Yes, Wanted::Enough, Wanted::Yes]);
    assert_eq!(sent.want(3, ms(1_100)), Wanted::Enough);
    let taken = (4..24).filter(|n| sent.want(*n, ms(1_100)) == Wanted::Yes).count();
    assert_eq!(taken, 16);
    assert_eq!([sent.want(400, ms(1_200)), sent.want(23, ms(1_600))], [Wanted::No; 2]);
}

#[test]
fn another_ssrc_and_other_keys_begin_anew() {
    let mut sent = SentPackets::default();
    sent.keep((7, 1), &packet(1, 100), ms(0));
    sent.keep((8, 2), &packet(2, 100), ms(20));
    assert_eq!(sent.want(1, ms(20)), Wanted::No);
    assert_eq!(sent.want(2, ms(20)), Wanted::Yes);
    sent.forget();
    assert_eq!((sent.want(2, ms(60)), sent.wanted), (Wanted::No, 0));
}
