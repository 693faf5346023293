//! Libraries that a command leaves somewhere.

use std::fs;
use std::path::Path;

use probe_loader::{
    CommandEnd, CommandLimits, CommandLine, How, ImportCause, ImportSource, ImportSpec, Kind,
    Loader,
};

use crate::support::Scene;
use crate::support::host::Listener;
use crate::support::object::library as object;

/// A command that appends a line to `runs` and then does what `script` says, in a directory where `whole.so` is a library.
struct Built {
    scene: Scene,
    library: ImportSpec,
}

impl Built {
    fn new(script: &str, inputs: &[&str]) -> Self {
        let scene = Scene::new();
        scene.write("whole.so", object(50_000, 1));
        scene.write("src/a.c", "a");
        scene.write("src/b.c", "b");
        let pattern = |name: &&str| scene.path(name).display().to_string();
        let library = ImportSpec::new(
            "built",
            ImportSource::Command {
                command: CommandLine {
                    program: "/bin/sh".into(),
                    args: vec!["-c".into(), format!("echo run >> runs; {script}").into()],
                    cwd: scene.path("."),
                    env: Vec::new(),
                    limits: CommandLimits::default(),
                },
                paths: vec![pattern(&"out/lib*.so")],
                inputs: inputs.iter().map(pattern).collect(),
            },
        );
        Self { scene, library }
    }

    fn runs(&self) -> usize {
        fs::read_to_string(self.scene.path("runs")).map_or(0, |text| text.lines().count())
    }

    #[track_caller]
    fn check(&self, loader: &Loader, how: How, runs: usize) {
        let imported = loader.import(&self.library, &()).expect("import");
        assert_eq!(imported.path, self.scene.path("out/libx.so"));
        assert_eq!(imported.how, how);
        assert_eq!(self.runs(), runs);
    }

    fn error(&self) -> String {
        self.scene.import(&self.library).expect_err("it must fail").to_string()
    }
}

const COPY: &str = "mkdir -p out && cp whole.so out/libx.so";

#[test]
fn without_inputs_a_command_runs_once_for_every_loader_unless_one_lives_that_has_run_it() {
    let built = Built::new(COPY, &[]);
    let one = built.scene.loader();
    built.check(&one, How::Built, 1);
    built.check(&one, How::Cached, 1);
    let beside = built.scene.loader();
    built.check(&beside, How::Cached, 1);
    built.check(&beside, How::Cached, 1);
    drop(one);
    // The other one has not made it.
    let later = built.scene.loader();
    built.check(&later, How::Built, 2);
    built.check(&later, How::Cached, 2);
    // What the first one knows is not so any more, and who made it anew lives.
    built.check(&beside, How::Cached, 2);
}

#[test]
fn with_inputs_a_command_is_skipped_until_one_of_them_changes() {
    let built = Built::new(COPY, &["src/**/*.c"]);
    built.check(&built.scene.loader(), How::Built, 1);
    built.check(&built.scene.loader(), How::Cached, 1);
    // Touched, but the same.
    built.scene.write("src/a.c", "a");
    built.check(&built.scene.loader(), How::Cached, 1);
    built.scene.write("src/a.c", "changed");
    built.check(&built.scene.loader(), How::Built, 2);
    built.scene.write("src/deep/c.c", "new");
    built.check(&built.scene.loader(), How::Built, 3);
    fs::remove_file(built.scene.path("src/b.c")).expect("remove");
    built.check(&built.scene.loader(), How::Built, 4);
    built.check(&built.scene.loader(), How::Cached, 4);
}

#[test]
fn another_command_for_the_same_paths_is_run() {
    let mut built = Built::new(COPY, &["src/*.c"]);
    built.check(&built.scene.loader(), How::Built, 1);
    if let ImportSource::Command { command, .. } = &mut built.library.source {
        command.args.push("another argument".into());
    }
    built.check(&built.scene.loader(), How::Built, 2);
}

#[test]
fn two_commands_for_the_same_paths_each_have_a_result_of_their_own() {
    for inputs in [&["src/*.c"][..], &[]] {
        let built = Built::new(COPY, inputs);
        let mut other = built.library.clone();
        if let ImportSource::Command { command, .. } = &mut other.source {
            command.args[1] = "echo run >> runs; cp whole.so out/liby.so".into();
        }
        let failing = {
            let mut library = other.clone();
            let ImportSource::Command { command, .. } = &mut library.source else { unreachable!() };
            command.args[1] = "exit 3".into();
            library
        };
        let loader = built.scene.loader();
        built.check(&loader, How::Built, 1);
        assert_eq!(loader.import(&other, &()).expect("import").how, How::Built);
        assert!(loader.import(&failing, &()).is_err());
        // The first one's files are as it left them.
        built.check(&loader, How::Cached, 2);
        assert_eq!(loader.import(&other, &()).expect("import").how, How::Cached);
    }
}

