//! Control: the verdict on a machine.

use std::fs;

use super::*;

fn kept(p99_ns: u64, p999_ns: u64, late_ticks: u64) -> Kept {
    let (mut lateness, mut xruns) = (Percentiles::default(), Xruns::default());
    (lateness.p99_ns, lateness.p999_ns, xruns.late_ticks) = (p99_ns, p999_ns, late_ticks);
    Kept { lateness, work: Percentiles::default(), xruns }
}

#[test]
fn verdicts_go_by_lateness_and_late_ticks() {
    let us = 1_000;
    for (kept, expected) in [
        (kept(100 * us, 500 * us, 0), Verdict::Good),
        (kept(100 * us, 500 * us, 1), Verdict::Usable),
        (kept(100 * us, 501 * us, 0), Verdict::Usable),
        (kept(2_000 * us, 9_000 * us, 5), Verdict::Usable),
        (kept(2_001 * us, 9_000 * us, 5), Verdict::Poor),
    ] {
        assert_eq!(Verdict::of(&kept, 10_000 * us), expected, "{kept:?}");
    }
}

#[test]
fn both_halves_are_measured_on_any_machine() {
    let args = SelftestArgs {
        length: Duration::from_millis(300),
        core: None,
        priority: 10,
        tick: TickPeriod::Ms10,
        json: false,
    };
    let found = test(&args).unwrap();
    for kept in [&found.idle.media_thread, &found.idle.bare, &found.loaded.media_thread, &found.loaded.bare] {
        assert!(kept.lateness.count > 0 && kept.work.p50_ns > 0, "{kept:?}");
        assert!(kept.lateness.count + kept.xruns.skipped_ticks >= 29 || kept.xruns.late_ticks > 0, "{kept:?}");
    }
    let mut out = Vec::new();
    print::print(&found, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("bare metronome: lateness") && text.contains("verdict: "), "{text}");
    assert!(text.contains("isolated cores") && text.contains("governor") && text.contains("virtual machine"), "{text}");
    let wrong = SelftestArgs { core: Some(100_000), ..args };
    assert!(test(&wrong).unwrap_err().to_string().contains("not among those"));
}

#[test]
fn advice_follows_from_the_facts() {
    let root = std::env::temp_dir().join(format!("mc-selftest-{}", std::process::id()));
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    assert_eq!(Machine::read(&root, 0), Machine::default());
    assert!(Machine::default().advice().is_empty(), "no facts, no advice");
    put("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor\nprocessor\t: 1\nflags\t\t: fpu hypervisor\n");
    put("proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n");
    put("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
    put("sys/devices/system/cpu/cpu1/cpuidle/state2/latency", "890\n");
    put("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n");
    let machine = Machine::read(&root, 1);
    assert!(machine.virtual_machine && machine.cores == 2 && machine.slowest_wake_us == 890);
    let advice = machine.advice();
    for what in ["isolation: ", "powersave", "890 µs", "hpet", "swap: "] {
        assert!(advice.iter().any(|line| line.contains(what)), "{what} in {advice:?}");
    }
    put("sys/devices/system/cpu/isolated", "1\n");
    put("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n");
    assert_eq!(Machine::read(&root, 1).advice().len(), 3);
    fs::remove_dir_all(root).unwrap();
}
