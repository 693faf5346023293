//! `probe -- COMMAND` in a project without a manifest: what is imported is said with its reason, what is handed over, and
//! what is said of a command that dies over something that nobody declares.

use std::fs;

use crate::server::{Answer, Server};
use crate::support::{Project, Said};

const SQLITE: &str = "/denodrivers/sqlite3/releases/download/0.12.0/";
const LOCK: &str = r#"{
  "version": "5",
  "specifiers": {
    "jsr:@db/sqlite@0.12": "0.12.0"
  }
}"#;

/// A server of what GitHub would be asked for: any native file of this machine does.
fn github() -> Server {
    let body: &'static [u8] = fs::read("/bin/sh").expect("a program").leak();
    let assets = ["libsqlite3.so", "libsqlite3_aarch64.so"];
    let answer = |asset| Answer { path: format!("{SQLITE}{asset}").leak(), status: "200 OK", body };
    Server::start(assets.map(answer).to_vec().leak())
}

fn make_executable(project: &Project, program: &str) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(project.path(program), mode).expect("chmod");
}

fn exec(project: &Project, server: &Server, script: &str) -> Said {
    let mirror = format!("https://github.com/={}", server.url("/"));
    let mut command = project.command(&["exec", "--mirror", &mirror, "--", "sh", "-c", script]);
    // The user's caches are looked at when the command fails.
    command.env("HOME", project.path("home"));
    project.said(&command.output().expect("the binary starts"))
}

#[test]
fn what_a_lock_file_means_is_imported_once_and_said_with_its_line() {
    let (project, server) = (Project::bare().write("deno.lock", LOCK), github());
    let script = "cmp \"$DENO_SQLITE_PATH\" /bin/sh && echo whole";
    let said = exec(&project, &server, script);
    assert_eq!((said.code, said.stdout.as_str()), (0, "whole"), "{}", said.stderr);
    let asset =
        if cfg!(target_arch = "aarch64") { "libsqlite3_aarch64.so" } else { "libsqlite3.so" };
    let lines: Vec<&str> = said.stderr.lines().collect();
    let [fetching, imported] = lines[..] else { panic!("{}", said.stderr) };
    let origin = format!("sqlite3: `http://127.0.0.1:PORT{SQLITE}{asset}`");
    assert!(fetching.ends_with(&origin), "{fetching}");
    assert!(imported.ends_with(", for deno.lock:4 `jsr:@db/sqlite@0.12.0`"), "{imported}");
    let again = exec(&project, &server, script);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));
    assert_eq!(server.requests(), 1);
    assert!(!project.path("probe.lock").exists(), "nobody has asked for a lock file");
}

#[test]
fn a_list_of_packages_by_hand_does_not_hide_what_sources_say() {
    let project = Project::bare()
        .write("requirements.txt", "pytest==9.0.0\n")
        .write("tools/sum_test.ts", "import { Database } from \"jsr:@db/sqlite@0.12.0\";\n");
    let server = github();
    let said = exec(&project, &server, "cmp \"$DENO_SQLITE_PATH\" /bin/sh && echo whole");
    assert_eq!((said.code, said.stdout.as_str()), (0, "whole"), "{}", said.stderr);
    assert_eq!(server.requests(), 1);
}

#[test]
fn what_is_installed_in_a_project_is_no_source_of_it() {
    let import = "import { Database } from \"jsr:@db/sqlite@0.12.0\";\n";
    let project = Project::bare()
        .write("requirements.txt", "pytest==9.0.0\n")
        .write("node_modules/got/index.ts", import)
        .write("env/pyvenv.cfg", "")
        .write("env/share/tools.ts", import);
    let server = github();
    let said = exec(&project, &server, "true");
    assert_eq!((said.code, server.requests()), (0, 0), "{}", said.stderr);
}

