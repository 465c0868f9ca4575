//! Control: the demo's calls: a bridge of two and a conference of three, through one engine.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use media_core::codec::Law;
use media_core::codec::{CapabilityList, CodecCapability};
use media_core::integration::SessionBridge;
use media_core::session::SessionStatistics;
use media_core::telemetry::snapshot::Snapshot;
use media_core::types::SampleRate;
use media_core::{CodecManager, MediaEngine, MediaEngineConfig, MediaHandle, MediaSessionHandle};

use super::args::DemoArgs;
use super::flights::{self, Flight};
use super::hearing::{self, Talker};
use super::party::{Heard, Phone};
use super::progress::watch;
use super::{RATE, speech, verdict, voice};
use crate::sdp::{self, Audio, Identity};

/// Who calls: name, law, call.
pub const PARTIES: [(&str, Law, Call); 5] = [
    ("alice", Law::Mu, Call::Bridge),
    ("bob", Law::A, Call::Bridge),
    ("carol", Law::Mu, Call::Conference),
    ("dave", Law::A, Call::Conference),
    ("erin", Law::Mu, Call::Conference),
];

/// Parties begin to talk this long after their calls are set up, each a bit later than the one before.
const LEAD: Duration = Duration::from_millis(100);
const STAGGER: Duration = Duration::from_micros(3_700);
/// The engine's numbers are taken this long before the talking ends: what follows it is concealed as if lost.
pub(super) const LAST_LOOK: Duration = Duration::from_millis(60);
/// What was said last has been heard after this; parties listen longer.
const DRAIN: Duration = Duration::from_millis(250);
/// Two sources this much alike cannot be told apart.
const ALIKE: f64 = 0.25;

/// A call of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Two sessions, bridged.
    Bridge,
    /// Three members.
    Conference,
}

/// One party and its leg, when all is over.
#[derive(Debug)]
pub struct Leg {
    /// Its name.
    pub name: &'static str,
    /// Its codec.
    pub law: Law,
    /// Its call.
    pub call: Call,
    /// What it said.
    pub said: Arc<[f32]>,
    /// When it began, in seconds.
    pub begin: f64,
    /// Packets it sent.
    pub sent: u64,
    /// What it heard.
    pub heard: Heard,
    /// The engine's numbers of its session when the talking ended: afterwards, nothing is lost and much concealed.
    pub talking: SessionStatistics,
    /// The same when the session ended.
    pub last: SessionStatistics,
    /// Its replay, if the calls were written.
    pub flight: Option<Flight>,
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    /// All parties.
    pub legs: Vec<Leg>,
    /// The engine while the calls were up.
    pub snapshot: Arc<Snapshot>,
    /// Ended before its time.
    pub interrupted: bool,
}

/// Reads or makes what the parties say.
///
/// # Errors
/// A file is none of those that [`speech::read`] takes, or two are alike.
pub fn speeches(args: &DemoArgs) -> Result<Vec<Arc<[f32]>>> {
    ensure!(
        args.speech.len() <= PARTIES.len(),
        "--speech is given {} times: must be at most {}",
        args.speech.len(),
        PARTIES.len()
    );
    let length = args.seconds as usize * RATE;
    let mut speeches: Vec<Arc<[f32]>> = Vec::new();
    for path in &args.speech {
        speeches.push(speech::read(path)?.into_iter().cycle().take(length).collect());
    }
    let built_in = speeches.len()..PARTIES.len();
    speeches.extend(built_in.map(|number| voice::voice(number as u32, length).into()));
    for (first, a) in speeches.iter().zip(&args.speech) {
        for (second, b) in speeches.iter().zip(&args.speech).take_while(|(second, _)| !Arc::ptr_eq(first, second)) {
            let as_heard = hearing::find(first, 0.0, &[Talker { said: second, begin: 0.0 }]);
            if as_heard[0].likeness > ALIKE && as_heard[0].steady > 0.5 {
                let (a, b) = (a.display(), b.display());
                bail!("{b} and {a} sound alike: nobody could tell who heard whom; give different speech");
            }
        }
    }
    Ok(speeches)
}

