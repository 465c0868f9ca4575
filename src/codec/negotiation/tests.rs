//! Pure: offers and answers, and the reasons of refusal.

use super::*;
use crate::codec::format::{CodecName, CodecParameters, Fmtp, H264Profile, MediaKind, ProfileLevelId};

fn line(text: &str) -> CodecCapability {
    let (number, rest) = text.split_once(' ').unwrap();
    let (rtpmap, fmtp) = rest.split_once(' ').unwrap_or((rest, ""));
    CodecCapability::rtpmap(number.parse().unwrap(), rtpmap).unwrap().with_fmtp(fmtp)
}

fn list(lines: &[&str]) -> CapabilityList {
    CapabilityList::audio(lines.iter().map(|l| line(l)).collect())
}

fn video(lines: &[&str]) -> CapabilityList {
    CapabilityList { kind: MediaKind::Video, ..list(lines) }
}

fn ours() -> CapabilityList {
    list(&[
        "96 opus/48000/2 useinbandfec=1;stereo=1",
        "9 G722/8000",
        "8 PCMA/8000",
        "0 PCMU/8000",
        "18 G729/8000 annexb=no",
        "101 telephone-event/8000 0-16",
        "102 telephone-event/48000 0-16",
        "13 CN/8000",
    ])
}

fn names(result: &CodecNegotiationResult) -> Vec<String> {
    result.codecs.iter().map(|c| c.name.to_string()).collect()
}

#[test]
fn order_follows_the_preference_rule() {
    let offer = list(&["0 PCMU/8000", "8 PCMA/8000", "111 opus/48000/2", "97 speex/16000"]);
    let by_peer = negotiate(&ours(), &offer, &NegotiationRules::answerer()).unwrap();
    assert_eq!(names(&by_peer), ["PCMU", "PCMA", "opus"]);
    let by_us = negotiate(&ours(), &offer, &NegotiationRules::answerer().prefer(Preference::Local)).unwrap();
    assert_eq!(names(&by_us), ["opus", "PCMA", "PCMU"]);
    assert_eq!(by_us.refused.len(), 1);
    assert_eq!(by_us.refused[0].reason, RefusalReason::NotOffered);
    assert_eq!(by_us.refused[0].capability.name, CodecName::parse("SPEEX"), "names compare without case");
}

#[test]
fn payload_types_of_the_two_directions_may_differ() {
    let offer = list(&["111 opus/48000/2", "120 telephone-event/48000"]);
    let mirrored = negotiate(&ours(), &offer, &NegotiationRules::answerer()).unwrap();
    assert_eq!((mirrored.codec().send_payload_type, mirrored.codec().receive_payload_type), (111, 111));
    assert_eq!(mirrored.events[0].receive_payload_type, 120);

    let own = NegotiationRules { payload_types: PayloadTypes::Own, ..NegotiationRules::answerer() };
    let asymmetric = negotiate(&ours(), &offer, &own).unwrap();
    assert_eq!((asymmetric.codec().send_payload_type, asymmetric.codec().receive_payload_type), (111, 96));
    assert_eq!(asymmetric.answer(&ours()).codecs[0].payload_type, 96);

    // The offerer hears 96 (its own number) and sends what the answer names.
    let answered = negotiate(&ours(), &list(&["109 opus/48000/2"]), &NegotiationRules::offerer()).unwrap();
    assert_eq!((answered.codec().send_payload_type, answered.codec().receive_payload_type), (109, 96));
}

#[test]
fn offer_and_answer_end_in_the_same_call_on_both_sides() {
    let phone = list(&[
        "107 opus/48000/2 maxplaybackrate=16000;usedtx=1",
        "9 G722/8000",
        "0 PCMU/8000",
        "110 telephone-event/48000",
        "111 telephone-event/8000 0-15",
        "13 CN/8000",
    ])
    .with_ptime(40);
    for payload_types in [PayloadTypes::Mirror, PayloadTypes::Own] {
        let rules = NegotiationRules { payload_types, ..NegotiationRules::answerer() };
        let us = negotiate(&ours(), &phone, &rules).unwrap();
        let them = negotiate(&phone, &us.answer(&ours()), &NegotiationRules::offerer()).unwrap();
        assert_eq!(names(&us), names(&them));
        for (a, b) in us.codecs.iter().zip(&them.codecs) {
            assert_eq!((a.send_payload_type, a.receive_payload_type), (b.receive_payload_type, b.send_payload_type));
            assert!(a.receive_channels <= b.send_channels && b.receive_channels <= a.send_channels);
        }
        for (a, b) in us.events.iter().zip(&them.events) {
            assert_eq!((a.send_payload_type, a.receive_payload_type), (b.receive_payload_type, b.send_payload_type));
            assert_eq!((a.clock_rate, a.events), (b.clock_rate, b.events));
        }
        assert_eq!((us.events.len(), them.events.len(), them.comfort_noise.len()), (2, 2, 1));
        assert_eq!(us.ptime.ms(), 40);
    }
}

