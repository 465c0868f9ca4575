//! Control: a call from its INVITE on.

use super::calls::Listed;
use super::counts::one;
use super::leg::{Leg, Refusal};
use super::node::Node;
use super::route::Route;
use super::{ring, rooms, services, talk};
use rsipstack::dialog::dialog::DialogStateReceiver;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::StatusCode;
use std::rc::Rc;

/// Somebody calls.
pub(super) async fn begin(
    node: Rc<Node>,
    dialog: InviteDialog,
    states: DialogStateReceiver,
    caller: String,
    called: String,
) {
    one(&node.counts.calls);
    let refuse = |Refusal(status, why): Refusal| {
        one(&node.counts.refused);
        node.log(format_args!("{caller} -> {called}: refused with {}: {why}", status.code()));
        let _ = dialog.reject(Some(status), None);
    };
    if *node.ends.borrow() || node.calls.borrow().len() >= node.config.media.calls {
        return refuse(Refusal(StatusCode::ServiceUnavailable, "as many calls as there may be".into()));
    }
    let Some(route) = node.route(&called) else {
        return refuse(Refusal(StatusCode::NotFound, "nobody of that name has registered".into()));
    };
    let mut listed = Listed::new(&node.calls, node.number(), format!("{caller} \u{2192} {called}"));
    let mut leg = match Leg::answer(&node, caller.clone(), dialog.clone(), states).await {
        Ok(leg) => leg,
        Err(refusal) => return refuse(refusal),
    };
    listed.parties(&[&leg]);
    leg.log(&format!("calls {called}, {}", leg.codec()));
    match route {
        Route::Phone(contact) => {
            let Some((caller, called)) = ring::run(&node, &listed, leg, &called, &contact).await else { return };
            if let Some((leg, route)) = talk::run(&node, &mut listed, caller, called).await {
                enter(&node, &listed, leg, route).await;
            }
        }
        route => {
            leg.accept();
            enter(&node, &listed, leg, route).await;
        }
    }
}

/// A party that was answered goes to a service or a room.
async fn enter(node: &Rc<Node>, listed: &Listed, leg: Leg, route: Route) {
    listed.parties(&[&leg]);
    match route {
        Route::Service(service) => services::run(node, leg, service).await,
        Route::Room(name) => rooms::run(node, leg, &name).await,
        Route::Phone(_) => leg.hang_up(StatusCode::NotFound),
    }
}
