//! Pure: what an agent asks for: the text of a message, parsed once; what is not understood is refused by name.

use super::limits::NAME_LENGTH;
use super::refusal::{Fault, Refusal};
use super::start::{Attach, Start};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::net::SocketAddr;

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Command {
    Start(Box<Start>),
    Attach(Attach),
    /// Samples, linear, 16 bit.
    Media(Vec<i16>),
    Mark(String),
    Clear,
    Finish,
    BeginTurn,
    Pause,
    Resume,
    Dtmf {
        digits: String,
        ms: u32,
    },
    Position,
    Remote(SocketAddr),
    Stop,
}

/// Without fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    payload: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dtmf {
    digits: String,
    #[serde(default = "usual_ms")]
    ms: u32,
}

const fn usual_ms() -> u32 {
    100
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remote {
    remote: SocketAddr,
}

/// All events that are commands, for who writes another.
const KNOWN: &str =
    "start, attach, media, mark, clear, finish, begin_turn, pause, resume, dtmf, position, remote, stop";

impl Command {
    /// The command of a text message.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let value: Value = serde_json::from_str(text).map_err(|error| Refusal::new(Fault::BadJson, error))?;
        let Value::Object(mut fields) = value else {
            return Err(Refusal::new(Fault::NoEvent, "must be an object: {\"event\": …}"));
        };
        let event = match fields.remove("event") {
            Some(Value::String(event)) => event,
            Some(_) => return Err(Refusal::new(Fault::NoEvent, "event: must be a text")),
            None => return Err(Refusal::new(Fault::NoEvent, "event: is missing")),
        };
        let plain = |command| of(&event, fields.clone()).map(|Nothing {}| command);
        match event.as_str() {
            "start" => Ok(Self::Start(Box::new(of(&event, fields)?))),
            "attach" => of(&event, fields).map(Self::Attach),
            "media" => Self::media(of(&event, fields)?),
            "mark" => Self::mark(of(&event, fields)?),
            "clear" => plain(Self::Clear),
            "finish" => plain(Self::Finish),
            "begin_turn" => plain(Self::BeginTurn),
            "pause" => plain(Self::Pause),
            "resume" => plain(Self::Resume),
            "dtmf" => of(&event, fields).map(|Dtmf { digits, ms }| Self::Dtmf { digits, ms }),
            "position" => plain(Self::Position),
            "remote" => of(&event, fields).map(|Remote { remote }| Self::Remote(remote)),
            "stop" => plain(Self::Stop),
            _ => {
                let shown: String = event.chars().take(NAME_LENGTH).collect();
                Err(Refusal::new(Fault::UnknownCommand, format!("{shown}: must be one of {KNOWN}")))
            }
        }
    }

    /// The samples of a binary message.
    pub(super) fn samples(octets: &[u8]) -> Result<Self, Refusal> {
        let (pairs, rest) = octets.as_chunks::<2>();
        if !rest.is_empty() {
            let text = format!("{} octets: samples have two each", octets.len());
            return Err(Refusal::new(Fault::OddOctets, text));
        }
        Ok(Self::Media(pairs.iter().map(|pair| i16::from_le_bytes(*pair)).collect()))
    }

    fn media(Media { payload }: Media) -> Result<Self, Refusal> {
        let octets =
            STANDARD.decode(payload).map_err(|error| Refusal::new(Fault::BadBase64, format!("payload: {error}")))?;
        Self::samples(&octets)
    }

    fn mark(Mark { name }: Mark) -> Result<Self, Refusal> {
        match (1..=NAME_LENGTH).contains(&name.chars().count()) {
            true => Ok(Self::Mark(name)),
            false => Err(Refusal::new(Fault::BadField, format!("mark: name: must have 1 to {NAME_LENGTH} characters"))),
        }
    }
}

fn of<T: DeserializeOwned>(event: &str, fields: Map<String, Value>) -> Result<T, Refusal> {
    let parsed = serde_json::from_value(Value::Object(fields));
    parsed.map_err(|error| Refusal::new(Fault::BadField, format!("{event}: {error}")))
}

#[cfg(test)]
mod tests;