#[test]
fn opus_parameters_are_wishes_of_the_receiver() {
    let offer = list(&["111 opus/48000/2 maxplaybackrate=16000; maxaveragebitrate=20000; stereo=0; sprop-stereo=1; \
                        cbr=1; useinbandfec=1; usedtx=1; minptime=10; x-vendor=7"]);
    let result = negotiate(&ours(), &offer, &NegotiationRules::answerer()).unwrap();
    let CodecParameters::Opus(p) = result.codec().parameters else { panic!("not Opus") };
    assert_eq!((p.max_playback_rate, p.max_average_bitrate), (16_000, Some(20_000)));
    assert!(!p.stereo && p.constant_bitrate && p.inband_fec && p.dtx);
    assert_eq!((result.codec().send_channels, result.codec().receive_channels), (1, 2));
    assert_eq!(result.notes, [Note::UnknownParameter { payload_type: 111, key: "x-vendor".into() }]);
    assert_eq!(result.codec().answer.fmtp.to_string(), "useinbandfec=1;stereo=1", "the answer states what we wish");

    // Numbers out of range are ignored (RFC 7587 section 6.1); what is no number is a typed reason.
    let odd =
        |fmtp: &str| negotiate(&ours(), &list(&[&format!("111 opus/48000/2 {fmtp}")]), &NegotiationRules::answerer());
    let CodecParameters::Opus(p) = odd("maxaveragebitrate=5").unwrap().codec().parameters else { panic!("not Opus") };
    assert_eq!(p.max_average_bitrate, None);
    for (fmtp, key) in [("stereo=2", "stereo"), ("maxplaybackrate=loud", "maxplaybackrate"), ("usedtx=", "usedtx")] {
        let Err(NegotiationError::NoCommonCodec { refused }) = odd(fmtp) else { panic!("{fmtp} was taken") };
        assert!(matches!(&refused[0].reason, RefusalReason::BadParameter { key: k, .. } if *k == key), "{refused:?}");
    }
}

#[test]
fn opus_fmtp_reads_what_it_writes() {
    let all = OpusFmtp {
        max_playback_rate: 16_000,
        max_capture_rate: 24_000,
        max_average_bitrate: Some(32_000),
        stereo: true,
        sprop_stereo: true,
        constant_bitrate: true,
        inband_fec: true,
        dtx: true,
        // Stated only where it can be taken.
        dred_ms: if cfg!(feature = "opus-dred") { 300 } else { 0 },
    };
    for one in [all, OpusFmtp::default()] {
        assert_eq!(OpusFmtp::read(&one.write()).unwrap(), one);
    }
    assert!(OpusFmtp::default().write().is_empty());
    // Deep Redundancy: of ours, a second at most, and no number is a fault.
    let read = |fmtp: &str| OpusFmtp::read(&Fmtp::parse(fmtp));
    assert_eq!(read("x-dred=5000").unwrap().dred_ms, 1_000);
    assert!(read("x-dred=far").is_err() && read("useinbandfec=1").unwrap().dred_ms == 0);
    let limits = read("x-dred=200").unwrap().limits_for(&OpusFmtp::default());
    assert_eq!(limits.dred_ms, if cfg!(feature = "opus-dred") { 200 } else { 0 });
}

#[test]
fn annex_b_needs_both_sides() {
    for (mine, peer, expected) in
        [("", "", true), ("annexb=no", "", false), ("", "annexb=no", false), ("annexb=yes", "ANNEXB=Yes", true)]
    {
        let (local, remote) = (list(&[&format!("18 G729/8000 {mine}")]), list(&[&format!("18 G729/8000 {peer}")]));
        let result = negotiate(&local, &remote, &NegotiationRules::answerer()).unwrap();
        assert_eq!(result.codec().parameters, CodecParameters::G729 { annex_b: expected }, "{mine:?} {peer:?}");
        let stated = result.codec().answer.fmtp.get("annexb").map(str::to_owned);
        assert_eq!(stated.as_deref(), (!expected).then_some("no"));
    }
}

