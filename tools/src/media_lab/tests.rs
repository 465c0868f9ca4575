//! Control: the parts that all subcommands share.

use super::chart::{Chart, Panel};
use super::wav::{self, Sound};

fn folder() -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("media-lab-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn a_sound_survives_its_file() {
    let path = folder().join("sound.wav");
    let channels = vec![vec![0.5, -0.5, 0.25, -1.0], vec![0.0, 0.125, -0.125, 2.0]];
    let clipped = wav::write(&path, &Sound { rate: 16_000, channels: channels.clone() }).unwrap();
    assert_eq!(clipped, 1);
    let read = wav::read(&path).unwrap();
    assert_eq!((read.rate, read.samples()), (16_000, 4));
    assert_eq!(read.channels[0], channels[0]);
    assert_eq!(read.channels[1][..3], channels[1][..3]);
    assert!(read.single().is_err());
}

#[test]
fn a_picture_is_drawn_in_both_formats() {
    let sine = |n: i32| (f64::from(n) * 0.01, (f64::from(n) * 0.05).sin());
    let panel = Panel::new("Level", "dBFS").line("input", (0..1000).map(sine));
    let chart = Chart::of("ns", std::path::Path::new("in.wav"), "spectral, level high").panel(panel);
    let (svg, png) = (folder().join("a.svg"), folder().join("a.png"));
    chart.write(&svg).unwrap();
    chart.write(&png).unwrap();
    let drawn = std::fs::read_to_string(svg).unwrap();
    assert!(drawn.contains("polyline") && drawn.contains("media-lab ns in.wav: spectral, level high"), "{drawn}");
    assert!(drawn.contains("dBFS") && drawn.contains("time, s") && drawn.contains("\ninput\n"), "{drawn}");
    assert!(std::fs::read(png).unwrap().starts_with(b"\x89PNG"));
    assert!(chart.write(&folder().join("a.gif")).is_err());
    assert!(Chart::default().svg().is_err());
}

#[test]
fn every_command_teaches_by_examples() {
    use clap::CommandFactory as _;
    let mut cli = super::Cli::command();
    for command in cli.get_subcommands_mut().filter(|command| !["conformance", "help"].contains(&command.get_name())) {
        let (name, help) = (command.get_name().to_owned(), command.render_long_help().to_string());
        let example = format!("  media-lab {name} ");
        assert!(help.contains("Examples:") && (help.contains(&example) || name == "codecs"), "{name}: no example");
    }
}
