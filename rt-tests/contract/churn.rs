//! Real-time: two hundred calls under every verb of the handle.

use super::*;

impl Churn {
    pub(super) fn new(workers: usize) -> Self {
        let config = MediaEngineConfig::default().workers(workers).max_sessions(260usize).max_conferences(16usize);
        let folder = recordings::folder(workers);
        // What comes in is noted on media threads, too.
        let config = config.record_root(folder.clone()).flight_seconds(2_u32).flight_octets(16_usize << 20);
        let mut random = Random(workers as u64);
        let mut churn = Self {
            engine: VirtualEngine::new(config, 11).unwrap(),
            calls: Vec::new(),
            rooms: Vec::new(),
            taps: Vec::new(),
            agents: Vec::new(),
            playbacks: Vec::new(),
            prompt: random.octets(4_000).into_iter().map(|octet| f32::from(octet) / 256.0 - 0.5).collect(),
            recordings: Vec::new(),
            collections: Vec::new(),
            dice: Random(77),
            events: Vec::new(),
            injections: Vec::new(),
            told: Default::default(),
            folder,
            asked: Vec::new(),
            answered: BTreeMap::new(),
            ended: Vec::new(),
            next: 0,
            said: random.octets(4_096),
            five: five(),
            ticks: 0,
            random,
        };
        churn.engine.network.impairment = NETWORK;
        for _ in 0..CALLS {
            churn.create();
        }
        let qualities = [ConferenceQuality::Fast, ConferenceQuality::Balanced, ConferenceQuality::High];
        for (n, quality) in qualities.into_iter().cycle().take(8).enumerate() {
            let params = ConferenceParams::new(SampleRate::Hz8000).quality(quality);
            let params = params.level_interval(Duration::from_millis(100));
            // All but the last, which shares, come to be on all workers.
            let params = if n < 7 { params.members_per_worker(4) } else { params };
            let pending = churn.engine.handle().create_conference(params);
            let room = done(&mut churn.engine, pending);
            churn.rooms.push(room);
        }
        churn.take_answers();
        assert_eq!(churn.calls.len(), CALLS);
        churn
    }

    pub(super) fn create(&mut self) {
        let number = self.next;
        self.next += 1;
        let params = params(number).remote(support::phone::address(number));
        let pending = self.engine.handle().create_media_session(&*format!("dialog-{number}"), params);
        self.asked.push(Asked::Create(number, pending));
    }

    pub(super) fn ask(&mut self, what: &'static str, pending: Pending<()>) {
        self.asked.push(Asked::Plain(what, pending));
    }

    pub(super) fn any(&mut self) -> MediaSessionHandle {
        let at = self.random.below(self.calls.len());
        self.calls[at].session.clone()
    }

    /// Every verb once.
    pub(super) fn churn(&mut self) {
        if self.calls.len() >= CALLS {
            let at = self.random.below(self.calls.len());
            let call = self.calls.swap_remove(at);
            self.asked.push(Asked::Destroy(call.session.destroy()));
        }
        self.create();
        let (a, b, c, d) = (self.any(), self.any(), self.any(), self.any());
        let handle = self.engine.handle();
        self.ask("bridge", handle.bridge(&a, &b));
        self.ask("unbridge", handle.unbridge(&c));
        self.churn_calls();
        let at = self.random.below(self.rooms.len());
        let room = self.rooms[at].clone();
        // The last is an audience without a stage: it is quiet there, so that encoders are shared.
        let role = if at + 1 == self.rooms.len() { MemberRole::Listen } else { MemberRole::Speak };
        self.ask("join", room.join_as(&d, MemberParams::default().role(role)));
        let leaver = self.any();
        self.ask("leave", room.leave(&leaver));
        let (one, other) = (self.any(), self.any());
        let role = match self.random.below(3) {
            0 => MemberRole::Speak,
            1 => MemberRole::Listen,
            _ => MemberRole::Whisper(vec![other.id()]),
        };
        // Of the sessions few are in this room; each of the rooms' members is asked in its turn.
        let audience = self.rooms.last().map(Conference::id);
        for room in self.rooms.clone().into_iter().filter(|room| Some(room.id()) != audience) {
            let gain = Gain::linear(self.random.below(4) as f32).unwrap();
            self.ask("role", room.set_role(&one, role.clone()));
            self.ask("member", room.set_member(&other, MemberParams::default().gain(gain).listening_gain(gain)));
        }
        let mover = self.any();
        let to = WorkerId(self.random.below(3) as u8);
        self.ask("move", mover.move_to(to));
        let on = self.random.below(4) == 0;
        let s = self.any();
        self.ask("hold inward", if on { s.hold_inward() } else { s.resume_inward() });
        let s = self.any();
        self.ask("hold outward", if on { s.hold_outward() } else { s.resume_outward() });
        let s = self.any();
        self.ask("mute", if on { s.mute() } else { s.unmute() });
        let s = self.any();
        self.ask("gain", s.set_gain(if on { Gain::linear(0.5).unwrap() } else { Gain::UNITY }));
        let s = self.any();
        self.ask("meter", s.set_metering(on));
        self.ask("glitch events", s.set_glitch_events(!on));
        self.asked.extend([Asked::Ways(s.one_way()), Asked::Glitches(s.glitches())]);
        let s = self.any();
        let updated = params(self.random.below(8) as u32);
        self.ask("update", s.update(updated));
        let s = self.any();
        let stages = processing(self.random.below(64));
        self.ask("processing", s.set_processing(stages));
        if self.ticks.is_multiple_of(4) {
            self.churn_prompts(on);
        }
        let s = self.any();
        let sources = [TapSource::Said, TapSource::Heard, TapSource::Mixed];
        self.asked.push(Asked::Tap(s.tap_of(sources[self.ticks as usize % 3])));
        if self.taps.len() > 20 {
            let at = self.random.below(self.taps.len());
            self.taps.swap_remove(at);
        }
        self.record();
        self.churn_agents();
        self.collect();
        self.inject();
        for tap in &mut self.taps {
            let mut samples = [0.0; 200];
            tap.read(&mut samples);
        }
    }

