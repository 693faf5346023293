//! Finds circles of things that wait for each other. Knows nothing of the things.

/// One edge of a cycle: `from` waits for `to`. `at` is the place that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step<A> {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) at: A,
}

/// How far a node has been looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    /// At this depth of the current path.
    OnPath(usize),
    Done,
}

/// The cycles that a depth-first search closes, in the order of the nodes and their edges. Empty if the graph has none. Each
/// node is in one cycle at most, so that a knot of many is reported once. The search keeps its own stack, so that the depth
/// of a graph is not limited.
pub(crate) fn cycles<A: Copy>(edges: &[Vec<(usize, A)>]) -> Vec<Vec<Step<A>>> {
    let mut found = Vec::new();
    let mut marks = vec![Mark::Unseen; edges.len()];
    let mut told = vec![false; edges.len()];
    // The nodes from the root of the search to the current one, each with the number of edges already followed.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for root in 0..edges.len() {
        if marks[root] != Mark::Unseen {
            continue;
        }
        marks[root] = Mark::OnPath(0);
        path.push((root, 0));
        while let Some((node, followed)) = path.last_mut() {
            let Some(&(next, _)) = edges[*node].get(*followed) else {
                marks[*node] = Mark::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            match marks[next] {
                Mark::Unseen => {
                    marks[next] = Mark::OnPath(path.len());
                    path.push((next, 0));
                }
                Mark::OnPath(depth) if !told[next] && !told[*node] => {
                    let mut cycle = Vec::new();
                    for &(from, followed) in &path[depth..] {
                        let (to, at) = edges[from][followed - 1];
                        cycle.push(Step { from, to, at });
                        told[from] = true;
                    }
                    found.push(cycle);
                }
                Mark::OnPath(_) | Mark::Done => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::cycles;

    fn check(edges: &[&[usize]], expected: &[&[usize]]) {
        let edges: Vec<Vec<(usize, ())>> =
            edges.iter().map(|edges| edges.iter().map(|&to| (to, ())).collect()).collect();
        let found: Vec<Vec<usize>> = cycles(&edges)
            .iter()
            .map(|cycle| cycle.iter().map(|step| step.from).collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn cycles_are_named_in_order() {
        check(&[], &[]);
        check(&[&[1], &[2], &[]], &[]);
        check(&[&[1, 2], &[2], &[]], &[]);
        check(&[&[0]], &[&[0]]);
        check(&[&[1], &[2], &[0]], &[&[0, 1, 2]]);
        check(&[&[1], &[2], &[1]], &[&[1, 2]]);
        check(&[&[1], &[0], &[3], &[2]], &[&[0, 1], &[2, 3]]);
        check(&[&[1, 2], &[0, 2], &[0, 1]], &[&[0, 1]]);
    }

    #[test]
    fn depth_is_not_limited() {
        let edges: Vec<Vec<(usize, ())>> = (0..200_000).map(|node| vec![(node + 1, ())]).collect();
        let closed = [edges, vec![vec![(0, ())]]].concat();
        assert_eq!(cycles(&closed)[0].len(), 200_001);
    }
}
