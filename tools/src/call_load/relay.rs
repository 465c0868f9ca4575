//! Control: a relay that is told line by line which phones it connects: sessions whose audio is held, with a relay stream each.

use anyhow::{Context as _, Result, ensure};
use media_core::codec::{CodecCapability, CodecName};
use media_core::{
    AudioFormat, Direction, MediaEngine, MediaEngineConfig, MediaHandle, MediaSessionHandle, MediaSessionParams,
    RelayFormat, RelayParams,
};
use std::io::{BufRead, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Runs until its lines end.
pub(super) fn run(
    calls: u32,
    stats: PathBuf,
    ports: std::ops::RangeInclusive<u16>,
    lines: impl BufRead,
    mut out: impl Write,
) -> Result<()> {
    let config = MediaEngineConfig::default()
        .bind_address(IpAddr::V4(Ipv4Addr::LOCALHOST))
        .max_sessions(2 * calls as usize)
        .max_relays(2 * calls as usize)
        .rtp_ports(ports)
        .rtcp_mux(true)
        .stats_socket(Some(stats));
    let engine = MediaEngine::start(config)?;
    let handle = engine.handle();
    let mut pairs = Vec::new();
    writeln!(out, "listening here")?;
    out.flush()?;
    for line in lines.lines() {
        let answer = match line?.split(' ').collect::<Vec<_>>().as_slice() {
            ["relay", one, other] => match pair(&handle, pairs.len(), [one, other]) {
                Ok((pair, [one, other])) => {
                    pairs.push(pair);
                    format!("at {one} {other}")
                }
                Err(why) => format!("{why:#}"),
            },
            ["end"] => match pairs.pop() {
                Some([a, b]) => {
                    a.destroy().wait()?;
                    b.destroy().wait()?;
                    "ended".into()
                }
                None => "there is none".into(),
            },
            other => format!("not understood: {other:?}"),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    drop(pairs);
    Ok(engine.stop()?)
}

fn pair(handle: &MediaHandle, number: usize, phones: [&str; 2]) -> Result<([MediaSessionHandle; 2], [SocketAddr; 2])> {
    let format = RelayFormat::new(&CodecCapability::new(0, CodecName::Pcmu, 8_000, 1));
    let session = |side: usize| -> Result<(MediaSessionHandle, SocketAddr)> {
        let remote: SocketAddr = phones.get(side).context("two phones")?.parse()?;
        let params = MediaSessionParams::new(AudioFormat::pcmu()).direction(Direction::Inactive);
        let params = params.relay(RelayParams::rtp([format.clone()]).remote(remote));
        let session = handle.create_media_session(&*format!("relay {number} {side}"), params).wait()?;
        let relays = session.relays().wait()?;
        let local = relays.first().context("no relay stream")?.local;
        ensure!(local.port() > 0, "no port");
        Ok((session, SocketAddr::from((Ipv4Addr::LOCALHOST, local.port()))))
    };
    let ((a, at_a), (b, at_b)) = (session(0)?, session(1)?);
    handle.bridge(&a, &b).wait()?;
    Ok(([a, b], [at_a, at_b]))
}
