//! Phones as they are.

use super::call::*;
use media_core::transport::LatchMode;

pub fn phones() -> Vec<Row> {
    let outside = phone(OUTSIDE, P, CALL);
    vec![
        row("as signalled", NEAR, &[phone(NEAR, P, CALL)]).goes(0, 6_000, NEAR).hears(0, 6_000, P),
        row("nothing signalled", None, &[phone(NEAR, P, CALL)]).goes(100, 6_000, NEAR).hears(0, 6_000, P),
        row("translator", PRIVATE, &[outside]).goes(100, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("translator's other port", PUBLIC, &[phone(PUBLIC_OTHER_PORT, P, CALL)])
            .goes(100, 6_000, PUBLIC_OTHER_PORT)
            .hears(0, 6_000, P),
        row("signalled public, is elsewhere", PUBLIC, &[outside]).goes(1_100, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("translator beside our own network", NEAR, &[outside]).goes(1_100, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("two interfaces", NEAR, &[phone(NEAR_SECOND, P, CALL)]).goes(1_100, 6_000, NEAR_SECOND).hears(0, 6_000, P),
        row("packets of 60 ms", PRIVATE, &[outside.every(60)]).goes(250, 6_000, OUTSIDE),
        row("packets of 100 ms", PRIVATE, &[outside.packets_of(100)]).goes(400, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("packets of 200 ms, signalled public, is elsewhere", PUBLIC, &[outside.packets_of(200)])
            .goes(2_000, 6_000, OUTSIDE)
            .hears(0, 6_000, P),
        row("packets of 120 ms, then a long mute", PRIVATE, &[phone(OUTSIDE, P, (0, 3_000)).packets_of(120)])
            .goes(500, 30_000, OUTSIDE),
        row(
            "symmetric translator, new port in mid-call",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 3_000)).stream(7, 0), phone(MOVED, Q, (3_000, 6_000)).stream(7, 150)],
        )
        .goes(100, 3_000, OUTSIDE)
        .goes(3_300, 6_000, MOVED)
        .hears(0, 3_000, P)
        .hears(3_240, 6_000, Q),
        row(
            "new port after silence",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 2_500)).stream(7, 0), phone(MOVED, Q, (4_000, 6_000)).stream(7, 125)],
        )
        .goes(100, 4_000, OUTSIDE)
        .goes(4_100, 6_000, MOVED)
        .hears(4_000, 6_000, Q),
        row(
            "restart: new SSRC",
            NEAR,
            &[phone(NEAR, P, (0, 3_000)), phone(NEAR, Q, (3_000, 6_000)).stream(99, 40_000)],
        )
        .goes(0, 6_000, NEAR)
        .hears(0, 3_000, P)
        .hears(3_100, 6_000, Q),
        row("restart at another port", NEAR, &[phone(NEAR, P, (0, 2_000)), phone(NEAR_OTHER_PORT, Q, (4_100, 6_000))])
            .hears(4_100, 6_000, Q),
        row("transfer", NEAR, &[phone(NEAR, P, (0, 3_000)), phone(OTHER, Q, (3_200, 6_000))])
            .says(3_000, Say::Signal(OTHER))
            .goes(0, 3_000, NEAR)
            .goes(3_040, 6_000, OTHER)
            .hears(0, 2_900, P)
            .hears(3_200, 6_000, Q),
        row(
            "transfer to a phone behind a translator",
            NEAR,
            &[phone(NEAR, P, (0, 3_000)), phone(OUTSIDE, Q, (3_200, 6_000))],
        )
        .says(3_000, Say::Signal(PRIVATE))
        .goes(3_300, 6_000, OUTSIDE)
        .hears(3_200, 6_000, Q),
        row(
            "hold to a music server and back",
            PRIVATE,
            &[
                phone(OUTSIDE, P, (0, 2_000)),
                phone(OTHER, X, (2_100, 4_000)),
                phone(OUTSIDE, Q, (4_100, 6_000)).stream(5, 9),
            ],
        )
        .says(2_000, Say::Signal(OTHER))
        .says(4_000, Say::Signal(PRIVATE))
        .goes(2_040, 4_000, OTHER)
        .goes(4_100, 6_000, OUTSIDE)
        .hears(2_100, 3_900, X)
        .hears(4_100, 6_000, Q),
        row("hold by zero and back", PRIVATE, &[outside])
            .says(2_000, Say::Signal(HOLD))
            .says(4_000, Say::Signal(PRIVATE))
            .goes(100, 2_000, OUTSIDE)
            .goes(4_040, 6_000, OUTSIDE)
            .hears(0, 6_000, P)
            .spares(OUTSIDE, 220),
        row("refreshed twice", PRIVATE, &[outside])
            .says(2_000, Say::Signal(PRIVATE))
            .says(4_000, Say::Signal(PRIVATE))
            .goes(100, 6_000, OUTSIDE)
            .hears(0, 6_000, P),
        row("only listens", NEAR, &[]).says(0, Say::OnlyListens).goes(0, 6_000, NEAR),
        row("silent, then speaks", NEAR, &[phone(NEAR, P, (4_000, 6_000))]).goes(0, 6_000, NEAR).hears(4_000, 6_000, P),
        row(
            "muted for a while",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 2_500)), phone(OUTSIDE, Q, (5_000, 6_000)).stream(0x1031, 825)],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(5_000, 6_000, Q),
        row(
            "early media of another host, then the answer",
            NEAR,
            &[phone(OTHER, X, (0, 3_000)), phone(NEAR, P, (3_000, 6_000))],
        )
        .goes(3_100, 6_000, NEAR)
        .hears(0, 2_900, X)
        .hears(3_100, 6_000, P),
        row(
            "forking: the second branch answers",
            OTHER,
            &[phone(OTHER, X, (0, 3_500)), phone(NEAR, P, (3_100, 6_000))],
        )
        .says(3_000, Say::Signal(NEAR))
        .goes(0, 3_000, OTHER)
        .goes(3_040, 6_000, NEAR)
        .hears(3_100, 6_000, P),
        row("media before the answer", None, &[outside])
            .says(3_000, Say::Signal(PRIVATE))
            .goes(100, 2_980, OUTSIDE)
            .goes(3_200, 6_000, OUTSIDE)
            .hears(0, 6_000, P),
        row("RTCP first", PUBLIC, &[phone(PUBLIC_OTHER_PORT, P, (1_000, 6_000))])
            .says(0, Say::Post("198.51.100.1:4001", REPORT))
            .says(500, Say::Post(PUBLIC_OTHER_PORT, REPORT))
            .goes(0, 1_000, PUBLIC)
            .goes(1_100, 6_000, PUBLIC_OTHER_PORT)
            .hears(1_000, 6_000, P),
        (0..20).map(|n| (3_000 + n * 180, Say::Post(OUTSIDE, &[]))).fold(
            row(
                "new port after a mute with keep-alives",
                PRIVATE,
                &[phone(OUTSIDE, P, (0, 2_500)).stream(7, 0), phone(MOVED, Q, (7_000, 9_000)).stream(7, 125)],
            )
            .goes(100, 7_000, OUTSIDE)
            .goes(7_100, 9_000, MOVED)
            .hears(7_000, 9_000, Q),
            |row, (when, post)| row.says(when, post),
        ),
        row("keep-alives only, behind a translator", PRIVATE, &[])
            .says(0, Say::Post(OUTSIDE, &[]))
            .says(500, Say::Post(OUTSIDE, &[0, 0, 0, 0]))
            .says(1_000, Say::Post(OUTSIDE, b"\r\n"))
            .goes(1_040, 6_000, OUTSIDE),
        row(
            "a B2BUA's music beside its voice",
            NEAR,
            &[phone(NEAR, P, (0, 2_500)), phone("10.0.0.1:4600", Q, (4_600, 6_000))],
        )
        .goes(0, 6_000, NEAR)
        .hears(4_600, 6_000, Q),
        row("asymmetric ports", NEAR, &[phone(NEAR_OTHER_PORT, P, CALL)])
            .says(0, Say::Mode(LatchMode::Asymmetric))
            .goes(40, 6_000, NEAR)
            .hears(0, 6_000, P),
        row("a trunk, strictly", NEAR, &[phone(NEAR, P, CALL), phone(NEAR_OTHER_PORT, X, CALL)])
            .says(0, Say::Mode(LatchMode::Strict))
            .goes(0, 6_000, NEAR)
            .hears(200, 6_000, P)
            .deaf(X)
            .spares(NEAR_OTHER_PORT, 0),
        row("IPv6 is no IPv4", None, &[phone(NEAR, P, CALL)]).goes(100, 6_000, NEAR),
    ]
}