#[test]
fn what_became_of_the_result_is_seen_and_mended() {
    let damage: [fn(&Path); 4] = [
        |path| fs::remove_file(path).expect("remove"),
        |path| fs::write(path, &object(50_000, 1)[..30_000]).expect("write"),
        |path| fs::write(path, "").expect("write"),
        |path| fs::write(path, object(50_000, 2)).expect("write"),
    ];
    for damage in damage {
        for inputs in [&["src/*.c"][..], &[]] {
            let built = Built::new(COPY, inputs);
            let loader = built.scene.loader();
            built.check(&loader, How::Built, 1);
            damage(&built.scene.path("out/libx.so"));
            built.check(&loader, How::Built, 2);
        }
    }
}

#[test]
fn a_torn_result_is_out_of_the_way_of_a_tool_that_trusts_what_is_there() {
    let built = Built::new(
        "test -f out/libx.so || { mkdir -p out && cp whole.so out/libx.so; }",
        &["src/*.c"],
    );
    built.scene.write("out/libx.so", &object(50_000, 1)[..30_000]);
    built.check(&built.scene.loader(), How::Built, 1);
}

#[test]
fn a_command_that_fails_says_how_and_shows_the_end_of_its_output() {
    let built = Built::new("echo no compiler; echo at all >&2; exit 3", &[]);
    let error = built.scene.import(&built.library).expect_err("it exits with 3");
    assert!(error.to_string().ends_with("the command exited with 3"), "{error}");
    let ImportCause::Command(failure) = error.cause() else { panic!("{error}") };
    assert_eq!(failure.end, CommandEnd::Exited(3));
    let mut lines = failure.output.lines().collect::<Vec<_>>();
    lines.sort_unstable();
    assert_eq!(lines, ["at all", "no compiler"]);

    let built = Built::new("kill -9 $$", &[]);
    assert!(built.error().ends_with("the command was killed by signal 9"));
}

#[test]
fn a_failure_is_not_a_success_of_the_next_import() {
    let built = Built::new(&format!("test -f ready && {COPY}"), &["src/*.c"]);
    built.error();
    built.scene.write("ready", "");
    built.check(&built.scene.loader(), How::Built, 2);
}

#[test]
fn much_output_is_bounded() {
    let built = Built::new("head -c 3000000 /dev/zero | tr '\\0' x; echo end; exit 1", &[]);
    let error = built.scene.import(&built.library).expect_err("it exits with 1");
    let help = error.help().expect("the output");
    assert_eq!(help.len(), 16 * 1024);
    assert!(help.ends_with("xend\n"));
}

#[test]
fn a_command_that_leaves_a_process_behind_is_not_waited_for() {
    // The process holds the output open, and ends with the pipe that it reads.
    let built = Built::new(
        "mkfifo hold; (read line < hold) & mkdir -p out && cp whole.so out/libx.so",
        &[],
    );
    built.check(&built.scene.loader(), How::Built, 1);
    fs::write(built.scene.path("hold"), "go\n").expect("let it end");
}

