//! Control: logs as pictures.

use std::fs;

use super::super::tests::write_log;
use super::*;

#[test]
fn a_picture_holds_what_was_asked_for() {
    let log = write_log("plot.hlog", 30);
    let output = log.with_extension("svg");
    let args = |of: &str| PlotArgs { logs: vec![log.clone()], output: output.clone(), of: vec![of.into()] };
    run(&args("tick_work")).unwrap();
    let svg = fs::read_to_string(&output).unwrap();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(svg.contains("worker/0/tick_work") && svg.contains("worker/1/tick_work"));
    assert!(!svg.contains("wake_up_lateness"));
    // A percentile curve, a legend line, two time lines for each worker.
    assert!(svg.matches("stroke=\"#0072B2\"").count() >= 4, "{svg}");
    assert!(svg.contains("99 %") && svg.contains("µs"), "{svg}");
    let error = run(&args("nothing")).unwrap_err().to_string();
    assert!(error.contains("no histogram is called nothing; there are worker/0/tick_work"), "{error}");
    let mut many = args("tick_work");
    many.logs = vec![log.clone(); 7];
    assert!(run(&many).unwrap_err().to_string().contains("too many"));
    fs::remove_file(log).unwrap();
    fs::remove_file(output).unwrap();
}

#[test]
fn curves_hold_the_values() {
    let path = write_log("curves.hlog", 2500);
    let series = log::read(&path).unwrap();
    let line = Line::of("x".into(), &series[1]).unwrap();
    assert_eq!(line.medians.len(), 834, "long logs are joined");
    assert!(line.medians.iter().all(|(_, y)| (y - 250_000.0).abs() < 3_000.0));
    assert!(line.greatest.iter().all(|(_, y)| (y - 299_000.0).abs() < 3_000.0));
    assert!(line.percentiles.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1));
    let p90 = line.percentiles.iter().find(|(nines, _)| *nines >= 9.999).unwrap();
    assert!((p90.1 - 290_000.0).abs() < 4_000.0, "{p90:?}");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_png_is_the_same_picture() {
    let log = write_log("png.hlog", 30);
    let args = |ending: &str| PlotArgs {
        logs: vec![log.clone()],
        output: log.with_extension(ending),
        of: vec!["tick_work".into()],
    };
    run(&args("png")).unwrap();
    let png = fs::read(log.with_extension("png")).unwrap();
    let pixels = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (1_200, 960));
    let of = |r, g, b| pixels.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (r, g, b)).count();
    // Both workers have the same values here: the second one's line covers the first's.
    assert!(of(213, 94, 0) > 500, "{} pixels of the line", of(213, 94, 0));
    assert!(of(0, 0, 0) > 200, "letters");
    let error = run(&args("jpg")).unwrap_err().to_string();
    assert!(error.contains("ends in .svg or .png"), "{error}");
    fs::remove_file(log.with_extension("png")).unwrap();
    fs::remove_file(log).unwrap();
}
