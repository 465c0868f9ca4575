//! I/O: the page: calls, rooms, quality and ticks, over HTTP on loopback, by an ordinary thread. A task of the node writes what it
//! shows each second; the thread only serves it.

use super::calls::Party;
use super::node::Node;
use anyhow::{Result, anyhow};
use media_core::telemetry::snapshot::Snapshot;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tiny_http::{Header, Response, Server};

const PAGE: &str = include_str!("page.html");
/// A telephone for browsers: the least that calls and is called.
const PHONE: &str = include_str!("phone.js");
/// Between two looks.
const EVERY: Duration = Duration::from_secs(1);

type Board = Arc<Mutex<String>>;

/// A page that is served until this goes.
pub(super) struct Page {
    pub(super) at: Option<SocketAddr>,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.server.unblock();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Serves the page, if it is asked for.
pub(super) fn start(node: &Rc<Node>) -> Result<Option<Page>> {
    let Some(listen) = node.config.status.listen else { return Ok(None) };
    let server = Server::http(listen).map_err(|why| anyhow!("status.listen = {listen}: {why}"))?;
    let server = Arc::new(server);
    let at = server.server_addr().to_ip();
    let board: Board = Arc::new(Mutex::new("{}".into()));
    let (shown, served) = (board.clone(), server.clone());
    let thread = std::thread::Builder::new().name("status-page".into()).spawn(move || serve(&served, &shown))?;
    let weak = Rc::downgrade(node);
    tokio::task::spawn_local(async move {
        let mut turns = tokio::time::interval(EVERY);
        loop {
            turns.tick().await;
            let Some(node) = weak.upgrade() else { return };
            let text = figures(&node).await.to_string();
            *board.lock().unwrap_or_else(PoisonError::into_inner) = text;
        }
    });
    Ok(Some(Page { at, server, thread: Some(thread) }))
}

fn serve(server: &Server, board: &Board) {
    for request in server.incoming_requests() {
        let (kind, body) = match request.url() {
            "/" => ("text/html; charset=utf-8", PAGE.to_owned()),
            "/phone.js" => ("text/javascript; charset=utf-8", PHONE.to_owned()),
            "/status.json" => ("application/json", board.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            _ => {
                let _ = request.respond(Response::from_string("not found\n").with_status_code(404));
                continue;
            }
        };
        let header = Header::from_bytes("Content-Type", kind).into_iter();
        let _ = request.respond(header.fold(Response::from_string(body), Response::with_header));
    }
}

async fn figures(node: &Node) -> Value {
    let calls: Vec<_> = {
        let calls = node.calls.borrow();
        calls.values().map(|call| (call.title.clone(), call.since, call.parties.clone())).collect()
    };
    let mut shown = Vec::new();
    for (title, since, parties) in calls {
        let mut legs = Vec::new();
        for Party { name, session, srtp, .. } in parties {
            let quality = session.quality().await.ok().and_then(|report| report.overall);
            let summary = session.summary().await.ok().map(|summary| summary.codecs);
            legs.push(json!({
                "name": name,
                "srtp": srtp,
                "codec": summary.map(|(hears, says)| if hears == says { says } else { format!("{hears} / {says}") }),
                "mos": quality.as_ref().and_then(|quality| quality.mos_cq),
                "loss": quality.as_ref().map(|quality| quality.loss),
                "jitter_ms": quality.as_ref().map(|quality| quality.jitter_ms),
                "delay_ms": quality.as_ref().map(|quality| quality.delay_ms),
            }));
        }
        shown.push(json!({ "call": title, "seconds": since.elapsed().as_secs(), "legs": legs }));
    }
    let rooms: Vec<_> = node.rooms.all().await.into_iter().map(|(name, members)| json!([name, members])).collect();
    let phones = node.registrar.borrow_mut().all(Instant::now());
    json!({
        "calls": shown,
        "rooms": rooms,
        "phones": phones,
        "counts": node.counts.all(),
        "telephone": node.websocket.get().map(|at| json!({ "url": format!("ws://{at}/"), "open": node.door.is_open() })),
        "ticks": ticks(&node.engine.snapshot()),
    })
}

/// How long the work of a tick took, all workers together: microseconds, and how many.
fn ticks(snapshot: &Snapshot) -> Value {
    let work = snapshot.workers.iter().flat_map(|worker| &worker.total).filter(|row| row.name == "tick_work");
    let late = snapshot.workers.iter().flat_map(|worker| &worker.total).filter(|row| row.name == "wake_up_lateness");
    let row = |row: &media_core::telemetry::snapshot::Percentiles| {
        let us = |ns: u64| ns as f64 / 1e3;
        json!({ "name": row.name, "count": row.count, "p50_us": us(row.p50_ns), "p90_us": us(row.p90_ns),
                "p99_us": us(row.p99_ns), "p999_us": us(row.p999_ns), "max_us": us(row.max_ns) })
    };
    json!({
        "period_ms": snapshot.workers.first().map(|worker| worker.period_ms),
        "rows": work.chain(late).map(row).collect::<Vec<_>>(),
    })
}
