//! Control: where the node itself answers: `sip:echo@`, `sip:play@` (an announcement, and a menu by keys), `sip:record@`.

use super::leg::{Leg, LegEvent};
use super::node::Node;
use super::refer;
use super::renegotiate::Happened;
use media_core::{
    CollectParams, EventKind, MediaSessionParams, PcmReader, PcmWriter, Prompt, PromptPart, RecordChannels,
    RecordParams, SampleRate, ToneCadence,
};
use rsipstack::sip::StatusCode;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Echo,
    Play,
    Record,
}

impl Service {
    /// By the name that is called.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "echo" => Self::Echo,
            "play" => Self::Play,
            "record" => Self::Record,
            _ => return None,
        })
    }
}

/// What there is to do next.
enum Then {
    Go(Service),
    HangUp,
    /// It has gone, or the node ends.
    Gone,
}

/// A party that was answered is served until one of both hangs up.
pub(super) async fn run(node: &Rc<Node>, mut leg: Leg, service: Service) {
    let mut then = Then::Go(service);
    loop {
        then = match then {
            Then::Go(Service::Echo) => echo(node, &mut leg).await,
            Then::Go(Service::Play) => menu(node, &mut leg).await,
            Then::Go(Service::Record) => record(node, &mut leg).await,
            Then::HangUp => return leg.hang_up(StatusCode::RequestTerminated),
            Then::Gone => return leg.log("hung up"),
        };
    }
}

/// The next thing that a service has to look at; `None`: it is over.
async fn next(node: &Node, leg: &mut Leg) -> Option<Happened> {
    let event = tokio::select! {
        event = leg.next() => event,
        () = node.ended() => {
            leg.hang_up(StatusCode::ServiceUnavailable);
            return None;
        }
    };
    heard(node, leg, event).await
}

async fn heard(node: &Node, leg: &mut Leg, event: LegEvent) -> Option<Happened> {
    match leg.take(event).await {
        Happened::Over(_) => None,
        Happened::Refers(request, handle) => {
            refer::alone(node, &request, &handle).await;
            Some(Happened::Nothing)
        }
        other => Some(other),
    }
}

/// It hears itself, through a session of samples.
async fn echo(node: &Rc<Node>, leg: &mut Leg) -> Then {
    let key = format!("echo {}", node.number());
    let mirror = node.engine.create_media_session(&*key, MediaSessionParams::pcm(SampleRate::Hz16000)).await;
    let Ok(mirror) = mirror else { return Then::HangUp };
    let bridged = node.engine.bridge(&leg.session, &mirror).await;
    let then = match mirror.take_pcm() {
        Some((says, hears)) if bridged.is_ok() => reflect(node, leg, says, hears).await,
        _ => Then::HangUp,
    };
    let _ = mirror.destroy().await;
    then
}

async fn reflect(node: &Rc<Node>, leg: &mut Leg, mut says: PcmWriter, mut hears: PcmReader) -> Then {
    leg.log(&format!("hears itself, {}", leg.codec()));
    // So much lies ready that a turn of this thread may come late.
    says.write(&[0.0; 480]);
    let (mut turns, mut samples) = (tokio::time::interval(Duration::from_millis(5)), [0.0; 1_600]);
    loop {
        tokio::select! {
            _ = turns.tick() => {
                let read = hears.read(&mut samples);
                says.write(samples.get(..read).unwrap_or_default());
            }
            event = leg.next() => if heard(node, leg, event).await.is_none() {
                return Then::Gone;
            },
            () = node.ended() => {
                leg.hang_up(StatusCode::ServiceUnavailable);
                return Then::Gone;
            }
        }
    }
}

/// An announcement, and keys: 1 again, 2 echo, 3 record, 9 and # the end.
async fn menu(node: &Rc<Node>, leg: &mut Leg) -> Then {
    leg.log(&format!("hears the menu, {}", leg.codec()));
    for _ in 0..3 {
        let params = CollectParams::new(1).prompt(announcement(node)).first_digit_timeout(Duration::from_secs(6));
        let Ok(collection) = leg.session.collect(params).await else { return Then::HangUp };
        let key = loop {
            match next(node, leg).await {
                None => return Then::Gone,
                Some(Happened::Key(key, _)) => {
                    let _ = collection.stop().await;
                    break Some(key);
                }
                Some(Happened::Media(EventKind::Collected { collection: of, digits, .. })) if of == collection.id() => {
                    break digits.as_str().chars().next();
                }
                Some(_) => {}
            }
        };
        if let Some(key) = key {
            leg.log(&format!("pressed {key}"));
        }
        match key {
            Some('2') => return Then::Go(Service::Echo),
            Some('3') => return Then::Go(Service::Record),
            Some('9' | '#') => return Then::HangUp,
            _ => {}
        }
    }
    Then::HangUp
}

fn announcement(node: &Node) -> Prompt {
    if let Some(path) = &node.config.files.announcement {
        return Prompt::file(path);
    }
    let note = |hz: &f32| PromptPart::tone(ToneCadence::new(&[*hz], -16.0).lasting(Duration::from_millis(240)));
    Prompt::list([523.3, 659.3, 784.0, 1_046.5].iter().map(note))
}

/// A tone, then what it says, until # or silence; then it hears that.
async fn record(node: &Rc<Node>, leg: &mut Leg) -> Then {
    let beep = Prompt::tone(ToneCadence::new(&[1_000.0], -16.0).lasting(Duration::from_millis(300)));
    let Ok(beep) = leg.session.play(beep).await else { return Then::HangUp };
    if !played(node, leg, beep.id()).await {
        return Then::Gone;
    }
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = format!("{seconds}-{}-{}.wav", leg.name, node.number());
    let params = RecordParams::new(&name)
        .channels(RecordChannels::Said)
        .max_length(Duration::from_secs(600))
        .stop_on_silence(Duration::from_secs(5))
        .stop_on_digits("#");
    let recording = match leg.session.record(params).await {
        Ok(recording) => recording,
        Err(why) => {
            leg.log(&format!("is not recorded: {why}"));
            return Then::HangUp;
        }
    };
    leg.log(&format!("is recorded to {}", recording.path().display()));
    loop {
        match next(node, leg).await {
            None => {
                let _ = recording.stop().await;
                return Then::Gone;
            }
            Some(Happened::Key('#', _)) => drop(recording.stop().await),
            Some(Happened::Media(EventKind::RecordingFinished { recording: of, .. })) if of == recording.id() => break,
            Some(Happened::Media(EventKind::RecordingFailed(of, why))) if of == recording.id() => {
                leg.log(&format!("the recording failed: {why}"));
                return Then::HangUp;
            }
            Some(_) => {}
        }
    }
    let again = Prompt::file(node.config.files.recordings.join(&name));
    let Ok(again) = leg.session.play(again).await else { return Then::HangUp };
    if played(node, leg, again.id()).await { Then::HangUp } else { Then::Gone }
}

/// Until a prompt is over; false: the party has gone before.
async fn played(node: &Node, leg: &mut Leg, playback: media_core::PlaybackId) -> bool {
    loop {
        match next(node, leg).await {
            None => return false,
            Some(Happened::Media(EventKind::PlaybackFinished(report))) if report.playback == playback => return true,
            Some(_) => {}
        }
    }
}
