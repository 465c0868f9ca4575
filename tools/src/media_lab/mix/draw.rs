//! Pure: the picture of `media-lab mix`: how loud each was, who was heard, who had the floor.

use super::Args;
use super::room::Mix;
use crate::media_lab::chart::{Chart, Panel, over_time};

/// Members stand one above the other, each with a line that is up while it holds.
const UP: f64 = 0.7;

/// Draws it.
pub fn chart(args: &Args, names: &[String], mix: &Mix) -> Chart {
    let loudest = args.loudest.map_or(String::new(), |most| format!(", the loudest {most}"));
    let said = format!("{} members, {:?}{loudest}", names.len(), args.quality).to_lowercase();
    let both = || names.iter().zip(&mix.members).enumerate();
    let mut levels = Panel::new("Level", "dBFS");
    let mut heard = Panel::new("Heard by the others", "member");
    let mut talks = Panel::new("Speaks", "member");
    let mut floor = Panel::new("Has the floor", "member");
    for (n, (name, member)) in both() {
        let place = n as f64;
        levels = levels.line(name, over_time(member.levels.iter().map(|(level, _)| *level)));
        let is_heard = |(level, heard): &(f64, bool)| place + if *heard && *level > -70.0 { UP } else { 0.0 };
        heard = heard.line(name, over_time(member.levels.iter().map(is_heard)));
        let blocks = member.levels.len();
        let spans = |spans: &[(f64, f64)]| {
            let up = |block: usize| spans.iter().any(|(from, until)| (*from..*until).contains(&(block as f64 / 100.0)));
            over_time((0..blocks).map(|block| place + if up(block) { UP } else { 0.0 }).collect::<Vec<_>>())
        };
        talks = talks.line(name, spans(&member.talks));
        let until = |at: usize| mix.floor.get(at + 1).map_or(f64::MAX, |(next, _)| *next);
        let held = mix.floor.iter().enumerate().filter(|(_, (_, holder))| *holder == n);
        let held: Vec<_> = held.map(|(at, (from, _))| (*from, until(at))).collect();
        floor = floor.line(name, spans(&held));
    }
    Chart::of("mix", &args.inputs[0], &said).panel(levels).panel(heard).panel(talks).panel(floor)
}
