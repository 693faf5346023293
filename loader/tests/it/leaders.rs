//! Libraries that the first test makes: who may run while they are not known to be there.

use std::fs;

use probe_loader::{Kind, Leading, Led, Loader};

use crate::support::Scene;
use crate::support::object::library as object;

fn led(scene: &Scene, name: &str, paths: &[&str], inputs: &[&str]) -> Led {
    let pattern = |pattern: &&str| scene.path(pattern).display().to_string();
    Led {
        name: name.to_owned(),
        project: scene.path("project"),
        kind: Kind::Native,
        paths: paths.iter().map(pattern).collect(),
        inputs: inputs.iter().map(pattern).collect(),
    }
}

fn try_lead(loader: &Loader, libraries: &[&Led]) -> Leading {
    let libraries = libraries.iter().copied().cloned().collect::<Vec<_>>();
    loader.try_lead(&libraries).expect("locks")
}

/// Remembers that it was made from its inputs as they are.
fn remember(loader: &Loader, library: &Led) {
    let inputs = loader.led_inputs(library, &()).expect("readable");
    loader.remember_led(library, inputs, &()).expect("it is there");
}

#[test]
fn one_at_a_time_leads_across_loaders() {
    let scene = Scene::new();
    let library = led(&scene, "fast", &["build/fast*.so"], &[]);
    let (one, other) = (scene.loader(), scene.loader());
    let lead = try_lead(&one, &[&library]);
    assert!(matches!(lead, Leading::Led(_)));
    let Leading::Busy { library: name, holder } = try_lead(&other, &[&library]) else {
        panic!("another one leads");
    };
    assert_eq!(name, "fast");
    assert_eq!(holder.expect("a holder").pid, std::process::id());
    drop(lead);
    assert!(matches!(try_lead(&other, &[&library]), Leading::Led(_)));
}

#[test]
fn who_cannot_lead_all_leads_none() {
    let scene = Scene::new();
    let libraries = ["a", "b", "c"].map(|name| led(&scene, name, &[], &[]));
    let loader = scene.loader();
    for taken in &libraries {
        let lead = try_lead(&loader, &[taken]);
        assert!(matches!(lead, Leading::Led(_)));
        let all = libraries.iter().collect::<Vec<_>>();
        assert!(
            matches!(try_lead(&loader, &all), Leading::Busy { library, .. } if library == taken.name)
        );
        for other in libraries.iter().filter(|other| other.name != taken.name) {
            assert!(matches!(try_lead(&loader, &[other]), Leading::Led(_)));
        }
    }
}

#[test]
fn the_same_library_twice_is_led_once() {
    let scene = Scene::new();
    let library = led(&scene, "a", &[], &[]);
    let lead = try_lead(&scene.loader(), &[&library, &library]);
    assert!(matches!(lead, Leading::Led(_)));
}

#[test]
fn libraries_are_one_by_their_paths_or_else_by_project_and_name() {
    let scene = Scene::new();
    let elsewhere = |library: &Led| Led { project: scene.path("another"), ..library.clone() };
    let loader = scene.loader();
    let with_paths = led(&scene, "a", &["build/a.so"], &[]);
    let renamed = led(&scene, "b", &["build/a.so"], &[]);
    let without = led(&scene, "a", &[], &[]);
    let _leads = (try_lead(&loader, &[&with_paths]), try_lead(&loader, &[&without]));
    for (library, free) in [
        (renamed, false),
        (elsewhere(&with_paths), false),
        (elsewhere(&without), true),
        (led(&scene, "b", &[], &[]), true),
    ] {
        let lead = try_lead(&loader, &[&library]);
        assert_eq!(matches!(lead, Leading::Led(_)), free, "{library:?}");
    }
}

#[test]
fn with_inputs_a_library_is_known_until_it_or_one_of_them_changes() {
    let scene = Scene::new();
    let library = led(&scene, "fast", &["build/fast*.so"], &["src/*.pyx"]);
    scene.write("src/a.pyx", "a");
    let is_led = || scene.loader().is_led(&library, &()).expect("readable");
    assert!(!is_led());
    let made = scene.write("build/fast.so", object(5000, 1));
    assert!(!is_led(), "it may be of another source");
    remember(&scene.loader(), &library);
    assert!(is_led());
    scene.write("src/a.pyx", "b");
    assert!(!is_led());
    scene.write("src/a.pyx", "a");
    assert!(is_led());
    fs::write(made, &object(5000, 1)[..4000]).expect("write");
    assert!(!is_led());
}

#[test]
fn without_inputs_a_library_is_known_in_the_run_that_made_it_and_to_others_while_that_lives() {
    let scene = Scene::new();
    scene.write("build/fast.so", object(5000, 1));
    for paths in [&["build/fast.so"][..], &[]] {
        let library = led(&scene, "fast", paths, &[]);
        let loader = scene.loader();
        assert!(!loader.is_led(&library, &()).expect("readable"));
        remember(&loader, &library);
        assert!(loader.is_led(&library, &()).expect("readable"));
        let has_paths = !library.paths.is_empty();
        assert_eq!(scene.loader().is_led(&library, &()).expect("readable"), has_paths);
        drop(loader);
        assert!(!scene.loader().is_led(&library, &()).expect("readable"));
    }
}

#[test]
fn a_library_that_is_not_there_after_its_test_is_not_remembered() {
    let scene = Scene::new();
    let library = led(&scene, "fast", &["build/fast.so"], &[]);
    let loader = scene.loader();
    let inputs = loader.led_inputs(&library, &()).expect("readable");
    let error = loader.remember_led(&library, inputs, &()).expect_err("nothing there");
    assert!(error.to_string().contains("nothing matches"), "{error}");
}

#[test]
fn an_input_that_changes_while_the_test_runs_makes_its_library_unknown() {
    let scene = Scene::new();
    let library = led(&scene, "fast", &["build/fast.so"], &["src/*.pyx"]);
    scene.write("src/a.pyx", "a");
    let loader = scene.loader();
    let inputs = loader.led_inputs(&library, &()).expect("readable");
    scene.write("build/fast.so", object(5000, 1));
    scene.write("src/a.pyx", "b");
    loader.remember_led(&library, inputs, &()).expect("it is there");
    assert!(!loader.is_led(&library, &()).expect("readable"), "it is of the older source");
    scene.write("src/a.pyx", "a");
    assert!(loader.is_led(&library, &()).expect("readable"));
}
