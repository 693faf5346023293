//! Users of what is made in place, and who makes it anew.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use probe_loader::{
    CommandLimits, CommandLine, How, ImportCause, ImportSource, ImportSpec, Loader, Settings, Use,
    Used,
};

use crate::support::Scene;
use crate::support::host::Listener;
use crate::support::object::library as object;

fn built(scene: &Scene) -> (ImportSpec, Used) {
    scene.write("whole.so", object(5_000, 1));
    scene.write("input", "1");
    let text = |name: &str| scene.path(name).display().to_string();
    let command = CommandLine {
        program: "/bin/cp".into(),
        args: vec!["whole.so".into(), "libx.so".into()],
        cwd: scene.path("."),
        env: Vec::new(),
        limits: CommandLimits::default(),
    };
    let paths = vec![text("libx.so")];
    let used = Used { library: "built".to_owned(), paths: paths.clone() };
    let source = ImportSource::Command { command, paths, inputs: vec![text("input")] };
    (ImportSpec::new("built", source), used)
}

fn hasty(scene: &Scene) -> Loader {
    let lock_timeout = Duration::from_millis(30);
    Loader::new(Settings { lock_timeout, ..scene.settings() }).expect("a store")
}

fn is_granted(used: &Use) -> bool {
    matches!(used, Use::Granted(_))
}

#[test]
fn a_maker_waits_within_bounds_until_the_last_user_has_ended() {
    let scene = Scene::new();
    let (library, used) = built(&scene);
    let loader = scene.loader();
    loader.import(&library, &()).expect("import");
    let try_use = || loader.try_use(std::slice::from_ref(&used)).expect("locks");
    let uses = [try_use(), try_use()];
    assert!(uses.iter().all(is_granted));
    assert!(is_granted(&scene.loader().try_use(std::slice::from_ref(&used)).expect("locks")));
    scene.write("input", "2");
    let [first, second] = uses;
    for user in [first, second] {
        let error = hasty(&scene).import(&library, &()).expect_err("it is in use");
        let ImportCause::LockTimeout { holder, .. } = error.cause() else { panic!("{error}") };
        let holder = holder.as_ref().expect("the kernel knows");
        assert_eq!(holder.pid, std::process::id());
        drop(user);
    }
    assert_eq!(hasty(&scene).import(&library, &()).expect("import").how, How::Built);
    assert!(is_granted(&try_use()));
}

#[test]
fn nobody_begins_to_use_what_a_maker_waits_for() {
    let scene = Scene::new();
    let (library, used) = built(&scene);
    let loader = scene.loader();
    loader.import(&library, &()).expect("import");
    let try_use = || loader.try_use(std::slice::from_ref(&used)).expect("locks");
    let user = try_use();
    assert!(is_granted(&user));
    scene.write("input", "2");
    let host = Listener::default();
    let maker = scene.impatient();
    thread::scope(|scope| {
        let import = scope.spawn(|| maker.import(&library, &host));
        while !host.events().iter().any(|event| event.starts_with("waiting")) {
            thread::yield_now();
        }
        // Else it would never get its turn.
        assert!(!is_granted(&try_use()));
        drop(user);
        assert_eq!(import.join().expect("join").expect("import").how, How::Built);
    });
    assert!(is_granted(&try_use()));
}

#[test]
fn a_use_lives_on_in_what_is_started_only_if_it_is_told_to() {
    let scene = Scene::new();
    let (_, used) = built(&scene);
    let granted = scene.loader().try_use(std::slice::from_ref(&used)).expect("locks");
    let Use::Granted(using) = granted else { panic!("{granted:?}") };
    let locks = fs::canonicalize(scene.path("store/locks")).expect("it is there");
    // What a program has that is started now.
    let handles = || {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().expect("start");
        let open = fs::read_dir(format!("/proc/{}/fd", child.id())).expect("list").flatten();
        let open = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        let count = open.filter(|path| path.starts_with(&locks)).count();
        drop(child.stdin.take());
        child.wait().expect("it ends");
        count
    };
    assert_eq!(handles(), 0);
    using.outlive_exec().expect("the system allows it");
    assert_eq!(handles(), 1);
}

#[test]
fn what_a_killed_maker_left_to_say_that_it_waits_keeps_nobody_away() {
    let scene = Scene::new();
    let (library, used) = built(&scene);
    let loader = scene.loader();
    loader.import(&library, &()).expect("import");
    let using = loader.try_use(std::slice::from_ref(&used)).expect("locks");
    let locks = || fs::read_dir(scene.path("store/locks")).expect("list").flatten();
    let gate = locks().map(|entry| entry.path());
    let gate = gate.into_iter().find(|path| path.extension().is_some_and(|end| end == "gate"));
    let marker = gate.expect("the maker had it").with_extension("wanted");
    fs::write(&marker, "").expect("write");
    assert!(is_granted(&loader.try_use(std::slice::from_ref(&used)).expect("locks")));
    assert!(!marker.exists());
    drop(using);
}

#[test]
fn who_cannot_use_all_uses_none() {
    let scene = Scene::new();
    let (library, used) = built(&scene);
    let other =
        Used { library: "other".to_owned(), paths: vec![scene.path("y").display().to_string()] };
    let loader = scene.loader();
    loader.import(&library, &()).expect("import");
    // A leader has it alone.
    let led = probe_loader::Led {
        name: "built".to_owned(),
        project: scene.path("."),
        kind: probe_loader::Kind::Native,
        paths: used.paths.clone(),
        inputs: Vec::new(),
    };
    let Ok(probe_loader::Leading::Led(mut lead)) = loader.try_lead(std::slice::from_ref(&led))
    else {
        panic!("nobody leads")
    };
    assert_eq!(loader.exclude_users(&mut lead, &led).expect("locks"), Ok(()));
    let all = [other.clone(), used];
    let refused = loader.try_use(&all).expect("locks");
    let Use::Refused { library: name, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(name, "built");
    // The other one is free for a maker.
    let led = probe_loader::Led { paths: other.paths, ..led };
    assert_eq!(scene.loader().exclude_users(&mut lead, &led).expect("locks"), Ok(()));
    drop(lead);
    assert!(is_granted(&loader.try_use(&all).expect("locks")));
}
