//! Control: the live screen, drawn for snapshots of real engines.

use super::state::Screen;
use super::view;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rt::os::Privilege;
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::telemetry::legs::LegOrder;
use media_core::telemetry::snapshot::{Snapshot, Window};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::net::{Ipv4Addr, SocketAddr};

const US: u64 = 1_000;

/// A whole engine on virtual time with `legs` talking in bridges; the third caller loses every other packet.
fn engine(legs: usize, seconds: usize) -> VirtualEngine {
    let config = MediaEngineConfig::default().max_sessions(2_000usize).workers(2usize);
    let mut engine = VirtualEngine::new(config, 1).unwrap();
    let at = |n: usize| SocketAddr::from((Ipv4Addr::from(0x0a00_0000 + n as u32), 4_000));
    let mut sessions = Vec::new();
    for n in 0..legs {
        let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(at(n));
        let pending = engine.handle().create_media_session(&*format!("{n}@pbx.example"), params);
        sessions.push(engine.complete(pending).unwrap());
    }
    for pair in sessions.chunks_exact(2) {
        let pending = engine.handle().bridge(&pair[0], &pair[1]);
        engine.complete(pending).unwrap();
    }
    engine.inject_phases(0, [20 * US, 300 * US, 1_400 * US, 600 * US, 90 * US, 1_200 * US, 500 * US, 0]);
    engine.inject_phases(1, [5 * US, 20 * US, 90 * US, 40 * US, 0, 80 * US, 30 * US, 0]);
    for tick in 0..seconds * 100 {
        // Callers begin one after another within the packet time.
        for (n, session) in sessions.iter().enumerate().filter(|(n, _)| (n + tick).is_multiple_of(2)) {
            let count = (tick / 2) as u32;
            if n == 3 && count.is_multiple_of(2) {
                continue;
            }
            let (sequence, timestamp) = (count as u16, count * 160);
            let header = RtpHeader { marker: count == 0, payload_type: 0, sequence, timestamp, ssrc: n as u32 + 1 };
            let mut datagram = [0; 172];
            let length = rtp::write(&header, &[0x55; 160], &mut datagram).unwrap();
            let (to, now) = (session.local_address().unwrap(), engine.now());
            engine.network.send(at(n), to, &datagram[..length], now);
        }
        engine.tick();
        for n in 0..legs {
            while engine.network.receive(at(n)).is_some() {}
        }
    }
    engine
}

