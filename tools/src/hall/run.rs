//! Control: `hall` from begin to end.

use super::args::HallArgs;
use super::phone::{PACKET, Phone, frequency};
use super::report::Outcome;
use anyhow::{Context, Result};
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use media_core::{AudioFormat, ConferenceParams, MediaEngine, MediaEngineConfig, MediaSessionParams, SampleRate};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// Seconds at the begin that are not judged: buffers fill, rates settle.
const SETTLE: u32 = 2;
/// Full scale is shared by so much of all tones together.
const ALL_TONES: f32 = 0.8;
const PERIOD: Duration = Duration::from_millis(20);

/// Runs it; `progress` is told each ten seconds.
///
/// # Errors
/// The engine could not be started, or did not answer, or a socket failed.
pub fn run(args: &HallArgs, mut progress: impl FnMut(u32)) -> Result<Outcome> {
    let talkers = args.talkers.min(args.phones);
    let level = ALL_TONES / talkers as f32;
    let config = MediaEngineConfig::default()
        .max_sessions(args.phones as usize)
        .workers(usize::from(args.workers))
        .io_threads(usize::from(args.io_threads));
    let engine = MediaEngine::start(config)?;
    let handle = engine.handle();
    let socket = args.stats_socket.as_ref().map(|path| {
        let served = StatsSocket::start(StatsSocketConfig::at(path), handle.clone());
        served.map_err(|why| anyhow::anyhow!("--stats-socket {why}"))
    });
    let socket = socket.transpose()?;
    let each = args.phones.div_ceil(u32::from(args.workers)) as usize;
    let room = handle.create_conference(ConferenceParams::new(SampleRate::Hz8000).members_per_worker(each)).wait()?;
    let mut phones = Vec::new();
    let spread = args.phones / talkers;
    for number in 0..args.phones {
        let talker = (number % spread == 0 && number / spread < talkers).then_some(number / spread);
        let mut phone = Phone::new(number, talker, if talker.is_some() { level } else { 0.0 })?;
        let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(phone.address()?);
        let session = handle.create_media_session(&*format!("phone-{number}"), params).wait()?;
        let port = session.local_address().context("a session without a port")?.port();
        phone.call((Ipv4Addr::LOCALHOST, port).into())?;
        room.join(&session).wait()?;
        phones.push(phone);
    }
    let before = counts(&engine);
    // While phones join, the ones before wait: what that did is not judged.
    phones.iter_mut().for_each(|phone| {
        phone.listen();
        phone.heard = Default::default();
    });
    talk(&mut phones, args.seconds, &mut progress)?;
    let statistics = room.statistics().wait()?;
    let after = counts(&engine);
    drop(socket);
    engine.stop()?;
    let mut outcome = Outcome {
        phones: args.phones,
        talkers,
        seconds: args.seconds,
        room_workers: statistics.workers,
        workers: usize::from(args.workers),
        whole_streams: 0,
        gaps: 0,
        packets: 0,
        expected_packets: u64::from(args.phones) * u64::from(args.seconds) * 50,
        wrong_levels: 0,
        heard_levels: 0,
        worst_level_db: 0.0,
        own_heard: 0,
        missing_blocks: statistics.missing_blocks,
        late_ticks: after.0 - before.0,
        skipped_ticks: after.1 - before.1,
        longest_tick_us: after.2,
    };
    phones.iter().for_each(|phone| judge(phone, &mut outcome, level));
    Ok(outcome)
}

/// All phones talk and listen; each sends at its own time within 20 ms.
fn talk(phones: &mut [Phone], seconds: u32, progress: &mut impl FnMut(u32)) -> Result<()> {
    let (begin, all) = (Instant::now(), phones.len());
    let (mut sent, end) = (0, all as u64 * u64::from(seconds) * 50);
    let mut told = 0;
    while sent < end {
        let due = (begin.elapsed().as_nanos() * all as u128 / PERIOD.as_nanos()) as u64;
        while sent < due.min(end) {
            phones[(sent % all as u64) as usize].speak()?;
            sent += 1;
        }
        phones.iter_mut().for_each(Phone::listen);
        let second = begin.elapsed().as_secs() as u32;
        if second >= told + 10 {
            told = second / 10 * 10;
            progress(told);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    phones.iter_mut().for_each(Phone::listen);
    Ok(())
}

/// Ticks that were late, that were skipped, and the longest, over all media threads.
fn counts(engine: &MediaEngine) -> (u64, u64, u64) {
    // Snapshots are renewed each second.
    std::thread::sleep(Duration::from_millis(1_200));
    let snapshot = engine.handle().snapshot();
    let workers = || snapshot.workers.iter();
    let longest =
        workers().flat_map(|worker| &worker.total).filter(|row| row.name == "tick_work").map(|row| row.max_ns);
    (
        workers().map(|worker| worker.xruns.late_ticks).sum(),
        workers().map(|worker| worker.xruns.skipped_ticks).sum(),
        longest.max().unwrap_or(0) / 1_000,
    )
}

fn judge(phone: &Phone, outcome: &mut Outcome, level: f32) {
    let heard = &phone.heard;
    let expected = u64::from(outcome.seconds) * 50;
    // It begins and ends within a packet's time or two of ours; a phone's stream goes on while the last counts are taken.
    let whole = heard.gaps == 0 && heard.foreign == 0 && heard.packets + 3 >= expected;
    outcome.whole_streams += u32::from(whole);
    outcome.gaps += heard.gaps;
    outcome.packets += heard.packets;
    for talker in 0..outcome.talkers {
        let levels = heard.levels(frequency(talker), SETTLE as usize);
        for heard in levels {
            if phone.talker == Some(talker) {
                outcome.own_heard += u64::from(heard > 0.01 * level);
                continue;
            }
            let off = (20.0 * (heard / level).log10()).abs();
            outcome.heard_levels += 1;
            outcome.wrong_levels += u64::from(off > 0.5);
            outcome.worst_level_db = outcome.worst_level_db.max(off);
        }
    }
}

const _: () = assert!(PACKET * 50 == 8_000);
