//! Every kind of proposal, pasted as it is into a manifest, which then runs green, without a death and without a retry.

use std::fs;

use super::{command, forget, output, racing};
use crate::server::{Answer, Server};
use crate::support::Project;

/// What a person does with what stands below PROPOSAL: a library goes to the end, and a line below the header that is named.
pub(super) fn paste(manifest: &str, said: &str) -> String {
    let mut text = manifest.to_owned();
    let mut header: Option<String> = None;
    let mut is_proposed = false;
    for line in said.lines() {
        is_proposed |= line.contains("PROPOSAL ");
        let Some(line) = line.strip_prefix("             ").filter(|_| is_proposed) else {
            continue;
        };
        match line.strip_prefix("    ") {
            Some(line) => match &header {
                Some(header) => {
                    let begin =
                        text.find(header.as_str()).expect("the table is there") + header.len();
                    let end = text[begin..].find('\n').map_or(text.len(), |end| begin + end);
                    text.insert_str(end, &format!("\n{line}"));
                }
                None => text.push_str(&format!("{line}\n")),
            },
            None if line.starts_with("and below `") || line.starts_with("below `") => {
                header = line.split('`').nth(1).map(str::to_owned);
            }
            None => header = None,
        }
    }
    assert_ne!(text, manifest, "nothing is proposed: {said}");
    text
}

/// A kind of evidence.
struct Row {
    /// The file that tests race for.
    lib: &'static str,
    /// What is there besides.
    files: &'static [(&'static str, &'static str)],
    /// The lines that are proposed.
    lines: &'static [&'static str],
}

const ROWS: [Row; 7] = [
    Row {
        lib: "$HOME/.pyxbld/lib.linux-cpython-311/fastmod.cpython-311-x.so",
        files: &[("fastmod.pyx", "")],
        lines: &[
            "[library.fastmod]",
            "leader = true",
            "paths = [\"~/.pyxbld/lib.linux-cpython-*/fastmod.cpython-*.so\"]",
            "inputs = [\"fastmod.pyx\"]",
        ],
    },
    Row {
        lib: "own/libstray.so",
        files: &[("src/stray.c", "")],
        lines: &[
            "[library.stray]",
            "leader = true",
            "paths = [\"own/libstray.so\"]",
            "inputs = [\"src/stray.c\"]",
        ],
    },
    Row {
        lib: "$HOME/.cache/jffi/jffi8842.d/stub.so.2.1",
        files: &[("Gemfile.lock", "")],
        lines: &[
            "[library.jffi]",
            "leader = true",
            "paths = [\"~/.cache/jffi/jffi8842.d/stub.so.*\"]",
            "inputs = [\"Gemfile.lock\"]",
        ],
    },
    Row {
        lib: "$HOME/.cache/tool/linux-131.0.6778/tool-3f2a9c1b0d/tool",
        files: &[],
        lines: &[
            "[library.tool]",
            "leader = true",
            "kind = \"executable\"",
            "paths = [\"~/.cache/tool/linux-*/tool-*/tool\"]",
        ],
    },
    Row {
        lib: "$HOME/.duckdb/extensions/v1.4.2/x/spatial.duckdb_extension",
        files: &[],
        lines: &[
            "[library.spatial]",
            "leader = true",
            "paths = [\"~/.duckdb/extensions/*/x/spatial.duckdb_extension\"]",
        ],
    },
    Row {
        lib: "$HOME/.cache/deno/plug/https/a.org/78749b9d49a2ade61a15e9f85b00f70dbb4a41d888e32eb719cae983f13dead9.so",
        files: &[],
        lines: &[
            "[library.deno]",
            "leader = true",
            "paths = [\"~/.cache/deno/plug/https/a.org/*.so\"]",
        ],
    },
    Row {
        lib: "$HOME/.cache/ms-playwright/chromium-1234/chrome-linux/chrome",
        files: &[
            ("package.json", "{\"devDependencies\": {\"playwright\": \"1.56\"}}"),
            (
                "fake/npx",
                "#!/bin/sh\nf=$HOME/.cache/ms-playwright/chromium-1234/chrome-linux; mkdir -p $f; cp /bin/sh $f/chrome\n",
            ),
        ],
        lines: &["[library.playwright]", "preset = \"playwright\""],
    },
];

