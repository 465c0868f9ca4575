//! Pure: values of the command line, refused as they are read: "must be 0 to 10".

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A parser of numbers within a range; what is no number is in none.
pub fn within<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text| match text.parse() {
        Ok(value) if range.contains(&value) => Ok(value),
        _ => Err(format!("must be {} to {}", range.start(), range.end())),
    }
}

/// What a number may be, as a person lists it: `8000, 16000 or 48000`.
pub fn either(values: impl IntoIterator<Item = impl Display>) -> String {
    let mut values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    match (values.pop(), values.is_empty()) {
        (Some(last), false) => format!("{} or {last}", values.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}
