//! Boxes on columns, and the lanes by which arrows pass the boxes of the columns between: all arrows from one box share
//! one lane until they part.
//!
//! Knows neither words nor colours.

use std::collections::BTreeMap;

use super::content::Content;
use crate::picture::arrow::Holds;
use crate::picture::drawing::Drawing;

/// A box on a column, or a lane that passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The box of a node.
    Box(usize),
    /// The arrows that lead from this node to columns further right.
    Lane(usize),
}

/// A place on a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) stop: Stop,
    pub(super) column: usize,
    /// In pixels; nothing for a lane.
    pub(super) height: f64,
    /// Pixels from the top of the column to its middle.
    pub(super) centre: f64,
}

/// A part of one or more arrows, from one column to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// By their places in [`Lanes::slots`].
    pub(super) from: usize,
    pub(super) to: usize,
    /// For all if one of the arrows holds for all.
    pub(super) holds: Holds,
}

#[derive(Clone, Debug)]
pub(super) struct Lanes {
    /// The boxes by node, then the lanes.
    pub(super) slots: Vec<Slot>,
    /// The slots of each column, from the top.
    pub(super) columns: Vec<Vec<usize>>,
    /// By where they start, then by where they end.
    pub(super) steps: Vec<Step>,
}

impl Lanes {
    pub(super) fn new(drawing: &Drawing, contents: &[Content]) -> Self {
        let mut slots: Vec<Slot> = drawing
            .columns
            .iter()
            .enumerate()
            .map(|(node, &column)| {
                let height = contents[node].height;
                Slot { stop: Stop::Box(node), column, height, centre: 0.0 }
            })
            .collect();
        let mut lanes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut steps: BTreeMap<(usize, usize), Holds> = BTreeMap::new();
        for arrow in &drawing.arrows {
            let (first, last) = (drawing.columns[arrow.from], drawing.columns[arrow.to]);
            let mut from = arrow.from;
            for column in first + 1..=last {
                let to = if column == last {
                    arrow.to
                } else {
                    *lanes.entry((arrow.from, column)).or_insert_with(|| {
                        slots.push(Slot {
                            stop: Stop::Lane(arrow.from),
                            column,
                            height: 0.0,
                            centre: 0.0,
                        });
                        slots.len() - 1
                    })
                };
                let holds = steps.entry((from, to)).or_insert(arrow.holds);
                if arrow.holds == Holds::ForAll {
                    *holds = Holds::ForAll;
                }
                from = to;
            }
        }
        let mut columns = vec![Vec::new(); drawing.columns.iter().max().map_or(0, |last| last + 1)];
        for (index, slot) in slots.iter().enumerate() {
            columns[slot.column].push(index);
        }
        let steps = steps.into_iter().map(|((from, to), holds)| Step { from, to, holds }).collect();
        Self { slots, columns, steps }
    }

    /// By slot, its neighbours on the column before, and on the next column.
    pub(super) fn neighbours(&self) -> Neighbours {
        let mut neighbours = Neighbours {
            left: vec![Vec::new(); self.slots.len()],
            right: vec![Vec::new(); self.slots.len()],
        };
        for step in &self.steps {
            neighbours.right[step.from].push(step.to);
            neighbours.left[step.to].push(step.from);
        }
        neighbours
    }

    /// The node whose arrows the step is a part of.
    pub(super) fn source(&self, step: &Step) -> usize {
        match self.slots[step.from].stop {
            Stop::Box(node) | Stop::Lane(node) => node,
        }
    }
}

/// The neighbours of each slot.
#[derive(Debug)]
pub(super) struct Neighbours {
    pub(super) left: Vec<Vec<usize>>,
    pub(super) right: Vec<Vec<usize>>,
}

impl Neighbours {
    /// Whether no arrow leads to or from the slot.
    pub(super) fn is_alone(&self, slot: usize) -> bool {
        self.left[slot].is_empty() && self.right[slot].is_empty()
    }
}

impl Slot {
    /// Pixels from the top of the column to its upper edge.
    pub(super) fn top(&self) -> f64 {
        self.centre - self.height / 2.0
    }

    /// As [`top`](Self::top), to its lower edge.
    pub(super) fn bottom(&self) -> f64 {
        self.centre + self.height / 2.0
    }
}
