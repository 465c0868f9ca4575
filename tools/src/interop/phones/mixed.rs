//! Control: calls of which at least one end is pjsua2: it calls itself and baresip, and is called; a key, a hold, a hang-up of either side.

use super::baresip::{Baresip, Codec};
use super::pjsua::{Pjsua, python};
use super::protection::Protection::{self, Plain, Sdes};
use super::{AGAIN, Background, Folder, HZ, Row, TALK};
use crate::interop::is_there;
use crate::tone;
use anyhow::{Context as _, Result, ensure};
use std::thread::sleep;
use std::time::Duration;

/// Who is at an end: whether it is pjsua2 (else baresip), what it speaks, and how it is protected.
type End = (bool, Codec, Protection);

/// Each codec that the wheel has (it has no Opus), either way, and SRTP at one end and both (it is built without DTLS).
const CASES: [[End; 2]; 9] = [
    [(true, Codec::Pcmu, Plain), (true, Codec::Pcmu, Plain)],
    [(true, Codec::G722, Plain), (true, Codec::G722, Plain)],
    [(true, Codec::Pcma, Plain), (true, Codec::Pcmu, Plain)],
    [(true, Codec::Pcmu, Plain), (false, Codec::Opus, Plain)],
    [(false, Codec::Pcma, Plain), (true, Codec::G722, Plain)],
    [(true, Codec::G722, Plain), (false, Codec::Pcmu, Plain)],
    [(false, Codec::Opus, Plain), (true, Codec::Pcma, Plain)],
    [(true, Codec::Pcmu, Sdes), (true, Codec::Pcmu, Sdes)],
    [(true, Codec::Pcma, Sdes), (false, Codec::G722, Plain)],
];
/// In a case with pjsua2 the tone is as clean as its own encoder and resampler leave it: a dB less is asked than of baresip.
const LESS_DB: f64 = 1.0;

fn name(ends: &[End; 2]) -> String {
    let end = |(pjsua, codec, protection): &End| {
        format!("{} {}{}", if *pjsua { "pjsua2" } else { "baresip" }, codec.name(), protection.name())
    };
    format!("phones {} to {}", end(&ends[0]), end(&ends[1]))
}

/// Runs the cases whose name holds `only`.
pub(super) fn run(only: &str, folder: &Folder, mut told: impl FnMut(&Row)) -> Result<Vec<Row>> {
    let cases: Vec<_> = CASES.iter().filter(|ends| name(ends).contains(only)).collect();
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let (python, node, mut rows) = (python(), Background::start(super::configuration(folder)?)?, Vec::new());
    for (number, ends) in cases.into_iter().enumerate() {
        let wanted_db = super::wanted_db(&[ends[0].1, ends[1].1]) - LESS_DB;
        let (name, codec) = (name(ends), ends[0].1.name());
        let mut row = Row { name, codec, snr_db: None, wanted_db, note: String::new(), good: None };
        match &python {
            None => {
                row.note = "skipped: no Python with pjsua2 (PJSUA2_PYTHON, python3): pip install pjsua2-python".into()
            }
            Some(_) if !ends.iter().all(|end| end.0) && !is_there("baresip") => {
                row.note = "skipped: baresip is not installed".into();
            }
            Some(python) => match call(&node, (python, folder), ends, number % 2) {
                Ok((db, note)) => (row.snr_db, row.note, row.good) = (Some(db), note, Some(db >= wanted_db)),
                Err(why) => (row.note, row.good) = (format!("{why:#}"), Some(false)),
            },
        }
        told(&row);
        rows.push(row);
    }
    node.stop()?;
    Ok(rows)
}

/// A phone of either make.
enum Phone {
    Pjsua(Pjsua),
    Baresip(Baresip),
}

impl Phone {
    fn ask(&mut self, what: &str, more: &str) -> Result<()> {
        match self {
            Self::Pjsua(phone) => phone.ask(format!("{what} {more}").trim_end()),
            Self::Baresip(phone) if what == "key" => {
                phone.control.ask("sndcode", more)?;
                sleep(Duration::from_millis(400));
                phone.control.ask("sndcode", "\u{4}")
            }
            Self::Baresip(phone) => phone.control.ask(what, more),
        }
    }

