//! The numbers of signals, which differ between Unix systems, and their names.

pub(super) use signal_hook::consts::{
    SIGABRT as ABRT, SIGBUS as BUS, SIGCONT as CONT, SIGFPE as FPE, SIGHUP as HUP, SIGILL as ILL,
    SIGINT as INT, SIGKILL as KILL, SIGQUIT as QUIT, SIGSEGV as SEGV, SIGSTOP as STOP,
    SIGTERM as TERM, SIGTRAP as TRAP, SIGTSTP as TSTP, SIGTTIN as TTIN, SIGTTOU as TTOU,
    SIGUSR1 as USR1, SIGUSR2 as USR2,
};

/// `SIGTERM`.
pub(super) fn name(number: i32) -> Option<&'static str> {
    signal_hook::low_level::signal_name(number)
}