/// What else they say counts then, too; for the sake of any other package they are not read.
#[test]
fn a_package_that_nobody_may_have_to_use_has_the_sources_read() {
    let lock = |package: &str| {
        format!(r#"{{ "packages": {{ "node_modules/{package}": {{ "version": "4.1.0" }} }} }}"#)
    };
    let project = |package| {
        Project::bare()
            .write("package-lock.json", &lock(package))
            .write("tools/sum_test.ts", "import { Database } from \"jsr:@db/sqlite@0.12.0\";\n")
    };
    let server = github();
    for (package, requests) in [("left-pad", 0), ("bin-wrapper", 1)] {
        let said = exec(&project(package), &server, "true");
        assert_eq!((said.code, server.requests()), (0, requests), "{package}: {}", said.stderr);
    }
}

#[test]
fn a_variable_that_says_where_the_library_is_leaves_nothing_to_do() {
    let project = Project::bare().write("deno.lock", LOCK);
    let mut command =
        project.command(&["exec", "--offline", "--", "sh", "-c", "echo $DENO_SQLITE_PATH"]);
    let said =
        project.said(&command.env("DENO_SQLITE_PATH", "/mine.so").output().expect("it starts"));
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "/mine.so", ""));
}

#[test]
fn a_library_that_cannot_be_imported_says_who_needs_it_and_holds_up_nobody() {
    let said = Project::bare().write("deno.lock", LOCK).probe(&["exec", "--offline", "--", "true"]);
    assert_eq!(said.code, 0);
    // The one above has the name of the file for this machine.
    let lines: Vec<&str> = said.stderr.lines().skip(2).map(str::trim).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    it is needed by deno.lock:4 `jsr:@db/sqlite@0.12.0`
    `detect = false` under `[run]` in `probe.toml` leaves to the tests what nobody has declared
    prepare it once with the network
    WARNING `sqlite3` is only detected, so the command runs without it, and its processes fetch it themselves; `--skip sqlite3` leaves it out
    ");
    // What somebody has written down is meant.
    let declared = "[library.sqlite3]\npreset = \"@db/sqlite\"\n";
    let project = Project::new(declared).write("deno.lock", LOCK);
    assert_eq!(project.probe(&["exec", "--offline", "--", "true"]).code, 105);
    assert_eq!(project.probe(&["exec", "--offline", "--skip", "sqlite3", "--", "true"]).code, 0);
}

/// What a command prints may be long: who needs it stands above that.
#[test]
fn who_needs_a_library_is_said_above_what_its_command_printed() {
    let lock = r#"{ "lockfileVersion": 3, "packages": { "node_modules/playwright": { "version": "1.50.0" } } }"#;
    let npx = "#!/bin/sh\nseq -f 'line %.0f' 1 40 >&2\nexit 1\n";
    let project = Project::bare().write("package-lock.json", lock).write("bin/npx", npx);
    make_executable(&project, "bin/npx");
    let mut command = project.command(&["--", "true"]);
    let path = format!("{}:/usr/bin:/bin", project.path("bin").display());
    command.env("HOME", project.path("home")).env("PATH", path);
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let at = |text: &str| said.stderr.find(text).unwrap_or_else(|| panic!("{}", said.stderr));
    assert!(at("it is needed by package-lock.json:1") < at("line 40"), "{}", said.stderr);
    assert!(at("`detect = false`") < at("line 40"), "{}", said.stderr);
}

#[test]
fn an_installer_of_python_is_that_of_the_projects_own_environment() {
    let lock = "version = 1\n\n[[package]]\nname = \"playwright\"\nversion = \"1.50.0\"\n";
    let python = "#!/bin/sh\necho \"$*\" > asked\nmkdir -p ~/.cache/ms-playwright/chromium-1/x && cp /bin/sh ~/.cache/ms-playwright/chromium-1/x/chrome\n";
    let project = Project::bare().write("uv.lock", lock).write(".venv/bin/python3", python);
    make_executable(&project, ".venv/bin/python3");
    let mut command = project.command(&["--", "true"]);
    command.env("HOME", project.path("home"));
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("asked"), "-m playwright install chromium\n");
}

