//! Control: two parties that speak to each other, until one of them has gone or is taken elsewhere.

use super::calls::{Listed, Order};
use super::leg::Leg;
use super::node::Node;
use super::refer::{self, Transferred};
use super::renegotiate::Happened;
use super::route::Route;
use rsipstack::sip::StatusCode;
use std::rc::Rc;

/// They are bridged. Where one of them is transferred to the node itself: he, and where to.
pub(super) async fn run(node: &Rc<Node>, listed: &mut Listed, mut a: Leg, mut b: Leg) -> Option<(Leg, Route)> {
    loop {
        listed.parties(&[&a, &b]);
        let (of_a, event) = tokio::select! {
            event = a.next() => (true, event),
            event = b.next() => (false, event),
            order = listed.orders.recv() => {
                match order {
                    Some(Order::GiveUp(dialog, reply)) => {
                        let pair = if a.dialog.id() == dialog { (a, b) } else { (b, a) };
                        match reply.send(pair) {
                            Ok(()) => return None,
                            // Nobody wants them any more.
                            Err(pair) => (a, b) = pair,
                        }
                        continue;
                    }
                    None => return None,
                }
            }
            () = node.ended() => {
                a.hang_up(StatusCode::ServiceUnavailable);
                b.hang_up(StatusCode::ServiceUnavailable);
                return None;
            }
        };
        let (one, other) = if of_a { (&mut a, &mut b) } else { (&mut b, &mut a) };
        match one.take(event).await {
            Happened::Over(_) => {
                one.log("hung up");
                other.hang_up(StatusCode::RequestTerminated);
                return None;
            }
            Happened::Key(key, ms) => {
                if let Err(why) = other.session.send_digits(&key.to_string(), ms).await {
                    one.log(&format!("key {key} is not passed on: {why}"));
                }
            }
            Happened::Holds(true) => drop(other.session.play(node.hold_music()).await),
            Happened::Holds(false) => drop(other.session.flush_prompts().await),
            Happened::Refers(request, handle) => {
                let (one, other) = if of_a { (a, b) } else { (b, a) };
                match refer::run(node, listed, one, other, &request, &handle).await {
                    Transferred::Speak(pair) => (a, b) = *pair,
                    Transferred::Enter(leg, route) => return Some((*leg, route)),
                    Transferred::Over => return None,
                }
            }
            _ => {}
        }
    }
}
