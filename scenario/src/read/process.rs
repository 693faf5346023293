//! Commands that run for a process, such as a debugger. Knows no key by name.

use std::sync::Arc;

use toml::de::DeValue;

use super::context::Context;
use super::leaf;
use super::table::Entry;
use crate::text::placeholder::{Token, tokens};
use crate::{Mistake, ProcessCommand};

/// The placeholder for the number of the process.
const PID: &str = "pid";

/// One command, or a list of them.
pub(super) fn commands(
    context: &mut Context<'_>,
    entry: Entry<'_>,
) -> Option<Arc<[ProcessCommand]>> {
    let are_many = match entry.value() {
        DeValue::Array(elements) => {
            elements.first().is_some_and(|first| matches!(first.get_ref(), DeValue::Array(_)))
        }
        _ => {
            return entry
                .wrong_type(context, "a command, as a list of its words, or a list of commands");
        }
    };
    let commands = if are_many {
        leaf::filled_list(command)(context, entry)?
    } else {
        vec![command(context, entry)?]
    };
    Some(commands.into())
}

fn command(context: &mut Context<'_>, entry: Entry<'_>) -> Option<ProcessCommand> {
    let texts = leaf::filled_list(leaf::text)(context, entry)?;
    let mut words = Vec::with_capacity(texts.len());
    for text in &texts {
        let mut pieces = vec![String::new()];
        for token in tokens(&text.value) {
            match token {
                Token::Literal(literal) => {
                    pieces.last_mut().expect("there is one").push_str(literal);
                }
                Token::Placeholder(PID, _) => pieces.push(String::new()),
                Token::Placeholder(name, range) => {
                    let (name, known, span) = (name.to_owned(), vec![PID], text.part(range));
                    context.mistake(Mistake::UnknownPlaceholder { name, known, span });
                }
            }
        }
        words.push(pieces);
    }
    Some(ProcessCommand::new(words))
}
