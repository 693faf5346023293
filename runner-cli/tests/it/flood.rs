//! A test that prints far more than probe holds in memory.

use std::process::Command;

use crate::support::{Project, asked};

/// What probe may need more for a flood of any length, in KiB.
const BAR: u64 = 16 * 1024;
/// The same beside an output that is just too long for memory, for which there is a table of what is sought.
const BAR_BESIDE_LONG: u64 = 4 * 1024;

/// The most memory that probe has held so far, in KiB, as one of its tests has found it.
fn peak(project: &Project, name: &str) -> u64 {
    let line = project.read(name);
    let number = line.trim_start_matches("VmHWM:").trim_end().trim_end_matches("kB").trim();
    number.parse().expect("a number of KiB")
}

#[test]
fn a_flood_of_output_is_kept_whole_and_not_in_memory() {
    let bytes = u64::from(asked("PROBE_STRESS_MIB", 24)) * 1024 * 1024;
    let flood = format!("seq 1 999999999 | head -c {bytes}");
    let project = Project::new(&format!(
        r#"[test.a-before]
run = ["sh", "-c", "grep VmHWM /proc/$PPID/status > before"]

[test.a-long]
run = ["sh", "-c", "seq 1 40000; grep VmHWM /proc/$PPID/status > long"]

[test.b-flood]
run = ["sh", "-c", "{flood}; exit 1"]

[test.c-after]
run = ["sh", "-c", "grep VmHWM /proc/$PPID/status > after"]
"#
    ));
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("4 tests run: 3 passed, 1 failed"), "{}", said.stderr);
    let kept =
        said.stderr.lines().find_map(|line| line.trim().strip_prefix("the whole of it: [ROOT]/"));
    let kept = project.path(kept.expect("it is named"));
    assert_eq!(kept.metadata().expect("it is there").len(), bytes);
    let mut compare = Command::new("sh");
    compare.args(["-c", &format!("{flood} | cmp - \"$0\"")]).arg(&kept);
    assert!(compare.status().expect("there is a shell").success(), "every byte is as it was");
    for (before, bar) in [("before", BAR), ("long", BAR_BESIDE_LONG)] {
        let growth = peak(&project, "after").saturating_sub(peak(&project, before));
        assert!(growth < bar, "{growth} KiB more than `{before}` for {bytes} bytes");
    }
}
