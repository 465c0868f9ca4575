//! What is played and what is heard beside it: never cut at full scale, nor with an edge where one takes the other's place.

use super::*;
use media_core::{PcmReader, PcmWriter};

/// Two bots that are bridged, of which one says a level all the time; what the other hears while a prompt is played to it.
fn heard(level: f32, prompt: Prompt) -> Vec<f32> {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 3).unwrap();
    let bots = ["a", "b"].map(|name| {
        let pending = engine.handle().create_media_session(name, MediaSessionParams::pcm(SampleRate::Hz8000));
        done(&mut engine, pending)
    });
    let (_, mut hears): (PcmWriter, PcmReader) = bots[0].take_pcm().unwrap();
    let (mut says, _) = bots[1].take_pcm().unwrap();
    let bridged = engine.handle().bridge(&bots[0], &bots[1]);
    done(&mut engine, bridged);
    let mut all = Vec::new();
    let mut prompt = Some(prompt);
    for n in 0..300 {
        if let Some(prompt) = prompt.take_if(|_| n == 100) {
            drop(bots[0].play(prompt));
        }
        says.write(&[level; 80]);
        engine.tick();
        let mut block = [0.0; 160];
        let read = hears.read(&mut block);
        all.extend_from_slice(&block[..read]);
    }
    assert!(engine.stop());
    all
}

#[test]
fn a_prompt_beside_a_loud_partner_or_too_loud_itself_is_limited_not_cut() {
    let _alone = alone();
    let sine = |peak: f32| (0..8_000).map(|n| peak * (n as f32 * 0.31).sin()).collect::<Vec<_>>();
    let beside = Prompt::samples(sine(0.8), 8_000).beside(Gain::UNITY);
    let loud = Prompt::samples(sine(0.8), 8_000).gain(Gain::linear(2.0).unwrap());
    for (level, prompt) in [(0.6, beside), (0.0, loud)] {
        let heard = heard(level, prompt);
        assert!(heard.iter().all(|x| x.abs() <= 1.0));
        let during = &heard[10_000..14_000];
        let cut = during.iter().filter(|x| x.abs() >= 0.999).count();
        let loudest = during.iter().fold(0.0f32, |most, x| most.max(x.abs()));
        assert!(cut < 200 && loudest > 0.95, "{cut} of 4,000 samples lie at full scale, the loudest is {loudest}");
        let last = &heard[heard.len() - 1_600..];
        assert!(last.iter().all(|x| (x - level).abs() < 1e-3), "and then the partner is as he was");
    }
}

#[test]
fn the_partner_is_faded_out_and_in_again() {
    let _alone = alone();
    let heard = heard(0.5, Prompt::samples(vec![0.0; 4_000], 8_000));
    let begun = heard.iter().position(|x| *x > 0.49).unwrap();
    let silent = heard[begun..].iter().filter(|x| x.abs() < 1e-3).count();
    assert!((3_900..4_100).contains(&silent), "{silent}");
    let edge = heard[begun..].windows(2).map(|two| (two[1] - two[0]).abs()).fold(0.0, f32::max);
    assert!(edge < 0.01, "an edge of {edge}");
}
