//! What several published quarters tell together: whoever stayed, came or left between them.
//!
//! Goes in: the same table of two or more quarters, as a reader sees it. Comes out: whether the tables together pin down
//! a value of somebody that a reader knows to have stayed, come or left.
//! Guaranteed: two quarters are compared exactly (who went from which value to which is a transport problem); longer
//! stays are followed through every quarter. What the reader knew without the tables is not counted against them:
//! who has stayed a year has waited a year.

use super::Attribute;
use super::attribute::{MONTHS, class_of};
use super::flow::{Arc, MANY, possible};

/// One value of a table as a reader sees it: which finest values it holds, and how many it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub fine: Vec<usize>,
    pub low: u32,
    pub high: u32,
}

/// The same group in one quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Quarters before the newest: 0 is the newest.
    pub ago: i32,
    /// Empty when the table was not shown.
    pub held: Vec<Held>,
    /// All together.
    pub open: u32,
    /// How many ended in that quarter, when a reader can know.
    pub ended: Option<u32>,
}

/// Whether nobody is pinned down by the newest layer together with the earlier. Layers in any order.
pub fn is_safe(attribute: Attribute, layers: &[Layer]) -> bool {
    let mut layers: Vec<&Layer> = layers.iter().collect();
    layers.sort_by_key(|it| it.ago);
    let Some((newest, earlier)) = layers.split_first() else { return true };
    if newest.held.len() < 2 {
        return true;
    }
    let consecutive = |upto: i32| (0..upto).all(|ago| layers.iter().any(|it| it.ago == ago));
    for before in earlier.iter().filter(|it| it.held.len() > 1) {
        let ended = consecutive(before.ago)
            .then(|| layers.iter().filter(|it| it.ago < before.ago).map(|it| it.ended).sum::<Option<u32>>())
            .flatten();
        if ![false, true].into_iter().all(|late| Pair { attribute, before, after: newest, ended, late }.is_safe()) {
            return false;
        }
    }
    let shown: Vec<&Layer> = layers.iter().copied().filter(|it| it.held.len() > 1).collect();
    (1..=shown.len()).all(|upto| stay_is_safe(attribute, &shown[..upto]))
}

/// Two quarters and what is known of the way between them.
struct Pair<'a> {
    attribute: Attribute,
    before: &'a Layer,
    after: &'a Layer,
    ended: Option<u32>,
    /// Whether somebody who came may have waited longer than those who come in time.
    late: bool,
}

