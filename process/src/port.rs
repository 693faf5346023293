//! Reserves ports of this machine for programs that bind them themselves.
//!
//! A port is *claimed* by something that exists only once on this machine: the name of a socket or a locked file. So no two
//! probes choose the same port. The claim ends with the process that holds it. A port is also *held* by a socket that is bound
//! and does not listen, until just before its program starts. After that only the claim protects it from other probes. Ports
//! lie outside the range of ports that the system assigns, so only a program that wants this very number can take it. Does not
//! know who uses the port.

#[cfg(any(target_os = "macos", test))]
mod claim_file;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;

use std::io;
use std::ops::RangeInclusive;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(unix)]
use unix::Hold;

/// The first port to choose. Most fixed ports of programs are below it.
const FIRST: u16 = 20_000;
/// A range with at least so many ports is worth searching.
const ENOUGH: u16 = 2_000;
/// The number of ports to try.
const TRIES: u32 = 2_000;

/// A reserved port.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _claim: system::Claim,
    hold: Option<Hold>,
}

impl Port {
    /// Reserves a free port, chosen at random from `seed`.
    ///
    /// # Errors
    ///
    /// Fails if no free port is found.
    pub fn take(seed: u64) -> io::Result<Self> {
        let range = range(system::given_to_anybody());
        let mut random = SmallRng::seed_from_u64(seed);
        let mut last = None;
        for _ in 0..TRIES {
            let number = random.random_range(range.clone());
            let taken =
                system::Claim::take(number).and_then(|claim| Ok((claim, Hold::take(number)?)));
            match taken {
                Ok((claim, hold)) => return Ok(Self { number, _claim: claim, hold: Some(hold) }),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    /// The number of the port.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Stops holding the port, so that its program can bind it.
    pub fn hand_over(&mut self) {
        self.hold = None;
    }
}

/// The range of ports to search, outside of the range `given` that the system assigns.
fn range(given: Option<RangeInclusive<u16>>) -> RangeInclusive<u16> {
    let (low, high) = given.map_or((32_768, 60_999), RangeInclusive::into_inner);
    if low >= FIRST + ENOUGH {
        FIRST..=low - 1
    } else if high < u16::MAX - ENOUGH {
        high + 1..=u16::MAX
    } else {
        // The system may assign these ports, too, and only the hold protects them.
        FIRST..=u16::MAX
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_lies_outside_of_what_anybody_is_given() {
        assert_eq!(range(None), 20_000..=32_767);
        assert_eq!(range(Some(32_768..=60_999)), 20_000..=32_767);
        assert_eq!(range(Some(1_024..=60_999)), 61_000..=65_535);
        assert_eq!(range(Some(1_024..=65_535)), 20_000..=65_535);
    }

    #[test]
    fn a_port_is_ones_own_until_it_is_handed_over_and_no_other_chooses_it_then() {
        let mut port = Port::take(7).expect("a port");
        let bind = |number| TcpListener::bind(("127.0.0.1", number));
        assert!(bind(port.number()).is_err(), "it is held");
        port.hand_over();
        let server = bind(port.number()).expect("it was handed over");
        assert_ne!(Port::take(7).expect("another").number(), port.number());
        drop(server);
        assert_ne!(Port::take(7).expect("another").number(), port.number(), "it is claimed");
        let number = port.number();
        drop(port);
        assert_eq!(Port::take(7).expect("the same").number(), number);
    }

    #[test]
    fn no_two_of_many_are_the_same() {
        let all: Vec<Port> = (0..400).map(|seed| Port::take(seed % 3).expect("a port")).collect();
        let numbers: BTreeSet<u16> = all.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), all.len());
    }
}
