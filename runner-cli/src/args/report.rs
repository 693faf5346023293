//! `--report`, as it is typed.

use std::path::PathBuf;
use std::str::FromStr;

use probe_scenario::ReportKind;

/// `KIND=PATH`, and after a comma more of them: so one variable can say several, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportArguments(pub(crate) Vec<ReportArgument>);

/// `KIND=PATH`: a report, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportArgument {
    pub(crate) kind: ReportKind,
    pub(crate) to: Destination,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// `-`.
    Stdout,
    /// A file, relative to the working directory.
    File(PathBuf),
    /// A file of which the manifest says where it is in every checkout, so that its directory is made; absolute.
    Made(PathBuf),
}

impl std::fmt::Display for ReportArgument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.kind;
        match &self.to {
            Destination::Stdout => write!(f, "{kind}=-"),
            Destination::File(path) | Destination::Made(path) => {
                write!(f, "{kind}={}", path.display())
            }
        }
    }
}

impl FromStr for ReportArguments {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pieces: Vec<String> = Vec::new();
        for piece in text.split(',') {
            match pieces.last_mut() {
                // A comma in a path.
                Some(last) if !names_kind(piece) => {
                    last.push(',');
                    last.push_str(piece);
                }
                _ => pieces.push(piece.to_owned()),
            }
        }
        pieces.iter().map(|piece| piece.parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// Whether a text begins as if it named a kind of report, known or not.
fn names_kind(text: &str) -> bool {
    let kind = text.split_once('=').map(|(kind, _)| kind);
    kind.is_some_and(|kind| kind.chars().all(char::is_alphanumeric))
}

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names =
            || ReportKind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ");
        let Some((kind, path)) = text.split_once('=') else {
            return Err(format!("no `KIND=PATH`; the kinds are {}", names()));
        };
        let Ok(kind) = kind.parse() else {
            return Err(format!("there is no report `{kind}`; the kinds are {}", names()));
        };
        match path {
            "" => Err(format!("`{text}` names no file; `-` is standard output")),
            "-" => Ok(Self { kind, to: Destination::Stdout }),
            _ => Ok(Self { kind, to: Destination::File(path.into()) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_separates_reports_and_may_be_in_a_path() {
        for (text, expected) in [
            ("junit=a.xml", &["junit=a.xml"][..]),
            ("junit=a.xml,html=b.html,tap=-", &["junit=a.xml", "html=b.html", "tap=-"]),
            ("junit=a,b.xml", &["junit=a,b.xml"]),
            ("junit=a,b/c=d,trace=t", &["junit=a,b/c=d", "trace=t"]),
        ] {
            let read: ReportArguments = text.parse().expect("it is one");
            let read: Vec<String> = read.0.iter().map(ToString::to_string).collect();
            assert_eq!(read, expected, "{text}");
        }
        for text in ["junit=a,htlm=b", "junit=a,html=", ",junit=a", ""] {
            assert!(text.parse::<ReportArguments>().is_err(), "{text}");
        }
    }
}
