//! I/O: Chromium without a screen, as a telephone: it is driven by its DevTools protocol, its microphone is a file.

use crate::interop::tone;
use crate::sound::{self, Sound};
use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const PATIENCE: Duration = Duration::from_secs(30);
/// Hertz of what it says and hears.
const RATE: u32 = 48_000;
/// Keeps what the telephone hears, until `window.kept` is asked for.
const KEEP: &str = "(async () => { const context = new AudioContext({ sampleRate: 48000 }); window.pieces = [];
  const source = context.createMediaStreamSource(telephone.heard), node = context.createScriptProcessor(4096, 1, 1);
  node.onaudioprocess = e => pieces.push(new Float32Array(e.inputBuffer.getChannelData(0)));
  source.connect(node); node.connect(context.destination); await context.resume(); })()";
const KEPT: &str = "(() => { const all = new Int16Array(pieces.length * 4096);
  pieces.forEach((piece, n) => piece.forEach((x, i) => all[n * 4096 + i] = Math.max(-32768, Math.min(32767, x * 32768))));
  let text = ''; const octets = new Uint8Array(all.buffer);
  for (let i = 0; i < octets.length; i += 8192) text += String.fromCharCode(...octets.subarray(i, i + 8192));
  return btoa(text); })()";

/// One that runs, with a page open; ended when it goes.
pub(super) struct Browser {
    child: Child,
    runtime: Runtime,
    socket: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>,
    number: u64,
}

impl Browser {
    /// Opens the node's page, with a tone for a microphone.
    pub(super) fn start(root: &Path, hz: f64, page: SocketAddr) -> Result<Self> {
        let folder = root.join("browser");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let microphone = folder.join("tone.wav");
        // A whole number of periods, since it is said over and over.
        sound::write(&microphone, &Sound::mono(RATE, tone::samples(hz, RATE, 0, 10 * RATE as usize)))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new("chromium");
        command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream"]);
        command.args(["--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"]);
        command.arg(format!("--use-file-for-fake-audio-capture={}", microphone.display()));
        command.arg(format!("--remote-debugging-port={port}"));
        command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
        command.arg(format!("http://{page}/")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let opened = target(port).and_then(|url| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let socket = runtime.block_on(connect_async(url.as_str()))?.0;
            Ok((runtime, socket))
        });
        match opened {
            Ok((runtime, socket)) => Ok(Self { child, runtime, socket, number: 0 }),
            Err(why) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(why)
            }
        }
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.number += 1;
        let number = self.number;
        let message = json!({ "id": number, "method": method, "params": params }).to_string();
        let socket = &mut self.socket;
        self.runtime.block_on(async {
            let answered = async {
                socket.send(Message::text(message)).await?;
                while let Some(message) = socket.next().await {
                    let answer: Value = serde_json::from_str(message?.to_text()?)?;
                    if answer["id"] == number {
                        return Ok(answer["result"].clone());
                    }
                }
                bail!("the browser has ended")
            };
            tokio::time::timeout(PATIENCE, answered).await.context("the browser does not answer")?
        })
    }

    /// What an expression of the page's gives.
    pub(super) fn run(&mut self, expression: &str) -> Result<Value> {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let answer = self.ask("Runtime.evaluate", &params)?;
        ensure!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        Ok(answer["result"]["value"].clone())
    }

    /// Waits until an expression of the page's holds.
    pub(super) fn until(&mut self, what: &str, expression: &str) -> Result<()> {
        let begun = Instant::now();
        while self.run(expression)? != Value::Bool(true) {
            if begun.elapsed() > PATIENCE {
                bail!("{what}: not within {} s; it says {}", PATIENCE.as_secs(), self.run(SAID)?);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// It is in that state.
    pub(super) fn wait(&mut self, state: &str) -> Result<()> {
        self.until(state, &format!("document.body.dataset.state == '{state}'"))
    }

    /// It registers under that name.
    pub(super) fn register(&mut self, name: &str, password: &str) -> Result<()> {
        self.until(
            "the telephone",
            "!!document.getElementById('phone') && document.getElementById('phone').style.display == 'block'",
        )?;
        self.run(&format!(
            "document.getElementById('name').value = '{name}', document.getElementById('password').value = '{password}', \
             document.getElementById('on').click()"
        ))?;
        self.wait("registered")
    }

    /// It calls somebody, and speaks.
    pub(super) fn call(&mut self, called: &str) -> Result<()> {
        self.run(&format!(
            "document.getElementById('called').value = '{called}', document.getElementById('call').click()"
        ))?;
        Ok(())
    }

    /// What it hears from now on, for so long.
    pub(super) fn hear(&mut self, time: Duration) -> Result<(Vec<f32>, u32)> {
        self.until("audio", "!!telephone.heard")?;
        self.run(KEEP)?;
        std::thread::sleep(time);
        let octets = STANDARD.decode(self.run(KEPT)?.as_str().context("no audio")?)?;
        Ok((octets.as_chunks().0.iter().map(|x| f32::from(i16::from_le_bytes(*x)) / 32_768.0).collect(), RATE))
    }

    /// The page as a picture.
    pub(super) fn picture(&mut self, to: &Path) -> Result<()> {
        let answer = self.ask("Page.captureScreenshot", &json!({ "format": "png" }))?;
        Ok(fs::write(to, STANDARD.decode(answer["data"].as_str().context("no picture")?)?)?)
    }
}

const SAID: &str = "document.getElementById('said')?.textContent ?? document.body.innerText";

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where its one page is driven.
fn target(port: u16) -> Result<String> {
    let begun = Instant::now();
    loop {
        let listed = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok().and_then(|mut stream| {
            stream.set_read_timeout(Some(PATIENCE)).ok()?;
            write!(stream, "GET /json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").ok()?;
            // It keeps the connection open.
            let (mut text, mut piece) = (Vec::new(), [0; 4_096]);
            loop {
                let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
                text.extend_from_slice(piece.get(..count)?);
                let body = text.windows(4).position(|four| four == b"\r\n\r\n").and_then(|at| text.get(at + 4..));
                if let Some(listed) = body.and_then(|body| serde_json::from_slice::<Value>(body).ok()) {
                    return Some(listed);
                }
            }
        });
        let pages = listed.as_ref().and_then(Value::as_array).into_iter().flatten();
        let page = pages.into_iter().find(|page| page["type"] == "page");
        match page.and_then(|page| page["webSocketDebuggerUrl"].as_str()) {
            Some(url) => return Ok(url.to_owned()),
            None if begun.elapsed() > PATIENCE => bail!("chromium opens no page within {} s", PATIENCE.as_secs()),
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}
