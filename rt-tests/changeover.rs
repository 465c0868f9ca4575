//! What happens at the moment of a change, where a caller would hear it: a decoder begins anew with a new source, a gain
//! glides, a hold leaves nothing half said, what nobody takes is counted, and a call begins without a splice.

mod support;

use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, CustomCodec, MediaSessionParams};
use media_core::types::{Gain, Ptime, SampleRate};
use std::time::Duration;
use support::bent::{Call, Shot, Source, Way, decoded};
use support::endpoint::{Endpoint, by_timestamp, tone, tone_snr};
use support::per_octet::{Decodes, PerOctet};
use support::phone::{Phone, connect, done};

/// µ-law whose decoder says how many blocks it has decoded since it began.
#[derive(Debug)]
struct Counting {
    blocks: usize,
    encoder: G711Encoder,
}

impl AudioEncoder for Counting {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        self.encoder.encode_into(pcm, out)
    }
    fn frame_samples(&self) -> usize {
        1
    }
    fn reset(&mut self) {}
}

impl Decodes for Counting {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        self.blocks += 1;
        pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?.fill(self.blocks as f32 / 32_768.0);
        Ok(payload.len())
    }
    fn reset(&mut self) {
        self.blocks = 0;
    }
}

/// µ-law whose decoder holds a token.
#[derive(Debug)]
struct Held {
    _token: std::sync::Arc<()>,
    decoder: G711Decoder,
}

impl Decodes for Held {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        self.decoder.decode_into(payload, pcm)
    }
    fn reset(&mut self) {}
}

/// What is not heard any more is not kept: the path of the format before, decoder and waiting payloads.
#[test]
fn the_decoder_of_a_former_format_is_freed_in_mid_call() {
    let token = std::sync::Arc::new(());
    let of = token.clone();
    let codec = CustomCodec::new("X-HELD", 8_000, SampleRate::Hz8000, move || {
        (
            Box::new(G711Encoder::new(Law::Mu)),
            Box::new(PerOctet(Held { _token: of.clone(), decoder: G711Decoder::new(Law::Mu) })),
        )
    });
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 3).unwrap();
    let (a, mut phone) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::custom(&codec, 96).unwrap()));
    done(&mut engine, a.set_metering(true));
    let talk = |engine: &mut VirtualEngine, phone: &mut Phone, packets: usize| {
        for _ in 0..packets {
            let now = engine.now();
            phone.send(&mut engine.network, now, &[0x90; 160]);
            engine.run_for(Duration::from_millis(20));
        }
    };
    talk(&mut engine, &mut phone, 50);
    // Ours, the factory's, and the decoder's.
    assert_eq!(std::sync::Arc::strong_count(&token), 3);
    let same = MediaSessionParams::new(AudioFormat::pcmu()).remote(support::phone::address(1));
    done(&mut engine, a.update(same));
    phone.next.payload_type = 0;
    talk(&mut engine, &mut phone, 50);
    // The session has let go of the format as well, but the codec is ours still.
    assert_eq!(std::sync::Arc::strong_count(&token), 2, "its decoder is gone, in mid-call");
    assert!(engine.stop());
}

#[test]
fn a_decoder_begins_anew_with_a_new_source() {
    let codec = CustomCodec::new("X-COUNTING", 8_000, SampleRate::Hz8000, || {
        let make = || Counting { blocks: 0, encoder: G711Encoder::new(Law::Mu) };
        (Box::new(make()), Box::new(PerOctet(make())))
    });
    let mut call = Call::with(Way::Decoded, MediaSessionParams::new(AudioFormat::custom(&codec, 0).unwrap()));
    let mut shots = Source::new(7).packets(100, |_, _| {});
    shots.extend(Source::new(8).packets(100, |_, shot| shot.ms += 2_000.0));
    call.play(&shots, 100.0);
    let heard = call.heard();
    assert!((190..=200).contains(&heard[1_900 * 8]), "the first source: {}", heard[1_900 * 8]);
    // Three packets of the second one pass until it is heard.
    let second = heard[3_900 * 8];
    assert!((180..=200).contains(&second), "the second source begins with the first block: {second}");
    assert_eq!(call.statistics().source_changes, 1);
}

#[test]
fn a_gain_glides() {
    // A tone of 50 Hz at a quarter of full scale moves by 0.01 a sample at most.
    let tone: Vec<f32> =
        (0..32_000).map(|n| 0.25 * (n as f32 * 50.0 / 8_000.0 * std::f32::consts::TAU).cos()).collect();
    let mut octets = vec![0; tone.len()];
    G711Encoder::new(Law::Mu).encode_into(&tone, &mut octets).unwrap();
    let mut source = Source::new(7);
    let mut shots = source.packets(200, |n, shot| shot.payload = octets[n * 160..(n + 1) * 160].to_vec());
    let mut call = Call::new(Way::Decoded);
    let rest: Vec<Shot> = shots.split_off(100);
    call.play(&shots, 0.0);
    let pending = call.session.set_gain(Gain::linear(0.1).unwrap());
    call.ask(pending);
    let begin = rest[0].ms;
    let rest: Vec<Shot> = rest.into_iter().map(|shot| Shot { ms: shot.ms - begin, ..shot }).collect();
    call.play(&rest, 100.0);
    let heard = call.heard();
    let (first, last) = (8_000, 28_000);
    let peak = |at: usize| heard[at..at + 1_600].iter().map(|s| s.unsigned_abs()).max().unwrap();
    assert!(peak(first) > 8_000 && peak(last) < 900, "{} and {}", peak(first), peak(last));
    let step = heard[first..last].windows(2).map(|w| (i32::from(w[1]) - i32::from(w[0])).abs()).max().unwrap();
    // µ-law of a quarter of full scale is coarse by 256.
    assert!(step < 800, "a step of {step}");
}