    pub(super) fn note<T>(&mut self, what: &'static str, answer: Result<T, Error>) -> Option<T> {
        let (ok, refused) = self.answered.entry(what).or_default();
        match answer {
            Ok(answer) => {
                *ok += 1;
                Some(answer)
            }
            Err(
                Error::Session(_) | Error::Conference(_) | Error::Playback(_) | Error::Record(_) | Error::Collect(_),
            ) => {
                *refused += 1;
                None
            }
            Err(error) => panic!("{what}: {error}"),
        }
    }

    pub(super) fn take_answers(&mut self) {
        for asked in std::mem::take(&mut self.asked) {
            match asked {
                Asked::Plain(what, mut pending) => match pending.poll_now() {
                    Some(answer) => drop(self.note(what, answer)),
                    None => self.asked.push(Asked::Plain(what, pending)),
                },
                Asked::Create(number, mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        if let Some(session) = self.note("create", answer) {
                            let phone = Phone::new(number, &session, params(number).receive.payload_type());
                            self.calls.push(Call { session, phone });
                        }
                    }
                    None => self.asked.push(Asked::Create(number, pending)),
                },
                Asked::Destroy(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let last = self.note("destroy", answer);
                        self.ended.extend(last);
                    }
                    None => self.asked.push(Asked::Destroy(pending)),
                },
                Asked::Ways(pending) => self.take_causes("one way", pending, Asked::Ways),
                Asked::Glitches(pending) => self.take_causes("glitches", pending, Asked::Glitches),
                Asked::Play(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let playback = self.note("play", answer);
                        self.playbacks.extend(playback);
                    }
                    None => self.asked.push(Asked::Play(pending)),
                },
                Asked::Collect(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let collection = self.note("collect", answer);
                        self.collections.extend(collection);
                    }
                    None => self.asked.push(Asked::Collect(pending)),
                },
                Asked::Events(mut pending) => match pending.poll_now() {
                    Some(answer) => self.keep_events(answer),
                    None => self.asked.push(Asked::Events(pending)),
                },
                Asked::Inject(what, mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let injection = self.note(what, answer);
                        self.injections.extend(injection);
                    }
                    None => self.asked.push(Asked::Inject(what, pending)),
                },
                Asked::Record(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let recording = self.note("record", answer);
                        self.recordings.extend(recording);
                    }
                    None => self.asked.push(Asked::Record(pending)),
                },
                Asked::Recorded(mut pending) => match pending.poll_now() {
                    Some(answer) => drop(self.note("stop recording", answer)),
                    None => self.asked.push(Asked::Recorded(pending)),
                },
                Asked::Agent(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        if let Some(session) = self.note("create agent", answer) {
                            self.keep_agent(session);
                        }
                    }
                    None => self.asked.push(Asked::Agent(pending)),
                },
                Asked::AgentGone(mut pending) => match pending.poll_now() {
                    Some(answer) => drop(self.note("destroy agent", answer)),
                    None => self.asked.push(Asked::AgentGone(pending)),
                },
                Asked::Tap(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let tap = self.note("tap", answer);
                        self.taps.extend(tap);
                    }
                    None => self.asked.push(Asked::Tap(pending)),
                },
            }
        }
    }

    pub(super) fn talk(&mut self) {
        let now = self.engine.now();
        for (at, call) in self.calls.iter_mut().enumerate() {
            if (self.ticks + at as u64).is_multiple_of(2) {
                let from = (self.ticks as usize * 53 + at * 97) % (self.said.len() - 160);
                let (network, pace) = (&mut self.engine.network, (self.ticks / 50 + at as u64) % 8);
                let header = call.phone.next;
                match pace {
                    // A pause, described at its begin: refused where that was not negotiated.
                    0 => {
                        if self.ticks % 50 < 2 {
                            let noise = RtpHeader { payload_type: 13, marker: false, ..header };
                            call.phone.post(network, now, noise, &[60, 100, 140]);
                            call.phone.next.sequence = header.sequence.wrapping_add(1);
                        }
                        call.phone.next.timestamp = header.timestamp.wrapping_add(160);
                        call.phone.next.marker = true;
                    }
                    // A key, of which the end is lost at times.
                    1 if self.ticks % 50 < 10 => {
                        let end = if at.is_multiple_of(7) { 0 } else { 0x80 };
                        let [high, low] = (160 * (self.ticks % 50 / 2 + 1) as u16).to_be_bytes();
                        let event = RtpHeader { payload_type: 101, ..header };
                        let last = if self.ticks % 50 >= 8 { end } else { 0 };
                        call.phone.post(network, now, event, &[at as u8 % 16, last | 10, high, low]);
                        call.phone.next.sequence = header.sequence.wrapping_add(1);
                    }
                    // Digit 5 in the audio, µ-law or A-law as it may be.
                    2 if self.ticks % 50 < 12 => call.phone.send(network, now, &self.five),
                    // Digital silence.
                    3 => call.phone.send(network, now, &[0xff; 160]),
                    _ => call.phone.send(network, now, &self.said[from..from + 160]),
                }
            }
            // Kept by the network until it is taken; nobody listens in this test.
            while self.engine.network.receive(call.phone.address).is_some() {}
        }
        self.ticks += 1;
    }

    pub(super) fn run(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.take_answers();
            self.churn();
            self.talk();
            self.engine.tick();
        }
    }
}
