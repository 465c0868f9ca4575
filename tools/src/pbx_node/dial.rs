//! Control: a leg begins: somebody calls, or a phone is called.

use super::leg::{Leg, Parts, Refusal};
use super::node::Node;
use super::offers::{refused, taking, with_tones};
use super::registrar::Contact;
use super::secrets::{Secrets, protected};
use crate::sdp::{self, Audio};
use rsipstack::dialog::dialog::DialogStateReceiver;
use rsipstack::dialog::invitation::InviteOption;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Header, Request, StatusCode};
use std::rc::Rc;

/// What is usual.
const HOPS: u32 = 70;

impl Leg {
    /// Somebody calls with that INVITE, which may have no offer: then ours is in the answer to it.
    pub(super) async fn answer(
        node: &Rc<Node>,
        name: String,
        dialog: InviteDialog,
        states: DialogStateReceiver,
    ) -> Result<Self, Refusal> {
        let wanted = node.config.users.get(&name).map(|user| user.srtp).unwrap_or_default();
        let mut secrets = Secrets::new(&node.certificate, wanted);
        let body = dialog.initial_request().body;
        let peer = (!body.is_empty()).then(|| sdp::read(&body)).transpose();
        let peer = peer.map_err(|why| Refusal(StatusCode::NotAcceptableHere, why.to_string()))?;
        let key = format!("{name} {}", node.number());
        let media = node.engine.events_of(&*key);
        let keys = match &peer {
            Some(offer) => secrets.answer(offer)?,
            None => secrets.offer()?,
        };
        let begun = match &peer {
            Some(offer) => {
                let list = &offer.audio.capabilities;
                let wishes = |params| protected(taking(params, offer, &offer.audio.feedback), keys);
                node.media.borrow_mut().answer_offer(&*key, list, wishes)
            }
            None => node.media.borrow_mut().offer(&*key, |params| protected(with_tones(params), keys)),
        };
        let begun = begun.map_err(refused)?;
        let session = begun.session.await.map_err(refused)?;
        let (identity, list) = (node.identity(), begun.description);
        Ok(Self::new(node, Parts { name, key, dialog, states, session, media, identity, list, secrets, peer }))
    }

    /// Sends an INVITE with all that we can, to a phone that has registered; it sees who calls.
    pub(super) async fn call(node: &Rc<Node>, name: &str, contact: &Contact, caller: &Self) -> Result<Self, Refusal> {
        let key = format!("{name} {}", node.number());
        let media = node.engine.events_of(&*key);
        let mut secrets = Secrets::new(&node.certificate, contact.srtp);
        let keys = secrets.offer()?;
        let begun = node.media.borrow_mut().offer(&*key, |params| protected(params, keys)).map_err(refused)?;
        let session = begun.session.await.map_err(refused)?;
        let (sender, states) = node.layer.new_dialog_state_channel();
        let local = session.local_address().ok_or_else(|| failed("the engine opened no socket"))?;
        let identity = node.identity();
        let list = begun.description;
        let mut offered = Audio::new(list.clone(), local);
        secrets.describe(&mut offered);
        let offer = sdp::offer(identity, &offered);
        let option = InviteOption {
            caller: node.uri(&caller.name),
            callee: contact.uri.clone(),
            destination: Some(contact.at.clone()),
            contact: node.uri(&caller.name),
            offer: Some(offer.into_bytes()),
            // Nodes that call each other in a circle come to an end.
            headers: Some(vec![Header::MaxForwards(hops(&caller.dialog.initial_request()).saturating_sub(1).into())]),
            ..InviteOption::default()
        };
        let (dialog, _) = node.layer.do_invite_async(option, sender).map_err(|why| {
            let _ = node.media.borrow_mut().end(&*key);
            failed(why)
        })?;
        let name = name.to_owned();
        Ok(Self::new(node, Parts { name, key, dialog, states, session, media, identity, list, secrets, peer: None }))
    }
}

/// Through how many more hands a request may go (RFC 3261 section 8.1.1.6).
pub(super) fn hops(request: &Request) -> u32 {
    let given = request.max_forwards_header().ok().and_then(|header| header.value().trim().parse().ok());
    given.unwrap_or(HOPS).min(HOPS)
}

fn failed(why: impl std::fmt::Display) -> Refusal {
    Refusal(StatusCode::ServerInternalError, why.to_string())
}