    fn wait(&mut self, what: &str) -> Result<String> {
        match self {
            Self::Pjsua(phone) => phone.wait(what),
            Self::Baresip(phone) => {
                let kind = match what {
                    "incoming" => "CALL_INCOMING",
                    "established" => "CALL_ESTABLISHED",
                    "digit" => "CALL_DTMF_START",
                    _ => "CALL_CLOSED",
                };
                let event = phone.control.wait(kind)?;
                Ok(event["param"].as_str().unwrap_or_default().to_owned())
            }
        }
    }

    /// What it heard before it was on hold.
    fn heard(&mut self) -> Result<(Vec<f32>, u32)> {
        match self {
            Self::Pjsua(phone) => phone.heard(),
            Self::Baresip(phone) => phone.heard()?.into_iter().next().context("it heard nothing"),
        }
    }
}

/// The less clean of the two tones, and what else there is to tell.
fn call(
    node: &Background,
    (python, folder): (&str, &Folder),
    ends: &[End; 2],
    hangs_up: usize,
) -> Result<(f64, String)> {
    let names = [ends[0].2.users()[0], ends[1].2.users()[1]];
    let phone = |n: usize| -> Result<Phone> {
        let ((pjsua, codec, protection), name) = (ends[n], names[n]);
        Ok(if pjsua {
            let who = (name, &name[..1]);
            Phone::Pjsua(Pjsua::start((python, &folder.0), who, (codec, protection), HZ[n], node.at.sip)?)
        } else {
            Phone::Baresip(Baresip::start(&folder.0, name, (codec, protection), HZ[n], node.at.sip)?)
        })
    };
    let (mut alice, mut bob) = (phone(0)?, phone(1)?);
    super::registered(node, &names)?;
    alice.ask("dial", &format!("sip:{}@{}", names[1], node.at.sip))?;
    bob.wait("incoming")?;
    bob.ask("accept", "")?;
    alice.wait("established")?;
    sleep(TALK);
    alice.ask("key", "5")?;
    let told = bob.wait("digit")?;
    ensure!(told == "5", "key 5 arrived as {told}");
    bob.ask("key", "9")?;
    let told = alice.wait("digit")?;
    ensure!(told == "9", "key 9 arrived as {told}");
    alice.ask("hold", "")?;
    sleep(AGAIN);
    alice.ask("resume", "")?;
    sleep(AGAIN);
    let [ends, other] = if hangs_up == 0 { [&mut alice, &mut bob] } else { [&mut bob, &mut alice] };
    ends.ask("hangup", "")?;
    other.wait("closed")?;
    node.until("the call is over", |shown| shown["calls"].as_array().is_some_and(Vec::is_empty))?;
    let ((by_alice, rate), (by_bob, other_rate)) = (alice.heard()?, bob.heard()?);
    drop((alice, bob));
    node.until("both have gone", |shown| shown["phones"].as_array().is_some_and(Vec::is_empty))?;
    let mut worst = f64::INFINITY;
    for (pcm, rate, hz) in [(&by_alice, rate, HZ[1]), (&by_bob, other_rate, HZ[0])] {
        // From its first sound, four seconds, in which nothing but talk was done.
        let first = pcm.iter().position(|x| x.abs() > 0.01).context("nothing was heard")?;
        let talk = pcm.get(first..(first + 4 * rate as usize).min(pcm.len())).unwrap_or_default();
        let silent = tone::silent_pieces(talk, rate);
        ensure!(silent == 0, "{silent} pieces of 200 ms were silent");
        worst = worst.min(tone::ratio(talk, rate, hz).context("no tone of three seconds was heard")?);
    }
    // While she holds, Bob does not hear her; and then he does again.
    let seconds = tone::seconds_with(&by_bob, other_rate, HZ[0]);
    let held = seconds.iter().rposition(|with| !with).is_some_and(|last| last + 1 < seconds.len());
    ensure!(held, "hold and resume: her tone in his seconds: {seconds:?}");
    Ok((
        worst,
        format!("keys both ways, hold and resume, {} hung up", if hangs_up == 0 { "the caller" } else { "the called" }),
    ))
}
