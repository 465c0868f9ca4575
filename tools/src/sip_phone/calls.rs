//! I/O: a phone's calls: requests that begin one, go on within it and end it.

use super::Phone;
use super::text::{self, contact, with_body};
use anyhow::{Context as _, Result, bail};
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Method, Request, Response, SipMessage};
use std::net::SocketAddr;

/// A call of a phone's.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// Its Call-ID.
    pub call: String,
    /// Our tag.
    pub ours: String,
    /// The other's.
    pub theirs: String,
    target: String,
    /// What the other says of itself in From or To, without the tag.
    peer: String,
    cseq: u32,
    /// Where the other takes RTP.
    pub media: SocketAddr,
    /// Its description, as it came.
    pub description: Vec<u8>,
}

impl Phone {
    /// Sends an INVITE: its call, and its number.
    ///
    /// # Errors
    /// The system does not take it.
    pub fn invite(&mut self, called: &str, body: &str) -> Result<(Dialog, u32)> {
        let cseq = self.next_number();
        let (call, node) = (format!("{}-{cseq}-{}", self.login, self.salt), self.node);
        let uri = format!("sip:{called}@{node}");
        let peer = format!("<{uri}>");
        let head = self.head("INVITE", &uri, &peer, (&call, "t", cseq))?;
        let credentials = self.credentials("INVITE", &uri);
        self.ask_with(with_body(&format!("{head}{credentials}"), "application/sdp", body))?;
        let media = SocketAddr::from(([127, 0, 0, 1], 9));
        let (ours, theirs, description) = ("t".into(), String::new(), Vec::new());
        Ok((Dialog { call, ours, theirs, target: uri, peer, cseq, media, description }, cseq))
    }

    /// Calls, and is answered.
    ///
    /// # Errors
    /// It is refused, or nobody answers.
    pub fn call(&mut self, called: &str, body: &str) -> Result<Dialog> {
        let (dialog, cseq) = self.invite(called, body)?;
        let response = self.response(cseq, "INVITE")?;
        if response.status_code.code() != 200 {
            bail!("{called} refuses: {}", response.status_code);
        }
        self.established(dialog, &response, "")
    }

    /// A 200 came: ACK, with a body where it is the answer.
    ///
    /// # Errors
    /// The response is none to an INVITE.
    pub fn established(&mut self, mut dialog: Dialog, response: &Response, body: &str) -> Result<Dialog> {
        dialog.theirs = response.to_header()?.tag()?.context("a response without a tag")?.value().to_owned();
        dialog.target = contact(response.contact_header()?.value());
        dialog.media = media(&response.body)?;
        dialog.description.clone_from(&response.body);
        self.within(&dialog, "ACK", dialog.cseq, "", body).and_then(|text| self.send(&text))?;
        Ok(dialog)
    }

    /// Gives up an INVITE.
    ///
    /// # Errors
    /// The system does not take it.
    pub fn cancel(&mut self, called: &str, cseq: u32) -> Result<()> {
        let (call, node) = (format!("{}-{cseq}-{}", self.login, self.salt), self.node);
        let uri = format!("sip:{called}@{node}");
        // Its branch is the INVITE's.
        let head = self.head("INVITE", &uri, &format!("<{uri}>"), (&call, "t", cseq))?;
        let head = head
            .replace("INVITE sip", "CANCEL sip")
            .replace(&format!("CSeq: {cseq} INVITE"), &format!("CSeq: {cseq} CANCEL"));
        self.send(&with_body(&head, "", ""))
    }

    fn within(&self, dialog: &Dialog, method: &str, cseq: u32, more: &str, body: &str) -> Result<String> {
        let to = format!("{};tag={}", dialog.peer, dialog.theirs);
        let head = self.head(method, &dialog.target, &to, (&dialog.call, &dialog.ours, cseq))?;
        let kind = if method == "INFO" { "application/dtmf-relay" } else { "application/sdp" };
        Ok(with_body(&format!("{head}{more}"), kind, body))
    }

    /// A request within a call; its final response.
    ///
    /// # Errors
    /// Nobody answers.
    pub fn ask(&mut self, dialog: &mut Dialog, method: &str, more: &str, body: &str) -> Result<Response> {
        dialog.cseq += 1;
        let text = self.within(dialog, method, dialog.cseq, more, body)?;
        self.ask_with(text)?;
        let response = self.response(dialog.cseq, method)?;
        if method == "INVITE" && response.status_code.code() < 300 {
            self.within(dialog, "ACK", dialog.cseq, "", "").and_then(|text| self.send(&text))?;
        }
        Ok(response)
    }

    /// Is called: the INVITE, to be answered by [`reply`](Self::reply), and the call that it begins.
    ///
    /// # Errors
    /// Nobody calls, or not with audio.
    pub fn is_called(&mut self) -> Result<(Request, Dialog)> {
        let request = self.request(Method::Invite)?;
        let dialog = begun_by(&request)?;
        Ok((request, dialog))
    }

    /// The same where somebody calls within 20 ms.
    ///
    /// # Errors
    /// Not with audio.
    pub fn is_called_now(&mut self) -> Result<Option<(Request, Dialog)>> {
        self.take_in();
        let request = self.waiting(|message| match message {
            SipMessage::Request(request) if request.method == Method::Invite => Some(request.clone()),
            _ => None,
        });
        request.map(|request| begun_by(&request).map(|dialog| (request, dialog))).transpose()
    }

    /// Answers a request with that status.
    ///
    /// # Errors
    /// The request has not what an answer repeats.
    pub fn reply(&self, request: &Request, status: &str, body: &str) -> Result<()> {
        self.send(&text::response(request, status, (&self.name, self.address()?), body)?)
    }
}

fn begun_by(request: &Request) -> Result<Dialog> {
    let from = request.from_header()?;
    let peer = from.value().split(";tag").next().unwrap_or_default().to_owned();
    Ok(Dialog {
        call: request.call_id_header()?.value().to_owned(),
        ours: "u".into(),
        theirs: from.tag()?.context("an INVITE without a tag")?.value().to_owned(),
        target: contact(request.contact_header()?.value()),
        peer,
        cseq: 1_000,
        media: media(&request.body)?,
        description: request.body.clone(),
    })
}

/// Where a description takes RTP.
fn media(description: &[u8]) -> Result<SocketAddr> {
    crate::sdp::read(description)?.audio.at.context("a description that takes RTP nowhere")
}
