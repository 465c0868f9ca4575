//! Control: what comes in: requests to their dialogs, and those that begin something.

use super::call;
use super::endpoint::allowed;
use super::node::Node;
use anyhow::Result;
use rsipstack::dialog::dialog::Dialog;
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Header, Method, StatusCode};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::transaction::Transaction;
use std::rc::Rc;

/// Takes requests for as long as any come, each in a task of its own.
pub(super) async fn serve(node: Rc<Node>, mut incoming: TransactionReceiver) {
    while let Some(tx) = incoming.recv().await {
        let node = node.clone();
        tokio::task::spawn_local(async move {
            let what = format!("{} {}", tx.original.method, tx.original.uri);
            if let Err(why) = take(&node, tx).await {
                eprintln!("pbx-node: {what}: {why:#}");
            }
        });
    }
}

async fn take(node: &Rc<Node>, mut tx: Transaction) -> Result<()> {
    if tx.original.to_header()?.tag()?.is_some() {
        return match node.layer.match_dialog(&tx) {
            Some(Dialog::Invite(mut dialog)) => Ok(dialog.handle(&mut tx).await?),
            _ => Ok(tx.reply(StatusCode::CallTransactionDoesNotExist).await?),
        };
    }
    match tx.original.method {
        Method::Register => node.register(&mut tx).await,
        Method::Options => {
            let accept = Header::Accept("application/sdp".into());
            Ok(tx.reply_with(StatusCode::OK, vec![allow(), accept], None).await?)
        }
        Method::Invite => invite(node, tx).await,
        Method::Ack => Ok(()),
        _ => Ok(tx.reply_with(StatusCode::MethodNotAllowed, vec![allow()], None).await?),
    }
}

fn allow() -> Header {
    let methods: Vec<_> = allowed().iter().map(ToString::to_string).collect();
    Header::Allow(methods.join(", ").into())
}

async fn invite(node: &Rc<Node>, mut tx: Transaction) -> Result<()> {
    let from = tx.original.from_header()?.uri()?;
    let Some(caller) = node.admit(&mut tx, from.user()).await? else { return Ok(()) };
    let asks = tx.original.headers.iter().find_map(|header| match header {
        Header::Require(what) => Some(what.value().to_owned()),
        _ => None,
    });
    if let Some(asks) = asks {
        // RFC 3261 section 8.2.2.3: what we do not do, by name.
        return Ok(tx.reply_with(StatusCode::BadExtension, vec![Header::Unsupported(asks.into())], None).await?);
    }
    let called = tx.original.uri.user().unwrap_or_default().to_owned();
    let (sender, states) = node.layer.new_dialog_state_channel();
    let dialog = node.layer.get_or_create_server_invite(&tx, sender, None, Some(node.uri(&called)))?;
    tokio::task::spawn_local(call::begin(node.clone(), dialog.clone(), states, caller, called));
    let mut handled = dialog;
    Ok(handled.handle(&mut tx).await?)
}
