//! An identifier of a deal.

use std::num::NonZeroUsize;

use sha2::{Digest, Sha256};

/// Returns a number that is the same on two machines if and (almost certainly) only if they deal the same names to the same
/// number of shards in the same way. `way` contains the method and its times. The order of names does not matter.
pub fn plan(names: &[&str], shards: NonZeroUsize, way: &[&[u8]]) -> u128 {
    let mut names = names.to_vec();
    names.sort_unstable();
    let mut hasher = Sha256::new();
    // Lengths come first, because a text may contain any character.
    let mut add = |text: &[u8]| {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    };
    add(b"shards 1");
    add(&(shards.get() as u64).to_be_bytes());
    way.iter().for_each(|text| add(text));
    names.iter().for_each(|name| add(name.as_bytes()));
    u128::from_be_bytes(*hasher.finalize().first_chunk().expect("it has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_tells_plans_apart_but_an_order() {
        let of = |names: &[&str], shards: usize, way: &[&[u8]]| {
            plan(names, NonZeroUsize::new(shards).expect("not 0"), way)
        };
        let one = of(&["a", "b"], 2, &[b"name"]);
        assert_eq!(one, of(&["b", "a"], 2, &[b"name"]));
        for other in [
            of(&["a"], 2, &[b"name"]),
            of(&["a", "b", "b"], 2, &[b"name"]),
            of(&["ab"], 2, &[b"name"]),
            of(&["a", "b"], 3, &[b"name"]),
            of(&["a", "b"], 2, &[b"time", b"{}"]),
            of(&["a", "b"], 2, &[b"time", b"{ }"]),
        ] {
            assert_ne!(one, other);
        }
    }
}
