//! Control: the two phones that call each other.

use super::args::LoadArgs;
use crate::sip_phone::{Dialog, Phone};
use anyhow::{Result, anyhow, ensure};
use std::net::{IpAddr, SocketAddr};

/// Registrations last so long.
const REGISTERED_S: u32 = 3_600;

/// What may be said of a call that cannot be.
#[derive(Debug)]
pub(super) enum Refused {
    /// The node does not want it.
    Node(String),
    /// Anything else.
    Fault(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Refused {
    fn from(why: E) -> Self {
        Self::Fault(why.into())
    }
}

/// A name and a password.
pub(super) fn split(text: &str) -> (&str, &str) {
    text.split_once(':').unwrap_or((text, ""))
}

/// Who calls and who is called, registered at the node.
///
/// # Errors
/// It does not know them, or does not answer.
pub(super) fn registered(sip: SocketAddr, args: &LoadArgs, ip: IpAddr) -> Result<[Phone; 2]> {
    let mut phones = Vec::new();
    for text in [&args.caller, &args.called] {
        let (name, password) = split(text);
        let mut phone = Phone::new(name, ip, sip)?;
        let status = phone.register(password, REGISTERED_S)?;
        ensure!(status == 200, "{name} cannot register at {sip}: {status}; see --caller and --called");
        phones.push(phone);
    }
    phones.try_into().map_err(|_| anyhow!("two phones"))
}

/// Who was called answers, or the node refuses.
pub(super) fn answered(caller: &mut Phone, dialog: Dialog, cseq: u32) -> Result<Dialog, Refused> {
    let response = caller.response(cseq, "INVITE")?;
    if response.status_code.code() >= 300 {
        return Err(Refused::Node(response.status_code.to_string()));
    }
    Ok(caller.established(dialog, &response, "")?)
}
