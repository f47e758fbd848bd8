//! Keeps what was computed, within a bound; the oldest used goes first.
//!
//! Goes in: a key that says everything the value was made from, the value and its weight. Comes out: the value, if kept.
//! Guaranteed: a value is never stale, since its key changes with its sources; the weights kept never pass the bound, but
//! for one value heavier than the bound.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

pub struct Kept<K, V> {
    most: usize,
    held: Mutex<Held<K, V>>,
}

struct Held<K, V> {
    values: HashMap<K, Entry<V>>,
    weight: usize,
    clock: u64,
}

struct Entry<V> {
    value: V,
    weight: usize,
    used: u64,
}

impl<K: Eq + Hash + Clone + Ord, V: Clone> Kept<K, V> {
    pub fn new(most: usize) -> Self {
        Self { most, held: Mutex::new(Held { values: HashMap::new(), weight: 0, clock: 0 }) }
    }

    pub fn get(&self, key: &K) -> Option<V> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let now = held.clock;
        let entry = held.values.get_mut(key)?;
        entry.used = now;
        Some(entry.value.clone())
    }

    pub fn put(&self, key: K, value: V, weight: usize) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let used = held.clock;
        if let Some(old) = held.values.insert(key, Entry { value, weight, used }) {
            held.weight -= old.weight;
        }
        held.weight += weight;
        while held.weight > self.most && held.values.len() > 1 {
            let oldest = held.values.iter().map(|(key, it)| (it.used, key)).min().map(|it| it.1.clone());
            let Some(gone) = oldest.and_then(|key| held.values.remove(&key)) else { break };
            held.weight -= gone.weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_when_the_bound_is_passed() {
        let kept = Kept::new(10);
        kept.put("a", 1, 4);
        kept.put("b", 2, 4);
        assert_eq!(kept.get(&"a"), Some(1));
        kept.put("c", 3, 4);
        assert_eq!((kept.get(&"a"), kept.get(&"b"), kept.get(&"c")), (Some(1), None, Some(3)));
    }

    #[test]
    fn one_value_heavier_than_the_bound_is_kept_alone() {
        let kept = Kept::new(10);
        kept.put("a", 1, 4);
        kept.put("b", 2, 40);
        assert_eq!((kept.get(&"a"), kept.get(&"b")), (None, Some(2)));
    }

    #[test]
    fn a_replaced_value_weighs_only_once() {
        let kept = Kept::new(10);
        for value in 0..50 {
            kept.put("a", value, 6);
        }
        kept.put("b", 1, 4);
        assert_eq!((kept.get(&"a"), kept.get(&"b")), (Some(49), Some(1)));
    }
}