#[test]
fn a_file_that_came_while_a_failing_command_ran_is_named() {
    let script =
        "mkdir -p ~/.cache/engine && head -c 5000 /bin/sh > ~/.cache/engine/libengine.so; exit 1";
    let said = exec(&Project::bare(), &github(), script);
    assert_eq!(said.code, 1);
    let size = fs::metadata("/bin/sh").expect("a program").len().to_string();
    insta::assert_snapshot!(said.stderr.replace(&size, "[SIZE]"), @r#"
     VERDICT `[ROOT]/home/.cache/engine/libengine.so`, torn: cut at 5000 of [SIZE] bytes, came while the command ran, and no library declares it: if a test died over it, that was a race
    PROPOSAL library engine: one test makes it, before the others that need it start:
                 [library.engine]
                 leader = true
                 paths = ["~/.cache/engine/libengine.so"]
             and below each suite and test that loads it:
                 needs = ["engine"]
             `probe adopt` writes that into `probe.toml`
    "#);
    let put_away = script.replace(".cache/engine", ".cache/probe/damaged/found-1");
    let put_away = exec(&Project::bare(), &github(), &put_away);
    assert_eq!(
        (put_away.code, put_away.stderr.as_str()),
        (1, ""),
        "what probe itself has put away"
    );
    let passes = exec(&Project::bare(), &github(), &script.replace("exit 1", "exit 0"));
    assert_eq!((passes.code, passes.stderr.as_str()), (0, ""));
    let unrelated = exec(&Project::bare(), &github(), "exit 1");
    assert_eq!((unrelated.code, unrelated.stderr.as_str()), (1, ""));
}

/// As `FFI.verify` of cffi and `pyximport` do at an import.
#[test]
fn a_module_that_was_compiled_while_a_failing_command_ran_is_named() {
    for directory in ["__pycache__", "home/.pyxbld/lib.linux-x86_64-cpython-311"] {
        let module = format!("{directory}/fast.cpython-311-x86_64-linux-gnu.so");
        let script = format!(
            "mkdir -p {directory}; cp /bin/sh {module}; cp /bin/sh {directory}/fast.o; exit 1"
        );
        let project = Project::bare().write("venv/lib/site-packages/other.abi3.so", "");
        let installed = "cp /bin/sh venv/lib/site-packages/other.abi3.so";
        let said = exec(&project, &github(), &format!("{installed}; {script}"));
        let named = format!("VERDICT `[ROOT]/{module}` came while the command ran");
        assert!(said.stderr.contains(&named), "{}", said.stderr);
        assert_eq!(said.stderr.matches("VERDICT").count(), 1, "{}", said.stderr);
        assert!(said.stderr.contains("leader = true"), "{}", said.stderr);
    }
}

#[test]
fn a_library_that_only_tests_make_is_named_when_the_command_dies() {
    let lock = r#"{ "lockfileVersion": 3, "packages": { "node_modules/selenium-webdriver": { "version": "4.27.0" } } }"#;
    let project = Project::bare().write("package-lock.json", lock);
    let said = exec(&project, &github(), "exit 139");
    assert_eq!(said.code, 139);
    insta::assert_snapshot!(said.stderr, @"
    WARNING nothing is known that makes `selenium-driver` before this command: its processes race for it where it is not there yet (package-lock.json:1 `npm:selenium-webdriver@4.27.0`); `probe init && probe run` lets one test make it before the others, and `--skip selenium-driver` says no more of it
    VERDICT `selenium-driver`, needed by package-lock.json:1 `npm:selenium-webdriver@4.27.0`, is fetched or made by tests themselves: if they died over it, that was a race
            `probe run` lets one test make it before the others start
    ");
    let said = exec(&project, &github(), "exit 1").stderr;
    assert!(!said.contains("VERDICT"), "{said}");
}

#[test]
fn an_upgrade_in_the_lock_file_imports_the_new_library_beside_the_old_one() {
    let release = |version: &str, body: &'static [u8]| {
        ["libsqlite3.so", "libsqlite3_aarch64.so"].map(|asset| {
            let path = format!("/denodrivers/sqlite3/releases/download/{version}/{asset}");
            Answer { path: path.leak(), status: "200 OK", body }
        })
    };
    let read = |path| -> &'static [u8] { fs::read(path).expect("a program").leak() };
    let (old, new) = (release("0.12.0", read("/bin/sh")), release("0.13.0", read("/bin/ls")));
    let server = Server::start(Vec::from_iter(old.into_iter().chain(new)).leak());
    let project = Project::bare().write("deno.lock", LOCK);
    assert_eq!(exec(&project, &server, "cmp \"$DENO_SQLITE_PATH\" /bin/sh").code, 0);
    let project = project.write("deno.lock", &LOCK.replace("0.12", "0.13"));
    let said = exec(&project, &server, "cmp \"$DENO_SQLITE_PATH\" /bin/ls");
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("`jsr:@db/sqlite@0.13.0`"), "{}", said.stderr);
    let project = project.write("deno.lock", LOCK);
    let said = exec(&project, &server, "cmp \"$DENO_SQLITE_PATH\" /bin/sh");
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "the old one is still there");
    assert_eq!(server.requests(), 2);
}

