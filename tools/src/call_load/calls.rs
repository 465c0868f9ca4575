//! Control: calls come and go: phones of ours call each other or rooms through the node, and their streams go to the wires.

use super::args::LoadArgs;
use super::node::Node;
use super::offer::{description, payload_type};
use super::phones::{self, Refused, answered};
use super::scenario::Scenario;
use super::sound::{Codec, LOUD, SOFT, Sound};
use super::stream::Stream;
use super::wire::Wire;
use crate::sip_phone::{Dialog, Phone};
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Tones of who calls and who is called; in a room of its members.
pub(super) const HZ: [u32; 8] = [440, 880, 605, 730, 1_050, 1_215, 1_390, 1_585];
/// A call that has not come to the other phone by then does not come.
const PATIENCE: Duration = Duration::from_secs(20);

struct Live {
    dialogs: Vec<Dialog>,
    streams: Vec<usize>,
    wire: usize,
}

/// All calls of a scenario.
pub(super) struct Calls {
    pub(super) scenario: Scenario,
    pub(super) node: Node,
    pub(super) wires: Vec<Wire>,
    phones: Option<[Phone; 2]>,
    sounds: Vec<Arc<Sound>>,
    live: Vec<Live>,
    room_size: u32,
    apart: Duration,
    called: String,
}

impl Calls {
    /// None yet: phones are registered.
    ///
    /// # Errors
    /// The node does not know them, or does not answer.
    pub(super) fn new(scenario: Scenario, node: Node, wires: Vec<Wire>, args: &LoadArgs, ip: IpAddr) -> Result<Self> {
        let [one, other] = scenario.codecs();
        let sounds = match scenario {
            Scenario::Rooms => HZ.iter().map(|hz| Sound::new(one, *hz, SOFT, false)).collect::<Result<Vec<_>>>()?,
            _ => vec![Sound::new(one, HZ[0], LOUD, true)?, Sound::new(other, HZ[1], LOUD, true)?],
        };
        let phones = node.sip.map(|sip| phones::registered(sip, args, ip)).transpose()?;
        Ok(Self {
            scenario,
            node,
            wires,
            phones,
            sounds: sounds.into_iter().map(Arc::new).collect(),
            live: Vec::new(),
            room_size: args.room_size,
            apart: Duration::from_secs(1) / args.rate.unwrap_or(if args.node.is_some() { 20 } else { 200 }),
            called: phones::split(&args.called).0.to_owned(),
        })
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.live.len() as u32
    }

    /// The streams of all.
    pub(super) fn streams(&self) -> impl Iterator<Item = usize> {
        self.live.iter().flat_map(|call| call.streams.iter().copied())
    }

    /// What a stream's phone hears: the codec, and the tones.
    pub(super) fn hears(&self, stream: usize) -> (Codec, Vec<u32>) {
        if self.scenario == Scenario::Rooms {
            let (size, member) = (self.room_size, stream as u32 % self.room_size);
            let first = stream as u32 - member;
            let others = (0..size).filter(|other| *other != member && first + other < self.count());
            return (Codec::Pcmu, others.filter_map(|other| HZ.get(other as usize).copied()).collect());
        }
        let side = stream % 2;
        (self.scenario.codecs()[side], vec![HZ[1 - side]])
    }

    /// More or fewer, until there are so many; `told` now and then how many there are.
    ///
    /// # Errors
    /// The node refuses one, or does not answer. What there is by then stays.
    pub(super) fn bring_to(&mut self, count: u32, mut told: impl FnMut(u32)) -> Result<(), Refused> {
        let mut last = Instant::now();
        while self.count() > count {
            self.end()?;
        }
        let mut next = Instant::now();
        while self.count() < count {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            next = Instant::now().max(next) + self.apart;
            self.begin()?;
            if last.elapsed() > Duration::from_secs(5) {
                last = Instant::now();
                told(self.count());
            }
        }
        Ok(())
    }

