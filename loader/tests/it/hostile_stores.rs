//! Stores that are not what they should be: read-only, somebody else's, full, or booby-trapped. The superuser is above modes, so that
//! imports for which they matter run as another user.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use probe_loader::{How, ImportCause, ImportSpec, Loader, Settings, StoreError};
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use crate::support::object::library as object;
use crate::support::server::Server;
use crate::support::{Scene, compiled, example, files_below, library, tools};

/// `nobody`, wherever there are users at all.
const SOMEBODY: u32 = 65534;

fn is_superuser() -> bool {
    rustix::process::geteuid().is_root()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("set the mode");
}

/// A store whose user is not the superuser, whoever runs the test.
struct Unprivileged {
    scene: Scene,
    server: Server,
    program: PathBuf,
}

impl Unprivileged {
    fn new() -> Self {
        let scene = Scene::new();
        let server = Server::of(compiled::library());
        // Beside the store, since the target directory may be closed to others.
        let program = scene.path("import");
        fs::copy(example::import(), &program).expect("copy");
        set_mode(&program, 0o755);
        set_mode(&scene.path("."), 0o755);
        fs::create_dir(scene.path("home")).expect("create");
        if is_superuser() {
            chown(scene.path("home"), Some(SOMEBODY), Some(SOMEBODY)).expect("give away");
        }
        Self { scene, server, program }
    }

    fn store(&self) -> PathBuf {
        self.scene.path("home/store")
    }

    fn import(&self) -> Output {
        let mut command = Command::new(&self.program);
        command
            .arg(self.store())
            .arg(self.server.url("/libsample.so"))
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null());
        if is_superuser() {
            command.uid(SOMEBODY).gid(SOMEBODY);
        }
        loop {
            match command.output() {
                // A test beside this one has forked while the copy was being written.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                    std::thread::yield_now();
                }
                output => return output.expect("start"),
            }
        }
    }

    #[track_caller]
    fn check(&self, expected: &str, hits: usize) {
        let output = self.import();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{errors}");
        assert_eq!(self.server.hits(), hits);
    }

    #[track_caller]
    fn check_refused(&self, expected: &str) {
        let output = self.import();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains(expected), "{errors}");
    }

    /// Gives every directory of the store this mode, the root first or last, so that its owner could do the same.
    fn set_modes(&self, mode: u32) {
        let mut directories = vec![self.store()];
        let mut next = 0;
        while let Some(directory) = directories.get(next).cloned() {
            let entries = fs::read_dir(directory).expect("list");
            let paths = entries.map(|entry| entry.expect("an entry").path());
            directories.extend(paths.filter(|path| path.is_dir()));
            next += 1;
        }
        directories.iter().rev().for_each(|directory| set_mode(directory, mode));
    }
}

#[test]
fn a_read_only_store_gives_what_it_has_and_refuses_what_it_has_not() {
    let store = Unprivileged::new();
    store.check("Fetched\n", 1);
    let before = files_below(&store.store());
    store.set_modes(0o555);
    store.check("Cached\n", 1);
    assert_eq!(files_below(&store.store()), before, "nothing was written");
    store.set_modes(0o755);
    fs::remove_dir_all(store.store().join("entries")).expect("remove");
    fs::create_dir(store.store().join("entries")).expect("create");
    if is_superuser() {
        chown(store.store().join("entries"), Some(SOMEBODY), Some(SOMEBODY)).expect("give away");
    }
    store.set_modes(0o555);
    store.check_refused("Permission denied");
    store.set_modes(0o755);
}

#[test]
fn a_store_without_any_rights_is_an_error_that_names_it() {
    let store = Unprivileged::new();
    store.check("Fetched\n", 1);
    set_mode(&store.store(), 0o000);
    store.check_refused(&store.store().display().to_string());
    set_mode(&store.store(), 0o700);
}

