//! Imports a folder of an archive: `folder STORE URL MEMBER [PLACE]`. With an empty MEMBER it imports the file itself. Prints how
//! the import made it available.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use probe_loader::{ImportSource, ImportSpec, Kind, Loader, Settings};

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
    let [store, url, member, place @ ..] = arguments else {
        return Err("usage: folder STORE URL MEMBER [PLACE]".into());
    };
    let source = ImportSource::Url {
        url: url.clone(),
        mirrors: Vec::new(),
        sha256: None,
        member: Some(member.clone()).filter(|member| !member.is_empty()),
    };
    let to = place.first().map(PathBuf::from);
    let library = ImportSpec { kind: Kind::Data, to, ..ImportSpec::new("folder", source) };
    let imported = Loader::new(Settings::new(store))?.import(&library, &())?;
    Ok(format!("{:?}", imported.how))
}
