//! Pure: each command is understood, and nothing else; no octets make the parser panic.

use super::*;

fn fault(text: &str) -> (Fault, String) {
    let refusal = Command::parse(text).unwrap_err();
    (refusal.fault, refusal.text)
}

#[test]
fn each_command_is_understood() {
    let plain = [
        ("clear", Command::Clear),
        ("finish", Command::Finish),
        ("begin_turn", Command::BeginTurn),
        ("pause", Command::Pause),
        ("resume", Command::Resume),
        ("position", Command::Position),
        ("stop", Command::Stop),
    ];
    for (event, command) in plain {
        assert_eq!(Command::parse(&format!("{{\"event\":\"{event}\"}}")), Ok(command));
    }
    let parsed = |text| Command::parse(text).unwrap();
    assert_eq!(parsed(r#"{"event":"media","payload":"AQD/fwCA"}"#), Command::Media(vec![1, 32_767, -32_768]));
    assert_eq!(parsed(r#"{"event":"mark","name":"hello"}"#), Command::Mark("hello".into()));
    assert_eq!(parsed(r#"{"event":"dtmf","digits":"1#"}"#), Command::Dtmf { digits: "1#".into(), ms: 100 });
    let remote = "192.0.2.1:4000".parse().unwrap();
    assert_eq!(parsed(r#"{"event":"remote","remote":"192.0.2.1:4000"}"#), Command::Remote(remote));
    assert_eq!(parsed(r#"{"event":"start"}"#), Command::Start(Box::default()));
    assert_eq!(parsed(r#"{"event":"attach"}"#), Command::Attach(Attach::default()));
    assert_eq!(KNOWN.split(", ").count(), 13, "each is in the list that a refusal gives");
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let long = "x".repeat(65);
    let cases = [
        ("", Fault::BadJson),
        ("{\"event\":\"clear\"", Fault::BadJson),
        ("\"clear\"", Fault::NoEvent),
        ("{}", Fault::NoEvent),
        ("{\"event\":7}", Fault::NoEvent),
        ("{\"event\":\"claer\"}", Fault::UnknownCommand),
        ("{\"event\":\"clear\",\"now\":true}", Fault::BadField),
        ("{\"event\":\"mark\"}", Fault::BadField),
        ("{\"event\":\"mark\",\"name\":\"\"}", Fault::BadField),
        (&format!("{{\"event\":\"mark\",\"name\":\"{long}\"}}"), Fault::BadField),
        ("{\"event\":\"mark\",\"name\":7}", Fault::BadField),
        ("{\"event\":\"media\",\"payload\":\"AQ=\"}", Fault::BadBase64),
        ("{\"event\":\"media\",\"payload\":\"AQIC\"}", Fault::OddOctets),
        ("{\"event\":\"remote\",\"remote\":\"phone:4000\"}", Fault::BadField),
        ("{\"event\":\"start\",\"rate\":\"8000\"}", Fault::BadField),
        ("{\"event\":\"start\",\"rat\":8000}", Fault::BadField),
        ("{\"event\":\"start\",\"interrupt_on\":\"cough\"}", Fault::BadField),
    ];
    for (text, wanted) in cases {
        assert_eq!(fault(text).0, wanted, "{text}");
    }
    assert!(fault("{\"event\":\"claer\"}").1.starts_with("claer: must be one of start, attach, media"));
    assert!(fault("{\"event\":\"clear\",\"now\":true}").1.contains("now"));
    // Deeper than anybody needs: refused, and the stack is as it was.
    assert_eq!(fault(&"[".repeat(1 << 20)).0, Fault::BadJson);
    assert_eq!(Command::samples(&[1, 2, 3]).unwrap_err().fault, Fault::OddOctets);
    assert_eq!(Command::samples(&[]), Ok(Command::Media(Vec::new())));
}

#[test]
fn the_fields_of_start_have_their_ranges() {
    let start = |fields: &str| match Command::parse(&format!("{{\"event\":\"start\",{fields}}}")).unwrap() {
        Command::Start(start) => start,
        other => panic!("{other:?}"),
    };
    let good = start(
        r#""codec":"PCMA","rate":8000,"remote":"127.0.0.1:4000","dtmf":101,"latency_ms":60,"interrupt_on":"digit""#,
    );
    let (phone, port) = (good.phone().unwrap(), good.agent().unwrap());
    assert_eq!((phone.receive.encoding(), phone.receive.payload_type()), ("PCMA", 8));
    assert_eq!(phone.telephone_events.map(|events| events.receive_payload_type), Some(101));
    assert_eq!(
        (port.rate.hz(), port.latency, port.interrupted_by_digit),
        (8_000, Some(std::time::Duration::from_millis(60)), true)
    );
    let barge_in = |fields: &str| {
        let port = start(fields).agent().unwrap();
        let minimum = port.barge_in.map(|barge_in| (barge_in.minimum_ms, barge_in.turn_pause_ms));
        (minimum, port.interrupted_by_speech, port.interrupted_by_digit)
    };
    assert_eq!(barge_in(r#""interrupt_on":"digit""#), (None, false, true));
    assert_eq!(barge_in(r#""interrupt_on":"any""#), (Some((40, (500, 1_200))), true, true));
    assert_eq!(barge_in(r#""barge_in":{"minimum_ms":350}"#), (Some((350, (500, 1_200))), false, false));
    let opus = start(r#""codec":"opus/48000/2","payload_type":96"#).phone().unwrap();
    assert_eq!(opus.receive.payload_type(), 96);
    for bad in [r#""rate":44100"#, r#""frame_ms":15"#, r#""frame_ms":0"#, r#""backlog_ms":99"#, r#""latency_ms":10"#] {
        assert_eq!(start(bad).agent().unwrap_err().fault, Fault::BadField, "{bad}");
    }
    for bad in [r#""codec":"GSM""#, r#""codec":"opus/44100""#, r#""ptime_ms":25"#] {
        assert_eq!(start(bad).phone().unwrap_err().fault, Fault::BadField, "{bad}");
    }
}

/// xorshift64*: each run the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % most
    }
}

#[test]
fn random_octets_never_panic() {
    let mut dice = Dice(15);
    let seeds = [
        r#"{"event":"start","codec":"PCMU","rate":16000,"remote":"127.0.0.1:4000","payload_type":0,"frame_ms":20}"#,
        r#"{"event":"media","payload":"AQD/fwCA"}"#,
        r#"{"event":"dtmf","digits":"12#","ms":100}"#,
        r#"{"event":"mark","name":"\u00e9\ud83d\ude00"}"#,
    ];
    let (mut understood, mut refused) = (0, 0);
    for round in 0..60_000 {
        let mut octets = match round % 3 {
            0 => (0..dice.below(200)).map(|_| dice.below(256) as u8).collect(),
            _ => seeds[dice.below(seeds.len())].as_bytes().to_vec(),
        };
        for _ in 0..dice.below(4) {
            let (at, octet) = (dice.below(octets.len().max(1)), dice.below(256) as u8);
            match dice.below(3) {
                0 if !octets.is_empty() => octets[at] = octet,
                1 => octets.insert(at.min(octets.len()), octet),
                _ => octets.truncate(at),
            }
        }
        let parsed = Command::parse(&String::from_utf8_lossy(&octets));
        // What is understood is checked on without a panic, too.
        if let Ok(Command::Start(start)) = &parsed {
            let _ = (start.phone(), start.agent());
        }
        match parsed {
            Ok(_) => understood += 1,
            Err(_) => refused += 1,
        }
        let _ = Command::samples(&octets);
        let _ = crate::agent_gateway::frame::Frame::parse(&octets);
    }
    assert!(understood > 1_000 && refused > 20_000, "{understood} understood, {refused} refused");
}
