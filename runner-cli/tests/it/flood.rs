//! A test that prints far more than probe holds in memory.

use std::process::Command;

use crate::support::{Project, asked};

/// What probe may need more for a flood of any length than for an output that is just too long for memory, in KiB: that needs a
/// table of what is sought.
const BAR: u64 = 4 * 1024;

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
run = ["sh", "-c", "seq 1 40000; grep VmHWM /proc/$PPID/status > before"]

[test.b-flood]
run = ["sh", "-c", "{flood}; exit 1"]

[test.c-after]
run = ["sh", "-c", "grep VmHWM /proc/$PPID/status > after"]
"#
    ));
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("3 tests run: 2 passed, 1 failed"), "{}", said.stderr);
    let kept =
        said.stderr.lines().find_map(|line| line.trim().strip_prefix("the whole of it: [ROOT]/"));
    let kept = project.path(kept.expect("it is named"));
    assert_eq!(kept.metadata().expect("it is there").len(), bytes);
    let mut compare = Command::new("sh");
    compare.args(["-c", &format!("{flood} | cmp - \"$0\"")]).arg(&kept);
    assert!(compare.status().expect("there is a shell").success(), "every byte is as it was");
    let growth = peak(&project, "after").saturating_sub(peak(&project, "before"));
    assert!(growth < BAR, "{growth} KiB more for {bytes} bytes");
}
