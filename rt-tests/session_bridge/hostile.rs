//! Offers and answers that nobody should send: contradictory, absurd, crossing each other.

use super::*;
use support::random::Random;

/// Codecs as hostile, sloppy and odd peers name them.
const NAMES: [&str; 18] = [
    "PCMU/8000",
    "PCMA/8000",
    "G722/8000",
    "G722/16000",
    "G729/8000",
    "opus/48000/2",
    "opus/48000/1",
    "opus/8000/2",
    "L16/44100/2",
    "L16/8000",
    "telephone-event/8000",
    "telephone-event/48000",
    "telephone-event/4294967295",
    "CN/8000",
    "red/8000",
    "red/48000/2",
    "nobody/1",
    "PCMU/16000",
];
const FORMATS: [&str; 18] = [
    "",
    "0-15",
    "0-4294967295",
    "255-0",
    "0-16,66,70",
    ",,-",
    "98/98",
    "0/0/0/0",
    "96/97",
    "annexb=no",
    "annexb=\u{1}",
    "usedtx=1;cbr=1",
    "maxplaybackrate=0;maxaveragebitrate=0",
    "maxaveragebitrate=99999999999999999999",
    "maxplaybackrate=4294967295;sprop-maxcapturerate=1",
    "ptime=0;maxptime=0;minptime=255",
    "stereo=1;stereo=0;=;;",
    "useinbandfec=-1;mode=20,,;bitrate=1e9",
];
const TIMES: [Option<u32>; 9] = [None, None, None, Some(20), Some(0), Some(1), Some(65), Some(4_294_967_295), Some(30)];

fn odd(random: &mut Random) -> CapabilityList {
    let mut codecs = Vec::new();
    for _ in 0..1 + random.below(5) {
        let number = [0, 8, 9, 18, 96, 97, 98, 101, 127, 13, 72][random.below(11)];
        let codec = CodecCapability::rtpmap(number, NAMES[random.below(NAMES.len())]);
        codecs.extend(codec.map(|codec| codec.with_fmtp(FORMATS[random.below(FORMATS.len())])));
        codecs.extend(CodecCapability::static_type(number).filter(|_| random.below(3) == 0));
    }
    let mut list = CapabilityList::audio(codecs);
    (list.ptime_ms, list.maxptime_ms) = (TIMES[random.below(TIMES.len())], TIMES[random.below(TIMES.len())]);
    list
}

/// Whatever peers offer and answer, in whatever order: each is refused, or its answer has nothing that was not offered; what the dialog
/// is known for is what its session has; and nobody panics.
#[test]
fn whatever_is_offered_is_refused_or_answered_with_what_was_offered() {
    let (mut layer, mut random) = (Layer::new(2), Random(16));
    let (mut taken, mut refused) = (0, 0);
    let of = |list: &CapabilityList| -> Vec<_> { list.codecs.iter().map(|codec| codec.payload_type).collect() };
    for round in 0..400 {
        let name = format!("dialog-{round}");
        let offer = odd(&mut random);
        let begun = match random.below(4) {
            0 => layer.media.offer(&*name, |params| params.remote(address(1))).map(|begun| (begun, None)),
            _ => layer
                .media
                .answer_offer(&*name, &offer, |params| params.remote(address(1)))
                .map(|begun| (begun, Some(offer))),
        };
        let Ok((begun, offer)) = begun else {
            assert!(layer.media.description(&*name).is_none());
            refused += 1;
            continue;
        };
        if let Some(offer) = offer {
            let unasked = begun.description.codecs.iter().find(|ours| {
                !offer.codecs.iter().any(|theirs| theirs.payload_type == ours.payload_type && theirs.name == ours.name)
            });
            assert!(unasked.is_none(), "{unasked:?} of {offer:?}");
        }
        let Ok(session) = layer.engine.complete(begun.session) else {
            assert!(layer.media.description(&*name).is_none());
            refused += 1;
            continue;
        };
        taken += 1;
        // The peer is sent what it named last, by its own numbers; before it named any, by ours.
        let mut named = of(&begun.description);
        // Offers and answers that cross, and change all that there is.
        for _ in 0..6 {
            let list = odd(&mut random);
            let changed = match random.below(2) {
                0 => layer.media.answer_reoffer(&*name, &list, |params| params.remote(address(2))),
                _ => layer.media.accept_answer(&*name, &list, |params| params.remote(address(3))),
            };
            let Ok(changed) = changed else { continue };
            let said = of(&changed.description);
            let applied = layer.engine.complete(changed.applied).is_ok();
            assert!(!applied || of(layer.media.description(&*name).unwrap()) == said);
            let params = session.params();
            let params = done(&mut layer.engine, params);
            if applied {
                named = of(&list);
            }
            assert!(named.contains(&params.send.payload_type()), "{} of {named:?}", params.send.payload_type());
            layer.engine.run_for(Duration::from_millis(20));
        }
        let ended = layer.media.end(&*name).unwrap();
        done(&mut layer.engine, ended);
        assert!(layer.events().contains(&(name, IntegrationEventKind::Ended)));
    }
    assert!(taken > 100 && refused > 50, "{taken} taken, {refused} refused");
}