#[test]
fn a_stored_file_that_cannot_be_read_is_fetched_again() {
    let store = Unprivileged::new();
    store.check("Fetched\n", 1);
    let file = files_below(&store.store().join("files")).remove(0);
    set_mode(&file, 0o000);
    store.check("Fetched\n", 2);
    store.check("Cached\n", 2);
}

#[test]
fn a_store_of_another_user_is_refused() {
    if !is_superuser() {
        return tools::forbidden("give a directory away", "this is not the superuser");
    }
    let scene = Scene::new();
    scene.loader();
    for part in ["store/locks", "store"] {
        chown(scene.path(part), Some(SOMEBODY), None).expect("give away");
        let refused = Loader::new(scene.settings()).err().expect("refused");
        assert!(
            matches!(&refused, StoreError::Foreign { path } if *path == scene.path(part)),
            "{refused}"
        );
        chown(scene.path(part), Some(0), None).expect("take back");
    }
}

#[test]
fn traps_under_the_names_of_locks_and_holders_catch_nobody() {
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let library = library(&server.url("/lib.so"));
    scene.import(&library).expect("import");
    let victim = scene.write("victim", "precious");
    for lock in fs::read_dir(scene.path("store/locks")).expect("list") {
        let lock = lock.expect("an entry").path();
        fs::remove_file(&lock).expect("remove");
        symlink(&victim, lock).expect("link");
    }
    // What is there needs no lock.
    assert_eq!(scene.import(&library).expect("import").how, How::Cached);
    fs::remove_dir_all(scene.path("store/entries")).expect("remove");
    let error = scene.import(&library).expect_err("a trap");
    assert!(matches!(error.cause(), ImportCause::Disk { action: "lock", .. }), "{error}");
    assert_eq!(fs::read(&victim).expect("read"), b"precious");
}

/// A small file system in memory, as long as it lives.
struct Small(PathBuf);

impl Small {
    fn mount(path: PathBuf) -> Result<Self, rustix::io::Errno> {
        fs::create_dir(&path).expect("create");
        mount("tmpfs", &path, "tmpfs", MountFlags::empty(), Some(c"size=1m"))?;
        Ok(Self(path))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        unmount(&self.0, UnmountFlags::DETACH).ok();
    }
}

#[test]
fn a_full_disk_ends_an_import_at_once_and_leaves_nothing() {
    let scene = Scene::new();
    let small = match Small::mount(scene.path("small")) {
        Ok(small) => small,
        Err(error) => return tools::forbidden("mount", &error.to_string()),
    };
    let large = object(3 << 20, 1);
    let content = large.clone();
    let server = Server::new(move |request, stream| {
        let content = if request.path == "/small.so" { object(5000, 2) } else { content.clone() };
        crate::support::server::respond(stream, "200 OK", &[], &content);
    });
    let full = Settings { store: small.0.join("store"), ..scene.settings() };
    let loader = Loader::new(full).expect("a store");
    let error = loader.import(&library(&server.url("/large.so")), &()).expect_err("full");
    let ImportCause::Disk { error: cause, .. } = error.cause() else { panic!("{error}") };
    assert_eq!(cause.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!((error.attempts().len(), server.hits()), (1, 1), "it is not tried again");
    assert!(error.help().is_some_and(|help| help.contains("free space")));
    assert_eq!(fs::read_dir(small.0.join("store/files")).expect("list").count(), 0);
    // The space is free again.
    loader.import(&library(&server.url("/small.so")), &()).expect("import");

    // The store has room, and the place has not.
    let to = small.0.join("place/large.so");
    let placed = ImportSpec { to: Some(to), ..library(&server.url("/large.so")) };
    let error = scene.import(&placed).expect_err("full");
    let ImportCause::Disk { error: cause, .. } = error.cause() else { panic!("{error}") };
    assert_eq!(cause.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(fs::read_dir(small.0.join("place")).expect("list").count(), 0);
}