#[test]
fn events_and_noise_are_kept_per_clock_rate() {
    let offer = list(&[
        "111 opus/48000/2",
        "0 PCMU/8000",
        "110 telephone-event/48000",
        "101 telephone-event/8000 0-15,32-49",
        "112 telephone-event/16000",
        "13 CN/8000",
        "98 CN/16000",
    ]);
    let result = negotiate(&ours(), &offer, &NegotiationRules::answerer()).unwrap();
    assert_eq!(result.events_for(48_000).unwrap().send_payload_type, 110);
    assert_eq!(result.events_for(8_000).unwrap().events, EventSet::DIGITS);
    assert_eq!(result.noise_for(8_000).unwrap().send_payload_type, 13);
    assert!(result.noise_for(48_000).is_none(), "CN has the clock of its codec");
    assert_eq!(result.refused.len(), 2, "events and CN at 16 kHz: {:?}", result.refused);

    // Events at 8000 Hz only beside Opus: what many phones offer.
    let offer = list(&["111 opus/48000/2", "101 telephone-event/8000"]);
    let result = negotiate(&ours(), &offer, &NegotiationRules::answerer()).unwrap();
    assert_eq!(result.events_for(48_000).unwrap().clock_rate, 8_000);

    let bad = list(&["0 PCMU/8000", "101 telephone-event/8000 15-0", "102 telephone-event/48000 70"]);
    let result = negotiate(&ours(), &bad, &NegotiationRules::answerer()).unwrap();
    let digits: Vec<_> = result.events.iter().map(|e| (e.clock_rate, e.send_payload_type, e.events)).collect();
    assert_eq!(digits, [(8_000, 101, EventSet::DIGITS)], "an unreadable list is the absent one");
    assert_eq!(result.notes, [Note::EventsUnread { payload_type: 101, list: "15-0".into() }]);
    assert_eq!(result.refused[0].reason, RefusalReason::NoCommonEvent);
}

#[test]
fn packet_time_table() {
    // (codec, peer's ptime, peer's maxptime, our ptime, tick) -> sent, None where the codec is refused.
    let pcmu = "0 PCMU/8000";
    let opus = "96 opus/48000/2";
    let table = [
        (pcmu, None, None, None, 10, Some(20)),
        (pcmu, Some(30), None, None, 10, Some(30)),
        (pcmu, Some(30), None, None, 20, Some(20)),
        (pcmu, None, None, Some(60), 10, Some(60)),
        (pcmu, Some(20), None, Some(60), 10, Some(20)),
        (pcmu, Some(60), Some(40), None, 10, Some(40)),
        (pcmu, Some(200), None, None, 10, Some(60)),
        (pcmu, Some(5), None, None, 10, Some(10)),
        (pcmu, Some(0), Some(0), None, 10, Some(20)),
        (pcmu, None, Some(10), None, 20, None),
        (pcmu, None, Some(5), None, 10, None),
        (opus, Some(50), None, None, 10, Some(40)),
        (opus, Some(30), None, None, 10, Some(30)),
        (opus, Some(120), Some(120), None, 20, Some(60)),
    ];
    for (codec, ptime_ms, maxptime_ms, own, tick, expected) in table {
        let local = CapabilityList { ptime_ms: own, ..list(&[codec]) };
        let remote = CapabilityList { ptime_ms, maxptime_ms, ..list(&[codec]) };
        let rules = NegotiationRules { tick: Ptime::from_ms(tick).unwrap(), ..NegotiationRules::answerer() };
        let case = format!("{codec} ptime {ptime_ms:?} max {maxptime_ms:?} own {own:?} tick {tick}");
        match negotiate(&local, &remote, &rules) {
            Ok(result) => {
                assert_eq!(Some(result.ptime.ms()), expected, "{case}");
                let served = ptime_ms.is_none_or(|ms| ms == 0 || ms == result.ptime.ms());
                let noted = result.notes.iter().any(|n| matches!(n, Note::PtimeNotServed { .. }));
                assert_eq!(noted, !served, "{case}");
            }
            Err(NegotiationError::NoCommonCodec { refused }) => {
                assert_eq!(expected, None, "{case}");
                assert_eq!(refused[0].reason, RefusalReason::NoPtime { maxptime_ms }, "{case}");
            }
            Err(other) => panic!("{case}: {other}"),
        }
    }
}

