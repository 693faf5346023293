//! Rows of identifiers in compressed form: one vector holds all rows end to end, and another one
//! where each row begins.
//!
//! Does not know what a row or an entry means. All of it is linear in rows plus entries.

use std::mem;

use crate::id::{Id, NodeId};

/// Entries in one chunk of a [`PairLog`]: 64 KiB of pairs, so a small graph stays small and a large
/// one has few chunks.
const CHUNK: usize = 8 * 1024;

/// Pairs of a row and an entry, in the order of pushing. Growing never copies, so building needs at
/// most twice the space of the result.
#[derive(Debug)]
pub(crate) struct PairLog<R, E> {
    full: Vec<Vec<(R, E)>>,
    last: Vec<(R, E)>,
}

/// The compressed rows.
#[derive(Debug)]
pub(crate) struct Adjacency<E> {
    /// Where each row begins, and finally where the last one ends.
    starts: Vec<u32>,
    entries: Vec<E>,
}

/// Edges of one kind between nodes, from both ends.
#[derive(Debug)]
pub(crate) struct Edges {
    /// What each node waits for, in the order of pushing, each once.
    pub(crate) before: Adjacency<NodeId>,
    /// Which nodes wait for each node, in ascending order.
    pub(crate) after: Adjacency<NodeId>,
}

impl Edges {
    pub(crate) fn from_log(log: &PairLog<NodeId, NodeId>, nodes: usize) -> Self {
        let before = Adjacency::from_log(log, nodes, nodes);
        let after = before.transposed(nodes);
        Self { before, after }
    }
}

impl<R: Id, E: Id> PairLog<R, E> {
    pub(crate) fn new() -> Self {
        Self { full: Vec::new(), last: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: R, entry: E) {
        if self.last.len() == CHUNK {
            self.full.push(mem::replace(&mut self.last, Vec::with_capacity(CHUNK)));
        }
        self.last.push((row, entry));
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = (R, E)> {
        self.full.iter().chain([&self.last]).flatten().copied()
    }
}

impl<E: Id> Adjacency<E> {
    /// Builds the rows `0..rows` of `log`, each in the order of pushing and without repetitions;
    /// `entry_kinds` is one more than the largest entry.
    pub(crate) fn from_log<R: Id>(log: &PairLog<R, E>, rows: usize, entry_kinds: usize) -> Self {
        let mut adjacency = Self::scatter(rows, || log.iter());
        adjacency.remove_repetitions(entry_kinds);
        adjacency
    }

    pub(crate) fn row(&self, row: usize) -> &[E] {
        &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    pub(crate) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the same pairs from the other side; every new row is in ascending order.
    pub(crate) fn transposed<R: Id>(&self, rows: usize) -> Adjacency<R> {
        Adjacency::scatter(rows, || {
            (0..self.rows()).flat_map(|row| {
                let row_id = R::from_index(row);
                self.row(row).iter().map(move |&entry| (entry, row_id))
            })
        })
    }

    /// Sorts pairs by row, stably, by counting.
    fn scatter<R: Id, I: DoubleEndedIterator<Item = (R, E)>>(
        rows: usize,
        pairs: impl Fn() -> I,
    ) -> Self {
        // `for_each` and not a loop: these iterators are chains of chunks. Internal iteration takes
        // an eighth fewer instructions for a whole run.
        let mut starts = vec![0_u32; rows + 1];
        let mut filler = None;
        pairs().for_each(|(row, entry)| {
            starts[row.index()] += 1;
            filler = Some(entry);
        });
        let mut end = 0_u32;
        for start in &mut starts {
            end = end.checked_add(*start).expect("a graph holds fewer than 2^32 edges");
            *start = end;
        }
        // Every start is now the end of its row. It moves back to the beginning while the row fills
        // from its end.
        let mut entries = filler.map_or_else(Vec::new, |entry| vec![entry; end as usize]);
        pairs().rev().for_each(|(row, entry)| {
            let cursor = &mut starts[row.index()];
            *cursor -= 1;
            entries[*cursor as usize] = entry;
        });
        Self { starts, entries }
    }

    /// Keeps the first of equal entries in a row.
    fn remove_repetitions(&mut self, entry_kinds: usize) {
        const NOWHERE: u32 = u32::MAX;
        let mut last_row_with = vec![NOWHERE; entry_kinds];
        let mut kept = 0;
        let mut read = 0;
        for row in 0..self.rows() {
            let end = self.starts[row + 1] as usize;
            self.starts[row] = kept as u32;
            for position in read..end {
                let entry = self.entries[position];
                let seen = &mut last_row_with[entry.index()];
                if *seen != row as u32 {
                    *seen = row as u32;
                    self.entries[kept] = entry;
                    kept += 1;
                }
            }
            read = end;
        }
        let rows = self.rows();
        self.starts[rows] = kept as u32;
        self.entries.truncate(kept);
        self.entries.shrink_to_fit();
    }
}
