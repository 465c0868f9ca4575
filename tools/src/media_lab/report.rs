//! Control: what a command says at its end: for people `name value, name value`, with `--json` one object.

use serde_json::Value;
use std::time::Duration;

/// Prints the members of an object.
pub fn print(json: bool, object: &Value) {
    println!("{}", if json { object.to_string() } else { plain(object) });
}

/// The members in one line.
#[must_use]
pub fn plain(object: &Value) -> String {
    let member = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{} {text}", name.replace('_', " "))
    };
    object.as_object().map_or_else(|| object.to_string(), |o| o.iter().map(member).collect::<Vec<_>>().join(", "))
}

/// Milliseconds, to the microsecond.
#[must_use]
pub fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
