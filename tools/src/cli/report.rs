//! Pure: what a command found: named values, for people in one line, with `--json` as one object.

use super::files::Files;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// The units that a name may end in, and how they are written.
const UNITS: [(&str, &str); 14] = [
    ("_bit_s", "bit/s"),
    ("_percent", "%"),
    ("_dbfs", "dBFS"),
    ("_dbtp", "dBTP"),
    ("_dbm0", "dBm0"),
    ("_lufs", "LUFS"),
    ("_lu", "LU"),
    ("_db", "dB"),
    ("_ppm", "ppm"),
    ("_ms", "ms"),
    ("_us", "µs"),
    ("_hz", "Hz"),
    ("_mhz", "MHz"),
    ("_s", "s"),
];

/// Named values, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    files: Vec<(&'static str, String)>,
    values: Vec<(&'static str, Value)>,
}

impl Report {
    /// A report on a command's files: the first that it reads is `input`, the first that it writes `output`.
    #[must_use]
    pub fn on(files: &Files<'_>) -> Self {
        let named = |name, path: Option<&Path>| path.map(|path| (name, path.display().to_string()));
        let both = [named("input", files.input()), named("output", files.output())];
        Self { files: both.into_iter().flatten().collect(), values: Vec::new() }
    }

    /// With one more value; a number that is none is null.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((name, rounded(value.into())));
        self
    }

    /// With those values.
    #[must_use]
    pub fn with_all(self, values: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        values.into_iter().fold(self, |report, (name, value)| report.with(name, value))
    }

    /// Prints it.
    pub fn print(&self, json: bool) {
        println!("{}", if json { self.json() } else { self.text() });
    }

    /// One JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        let files = self.files.iter().map(|(name, path)| (*name, Value::from(path.as_str())));
        let members = files.chain(self.values.iter().cloned());
        let members: Vec<_> = members.map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
        format!("{{{}}}", members.join(","))
    }

    /// One JSON object: the files, then the members of what is an object by itself.
    ///
    /// # Errors
    /// What cannot be written as JSON.
    pub fn json_before(&self, more: &impl serde::Serialize) -> serde_json::Result<String> {
        let (own, more) = (self.json(), serde_json::to_string(more)?);
        Ok(match own.strip_suffix('}').zip(more.strip_prefix('{')) {
            Some((own, more)) if own.len() > 1 && more.len() > 1 => format!("{own},{more}"),
            _ => more,
        })
    }

    /// One line: the file, then `name value unit`, a dash for what is not known.
    #[must_use]
    pub fn text(&self) -> String {
        let value = |(name, value): &(&'static str, Value)| {
            let unit = UNITS.iter().find_map(|(suffix, unit)| Some((name.strip_suffix(suffix)?, *unit)));
            let (name, unit) = unit.unwrap_or((name, ""));
            let said = match value {
                Value::Null => "–".to_owned(),
                Value::String(text) if text.is_empty() => "–".to_owned(),
                Value::String(text) => text.clone(),
                other => format!("{other} {unit}"),
            };
            format!("{} {}", name.replace('_', " "), said.trim_end())
        };
        let values = self.values.iter().map(value).collect::<Vec<_>>().join(", ");
        self.files.last().map_or_else(|| values.clone(), |(_, file)| format!("{file}: {values}"))
    }
}

/// Three decimals: a millisecond's microsecond, more than any level means.
fn rounded(value: Value) -> Value {
    match value.as_f64().filter(|_| value.is_f64()) {
        Some(number) => Value::from((number * 1e3).round() / 1e3),
        None => value,
    }
}

/// Milliseconds.
#[must_use]
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