/// Runs the calls; `stop` ends them early.
///
/// # Errors
/// The engine or a socket fails, or files cannot be written.
pub fn run(args: &DemoArgs, stop: &Arc<AtomicBool>) -> Result<Outcome> {
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    let kept = args.flights.as_deref();
    kept.map_or(Ok(()), flights::make)?;
    args.check_files()?;
    let speeches = speeches(args)?;
    let engine = MediaEngine::start(flights::kept(configuration(args), kept, args.seconds))?;
    let handle = engine.handle();
    let mut media = SessionBridge::new(handle.clone(), CodecManager::default());
    let (mut sessions, mut phones, mut peers) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (name, law, _)) in PARTIES.into_iter().enumerate() {
        let phone = Phone::open(law, 0xca11_0000 + number as u32)?;
        let (session, peer) = dial(&mut media, name, law, phone.address()?)?;
        sessions.push(session);
        peers.push(peer);
        phones.push(phone);
    }
    connect(&handle, &sessions)?;
    let start = Instant::now() + LEAD;
    let mut parties = Vec::new();
    for (number, (phone, said)) in phones.into_iter().zip(&speeches).enumerate() {
        let begin = start + STAGGER * number as u32;
        parties.push(phone.call(PARTIES[number].0, peers[number], said.clone(), (begin, start), stop.clone())?);
    }
    watch(&parties, start, args.seconds, stop);
    let snapshot = handle.snapshot();
    let talking = sessions.iter().map(|session| session.statistics().wait()).collect::<Result<Vec<_>, _>>()?;
    thread::sleep(DRAIN);
    kept.map_or(Ok(()), |folder| flights::write(folder, &sessions))?;
    let last = sessions.iter().map(|session| session.destroy().wait()).collect::<Result<Vec<_>, _>>()?;
    let mut legs = Vec::new();
    for (number, (party, said)) in parties.into_iter().zip(speeches).enumerate() {
        let (name, law, call) = PARTIES[number];
        let progress = party.progress.clone();
        let heard = party.hang_up()?;
        let (begin, sent) = ((STAGGER * number as u32).as_secs_f64(), progress.sent.load(Relaxed));
        let (talking, last) = (talking[number], last[number]);
        legs.push(Leg { name, law, call, said, begin, sent, heard, talking, last, flight: None });
    }
    engine.stop()?;
    for leg in &mut legs {
        leg.flight = kept.map(|folder| flights::replay(folder, leg.name)).transpose()?;
    }
    for (leg, [said, heard]) in legs.iter().zip(args.recordings()) {
        speech::write(&said, &leg.said)?;
        speech::write(&heard, &leg.heard.samples)?;
    }
    Ok(Outcome { legs, snapshot, interrupted: stop.load(Relaxed) })
}

fn configuration(args: &DemoArgs) -> MediaEngineConfig {
    MediaEngineConfig::default()
        .workers(usize::from(args.workers))
        .tick_ms(args.tick_ms.parse::<u32>().unwrap_or(10))
        .max_sessions(64usize)
        .max_conferences(4usize)
        .bind_address(IpAddr::V4(Ipv4Addr::LOCALHOST))
        .stats_socket(args.stats_socket.clone())
        .histogram_log(args.histogram_log.clone())
}

/// As by SIP: the phone's offer comes as text and is answered with a session; where the phone sends to is what the answer says.
fn dial(
    media: &mut SessionBridge,
    name: &str,
    law: Law,
    phone: SocketAddr,
) -> Result<(MediaSessionHandle, SocketAddr)> {
    let codec = CodecCapability::static_type(if law == Law::Mu { 0 } else { 8 }).context("no codec of that number")?;
    let list = CapabilityList::audio(vec![codec]).with_ptime(20);
    let identity = Identity { session: u64::from(phone.port()), version: 1, address: phone.ip() };
    let offered = sdp::read(sdp::offer(identity, &Audio::new(list, phone)).as_bytes())?;
    let begun = media.answer_offer(name, &offered.audio.capabilities, |params| match offered.audio.at {
        Some(at) => params.remote(at),
        None => params,
    })?;
    let session = begun.session.wait()?;
    let local = session.local_address().context("the engine opened no socket")?;
    let answer = sdp::answer(&offered, identity, &Audio::new(begun.description, local));
    let peer = sdp::read(answer.as_bytes())?.audio.at.context("the answer has no address")?;
    Ok((session, peer))
}

fn connect(handle: &MediaHandle, sessions: &[MediaSessionHandle]) -> Result<()> {
    handle.bridge(&sessions[0], &sessions[1]).wait()?;
    let room = handle.create_conference(SampleRate::Hz8000).wait()?;
    sessions[2..].iter().try_for_each(|session| Ok(room.join(session).wait()?))
}

impl Outcome {
    /// How leg `number` hears each party, and what is wrong with it.
    pub fn judge(&self, number: usize) -> (Vec<hearing::Heard>, Vec<verdict::Complaint>) {
        let talkers: Vec<_> = self.legs.iter().map(|leg| Talker { said: &leg.said, begin: leg.begin }).collect();
        let leg = &self.legs[number];
        let heard = hearing::find(&leg.heard.samples, leg.heard.begin, &talkers);
        let relation = |other: usize| match other {
            _ if other == number => verdict::Relation::Itself,
            _ if self.legs[other].call == leg.call => verdict::Relation::Partner,
            _ => verdict::Relation::Stranger,
        };
        let talkers = heard.iter().enumerate().map(|(n, heard)| (self.legs[n].name, relation(n), *heard));
        let complaints = verdict::judge(talkers);
        (heard, complaints)
    }
}
