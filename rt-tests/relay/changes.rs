//! Control: relay streams that are renegotiated, and what of them is not possible.

use super::*;
use media_core::error::PortError;

#[test]
fn a_renegotiation_adds_changes_and_ends_streams() {
    let config = MediaEngineConfig::default().io_threads(2usize).rtp_ports(30_000..=30_019);
    let mut engine = VirtualEngine::new(config, 6).unwrap();
    let handle = engine.handle();
    let base = |number: u32| audio().remote(address(number + 300));
    let create = |engine: &mut VirtualEngine, number: u32| {
        let pending = engine.handle().create_media_session(&*format!("call-{number}"), base(number));
        done(engine, pending)
    };
    let (a, b) = (create(&mut engine, 1), create(&mut engine, 2));
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    // Both add video in mid-call, one after the other.
    let pending = a.update(base(1).relay(h264(&handle, 99, 98).remote(address(1))));
    done(&mut engine, pending);
    let pending = b.update(base(2).relay(h264(&handle, 99, 98).remote(address(2))));
    done(&mut engine, pending);
    settle(&mut engine);
    let pending = a.relays();
    let first = done(&mut engine, pending).remove(0);
    assert_eq!((first.partner, first.passes), (Some((b.id(), VIDEO)), vec![(99, 98)]));
    say(&mut engine, address(1), first.local, 1);
    settle(&mut engine);
    assert!(engine.network.receive(address(2)).is_some());
    // Other numbers and another address: the port stays.
    let pending = b.update(base(2).relay(h264(&handle, 99, 111).remote(address(7))));
    done(&mut engine, pending);
    settle(&mut engine);
    say(&mut engine, address(1), first.local, 2);
    settle(&mut engine);
    assert_eq!(engine.network.receive(address(7)).expect("it came").octets[1], 111);
    // No video any more: the port is free, and the range is used to its end.
    let left = |engine: &mut VirtualEngine| {
        let pending = engine.handle().get_media_capabilities();
        let capabilities = done(engine, pending);
        (capabilities.relays, capabilities.ports_left)
    };
    assert_eq!(left(&mut engine), (2, Some(6)));
    let pending = a.update(base(1).without_relays());
    done(&mut engine, pending);
    settle(&mut engine);
    assert_eq!(left(&mut engine), (1, Some(7)));
    let pending = b.relays();
    assert_eq!(done(&mut engine, pending)[0].partner, None);
    // More than the range has: nothing is changed, and no port lost.
    let many = (0..8).fold(base(1), |params, _| params.relay(RelayParams::datagrams()));
    let pending = a.update(many.clone());
    assert!(matches!(engine.complete(pending), Err(Error::Io(IoError::Ports(PortError::RangeUsedUp { .. })))));
    let pending = engine.handle().create_media_session("many", many);
    assert!(matches!(engine.complete(pending), Err(Error::Io(IoError::Ports(PortError::RangeUsedUp { .. })))));
    assert_eq!(left(&mut engine), (1, Some(7)));
    let pending = b.destroy();
    done(&mut engine, pending);
    settle(&mut engine);
    assert_eq!(left(&mut engine), (0, Some(9)));
    assert!(engine.stop());
}

#[test]
fn what_is_not_possible_is_refused_with_the_reason() {
    let config = MediaEngineConfig::default().max_relays(1usize).rtcp_mux(true);
    let mut engine = VirtualEngine::new(config, 7).unwrap();
    let handle = engine.handle();
    let mut create = |params: MediaSessionParams| {
        let pending = engine.handle().create_media_session("d", params);
        engine.complete(pending)
    };
    let video = h264(&handle, 99, 98);
    let pair = create(audio().relay(video.clone().rtcp_mux(false))).unwrap_err();
    assert!(matches!(&pair, Error::Session(SessionError::Parameter(why)) if why.field == "rtcp_mux"), "{pair}");
    let two = create(audio().relay(video.clone()).relay(video.clone())).unwrap_err();
    assert!(matches!(two, Error::Session(SessionError::Capacity { field: "max_relays", .. })), "{two}");
    assert!(create(audio().relay(RelayParams::rtp([]))).is_err());
    // A session of samples may have video beside it.
    let bot = create(MediaSessionParams::pcm(SampleRate::Hz16000).relay(video.clone())).unwrap();
    let pending = bot.relay_statistics(StreamId(2));
    let unknown = engine.complete(pending).unwrap_err();
    assert_eq!(unknown, SessionError::NoRelay(bot.id(), StreamId(2)).into());
    let pending = bot.destroy();
    done(&mut engine, pending);
    let pending = engine.handle().rtp_bridge();
    let bridge = done(&mut engine, pending);
    let own = audio().transport(Transport::Bridge(bridge.port())).relay(video);
    let pending = engine.handle().create_media_session("own", own);
    let refused = engine.complete(pending).unwrap_err();
    assert_eq!(refused, SessionError::RelayTransport.into());
    assert!(refused.to_string().contains("RtpBridge"), "{refused}");
}
