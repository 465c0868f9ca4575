//! What the machine and its programs do: dry producers, stalled readers, late ticks, codecs, hold.

use super::*;
use media_core::quality::{GlitchDetail, GlitchSide};
use media_core::{InjectParams, Prompt, SampleRate, TapSource};

/// A PCM session in a bridge with a phone: 10 ms a tick are written and read.
struct Bot {
    engine: VirtualEngine,
    bot: MediaSessionHandle,
    ends: (media_core::PcmWriter, media_core::PcmReader),
    said: usize,
    random: Random,
    _phone: Phone,
}

impl Bot {
    fn new() -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7).unwrap();
        let pending = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
        let bot = done(&mut engine, pending);
        let (session, phone) = connect(&mut engine, 1, fixed());
        let pending = engine.handle().bridge(&bot, &session);
        done(&mut engine, pending);
        let ends = bot.take_pcm().unwrap();
        Self { engine, bot, ends, said: 0, random: Random(11), _phone: phone }
    }

    fn run(&mut self, ms: u64, writes: bool, reads: bool) {
        let tone = |n: usize| 0.3 * (n as f32 * 0.21).sin();
        for _ in 0..ms / 10 {
            if writes {
                let block: Vec<f32> = (0..80).map(|n| tone(self.said + n)).collect();
                self.said += self.ends.0.write(&block);
            }
            self.engine.tick();
            while reads && self.ends.1.read(&mut [0.0; 800]) > 0 {}
        }
    }

    fn plant(&mut self, mut plant: impl FnMut(&mut Self, u64)) -> Vec<Planted> {
        self.run(2_000, true, true);
        let planted = (0..TIMES)
            .map(|_| {
                let (any, length) = (10 * (self.random.next() % 40), 10 * (2 + self.random.next() % 60));
                self.run(any, true, true);
                let from = self.engine.now();
                plant(self, length);
                let to = self.engine.now();
                self.run(2_000, true, true);
                Planted { from, to }
            })
            .collect();
        self.run(1_000, true, true);
        planted
    }

    fn glitches(&mut self) -> Glitches {
        let pending = self.bot.glitches();
        done(&mut self.engine, pending)
    }
}

#[test]
fn a_writer_that_runs_dry_is_named_with_how_long_it_did() {
    let mut bot = Bot::new();
    let mut lengths = Vec::new();
    let planted = bot.plant(|bot, length| {
        bot.run(length, false, true);
        lengths.push(length);
    });
    let glitches = bot.glitches();
    named(&planted, &list(&glitches), GlitchCause::PcmDry);
    let told: Vec<u64> = glitches.iter().map(|glitch| glitch.length.as_millis() as u64).collect();
    assert_eq!(told, lengths);
}

#[test]
fn a_writer_that_pauses_is_no_glitch() {
    let mut bot = Bot::new();
    // Longer than a second, and behind silence.
    bot.run(1_000, true, true);
    bot.run(1_200, false, true);
    bot.run(1_000, true, true);
    let silence = [0.0; 80];
    for _ in 0..10 {
        bot.ends.0.write(&silence);
        bot.engine.tick();
    }
    bot.run(300, false, true);
    bot.run(1_000, true, true);
    assert_eq!(bot.glitches().total(), 0);
}

#[test]
fn a_reader_that_stalls_is_named() {
    let mut bot = Bot::new();
    // Its ring holds 200 ms.
    let planted = bot.plant(|bot, length| bot.run(200 + length, true, false));
    let glitches = bot.glitches();
    let (right, unnamed, invented) =
        judge(&planted, &list(&glitches), GlitchCause::StalledReader, Duration::from_millis(200));
    assert!(right >= 99 && unnamed == 0 && invented == 0);
    assert!(glitches.iter().all(|glitch| glitch.side == GlitchSide::Outward && glitch.detail == GlitchDetail::None));
}

#[test]
fn a_tap_that_is_not_read_is_told_of_at_whom_it_taps() {
    let mut call = Call::usual();
    let pending = call.session.tap_of(TapSource::Said);
    let tap = call.ask(pending);
    call.run(5_000);
    let glitches = call.glitches();
    assert_eq!(glitches.counts().map(|(cause, _)| cause).collect::<Vec<_>>(), [GlitchCause::StalledReader]);
    assert!(glitches.iter().all(|glitch| glitch.detail == GlitchDetail::Tap));
    drop(tap);
}

#[test]
fn late_ticks_are_named_at_every_session_that_they_were_heard_in() {
    let mut call = Call::usual();
    let mut skipped = Vec::new();
    let planted = call.plant(1_000, |call| {
        let ticks = 1 + call.random.next() % 5;
        call.tick(Fate::Sent);
        call.engine.skip(ticks);
        // The phone's time goes on as well.
        for n in 0..ticks {
            if (call.ticks + n).is_multiple_of(2) {
                let now = call.engine.now();
                let payload = call.voice[..160].to_vec();
                call.phones.iter_mut().for_each(|phone| phone.send(&mut call.engine.network, now, &payload));
            }
        }
        call.ticks += ticks;
        skipped.push(10 * ticks);
    });
    let other = call.other.glitches();
    for glitches in [call.ask(other), call.glitches()] {
        let causes = (GlitchCause::LateTick, Some(GlitchCause::Stretched));
        let (right, unnamed, invented) = judge_beside(&planted, &list(&glitches), causes, Duration::from_millis(60));
        assert!(right >= 99 && unnamed == 0 && invented == 0);
        let late: Vec<&Glitch> = glitches.iter().filter(|glitch| glitch.cause == GlitchCause::LateTick).collect();
        let told: Vec<u64> = late.iter().map(|glitch| glitch.length.as_millis() as u64).collect();
        assert_eq!(told, skipped);
        let both = |glitch: &&Glitch| (glitch.side, glitch.detail) == (GlitchSide::Both, GlitchDetail::Stolen(None));
        assert!(late.iter().all(both), "virtual time is not stolen from");
    }
}