#[test]
fn contradictory_entries_are_left_out_and_told() {
    let rules = NegotiationRules::answerer();
    // Each beside A-law, and alone.
    let fault = |lines: &[&str]| {
        let mut all = vec!["8 PCMA/8000"];
        all.extend(lines);
        let result = negotiate(&ours(), &list(&all), &rules).unwrap();
        assert_eq!(result.codec().name, CodecName::Pcma, "{lines:?}");
        let [Refusal { reason: RefusalReason::Malformed(fault), .. }] = &result.refused[..] else {
            panic!("{lines:?}: {:?}", result.refused)
        };
        fault.clone()
    };
    assert_eq!(fault(&["72 PCMU/8000"]), ListFault::PayloadType(72));
    assert_eq!(fault(&["200 PCMU/8000"]), ListFault::PayloadType(200));
    assert_eq!(fault(&["96 opus/16000/2"]), ListFault::BadOpus(96));
    assert!(matches!(fault(&["96 opus/48000/2", "96 PCMU/8000"]), ListFault::Ambiguous { payload_type: 96, .. }));
    assert!(matches!(fault(&["18 G729/8000", "18 G729/8000 annexb=no"]), ListFault::Ambiguous { .. }));
    let no_clock = CodecCapability { clock_rate: 0, ..CodecCapability::static_type(0).unwrap() };
    let result =
        negotiate(&ours(), &CapabilityList::audio(vec![no_clock, CodecCapability::static_type(8).unwrap()]), &rules);
    assert_eq!(result.unwrap().refused[0].reason, RefusalReason::Malformed(ListFault::BadClock(0)));
    assert_eq!(negotiate(&ours(), &list(&[]), &rules), Err(NegotiationError::Remote(ListFault::Empty)));
    match negotiate(&ours(), &list(&["72 PCMU/8000"]), &rules) {
        Err(NegotiationError::NoCommonCodec { refused }) => assert_eq!(refused.len(), 1),
        other => panic!("{other:?}"),
    }
    let local = negotiate(&list(&["70 PCMU/8000"]), &ours(), &rules);
    assert_eq!(local, Err(NegotiationError::Local(ListFault::PayloadType(70))));
    let mismatch = negotiate(&ours(), &video(&["99 H264/90000"]), &rules);
    assert!(matches!(mismatch, Err(NegotiationError::MediaMismatch { .. })));
    // The same line twice is no contradiction, only superfluous.
    let twice = negotiate(&ours(), &list(&["0 PCMU/8000", "0 PCMU/8000"]), &rules).unwrap();
    assert_eq!((twice.codecs.len(), &twice.refused[0].reason), (1, &RefusalReason::Duplicate));
    let only_events = negotiate(&ours(), &list(&["101 telephone-event/8000", "13 CN/8000"]), &rules);
    assert!(matches!(only_events, Err(NegotiationError::NoCommonCodec { .. })), "events alone are no call");
}

