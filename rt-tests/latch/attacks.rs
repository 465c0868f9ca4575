//! Strangers as they come.

use super::call::*;
use media_core::transport::LatchMode;

pub fn attacks() -> Vec<Row> {
    let x = |time| phone(STRANGER, X, time);
    let neighbour = |time| phone(NEIGHBOUR, X, time);
    vec![
        // A phone that only listens, at its reachable address.
        row("three packets at a silent phone", NEAR, &[x((500, 560))]).goes(0, 6_000, NEAR).spares(STRANGER, 0),
        row("three of a neighbour", NEAR, &[neighbour((500, 560))]).goes(0, 6_000, NEAR).spares(NEIGHBOUR, 0),
        row("ten packets", PUBLIC, &[x((500, 700))]).goes(0, 6_000, PUBLIC).spares(STRANGER, 0),
        row("speech at a phone that only listens", NEAR, &[x((500, 6_000))])
            .says(0, Say::OnlyListens)
            .goes(0, 6_000, NEAR)
            .spares(STRANGER, 0),
        row("speech at a phone on hold", NEAR, &[x((500, 6_000))])
            .says(0, Say::Hold)
            .goes(0, 6_000, NEAR)
            .spares(STRANGER, 0),
        row("speech at a phone whose RTCP comes", PUBLIC, &[x((500, 6_000))])
            .says(200, Say::Post("198.51.100.1:4001", REPORT))
            .says(5_200, Say::Post("198.51.100.1:4001", REPORT))
            .goes(0, 6_000, PUBLIC)
            .spares(STRANGER, 0),
        // Before the first packet of a phone behind a translator.
        row("three packets before the phone", PRIVATE, &[x((0, 60)), phone(OUTSIDE, P, (1_000, 6_000))])
            .goes(1_200, 6_000, OUTSIDE)
            .hears(1_000, 6_000, P),
        row(
            "one each 150 ms before the phone",
            PRIVATE,
            &[x((0, 6_000)).every(150), phone(OUTSIDE, P, (1_000, 6_000))],
        )
        .goes(1_300, 6_000, OUTSIDE)
        .hears(1_200, 6_000, P),
        row(
            "one each 150 ms before a phone of 60 ms",
            PRIVATE,
            &[x((0, 6_000)).every(150), phone(OUTSIDE, P, (1_000, 6_000)).every(60)],
        )
        .goes(1_600, 6_000, OUTSIDE),
        row(
            "another payload type before the phone",
            PRIVATE,
            &[x((0, 6_000)).of(34), phone(OUTSIDE, P, (1_000, 6_000))],
        )
        .goes(1_300, 6_000, OUTSIDE)
        .hears(1_200, 6_000, P),
        row(
            "speech before a phone at its signalled host",
            PUBLIC,
            &[x((0, 6_000)), phone(PUBLIC_OTHER_PORT, P, (3_000, 6_000))],
        )
        .goes(3_200, 6_000, PUBLIC_OTHER_PORT)
        .hears(3_200, 6_000, P),
        // After a new address.
        row("the old phone never stops", NEAR, &[phone(NEAR, X, (0, 6_000)), phone(OTHER, Q, (4_000, 6_000))])
            .says(2_000, Say::Signal(OTHER))
            .goes(2_040, 6_000, OTHER)
            .hears(4_000, 6_000, Q)
            .spares(NEAR, 105),
        row("the old phone never stops, the new one never begins", NEAR, &[phone(NEAR, X, (0, 6_000))])
            .says(2_000, Say::Signal(OTHER))
            .goes(2_040, 6_000, OTHER)
            .spares(NEAR, 105),
        row(
            "three packets after a new address",
            NEAR,
            &[phone(NEAR, P, (0, 2_000)), x((2_050, 2_110)), phone(OTHER, Q, (4_000, 6_000))],
        )
        .says(2_000, Say::Signal(OTHER))
        .goes(2_040, 6_000, OTHER)
        .hears(4_000, 6_000, Q)
        .spares(STRANGER, 0),
        row(
            "a stranger who was refused before, after a new address",
            NEAR,
            &[phone(NEAR, P, (0, 2_000)), x((1_000, 2_500)), phone(OTHER, Q, (2_500, 6_000))],
        )
        .says(2_000, Say::Signal(OTHER))
        .goes(2_040, 6_000, OTHER)
        .hears(2_600, 6_000, Q)
        .spares(STRANGER, 0),
        // Beside a phone that speaks.
        row("as good as the phone", PRIVATE, &[phone(OUTSIDE, P, CALL), x((500, 6_000))])
            .goes(100, 6_000, OUTSIDE)
            .hears(0, 6_000, P)
            .deaf(X)
            .spares(STRANGER, 0),
        row("as good as a phone of 100 ms", PRIVATE, &[phone(OUTSIDE, P, CALL).packets_of(100), x((2_500, 6_000))])
            .goes(400, 6_000, OUTSIDE)
            .hears(0, 6_000, P)
            .deaf(X)
            .spares(STRANGER, 0),
        row(
            "a flood of guessed SSRC",
            PRIVATE,
            &[phone(OUTSIDE, P, CALL), x((500, 6_000)).every(1).stream(0x1031, 725)],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(0, 6_000, P)
        .deaf(X)
        .spares(STRANGER, 0),
        row(
            "the phone's own packets from elsewhere, late",
            PRIVATE,
            &[phone(OUTSIDE, P, CALL), x((100, 6_100)).stream(0x1031, 700)],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(0, 6_000, P)
        .deaf(X)
        .spares(STRANGER, 0),
        row(
            "the phone's own packets, when it has gone silent",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 3_000)), x((3_500, 6_000)).stream(0x1031, 700)],
        )
        .goes(100, 6_000, OUTSIDE)
        .deaf(X)
        .spares(STRANGER, 0),
        row(
            "a silent phone's seat",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 3_000)), x((4_000, 9_000)), phone(OUTSIDE, Q, (9_000, 10_000))],
        )
        .goes(100, 10_000, OUTSIDE)
        .hears(9_000, 10_000, Q)
        .deaf(X)
        .spares(STRANGER, 0),
        row("RTCP and empty datagrams of a stranger", NEAR, &[phone(NEAR, P, (3_000, 6_000))])
            .says(500, Say::Post(STRANGER, REPORT))
            .says(1_000, Say::Post(STRANGER, &[]))
            .says(1_500, Say::Post(STRANGER, &[0]))
            .says(2_000, Say::Post(STRANGER, &[]))
            .says(2_500, Say::Post(STRANGER, &[]))
            .goes(0, 6_000, NEAR)
            .hears(3_000, 6_000, P)
            .spares(STRANGER, 0),
        row("three packets beside a phone that only listens behind its translator", PRIVATE, &[x((3_000, 3_060))])
            .says(0, Say::Post(OUTSIDE, &[]))
            .says(500, Say::Post(OUTSIDE, &[]))
            .says(1_000, Say::Post(OUTSIDE, &[]))
            .says(5_000, Say::Post(OUTSIDE, &[]))
            .says(20_000, Say::Post(OUTSIDE, &[]))
            .goes(1_040, 3_000, OUTSIDE)
            .goes(5_040, 30_000, OUTSIDE),
        row("empty datagrams before a phone's first word", PRIVATE, &[phone(OUTSIDE, P, (1_000, 1_200))])
            .says(300, Say::Post(STRANGER, &[]))
            .says(600, Say::Post(STRANGER, &[]))
            .says(900, Say::Post(STRANGER, &[]))
            .hears(1_000, 1_200, P),
        row(
            "two packets that go on the phone's stream in its pause",
            PRIVATE,
            &[
                phone(OUTSIDE, P, (0, 3_000)),
                x((3_400, 3_440)).stream(0x1031, 850),
                phone(OUTSIDE, Q, (4_000, 6_000)).stream(0x1031, 850),
            ],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(4_000, 6_000, Q)
        .spares(STRANGER, 0),
        row(
            "speech when a phone that has moved is silent",
            PRIVATE,
            &[
                phone(OUTSIDE, P, (0, 2_500)).stream(7, 0),
                phone(MOVED, Q, (3_000, 3_500)).stream(7, 125),
                x((4_500, 6_000)),
            ],
        )
        .goes(3_100, 6_000, MOVED)
        .deaf(X)
        .spares(STRANGER, 0),
        row("speech after a session refresh", PRIVATE, &[phone(OUTSIDE, P, (0, 3_000)), x((3_600, 6_000))])
            .says(3_500, Say::Signal(PRIVATE))
            .goes(100, 6_000, OUTSIDE)
            .deaf(X)
            .spares(STRANGER, 0),
        // What a forged sender can direct at a victim where nothing better is known: 20 s of one call.
        row("amplified, behind a translator", PRIVATE, &[x((0, 60))])
            .goes(22_000, 60_000, PRIVATE)
            .spares(STRANGER, 1_010),
        row("amplified, nothing signalled", None, &[x((0, 60))])
            .says(59_000, Say::Signal(NEAR))
            .goes(59_100, 60_000, NEAR)
            .spares(STRANGER, 1_010),
        row("Strict takes no stranger's word", NEAR, &[x((500, 6_000)), phone(NEAR_OTHER_PORT, X, (500, 6_000))])
            .says(0, Say::Mode(LatchMode::Strict))
            .goes(0, 6_000, NEAR)
            .deaf(X)
            .spares(STRANGER, 0),
    ]
}
