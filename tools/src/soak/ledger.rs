//! Pure: the books of a soak: what a session's phone, port and leg counted has to add up, and so has the sum of all.

use media_core::session::{SessionStatistics, TransportStatistics};
use serde::Serialize;

/// What was counted about one session from its begin to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry {
    /// Datagrams sent to the session by its phone and by strangers.
    pub sent: u64,
    /// Packets that its phone got.
    pub heard: u64,
    /// What its port counted.
    pub port: TransportStatistics,
    /// What its leg counted.
    pub leg: SessionStatistics,
}

macro_rules! totals {
    ($($(#[$doc:meta])* $field:ident = $of:expr),+ $(,)?) => {
        /// Sums over all sessions.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
        pub struct Totals {
            /// Sessions.
            pub sessions: u64,
            $($(#[$doc])* pub $field: u64),+
        }

        impl Totals {
            fn add(&mut self, entry: &Entry) {
                self.sessions += 1;
                $(self.$field += { let of: fn(&Entry) -> u64 = $of; of(entry) };)+
            }

            /// Name and value of each, in order of declaration.
            pub fn read(&self) -> Vec<(&'static str, u64)> {
                vec![("sessions", self.sessions), $((stringify!($field), self.$field)),+]
            }
        }
    };
}

totals! {
    /// Datagrams sent to the sessions.
    sent = |e| e.sent,
    /// Datagrams that arrived.
    datagrams_in = |e| e.port.datagrams_in,
    /// Datagrams that the kernel dropped before.
    kernel_dropped = |e| e.port.kernel_dropped,
    /// RTP packets handed to the legs.
    packets_in = |e| e.port.packets_in,
    /// Packets of strangers, refused.
    strangers = |e| e.port.refused,
    /// RTCP packets.
    rtcp_in = |e| e.port.rtcp_in,
    /// Datagrams that were neither.
    malformed = |e| e.port.oversized + e.port.all_faults() + e.port.all_srtp_faults(),
    /// Packets dropped before the media thread.
    ring_full = |e| e.port.ring_full,
    /// Packets dropped since a peer flooded its port.
    flooded = |e| e.port.flooded,
    /// Packets that a leg took.
    taken = |e| e.leg.packets_in,
    /// Packets that a leg did not take.
    not_taken = |e| not_taken(&e.leg),
    /// Packets played or passed on.
    played = |e| e.leg.played_packets,
    /// Duplicates, late ones, ones that did not follow, ones skipped.
    dropped = |e| e.leg.duplicates + e.leg.late + e.leg.refused,
    /// Packets that legs emitted.
    emitted = |e| e.leg.packets_out,
    /// Emitted packets that no address was known for yet, or that waited too long.
    unsent = |e| e.port.no_remote + e.port.stale + e.port.malformed_out + e.port.srtp_unsent,
    /// Packets handed to the network.
    packets_out = |e| e.port.packets_out,
    /// Packets of these that the kernel did not take.
    send_errors = |e| e.port.send_errors,
    /// Packets that the phones got.
    heard = |e| e.heard,
}

fn not_taken(leg: &SessionStatistics) -> u64 {
    leg.held + leg.unknown_payload_type + leg.bad_payload + leg.empty_packets + leg.no_slot + leg.event_packets
}

impl Entry {
    /// What does not add up. `lossless`: whatever is sent arrives, or is counted by the engine.
    pub fn breaches(&self, lossless: bool) -> Vec<String> {
        let Self { sent, heard, port, leg } = self;
        let arrived = port.packets_in
            + port.ring_full
            + port.flooded
            + port.refused
            + port.looped
            + port.rtcp_in
            + port.oversized
            + port.all_faults()
            + port.all_srtp_faults();
        let mut rows = vec![
            ("datagrams in = to the leg + drops by kind", port.datagrams_in, arrived),
            ("packets in = taken by the leg + not taken", port.packets_in, leg.packets_in + not_taken(leg)),
            ("taken = played + dropped", leg.packets_in, leg.played_packets + leg.duplicates + leg.late + leg.refused),
            (
                "RTCP in = taken + refused + unread",
                port.rtcp_in,
                port.rtcp_taken + port.rtcp_refused + port.rtcp_unread,
            ),
            (
                "emitted = out + unsent",
                leg.packets_out,
                port.packets_out + port.no_remote + port.stale + port.malformed_out + port.srtp_unsent,
            ),
        ];
        // A packet of redundant data may hold several reports of events, or an unreadable one beside audio.
        rows.retain(|(what, ..)| leg.red_packets == 0 || !what.starts_with("packets in"));
        if lossless {
            rows.push((
                "sent to it = datagrams in + dropped by the kernel",
                *sent,
                port.datagrams_in + port.kernel_dropped,
            ));
            let out = port.packets_out + port.keep_alives_out;
            rows.push(("out, keep-alives too = heard + send errors", out, heard + port.send_errors));
        }
        rows.into_iter().filter(|(_, a, b)| a != b).map(|(what, a, b)| format!("{what}: {a} and {b}")).collect()
    }
}

/// The books of a whole run.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Sums over all sessions that ended.
    pub totals: Totals,
    /// What did not add up; of many the first ten.
    pub breaches: Vec<String>,
    /// How much did not.
    pub broken: u64,
}

impl Ledger {
    /// Enters a session that ended.
    pub fn enter(&mut self, name: &str, entry: &Entry, lossless: bool) {
        self.totals.add(entry);
        for breach in entry.breaches(lossless) {
            self.breach(format!("{name}: {breach}"));
        }
    }

    /// Enters what a network that loses counted itself: `(sent, lost)`, both ways.
    pub fn enter_network(&mut self, (sent, lost): (u64, u64)) {
        let t = self.totals;
        let both = t.sent + t.packets_out;
        if sent != both {
            self.breach(format!("network: {sent} datagrams sent, phones and ports say {both}"));
        }
        let missing = both.wrapping_sub(t.datagrams_in + t.heard);
        if lost != missing {
            self.breach(format!("network: {lost} datagrams lost, phones and ports miss {missing}"));
        }
    }

    fn breach(&mut self, what: String) {
        self.broken += 1;
        if self.breaches.len() < 10 {
            self.breaches.push(what);
        }
    }
}
