//! Control: what both a call of two and a service do with what happens to a leg: offers within the dialog, requests, digits, its end.

use super::counts::one;
use super::leg::{Leg, LegEvent, sdp_headers};
use media_core::EventKind;
use rsipstack::dialog::dialog::{DialogState, TerminatedReason, TransactionHandle};
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Request, StatusCode};

/// What is left to be done about it.
#[derive(Debug)]
pub(super) enum Happened {
    /// Nothing.
    Nothing,
    /// It rings; with a description, it is heard already.
    Rings(Vec<u8>),
    /// It answered, with that description.
    Answered(Vec<u8>),
    /// It has gone, for that reason.
    Over(StatusCode),
    /// It pressed a key, told by signalling: for so many ms.
    Key(char, u32),
    /// It puts the other on hold, or takes him back.
    Holds(bool),
    /// It wants the other to be connected elsewhere.
    Refers(Request, TransactionHandle),
    /// Its media tell something.
    Media(EventKind),
}

impl Leg {
    /// Does what can be done here.
    pub(super) async fn take(&mut self, event: LegEvent) -> Happened {
        match event {
            LegEvent::Gone => Happened::Over(StatusCode::ServerInternalError),
            LegEvent::Media(EventKind::Destroyed | EventKind::MediaInterrupted(_)) => {
                Happened::Over(StatusCode::ServerInternalError)
            }
            LegEvent::Media(kind) => Happened::Media(kind),
            LegEvent::Sip(state) => self.signalled(*state).await,
        }
    }

    async fn signalled(&mut self, state: DialogState) -> Happened {
        match state {
            DialogState::Early(_, response) => Happened::Rings(response.body),
            DialogState::Confirmed(_, response) => self.confirmed(response.body).await,
            DialogState::Updated(_, request, handle) => self.offered(&request, &handle).await,
            DialogState::Terminated(_, reason) => Happened::Over(status(&reason)),
            DialogState::Refer(_, request, handle) => Happened::Refers(request, handle),
            DialogState::Info(_, request, handle) => {
                let key = key(&request);
                let is = key.is_some() || request.body.is_empty();
                let _ = handle.reply(if is { StatusCode::OK } else { StatusCode::UnsupportedMediaType }).await;
                key.map_or(Happened::Nothing, |(key, ms)| Happened::Key(key, ms))
            }
            DialogState::Options(_, _, handle) | DialogState::Notify(_, _, handle) => {
                let _ = handle.reply(StatusCode::OK).await;
                Happened::Nothing
            }
            DialogState::Message(_, _, handle) | DialogState::Publish(_, _, handle) => {
                let _ = handle.reply(StatusCode::MethodNotAllowed).await;
                Happened::Nothing
            }
            DialogState::Calling(_) | DialogState::Trying(_) | DialogState::WaitAck(..) => Happened::Nothing,
        }
    }

    /// The answer of a phone that we called; or the ACK of one that called us, where our offer's answer may be.
    async fn confirmed(&mut self, body: Vec<u8>) -> Happened {
        if !self.answered {
            self.answered = true;
            return Happened::Answered(body);
        }
        let ack = self.dialog.last_remote_ack().map(|ack| ack.body).filter(|body| !body.is_empty());
        let Some(answer) = ack.filter(|_| self.awaits_answer) else { return Happened::Nothing };
        let before = self.holds;
        match self.take_answer(&answer).await {
            Ok(()) if before != self.holds => Happened::Holds(self.holds),
            Ok(()) => Happened::Nothing,
            Err(refusal) => {
                one(&self.node.counts.bad_descriptions);
                self.log(&format!("its answer cannot be used: {}", refusal.1));
                Happened::Over(refusal.0)
            }
        }
    }

