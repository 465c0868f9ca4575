//! Control: what a client of the stats socket may ask for.

use std::time::Duration;

use crate::telemetry::gauges::GaugeQuery;
use crate::telemetry::legs::{LegOrder, LegQuery};

/// The shortest time between the answers of a watch.
const SHORTEST_WATCH: Duration = Duration::from_millis(100);

pub(super) const HELP: &[u8] =
    b"error: ask for json, text, histograms, prometheus, gauges [json] PATTERN [from NEXT], legs ORDER [first N] [of PART] or \
why [json] SESSION, or to watch one of the first four each MS ms\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Text,
    Histograms,
    Prometheus,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    Once(Form),
    Watch(Form, Duration),
    /// As JSON or as text.
    Gauges(bool, GaugeQuery),
    Legs(LegQuery),
    /// As JSON or as text, of the session of that number or dialog.
    Why(bool, String),
}

impl Request {
    pub(super) fn parse(line: &str) -> Option<Self> {
        let form = |word| match word {
            "json" => Some(Form::Json),
            "text" => Some(Form::Text),
            "histograms" => Some(Form::Histograms),
            "prometheus" => Some(Form::Prometheus),
            _ => None,
        };
        let mut words = line.split_ascii_whitespace();
        let request = match words.next()? {
            "watch" => {
                let form = form(words.next()?)?;
                let every = Duration::from_millis(words.next()?.parse::<u32>().ok()?.into());
                Self::Watch(form, every.max(SHORTEST_WATCH))
            }
            "gauges" => {
                let mut word = words.next();
                let json = word == Some("json");
                if json {
                    word = words.next();
                }
                let query = GaugeQuery::new(word.unwrap_or_default());
                match words.next() {
                    None => Self::Gauges(json, query),
                    Some("from") => Self::Gauges(json, query.from(words.next()?)?),
                    Some(_) => return None,
                }
            }
            "legs" => return Self::legs(line),
            "why" => {
                let rest = line.trim_start().strip_prefix("why")?.trim();
                let json = rest.strip_prefix("json ");
                let session = json.unwrap_or(rest).trim();
                return (!session.is_empty()).then(|| Self::Why(json.is_some(), session.to_owned()));
            }
            word => Self::Once(form(word)?),
        };
        words.next().is_none().then_some(request)
    }

    /// `legs ORDER [first N] [of PART]`; the part may have spaces.
    fn legs(line: &str) -> Option<Self> {
        let rest = line.trim_start().strip_prefix("legs ")?;
        let (words, part) = rest.split_once(" of ").map_or((rest, ""), |(words, part)| (words, part.trim()));
        let mut words = words.split_ascii_whitespace();
        let query = LegQuery::new(LegOrder::named(words.next()?)?).of_dialog(part);
        let query = match words.next() {
            None => query,
            Some("first") => query.first(words.next()?.parse().ok()?),
            Some(_) => return None,
        };
        words.next().is_none().then_some(Self::Legs(query))
    }
}
