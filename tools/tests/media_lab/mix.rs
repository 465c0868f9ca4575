//! `mix`: a conference of files.

use super::types::SampleRate;
use super::{Folder, done, read_wav, refused, speech_like, voice, write_wav};
use serde_json::Value;

fn member(folder: &Folder, name: &str, rate: u32, sound: &[f32]) -> String {
    let file = folder.file(name);
    write_wav(&file, rate, std::slice::from_ref(&sound.to_vec()));
    file
}

#[test]
fn each_hears_the_others_in_step() {
    let folder = Folder::new("mix");
    let tone = |hz: f32, level: f32, seconds: f32| -> Vec<f32> {
        (0..(seconds * 8_000.0) as usize)
            .map(|n| level * (n as f32 * hz * std::f32::consts::TAU / 8_000.0).sin())
            .collect()
    };
    let (a, b, c) = (tone(300.0, 0.1, 1.0), tone(1_100.0, 0.2, 0.5), tone(2_000.0, 0.05, 1.0));
    let files = [("a.wav", &a), ("b.wav", &b), ("c.wav", &c)].map(|(name, sound)| member(&folder, name, 8_000, sound));
    let (out, plot) = (folder.file("heard"), folder.file("mix.svg"));
    let said = done(&["mix", &files[0], &files[1], &files[2], "--out", &out, "--json", "--plot", &plot]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (said["members"].as_u64(), said["left_out_blocks"].as_u64(), said["blocks"].as_u64()),
        (Some(3), Some(0), Some(100))
    );
    let silent = vec![0.0; 8_000];
    for (name, others) in [("a", [&b, &c]), ("b", [&a, &c]), ("c", [&a, &b])] {
        let heard = read_wav(&format!("{out}/{name}.wav"));
        assert_eq!((heard.rate, heard.samples()), (8_000, 8_000), "{name}");
        let of = |sound: &Vec<f32>, at: usize| sound.get(at).or(silent.get(at)).copied().unwrap_or(0.0);
        let error = (0..8_000).map(|at| (heard.channels[0][at] - of(others[0], at) - of(others[1], at)).abs());
        let error = error.fold(0.0, f32::max);
        assert!(error < 1e-4, "{name}: {error}");
    }
    let drawn = std::fs::read_to_string(plot).unwrap();
    assert!(["Level", "Heard by the others", "Speaks", "Has the floor"].iter().all(|panel| drawn.contains(panel)));
}

#[test]
fn the_loudest_are_heard_at_any_rates_and_who_speaks_is_reported() {
    let folder = Folder::new("mix-loudest");
    let spoken = speech_like::voice(SampleRate::Hz16000, 3.0, 1).samples;
    let quiet: Vec<f32> = voice(8_000, 3.0).iter().map(|x| x * 0.02).collect();
    let files = [
        member(&folder, "a.wav", 16_000, &spoken),
        member(&folder, "b.wav", 8_000, &quiet),
        member(&folder, "c.wav", 48_000, &vec![0.0; 48_000 * 3]),
    ];
    let out = folder.file("heard");
    let said = done(&["mix", &files[0], &files[1], &files[2], "--out", &out, "--loudest", "1", "--speakers", "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["rate_hz"].as_u64(), Some(48_000));
    assert!(said["left_out_blocks"].as_u64().unwrap() > 100, "{said}");
    let names: Vec<_> = said["participants"].as_array().unwrap().iter().map(|p| p["name"].clone()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let spoke: Vec<_> =
        said["participants"].as_array().unwrap().iter().map(|p| p["spoke_s"].as_f64().unwrap()).collect();
    assert!(spoke[0] > 0.5 && spoke[2] == 0.0, "{said}");
    assert_eq!(said["floor"][0]["member"], "a", "{said}");
    assert_eq!(read_wav(&format!("{out}/c.wav")).rate, 48_000);
}

#[test]
fn what_cannot_be_mixed_is_refused_and_nothing_is_written() {
    let folder = Folder::new("mix-refused");
    let a = member(&folder, "a.wav", 8_000, &voice(8_000, 0.2));
    let odd = member(&folder, "odd.wav", 44_100, &voice(44_100, 0.2));
    let out = folder.file("heard");
    for (args, why) in [
        (vec!["mix", &a, "--out", &out], "2 values"),
        (vec!["mix", &a, &odd, "--out", &out], "44100"),
        (vec!["mix", &a, &a, "--out", &a], "is no folder"),
        (vec!["mix", &a, &a, "--out", &out, "--rate", "11025"], "--rate 11025"),
        (vec!["mix", &a, &a, "--out", &out, "--loudest", "0"], "loudest"),
        (vec!["mix", &a, &folder.file("none.wav"), "--out", &out], "none.wav"),
    ] {
        let told = refused(&args);
        assert!(told.contains(why), "{args:?}: {told}");
        assert!(!std::path::Path::new(&out).exists(), "{args:?}");
    }
    // Into the folder of the inputs: nothing is overwritten.
    let here = std::path::Path::new(&a).parent().unwrap().to_str().unwrap().to_owned();
    assert!(refused(&["mix", &a, &a, "--out", &here]).contains("is to be read and written"));
    // Two of one name are told apart.
    done(&["mix", &a, &a, "--out", &out]);
    assert!(
        read_wav(&format!("{out}/a.wav")).samples() == 1_600 && read_wav(&format!("{out}/a-2.wav")).samples() == 1_600
    );
}
