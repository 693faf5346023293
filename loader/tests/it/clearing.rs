//! What is put aside before something is made anew, and what is the user's and stays.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use probe_loader::{
    CommandLimits, CommandLine, Condition, How, ImportCause, ImportSource, ImportSpec, Kind,
    Leading, Led, Upkeep, Verify,
};

use crate::support::Scene;
use crate::support::host::Listener;
use crate::support::object::library as object;

const SIZE: u64 = 50_000;

/// A library that `script` makes in the scene, where `whole.so` is one; each run is a line in `runs`.
fn built(scene: &Scene, kind: Kind, script: &str, paths: &[&str]) -> ImportSpec {
    scene.write("whole.so", object(SIZE, 1));
    scene.write("input", "1");
    let pattern = |name: &&str| scene.path(name).display().to_string();
    let command = CommandLine {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), format!("echo run >> runs; {script}").into()],
        cwd: scene.path("."),
        env: Vec::new(),
        limits: CommandLimits::default(),
    };
    let paths = paths.iter().map(pattern).collect();
    let source = ImportSource::Command { command, paths, inputs: vec![pattern(&"input")] };
    ImportSpec { kind, ..ImportSpec::new("built", source) }
}

fn cut() -> Vec<u8> {
    object(SIZE, 1)[..20_000].to_vec()
}

fn runs(scene: &Scene) -> usize {
    fs::read_to_string(scene.path("runs")).map_or(0, |text| text.lines().count())
}

/// The folders of what was put aside, by the beginning of their names.
fn aside(scene: &Scene) -> Vec<String> {
    let entries = fs::read_dir(scene.path("store/damaged")).expect("list");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .map(|name| name.split('-').next().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn what_probe_did_not_see_being_made_stays_whatever_it_looks_like() {
    for kind in [Kind::Native, Kind::Executable, Kind::Data] {
        let scene = Scene::new();
        let library = built(&scene, kind, "cp whole.so pkg/mod.so", &["pkg/*"]);
        let files =
            [("pkg/__init__.py", Vec::new()), ("pkg/fixture.bin", cut()), ("pkg/.keep", vec![])];
        for (name, content) in &files {
            scene.write(name, content);
        }
        assert_eq!(scene.import(&library).expect("import").how, How::Built, "{kind:?}");
        scene.write("input", "2");
        assert_eq!(scene.import(&library).expect("import").how, How::Built, "{kind:?}");
        for (name, content) in files {
            assert_eq!(fs::read(scene.path(name)).expect("it stays"), content, "{kind:?}");
        }
        assert_eq!(aside(&scene), [""; 0]);
    }
}

#[test]
fn what_probe_saw_being_made_is_put_aside_when_it_is_torn_and_the_users_beside_it_stays() {
    let scene = Scene::new();
    let script = "mkdir -p pkg; test -e pkg/mod.so || cp whole.so pkg/mod.so";
    let library = built(&scene, Kind::Native, script, &["pkg/*"]);
    scene.write("pkg/__init__.py", "");
    scene.import(&library).expect("import");
    for (torn, runs_then) in [(cut(), 2), (Vec::new(), 3)] {
        scene.write("pkg/mod.so", torn);
        let host = Listener::default();
        scene.loader().import(&library, &host).expect("import");
        assert_eq!(runs(&scene), runs_then);
        assert!(host.events()[0].starts_with("moved aside: `"), "{:?}", host.events());
        assert!(scene.path("pkg/__init__.py").exists());
    }
    assert_eq!(aside(&scene), ["found", "found"]);
}

#[test]
fn what_is_torn_and_not_made_again_is_put_aside_and_the_command_run_again() {
    let scene = Scene::new();
    let script = "mkdir -p bin; test -e bin/tool || cp whole.so bin/tool";
    let library = built(&scene, Kind::Executable, script, &["bin/*"]);
    let path = scene.write("bin/tool", cut());
    scene.import(&library).expect("import");
    assert_eq!(runs(&scene), 2);
    assert!(fs::read(path).expect("read") == object(SIZE, 1));
    assert_eq!(aside(&scene), ["yours"]);
    // It may be the only one that there is.
    let upkeep = Upkeep::open(&scene.path("store")).expect("a store");
    upkeep.prune(Duration::ZERO, "a test").expect("prune");
    assert_eq!(aside(&scene), ["yours"]);
}

#[test]
fn a_tool_that_trusts_its_note_is_told_with_the_note_and_the_way_back() {
    for (note, named) in [(".complete", ".complete"), ("tool.sha256", "tool.sha256"), ("x", ".")] {
        let scene = Scene::new();
        let script =
            format!("test -e bin/{note} && exit 0; cp whole.so bin/tool; touch bin/{note}");
        let library = built(&scene, Kind::Executable, &script, &["bin/tool"]);
        scene.write("bin/tool", cut());
        scene.write(&format!("bin/{note}"), "");
        // The second time nothing is there any more.
        for _ in 0..2 {
            let error = scene.import(&library).expect_err("it is not made again");
            let text = error.to_string();
            assert!(text.contains("bin/tool` was torn: cut at 20000 of 50000 bytes"), "{text}");
            let ImportCause::NotMadeAgain { aside, signs } = error.cause() else {
                panic!("{text}")
            };
            assert_eq!(signs, &[scene.path("bin").join(named)]);
            assert_eq!(fs::read(&aside.to).expect("it is kept"), cut());
            let help = error.help().expect("a way out");
            assert!(help.contains(&signs[0].display().to_string()), "{help}");
            assert!(help.contains(&aside.way_back()), "{help}");
        }
        fs::remove_file(scene.path(&format!("bin/{note}"))).expect("remove the note");
        scene.import(&library).expect("it is made");
    }
}

/// A command that makes half of what it should, and is stopped then or fails.
struct Halves {
    scene: Scene,
    kind: Kind,
    /// Unless this is there, it makes the half.
    make: &'static str,
    paths: &'static [&'static str],
    /// What is in doubt afterwards, and what is not.
    suspect: &'static [&'static str],
    kept: &'static [&'static str],
}

