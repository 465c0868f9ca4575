//! Other makers' SRTP at the far end, over real sockets: ffmpeg's own, and libsrtp through pylibsrtp. Each is skipped where it is
//! not installed: `ffmpeg`; a Python with the package pylibsrtp (MEDIA_CORE_PYTHON, python3).

use super::*;
use crate::support::socket_phone::{SocketPhone, talk};
use media_core::{MediaEngine, Prompt};
use std::io::Write;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

fn start(ports: std::ops::RangeInclusive<u16>) -> MediaEngine {
    let config = MediaEngineConfig::default().max_sessions(8usize).bind_address(Ipv4Addr::LOCALHOST);
    MediaEngine::start(config.rtp_ports(ports)).unwrap()
}

/// Whether that runs here.
fn runs(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn has_ffmpeg() -> bool {
    let there = runs(Command::new("ffmpeg").arg("-version"));
    if !there {
        println!("skipped: no ffmpeg here");
    }
    there
}

/// The share of the energy of µ-law octets that is at 1 kHz.
fn tone_share(octets: &[u8]) -> f64 {
    let samples: Vec<f64> = crate::support::mu_law::linear(octets).into_iter().map(f64::from).collect();
    let (mut sine, mut cosine, mut energy) = (0.0, 0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let phase = std::f64::consts::TAU * 1_000.0 * n as f64 / 8_000.0;
        sine += sample * phase.sin();
        cosine += sample * phase.cos();
        energy += sample * sample;
    }
    2.0 * (sine * sine + cosine * cosine) / samples.len() as f64 / energy
}

fn tone() -> Prompt {
    let samples = (0..40_000).map(|n| (std::f32::consts::TAU * n as f32 / 8.0).sin() * 0.3).collect::<Vec<_>>();
    Prompt::samples(samples, 8_000)
}

/// Base64 of key and salt, as ffmpeg takes it.
fn bare(key: &SrtpKey) -> String {
    key.to_inline().trim_start_matches("inline:").to_owned()
}

#[test]
fn ffmpeg_is_heard() {
    if !has_ffmpeg() {
        return;
    }
    let suites = [
        (SrtpSuite::AesCm128HmacSha1_80, "AES_CM_128_HMAC_SHA1_80", 41_600),
        // Under its name of RFC 4568 ffmpeg cuts the tags of RTCP to 32 bits, too, where section 6.2 has 80.
        (SrtpSuite::AesCm128HmacSha1_32, "SRTP_AES128_CM_HMAC_SHA1_32", 41_620),
    ];
    for (suite, name, first) in suites {
        let engine = start(first..=first + 19);
        let (ours, theirs) = (SrtpKey::generate(suite).unwrap(), SrtpKey::generate(suite).unwrap());
        let params = MediaSessionParams::new(AudioFormat::pcmu()).srtp(SrtpParams::new(ours, theirs.clone()));
        let session = engine.handle().create_media_session("ffmpeg", params).wait().unwrap();
        let (other, phone) = SocketPhone::connect(&engine, 2, AudioFormat::pcmu(), 0xff);
        engine.handle().bridge(&session, &other).wait().unwrap();
        let mut phones = [phone];
        let target = format!("srtp://127.0.0.1:{}", session.local_address().unwrap().port());
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args([
            "-loglevel",
            "error",
            "-re",
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=1000:sample_rate=8000:duration=7",
        ]);
        ffmpeg.args(["-ac", "1", "-acodec", "pcm_mulaw", "-f", "rtp"]);
        ffmpeg.args(["-srtp_out_suite", name, "-srtp_out_params", &bare(&theirs), &target]);
        let mut ffmpeg = ffmpeg.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        talk(&mut phones, Duration::from_secs(8));
        ffmpeg.wait().unwrap();
        let counts = session.transport_statistics().wait().unwrap();
        assert_balanced(&counts);
        assert_eq!(counts.all_srtp_faults(), 0, "{suite}: {counts:?}");
        assert!(counts.packets_in > 40 && counts.rtcp_in > 0, "{suite}: {counts:?}");
        let heard: Vec<u8> = phones[0].got.iter().flat_map(|(_, _, payload)| payload.clone()).collect();
        let share = tone_share(&heard[heard.len() / 2..heard.len() / 2 + 8_000]);
        assert!(share > 0.9, "{suite}: {share:.2} of the energy is the tone's");
        engine.stop().unwrap();
    }
}

#[test]
fn ffmpeg_hears() {
    if !has_ffmpeg() {
        return;
    }
    let suite = SrtpSuite::AesCm128HmacSha1_80;
    let engine = start(41_640..=41_659);
    let (ours, theirs) = (SrtpKey::generate(suite).unwrap(), SrtpKey::generate(suite).unwrap());
    // Of two ports one above the other that are free now.
    let port = (41_700..41_800).step_by(2).find(|port| UdpSocket::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).srtp(SrtpParams::new(ours.clone(), theirs));
    let params = params.remote((Ipv4Addr::LOCALHOST, port).into());
    let session = engine.handle().create_media_session("ffmpeg", params).wait().unwrap();
    let folder = std::env::temp_dir().join(format!("media-core-srtp-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (sdp, wav) = (folder.join("in.sdp"), folder.join("out.raw"));
    let text = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/SAVP 0\r\n\
        a=crypto:1 {suite} {}\r\n",
        ours.to_inline()
    );
    std::fs::write(&sdp, text).unwrap();
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-loglevel", "error", "-y", "-protocol_whitelist", "file,udp,rtp,srtp,crypto,data", "-i"]).arg(&sdp);
    ffmpeg.args(["-t", "2", "-f", "mulaw"]).arg(&wav).stdin(Stdio::null());
    let mut ffmpeg = ffmpeg.spawn().unwrap();
    let begun = Instant::now();
    // Half a minute of it, one after another.
    (0..6).for_each(|_| drop(session.play_next(tone()).wait().unwrap()));
    while ffmpeg.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(30) {
            ffmpeg.kill().unwrap();
            panic!("ffmpeg heard nothing");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let heard = std::fs::read(&wav).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(heard.len() >= 8_000, "{} samples", heard.len());
    let share = tone_share(&heard[heard.len() - 4_000..]);
    assert!(share > 0.9, "{share:.2} of the energy is the tone's");
    engine.stop().unwrap();
}

/// Sends 100 packets of a numbering that wraps and a report, under one key, and opens what comes under the other.
const LIBSRTP: &str = r#"
import base64, select, socket, struct, sys, time
from pylibsrtp import Policy, Session
port, profile, own, theirs = int(sys.argv[1]), getattr(Policy, sys.argv[2]), base64.b64decode(sys.argv[3]), base64.b64decode(sys.argv[4])
tx = Session(Policy(key=own, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile))
rx = Session(Policy(key=theirs, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
heard = failed = reports = 0
begun = time.time()
for n in range(300):
    if n < 100:
        head = struct.pack('!BBHII', 0x80, 0, (65500 + n) & 0xffff, n * 160, 0xabcd)
        s.sendto(tx.protect(head + bytes([0x55]) * 160), ('127.0.0.1', port))
    if n == 50:
        s.sendto(tx.protect_rtcp(struct.pack('!BBHI', 0x80, 201, 1, 0xabcd)), ('127.0.0.1', port))
    while True:
        left = begun + (n + 1) * 0.02 - time.time()
        if left <= 0 or not select.select([s], [], [], left)[0]:
            break
        data = s.recv(2000)
        try:
            if 192 <= data[1] <= 223:
                rx.unprotect_rtcp(data)
                reports += 1
            else:
                assert rx.unprotect(data)[12:13] != b''
                heard += 1
        except Exception as e:
            print(e, file=sys.stderr)
            failed += 1
print(heard, failed, reports)
"#;

fn python() -> Option<String> {
    let candidates = std::env::var("MEDIA_CORE_PYTHON").into_iter().chain(["python3".to_owned()]);
    let found = candidates.into_iter().find(|python| runs(Command::new(python).args(["-c", "import pylibsrtp"])));
    if found.is_none() {
        println!("skipped: no Python with the package pylibsrtp (MEDIA_CORE_PYTHON, python3)");
    }
    found
}

#[test]
fn libsrtp_hears_and_is_heard() {
    let Some(python) = python() else { return };
    let profiles = ["AES128_CM_SHA1_80", "AES128_CM_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM"];
    let engine = start(41_660..=41_689);
    let mut calls = Vec::new();
    for (suite, profile) in SrtpSuite::ALL.into_iter().zip(profiles) {
        let (ours, theirs) = (SrtpKey::generate(suite).unwrap(), SrtpKey::generate(suite).unwrap());
        let srtp = SrtpParams::new(ours.clone(), theirs.clone());
        // Often, and to the port of RTP, where the script listens.
        let rtcp = media_core::RtcpParams::default().interval(Duration::from_millis(500));
        let params = MediaSessionParams::new(AudioFormat::pcmu()).srtp(srtp).rtcp(rtcp);
        let session = engine.handle().create_media_session(profile, params).wait().unwrap();
        let port = session.local_address().unwrap().port().to_string();
        let script = Command::new(&python)
            .args(["-c", LIBSRTP, &port, &format!("SRTP_PROFILE_{profile}"), &bare(&theirs), &bare(&ours)])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn();
        session.play(tone()).wait().unwrap();
        calls.push((suite, session, script.unwrap()));
    }
    for (suite, session, script) in calls {
        let said = heard_by(script);
        let counts = session.transport_statistics().wait().unwrap();
        assert_balanced(&counts);
        assert_eq!((counts.all_srtp_faults(), counts.rtcp_in), (0, 1), "{suite}: {counts:?}");
        assert_eq!((counts.packets_in, said[1]), (100, 0), "{suite}: {said:?}");
        assert!(said[0] > 150 && said[2] > 0, "{suite}: {said:?}");
    }
    engine.stop().unwrap();
}

/// What the script says: packets heard, failed, reports.
fn heard_by(script: Child) -> Vec<u64> {
    let output = script.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    std::io::stderr().flush().unwrap();
    said.split_whitespace().map(|number| number.parse().unwrap()).collect()
}
