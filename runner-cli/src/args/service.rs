//! `probe service`, as it is typed.

use clap::{Args, Subcommand};

use super::{EnvFormat, ProjectArguments, StoreArguments, StoreDirectory};

#[derive(Args, Debug)]
pub(crate) struct ServiceCommandArguments {
    #[command(subcommand)]
    pub(crate) action: ServiceAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceAction {
    /// Start services, with what they need, and leave them running: `run` and `exec` of the project use them.
    Start {
        /// Their names.
        #[arg(required = true, value_name = "SERVICE")]
        names: Vec<String>,
        #[command(flatten)]
        project: ProjectArguments,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// Stop services; one that is in use stops with its last user.
    Stop {
        /// Their names; by default all that stand.
        #[arg(value_name = "SERVICE")]
        names: Vec<String>,
        #[command(flatten)]
        project: ProjectArguments,
        #[command(flatten)]
        store: StoreDirectory,
    },
    /// Show which services of the project stand, since when, and at which ports.
    Status {
        #[command(flatten)]
        project: ProjectArguments,
        #[command(flatten)]
        store: StoreDirectory,
    },
    /// Print the variables of services that stand.
    Env {
        /// Their names; by default all that stand.
        #[arg(value_name = "SERVICE")]
        names: Vec<String>,
        /// How to print them.
        #[arg(long, value_enum, default_value_t = EnvFormat::Sh)]
        format: EnvFormat,
        #[command(flatten)]
        project: ProjectArguments,
        #[command(flatten)]
        store: StoreDirectory,
    },
    /// Print what a service that stands has printed since its start.
    Logs {
        /// Its name.
        #[arg(value_name = "SERVICE")]
        name: String,
        /// Go on with what it prints from now on, until it ends.
        #[arg(short, long)]
        follow: bool,
        #[command(flatten)]
        project: ProjectArguments,
        #[command(flatten)]
        store: StoreDirectory,
    },
    /// Runs one service until nobody wants it: what the others start.
    #[command(hide = true)]
    Tend {
        #[arg(value_name = "SERVICE")]
        name: String,
        #[command(flatten)]
        project: ProjectArguments,
        #[command(flatten)]
        store: StoreArguments,
    },
}
