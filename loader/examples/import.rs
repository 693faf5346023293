//! Imports one library and calls into it: `import STORE URL [PLACE]`. The torture tests run many of these at once.
//!
//! Prints how the import made the library available. An incomplete library kills the process, as it would kill a test.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use probe_loader::{Host, ImportEvent, ImportSource, ImportSpec, Loader, Settings};

/// Prints what a waiting person wants to know.
struct Talker;

impl Host for Talker {
    #[expect(clippy::disallowed_macros, reason = "an example talks to a person")]
    #[expect(clippy::print_stderr, reason = "an example talks to a person")]
    fn tell(&self, event: &ImportEvent<'_>) {
        match event {
            ImportEvent::Waiting { holder: Some(holder), .. } => eprintln!("waiting for {holder}"),
            ImportEvent::Waiting { holder: None, .. } => eprintln!("waiting"),
            ImportEvent::Retrying { cause, .. } => eprintln!("trying again: {cause}"),
            _ => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "an example has a command line")]
#[expect(clippy::disallowed_macros, reason = "an example talks to a person")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to a person")]
fn main() -> ExitCode {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    match import(&arguments) {
        Ok(how) => {
            println!("{how}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn import(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let [store, url, place @ ..] = arguments else {
        return Err("usage: import STORE URL [PLACE]".into());
    };
    let settings = Settings {
        seed: u64::from(std::process::id()),
        command: "import".to_owned(),
        ..Settings::new(store)
    };
    let library = ImportSpec {
        to: place.first().map(PathBuf::from),
        ..ImportSpec::new("sample", ImportSource::url(url))
    };
    let imported = Loader::new(settings)?.import(&library, &Talker)?;
    call(&imported.path)?;
    Ok(format!("{:?}", imported.how))
}

/// Reads every page of the library through its own code.
#[expect(unsafe_code, reason = "a library is proven whole by calling into it")]
fn call(path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    // SAFETY: the tests compile the library, its initialisers do nothing, and the function has this signature.
    let (sum, expected) = unsafe {
        let library = libloading::Library::new(path)?;
        let sum = library.get::<extern "C" fn() -> u64>(b"sample_sum\0")?();
        let expected = **library.get::<*const u64>(b"sample_expected\0")?;
        (sum, expected)
    };
    if sum == expected {
        Ok(())
    } else {
        Err(format!("the library says {sum} instead of {expected}").into())
    }
}