#[test]
fn what_the_command_leaves_must_be_there_and_whole() {
    for (script, expected) in [
        ("true", "nothing matches `"),
        ("mkdir out; head -c 30000 whole.so > out/libx.so", "is torn: cut at 30000 of 50000 bytes"),
        ("mkdir out; echo text > out/libx.so", "is not a library but text"),
        (
            "mkdir out; cp whole.so out/liba.so; head -c 30000 whole.so > out/libb.so",
            "libb.so` is torn",
        ),
    ] {
        let error = Built::new(script, &[]).error();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn data_must_not_be_empty_and_a_folder_must_hold_something() {
    for (script, whole) in [
        ("mkdir out; echo x > out/libx.so", true),
        ("mkdir out; : > out/libx.so", false),
        ("mkdir -p out/libx.so; echo x > out/libx.so/file", true),
        ("mkdir -p out/libx.so", false),
    ] {
        let mut built = Built::new(script, &[]);
        built.library.kind = Kind::Data;
        assert_eq!(built.scene.import(&built.library).is_ok(), whole, "{script}");
    }
}

#[test]
fn patterns_that_match_nothing_or_are_none_are_named() {
    let built = Built::new(COPY, &["src/*.pyx"]);
    assert!(built.error().contains("src/*.pyx`"), "{}", built.error());
    assert_eq!(built.runs(), 0);
    for pattern in ["out/*.so", "/a/[b"] {
        let mut built = Built::new(COPY, &[]);
        if let ImportSource::Command { paths, .. } = &mut built.library.source {
            *paths = vec![pattern.to_owned()];
        }
        assert!(built.error().contains(&format!("bad pattern `{pattern}`")));
    }
}

#[test]
fn a_program_that_is_missing_is_named() {
    let mut built = Built::new("", &[]);
    if let ImportSource::Command { command, .. } = &mut built.library.source {
        command.program = "/nowhere/tool".into();
    }
    let error = built.error();
    assert!(error.contains("could not be started"), "{error}");
    assert!(error.contains("`/nowhere/tool -c"), "{error}");
}

#[test]
fn a_cancelled_command_is_stopped() {
    let built = Built::new("mkfifo hold; read line < hold", &[]);
    let host = Listener::cancelling_after("building");
    let error = built.scene.loader().import(&built.library, &host);
    assert!(matches!(error.expect_err("cancelled").cause(), ImportCause::Cancelled));
}

#[test]
fn a_command_that_takes_too_long_is_ended() {
    use std::time::Duration;
    for (script, limits, end) in [
        (
            "exec sleep 1000",
            CommandLimits { silence: Some(Duration::from_millis(100)), timeout: None },
            CommandEnd::Silent(Duration::from_millis(100)),
        ),
        (
            "while :; do echo waiting; sleep 0.01; done",
            CommandLimits {
                silence: Some(Duration::from_secs(60)),
                timeout: Some(Duration::from_millis(100)),
            },
            CommandEnd::TimedOut(Duration::from_millis(100)),
        ),
    ] {
        let mut build = Built::new(script, &[]);
        let ImportSource::Command { command, .. } = &mut build.library.source else {
            unreachable!()
        };
        command.limits = limits;
        let loader = build.scene.loader();
        let error = loader.import(&build.library, &()).expect_err("it is ended");
        let ImportCause::Command(failure) = error.cause() else { panic!("{error}") };
        assert_eq!(failure.end, end);
    }
}

/// Of such a command only its inputs tell whether what it makes is there.
#[test]
fn without_paths_a_command_runs_once_for_its_inputs_and_shares_its_lock_with_nobody() {
    let mut built = Built::new("true", &["src/*.c"]);
    let mut other = Built::new("false", &["src/*.c"]);
    for library in [&mut built.library, &mut other.library] {
        let ImportSource::Command { paths, .. } = &mut library.source else { unreachable!() };
        paths.clear();
    }
    let check = |how: How, runs: usize| {
        let imported = built.scene.import(&built.library).expect("import");
        assert_eq!((imported.path.as_path(), imported.how), (Path::new(""), how));
        assert_eq!(built.runs(), runs);
    };
    check(How::Built, 1);
    check(How::Cached, 1);
    built.scene.write("src/b.c", "changed");
    check(How::Built, 2);
    let cause = other.scene.import(&other.library).expect_err("it fails");
    assert!(matches!(cause.cause(), ImportCause::Command(_)), "{cause}");
}

#[test]
fn what_somebody_else_has_made_is_noted_with_the_inputs_of_before() {
    let built = Built::new(COPY, &["src/*.c"]);
    let loader = built.scene.loader();
    let is_made = || loader.is_made(&built.library, &()).expect("look");
    let inputs = || loader.made_inputs(&built.library, &()).expect("look").expect("a command");
    assert!(!is_made());
    let before = inputs();
    built.scene.write("out/libx.so", object(50_000, 1));
    loader.note_made(&built.library, before, &()).expect("it is there");
    assert!(is_made());
    built.check(&built.scene.loader(), How::Cached, 0);
    // What changed while it was made was not seen by whoever made it.
    let before = inputs();
    built.scene.write("src/a.c", "changed");
    loader.note_made(&built.library, before, &()).expect("it is there");
    assert!(!is_made());
    fs::remove_file(built.scene.path("out/libx.so")).expect("remove");
    loader.note_made(&built.library, inputs(), &()).expect_err("nothing is there");
}
