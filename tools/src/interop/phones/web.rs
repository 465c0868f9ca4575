//! Control: a browser calls a baresip phone, is called by it, and meets it in a room, through `pbx-node`.

use super::baresip::{Baresip, Codec};
use super::browser::Browser;
use super::protection::Protection;
use super::{Folder, HZ};
use crate::interop::{Row, is_there, tone};
use crate::pbx_node::background::Background;
use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

const TALK: Duration = Duration::from_millis(5_500);
/// A browser's echo canceller, gain control and resampler are in it: 24 to 28 dB were measured, on a machine that built beside.
const WANTED_DB: f64 = 20.0;
const CASES: [&str; 3] = ["browser calls baresip", "baresip calls browser", "browser and baresip in a room"];

/// Runs the cases whose name holds `only`.
pub(super) fn run(only: &str, node: &Background, folder: &Folder, told: &mut impl FnMut(&Row)) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in CASES.map(|name| format!("phones {name}")).into_iter().filter(|name| name.contains(only)) {
        let mut row = Row { name, codec: "opus", snr_db: None, wanted_db: WANTED_DB, note: String::new(), good: None };
        match ["chromium", "baresip"].into_iter().find(|program| !is_there(program)) {
            Some(program) => row.note = format!("skipped: {program} is not installed"),
            None => match case(&row.name, node, folder) {
                Ok((db, note)) => (row.snr_db, row.note, row.good) = (Some(db), note, Some(db >= WANTED_DB)),
                Err(why) => (row.note, row.good) = (format!("{why:#}"), Some(false)),
            },
        }
        told(&row);
        rows.push(row);
    }
    rows
}

/// The less clean of the two tones, and what else there is to tell.
fn case(name: &str, node: &Background, folder: &Folder) -> Result<(f64, String)> {
    let page = node.at.page.context("the node has no page")?;
    let mut bob = Baresip::start(&folder.0, "bob", (Codec::Pcma, Protection::Plain), HZ[1], node.at.sip)?;
    let mut browser = Browser::start(&folder.0, HZ[0], page)?;
    browser.register("web", "w")?;
    node.until("both have registered", |shown| shown["phones"].as_array().is_some_and(|all| all.len() == 2))?;
    if name.contains("room") {
        browser.call("conf-7")?;
        bob.control.ask("dial", &format!("sip:conf-7@{}", node.at.sip))?;
        bob.control.wait("CALL_ESTABLISHED")?;
    } else if name.contains("browser calls") {
        browser.call("bob")?;
        bob.control.wait("CALL_INCOMING")?;
        bob.control.ask("accept", "")?;
    } else {
        bob.control.ask("dial", &format!("sip:web@{}", node.at.sip))?;
        browser.wait("ringing")?;
        browser.run("document.getElementById('call').click()")?;
    }
    browser.wait("speaking")?;
    let (by_browser, rate) = browser.hear(TALK)?;
    let picture = std::env::var_os("MEDIA_CORE_PICTURE").map(PathBuf::from);
    picture.map_or(Ok(()), |to| browser.picture(&to))?;
    let mut note = "both hear".to_owned();
    if name.contains("browser calls") {
        browser.run("telephone.press('5')")?;
        let key = bob.control.wait("CALL_DTMF_START")?;
        ensure!(key["param"] == "5", "key 5 arrived as {}", key["param"]);
        note += ", key 5";
    }
    let suite = browser.run(
        "(async () => [...(await telephone.peer.getStats()).values()].find(one => one.type == 'transport').srtpCipher)()",
    )?;
    browser.run("telephone.hangUp()")?;
    if !name.contains("room") {
        bob.control.wait("CALL_CLOSED")?;
        note += ", the browser hung up";
    }
    sleep(Duration::from_millis(200));
    let heard = bob.heard()?;
    let (by_bob, other_rate) = heard.first().cloned().context("baresip heard nothing")?;
    // Its first second has the handshake in it.
    let browsers = tone::ratio(&by_browser, rate, HZ[1]).context("the browser heard no tone of three seconds")?;
    let bobs = tone::ratio(&by_bob, other_rate, HZ[0]).context("baresip heard no tone of three seconds")?;
    Ok((browsers.min(bobs), format!("{note}; browser hears {browsers:.1}, baresip {bobs:.1} dB; {suite}")))
}
