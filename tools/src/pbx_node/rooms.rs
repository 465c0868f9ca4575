//! Control: rooms: whoever calls `sip:conf-NAME@` is in the one of that name, which is there for as long as anybody is.

use super::leg::{Leg, Refusal};
use super::node::Node;
use super::offers::refused;
use super::refer;
use super::renegotiate::Happened;
use media_core::{Conference, ConferenceParams, SampleRate};
use rsipstack::sip::StatusCode;
use std::collections::BTreeMap;
use std::rc::Rc;
use tokio::sync::Mutex;

/// Rooms by name, with how many are in each. Held while one is made or ended: who comes then waits for it.
#[derive(Debug, Default)]
pub(super) struct Rooms(Mutex<BTreeMap<String, (Conference, usize)>>);

impl Rooms {
    async fn enter(&self, node: &Node, name: &str) -> Result<Conference, Refusal> {
        let mut rooms = self.0.lock().await;
        if let Some((room, members)) = rooms.get_mut(name) {
            *members += 1;
            return Ok(room.clone());
        }
        let room = node.engine.create_conference(ConferenceParams::new(SampleRate::Hz16000)).await.map_err(refused)?;
        rooms.insert(name.to_owned(), (room.clone(), 1));
        Ok(room)
    }

    async fn leave(&self, name: &str) {
        let mut rooms = self.0.lock().await;
        let Some((room, members)) = rooms.get_mut(name) else { return };
        *members -= 1;
        if *members == 0 {
            let _ = room.destroy().await;
            rooms.remove(name);
        }
    }

    /// All, with how many are in each.
    pub(super) async fn all(&self) -> Vec<(String, usize)> {
        self.0.lock().await.iter().map(|(name, (_, members))| (name.clone(), *members)).collect()
    }
}

/// A party is in a room until it hangs up.
pub(super) async fn run(node: &Rc<Node>, mut leg: Leg, name: &str) {
    let room = match node.rooms.enter(node, name).await {
        Ok(room) => room,
        Err(Refusal(status, why)) => {
            leg.log(&format!("room {name} cannot be: {why}"));
            return leg.hang_up(status);
        }
    };
    match room.join(&leg.session).await {
        Ok(()) => stay(node, &mut leg, &room, name).await,
        Err(why) => {
            leg.log(&format!("could not join room {name}: {why}"));
            leg.hang_up(StatusCode::ServiceUnavailable);
        }
    }
    let _ = room.leave(&leg.session).await;
    node.rooms.leave(name).await;
}

async fn stay(node: &Rc<Node>, leg: &mut Leg, room: &Conference, name: &str) {
    leg.log(&format!("is in room {name}, {}", leg.codec()));
    loop {
        let event = tokio::select! {
            event = leg.next() => event,
            () = node.ended() => return leg.hang_up(StatusCode::ServiceUnavailable),
        };
        match leg.take(event).await {
            Happened::Over(_) => return leg.log(&format!("left room {name}")),
            // Its music on hold is nothing for the others.
            Happened::Holds(true) => drop(room.mute(&leg.session).await),
            Happened::Holds(false) => drop(room.unmute(&leg.session).await),
            Happened::Refers(request, handle) => refer::alone(node, &request, &handle).await,
            _ => {}
        }
    }
}