/// What peers write, what is answered (names with their payload types, in order), how many entries are refused, and how many
/// notes there are.
#[test]
fn odd_spellings_of_the_field_are_understood() {
    let table: &[(&[&str], &str, usize, usize)] = &[
        (&["0 pcmu/8000", "101 TELEPHONE-EVENT/8000 0-15"], "0 PCMU 101 telephone-event", 0, 0),
        (&["96 OPUS/48000/2"], "96 opus", 0, 0),
        (&["96 opus/48000"], "96 opus", 0, 1),
        (&["96 opus/48000/1", "0 PCMU/8000"], "96 opus 0 PCMU", 0, 1),
        (&["96 opus/8000/1", "0 PCMU/8000"], "0 PCMU", 1, 0),
        (&["96 G7221/16000", "115 G7221/32000 bitrate=48000", "9 G722/8000"], "9 G722", 2, 0),
        (&["9 G722/16000", "0 PCMU/8000"], "0 PCMU", 1, 0),
        (&["97 PCMU/8000", "98 PCMA/8000"], "97 PCMU 98 PCMA", 0, 0),
        (&["0 PCMU/8000", "97 PCMU/8000"], "0 PCMU", 1, 0),
        (&["0 PCMU/8000/1"], "0 PCMU", 0, 0),
        (&["0 PCMU/8000/2", "8 PCMA/8000"], "8 PCMA", 1, 0),
        (&["18 G729/8000 annexb = no"], "18 G729", 0, 0),
        (&["18 G729/8000 annexb=NO;foo=1"], "18 G729", 0, 1),
        (&["18 G729A/8000", "0 PCMU/8000"], "0 PCMU", 1, 0),
        (&["0 PCMU/8000", "101 telephone-event/8000", "102 telephone-event/44100"], "0 PCMU 101 telephone-event", 1, 0),
        (&["0 PCMU/8000", "101 telephone-event/8000 0-15,66,70"], "0 PCMU 101 telephone-event", 0, 0),
        (&["0 PCMU/8000", "101 telephone-event/8000 all"], "0 PCMU 101 telephone-event", 0, 1),
        (&["0 PCMU/8000", "101 telephone-event/8000 0-15,"], "0 PCMU 101 telephone-event", 0, 1),
        (&["0 PCMU/8000", "101 telephone-event/8000 0-999"], "0 PCMU 101 telephone-event", 0, 1),
        (&["0 PCMU/8000", "101 telephone-event/8000 events=digits"], "0 PCMU 101 telephone-event", 0, 1),
        (&["0 PCMU/8000", "0 PCMU/8000", "0 PCMA/8000"], "0 PCMU", 2, 0),
    ];
    let local = list(&[
        "96 opus/48000/2",
        "0 PCMU/8000",
        "8 PCMA/8000",
        "9 G722/8000",
        "18 G729/8000",
        "101 telephone-event/8000 0-16",
    ]);
    for (lines, expected, refused, notes) in table {
        for rules in [NegotiationRules::answerer(), NegotiationRules::offerer()] {
            let result = negotiate(&local, &list(lines), &rules).unwrap();
            let codecs = result.codecs.iter().map(|c| format!("{} {}", c.send_payload_type, c.name));
            let events = result.events.iter().map(|e| format!("{} telephone-event", e.send_payload_type));
            let all: Vec<_> = codecs.chain(events).collect();
            assert_eq!(all.join(" "), *expected, "{lines:?}");
            assert_eq!((result.refused.len(), result.notes.len()), (*refused, *notes), "{lines:?}: {result:?}");
        }
    }
    // Static types without rtpmap, known or not, and a dynamic type without one.
    let bare = [0, 3, 8, 18, 13].map(|pt| CodecCapability::static_type(pt).unwrap());
    let result = negotiate(&local, &CapabilityList::audio(bare.to_vec()), &NegotiationRules::answerer()).unwrap();
    assert_eq!(result.codecs.iter().map(|c| c.send_payload_type).collect::<Vec<_>>(), [0, 8, 18]);
    assert!(CodecCapability::static_type(96).is_none());
    // Packet times: 0 is none, 25 is served by 20, 200 by the longest there is.
    for (asked, sent) in [(0, 20), (25, 20), (200, 60), (1, 10)] {
        let remote = list(&["0 PCMU/8000"]).with_ptime(asked);
        assert_eq!(negotiate(&local, &remote, &NegotiationRules::answerer()).unwrap().ptime.ms(), sent, "{asked}");
    }
}