/// What the second door imports by a lock file alone is there for the tests of a run, too.
#[test]
fn a_run_knows_what_only_a_lock_file_shows() {
    let manifest = "[suite.all]\nfiles = ['*.ts']\nrun = ['./deno', '{file}']\n\
                    [suite.sh]\nfiles = ['*.sh']\nrun = ['sh', '{file}']\n";
    let project = Project::new(manifest)
        .write("deno.lock", LOCK)
        .write("a.ts", "import 'https://example.org/wrapper.ts';")
        .write("b.sh", "test -z \"$DENO_SQLITE_PATH\"")
        .write("deno", "#!/bin/sh\ncmp \"$DENO_SQLITE_PATH\" /bin/sh\n");
    make_executable(&project, "deno");
    let server = github();
    let mirror = format!("https://github.com/={}", server.url("/"));
    let said = project.probe(&["run", "--mirror", &mirror]);
    assert_eq!((said.code, server.requests()), (0, 1), "{}", said.stderr);
    let needs = project.probe(&["list", "--needs"]).stdout;
    assert!(needs.contains("sqlite3 0.12.0: deno.lock:4 `jsr:@db/sqlite@0.12.0`"), "{needs}");
}

/// No lock file says the version, but what was fetched does.
#[test]
fn what_was_fetched_of_a_package_without_a_version_is_imported_from_then_on() {
    let (server, source) = (github(), "import { Database } from 'jsr:@db/sqlite@^0.12';");
    let project = Project::bare().write("a.ts", source);
    let said = project.probe(&["preload"]);
    assert!(said.stderr.contains("`@db/sqlite` is not prepared"), "{}", said.stderr);
    let asset =
        if cfg!(target_arch = "aarch64") { "libsqlite3_aarch64.so" } else { "libsqlite3.so" };
    let memory = format!("{{\"libraries\":[{{\"url\":\"https://github.com{SQLITE}{asset}\"}}]}}");
    let project = project.write(".probe/plug.json", &memory);
    let said = exec(&project, &server, "ls ~/.cache/deno/plug/https/github.com/*.so");
    assert_eq!((said.code, server.requests()), (0, 1), "{}", said.stderr);
    assert!(!said.stderr.contains("WARNING"), "{}", said.stderr);
    assert_eq!(exec(&project, &server, "true").stderr, "");
}

/// Stands for `npx`: `playwright install` leaves a browser of the version in the lock file where that one looks for it,
/// and leaves those of other versions there, too.
const NPX: &str = r#"#!/bin/sh
[ "$4" = install ] || exec /bin/echo "running $*"
version=$(sed -n 's/.*"node_modules.playwright": { "version": "\(.*\)" }.*/\1/p' package-lock.json)
echo "$version" >> installed
mkdir -p ~/.cache/ms-playwright/chromium-$version/chrome-linux
cp /bin/sh ~/.cache/ms-playwright/chromium-$version/chrome-linux/chrome
"#;