#[test]
fn what_a_command_left_that_did_not_end_well_is_put_aside_and_made_anew() {
    let cases = || {
        let case = |kind, make, paths, suspect, kept| Halves {
            scene: Scene::new(),
            kind,
            make,
            paths,
            suspect,
            kept,
        };
        [
            // The folder is new, and so is all in it.
            case(
                Kind::Data,
                "[ -d m ] && exit 0; mkdir m; echo $HALF > m/a",
                &["m/*"][..],
                &["m"][..],
                &[][..],
            ),
            // A file beside others.
            case(
                Kind::Data,
                "[ -e old/a ] && exit 0; echo $HALF > old/a",
                &["old/*"],
                &["old/a"],
                &["old/was"],
            ),
            // A folder of a library that is one.
            case(
                Kind::Native,
                "[ -d old/f ] && exit 0; mkdir old/f; echo $HALF > old/f/a",
                &["old/f"],
                &["old/f"],
                &["old/was"],
            ),
            // In a folder that was there.
            case(
                Kind::Data,
                "[ -e old/a ] && exit 0; echo $HALF > old/a",
                &["old"],
                &["old/a"],
                &["old/was"],
            ),
            // Unpacked under another name.
            case(
                Kind::Data,
                "[ -d m ] && exit 0; mkdir m; echo $HALF > m/a.part; mv m/a.part m/a.$HALF",
                &["m/*.whole"],
                &["m"],
                &[],
            ),
            // Nothing but a folder.
            case(
                Kind::Data,
                "[ -d deep/m ] && exit 0; mkdir -p deep/m; [ $HALF = whole ] && echo > deep/m/a",
                &["deep/m/*"],
                &[],
                &[],
            ),
            // Its header says that it is whole.
            case(
                Kind::Native,
                "[ -e old/a.so ] && exit 0; cp whole.so old/a.so",
                &["old/*.so"],
                &[],
                &["old/a.so"],
            ),
            // The rest of its folder may be missing.
            case(
                Kind::Native,
                "[ -e old/v1 ] && exit 0; mkdir old/v1; cp whole.so old/v1/a.so",
                &["old/v*/a.so"],
                &["old/v1"],
                &["old/was"],
            ),
        ]
    };
    for (is_killed, halves) in cases()
        .into_iter()
        .map(|case| (true, case))
        .chain(cases().into_iter().map(|case| (false, case)))
    {
        let Halves { scene, kind, make, paths, suspect, kept } = halves;
        scene.write("old/was", "1");
        let end = if is_killed { "mkfifo hold; read line < hold" } else { "exit 1" };
        let script = format!(
            "if [ -e again ]; then HALF=whole; {make}; else HALF=half; {{ {make}; }}; {end}; fi"
        );
        let script = format!("{{ {script}; }}").replace("exit 0;", "exit 0;");
        let library = built(&scene, kind, &script, paths);
        let what = format!("{kind:?} {make} {is_killed}");
        let host = if is_killed {
            Listener::cancelling_once(scene.path("hold"))
        } else {
            Listener::default()
        };
        scene.loader().import(&library, &host).expect_err(&what);
        scene.write("again", "");
        let host = Listener::default();
        scene.loader().import(&library, &host).unwrap_or_else(|error| panic!("{what}: {error}"));
        let moved: Vec<String> =
            host.events().into_iter().filter(|event| event.starts_with("moved aside")).collect();
        let expected: Vec<String> = suspect
            .iter()
            .map(|name| {
                format!(
                    "moved aside: `{}` was left by a run of what makes it that did not end well",
                    scene.path(name).display()
                )
            })
            .collect();
        assert_eq!(moved, expected, "{what}");
        for name in kept {
            assert!(scene.path(name).exists(), "{what}");
        }
        assert_eq!(runs(&scene), 2, "{what}");
        assert_eq!(scene.import(&library).expect("it is there").how, How::Cached, "{what}");
    }
}

