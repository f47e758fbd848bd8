//! Flows in small networks: how much a hidden figure can move, and whether a story about unknown figures can be true.
//!
//! Goes in: arcs with bounds. Comes out: a greatest flow, or whether a flow within the bounds exists.
//! Guaranteed: exact for whole numbers (the matrices of transport problems are totally unimodular), deterministic.

/// An arc that carries at least `low` and at most `high`.
#[derive(Debug, Clone, Copy)]
pub struct Arc {
    pub from: usize,
    pub to: usize,
    pub low: u32,
    pub high: u32,
}

/// More than any count of cases, and far from overflow when added up.
pub const MANY: u32 = 1 << 24;

/// The greatest flow from `source` to `sink`; `room[from][to]` is what an arc can still carry.
pub fn greatest(mut room: Vec<Vec<u32>>, source: usize, sink: usize) -> u32 {
    let mut sum = 0;
    loop {
        let mut came: Vec<Option<usize>> = vec![None; room.len()];
        came[source] = Some(source);
        let mut queue = std::collections::VecDeque::from([source]);
        while let Some(at) = queue.pop_front() {
            for to in 0..room.len() {
                if came[to].is_none() && room[at][to] > 0 {
                    came[to] = Some(at);
                    queue.push_back(to);
                }
            }
        }
        let mut least = MANY;
        let mut at = sink;
        while at != source {
            let Some(from) = came[at] else { return sum };
            least = least.min(room[from][at]);
            at = from;
        }
        let mut at = sink;
        while at != source {
            let Some(from) = came[at] else { return sum };
            room[from][at] -= least;
            room[at][from] = (room[at][from] + least).min(MANY);
            at = from;
        }
        sum += least;
        if sum >= MANY {
            return MANY;
        }
    }
}

/// Whether what flows into each node can flow out of it, with every arc within its bounds. A path from a beginning to
/// an end is closed by the caller with an arc back.
pub fn possible(nodes: usize, arcs: &[Arc]) -> bool {
    let (source, sink) = (nodes, nodes + 1);
    let mut room = vec![vec![0; nodes + 2]; nodes + 2];
    let mut asked = 0;
    for arc in arcs {
        if arc.low > arc.high {
            return false;
        }
        room[arc.from][arc.to] += arc.high - arc.low;
        room[source][arc.to] += arc.low;
        room[arc.from][sink] += arc.low;
        asked += arc.low;
    }
    greatest(room, source, sink) == asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_as_great_as_its_narrowest_cut() {
        let mut room = vec![vec![0; 4]; 4];
        for (from, to, high) in [(0, 1, 3), (0, 2, 2), (1, 3, 2), (2, 3, 4), (1, 2, 5)] {
            room[from][to] = high;
        }
        assert_eq!(greatest(room, 0, 3), 5);
    }

    #[test]
    fn a_story_is_possible_only_within_its_bounds() {
        let arc = |from, to, low, high| Arc { from, to, low, high };
        assert!(possible(3, &[arc(0, 1, 2, 5), arc(1, 2, 0, 3), arc(2, 0, 3, 3)]));
        assert!(!possible(3, &[arc(0, 1, 2, 5), arc(1, 2, 0, 1), arc(2, 0, 0, 9)]));
    }
}