#[test]
fn every_proposal_of_a_run_is_pasted_unedited_and_runs_green() {
    for Row { lib, files, lines } in ROWS {
        let project =
            files.iter().fold(racing(lib, ""), |project, (name, text)| project.write(name, text));
        make_executable(&project);
        let ran = output(&project, &["run", "-j2"]);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(100), "{lib}: {said}");
        let proposed: Vec<&str> = said
            .lines()
            .skip_while(|line| !line.contains("PROPOSAL "))
            .filter_map(|line| line.strip_prefix("                 "))
            .collect();
        let (needs, library) = proposed.split_last().expect("lines");
        assert_eq!(library, lines, "{said}");
        let name = lines[0].trim_start_matches("[library.").trim_end_matches(']');
        assert_eq!(*needs, format!("needs = [\"{name}\"]"), "{said}");
        assert!(said.contains("             and below `[suite.unit]`:\n"), "{said}");

        let manifest = project.read("probe.toml");
        let pasted = paste(&manifest, &said);
        runs_green(&project, &pasted, lib);
        // What `adopt` writes says the same.
        let project = project.write("probe.toml", &manifest);
        let adopted = output(&project, &["adopt", "--yes"]);
        assert_eq!(adopted.status.code(), Some(0), "{}", String::from_utf8_lossy(&adopted.stderr));
        let adopted = project.read("probe.toml");
        assert!(adopted.contains("[suite.unit] # both\n"), "{adopted}");
        for line in lines {
            assert!(adopted.contains(line), "{line} in {adopted}");
        }
        runs_green(&project, &adopted, lib);
    }
}

fn make_executable(project: &Project) {
    use std::os::unix::fs::PermissionsExt;

    if let Ok(found) = fs::metadata(project.path("fake/npx")) {
        let mut permissions = found.permissions();
        permissions.set_mode(0o755);
        fs::set_permissions(project.path("fake/npx"), permissions).expect("its mode can be set");
    }
}

/// From nothing, with a manifest.
pub(super) fn runs_green(project: &Project, manifest: &str, what: &str) {
    fs::write(project.path("probe.toml"), manifest).expect("write");
    forget(project);
    for _ in 0..2 {
        let ran = output(project, &["run", "-j2", "--race-retries", "0"]);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(0), "{what}: {manifest}\n{said}");
        assert!(!project.path("died").exists() && !said.contains("RACE"), "{what}: {said}");
    }
}

#[test]
fn what_came_through_plug_in_a_run_is_proposed_by_its_url() {
    let server = Server::start(
        vec![Answer {
            path: "/v1/libpty.so",
            status: "200 OK",
            body: fs::read("/bin/sh").expect("a program").leak(),
        }]
        .leak(),
    );
    let url = server.url("/v1/libpty.so");
    let cache = std::path::Path::new("home/.cache/deno");
    let place = probe_loader::plug_place(cache, &url).expect("a place");
    let note = place.with_extension("metadata.json");
    let then = format!("printf '{{\"url\":\"{url}\"}}' > {}", note.display());
    let project = racing(&place.to_string_lossy(), &then);
    let ran = output(&project, &["run", "-j2"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(100), "{said}");
    let told = said.replace(&server.url(""), "http://SERVER");
    let told = told.split_once("    PROPOSAL").expect("it is proposed").1;
    insta::assert_snapshot!(told, @r#"
     library pty: fetched once, before the tests that need it start:
                     [library.pty]
                     url = "http://SERVER/v1/libpty.so"
                     to = "plug"
                 and below `[suite.unit]`:
                     needs = ["pty"]
                 `probe adopt` writes that into `probe.toml`
       RUN AGAIN probe run --failed
    "#);
    let pasted = paste(&project.read("probe.toml"), &said);
    runs_green(&project, &pasted, "plug");
    assert_eq!(server.requests(), 1, "once, by probe");
}

#[test]
fn what_is_proposed_behind_the_second_door_is_pasted_too() {
    let project = racing("own/libstray.so", "");
    let both = "sh t/a.sh & sleep 0.1; sh t/b.sh; code=$?; wait; exit $code";
    let ran = output(&project, &["exec", "--", "sh", "-c", both]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(135), "{said}");
    let pasted = paste(&project.read("probe.toml"), &said);
    runs_green(&project, &pasted, "exec");
    // Without a manifest, too: `adopt` makes one, as `init` would.
    let project = racing("own/libstray.so", "")
        .write("Makefile", "test:\n\tsh t/a.sh & sleep 0.1; sh t/b.sh\n");
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    let said = project.said(&output(&project, &["exec", "--", "sh", "-c", both]));
    assert!(
        said.stderr.contains("and below each suite and test that loads it:"),
        "{}",
        said.stderr
    );
    let said = project.said(&command(&project, &["adopt", "--yes"]).output().expect("it starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(project.read("probe.toml"), @r#"
    # The tests of this project, for `probe run`. `probe list` names them, `probe schema` describes every key.
    # `probe add PRESET` adds a library that tests share; [library.NAME] describes any other.

    # One test: the target `test` of `Makefile`.
    [test.make]
    run = ["make", "test", "{args}"]
    timeout = "30m"
    needs = ["stray"]

    [library.stray]
    leader = true
    paths = ["own/libstray.so"]
    "#);
}
