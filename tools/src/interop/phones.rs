//! Control: phones of another make call each other through `pbx-node`: each pair of codecs, a key, a hold, a hang-up of either side;
//! a browser among them.

mod baresip;
mod browser;
mod control;
mod mixed;
mod pjsua;
mod protection;
mod room;
mod sipp;
mod web;

use super::{Row, is_there, tone};
use crate::pbx_node::background::Background;
use crate::pbx_node::config::Config;
use anyhow::{Context as _, Result, ensure};
use baresip::{Baresip, Codec};
use protection::Protection::{self, Dtls, Plain, Sdes};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

/// The tones of who calls and who is called.
const HZ: [f64; 2] = [440.0, 880.0];
/// How long they talk before anything else is done, and after.
const TALK: Duration = Duration::from_millis(4_500);
const AGAIN: Duration = Duration::from_millis(2_500);

/// Both legs, and one alone.
const PROTECTED: [([Codec; 2], [Protection; 2]); 7] = [
    ([Codec::Pcmu, Codec::Pcmu], [Sdes, Sdes]),
    ([Codec::Pcma, Codec::Opus], [Sdes, Plain]),
    ([Codec::G722, Codec::Pcma], [Plain, Sdes]),
    ([Codec::Pcmu, Codec::Pcmu], [Dtls, Dtls]),
    ([Codec::Opus, Codec::G722], [Dtls, Plain]),
    ([Codec::Pcma, Codec::Opus], [Plain, Dtls]),
    ([Codec::G722, Codec::G722], [Dtls, Sdes]),
];

/// Two codecs, and how each is protected.
struct Pair([Codec; 2], [Protection; 2]);

impl Pair {
    fn name(&self) -> String {
        let side = |n: usize| self.0[n].name().to_owned() + self.1[n].name();
        format!("phones {} to {}", side(0), side(1))
    }

    /// A call through the node has the noise of both codecs.
    fn wanted_db(&self) -> f64 {
        wanted_db(&self.0)
    }
}

fn wanted_db(codecs: &[Codec; 2]) -> f64 {
    let noise: f64 = codecs.iter().map(|codec| 10.0_f64.powf(-codec.direct_db() / 10.0)).sum();
    let both = if codecs[0] == codecs[1] { noise / 2.0 } else { noise };
    -10.0 * both.log10() - 2.0
}

/// Runs the pairs whose name holds `only`.
///
/// # Errors
/// The node does not start.
pub fn run(only: &str, mut told: impl FnMut(&Row)) -> Result<Vec<Row>> {
    let pairs = Codec::ALL.iter().flat_map(|one| Codec::ALL.iter().map(|other| Pair([*one, *other], [Plain; 2])));
    let pairs = pairs.chain(PROTECTED.map(|(codecs, protected)| Pair(codecs, protected)));
    let pairs: Vec<_> = pairs.filter(|pair| pair.name().contains(only)).collect();
    let folder = Folder::new()?;
    let mut rows = sipp::run(only, &folder, &mut told)?;
    rows.extend(mixed::run(only, &folder, &mut told)?);
    let node = Background::start(configuration(&folder)?)?;
    rows.extend(web::run(only, &node, &folder, &mut told));
    rows.extend(room::run(only, &node, &folder, &mut told));
    node.stop()?;
    for (number, pair) in pairs.iter().enumerate() {
        let (codec, wanted_db) = (pair.0[0].name(), pair.wanted_db());
        let mut row = Row { name: pair.name(), codec, snr_db: None, wanted_db, note: String::new(), good: None };
        if !is_there("baresip") {
            row.note = "skipped: baresip is not installed".into();
        } else if let Some(missing) = pair.1.iter().find_map(|end| end.missing()) {
            row.note = missing.into();
        } else {
            match with_node(&folder, |node| call(node, &folder, pair, number % 2)) {
                Ok((db, note)) => (row.snr_db, row.note, row.good) = (Some(db), note, Some(db >= wanted_db)),
                Err(why) => (row.note, row.good) = (format!("{why:#}"), Some(false)),
            }
        }
        told(&row);
        rows.push(row);
    }
    Ok(rows)
}

/// A case on a node of its own: baresip leaves without a word, so that the next case would call a phone that is gone.
fn with_node<T>(folder: &Folder, case: impl FnOnce(&Background) -> Result<T>) -> Result<T> {
    let node = Background::start(configuration(folder)?)?;
    let done = case(&node);
    node.stop()?;
    done
}

