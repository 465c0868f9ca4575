//! Control: transfers (REFER, RFC 3515): to somebody else, or to whom the one who transfers has spoken (`Replaces`, RFC 3891).

mod blind;
mod target;

use super::calls::{Listed, Order};
use super::counts::one;
use super::leg::Leg;
use super::node::Node;
use super::route::Route;
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog::TransactionHandle;
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Request, StatusCode};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long the other call may take to give up its legs.
const GIVE_UP: Duration = Duration::from_secs(5);

/// What came of it.
pub(super) enum Transferred {
    /// These two speak to each other.
    Speak(Box<(Leg, Leg)>),
    /// One goes to the node itself.
    Enter(Box<Leg>, Route),
    /// Nobody speaks any more.
    Over,
}

impl From<Option<(Leg, Leg)>> for Transferred {
    fn from(pair: Option<(Leg, Leg)>) -> Self {
        pair.map_or(Self::Over, |pair| Self::Speak(Box::new(pair)))
    }
}

/// `one_leg` wants `other` to be connected elsewhere.
pub(super) async fn run(
    node: &Rc<Node>,
    listed: &Listed,
    one_leg: Leg,
    other: Leg,
    request: &Request,
    handle: &TransactionHandle,
) -> Transferred {
    one(&node.counts.transfers);
    let Some(uri) = request.refer_to_header().and_then(|header| target::address(header.value())) else {
        let _ = handle.reply(StatusCode::BadRequest).await;
        return Some((one_leg, other)).into();
    };
    let _ = handle.reply(StatusCode::Accepted).await;
    if let Some(replaces) = target::replaced(&uri) {
        return attended(node, one_leg, other, replaces).await.into();
    }
    let name = uri.user().unwrap_or_default().to_owned();
    one_leg.log(&format!("transfers {} to {name}", other.name));
    match node.route(&name) {
        None => {
            tell(&one_leg, StatusCode::NotFound, false);
            Some((one_leg, other)).into()
        }
        Some(Route::Phone(contact)) => blind::run(node, listed, one_leg, other, &name, &contact).await.into(),
        Some(route) => {
            tell(&one_leg, StatusCode::OK, true);
            let _ = other.session.flush_prompts().await;
            let _ = node.engine.unbridge(&other.session).await;
            drop(one_leg);
            listed.title(format!("{} \u{2192} {name}", other.name));
            Transferred::Enter(Box::new(other), route)
        }
    }
}

/// One who speaks to nobody wants to be transferred: there is nobody to transfer.
pub(super) async fn alone(node: &Node, _: &Request, handle: &TransactionHandle) {
    one(&node.counts.transfers);
    let _ = handle.reply(StatusCode::NotAcceptableHere).await;
}

/// Both calls of the one who transfers become one, without him.
async fn attended(node: &Rc<Node>, leaving: Leg, stays: Leg, replaces: DialogId) -> Option<(Leg, Leg)> {
    let orders = {
        let calls = node.calls.borrow();
        let mut of = calls.values();
        of.find(|call| call.parties.iter().any(|(_, _, dialog)| *dialog == replaces)).map(|call| call.orders.clone())
    };
    let (reply, given) = oneshot::channel();
    let asked = orders.is_some_and(|orders| orders.send(Order::GiveUp(replaces, reply)).is_ok());
    let given = if asked { tokio::time::timeout(GIVE_UP, given).await.ok().and_then(Result::ok) } else { None };
    let Some((second, expert)) = given else {
        leaving.log("the call that it names for a transfer is none of two parties");
        tell(&leaving, StatusCode::CallTransactionDoesNotExist, false);
        return Some((leaving, stays));
    };
    for held in [&stays, &expert] {
        let _ = held.session.flush_prompts().await;
    }
    let done = node.engine.attended_transfer(&leaving.session, &second.session).await;
    match &done {
        Ok(()) => leaving.log(&format!("transferred {} to {}", stays.name, expert.name)),
        Err(why) => leaving.log(&format!("could not transfer: {why}")),
    }
    let status = if done.is_ok() { StatusCode::OK } else { StatusCode::ServerInternalError };
    tell(&leaving, status.clone(), true);
    second.hang_up(status);
    Some((stays, expert))
}

/// Says by NOTIFY how the transfer goes, once the REFER is answered; and hangs up where it is done.
fn tell(leg: &Leg, status: StatusCode, hang_up: bool) {
    let dialog = leg.dialog.clone();
    let over = u16::from(status.clone()) >= 200;
    tokio::task::spawn_local(async move {
        for _ in 0..100 {
            if dialog.state().is_confirmed() || dialog.state().is_terminated() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let state = if over { "terminated;reason=noresource" } else { "active;expires=60" };
        let _ = tokio::time::timeout(Duration::from_secs(4), dialog.notify_refer(status, state)).await;
        if hang_up {
            let _ = dialog.hangup().await;
        }
    });
}
