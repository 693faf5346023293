//! Assigns names to shards by a hash.

use std::num::NonZeroUsize;

use sha2::{Digest, Sha256};

/// Returns the shard of each name, counted from 0. Only the name decides, so other names may come and go. With one more shard,
/// only one in that many names moves, and it moves to the new shard.
///
/// This is jump consistent hashing (Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", 2014) of the first 8
/// bytes of the name's SHA-256.
pub fn by_name<'n>(names: impl IntoIterator<Item = &'n str>, shards: NonZeroUsize) -> Vec<usize> {
    names.into_iter().map(|name| jump(first_bytes(name), shards)).collect()
}

fn first_bytes(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    u64::from_be_bytes(*digest.first_chunk().expect("it has 32 bytes"))
}

/// Returns the bucket of `key`. In the paper the next jump is `(b + 1) * 2^31 / ((key >> 33) + 1)` in floating point. This uses
/// integers, so the result is the same on every machine.
fn jump(mut key: u64, buckets: NonZeroUsize) -> usize {
    let buckets = buckets.get() as u128;
    let (mut bucket, mut next) = (0, 0);
    while next < buckets {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        next = ((bucket + 1) << 31) / u128::from((key >> 33) + 1);
    }
    usize::try_from(bucket).expect("it is below the number of buckets")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shards(names: &[String], count: usize) -> Vec<usize> {
        let count = NonZeroUsize::new(count).expect("not 0");
        by_name(names.iter().map(String::as_str), count)
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("suite tests/case_{number}.sh")).collect()
    }

    #[test]
    fn shards_never_change_from_one_version_to_the_next() {
        // Every version of probe must deal names in the same way, because CI caches belong to shards.
        let of_nine = shards(&["a", "b", "unit t/1.sh", "größe"].map(str::to_owned), 9);
        assert_eq!(of_nine, [1, 5, 8, 0]);
    }

    #[test]
    fn it_jumps_as_the_paper_does() {
        // Values that implementations in floating point are tested with.
        for (key, buckets, bucket) in
            [(1, 1, 0), (42, 57, 43), (0xDEAD_10CC, 666, 361), (256, 1024, 520)]
        {
            assert_eq!(jump(key, NonZeroUsize::new(buckets).expect("not 0")), bucket);
        }
    }

    #[test]
    fn shards_are_about_as_large_as_each_other() {
        for count in [2, 3, 7, 16, 100] {
            let mut sizes = vec![0_usize; count];
            shards(&names(10_000), count).into_iter().for_each(|shard| sizes[shard] += 1);
            let fair = 10_000 / count;
            let slack = 5 * fair.isqrt();
            assert!(sizes.iter().all(|size| size.abs_diff(fair) < slack), "{count}: {sizes:?}");
        }
    }

    #[test]
    fn with_one_shard_more_tests_move_to_that_alone() {
        let names = names(2_000);
        for count in 1..20 {
            let (few, more) = (shards(&names, count), shards(&names, count + 1));
            let moved = few.iter().zip(&more).filter(|(before, after)| before != after);
            assert!(moved.clone().all(|(_, after)| *after == count));
            let (moved, fair) = (moved.count(), names.len() / (count + 1));
            assert!(moved.abs_diff(fair) < 5 * fair.isqrt(), "{count}: {moved}");
        }
    }
}