#[test]
fn h264_needs_the_same_profile_and_packetization() {
    let rules = NegotiationRules::answerer();
    let local = video(&["102 H264/90000 profile-level-id=42e01f;packetization-mode=1"]);
    // Constrained Baseline in three spellings (RFC 6184 table 5).
    for spelled in ["42e015", "42c015", "4d8015"] {
        let offer = video(&[&format!("99 H264/90000 profile-level-id={spelled};packetization-mode=1")]);
        let result = negotiate(&local, &offer, &rules).unwrap();
        let CodecParameters::H264(p) = result.codec().parameters else { panic!("not H.264") };
        assert_eq!((p.send.level_order(), p.receive.level_order(), p.packetization_mode), (42, 42, 1), "lower level");
        assert_eq!(result.codec().answer.fmtp.get("profile-level-id"), Some("42e015"));
    }
    let asymmetric = |l: &str| {
        video(&[&format!("99 H264/90000 profile-level-id={l};packetization-mode=1;level-asymmetry-allowed=1")])
    };
    let result = negotiate(&asymmetric("42e01f"), &asymmetric("42e015"), &rules).unwrap();
    let CodecParameters::H264(p) = result.codec().parameters else { panic!("not H.264") };
    assert_eq!((p.send.level_order(), p.receive.level_order()), (42, 62), "each way its own");

    for (other, key) in [
        ("profile-level-id=640015;packetization-mode=1", "profile-level-id"),
        ("profile-level-id=420015;packetization-mode=1", "profile-level-id"),
        ("profile-level-id=42e015", "packetization-mode"),
        ("packetization-mode=1", "profile-level-id"),
    ] {
        let Err(NegotiationError::NoCommonCodec { refused }) =
            negotiate(&local, &video(&[&format!("99 H264/90000 {other}")]), &rules)
        else {
            panic!("{other} was taken")
        };
        assert!(
            matches!(&refused[0].reason, RefusalReason::Incompatible { parameter, .. } if *parameter == key),
            "{refused:?}"
        );
    }
    let broken = negotiate(&local, &video(&["99 H264/90000 profile-level-id=42e0"]), &rules);
    assert!(broken.unwrap_err().to_string().contains("profile-level-id"));
}

#[test]
fn h264_levels_order_with_1b_between() {
    let id = |s| ProfileLevelId::parse(s).unwrap();
    assert_eq!(id("42e01f").profile(), H264Profile::ConstrainedBaseline);
    assert_eq!(id("640c1f").profile(), H264Profile::ConstrainedHigh);
    assert_eq!(id("42f00b").profile(), H264Profile::ConstrainedBaseline, "flag 3 is level 1b, not profile");
    let (l10, l1b, l11) = (id("42e00a"), id("42f00b"), id("42e00b"));
    assert!(l10.level_order() < l1b.level_order() && l1b.level_order() < l11.level_order());
    assert_eq!(l11.with_lower_level(l1b).to_string(), "42f00b");
    assert_eq!(l1b.with_lower_level(l10).to_string(), "42e00a");
    assert_eq!(id("64001f").with_lower_level(id("640009")).to_string(), "640009");
    assert_eq!(ProfileLevelId::parse("42e0zz"), None);
    assert_eq!(ProfileLevelId::parse("+2e01f"), None);
}

#[test]
fn event_lists_read_what_they_write() {
    for text in ["0-15", "0-16", "0-15,66,70", "255", "63-64", "0,2,4"] {
        assert_eq!(EventSet::parse(text).unwrap().to_string(), text);
    }
    for text in ["", "15-0", "0-256", "a", "1,,2"] {
        assert_eq!(EventSet::parse(text), None, "{text}");
    }
}

#[test]
fn static_types_and_rtpmaps() {
    assert_eq!(CodecCapability::static_type(9).unwrap().to_string(), "9 G722/8000");
    assert_eq!(CodecCapability::static_type(10).unwrap().to_string(), "10 L16/44100/2");
    assert!((96..=127).all(|pt| CodecCapability::static_type(pt).is_none()));
    for bad in ["", "PCMU", "PCMU/", "PCMU/x", "PCMU/0", "PCMU/8000/0", "PCMU/8000/1/2", "/8000"] {
        assert!(CodecCapability::rtpmap(0, bad).is_none(), "{bad}");
    }
}