    /// A re-INVITE or UPDATE: the media change, or stay as they were and it is told why not.
    async fn offered(&mut self, request: &Request, handle: &TransactionHandle) -> Happened {
        if request.body.is_empty() {
            // It asks for our offer; its answer is in the ACK. An UPDATE without one refreshes only.
            let offers = request.method == rsipstack::sip::Method::Invite;
            self.awaits_answer = offers;
            let body = offers.then(|| self.description());
            let _ = handle.respond(StatusCode::OK, body.as_ref().and_then(|_| sdp_headers()), body).await;
            return Happened::Nothing;
        }
        let before = self.holds;
        match self.take_offer(&request.body).await {
            Ok(()) => {
                let _ = handle.respond(StatusCode::OK, sdp_headers(), Some(self.description())).await;
                self.log(&format!("{} {}", self.codec(), if self.holds { "on hold" } else { "both ways" }));
            }
            Err(refusal) => {
                one(&self.node.counts.bad_descriptions);
                self.log(&format!("its offer cannot be used: {}", refusal.1));
                let _ = handle.reply(refusal.0).await;
            }
        }
        if before == self.holds { Happened::Nothing } else { Happened::Holds(self.holds) }
    }
}

/// A key by INFO: `application/dtmf-relay` (Signal=5, Duration=160) or `application/dtmf` (5).
fn key(request: &Request) -> Option<(char, u32)> {
    let kind = request.header_value("Content-Type")?.to_ascii_lowercase();
    let body = std::str::from_utf8(&request.body).ok()?;
    let of = |name: &str| {
        let mut lines = body.lines().filter_map(|line| line.split_once('='));
        lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let text = if kind.starts_with("application/dtmf-relay") {
        of("Signal")?
    } else if kind.starts_with("application/dtmf") {
        body.trim()
    } else {
        return None;
    };
    let key = match text {
        "10" => '*',
        "11" => '#',
        text => text.chars().next().filter(|key| text.len() == 1 && "0123456789*#ABCDabcd".contains(*key))?,
    };
    let ms = of("Duration").and_then(|ms| ms.parse().ok()).unwrap_or(160);
    Some((key.to_ascii_uppercase(), ms.clamp(40, 5_000)))
}

/// As SIP has it for whoever waits for this leg.
fn status(reason: &TerminatedReason) -> StatusCode {
    match reason {
        TerminatedReason::Timeout => StatusCode::RequestTimeout,
        TerminatedReason::UacBusy | TerminatedReason::UasBusy => StatusCode::BusyHere,
        TerminatedReason::UasDecline => StatusCode::Decline,
        TerminatedReason::ProxyError(status)
        | TerminatedReason::UacOther(status)
        | TerminatedReason::UasOther(status) => status.clone(),
        TerminatedReason::ProxyAuthRequired => StatusCode::Forbidden,
        TerminatedReason::UacCancel | TerminatedReason::UacBye | TerminatedReason::UasBye => {
            StatusCode::RequestTerminated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::key;
    use rsipstack::sip::{Header, Request, SipMessage};

    fn info(kind: &str, body: &str) -> Request {
        let text = "INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bKd\r\nFrom: <sip:e@f>;tag=g\r\nTo: <sip:a@b>;tag=h\r\n\
            Call-ID: i\r\nCSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n";
        let Ok(SipMessage::Request(mut request)) = SipMessage::try_from(text) else { panic!() };
        request.headers.push(Header::ContentType(kind.to_owned().into()));
        request.body = body.as_bytes().to_vec();
        request
    }

    #[test]
    fn keys_of_both_kinds_are_read_and_nothing_else() {
        let relay = |body: &str| key(&info("application/dtmf-relay", body));
        assert_eq!(relay("Signal=5\r\nDuration=250\r\n"), Some(('5', 250)));
        assert_eq!(relay("Signal= *\nDuration= 1\n"), Some(('*', 40)));
        assert_eq!(relay("Signal=11"), Some(('#', 160)));
        assert_eq!(key(&info("application/dtmf", "d")), Some(('D', 160)));
        for (kind, body) in [
            ("application/dtmf-relay", "Duration=160"),
            ("application/dtmf-relay", "Signal=55"),
            ("application/dtmf", ""),
            ("application/dtmf", "x"),
            ("text/plain", "5"),
        ] {
            assert_eq!(key(&info(kind, body)), None, "{kind} {body}");
        }
    }
}
