//! Control: a blind transfer: a phone is called in the place of the one who transfers.

use super::tell;
use crate::pbx_node::calls::Listed;
use crate::pbx_node::leg::{Leg, LegEvent, Refusal};
use crate::pbx_node::node::Node;
use crate::pbx_node::registrar::Contact;
use crate::pbx_node::renegotiate::Happened;
use crate::pbx_node::ring;
use media_core::{CallTone, Prompt};
use rsipstack::sip::StatusCode;
use std::rc::Rc;
use std::time::Duration;

/// `name` is called; when it answers it takes the place of `leaving`.
pub(super) async fn run(
    node: &Rc<Node>,
    listed: &Listed,
    leaving: Leg,
    mut stays: Leg,
    name: &str,
    contact: &Contact,
) -> Option<(Leg, Leg)> {
    let mut comes = match Leg::call(node, name, contact, &stays.name).await {
        Ok(leg) => leg,
        Err(Refusal(status, _)) => {
            tell(&leaving, status, false);
            return Some((leaving, stays));
        }
    };
    listed.parties(&[&leaving, &stays, &comes]);
    let _ = stays.session.flush_prompts().await;
    let tone = node.config.media.tones.plan().tone(CallTone::Ringback);
    let _ = stays.session.play(Prompt::tone(tone).forever()).await;
    tell(&leaving, StatusCode::Trying, false);
    // It may hang up as soon as it has asked: the other goes on waiting.
    let mut leaving = Some(leaving);
    let patience = tokio::time::sleep(Duration::from_secs(node.config.sip.ring_s));
    tokio::pin!(patience);
    let failed = loop {
        let (who, event) = tokio::select! {
            event = stays.next() => (0, event),
            event = comes.next() => (1, event),
            event = next_of(&mut leaving) => (2, event),
            () = &mut patience => {
                comes.hang_up(StatusCode::RequestTimeout);
                break StatusCode::TemporarilyUnavailable;
            }
            () = node.ended() => {
                [&stays, &comes].into_iter().chain(&leaving).for_each(|leg| leg.hang_up(StatusCode::ServiceUnavailable));
                return None;
            }
        };
        match who {
            0 => {
                if let Happened::Over(status) = stays.take(event).await {
                    [&comes].into_iter().chain(&leaving).for_each(|leg| leg.hang_up(status.clone()));
                    return None;
                }
            }
            1 => match comes.take(event).await {
                Happened::Over(status) => break status,
                Happened::Answered(body) => match arrive(node, &leaving, &stays, &mut comes, &body).await {
                    Ok(()) => {
                        if let Some(leaving) = &leaving {
                            tell(leaving, StatusCode::OK, true);
                        }
                        comes.log(&format!("speaks to {}", stays.name));
                        return Some((stays, comes));
                    }
                    Err(status) => {
                        comes.hang_up(status.clone());
                        break status;
                    }
                },
                _ => {}
            },
            _ => {
                if let Some(leg) = &mut leaving
                    && matches!(leg.take(event).await, Happened::Over(_))
                {
                    leaving = None;
                }
            }
        }
    };
    let _ = stays.session.flush_prompts().await;
    let Some(leaving) = leaving else {
        stays.hang_up(failed);
        return None;
    };
    // They speak again, and it is told why.
    tell(&leaving, failed, false);
    Some((leaving, stays))
}

async fn next_of(leg: &mut Option<Leg>) -> LegEvent {
    match leg {
        Some(leg) => leg.next().await,
        None => std::future::pending().await,
    }
}

async fn arrive(
    node: &Node,
    leaving: &Option<Leg>,
    stays: &Leg,
    comes: &mut Leg,
    body: &[u8],
) -> Result<(), StatusCode> {
    comes.take_answer(body).await.map_err(|Refusal(status, _)| status)?;
    let _ = stays.session.flush_prompts().await;
    let done = match leaving {
        Some(leaving) => node.engine.transfer(&leaving.session, &comes.session).await.is_ok(),
        None => ring::connect(node, stays, comes).await,
    };
    if done { Ok(()) } else { Err(StatusCode::ServerInternalError) }
}