#[test]
fn a_codec_that_the_peer_changes_to_is_named() {
    use media_core::session::AnsweredFormat;
    let params = fixed().also(AnsweredFormat::new(AudioFormat::pcma()));
    let mut call = Call::new(params, MediaSessionParams::new(AudioFormat::l16(SampleRate::Hz8000).unwrap()));
    call.phones[1].next.payload_type = 8;
    let planted = call.plant(1_000, |call| {
        call.phones[0].next.payload_type ^= 8;
        call.run(60);
    });
    let glitches = call.glitches();
    named(&planted, &list(&glitches), GlitchCause::CodecChanged);
    let mut to = 8;
    for glitch in glitches.iter() {
        assert_eq!(glitch.detail, GlitchDetail::Codec { from: to ^ 8, to });
        to ^= 8;
    }
}

#[test]
fn a_renegotiated_codec_is_named_both_ways() {
    let mut call = Call::usual();
    let mut laws = [AudioFormat::pcma(), AudioFormat::pcmu()].into_iter().cycle();
    let planted = call.plant(1_000, |call| {
        let format = laws.next().unwrap();
        let pending = call.session.update(MediaSessionParams::new(format));
        call.ask(pending);
        call.phones[0].next.payload_type ^= 8;
        call.run(40);
    });
    let glitches = call.glitches();
    assert_eq!((glitches.count(GlitchCause::CodecChanged), glitches.total()), (200, 200));
    let of = |side: GlitchSide| glitches.iter().filter(|glitch| glitch.side == side).count();
    assert_eq!(of(GlitchSide::Inward), of(GlitchSide::Outward));
    assert_eq!(planted.len(), TIMES);
}

#[test]
fn hold_is_named_with_its_length_and_is_nothing_else() {
    let mut call = Call::usual();
    let mut held = Vec::new();
    let planted = call.plant(1_000, |call| {
        let pending = call.session.hold_inward();
        call.ask(pending);
        let ms = 100 + 20 * (call.random.next() % 150);
        call.run(ms);
        let pending = call.session.resume_inward();
        call.ask(pending);
        held.push(ms);
    });
    let glitches = call.glitches();
    named(&planted, &list(&glitches), GlitchCause::Held);
    for (glitch, ms) in glitches.iter().zip(held) {
        assert!((glitch.length.as_millis() as u64).abs_diff(ms) <= 30, "{glitch} for {ms} ms");
    }
}

#[test]
fn a_prompt_on_a_disk_that_stalls_is_named() {
    let mut call = Call::usual();
    let planted = call.plant(300, |call| {
        let pending = call.session.play(Prompt::samples(vec![0.1; 16_000], 8_000));
        call.ask(pending);
        call.run(300);
        call.engine.hold_files(true);
        call.run(1_000);
        call.engine.hold_files(false);
        call.run(2_000);
    });
    let glitches = call.glitches();
    let (right, unnamed, invented) = judge(&planted, &list(&glitches), GlitchCause::PromptDry, Duration::ZERO);
    assert!(right >= 99 && unnamed == 0 && invented == 0);
    assert!(glitches.iter().all(|glitch| glitch.side == GlitchSide::Outward));
}

#[test]
fn what_is_injected_and_runs_dry_is_named() {
    let mut call = Call::usual();
    let pending = call.session.inject(InjectParams::new(SampleRate::Hz8000));
    let mut injection = call.ask(pending);
    let tone: Vec<f32> = (0..80).map(|n| 0.05 * (n as f32 * 0.3).sin()).collect();
    let mut says = |call: &mut Call, ms: u64| {
        for _ in 0..ms / 10 {
            injection.write(&tone);
            call.tick(Fate::Sent);
        }
    };
    let planted = call.plant(0, |call| {
        says(call, 500);
        call.run(200);
        says(call, 500);
        call.run(1_300);
    });
    let (right, unnamed, invented) = judge(&planted, call.all(), GlitchCause::InjectionDry, Duration::ZERO);
    assert!(right >= 99 && unnamed == 0 && invented == 0);
}

#[test]
fn a_speech_machine_that_runs_dry_is_named_and_one_that_ends_is_not() {
    use media_core::AgentParams;
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7).unwrap();
    let (session, _phone) = connect(&mut engine, 1, fixed());
    let params = MediaSessionParams::agent(AgentParams::new(SampleRate::Hz8000));
    let pending = engine.handle().create_media_session("agent", params);
    let agent = done(&mut engine, pending);
    let pending = engine.handle().bridge(&session, &agent);
    done(&mut engine, pending);
    let mut port = agent.take_agent_port().unwrap();
    let mut planted = Vec::new();
    for _ in 0..TIMES {
        port.writer.write(&[0.2; 4_000]).unwrap();
        engine.run_for(Duration::from_millis(400));
        let from = engine.now();
        engine.run_for(Duration::from_millis(300));
        port.writer.write(&[0.2; 4_000]).unwrap();
        let to = engine.now();
        port.writer.finish().unwrap();
        engine.run_for(Duration::from_millis(1_500));
        planted.push(Planted { from, to });
    }
    let pending = agent.glitches();
    let glitches = done(&mut engine, pending);
    named(&planted, &list(&glitches), GlitchCause::AgentDry);
}
