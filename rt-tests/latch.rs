//! Whose packets are heard and where ours go, through the handle: phones as they are, and strangers as they come. Each row is
//! a bridged call on virtual time: who sends what, what signalling says meanwhile; asked is what the far phone hears, by the
//! octets, and what comes to whom.

#[path = "latch/attacks.rs"]
mod attacks;
#[path = "latch/call.rs"]
mod call;
#[path = "latch/phones.rs"]
mod phones;
#[path = "latch/relays.rs"]
mod relays;
mod support;

use attacks::attacks;
use call::*;
use phones::phones;

#[test]
fn phones_as_they_are() {
    phones().iter().for_each(Row::check);
}

/// Phones with what is said beside them by strangers who begin when they are there. Nothing goes to a stranger, and the phone
/// is heard and sent to as without them.
#[test]
fn strangers_beside_phones_change_nothing() {
    for begins in [7, 1_507] {
        for (from, name) in [(STRANGER, "far"), (NEIGHBOUR, "near")] {
            // Who only listens behind a translator shows no more than a stranger (a row of the attacks says what it gets back).
            for mut row in phones().into_iter().filter(|row| !row.sources.is_empty() || row.signalled != Some(PRIVATE))
            {
                let until = row.until();
                // A stranger's three packets may be heard where nobody else is there.
                row.sources.push(phone(from, 0x61, (begins, begins + 60)));
                row.sources.push(phone(from, 0x62, (begins + 400, until)).every(150).stream(3, 3));
                row.sources.push(phone("203.0.113.67:9", 0x63, (begins, until)).of(34));
                row.sources.push(
                    phone("203.0.113.68:9", 0x64, (begins, until)).stream(0x1000 + u32::from(P), 30_000).every(130),
                );
                row.says.push((begins / 10 * 10, Say::Post("203.0.113.69:9", REPORT)));
                row.says.push((begins / 10 * 10, Say::Post("203.0.113.69:9", &[])));
                println!("{} beside {name} strangers from {begins} ms", row.name);
                row.check();
            }
        }
    }
}

#[test]
fn strangers_as_they_come() {
    attacks().iter().for_each(Row::check);
}

/// From ever new ports and hosts.
#[test]
fn a_scan_of_ports_holds_no_seat() {
    let ports: Vec<&'static str> =
        (0..40).map(|n| &*Box::leak(format!("203.0.113.{}:{}", 80 + n % 4, 5_000 + n).into_boxed_str())).collect();
    for (signalled, from) in [(Some(NEAR), NEAR), (Some(PRIVATE), OUTSIDE), (None, OUTSIDE)] {
        let scan = ports.iter().enumerate().map(|(n, port)| phone(port, X, (n as u64 * 7, 6_000)).every(280));
        let sources: Vec<_> = scan.chain([phone(from, P, (1_000, 6_000))]).collect();
        row("a scan", signalled, &sources).goes(1_600, 6_000, from).hears(1_500, 6_000, P).check();
    }
}
