//! Pure: whatever is read, nothing panics, and what can be read can be written and read again.

use super::*;
use std::net::Ipv4Addr;

/// Pieces of which descriptions are made, sound ones and others.
const PIECES: [&str; 34] = [
    "v=0",
    "o=- 1 1 IN IP4 1.2.3.4",
    "s=-",
    "t=0 0",
    "c=IN IP4 1.2.3.4",
    "c=IN IP6 ::1",
    "c=IN IP4 0.0.0.0",
    "c=",
    "m=audio 4000 RTP/AVP 0 8 101",
    "m=audio 1/2 RTP/AVP 9",
    "m=audio 99999 RTP/AVP 0",
    "m=audio 4 RTP/AVPF 96 97",
    "m=video 0 x y",
    "m=",
    "a=rtpmap:96 opus/48000/2",
    "a=rtpmap:97 telephone-event/8000",
    "a=rtpmap:96",
    "a=rtpmap:300 x/1",
    "a=rtpmap:97 /",
    "a=fmtp:96 usedtx=1;;=;x",
    "a=fmtp:97 0-15,66",
    "a=fmtp:",
    "a=ptime:20",
    "a=ptime:-1",
    "a=maxptime:4294967296",
    "a=sendonly",
    "a=inactive",
    "a=rtcp:1",
    "a=rtcp:99999 IN",
    "a=rtcp-mux",
    "a=\u{fffd}\u{0}",
    "a",
    "=",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
];

/// Most have one that is sound.
const AUDIO: &str = "m=audio 4000 RTP/AVP 0 8 96 97";

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// A description of pieces in any order, most of them beginning as one should, with octets changed here and there.
fn made(dice: &mut Dice) -> Vec<u8> {
    let mut lines: Vec<&str> = PIECES[..5].to_vec();
    lines.extend((dice.below(4) > 0).then_some(AUDIO));
    (0..dice.below(6)).for_each(|_| lines.push(PIECES[dice.below(PIECES.len())]));
    if dice.below(4) == 0 {
        lines.rotate_left(dice.below(5));
    }
    let mut octets = lines.join(if dice.below(3) == 0 { "\n" } else { "\r\n" }).into_bytes();
    for _ in 0..dice.below(3) {
        let at = dice.below(octets.len());
        octets[at] = dice.below(256) as u8;
    }
    octets
}

#[test]
fn nothing_panics_and_what_is_read_is_written_and_read_again() {
    let identity = Identity { session: 3, version: 1, address: Ipv4Addr::new(192, 0, 2, 1).into() };
    let (mut dice, mut taken, mut refused) = (Dice(0x5d9), 0, 0);
    for _ in 0..60_000 {
        let octets = made(&mut dice);
        let Ok(description) = read(&octets) else {
            refused += 1;
            continue;
        };
        taken += 1;
        let shown = String::from_utf8_lossy(&octets).into_owned();
        let text = offer(identity, &description.audio);
        let again = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{shown}\n{text}"));
        let mut wanted = description.audio.clone();
        // Where it takes nothing, that is written with the address of old.
        wanted.at = wanted.at.filter(|at| at.port() != 0);
        assert_eq!(again.audio, wanted, "{shown}\n{text}");
        let text = answer(&description, identity, &description.audio);
        let again = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{shown}\n{text}"));
        assert_eq!((again.answers(description.streams.len()), again.audio), (Ok(()), wanted), "{shown}\n{text}");
        let _ = refuse(&description, identity);
    }
    assert!(taken > 3_000 && refused > 3_000, "{taken} taken, {refused} refused");
}
