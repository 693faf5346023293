//! `probe completions`, as it is typed.

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct CompletionsArguments {
    /// For which shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// `source <(probe completions bash)` in `~/.bashrc`.
    Bash,
    /// `eval (probe completions elvish | slurp)` in `~/.config/elvish/rc.elv`.
    Elvish,
    /// `probe completions fish | source` in `~/.config/fish/config.fish`.
    Fish,
    /// `probe completions powershell | Out-String | Invoke-Expression` in `$PROFILE`.
    Powershell,
    /// `source <(probe completions zsh)` in `~/.zshrc`, after `compinit`.
    Zsh,
}