impl Pair<'_> {
    fn steps(&self) -> i32 {
        self.before.ago - self.after.ago
    }

    /// Whether somebody can go from one finest value to another in the time between.
    fn can_become(&self, from: usize, to: usize) -> bool {
        if self.attribute != Attribute::Tid {
            return from == to;
        }
        let (Some(a), Some(b)) = (MONTHS.get(from), MONTHS.get(to)) else { return from == to };
        let more = 3 * self.steps();
        a.0 + more <= b.1 && b.0 <= a.1.saturating_add(more)
    }

    /// Whether somebody who came since can have the value.
    fn can_come(&self, to: usize) -> bool {
        let waited = self.attribute == Attribute::Tid && !self.late;
        !waited || MONTHS.get(to).is_none_or(|it| it.0 <= 3 * self.steps() + 2)
    }

    fn is_safe(&self) -> bool {
        let arcs = self.arcs();
        if !possible(self.nodes(), &arcs) {
            // The quarters do not fit this story (a correction, a late notice): a reader cannot build on it.
            return true;
        }
        let (before, after) = (&self.before.held, &self.after.held);
        let (came, left) = self.ends();
        let mut roles = [Role::default(), Role::default(), Role::default(), Role::default()];
        for (at, arc) in arcs.iter().enumerate() {
            let from = before.get(arc.from);
            let to = arc.to.checked_sub(came + 1).and_then(|it| after.get(it));
            let told = |role: &Role, fine: &[usize]| fine.iter().all(|it| role.left_open.contains(it));
            let (from_fine, to_fine): (Vec<usize>, Vec<usize>) = match (from, to) {
                (Some(from), Some(to)) => self.between(from, to),
                (Some(from), None) if arc.to == left => (from.fine.clone(), Vec::new()),
                (None, Some(to)) if arc.from == came => {
                    (Vec::new(), to.fine.iter().copied().filter(|it| self.can_come(*it)).collect())
                }
                _ => continue,
            };
            let (first, second) = match (from, to) {
                (Some(_), Some(_)) => (0, 1),
                _ => (2, 3),
            };
            roles[first].known(self.attribute, &from_fine);
            roles[second].known(self.attribute, &to_fine);
            if told(&roles[first], &from_fine) && told(&roles[second], &to_fine) {
                continue;
            }
            let mut forced = arcs.clone();
            forced[at].low = forced[at].low.max(1);
            if possible(self.nodes(), &forced) {
                roles[first].open(&from_fine);
                roles[second].open(&to_fine);
            }
        }
        roles.iter().all(Role::is_safe)
    }

    fn between(&self, from: &Held, to: &Held) -> (Vec<usize>, Vec<usize>) {
        let meets = |a: usize, b: usize| self.can_become(a, b);
        let starts = from.fine.iter().copied().filter(|a| to.fine.iter().any(|b| meets(*a, *b))).collect();
        let ends = to.fine.iter().copied().filter(|b| from.fine.iter().any(|a| meets(*a, *b))).collect();
        (starts, ends)
    }

    fn nodes(&self) -> usize {
        self.ends().1 + 5
    }

    /// The nodes for those who came and those who left; the values before stand ahead of the first, those after between.
    fn ends(&self) -> (usize, usize) {
        let came = self.before.held.len();
        (came, came + 1 + self.after.held.len())
    }

    /// From a source over the values before and ”came” to the values after and ”left”, and back.
    fn arcs(&self) -> Vec<Arc> {
        let (before, after) = (&self.before.held, &self.after.held);
        let (came, left) = self.ends();
        let (source, sink, all_before, all_after) = (left + 1, left + 2, left + 3, left + 4);
        let mut arcs = Vec::new();
        let arc = |from, to, low, high| Arc { from, to, low, high };
        for (at, from) in before.iter().enumerate() {
            for (place, to) in after.iter().enumerate() {
                if !self.between(from, to).0.is_empty() {
                    arcs.push(arc(at, came + 1 + place, 0, MANY));
                }
            }
            arcs.push(arc(at, left, 0, MANY));
        }
        for (place, to) in after.iter().enumerate() {
            if to.fine.iter().any(|it| self.can_come(*it)) {
                arcs.push(arc(came, came + 1 + place, 0, MANY));
            }
        }
        arcs.extend(before.iter().enumerate().map(|(at, it)| arc(all_before, at, it.low, it.high)));
        arcs.extend(after.iter().enumerate().map(|(at, it)| arc(came + 1 + at, all_after, it.low, it.high)));
        arcs.push(arc(source, all_before, self.before.open, self.before.open));
        arcs.push(arc(all_after, sink, self.after.open, self.after.open));
        // Whoever came and left in between is in neither table, so what is known of the flow is only an upper limit.
        let came_at_most = self.ended.map_or(MANY, |it| (self.after.open + it).saturating_sub(self.before.open));
        arcs.push(arc(source, came, 0, came_at_most));
        arcs.push(arc(left, sink, 0, self.ended.unwrap_or(MANY)));
        arcs.push(arc(sink, source, 0, MANY));
        arcs
    }
}

/// What the tables leave open about one kind of person, and what was open without them.
#[derive(Debug, Default)]
struct Role {
    thinkable: Vec<usize>,
    left_open: Vec<usize>,
}

impl Role {
    /// That a value is missing is no alternative: nobody who knows the person believes so.
    fn known(&mut self, attribute: Attribute, fine: &[usize]) {
        let missing = attribute.values().len() - 1;
        let named: Vec<usize> = fine.iter().copied().filter(|it| *it != missing).collect();
        add(&mut self.thinkable, &named);
    }

    fn open(&mut self, fine: &[usize]) {
        add(&mut self.left_open, fine);
    }

    /// Nobody of the kind can exist, or at least two values are left of those that were thinkable.
    fn is_safe(&self) -> bool {
        self.thinkable.len() < 2 || self.left_open.len() != 1
    }
}

fn add(to: &mut Vec<usize>, fine: &[usize]) {
    for it in fine {
        if !to.contains(it) {
            to.push(*it);
        }
    }
}

