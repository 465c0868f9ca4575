//! Control: packet traces as CSV: `seq,arrival_ms,lost,send_ms`.

use crate::cli::files;
use std::fmt::Write as _;
use std::path::Path;

/// One packet of a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet {
    /// Its place in the stream: any first number; where none is over 65535, numbers of RTP that wrap.
    pub sequence: u64,
    /// When it came in, ms; `None` if it was lost.
    pub arrival_ms: Option<f64>,
    /// When it was sent, ms.
    pub send_ms: f64,
}

/// The packets of a stream, in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace(pub Vec<Packet>);

/// Numbers and times beyond lose their fractions: 2^53.
const MOST: f64 = 9_007_199_254_740_992.0;

impl Trace {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no trace.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let octets = files::read(path)?;
        let parsed = match std::str::from_utf8(&octets) {
            Ok(text) => Self::parse(text),
            Err(_) => Err("is no trace: a CSV of seq,arrival_ms,lost,send_ms is read here".to_owned()),
        };
        parsed.map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))
    }

    /// Reads CSV with the columns `seq`, `arrival_ms`, `lost`, `send_ms` in any order, one row at least. Times may be of any
    /// origin, rows in the order of sending or of arrival.
    ///
    /// # Errors
    /// Names the line that is not such a row: a time that is not a finite number, for instance.
    pub fn parse(csv: &str) -> Result<Self, String> {
        let plain = |field: &'_ str| -> String { field.trim().trim_matches('"').to_ascii_lowercase() };
        let mut lines = csv.trim_start_matches('\u{feff}').lines().enumerate();
        let header: Vec<String> = lines.next().ok_or("the trace is empty")?.1.split(',').map(plain).collect();
        let column =
            |name: &str| header.iter().position(|h| h == name).ok_or(format!("the trace has no column {name}"));
        let (sequence, arrival, lost, send) =
            (column("seq")?, column("arrival_ms")?, column("lost")?, column("send_ms")?);
        let mut packets = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let fields: Vec<String> = line.split(',').map(plain).collect();
            let field = |column: usize| fields.get(column).map_or("", String::as_str);
            let time = |name: &str, column: usize| match field(column).parse::<f64>() {
                Ok(ms) if ms.is_finite() && ms.abs() < MOST => Ok(ms),
                _ => Err(format!("line {}: {name} is `{}`: a number of ms is needed", number + 1, field(column))),
            };
            let is_lost = match field(lost) {
                "" | "0" | "0.0" | "false" => field(arrival).is_empty(),
                "1" | "1.0" | "true" => true,
                other => return Err(format!("line {}: lost is `{other}`: 0 or 1 is needed", number + 1)),
            };
            // Tables of floating-point numbers have them as 40000.0.
            let sequence = field(sequence).trim_end_matches(".0").parse::<u64>().ok().filter(|n| *n < MOST as u64);
            packets.push(Packet {
                sequence: sequence.ok_or(format!("line {}: seq is no whole number from 0", number + 1))?,
                arrival_ms: if is_lost { None } else { Some(time("arrival_ms", arrival)?) },
                send_ms: time("send_ms", send)?,
            });
        }
        if packets.is_empty() {
            return Err("the trace has no packet".into());
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
