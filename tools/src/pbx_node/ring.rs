//! Control: a phone rings for a caller, until it is answered or one of both gives up.

use super::calls::Listed;
use super::counts::one;
use super::leg::{Leg, Refusal, sdp_headers};
use super::node::Node;
use super::registrar::Contact;
use super::renegotiate::Happened;
use media_core::{CallTone, Prompt};
use rsipstack::sip::StatusCode;
use std::rc::Rc;
use std::time::Duration;

/// The phone rings until it is answered; both legs then, bridged.
pub(super) async fn run(
    node: &Rc<Node>,
    listed: &Listed,
    mut a: Leg,
    called: &str,
    contact: &Contact,
) -> Option<(Leg, Leg)> {
    let mut b = match Leg::call(node, called, contact, &a.name).await {
        Ok(leg) => leg,
        Err(Refusal(status, why)) => {
            a.log(&format!("{called} could not be called: {why}"));
            a.hang_up(status);
            return None;
        }
    };
    listed.parties(&[&a, &b]);
    let patience = tokio::time::sleep(Duration::from_secs(node.config.sip.ring_s));
    tokio::pin!(patience);
    let (mut rings, mut early) = (false, false);
    loop {
        let (of_a, event) = tokio::select! {
            event = a.next() => (true, event),
            event = b.next() => (false, event),
            () = &mut patience => {
                b.hang_up(StatusCode::RequestTimeout);
                a.log(&format!("{called} does not answer"));
                a.hang_up(StatusCode::TemporarilyUnavailable);
                return None;
            }
            () = node.ended() => {
                b.hang_up(StatusCode::ServiceUnavailable);
                a.hang_up(StatusCode::ServiceUnavailable);
                return None;
            }
        };
        let leg = if of_a { &mut a } else { &mut b };
        match (of_a, leg.take(event).await) {
            (true, Happened::Over(status)) => {
                a.log("gave up");
                b.hang_up(status);
                return None;
            }
            (false, Happened::Over(status)) => {
                a.log(&format!("{called}: {status}"));
                a.hang_up(status);
                return None;
            }
            (false, Happened::Rings(body)) if body.is_empty() && !rings => {
                rings = true;
                ringback(node, &a).await;
            }
            (false, Happened::Rings(body)) if !early && !a.awaits_answer => {
                early = b.take_answer(&body).await.is_ok() && connect(node, &a, &b).await;
                if early {
                    let _ = a.dialog.ringing(sdp_headers(), Some(a.description()));
                }
            }
            (false, Happened::Answered(body)) => {
                if let Err(Refusal(status, why)) = b.take_answer(&body).await {
                    one(&node.counts.bad_descriptions);
                    b.log(&format!("its answer cannot be used: {why}"));
                    b.hang_up(status.clone());
                    a.hang_up(status);
                    return None;
                }
                let _ = a.session.flush_prompts().await;
                if !early && !connect(node, &a, &b).await {
                    b.hang_up(StatusCode::ServerInternalError);
                    a.hang_up(StatusCode::ServerInternalError);
                    return None;
                }
                a.accept();
                a.log(&format!("speaks to {called}: {} and {}", a.codec(), b.codec()));
                return Some((a, b));
            }
            _ => {}
        }
    }
}

/// The caller is told that it rings: by his own phone, or by ours.
async fn ringback(node: &Node, a: &Leg) {
    if !node.config.sip.ringback || a.awaits_answer {
        let _ = a.dialog.ringing(None, None);
        return;
    }
    let _ = a.dialog.ringing(sdp_headers(), Some(a.description()));
    let tone = node.config.media.tones.plan().tone(CallTone::Ringback);
    let _ = a.session.play(Prompt::tone(tone).forever()).await;
}

/// Both hear each other from now on.
pub(super) async fn connect(node: &Node, a: &Leg, b: &Leg) -> bool {
    let bridged = node.engine.bridge(&a.session, &b.session).await;
    if let Err(why) = &bridged {
        a.log(&format!("could not be connected to {}: {why}", b.name));
    }
    bridged.is_ok()
}