#[test]
fn a_hold_leaves_nothing_half_said() {
    for at in [2_000.0, 2_010.0, 2_020.0, 2_030.0] {
        let mut call = Call::new(Way::Decoded);
        let shots = Source::new(7).packets(250, |_, _| {});
        call.play_part(&shots, 0.0, at);
        let _applied_meanwhile = call.other.hold_outward();
        call.play_part(&shots, at, at + 1_000.0);
        let gone = call.phones[1].got.len();
        let _applied_meanwhile = call.other.resume_outward();
        call.play_part(&shots, at + 1_000.0, 5_200.0);
        // The first packet after the hold is one piece of what was said.
        let said: Vec<i16> = shots.iter().flat_map(|shot| decoded(&shot.payload)).collect();
        let first = &call.phones[1].got[gone].payload;
        let first: Vec<i16> = first.chunks_exact(2).map(|two| i16::from_be_bytes([two[0], two[1]])).collect();
        assert_eq!(first.len(), 160);
        assert!(said.windows(160).any(|w| w == first.as_slice()), "held at {at}: it is of two pieces");
    }
}

#[test]
fn what_nobody_reads_is_counted() {
    let mut call = Call::new(Way::Decoded);
    let pending = call.engine.handle().unbridge(&call.session);
    call.ask(pending);
    let bot = call.engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = call.ask(bot);
    let pending = call.engine.handle().bridge(&call.session, &bot);
    call.ask(pending);
    let (_writer, mut reader) = bot.take_pcm().unwrap();
    call.play(&Source::new(7).packets(200, |_, _| {}), 100.0);
    let pending = bot.statistics();
    let dropped = call.ask(pending).tap_dropped;
    let mut block = vec![0.0; 80_000];
    let read = reader.read(&mut block) as u64 / 80;
    assert!(dropped > 100, "{dropped} blocks dropped, {read} read");
    assert!((400..=415).contains(&(dropped + read)), "{dropped} blocks dropped, {read} read");
}

#[test]
fn another_clock_rate_is_another_source() {
    // RFC 7160 section 4.1.
    let l16 = |rate| MediaSessionParams::new(AudioFormat::l16(rate).unwrap());
    let ssrc = |call: &Call| call.phones[1].got.last().unwrap().header.ssrc;
    let mut call = Call::new(Way::Decoded);
    let mut source = Source::new(7);
    call.play(&source.packets(50, |_, _| {}), 0.0);
    let first = ssrc(&call);
    let same = MediaSessionParams::new(AudioFormat::pcma());
    for (params, changes) in [(same, false), (l16(SampleRate::Hz16000), true)] {
        let before = ssrc(&call);
        let pending = call.other.update(params.remote(support::phone::address(2)));
        call.ask(pending);
        source.ms = 0.0;
        let shots = source.packets(50, |_, _| {});
        call.play(&shots, 100.0);
        assert_eq!(ssrc(&call) != before, changes, "from {first}");
    }
}

/// Windows of 100 ms of the first second whose tone is less clean than 20 dB, and the milliseconds stretched by then.
fn first_second(says: &AudioFormat, hears: &AudioFormat, phase_us: u64) -> (Vec<i32>, u64) {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let mut one = Endpoint::new(&mut engine, 1, says, Ptime::MS20, Ptime::MS20);
    let mut two = Endpoint::new(&mut engine, 2, hears, Ptime::MS20, Ptime::MS20);
    let pending = engine.handle().bridge(&one.session, &two.session);
    done(&mut engine, pending);
    let mut packets = Vec::new();
    for _ in 0..150 {
        let at = engine.now() + Duration::from_micros(phase_us);
        one.speak(&mut engine.network, at, tone(says.sample_rate()));
        engine.tick();
        two.phone.listen(&mut engine.network);
        packets.extend(two.decode());
    }
    let heard = by_timestamp(&packets, hears);
    let rate = hears.sample_rate();
    // Codecs find into the tone within the first windows.
    let windows = heard.chunks_exact(rate.block_samples() * 10).skip(1).take(10);
    let snr: Vec<i32> = windows.map(|w| tone_snr(w, rate, 1_013.0) as i32).filter(|snr| *snr < 20).collect();
    let pending = one.session.statistics();
    (snr, done(&mut engine, pending).stretched_ms)
}

#[test]
fn on_a_clean_network_the_first_second_is_heard_as_it_was_said() {
    let mut formats = vec![AudioFormat::pcmu(), AudioFormat::g722()];
    if cfg!(feature = "opus") {
        formats.push(AudioFormat::opus());
    }
    for says in &formats {
        for hears in [AudioFormat::pcmu(), AudioFormat::pcma()] {
            for phase_us in [0, 100, 900, 2_500, 5_000, 9_100, 9_900] {
                let got = first_second(says, &hears, phase_us);
                assert_eq!(got, (vec![], 0), "{says} to {hears}, {phase_us} µs after the tick");
            }
        }
    }
}
