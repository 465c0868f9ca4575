//! Control: two phones made of the crate rvoip-rtp-core, and an engine between them whose RTP is sent and received by the same crate.

mod phone;
mod stack;
// The judge of the other tools; not all of it is wanted here.
#[allow(dead_code)]
#[path = "../../src/tone.rs"]
mod tone;

use anyhow::{Context, ensure};
use clap::Parser;
use media_core::{AudioFormat, MediaEngine, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, Transport};
use phone::Phone;
use stack::Stack;
use std::time::Duration;

/// The frequencies that the phones say, in Hz.
const TONES: [f64; 2] = [440.0, 1_000.0];

/// Calls from one phone of rvoip-rtp-core to another, through an engine that has no sockets of its own: rvoip-rtp-core carries both of its
/// sessions too, over `RtpBridge`. Each phone says a tone in PCMU or PCMA; what it hears of the other is judged.
#[derive(Parser)]
#[command(name = "tools/interop rvoip")]
struct Args {
    /// How long the phones talk, in seconds; at least 4.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(4..=600))]
    seconds: u64,
    /// The least tone SNR, in dB, at either phone.
    #[arg(long, default_value_t = 30.0)]
    snr: f64,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let engine = MediaEngine::start(MediaEngineConfig::default().io_threads(0usize))?;
    let handle = engine.handle();
    let mut stack = Stack::new(handle.rtp_bridge().wait()?, handle.clone(), runtime.handle().clone());
    let phones = [AudioFormat::pcmu(), AudioFormat::pcma()].map(|format| {
        let payload_type = format.payload_type();
        let params = MediaSessionParams::new(format).transport(Transport::Bridge(stack.port()));
        (handle.create_media_session(&*format!("rvoip-{payload_type}"), params), payload_type)
    });
    let mut calls = Vec::new();
    for ((created, payload_type), hz) in phones.into_iter().zip(TONES) {
        let session = stack.wait(created)?;
        let mut phone = runtime.block_on(Phone::new(payload_type, hz)).context("a phone")?;
        let carried_at = stack.carry(session.id(), payload_type, phone.address()?)?;
        runtime.block_on(phone.talk_to(carried_at));
        calls.push((session, phone));
    }
    let [one, two] = [&calls[0].0, &calls[1].0];
    stack.wait(handle.bridge(one, two))?;
    let sessions: Vec<MediaSessionHandle> = calls.iter().map(|(session, _)| session.clone()).collect();

    let running = stack.run();
    let length = Duration::from_secs(args.seconds);
    let talks: Vec<_> = calls.into_iter().map(|(_, phone)| runtime.spawn(phone.talk(length))).collect();
    let mut heard = Vec::new();
    for talk in talks {
        heard.push(runtime.block_on(talk)??);
    }
    let mut good = true;
    for (n, heard) in heard.iter().enumerate() {
        let (hz, statistics) = (TONES[1 - n], sessions[n].statistics().wait()?);
        let snr = tone::ratio(&heard.pcm, 8_000, hz).unwrap_or(f64::NEG_INFINITY);
        let silent = tone::silent_pieces(&heard.pcm, 8_000);
        println!(
            "phone {}: said {} packets, the engine heard {} (lost {}, bad {}); hears {} of {hz} Hz, SNR {snr:.1} dB, {silent} silent pieces",
            n + 1,
            heard.said,
            statistics.packets_in,
            statistics.lost,
            statistics.bad_payload,
            heard.packets
        );
        let all = statistics.packets_in == heard.said && statistics.lost == 0;
        good &= all && snr >= args.snr && silent == 0 && heard.packets + 10 >= heard.said;
    }

    // The twin: what no RTP session carries is not sent, though the engine says it.
    let mut stack = running.stop();
    let (sent, unsent) = stack.let_go(sessions[1].id(), Duration::from_millis(500)).context("it was carried")?;
    println!("without its RTP session: {sent} packets sent, {unsent} of the engine's not");
    let faults @ [refused, failed, overrun] = stack.faults();
    println!("refused by the engine {refused}, by rvoip {failed}, without room {overrun}");
    good &= sent == 0 && unsent >= 20 && faults == [0; 3];
    stack.end(engine)?;
    ensure!(good, "not good: see the lines above");
    println!("good");
    Ok(())
}
