//! Whether a command line that can collect its tests may have several processes: by its words, and by whatever else may give
//! options to pytest.

use std::path::Path;

use probe_loader::read_regular;

use crate::environment::Environment;

/// Where pytest finds further options.
const CONFIGURATIONS: [&str; 5] =
    ["pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"];

/// The most bytes of one that are read.
const LONGEST: u64 = 1 << 20;

/// Options that ask for several processes, of pytest-xdist, of pytest-parallel and of Deno.
const OPTIONS: [&str; 6] = ["--numprocesses", "--dist", "--tx", "--workers", "--parallel", "-n"];

/// Whether `words`, or what holds for them in the project at `root`, ask for several processes. In doubt they do.
pub(super) fn may_be_parallel(words: &[String], root: &Path, environment: &Environment) -> bool {
    if words.iter().any(|word| asks(word)) || environment.has("PYTEST_ADDOPTS") {
        return true;
    }
    let directories = environment.cwd().ancestors().take_while(|place| place.starts_with(root));
    let files = directories.flat_map(|place| CONFIGURATIONS.map(|name| place.join(name)));
    let texts = files.filter_map(|file| read_regular(&file, LONGEST).ok());
    let mut texts = texts.map(|text| String::from_utf8_lossy(&text).into_owned());
    texts.any(|text| text.split([' ', '\t', '\n', '"', '\'', ',', '=', '[']).any(asks))
}

fn asks(word: &str) -> bool {
    OPTIONS.iter().any(|option| match word.strip_prefix(option) {
        Some("") => true,
        Some(rest) if *option == "-n" => {
            rest.starts_with(|first: char| first.is_ascii_digit())
                || matches!(rest, "auto" | "logical")
        }
        Some(rest) => rest.starts_with('='),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::asks;

    #[test]
    fn what_asks_for_processes_is_an_option_that_does() {
        for word in ["-n", "-n8", "-nauto", "--numprocesses=4", "--dist", "--tx", "--workers"] {
            assert!(asks(word), "{word}");
        }
        for word in ["-q", "-name", "n", "tests", "--distance", "-no", ""] {
            assert!(!asks(word), "{word}");
        }
    }
}
