//! Control: three baresip in a room of `pbx-node`, one of them over DTLS-SRTP: each hears the two others.

use super::baresip::{Baresip, Codec};
use super::protection::Protection;
use super::{Folder, HZ, TALK};
use crate::interop::{Row, is_there, tone};
use crate::pbx_node::background::Background;
use anyhow::{Context as _, Result, ensure};
use std::thread::sleep;

const NAME: &str = "phones three in a room, one over DTLS-SRTP";
/// Of two tones at a time, through G.711 at both ends of each way: 34 dB of the worse direct call, less 2.
const WANTED_DB: f64 = 32.0;
/// What the third one says.
const THIRD_HZ: f64 = 1_240.0;

/// Runs the case if its name holds `only`.
pub(super) fn run(only: &str, node: &Background, folder: &Folder, told: &mut impl FnMut(&Row)) -> Option<Row> {
    if !NAME.contains(only) {
        return None;
    }
    let (name, codec) = (NAME.to_owned(), "PCMU");
    let mut row = Row { name, codec, snr_db: None, wanted_db: WANTED_DB, note: String::new(), good: None };
    match (is_there("baresip"), Protection::Dtls.missing()) {
        (false, _) => row.note = "skipped: baresip is not installed".into(),
        (_, Some(missing)) => row.note = missing.into(),
        _ => match case(node, folder) {
            Ok((db, note)) => (row.snr_db, row.note, row.good) = (Some(db), note, Some(db >= WANTED_DB)),
            Err(why) => (row.note, row.good) = (format!("{why:#}"), Some(false)),
        },
    }
    told(&row);
    Some(row)
}

/// The least clean of what they heard, and what else there is to tell.
fn case(node: &Background, folder: &Folder) -> Result<(f64, String)> {
    let members = [
        (Protection::Plain.users()[0], Codec::Pcmu, Protection::Plain, HZ[0]),
        (Protection::Plain.users()[1], Codec::Pcma, Protection::Plain, HZ[1]),
        (Protection::Dtls.users()[0], Codec::Pcmu, Protection::Dtls, THIRD_HZ),
    ];
    let mut phones = Vec::new();
    for (name, codec, protection, hz) in members {
        phones.push(Baresip::start(&folder.0, name, (codec, protection), hz, node.at.sip)?);
    }
    super::registered(node, &members.map(|member| member.0))?;
    for phone in &mut phones {
        phone.control.ask("dial", &format!("sip:conf-9@{}", node.at.sip))?;
        phone.control.wait("CALL_ESTABLISHED")?;
    }
    sleep(TALK);
    let (mut worst, mut heard) = (f64::INFINITY, Vec::new());
    for phone in &mut phones {
        phone.control.ask("hangup", "")?;
    }
    node.until("the room is empty", |shown| shown["calls"].as_array().is_some_and(Vec::is_empty))?;
    for (phone, (name, _, _, hz)) in phones.iter_mut().zip(members) {
        let (pcm, rate) = phone.heard()?.into_iter().next().with_context(|| format!("{name} heard nothing"))?;
        let others: Vec<f64> = members.iter().map(|member| member.3).filter(|other| *other != hz).collect();
        // The last four seconds, in which all were there, but for the hanging up.
        let end = pcm.len().saturating_sub(rate as usize / 4);
        let talk = pcm.get(end.saturating_sub(4 * rate as usize)..end).unwrap_or_default();
        for other in &others {
            // Both are as loud: one that is not there is far below the other.
            let there = tone::ratio(talk, rate, *other).is_some_and(|db| db > -6.0);
            ensure!(there, "{name} does not hear {other} Hz");
        }
        let db =
            tone::ratio_of(talk, rate, &others).with_context(|| format!("{name} heard no tones of three seconds"))?;
        heard.push(format!("{name} {db:.1}"));
        worst = worst.min(db);
    }
    Ok((worst, format!("each hears both others: {} dB", heard.join(", "))))
}
