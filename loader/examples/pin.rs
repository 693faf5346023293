//! Pins a URL in a lock file: `pin STORE FILE LIBRARY URL`. Until an import it has the digest of an empty file.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use probe_loader::{Loader, Pin, Settings, Sha256};

#[expect(clippy::disallowed_methods, reason = "an example has a command line")]
#[expect(clippy::disallowed_macros, reason = "an example talks to a person")]
#[expect(clippy::print_stderr, reason = "an example talks to a person")]
fn main() -> ExitCode {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    match pin(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn pin(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [store, file, library, url] = arguments else {
        return Err("usage: pin STORE FILE LIBRARY URL".into());
    };
    let pin = Pin { url: url.clone(), sha256: Sha256::of(b""), size: 0 };
    let loader = Loader::new(Settings::new(store))?;
    loader.update_pins(Path::new(file), |pins| pins.insert(library, "any", &pin))?;
    Ok(())
}
