//! The height of each slot, in the order of its column: as near as possible to the slots that it is joined to.
//!
//! Knows neither words nor colours.

use super::lanes::{Lanes, Neighbours, Slot};

/// Sweeps over all columns, until nothing moves by as much as a pixel in any picture that was tried.
const SWEEPS: usize = 24;

/// Pixels between two boxes, and between two slots if one of them is a lane.
const GAP: (f64, f64) = (14.0, 9.0);

/// The weight of a slot that nothing pulls, against 1 for each arrow: it gives way.
const AT_REST: f64 = 0.01;

/// Sets the centres of all slots; the highest begins at 0.
pub(super) fn assign(lanes: &mut Lanes) {
    let neighbours = lanes.neighbours();
    for column in &lanes.columns {
        let mut edge = 0.0;
        for &slot in column {
            let slot = &mut lanes.slots[slot];
            slot.centre = edge + slot.height / 2.0;
            edge += slot.height + GAP.0;
        }
    }
    let columns = lanes.columns.clone();
    for sweep in 0..SWEEPS {
        match sweep {
            // At last every slot between all that it is joined to.
            _ if sweep + 4 >= SWEEPS => columns.iter().rev().for_each(|column| {
                settle(lanes, &neighbours, column, &[&neighbours.left, &neighbours.right]);
            }),
            _ if sweep % 2 == 0 => columns.iter().for_each(|column| {
                settle(lanes, &neighbours, column, &[&neighbours.left]);
            }),
            _ => columns.iter().rev().for_each(|column| {
                settle(lanes, &neighbours, column, &[&neighbours.right]);
            }),
        }
    }
    let top = lanes.slots.iter().map(Slot::top).fold(f64::INFINITY, f64::min);
    lanes.slots.iter_mut().for_each(|slot| slot.centre -= top);
}

/// Moves the slots of a column to the mean heights of their neighbours on these sides, as far as their order and sizes
/// allow. The slots without any arrows, which are last, follow below.
fn settle(
    lanes: &mut Lanes,
    neighbours: &Neighbours,
    column: &[usize],
    sides: &[&Vec<Vec<usize>>],
) {
    let joined = column.partition_point(|&slot| !neighbours.is_alone(slot));
    let slots = &lanes.slots;
    // Without the room that the slots before take up, "in order and apart" is "ascending".
    let mut room = 0.0;
    let mut rooms = Vec::with_capacity(column.len());
    for (index, &slot) in column.iter().enumerate() {
        if index > 0 {
            room += distance(&slots[column[index - 1]], &slots[slot]);
        }
        rooms.push(room);
    }
    let wishes: Vec<(f64, f64)> = column[..joined]
        .iter()
        .zip(&rooms)
        .map(|(&slot, room)| {
            let pulls = sides.iter().flat_map(|side| &side[slot]).map(|&other| slots[other].centre);
            let (sum, count) =
                pulls.fold((0.0, 0.0), |(sum, count), pull| (sum + pull, count + 1.0));
            if count > 0.0 {
                (sum / count - room, count)
            } else {
                (slots[slot].centre - room, AT_REST)
            }
        })
        .collect();
    let settled = ascending(&wishes);
    for (index, &slot) in column.iter().enumerate() {
        let base = settled.get(index).or(settled.last()).copied().unwrap_or(0.0);
        lanes.slots[slot].centre = base + rooms[index];
    }
}

/// From the centre of one slot to that of the next below it.
fn distance(above: &Slot, below: &Slot) -> f64 {
    let gap = if above.height > 0.0 && below.height > 0.0 { GAP.0 } else { GAP.1 };
    (above.height + below.height) / 2.0 + gap
}

/// The ascending values that are nearest to the wished ones by weighted squares (pool adjacent violators; Barlow and
/// others, 1972). Wishes are values and positive weights.
fn ascending(wishes: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for &(value, weight) in wishes {
        let mut pool = (value, weight, 1);
        while let Some(&(before, weight, size)) = pools.last() {
            if before <= pool.0 {
                break;
            }
            pools.pop();
            let total = weight + pool.1;
            pool = ((before * weight + pool.0 * pool.1) / total, total, size + pool.2);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(value, _, size)| std::iter::repeat_n(value, size)).collect()
}

#[cfg(test)]
mod tests {
    use super::ascending;

    #[test]
    fn what_wishes_to_pass_another_meets_it_at_the_mean() {
        assert_eq!(ascending(&[]), Vec::<f64>::new());
        assert_eq!(ascending(&[(1.0, 1.0), (2.0, 1.0)]), [1.0, 2.0]);
        assert_eq!(ascending(&[(3.0, 1.0), (1.0, 1.0)]), [2.0, 2.0]);
        assert_eq!(ascending(&[(3.0, 3.0), (1.0, 1.0)]), [2.5, 2.5]);
        assert_eq!(
            ascending(&[(0.0, 1.0), (6.0, 1.0), (3.0, 1.0), (0.0, 1.0)]),
            [0.0, 3.0, 3.0, 3.0]
        );
    }
}
