//! `mos`: the E-model by the grid of an independent implementation.

use super::{done, refused, vectors};
use media_core::quality::EModel;
use serde_json::Value;

#[test]
fn the_grid_agrees_to_a_hundredth() {
    let Some(root) = vectors() else { return eprintln!("skipped: no vectors (MEDIA_CORE_VECTORS)") };
    let grid = std::fs::read_to_string(root.join("emodel/g107_reference.json")).unwrap();
    let grid: Value = serde_json::from_str(&grid).unwrap();
    let rows = grid["rows"].as_array().unwrap();
    let mut worst: f64 = 0.0;
    for row in rows {
        let number = |name: &str| row[name].as_f64().unwrap();
        let mut call = EModel::default().loss(number("Ppl"));
        (call.ie, call.bpl, call.burst_r) = (number("Ie"), Some(number("Bpl")), number("BurstR"));
        let with_echo = call.delay_with_echo_ms(number("Ta_ms")).rate().unwrap();
        let without = call.delay_ms(number("Ta_ms")).rate().unwrap();
        for (value, name) in [
            (with_echo.r, "R_T=Ta_Tr=2Ta"),
            (with_echo.mos_cq, "MOS_T=Ta_Tr=2Ta"),
            (without.r, "R_echofree"),
            (without.mos_cq, "MOS_echofree"),
        ] {
            worst = worst.max((value - number(name)).abs());
            assert!((value - number(name)).abs() <= 0.01, "{name}: {value}: {row}");
        }
    }
    assert!(rows.len() == 720 && worst > 0.0, "{} rows, {worst}", rows.len());
}

#[test]
fn it_says_what_a_call_is_worth() {
    let json = |args: &[&str]| -> Value { serde_json::from_str(&done(&[&["mos", "--json"], args].concat())).unwrap() };
    let best = json(&[]);
    assert_eq!((best["r"].as_f64(), best["mos_cq"].as_f64()), (Some(93.206), Some(4.409)));
    let worse = json(&["--codec", "G729A", "--loss", "2", "--delay-ms", "200"]);
    assert!(worse["mos_cq"].as_f64() < worse["mos_lq"].as_f64() && worse["mos_lq"].as_f64() < Some(4.0), "{worse}");
    assert!(json(&["--echo", "--delay-ms", "200"])["r"].as_f64() < json(&["--delay-ms", "200"])["r"].as_f64());
    assert_eq!(json(&["--band", "wideband", "--ie", "5"])["r"].as_f64(), Some(124.0));
    let opus = json(&["--codec", "opus", "--loss", "5"])["mos_lq"].as_f64();
    assert!(opus > json(&["--codec", "g722", "--loss", "5"])["mos_lq"].as_f64() && opus < Some(3.5), "{opus:?}");
    assert!(done(&["mos", "--codec", "list"]).contains("G722"));
    assert!(done(&["mos"]).contains("mos cq 4.409"));
    for (args, why) in [
        (&["mos", "--codec", "ilbc"][..], "no figure is published"),
        (&["mos", "--codec", "g722-56", "--loss", "1"], "give --bpl"),
        (&["mos", "--loss", "101"], "must be 0 to 100"),
        (&["mos", "--codec", "g711", "--ie", "3"], "cannot be used with"),
    ] {
        let told = refused(args);
        assert!(told.contains(why), "{args:?}: {told}");
    }
}
