//! The way to the thread that made the run, for whoever is neither a worker nor the conductor.

use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::conductor::Message;
use crate::order::Order;

/// What comes in.
#[derive(Debug)]
pub(super) enum Letter {
    /// Something to be told to the conductor.
    Heard(Box<Message>),
    /// A worker has told the conductor something by which it is to be looked at again.
    Changed,
}

/// Where the run is told what does not come from a worker.
#[derive(Debug)]
pub struct Inbox {
    letters: Receiver<Letter>,
    post: Post,
}

/// Tells a run what is wanted of it, from any thread.
#[derive(Clone, Debug)]
pub struct Orders(Post);

/// Sends letters.
#[derive(Clone, Debug)]
pub(super) struct Post(Sender<Letter>);

impl Inbox {
    /// An empty one.
    pub fn new() -> Self {
        let (post, letters) = unbounded();
        Self { letters, post: Post(post) }
    }

    /// The way for orders.
    pub fn orders(&self) -> Orders {
        Orders(self.post.clone())
    }

    pub(super) fn post(&self) -> Post {
        self.post.clone()
    }

    /// The next letter, or `None` when it is time before there is one.
    pub(super) fn next(&self, until: Option<Instant>) -> Option<Letter> {
        let letter = match until {
            None => self.letters.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => self.letters.recv_deadline(at),
        };
        match letter {
            Ok(letter) => Some(letter),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => unreachable!("the inbox holds a sender"),
        }
    }
}

impl Default for Inbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Orders {
    /// What is told when the run is over is heard by nobody.
    pub fn tell(&self, order: Order) {
        self.0.send(Message::Ordered(order));
    }
}

impl Post {
    /// The conductor outlives whoever has something to tell; if it has panicked, nobody is left.
    pub(super) fn send(&self, message: Message) {
        let _ = self.0.send(Letter::Heard(Box::new(message)));
    }

    /// The conductor is to be looked at again.
    pub(super) fn nudge(&self) {
        let _ = self.0.send(Letter::Changed);
    }
}
