//! Control: packet traces as CSV: `seq,arrival_ms,lost,send_ms`.

use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::Path;

/// One packet of a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet {
    /// Its place in the stream, from 0; not wrapped.
    pub sequence: u64,
    /// When it came in, ms; `None` if it was lost.
    pub arrival_ms: Option<f64>,
    /// When it was sent, ms.
    pub send_ms: f64,
}

/// The packets of a stream, in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace(pub Vec<Packet>);

impl Trace {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no trace.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))
    }

    /// Reads CSV with the columns `seq`, `arrival_ms`, `lost`, `send_ms` in any order.
    ///
    /// # Errors
    /// Names the line that is not such a row.
    pub fn parse(csv: &str) -> Result<Self, String> {
        let mut lines = csv.lines().enumerate();
        let header: Vec<&str> = lines.next().ok_or("the trace is empty")?.1.split(',').map(str::trim).collect();
        let column =
            |name: &str| header.iter().position(|h| *h == name).ok_or(format!("the trace has no column {name}"));
        let (sequence, arrival, lost, send) =
            (column("seq")?, column("arrival_ms")?, column("lost")?, column("send_ms")?);
        let mut packets = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let field = |column: usize| fields.get(column).copied().unwrap_or("");
            let wrong = |what: &str| format!("line {}: {what} is not a number", number + 1);
            let is_lost = field(lost) == "1" || field(arrival).is_empty();
            packets.push(Packet {
                sequence: field(sequence).parse().map_err(|_| wrong("seq"))?,
                arrival_ms: match is_lost {
                    true => None,
                    false => Some(field(arrival).parse().map_err(|_| wrong("arrival_ms"))?),
                },
                send_ms: field(send).parse().map_err(|_| wrong("send_ms"))?,
            });
        }
        Ok(Self(packets))
    }

    /// Writes it as CSV.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("seq,arrival_ms,lost,send_ms\n");
        for packet in &self.0 {
            let arrival = packet.arrival_ms.map_or(String::new(), |ms| format!("{ms:.3}"));
            let lost = u8::from(packet.arrival_ms.is_none());
            let _ = writeln!(csv, "{},{arrival},{lost},{:.3}", packet.sequence, packet.send_ms);
        }
        csv
    }
}
