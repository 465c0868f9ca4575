//! Pure: a replay by time: what was ordered, gaps in what came and went, and where it differs from the call.

use media_core::{MediaTime, Replay, ReplayedLeg, ReplayedPacket};
use std::time::Duration;

/// Time without a packet that is a gap.
const GAP: Duration = Duration::from_millis(100);

/// One line an event, the earliest first.
pub(super) fn text(replay: &Replay) -> String {
    let mut lines: Vec<(MediaTime, String)> = Vec::new();
    for order in &replay.orders {
        let leg = order.leg.map_or(String::new(), |leg| format!(" {leg}"));
        let before = if order.at.is_none() { " (before)" } else { "" };
        lines.push((order.at.unwrap_or(replay.begin), format!("worker {}{leg}: {}{before}", order.worker, order.what)));
    }
    for leg in &replay.legs {
        lines.extend(gaps(leg, "from", &leg.received));
        lines.extend(gaps(leg, "to", &leg.sent));
    }
    let differences = [("first", &replay.first_difference), ("last", &replay.last_difference)];
    for (which, difference) in differences {
        if let Some(difference) = difference {
            lines.push((difference.at, format!("{which} difference, leg {}: {}", difference.leg, difference.what)));
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    let line = |(at, text): &(MediaTime, String)| format!("{:9.3} s  {text}\n", (*at - replay.begin).as_secs_f64());
    lines.iter().map(line).collect()
}

fn gaps<'a>(
    leg: &'a ReplayedLeg,
    way: &'a str,
    packets: &'a [ReplayedPacket],
) -> impl Iterator<Item = (MediaTime, String)> + 'a {
    let ends = packets.first().map(|packet| (packet.at, format!("{way} {}: the first packet", leg.dialog)));
    let between = packets.windows(2).filter_map(move |pair| {
        let [before, after] = pair else { return None };
        let lost = after.sequence.wrapping_sub(before.sequence).wrapping_sub(1);
        let told = match (after.at - before.at, lost) {
            _ if after.ssrc != before.ssrc => "another SSRC".to_owned(),
            (_, 1..100) => format!("{lost} packets missing before {}", after.sequence),
            (gap, _) if gap >= GAP => format!("nothing for {} ms", gap.as_millis()),
            _ => return None,
        };
        Some((after.at, format!("{way} {}: {told}", leg.dialog)))
    });
    ends.into_iter().chain(between)
}