/// Somebody known to have stayed through all these quarters (consecutive or not): which values are left in each?
fn stay_is_safe(attribute: Attribute, layers: &[&Layer]) -> bool {
    let oldest = layers.iter().map(|it| it.ago).max().unwrap_or(0);
    let mut roles: Vec<Role> = layers.iter().map(|_| Role::default()).collect();
    for course in courses(attribute, oldest) {
        let path: Vec<usize> = layers.iter().map(|it| course(it.ago)).collect();
        let holds = |layer: &Layer, fine: usize| layer.held.iter().any(|it| it.high > 0 && it.fine.contains(&fine));
        let possible = layers.iter().zip(&path).all(|(layer, fine)| holds(layer, *fine));
        for (role, fine) in roles.iter_mut().zip(&path) {
            role.known(attribute, &[*fine]);
            if possible {
                role.open(&[*fine]);
            }
        }
    }
    roles.iter().all(Role::is_safe)
}

/// Every way a value can run through the quarters: for waiting time by start month, otherwise unchanged.
fn courses(attribute: Attribute, oldest: i32) -> Vec<Box<dyn Fn(i32) -> usize>> {
    let mut out: Vec<Box<dyn Fn(i32) -> usize>> = Vec::new();
    let values = attribute.values().len();
    if attribute == Attribute::Tid {
        let first = 3 + 3 * oldest;
        for months in first..first + 24 {
            out.push(Box::new(move |ago| class_of(months - 3 * ago)));
        }
        out.push(Box::new(move |_| values - 1));
    } else {
        out.extend((0..values).map(|fine| -> Box<dyn Fn(i32) -> usize> { Box::new(move |_| fine) }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(ago: i32, counts: &[u32], ended: Option<u32>) -> Layer {
        let held = counts.iter().enumerate().map(|(at, it)| Held { fine: vec![at], low: *it, high: *it }).collect();
        Layer { ago, held, open: counts.iter().sum(), ended }
    }

    #[test]
    fn a_newcomer_whose_cause_is_the_difference_is_seen() {
        for (before, after, ended, safe) in [
            // One came, nobody left: the one value that grew is theirs.
            ([10, 0, 37, 10], [10, 0, 38, 10], Some(0), false),
            // Nobody knows how many left: it can be anybody's.
            ([10, 0, 37, 10], [10, 0, 38, 10], None, true),
            ([10, 0, 37, 10], [10, 0, 38, 10], Some(6), true),
            // One left, nobody came.
            ([10, 0, 37, 10], [10, 0, 36, 10], Some(1), false),
            ([10, 0, 37, 10], [9, 0, 36, 10], Some(2), true),
        ] {
            let layers = [layer(0, &after, ended), layer(1, &before, Some(9))];
            assert_eq!(is_safe(Attribute::Orsak, &layers), safe, "{before:?} {after:?} {ended:?}");
        }
    }

    #[test]
    fn a_wait_that_can_only_have_grown_in_one_way_is_seen() {
        for (before, after, safe) in [
            // Whoever was in both has gone from 10–12 to 13–17: nobody is where the others would be now.
            ([0, 20, 9, 0, 0], [9, 0, 0, 9, 0], false),
            // Nobody can have been in both.
            ([0, 20, 0, 0, 9], [9, 0, 9, 0, 0], false),
            ([20, 0, 0, 0, 7], [9, 8, 0, 0, 6], true),
        ] {
            let layers = [layer(0, &after, None), layer(1, &before, None)];
            assert_eq!(is_safe(Attribute::Tid, &layers), safe, "{before:?} {after:?}");
        }
    }

    #[test]
    fn what_was_known_before_is_not_held_against_the_tables() {
        // Who stayed five quarters has waited 18 months or more, whatever the tables say.
        let all = [0, 0, 0, 9, 12];
        let layers: Vec<Layer> = (0..=4).map(|ago| layer(ago, &all, None)).collect();
        assert!(stay_is_safe(Attribute::Orsak, &layers.iter().take(1).collect::<Vec<_>>()));
        let one: Vec<&Layer> = layers.iter().take(1).collect();
        assert!(stay_is_safe(Attribute::Tid, &one));
    }
}
