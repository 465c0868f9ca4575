//! Proves that what codecs, the transcoder, telephone events and the H.264 payload handling do on a media thread touches
//! neither the allocator, C's included, nor a lock.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support {
    pub mod trap;
}

use std::hint::black_box;

use media_core::codec::CodecName;
use media_core::codec::audio::dtmf::{EventClock, EventReceiver, EventSender, TelephoneEvent};
use media_core::codec::video::h264::{H264Depacketizer, H264Packetizer, annex_b};
use media_core::codec::{AudioCodecParams, AudioDecoder, AudioEncoder, CodecManager};
use media_core::types::{MediaTime, Ptime, SampleRate, SequenceNumber};
use support::trap::{self, Counts};
use trap::alone;

fn counted(body: impl FnOnce()) -> Counts {
    let before = trap::counts();
    let scope = trap::enter();
    body();
    drop(scope);
    trap::counts().since(before)
}

fn signal(samples: usize) -> Vec<f32> {
    (0..samples).map(|i| 0.3 * (i as f32 * 0.05).sin() + 0.1 * (i as f32 * 0.31).sin()).collect()
}

/// Name, clock rate, and each sample rate and number of channels to try.
fn codecs(manager: &CodecManager) -> Vec<(CodecName, u32, SampleRate, u8)> {
    let all = manager.supported_audio_codecs();
    all.iter()
        .flat_map(|c| {
            let each =
                move |&rate| (1..=c.max_channels).map(move |n| (c.format.name.clone(), c.format.clock_rate, rate, n));
            c.sample_rates.iter().flat_map(each)
        })
        .collect()
}

#[test]
fn each_codec_at_each_packet_time() {
    let _alone = alone();
    let manager = CodecManager::default();
    for (name, clock, rate, channels) in codecs(&manager) {
        for ptime in Ptime::SHORTEST.ms() / 10..=6 {
            let ptime = Ptime::from_ms(ptime * 10).expect("10 to 60");
            let params = AudioCodecParams::mono(rate).with_channels(channels).with_ptime(ptime);
            let Ok(mut encoder) = manager.registry().encoder(&name, clock, &params) else { continue };
            let mut decoder = manager.registry().decoder(&name, clock, &params).expect("both directions");
            let samples = rate.block_samples() * usize::from(ptime.blocks());
            let pcm = signal(samples * usize::from(channels) * 20);
            let (mut out, mut back) = (vec![0; 12_000], vec![0.0; 12_000]);
            let counts = counted(|| {
                for (n, frame) in pcm.chunks_exact(samples * usize::from(channels)).enumerate() {
                    let octets = encoder.encode_into(frame, &mut out).unwrap_or(0);
                    match n % 5 {
                        3 => drop(black_box(decoder.conceal_into(&mut back[..frame.len()]).is_ok())),
                        4 => drop(black_box(decoder.fec_into(&out[..octets], &mut back[..frame.len()]).is_ok())),
                        _ => drop(black_box(decoder.decode_into(&out[..octets], &mut back).is_ok())),
                    }
                }
                let _ = black_box(decoder.decode_into(&[0xff; 33], &mut back));
                encoder.reset();
                decoder.reset();
            });
            assert_eq!(counts, Counts::default(), "{name} at {rate}, {channels} channels, {ptime}");
        }
    }
}

#[cfg(feature = "opus")]
#[test]
fn opus_is_changed_and_copied_while_running() {
    use media_core::codec::audio::opus::{OpusApplication, OpusBitrate, OpusEncoder, OpusSettings};
    let _alone = alone();
    let encoder = |ptime| OpusEncoder::new(SampleRate::Hz48000, 2, ptime, OpusSettings::default()).expect("legal");
    let (mut a, mut b) = (encoder(Ptime::MS20), encoder(Ptime::SHORTEST));
    let (pcm, mut out) = (signal(2_880 * 2), [0; 4_000]);
    let counts = counted(|| {
        for n in 0..40u32 {
            a.configure(
                OpusSettings::default()
                    .application(
                        [OpusApplication::Voip, OpusApplication::Audio, OpusApplication::RestrictedLowdelay]
                            [n as usize / 5 % 3],
                    )
                    .bitrate(OpusBitrate::Bits(6_000 + 4_000 * n))
                    .complexity((n % 11) as u8)
                    .inband_fec(n % 2 == 0)
                    .expected_loss_percent(n as u8)
                    .dtx(n % 3 == 0)
                    .constant_bitrate(n % 4 == 0),
            );
            let _ = a.set_ptime([Ptime::SHORTEST, Ptime::MS20, Ptime::MAX][n as usize % 3]);
            let frame = a.frame_samples();
            let _ = black_box(a.encode_into(&pcm[..frame * 2], &mut out));
            let _ = b.copy_state_from(&a);
        }
    });
    assert_eq!(counts, Counts::default());
}

