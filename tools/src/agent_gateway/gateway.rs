//! Control: what all connections have in common.

use super::args::{GatewayArgs, Hold};
use super::call::Call;
use super::calls::Calls;
use super::news::{Item, News};
use super::token::Token;
use media_core::{MediaHandle, Prompt, ToneCadence};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) engine: MediaHandle,
    pub(super) calls: Calls,
    pub(super) news: News,
    pub(super) token: Option<Token>,
    pub(super) agent_timeout: Duration,
    /// Whether it is to end.
    pub(super) ends: watch::Sender<bool>,
    hold: Option<Prompt>,
    grace: u32,
}

impl Gateway {
    pub(super) fn new(args: &GatewayArgs, engine: MediaHandle, token: Option<Token>, news: News) -> Self {
        let ms = Duration::from_millis;
        let hold = match (&args.hold_file, args.hold) {
            (Some(path), _) => Some(Prompt::file(path).forever()),
            (None, Hold::Tone) => {
                Some(Prompt::tone(ToneCadence::new(&[425.0], -16.0).on_off(ms(200), ms(3_800))).forever())
            }
            (None, Hold::Silence) => None,
        };
        Self {
            engine,
            calls: Calls::new(args.calls as usize),
            news,
            token,
            agent_timeout: Duration::from_secs(u64::from(args.agent_timeout)),
            ends: watch::Sender::new(false),
            hold,
            grace: args.grace,
        }
    }

    /// A call has lost its agent: it waits for another.
    pub(super) async fn let_wait(self: &Arc<Self>, mut call: Box<Call>, reason: &str) {
        let name = call.name.clone();
        if let Err(error) = call.leave_alone(self.hold.as_ref()).await {
            eprintln!("agent-gateway: {name}: hold: {error}");
        }
        let number = self.calls.let_wait(call);
        self.news.tell(&Item::AgentLost { call: &name, reason, grace_s: self.grace });
        let gateway = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(u64::from(gateway.grace))).await;
            if let Some(call) = gateway.calls.take_waiting(&name, number) {
                gateway.end(call, "no_agent").await;
            }
        });
    }

    /// A call ends.
    pub(super) async fn end(&self, call: Box<Call>, reason: &str) -> super::event::Counts {
        let name = call.name.clone();
        let counts = call.end().await;
        self.calls.remove(&name);
        self.news.tell(&Item::CallEnded { call: &name, reason });
        counts
    }
}