fn led(scene: &Scene, kind: Kind, pattern: &str) -> Led {
    Led {
        name: "fast".to_owned(),
        project: scene.path("."),
        kind,
        paths: vec![scene.path(pattern).display().to_string()],
        inputs: Vec::new(),
    }
}

#[test]
fn what_a_killed_leader_left_is_put_aside_before_the_next_one_and_what_one_left_that_failed_is_not()
{
    for (is_killed, is_there) in [(true, false), (false, true)] {
        let scene = Scene::new();
        let library = led(&scene, Kind::Data, "made/*");
        let loader = scene.loader();
        let lead = || {
            let Ok(Leading::Led(lead)) = loader.try_lead(std::slice::from_ref(&library)) else {
                panic!("nobody else leads")
            };
            lead
        };
        scene.write("made/was", "1");
        let mut first = lead();
        assert_eq!(loader.begin_led(&mut first, &library, &()).expect("begin"), []);
        let half = scene.write("made/half", "1");
        if !is_killed {
            first.ended_by_itself();
        }
        drop(first);
        let mut second = lead();
        let aside = loader.begin_led(&mut second, &library, &()).expect("begin");
        let from: Vec<PathBuf> = aside.into_iter().map(|aside| aside.from).collect();
        assert_eq!(from, if is_killed { vec![half.clone()] } else { Vec::new() });
        assert_eq!(half.exists(), is_there);
        scene.write("made/half", "2");
        let inputs = loader.led_inputs(&library, &()).expect("inputs");
        loader.remember_led(&library, inputs, &()).expect("it is there");
        drop(second);
        assert!(loader.is_led(&library, &()).expect("look"));
        assert!(loader.has_seen_made(&library.paths, &half));
        assert!(!loader.has_seen_made(&library.paths, &scene.path("made/was")));
    }
}

#[test]
fn an_empty_file_among_others_is_not_torn_and_the_only_one_is() {
    let scene = Scene::new();
    let loader = scene.loader();
    let torn = |library: &Led| {
        loop {
            let seen = loader.watch_led(library).observe(Verify::Stamps);
            // A process that another test is about to start has, until then, what this one wrote a moment ago.
            if seen.iter().all(|seen| seen.condition != Condition::Changing) {
                break seen.iter().filter(|seen| seen.condition.is_damaged()).count();
            }
        }
    };
    let (all, one) =
        (led(&scene, Kind::Native, "pkg/*"), led(&scene, Kind::Native, "pkg/__init__.py"));
    scene.write("pkg/__init__.py", "");
    assert_eq!((torn(&all), torn(&one)), (1, 1));
    scene.write("pkg/mod.so", object(SIZE, 1));
    assert_eq!((torn(&all), torn(&one)), (0, 1));
    scene.write("pkg/mod.so", "");
    assert_eq!(torn(&all), 1, "a shared library is meant to hold something");
}
