//! What is wrong with a file, what became of it, and how a person reads that. Looks at no file.

use std::path::PathBuf;

/// One file that will not do.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) path: PathBuf,
    /// What it is instead of whole.
    pub(super) condition: String,
    /// Whose it is: `library duckdb`.
    pub(super) owner: String,
    pub(super) outcome: Outcome,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing: it was only looked at.
    Found,
    /// A whole one has its name now.
    Mended,
    /// It has another name now, and whoever needs it makes it anew.
    MovedAside {
        to: PathBuf,
        /// The command that moves it back.
        back: Option<String>,
    },
    /// Nothing, for this reason.
    Left(String),
}

impl Outcome {
    /// Whether nobody can take the file for a whole one any more.
    pub(super) fn is_well(&self) -> bool {
        matches!(self, Self::Mended | Self::MovedAside { .. })
    }
}

/// A line for each finding, and one for all.
pub(super) fn report(findings: &[Finding], looked_at: usize) -> String {
    let mut text = String::new();
    for Finding { path, condition, owner, outcome } in findings {
        text.push_str(&format!("{}: {condition} ({owner})\n", path.display()));
        match outcome {
            Outcome::Found => {}
            Outcome::Mended => text.push_str("  mended\n"),
            Outcome::MovedAside { to, back } => {
                let back = back.as_ref();
                let back = back.map(|back| format!("; `{back}` moves it back")).unwrap_or_default();
                text.push_str(&format!("  moved aside: {}{back}\n", to.display()));
            }
            Outcome::Left(reason) => {
                for (index, line) in reason.lines().enumerate() {
                    text.push_str(if index == 0 { "  left as it is: " } else { "  " });
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    let files = if looked_at == 1 { "1 file".to_owned() } else { format!("{looked_at} files") };
    let damaged = findings.len();
    let left = findings.iter().filter(|finding| !finding.outcome.is_well()).count();
    text.push_str(&match (damaged, left) {
        (0, _) => format!("{files} looked at, all whole\n"),
        (_, 0) => format!("{files} looked at, {damaged} damaged, none left so\n"),
        _ if findings.iter().all(|finding| finding.outcome == Outcome::Found) => {
            format!(
                "{files} looked at, {damaged} damaged: `probe doctor --fix` mends or moves aside\n"
            )
        }
        _ => format!("{files} looked at, {damaged} damaged, {left} left so\n"),
    });
    text
}