    /// Calls that the node has hung up since it was last asked; they are gone.
    ///
    /// # Errors
    /// As of [`Phone::hung_up`].
    pub(super) fn hung_up(&mut self) -> Result<u32> {
        let mut ended = BTreeSet::new();
        for phone in self.phones.iter_mut().flatten() {
            ended.extend(phone.hung_up()?);
        }
        let (gone, live): (Vec<_>, Vec<_>) = std::mem::take(&mut self.live)
            .into_iter()
            .partition(|call| call.dialogs.iter().any(|dialog| ended.contains(&dialog.call)));
        self.live = live;
        gone.iter().try_for_each(|call| self.silence(call))?;
        Ok(gone.len() as u32)
    }

    fn silence(&self, call: &Live) -> Result<()> {
        let wire = self.wires.get(call.wire).context("a wire")?;
        call.streams.iter().try_for_each(|stream| wire.remove(*stream))
    }

    fn begin(&mut self) -> Result<(), Refused> {
        let number = self.live.len();
        // A room's members are on one wire, as both phones of a call.
        let together = if self.scenario == Scenario::Rooms { number / self.room_size as usize } else { number };
        let wire = together % self.wires.len();
        let at = self.wires.get(wire).context("a wire")?.at;
        let [one, other] = self.scenario.codecs();
        let mut legs = Vec::new();
        let dialogs = if self.scenario == Scenario::Relay {
            let sockets = self.node.relay([at, at]).map_err(|why| Refused::Node(format!("{why:#}")))?;
            legs.extend(sockets.map(|to| (to, one.payload_type())));
            Vec::new()
        } else {
            let [caller, called] = self.phones.as_mut().context("no phones")?;
            let offer = description(one, one.payload_type(), at);
            if self.scenario == Scenario::Rooms {
                let room = format!("conf-load-{}", number / self.room_size as usize);
                let (dialog, cseq) = caller.invite(&room, &offer)?;
                let dialog = answered(caller, dialog, cseq)?;
                legs.push((dialog.media, one.payload_type()));
                vec![dialog]
            } else {
                let (dialog, cseq) = caller.invite(&self.called, &offer)?;
                let begun = Instant::now();
                let invite = loop {
                    if begun.elapsed() > PATIENCE {
                        let waited = PATIENCE.as_secs();
                        return Err(Refused::Node(format!("no INVITE came to {} within {waited} s", self.called)));
                    }
                    if let Some(found) = called.is_called_now()? {
                        break found;
                    }
                    if let Some(response) = caller.response_now(cseq, "INVITE")? {
                        return Err(Refused::Node(response.status_code.to_string()));
                    }
                };
                let (request, at_called) = invite;
                let payload_type = payload_type(&at_called.description, other)
                    .with_context(|| format!("the node does not offer {} to who is called", other.rtpmap()))?;
                called.reply(&request, "200 OK", &description(other, payload_type, at))?;
                let dialog = answered(caller, dialog, cseq)?;
                legs.push((dialog.media, one.payload_type()));
                legs.push((at_called.media, payload_type));
                vec![dialog, at_called]
            }
        };
        let first = number * self.scenario.legs();
        let streams: Vec<_> = (first..first + legs.len()).collect();
        for (stream, (to, payload_type)) in streams.iter().zip(legs) {
            let side = if self.scenario == Scenario::Rooms { stream % self.room_size as usize } else { stream % 2 };
            let sound = self.sounds.get(side).context("a sound")?.clone();
            self.wires.get(wire).context("a wire")?.add(Stream::new(*stream, to, sound, payload_type))?;
        }
        self.live.push(Live { dialogs, streams, wire });
        Ok(())
    }

    /// The last one is hung up.
    fn end(&mut self) -> Result<()> {
        let Some(mut call) = self.live.pop() else { return Ok(()) };
        self.silence(&call)?;
        if self.scenario == Scenario::Relay {
            return self.node.end_relay();
        }
        let [caller, called] = self.phones.as_mut().context("no phones")?;
        if let Some(dialog) = call.dialogs.first_mut() {
            caller.ask(dialog, "BYE", "", "")?;
        }
        called.hung_up()?;
        Ok(())
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        // A node of our own goes with its calls; another one is not left with them.
        while self.phones.is_some() && !self.live.is_empty() && self.end().is_ok() {}
    }
}
