//! The keys that somebody presses, one by one. Knows no terminal, and not what follows.

use std::io::Read;

use crossbeam_channel::{Receiver, never, unbounded};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The same once more.
    Again,
    All,
    Failed,
    /// Nothing more, for now.
    Stop,
    Quit,
    /// What the keys are.
    Help,
}

impl Key {
    fn of(byte: u8) -> Option<Self> {
        match byte.to_ascii_lowercase() {
            b'\r' | b'\n' => Some(Self::Again),
            b'a' => Some(Self::All),
            b'f' => Some(Self::Failed),
            b's' => Some(Self::Stop),
            // ^D, as for other programs.
            b'q' | 4 => Some(Self::Quit),
            b'?' | b'h' => Some(Self::Help),
            _ => None,
        }
    }
}

/// The keys that are pressed.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) pressed: Receiver<Key>,
}

impl Keys {
    /// Nobody presses any.
    pub(crate) fn none() -> Self {
        Self { pressed: never() }
    }

    /// Those of standard input until its end, read by a thread that nobody waits for.
    pub(crate) fn pressed() -> Self {
        let (tell, pressed) = unbounded();
        let read = move || {
            let mut byte = [0];
            while let Ok(1) = std::io::stdin().read(&mut byte) {
                if let Some(key) = Key::of(byte[0])
                    && tell.send(key).is_err()
                {
                    return;
                }
            }
        };
        // Without a thread there are no keys; whoever waits for them waits for files all the same.
        let _ = std::thread::Builder::new().name("keys".to_owned()).spawn(read);
        Self { pressed }
    }
}
