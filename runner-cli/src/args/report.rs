//! `--report` and `probe report`, as they are typed.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueHint};
use probe_report::{AskedReport, Destination};
use probe_scenario::ReportKind;

use super::ProjectArguments;

/// What `probe report` takes.
#[derive(Args, Debug)]
pub(crate) struct ReportCommandArguments {
    /// The log of a run, as `probe run --report jsonl=FILE` writes it; `-` is standard input. Without it: that of the last run,
    /// which is kept in `.probe` like those of nine before it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "reports", conflicts_with = "run")]
    pub(crate) from: Option<PathBuf>,
    /// A run before the last one: its id, or the beginning of that.
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Write this report: `html`, `junit`, `jsonl`, `tap` or `trace`, to FILE or with `-` to standard output. Can be repeated.
    /// Without any: the page of `html`, in `.probe`; its path is printed.
    #[arg(long = "report", value_name = "KIND=FILE")]
    pub(crate) reports: Vec<ReportArguments>,
    /// Open the page in the browser.
    #[arg(long, conflicts_with_all = ["reports", "from"])]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}

/// `KIND=PATH`, and after a comma more of them: so one variable can say several, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportArguments(pub(crate) Vec<AskedReport>);

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
        pieces.iter().map(|piece| asked(piece)).collect::<Result<_, _>>().map(Self)
    }
}

/// Whether a text begins as if it named a kind of report, known or not.
fn names_kind(text: &str) -> bool {
    let kind = text.split_once('=').map(|(kind, _)| kind);
    kind.is_some_and(|kind| kind.chars().all(char::is_alphanumeric))
}

/// What one `KIND=PATH` asks for.
fn asked(text: &str) -> Result<AskedReport, String> {
    let names = || ReportKind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ");
    let Some((kind, path)) = text.split_once('=') else {
        return Err(format!("no `KIND=PATH`; the kinds are {}", names()));
    };
    let Ok(kind) = kind.parse() else {
        return Err(format!("there is no report `{kind}`; the kinds are {}", names()));
    };
    match path {
        "" => Err(format!("`{text}` names no file; `-` is standard output")),
        "-" => Ok(AskedReport { kind, to: Destination::Stdout }),
        _ => Ok(AskedReport { kind, to: Destination::File(path.into()) }),
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
