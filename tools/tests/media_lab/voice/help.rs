//! Control: every --help teaches.

use super::*;

/// The help of a command and of those below it, each under its words.
fn helps(program: &str, words: &str, all: &mut Vec<(String, String)>) {
    let arguments = words.split(' ').skip(1);
    let output = Command::new(program).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{words} --help");
    let help = String::from_utf8(output.stdout).unwrap();
    let names = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What is further in than a name goes on with the line before.
    let names = names.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").for_each(|name| helps(program, &format!("{words} {name}"), all));
    all.push((words.to_owned(), help));
}

#[test]
fn every_help_teaches_by_examples_that_are_command_lines() {
    let mut all = Vec::new();
    TOOLS.iter().for_each(|(tool, program)| helps(program, tool, &mut all));
    assert!(all.len() > 40, "{}", all.len());
    for (words, help) in &all {
        let lines: Vec<&str> = help.lines().collect();
        let at = lines.iter().position(|line| line.starts_with("Example")).unwrap_or_else(|| panic!("{words}: {help}"));
        let starts = |line: &&&str| line.starts_with(&format!("  {words}"));
        assert!(lines[at + 1..].iter().take(24).filter(starts).count() > 0, "{words}: no example of it\n{help}");
        let longest = lines.iter().max_by_key(|line| line.chars().count()).unwrap();
        assert!(longest.chars().count() <= 100, "{words}: {longest}");
        for odd in ["legal", "PERCENTAGE", "<S>", "<BPS>", "<%>", ".wav>", ".csv>", "dB of full scale"] {
            assert!(!help.contains(odd), "{words}: {odd}\n{help}");
        }
    }
    // One name for one thing in all commands.
    for (words, help) in &all {
        for (option, value) in [("--rate", "<HZ>"), ("--ptime", "<MS>"), ("--plot", "<FILE>"), ("--json", "")] {
            let named = |line: &&str| line.trim_start().split(' ').next() == Some(option);
            if let Some(line) = help.lines().find(named).filter(|_| !words.starts_with("stress")) {
                assert!(line.contains(value), "{words}: {line}");
            }
        }
    }
}

/// An example that its own tool refuses teaches nothing: each is given to it, with --help behind, which ends it.
#[test]
fn every_example_is_understood() {
    let mut all = Vec::new();
    TOOLS.iter().for_each(|(tool, program)| helps(program, tool, &mut all));
    let mut count = 0;
    for (words, help) in &all {
        let (tool, program) = TOOLS.iter().find(|(tool, _)| words.split(' ').next() == Some(tool)).unwrap();
        let examples = help.lines().skip_while(|line| !line.starts_with("Example"));
        for example in examples.filter_map(|line| line.strip_prefix("  ")).filter(|line| line.starts_with(tool)) {
            let line = example.replacen(tool, program, 1);
            let output = Command::new("sh").args(["-c", &format!("{line} --help")]).output().unwrap();
            assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
            count += 1;
        }
    }
    assert!(count > 70, "{count}");
}
