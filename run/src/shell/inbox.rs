//! The queue to the thread that started the run, for senders other than workers and the conductor.

use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::conductor::Message;
use crate::order::Order;

/// A letter to the thread that conducts the run.
#[derive(Debug)]
pub(super) enum Letter {
    /// A message for the conductor.
    Heard(Box<Message>),
    /// A worker has sent the conductor a message, and the conductor has to be looked at again.
    Changed,
}

/// The queue of messages that do not come from a worker.
#[derive(Debug)]
pub struct Inbox {
    letters: Receiver<Letter>,
    post: Post,
}

/// Sends orders to a run, from any thread.
#[derive(Clone, Debug)]
pub struct Orders(Post);

/// Sends letters.
#[derive(Clone, Debug)]
pub(super) struct Post(Sender<Letter>);

impl Inbox {
    /// Makes an empty inbox.
    pub fn new() -> Self {
        let (post, letters) = unbounded();
        Self { letters, post: Post(post) }
    }

    /// Returns a sender of orders.
    pub fn orders(&self) -> Orders {
        Orders(self.post.clone())
    }

    pub(super) fn post(&self) -> Post {
        self.post.clone()
    }

    /// Returns the next letter, or `None` if none comes before `until`.
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
    /// Sends an order. After the end of the run, nobody receives it.
    pub fn tell(&self, order: Order) {
        self.0.send(Message::Ordered(order));
    }
}

impl Post {
    /// The conductor outlives every sender. If it has panicked, nobody receives the message.
    pub(super) fn send(&self, message: Message) {
        let _ = self.0.send(Letter::Heard(Box::new(message)));
    }

    /// Makes the thread look at the conductor again.
    pub(super) fn nudge(&self) {
        let _ = self.0.send(Letter::Changed);
    }
}