/// Any two lists end in a result whose payload types are the two sides' own, or in a typed error; and who answers our
/// offer with that answer is understood.
#[test]
fn any_lists_keep_the_invariants() {
    let pool = [
        "opus/48000/2",
        "opus/48000/2 stereo=1",
        "opus/48000/2 cbr=x",
        "PCMU/8000",
        "PCMA/8000",
        "G722/8000",
        "CN/8000",
        "telephone-event/8000",
        "telephone-event/48000 0-16",
        "G729/8000",
        "G729/8000 annexb=no",
        "L16/16000",
        "x/1",
    ];
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut next = |n: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) % n
    };
    let mut agreed = 0;
    for _ in 0..3_000 {
        let mut any = || {
            let entries = (0..next(7)).map(|_| {
                let payload_type = [next(128), 96 + next(32), 96 + next(6)][next(3) as usize];
                line(&format!("{payload_type} {}", pool[next(pool.len() as u64) as usize]))
            });
            let mut list = CapabilityList::audio(entries.collect());
            list.ptime_ms = [None, Some(next(80) as u32)][next(2) as usize];
            list.maxptime_ms = [None, Some(next(80) as u32)][next(2) as usize];
            list
        };
        let (local, remote) = (any(), any());
        let rules = NegotiationRules {
            payload_types: [PayloadTypes::Mirror, PayloadTypes::Own][next(2) as usize],
            preference: [Preference::Local, Preference::Remote][next(2) as usize],
            ..NegotiationRules::answerer()
        };
        let Ok(result) = negotiate(&local, &remote, &rules) else { continue };
        agreed += 1;
        for codec in &result.codecs {
            assert_eq!(remote.payload_type(codec.send_payload_type).unwrap().name, codec.name);
        }
        assert!(remote.maxptime_ms.is_none_or(|max| max == 0 || result.ptime.ms() <= max));
        let refused_or_taken =
            result.refused.len() + result.codecs.len() + result.events.len() + result.comfort_noise.len();
        assert_eq!(refused_or_taken, remote.codecs.len(), "each of the peer's lines is accounted for");
        let answer = result.answer(&local);
        let back = negotiate(&remote, &answer, &NegotiationRules::offerer());
        if let Ok(back) = back {
            assert_eq!(names(&back), names(&result));
        } else {
            // Only for what depends on the direction: our own maxptime may be too short for the peer, and what the peer
            // cannot have offered in earnest is left out of our answer, but not of its list.
            let contradicts = matches!(back, Err(NegotiationError::Local(_)));
            assert!(contradicts || local.maxptime_ms.is_some_and(|ms| ms < 10), "{back:?}\n{answer:?}");
        }
    }
    assert!(agreed > 300, "{agreed}: the lists must meet often enough for the test to mean something");
}

#[test]
fn redundancy_is_kept_for_a_codec_in_common_with_the_lower_level() {
    let local = list(&["96 opus/48000/2", "0 PCMU/8000", "97 red/8000 0/0/0", "98 red/48000/2 96/96"]);
    let offer =
        list(&["0 PCMU/8000", "111 opus/48000/2", "63 red/48000/2 111/111", "121 red/8000 0/0", "99 red/8000 0/0"]);
    let result = negotiate(&local, &offer, &NegotiationRules::answerer()).unwrap();
    let of = |n: usize| result.redundancy_for(&result.codecs[n]).unwrap();
    assert_eq!((of(0).send_payload_type, of(0).receive_payload_type, of(0).level), (121, 121, 1));
    assert_eq!((of(1).send_payload_type, of(1).level), (63, 1));
    assert_eq!(result.refused.len(), 1, "the second for PCMU: {:?}", result.refused);
    assert_eq!(result.refused[0].reason, RefusalReason::Duplicate);
    let answer = result.answer(&local);
    let red: Vec<_> = answer.codecs.iter().filter(|c| c.name == CodecName::Redundancy).collect();
    assert_eq!(red.iter().map(|c| c.fmtp.to_string()).collect::<Vec<_>>(), ["111/111", "0/0"]);

    // As the offerer with payload types of our own.
    let answer = list(&["111 opus/48000/2", "63 red/48000/2 111/111"]);
    let result = negotiate(&local, &answer, &NegotiationRules::offerer()).unwrap();
    let red = result.redundancy_for(result.codec()).unwrap();
    assert_eq!((red.send_payload_type, red.receive_payload_type, red.level), (63, 98, 1));
    assert_eq!(red.answer.fmtp.to_string(), "96/96");
}

#[test]
fn redundancy_of_other_codecs_or_of_several_is_refused() {
    let local = list(&["0 PCMU/8000", "97 red/8000 0/0"]);
    for (red, reason) in [
        ("121 red/8000 8/8", RefusalReason::NoCommonRedundancy),
        ("121 red/8000 0/5", RefusalReason::NoCommonRedundancy),
        ("121 red/16000 0/0", RefusalReason::NotOffered),
        ("121 red/8000 a/b", RefusalReason::BadParameter { key: "red", value: "a/b".into() }),
    ] {
        let result =
            negotiate(&local, &list(&["0 PCMU/8000", "8 PCMA/8000", red]), &NegotiationRules::answerer()).unwrap();
        assert_eq!(result.redundancy, [], "{red}");
        assert_eq!(result.refused.iter().find(|r| r.capability.payload_type == 121).unwrap().reason, reason, "{red}");
    }
}