#[test]
fn any_codec_to_any_codec() {
    let _alone = alone();
    let manager = CodecManager::default();
    let all = codecs(&manager);
    for (from, from_clock, from_rate, from_channels) in &all {
        for (to, to_clock, to_rate, to_channels) in &all {
            let source = AudioCodecParams::mono(*from_rate).with_channels(*from_channels);
            let target = AudioCodecParams::mono(*to_rate)
                .with_channels(*to_channels)
                .with_ptime(Ptime::from_ms(30).expect("30"));
            let mut encoder = manager.registry().encoder(from, *from_clock, &source).expect("there");
            let mut transcoder =
                manager.create_transcoder((from, *from_clock, &source), (to, *to_clock, &target)).expect("any to any");
            let mut out = vec![0; 12_000];
            let octets =
                encoder.encode_into(&signal(from_rate.block_samples() * 2 * usize::from(*from_channels)), &mut out);
            let packet = out[..octets.expect("a whole packet")].to_vec();
            let counts = counted(|| {
                for n in 0..12 {
                    if n % 5 == 4 {
                        transcoder.lost(Some(&packet));
                    } else {
                        black_box(transcoder.push(&packet).is_ok());
                    }
                    while let Ok(Some(octets)) = transcoder.pull(&mut out) {
                        black_box(octets);
                    }
                }
                transcoder.reset();
            });
            assert_eq!(counts, Counts::default(), "{from} at {from_rate} to {to} at {to_rate}");
            assert_eq!(transcoder.counters().encoded, 8, "240 ms are eight packets of 30");
        }
    }
}

#[test]
fn events_and_video_payloads() {
    let _alone = alone();
    let (mut sender, mut receiver) =
        (EventSender::new(EventClock::new(8_000), 20), EventReceiver::new(EventClock::new(8_000)));
    let five = TelephoneEvent::from_char('5').expect("a digit");
    let picture: Vec<u8> = [&[0, 0, 1, 0x67, 1, 2][..], &[0, 0, 1, 0x65], &[7; 4_000]].concat();
    let (packetizer, mut depacketizer) = (H264Packetizer::new(1_200, true), H264Depacketizer::new(10_000));
    let (mut out, mut digits, mut pictures) = ([0; 1_200], 0, 0);
    let counts = counted(|| {
        for n in 0..100 {
            let _ = sender.send(five, 60, 10);
            if let Some(p) = sender.poll(n * 160) {
                let heard =
                    receiver.receive(p.timestamp, p.marker, &p.payload, MediaTime::from_millis(u64::from(n) * 20));
                digits += heard.map_or(0, |notices| notices.iter().count());
            }
        }
        let (mut packets, mut sequence) = (packetizer.packetize(annex_b(&picture)), SequenceNumber(0));
        while let Some(Ok(packet)) = packets.next_into(&mut out) {
            let _ = depacketizer.push(sequence, 0, packet.marker, &out[..packet.octets]);
            sequence = sequence.advanced(1);
        }
        pictures += usize::from(depacketizer.next_unit().is_some_and(|unit| unit.complete));
    });
    assert_eq!(counts, Counts::default());
    assert!(digits > 20 && pictures == 1, "{digits} {pictures}: the test must do something");
}

/// Twin: what is built inside the scope is counted, C's allocations too.
#[test]
fn building_is_counted() {
    let _alone = alone();
    let manager = CodecManager::default();
    let params = AudioCodecParams::mono(SampleRate::Hz16000);
    let counts = counted(|| drop(manager.registry().encoder(&CodecName::G722, 8_000, &params)));
    assert!(counts.allocations > 0 && counts.frees > 0);
}