#[test]
fn a_tools_own_installer_runs_once_for_each_version_in_the_lock_file() {
    let lock = |version: &str| {
        format!(
            "{{ \"lockfileVersion\": 3, \"packages\": {{\n\"node_modules/playwright\": {{ \"version\": \"{version}\" }} }} }}"
        )
    };
    let project = Project::bare().write("package-lock.json", &lock("1.50.0")).write("bin/npx", NPX);
    make_executable(&project, "bin/npx");
    let test = || {
        let mut command = project.command(&["--", "npx", "playwright", "test"]);
        let path = format!("{}:/usr/bin:/bin", project.path("bin").display());
        command.env("HOME", project.path("home")).env("PATH", path);
        let said = project.said(&command.output().expect("the binary starts"));
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (0, "running playwright test"),
            "{}",
            said.stderr
        );
        // That of the shell which stands for the browser.
        let size = said.stderr.split("built, ").nth(1).and_then(|rest| rest.split(',').next());
        size.map_or_else(|| said.stderr.clone(), |size| said.stderr.replace(size, "SIZE"))
    };
    insta::assert_snapshot!(test(), @"
    BUILDING                  chromium: `npx --no -- playwright install chromium`
     PRELOAD [   TIME ] (1/1) chromium: built, SIZE, for package-lock.json:2 `npm:playwright@1.50.0`
    ");
    assert_eq!(test(), "");
    fs::write(project.path("package-lock.json"), lock("1.51.0")).expect("upgrade");
    assert!(test().contains("`npm:playwright@1.51.0`"));
    assert_eq!((test().as_str(), project.read("installed").as_str()), ("", "1.50.0\n1.51.0\n"));
}

#[test]
fn what_is_detected_is_pinned_like_what_is_declared() {
    let server = github();
    let project = Project::bare().write("deno.lock", LOCK);
    let mirror = format!("https://github.com/={}", server.url("/"));
    let probe = |words: &[&str]| {
        let mut command = project.command(words);
        command.env("HOME", project.path("home")).env("PROBE_MIRROR", &mirror);
        project.said(&command.output().expect("the binary starts"))
    };
    let refused = probe(&["exec", "--locked", "--", "true"]);
    assert_eq!(refused.code, 96, "{}", refused.stderr);
    assert!(refused.stderr.contains("run `probe lock`"), "{}", refused.stderr);
    assert_eq!(probe(&["lock", "--check"]).code, 96);
    let elsewhere = Project::bare().probe(&["lock"]);
    assert!(elsewhere.stderr.contains("there is no `probe.toml`"), "{}", elsewhere.stderr);
    let locked = probe(&["lock"]);
    assert_eq!(locked.code, 0, "{}", locked.stderr);
    assert!(locked.stderr.contains("PINNED sqlite3: linux-"), "{}", locked.stderr);
    // A variable of one person's shell takes nothing out of a file for all.
    fs::write(project.path("probe.toml"), "[test.t]\nrun = [\"true\"]\n").expect("write");
    for words in [&["lock", "--check"][..], &["exec", "--locked", "--", "true"]] {
        let said = probe(words);
        assert_eq!(said.code, 0, "{words:?}: {}", said.stderr);
    }
    let mut elsewhere = project.command(&["lock", "--check"]);
    let said = elsewhere.env("DENO_SQLITE_PATH", "/mine.so").output().expect("the binary starts");
    assert_eq!(project.said(&said).code, 0);
    fs::write(project.path("probe.toml"), "[run]\ndetect = false\n").expect("write");
    assert!(probe(&["lock"]).stderr.contains("DROPPED sqlite3"));
}

#[test]
fn a_lock_file_that_says_nothing_leaves_it_to_the_sources() {
    let project = Project::bare()
        .write("deno.lock", "<<<<<<< HEAD\n{ \"version\"")
        .write("a.test.ts", "import { Database } from \"jsr:@db/sqlite@0.12.0\";\n");
    let said = exec(&project, &github(), "cmp \"$DENO_SQLITE_PATH\" /bin/sh");
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("for a.test.ts:1 `jsr:@db/sqlite@0.12.0`"), "{}", said.stderr);
}
