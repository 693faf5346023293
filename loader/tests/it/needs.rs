//! What object files need besides themselves.

use std::fs;
use std::path::Path;

use probe_loader::{Linkage, inspect, linkage};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::support::compiled::{self, WindowsLibrary};
use crate::support::object::{MAC_ARM64, MAC_X86_64, library as object, macho_with, universal};
use crate::support::{Scene, tools};

fn of(content: &[u8]) -> Linkage {
    let scene = Scene::new();
    linkage(&scene.write("file", content)).expect("read")
}

/// A Mach-O library that needs others, and can do without one.
fn mac(cpu: u32, system: &str) -> Vec<u8> {
    macho_with(
        cpu,
        &[
            (0xd, "@rpath/libown.2.dylib"),
            (0xc, system),
            (0x8000_0018, "/usr/lib/libweak.dylib"),
            (0x8000_001f, "@rpath/libother.dylib"),
            (0x8000_001c, "@loader_path/lib"),
        ],
    )
}

#[test]
fn a_compiled_elf_library_names_itself_what_it_needs_and_where_it_looks() {
    let scene = Scene::new();
    let path = compiled::linked(
        &scene.path("."),
        &[
            "-Wl,-soname,libown.so.2",
            "-Wl,--enable-new-dtags,-rpath,$ORIGIN/lib:/opt/lib",
            "-Wl,--no-as-needed",
            "-lm",
        ],
    );
    let found = linkage(&path).expect("read");
    assert_eq!(found.name.as_deref(), Some("libown.so.2"));
    assert!(found.needed.contains(&"libm.so.6".to_owned()), "{found:?}");
    assert_eq!(found.search, ["$ORIGIN/lib", "/opt/lib"]);
    assert!(inspect(&path).is_whole());
}

#[test]
fn a_linked_windows_library_names_what_it_needs() {
    let scene = Scene::new();
    match compiled::windows(&scene.path(".")) {
        WindowsLibrary::Made(path) => {
            let found = linkage(&path).expect("read");
            assert_eq!(found, Linkage { needed: vec!["dep.dll".to_owned()], ..Linkage::default() });
        }
        WindowsLibrary::NoLinker(why) => tools::missing("a linker for Windows", &why),
    }
}

#[test]
fn a_mac_library_needs_what_it_loads_strongly() {
    let expected = |system: &str| Linkage {
        name: Some("@rpath/libown.2.dylib".to_owned()),
        needed: vec![system.to_owned(), "@rpath/libother.dylib".to_owned()],
        search: vec!["@loader_path/lib".to_owned()],
        ..Linkage::default()
    };
    let (arm, intel) = (mac(MAC_ARM64, "/usr/lib/arm.dylib"), mac(MAC_X86_64, "/usr/lib/x.dylib"));
    assert_eq!(of(&arm), expected("/usr/lib/arm.dylib"));
    let own = if cfg!(target_arch = "aarch64") { "/usr/lib/arm.dylib" } else { "/usr/lib/x.dylib" };
    assert_eq!(of(&universal(&[(MAC_ARM64, arm), (MAC_X86_64, intel)])), expected(own));
}

#[test]
fn what_has_no_dynamic_section_or_is_no_object_needs_nothing() {
    for content in [&object(5000, 1)[..], b"", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"<html>"] {
        assert_eq!(of(content), Linkage::default(), "{content:?}");
    }
    assert_eq!(linkage(Path::new("/")).expect("a folder"), Linkage::default());
    assert!(linkage(Path::new("/absent")).is_err());
}

#[test]
fn no_damage_makes_the_reader_panic_or_run_away() {
    const ROUNDS: usize = 1500;

    let scene = Scene::new();
    let elf = compiled::linked(&scene.path("."), &["-nostdlib"]);
    let mut victims = vec![
        fs::read(elf).expect("read"),
        mac(MAC_ARM64, "/usr/lib/x.dylib"),
        universal(&[(MAC_X86_64, mac(MAC_X86_64, "/usr/lib/x.dylib"))]),
    ];
    if let WindowsLibrary::Made(path) = compiled::windows(&scene.path(".")) {
        victims.push(fs::read(path).expect("read"));
    }
    let path = scene.path("victim");
    let mut random = SmallRng::seed_from_u64(1);
    for victim in victims {
        for _ in 0..ROUNDS {
            let mut content = victim.clone();
            for _ in 0..random.random_range(1..8) {
                // Headers and tables are in the beginning; what they point to is anywhere.
                let end = if random.random() { content.len().min(1024) } else { content.len() };
                let at = random.random_range(0..end);
                content[at] = *[0, 1, 0x7f, 0x80, 0xff, random.random()]
                    .get(random.random_range(0..6))
                    .unwrap_or(&0);
            }
            if random.random_ratio(1, 4) {
                content.truncate(random.random_range(0..content.len()));
            }
            // A new file each time: some file systems flush one that is cut and written again.
            fs::remove_file(&path).ok();
            fs::write(&path, &content).expect("write");
            let found = linkage(&path).expect("whatever it is, it can be read");
            assert!(found.needed.len() <= 4096);
            let _ = inspect(&path);
        }
    }
}

#[test]
fn a_library_says_which_versions_it_wants_and_which_it_has() {
    let scene = Scene::new();
    let path = compiled::flock_shim(&scene.path("."), "return *__errno_location();");
    let found = linkage(&path).expect("read");
    let Some((library, version)) = found.wants.first() else {
        // musl has no versions.
        return;
    };
    assert!(library.starts_with("libc.so") && version.starts_with("GLIBC_2."), "{found:?}");
    assert!(found.defines.is_empty(), "{found:?}");
}
