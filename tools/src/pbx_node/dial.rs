//! Control: a leg begins: somebody calls, or a phone is called.

use super::leg::{Leg, Parts, Refusal};
use super::node::Node;
use super::offers::{refused, taking, with_tones};
use super::registrar::Contact;
use crate::sdp::{self, Audio};
use rsipstack::dialog::dialog::DialogStateReceiver;
use rsipstack::dialog::invitation::InviteOption;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::StatusCode;
use std::rc::Rc;

impl Leg {
    /// Somebody calls with that INVITE, which may have no offer: then ours is in the answer to it.
    pub(super) async fn answer(
        node: &Rc<Node>,
        name: String,
        dialog: InviteDialog,
        states: DialogStateReceiver,
    ) -> Result<Self, Refusal> {
        let body = dialog.initial_request().body;
        let peer = (!body.is_empty()).then(|| sdp::read(&body)).transpose();
        let peer = peer.map_err(|why| Refusal(StatusCode::NotAcceptableHere, why.to_string()))?;
        let key = format!("{name} {}", node.number());
        let media = node.engine.events_of(&*key);
        let begun = match &peer {
            Some(offer) => {
                let list = &offer.audio.capabilities;
                node.media.borrow_mut().answer_offer(&*key, list, |params| taking(params, offer))
            }
            None => node.media.borrow_mut().offer(&*key, with_tones),
        };
        let begun = begun.map_err(refused)?;
        let session = begun.session.await.map_err(refused)?;
        let (identity, list) = (node.identity(), begun.description);
        Ok(Self::new(node, Parts { name, key, dialog, states, session, media, identity, list, peer }))
    }

    /// Sends an INVITE with all that we can, to a phone that has registered; `caller` is whom it sees.
    pub(super) async fn call(node: &Rc<Node>, name: &str, contact: &Contact, caller: &str) -> Result<Self, Refusal> {
        let key = format!("{name} {}", node.number());
        let media = node.engine.events_of(&*key);
        let begun = node.media.borrow_mut().offer(&*key, |params| params).map_err(refused)?;
        let session = begun.session.await.map_err(refused)?;
        let (sender, states) = node.layer.new_dialog_state_channel();
        let local = session.local_address().ok_or_else(|| failed("the engine opened no socket"))?;
        let identity = node.identity();
        let offer = sdp::offer(identity, &Audio::new(begun.description.clone(), local));
        let option = InviteOption {
            caller: node.uri(caller),
            callee: contact.uri.clone(),
            destination: Some(contact.at.clone()),
            contact: node.uri(caller),
            offer: Some(offer.into_bytes()),
            ..InviteOption::default()
        };
        let (dialog, _) = node.layer.do_invite_async(option, sender).map_err(failed)?;
        let (name, list) = (name.to_owned(), begun.description);
        Ok(Self::new(node, Parts { name, key, dialog, states, session, media, identity, list, peer: None }))
    }
}

fn failed(why: impl std::fmt::Display) -> Refusal {
    Refusal(StatusCode::ServerInternalError, why.to_string())
}
