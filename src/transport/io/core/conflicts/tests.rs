use super::*;

fn address(last: u8) -> SocketAddr {
    ([192, 0, 2, last], 4000).into()
}

#[test]
fn who_follows_our_ssrc_is_a_loop_and_who_stays_with_it_is_not() {
    let mut collisions = Collisions::default();
    let at = |s: u64| MediaTime::from_millis(1_000 * s);
    assert!(collisions.collides(address(1), 7, at(0)));
    assert!(collisions.collides(address(1), 7, at(1)), "until there is another one");
    assert!(!collisions.collides(address(1), 8, at(2)), "it sends what we send, under any SSRC");
    assert!(collisions.collides(address(2), 8, at(2)), "another may have drawn that as well");
    assert!(!collisions.collides(address(1), 9, at(51)), "each packet of it keeps it known");
    assert!(collisions.collides(address(1), 9, at(101)), "but for 50 s only");
}
