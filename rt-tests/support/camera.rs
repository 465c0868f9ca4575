//! A video endpoint on real sockets: sends pictures as H.264 RTP by the library's own packetizer, puts together what comes.

use media_core::codec::{H264Depacketizer, H264Packetizer, annex_b};
use media_core::rtp::{self, RtpFault, RtpHeader};
use media_core::types::SequenceNumber;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// See the module text.
#[derive(Debug)]
pub struct Camera {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    peer: Option<SocketAddr>,
    next: RtpHeader,
    expects: u8,
    depacketizer: H264Depacketizer,
    /// Pictures that came whole, in order.
    pub pictures: Vec<Vec<u8>>,
    /// RTCP that came, and whether to the RTCP port.
    pub reports: Vec<(bool, Vec<u8>)>,
}

fn pair() -> (UdpSocket, UdpSocket) {
    for _ in 0..200 {
        let rtp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = rtp.local_addr().unwrap().port();
        if port.is_multiple_of(2)
            && let Ok(rtcp) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port + 1))
        {
            rtp.set_nonblocking(true).unwrap();
            rtcp.set_nonblocking(true).unwrap();
            return (rtp, rtcp);
        }
    }
    panic!("no pair of ports");
}

impl Camera {
    /// A camera that sends pictures under `sends` and expects them under `expects`.
    pub fn new(number: u32, sends: u8, expects: u8) -> Self {
        let (rtp, rtcp) = pair();
        let next =
            RtpHeader { payload_type: sends, sequence: 65_530, timestamp: 7, ssrc: 0xca00 + number, marker: false };
        let depacketizer = H264Depacketizer::new(1 << 18);
        Self { rtp, rtcp, peer: None, next, expects, depacketizer, pictures: Vec::new(), reports: Vec::new() }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.rtp.local_addr().unwrap()
    }

    /// Where it sends.
    pub fn connect(&mut self, peer: SocketAddr) {
        self.peer = Some((Ipv4Addr::LOCALHOST, peer.port()).into());
    }

    /// Sends a picture, a packet each half millisecond; how many there were.
    pub fn send(&mut self, picture: &[u8]) -> u64 {
        let peer = self.peer.expect("it is connected");
        let mut packets = H264Packetizer::new(1_200, true).packetize(annex_b(picture));
        let (mut payload, mut datagram, mut sent) = ([0; 1_200], [0; 1_500], 0);
        while let Some(packet) = packets.next_into(&mut payload) {
            let packet = packet.unwrap();
            self.next.marker = packet.marker;
            let length = rtp::write(&self.next, &payload[..packet.octets], &mut datagram).unwrap();
            self.rtp.send_to(&datagram[..length], peer).unwrap();
            self.next.sequence = self.next.sequence.wrapping_add(1);
            sent += 1;
            std::thread::sleep(Duration::from_micros(500));
        }
        self.next.timestamp = self.next.timestamp.wrapping_add(3_000);
        sent
    }

    /// Asks the sender of `ssrc` for a key frame (RFC 4585 section 6.3.1), by its RTCP port to the peer's.
    pub fn ask_for_key_frame(&self, ssrc: u32) -> Vec<u8> {
        let own = self.next.ssrc.to_be_bytes();
        let request = [&[0x81, 206, 0, 2][..], &own, &ssrc.to_be_bytes()].concat();
        let mut peer = self.peer.expect("it is connected");
        peer.set_port(peer.port() + 1);
        self.rtcp.send_to(&request, peer).unwrap();
        request
    }

    /// Its SSRC.
    pub fn ssrc(&self) -> u32 {
        self.next.ssrc
    }

    /// Takes what came.
    pub fn listen(&mut self) {
        let mut datagram = [0; 1_600];
        while let Ok(length) = self.rtp.recv(&mut datagram) {
            match rtp::parse(&datagram[..length]) {
                Ok((header, payload)) => {
                    assert_eq!(header.payload_type, self.expects);
                    let (sequence, marker) = (SequenceNumber(header.sequence), header.marker);
                    self.depacketizer.push(sequence, header.timestamp, marker, payload).unwrap();
                    while let Some(unit) = self.depacketizer.next_unit() {
                        assert!(unit.complete, "a packet went missing");
                        self.pictures.push(unit.data.to_vec());
                    }
                }
                Err(RtpFault::Rtcp) => self.reports.push((false, datagram[..length].to_vec())),
                Err(fault) => panic!("{fault}"),
            }
        }
        while let Ok(length) = self.rtcp.recv(&mut datagram) {
            self.reports.push((true, datagram[..length].to_vec()));
        }
    }

    /// Listens until `enough` says so.
    pub fn listen_until(&mut self, what: &str, enough: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !enough(self) {
            assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain: {what}");
            std::thread::sleep(Duration::from_millis(1));
            self.listen();
        }
    }
}

/// A picture of that many octets and more: parameter sets and slices of unlike lengths, in Annex B, the same each run.
pub fn picture(number: u32, octets: usize) -> Vec<u8> {
    let mut random = number.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        // No zeros: nothing in it looks like a start code.
        (random >> 8) as u8 | 1
    };
    let mut out = Vec::new();
    let (mut header, mut left) = (if number == 0 { 0x67 } else { 0x41 }, octets);
    while left > 0 {
        let length = left.min(if header == 0x67 { 12 } else { 40 + octets / 3 });
        out.extend([0, 0, 0, 1, header]);
        out.extend((0..length).map(|_| next()));
        left -= length;
        header = if header == 0x67 {
            0x68
        } else if number == 0 {
            0x65
        } else {
            0x41
        };
    }
    out
}
