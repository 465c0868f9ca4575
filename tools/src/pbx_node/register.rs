//! Control: REGISTER requests, and whoever else has to say who he is.

use super::auth::Verdict;
use super::counts::one;
use super::node::Node;
use super::registrar::{NotTaken, TIMES};
use anyhow::{Context as _, Result};
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::typed::Contact;
use rsipstack::sip::{Header, Request, Scheme, StatusCode};
use rsipstack::transaction::transaction::Transaction;
use std::time::Instant;

impl Node {
    /// Whose request it is, by its password; where everybody may call, whom it says. `None`: it was answered.
    pub(super) async fn admit(&self, tx: &mut Transaction, says: Option<&str>) -> Result<Option<String>> {
        let says = says.unwrap_or_default().to_owned();
        if self.door.is_open() {
            return Ok(Some(if says.is_empty() { "anonymous".to_owned() } else { says }));
        }
        let credentials = tx.original.authorization_header().map(|header| header.value().to_owned());
        let method = tx.original.method.to_string();
        let verdict = self.door.look((&method, &tx.original.uri), credentials.as_deref(), Instant::now());
        match verdict {
            Verdict::Is(name) if name == says => return Ok(Some(name)),
            Verdict::Challenge(challenge) => {
                let header = Header::WwwAuthenticate(challenge.into());
                tx.reply_with(StatusCode::Unauthorized, vec![header], None).await?;
            }
            Verdict::Is(_) | Verdict::Wrong => {
                one(&self.counts.unauthorized);
                self.log(format_args!("{says:?}: {method} refused: wrong name or password"));
                tx.reply(StatusCode::Forbidden).await?;
            }
        }
        Ok(None)
    }

    /// A phone comes, stays or goes.
    pub(super) async fn register(&self, tx: &mut Transaction) -> Result<()> {
        let name = tx.original.to_header()?.uri()?.user().map(str::to_owned);
        let Some(name) = self.admit(tx, name.as_deref()).await? else { return Ok(()) };
        let (status, headers) = match self.take(&name, tx) {
            Ok(()) => (StatusCode::OK, self.contacts(&name)),
            Err(Some(NotTaken::TooBrief)) => {
                (StatusCode::IntervalTooBrief, vec![Header::MinExpires(TIMES.0.to_string().into())])
            }
            Err(Some(NotTaken::TooMany)) => (StatusCode::ServiceUnavailable, Vec::new()),
            Err(Some(NotTaken::OutOfOrder)) => (StatusCode::ServerInternalError, Vec::new()),
            Err(None) => (StatusCode::BadRequest, Vec::new()),
        };
        tx.reply_with(status, headers, None).await?;
        Ok(())
    }

    fn take(&self, name: &str, tx: &Transaction) -> Result<(), Option<NotTaken>> {
        let request = &tx.original;
        let contacts = request.typed_contact_headers().map_err(|_| None)?;
        let seconds = request.expires_header().map(|header| header.value().trim().parse::<u32>());
        let seconds = seconds.transpose().map_err(|_| None)?;
        let order = order(request).map_err(|_| None)?;
        let at = tx.connection.as_ref().and_then(|connection| connection.get_remote_addr()).cloned().ok_or(None)?;
        let mut registrar = self.registrar.borrow_mut();
        for contact in contacts {
            if is_all(&contact) {
                registrar.clear(name);
                continue;
            }
            let seconds = contact.expires().or(seconds).unwrap_or(TIMES.1);
            let place = (contact.uri.clone(), at.clone());
            registrar.register(name, place, seconds, order.clone(), Instant::now()).map_err(Some)?;
            let what = if seconds > 0 { "registered" } else { "unregistered" };
            self.log(format_args!("{name}: {what} at {}", contact.uri));
        }
        Ok(())
    }

    fn contacts(&self, name: &str) -> Vec<Header> {
        let now = Instant::now();
        let contacts = self.registrar.borrow_mut().of(name, now);
        let line = |contact: super::registrar::Contact| {
            let left = contact.until.saturating_duration_since(now).as_secs();
            Header::Contact(format!("<{}>;expires={left}", contact.uri).into())
        };
        contacts.into_iter().map(line).collect()
    }
}

fn is_all(contact: &Contact) -> bool {
    contact.uri.scheme == Some(Scheme::Other("*".to_owned()))
}

fn order(request: &Request) -> Result<(String, u32)> {
    let call = request.call_id_header()?.value().to_owned();
    Ok((call, request.cseq_header()?.seq().context("CSeq")?))
}
