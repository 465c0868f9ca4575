//! The handshake with the `openssl` of the machine in both roles: both ends export the same keys. Where its certificate is an
//! RSA one, it is spoken to with the feature `dtls-openssl`, and refused by name without.

use super::certificate;
use media_core::transport::secure::{DtlsAssociation, DtlsNews, SrtpKey, SrtpSuite};
use media_core::{DtlsFingerprint, HandshakeFault, MediaTime};
use std::io::Read as _;
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// Says so and is false where there is no OpenSSL.
fn is_there() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|found| found.status.success());
    if !there {
        println!("skipped: openssl is not installed");
    }
    there
}

fn openssl(args: &[&str]) -> String {
    let output = Command::new("openssl").args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a certificate of OpenSSL's is of.
type Kind = &'static [&'static str];
const ECDSA: Kind = &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA: Kind = &["rsa:2048"];

/// A certificate of OpenSSL's own, and its fingerprint.
fn peer(folder: &PathBuf, kind: Kind) -> DtlsFingerprint {
    std::fs::create_dir_all(folder).unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let (key, certificate) = (at("key.pem"), at("cert.pem"));
    let files = ["-nodes", "-days", "2", "-subj", "/CN=peer", "-keyout", &key, "-out", &certificate];
    openssl(&[&["req", "-x509", "-newkey"], kind, &files].concat());
    let text = openssl(&["x509", "-noout", "-fingerprint", "-sha256", "-in", &at("cert.pem")]);
    DtlsFingerprint::parse("sha-256", text.trim().split_once('=').unwrap().1).unwrap()
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

type Keys = Result<(SrtpKey, SrtpKey), HandshakeFault>;

/// Both ends over a socket until ours has its keys, or refuses.
fn shake(own: &mut DtlsAssociation, socket: &UdpSocket, mut with: Option<SocketAddr>) -> Keys {
    socket.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    let (begun, mut room) = (Instant::now(), [0; 2_048]);
    let now = || MediaTime::from_millis(1_000 + begun.elapsed().as_millis() as u64);
    let mut keys = None;
    while begun.elapsed() < PATIENCE {
        if let Ok((length, from)) = socket.recv_from(&mut room) {
            with = Some(from);
            own.receive(&room[..length], now());
        }
        if own.due().is_some_and(|due| due <= now()) {
            own.wake(now());
        }
        let news = own.poll(|datagram| {
            let _ = socket.send_to(&datagram, with.expect("it was heard first"));
        });
        match news {
            Some(DtlsNews::Keys(ours, theirs)) => keys = Some((ours, theirs)),
            Some(DtlsNews::Failed(fault)) => return Err(fault),
            Some(other) => panic!("{other:?}"),
            // What it sends last is on its way.
            None if keys.is_some() => {
                std::thread::sleep(Duration::from_millis(300));
                return Ok(keys.unwrap());
            }
            None => {}
        }
    }
    panic!("no keys within {PATIENCE:?}");
}

/// The keys of client and server, of what OpenSSL printed.
fn exported(text: &str) -> (SrtpKey, SrtpKey) {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("Keying material: ")).expect(text);
    let octets: Vec<u8> = (0..60).map(|n| u8::from_str_radix(&line[2 * n..2 * n + 2], 16).unwrap()).collect();
    let key = |n: usize| {
        let suite = SrtpSuite::AesCm128HmacSha1_80;
        SrtpKey::new(suite, &octets[16 * n..16 * n + 16], &octets[32 + 14 * n..46 + 14 * n]).unwrap()
    };
    (key(0), key(1))
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("media-core-dtls-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const EXPORT: [&str; 6] =
    ["-use_srtp", "SRTP_AES128_CM_SHA1_80", "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "60"];

/// With OpenSSL as the client: whether there were keys, which were the same.
fn called(name: &str, kind: Kind) -> Result<(), HandshakeFault> {
    let folder = Folder::new(name);
    let (fingerprint, certificate) = (peer(&folder.0, kind), certificate());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut own = DtlsAssociation::new(&certificate, false, Some(fingerprint), MediaTime::from_millis(1_000)).unwrap();
    let mut client = Command::new("openssl");
    client.args(["s_client", "-dtls1_2", "-connect", &socket.local_addr().unwrap().to_string(), "-cert", "cert.pem"]);
    client.args(["-key", "key.pem"]).args(EXPORT).current_dir(&folder.0);
    let child = client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Ended(child);
    let (ours, theirs) = shake(&mut own, &socket, None)?;
    let mut text = String::new();
    // It ends with its input.
    drop(child.0.stdin.take());
    child.0.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!((theirs, ours), exported(&text));
    Ok(())
}

/// With OpenSSL as the server.
fn calling(name: &str, kind: Kind) -> Result<(), HandshakeFault> {
    let folder = Folder::new(name);
    let (fingerprint, certificate) = (peer(&folder.0, kind), certificate());
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = Command::new("openssl");
    server.args(["s_server", "-dtls1_2", "-accept", &format!("127.0.0.1:{port}"), "-cert", "cert.pem"]);
    server.args(["-key", "key.pem", "-Verify", "1", "-naccept", "1"]).args(EXPORT).current_dir(&folder.0);
    let child = server.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Ended(child);
    std::thread::sleep(Duration::from_millis(300));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut own = DtlsAssociation::new(&certificate, true, Some(fingerprint), MediaTime::from_millis(1_000)).unwrap();
    let (ours, theirs) = shake(&mut own, &socket, Some(([127, 0, 0, 1], port).into()))?;
    drop(child.0.stdin.take());
    std::thread::sleep(Duration::from_millis(200));
    let _ = child.0.kill();
    let mut text = String::new();
    child.0.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!((ours, theirs), exported(&text));
    Ok(())
}

#[test]
fn openssl_as_the_client_exports_the_same_keys() {
    if is_there() {
        called("client", ECDSA).unwrap();
    }
}

#[test]
fn openssl_as_the_server_exports_the_same_keys() {
    if is_there() {
        calling("server", ECDSA).unwrap();
    }
}

#[test]
fn rsa_is_spoken_with_the_feature_and_refused_by_name_without() {
    if !is_there() {
        return;
    }
    for shaken in [called("rsa-client", RSA), calling("rsa-server", RSA)] {
        if cfg!(feature = "dtls-openssl") {
            shaken.unwrap();
        } else {
            assert_eq!(shaken.unwrap_err(), HandshakeFault::Protocol);
        }
    }
}