fn configuration(folder: &Folder) -> Result<Config> {
    let config = Config::parse(&format!(
        "[sip]\nlisten = \"127.0.0.1:0\"\nwebsocket = \"127.0.0.1:0\"\n[status]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = \"{}\"\n\
         [users]\nalice = {{ password = \"a\" }}\nbob = {{ password = \"b\" }}\nann = {{ password = \"a\", srtp = true }}\n\
         ben = {{ password = \"b\", srtp = true }}\namy = {{ password = \"a\", srtp = \"dtls\" }}\n\
         bea = {{ password = \"b\", srtp = \"dtls\" }}\nweb = {{ password = \"w\" }}\n",
        folder.0.join("recordings").display()
    ))?;
    Ok(Config { quiet: true, ..config })
}

/// Waits for these to have registered, and for all that were before them to have gone.
fn registered(node: &Background, names: &[&str]) -> Result<()> {
    node.until(&format!("{} have registered, nobody else", names.join(" and ")), |shown| {
        shown["phones"].as_array().is_some_and(|all| {
            all.len() == names.len() && names.iter().all(|name| all.iter().any(|phone| phone[0] == *name))
        })
    })
}

/// The less clean of the two tones, and what else there is to tell.
fn call(node: &Background, folder: &Folder, pair: &Pair, hangs_up: usize) -> Result<(f64, String)> {
    let names = [pair.1[0].users()[0], pair.1[1].users()[1]];
    let phone = |n: usize| Baresip::start(&folder.0, names[n], (pair.0[n], pair.1[n]), HZ[n], node.at.sip);
    let (mut alice, mut bob) = (phone(0)?, phone(1)?);
    registered(node, &names)?;
    alice.control.ask("dial", &format!("sip:{}@{}", names[1], node.at.sip))?;
    bob.control.wait("CALL_INCOMING")?;
    bob.control.ask("accept", "")?;
    alice.control.wait("CALL_ESTABLISHED")?;
    sleep(TALK);
    alice.control.ask("sndcode", "5")?;
    sleep(Duration::from_millis(400));
    alice.control.ask("sndcode", "\u{4}")?;
    let key = bob.control.wait("CALL_DTMF_START")?;
    ensure!(key["param"] == "5", "key 5 arrived as {}", key["param"]);
    alice.control.ask("hold", "")?;
    sleep(AGAIN);
    alice.control.ask("resume", "")?;
    sleep(AGAIN);
    let [ends, other] = if hangs_up == 0 { [&mut alice, &mut bob] } else { [&mut bob, &mut alice] };
    ends.control.ask("hangup", "")?;
    other.control.wait("CALL_CLOSED")?;
    node.until("the call is over", |shown| shown["calls"].as_array().is_some_and(Vec::is_empty))?;
    let (at_alice, at_bob) = (alice.heard()?, bob.heard()?);
    // The first that was kept at Alice's ends with her hold; Bob's is one.
    let first = |heard: &Vec<(Vec<f32>, u32)>| heard.first().cloned().context("it heard nothing");
    let ((by_alice, rate), (by_bob, other_rate)) = (first(&at_alice)?, first(&at_bob)?);
    let mut worst = f64::INFINITY;
    for (pcm, rate, hz) in [(&by_alice, rate, HZ[1]), (&by_bob, other_rate, HZ[0])] {
        let talk = pcm.get(..(4 * rate as usize).min(pcm.len())).unwrap_or_default();
        let silent = tone::silent_pieces(talk, rate);
        ensure!(silent == 0, "{silent} pieces of 200 ms were silent");
        worst = worst.min(tone::ratio(talk, rate, hz).context("no tone of three seconds was heard")?);
    }
    // While she holds, Bob does not hear her; and then he does again.
    let seconds = tone::seconds_with(&by_bob, other_rate, HZ[0]);
    let held = seconds.iter().rposition(|with| !with).is_some_and(|last| last + 1 < seconds.len());
    ensure!(held, "hold and resume: her tone in his seconds: {seconds:?}");
    Ok((worst, format!("key 5, hold and resume, {} hung up", if hangs_up == 0 { "alice" } else { "bob" })))
}

/// A folder for the phones; it goes with its last case.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("media-core-phones-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