fn drawn(screen: &Screen, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::draw(frame, screen)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn press(screen: &mut Screen, key: KeyCode) -> bool {
    screen.key(KeyEvent::new(key, KeyModifiers::NONE))
}

fn screen_of(snapshot: &Snapshot) -> Screen {
    let mut screen = Screen::new(Window::Recent);
    screen.take(snapshot.clone());
    screen
}

#[test]
fn a_thousand_legs_on_one_screen() {
    let engine = engine(1_000, 8);
    let snapshot = engine.handle().snapshot();
    assert!(snapshot.to_json().len() < 40_000, "a snapshot stays small: {}", snapshot.to_json().len());
    let mut screen = screen_of(&snapshot);
    let shown = drawn(&screen, 140, 45);
    println!("{shown}");
    let line = |shown: &str, part: &str| {
        let found = shown.lines().find(|line| line.contains(part));
        found.unwrap_or_else(|| panic!("no {part} in\n{shown}")).to_owned()
    };
    assert!(line(&shown, "media-core").contains("1000 sessions"));
    assert!(line(&shown, "full quality").contains(&format!("process {}", std::process::id())));
    // The share of a phase is that of the injected times.
    let decode = line(&shown, "  decode");
    assert!(decode.contains("1.40 ms") && decode.contains("34 % ███████"), "{decode}");
    assert!(line(&shown, "tick_work").contains("4.11 ms"));
    // Fifty packets a second each way, counted in steps of 160 ms; one leg loses half of them.
    let rate = |row: &str, column: usize| row.split_whitespace().nth(column).unwrap().parse::<f32>().unwrap();
    let busiest = line(&shown, "@pbx.example");
    // Outward up to a step more is shown: legs send silence from when they are connected until they are spoken to.
    assert!((rate(&busiest, 3) - 50.0).abs() < 5.0 && (rate(&busiest, 4) - 50.0).abs() < 12.0, "{busiest}");
    assert!(shown.contains("legs by packets, of 1000 sessions"));
    // The sick one is the one that loses, and then it is so by losses, too.
    press(&mut screen, KeyCode::Char('s'));
    let sick = drawn(&screen, 140, 45);
    assert!(
        line(&sick, "@pbx.example").contains(" 3@pbx.example") && sick.matches("@pbx.example").count() == 1,
        "{sick}"
    );
    assert!(line(&sick, "media-core").contains("lossy 1 "), "{sick}");
    press(&mut screen, KeyCode::Char('s'));
    let lost = drawn(&screen, 140, 45);
    let worst = line(&lost, "@pbx.example");
    assert!(worst.contains(" 3@pbx.example") && (rate(&worst, 5) - 25.0).abs() < 5.0, "{worst}");
    press(&mut screen, KeyCode::Down);
    assert!(line(&drawn(&screen, 140, 45), "tick_work").contains(" 26"), "the other worker");
}

#[test]
fn what_does_not_fit_is_left_out_and_nothing_panics() {
    let engine = engine(20, 3);
    let mut screen = screen_of(&engine.handle().snapshot());
    for (width, height, there, gone) in [
        (140, 45, "legs by", "waiting"),
        (100, 24, "tick_work", "legs by"),
        (80, 24, "tick_work", "load, greatest"),
        (60, 12, "media threads", "legs by"),
    ] {
        let shown = drawn(&screen, width, height);
        assert!(shown.contains(there) && !shown.contains(gone), "{width} x {height}\n{shown}");
        assert!(shown.lines().last().unwrap().contains("quit"), "{shown}");
    }
    // No column is cut: a share without its first digit would be a lie.
    for width in 70..170 {
        let shown = drawn(&screen, width, 30);
        let row = shown.lines().nth(4).unwrap();
        assert!(row.contains(" 41.1 %") && !row.contains("│1.1 %"), "{width}\n{shown}");
        let shares: Vec<_> = row.split(' ').collect();
        assert!(shares.windows(2).filter(|w| w[1] == "%").all(|w| w[0] == "41.1"), "{width}\n{shown}");
    }
    for width in 1..40 {
        for height in 1..20 {
            drawn(&screen, width * 3, height);
        }
    }
    screen.snapshot = None;
    assert!(drawn(&screen, 80, 24).starts_with("waiting"));
    drawn(&screen_of(&Snapshot::default()), 80, 24);
}

#[test]
fn keys_do_what_the_last_line_says() {
    let engine = engine(4, 2);
    let snapshot = engine.handle().snapshot();
    let mut screen = screen_of(&snapshot);
    assert!(press(&mut screen, KeyCode::Char('9')) && screen.selected == 1, "there are two");
    press(&mut screen, KeyCode::Up);
    press(&mut screen, KeyCode::Up);
    assert_eq!(screen.selected, 0);
    press(&mut screen, KeyCode::Char('w'));
    assert_eq!(screen.window, Window::Total);
    for order in [LegOrder::Sick, LegOrder::Lost, LegOrder::Concealed, LegOrder::Delay, LegOrder::Packets] {
        press(&mut screen, KeyCode::Char('s'));
        assert_eq!(screen.order, order);
    }
    press(&mut screen, KeyCode::Char('p'));
    let mut later = (*snapshot).clone();
    later.sessions = 77;
    screen.take(later);
    assert!(drawn(&screen, 120, 40).contains("PAUSED") && screen.snapshot.as_ref().unwrap().sessions == 4);
    press(&mut screen, KeyCode::Char('p'));
    assert_eq!(screen.snapshot.as_ref().unwrap().sessions, 77, "what was held back shows");
    for key in [KeyCode::Char('q'), KeyCode::Esc] {
        assert!(!press(&mut screen, key));
    }
    assert!(!screen.key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
}

#[test]
fn trouble_is_seen() {
    let mut snapshot = engine(4, 2).handle().snapshot().as_ref().clone();
    let worker = &mut snapshot.workers[0];
    let load = &mut worker.load;
    (load.now, load.mean_1s, load.mean_10s, load.mean_60s, load.worst_1s) = (0.95, 0.93, 0.8, 0.5, 1.2);
    (worker.xruns.late_ticks, worker.xruns.late_runs, worker.xruns.machine_late_runs) = (12, 5, 2);
    (worker.shed_level, snapshot.shed_level) = (2, 2);
    snapshot.workers[0].privileges.realtime = Privilege::Refused("sched_setscheduler: not permitted".into());
    let mut screen = screen_of(&snapshot);
    let shown = drawn(&screen, 150, 40);
    assert!(shown.contains("quality shed: 2 of 6 steps (last: stretching)"), "{shown}");
    let row = shown.lines().find(|line| line.contains("93.0 %")).unwrap();
    assert!(row.contains(" 12 ") && row.contains("3/2") && row.contains("rt!"), "{row}");
    press(&mut screen, KeyCode::Char('a'));
    assert!(drawn(&screen, 150, 40).contains("LimitRTPRIO"));
}

#[test]
fn a_dialog_is_named_by_typing_and_long_names_are_cut_in_their_middle() {
    let mut snapshot = engine(4, 3).handle().snapshot().as_ref().clone();
    snapshot.legs[0].dialog = format!("begin-{}-end", "x".repeat(100));
    let mut screen = screen_of(&snapshot);
    assert_eq!(screen.wanted(), None);
    press(&mut screen, KeyCode::Char('/'));
    for key in "sq 7x".chars() {
        assert!(press(&mut screen, KeyCode::Char(key)), "a key of the name does nothing else");
    }
    press(&mut screen, KeyCode::Backspace);
    assert!(drawn(&screen, 140, 45).lines().last().unwrap().contains("dialog has: sq 7▏"));
    press(&mut screen, KeyCode::Enter);
    assert_eq!(screen.wanted(), Some((LegOrder::Packets, "sq 7".into())));
    let shown = drawn(&screen, 140, 45);
    assert!(shown.contains("of 4 sessions, dialog has \"sq 7\""), "{shown}");
    assert!(shown.contains(" begin-x") && shown.contains("x-end│"), "{shown}");
    for width in 60..150 {
        let shown = drawn(&screen, width, 45);
        assert!(
            !shown.contains("legs by") || shown.contains(" begin-x") && shown.contains("x-end"),
            "{width}\n{shown}"
        );
    }
    press(&mut screen, KeyCode::Char('/'));
    (0..99).for_each(|_| assert!(press(&mut screen, KeyCode::Char('y'))));
    assert_eq!(screen.filter.chars().count(), 40);
    press(&mut screen, KeyCode::Esc);
    assert_eq!((screen.wanted(), screen.typing), (None, false));
    assert!(!press(&mut screen, KeyCode::Char('q')));
}
