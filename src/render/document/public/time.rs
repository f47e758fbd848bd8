//! What several published quarters tell together: whoever stayed, came or left between them.
//!
//! Goes in: the same table of two or more quarters, as a reader sees it. Comes out: whether the tables together pin down
//! a value of somebody that a reader knows to have stayed, come or left.
//! Guaranteed: two quarters are compared exactly (who went from which value to which is a transport problem); longer
//! stays are followed through every quarter. What the reader knew without the tables is not counted against them:
//! who has stayed a year has waited a year.

use super::Attribute;
use super::attribute::{bounds, class_of};
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

/// Whether nobody is pinned down. Each level is one table through the quarters: of all together, and of the person's
/// group; a reader puts them together, so a value must be possible in every one.
pub fn is_safe(attribute: Attribute, levels: &[Vec<Layer>]) -> bool {
    // Only waiting time tells who came late; who comes after an interruption can have been granted it at any time.
    let tellings: &[bool] = if attribute == Attribute::Tid { &[false, true] } else { &[true] };
    tellings.iter().all(|late| {
        let stories: Vec<Story<'_>> = levels.iter().map(|it| Story::new(attribute, it, *late)).collect();
        let mut agos: Vec<i32> = stories.iter().flat_map(|it| &it.layers).map(|it| it.ago).collect();
        agos.sort_unstable();
        agos.dedup();
        let ends = (0..agos.len()).flat_map(|to| (to..agos.len()).map(move |from| (from, to)));
        let mut stays = ends.flat_map(|(from, to)| [false, true].map(|came| (from, to, came)));
        stays.all(|(from, to, came)| {
            let stay = Stay { from: agos[from], to: agos[to], came };
            is_open(attribute, *late, &stories, stay, &agos[to..=from])
        })
    })
}

/// Whether at least two values are left in every quarter of the stay, of those that were thinkable. The time since the
/// decision must leave them all: beside the time since the interruption, each one less would tell who was interrupted.
fn is_open(attribute: Attribute, late: bool, stories: &[Story<'_>], stay: Stay, agos: &[i32]) -> bool {
    let mut roles: Vec<Role> = agos.iter().map(|_| Role::default()).collect();
    for course in courses(attribute, stay.from) {
        if stay.came && !can_come(attribute, course(stay.from), 1, late) {
            continue;
        }
        let fits = stories.iter().all(|it| it.fits(stay, &course));
        for (role, ago) in roles.iter_mut().zip(agos) {
            role.think(attribute, course(*ago));
            if fits {
                add(&mut role.left_open, course(*ago));
            }
        }
    }
    roles.iter().all(|it| if attribute == Attribute::TidBeslut { it.is_untold() } else { it.is_safe() })
}

/// The quarters of one table, newest first, and what each two of them tell about the way between.
struct Story<'a> {
    layers: Vec<&'a Layer>,
    /// Quarters ago of the older and of the newer, what is left open.
    ways: Vec<(i32, i32, Way)>,
}

/// Somebody a reader may know of: stood open from one quarter to another and not after, perhaps known to have come in
/// the first. Counted in quarters ago.
#[derive(Debug, Clone, Copy)]
struct Stay {
    from: i32,
    to: i32,
    came: bool,
}

impl<'a> Story<'a> {
    fn new(attribute: Attribute, all: &'a [Layer], late: bool) -> Self {
        let mut layers: Vec<&Layer> = all.iter().filter(|it| it.held.len() > 1).collect();
        layers.sort_by_key(|it| it.ago);
        // How many ended on the way, when every quarter of it says so.
        let ended = |before: &Layer, after: &Layer| -> Option<u32> {
            (after.ago..before.ago).map(|ago| all.iter().find(|it| it.ago == ago).and_then(|it| it.ended)).sum()
        };
        let with_newest = (1..layers.len()).map(|older| (older, 0));
        let neighbours = (2..layers.len()).map(|older| (older, older - 1));
        let ways = with_newest.chain(neighbours).filter_map(|(older, newer)| {
            let (before, after) = (layers[older], layers[newer]);
            let way = Pair { attribute, before, after, ended: ended(before, after), late }.way()?;
            Some((before.ago, after.ago, way))
        });
        let ways = ways.collect();
        Self { layers, ways }
    }

    fn fits(&self, stay: Stay, course: &dyn Fn(i32) -> usize) -> bool {
        let inside = |ago: i32| (stay.to..=stay.from).contains(&ago);
        let holds = |it: &&Layer| it.held.iter().any(|held| held.high > 0 && held.fine.contains(&course(it.ago)));
        self.layers.iter().filter(|it| inside(it.ago)).all(holds)
            && self.ways.iter().all(|(older, newer, way)| match (inside(*older), inside(*newer)) {
                (true, true) => way.stay.contains(&(course(*older), course(*newer))),
                (true, false) => way.left.contains(&course(*older)),
                // Nobody who is known to have come in the first quarter was open in an older one.
                (false, true) if stay.came && *newer == stay.from => way.came.contains(&course(*newer)),
                _ => true,
            })
    }
}

/// What two quarters leave open: who can have stayed with which values, who can have left, who can have come.
#[derive(Debug, Default)]
struct Way {
    stay: Vec<(usize, usize)>,
    left: Vec<usize>,
    came: Vec<usize>,
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
        if !self.attribute.is_time() {
            return from == to;
        }
        let (Some(a), Some(b)) = (bounds(from), bounds(to)) else { return from == to };
        let more = 3 * self.steps();
        a.0 + more <= b.1 && b.0 <= a.1.saturating_add(more)
    }

    fn can_come(&self, to: usize) -> bool {
        can_come(self.attribute, to, self.steps(), self.late)
    }

    /// `None` when the quarters do not fit the story (a correction, a late notice): a reader cannot build on it.
    fn way(&self) -> Option<Way> {
        let arcs = self.arcs();
        if !possible(self.nodes(), &arcs) {
            return None;
        }
        let mut way = Way::default();
        // Not one but several must be able to go a way: a value that fits one single person is as good as known. Where no
        // way has room for several, one must do.
        for least in [3, 2, 1] {
            let missing = [way.stay.is_empty(), way.left.is_empty(), way.came.is_empty()];
            let more = self.way_of(&arcs, least, missing);
            way.stay.extend(more.stay);
            way.left.extend(more.left);
            way.came.extend(more.came);
        }
        Some(way)
    }

    /// The ways that at least so many can have gone, of those asked for: stayed, left, came.
    fn way_of(&self, arcs: &[Arc], least: u32, [stay, leave, come]: [bool; 3]) -> Way {
        let (before, after) = (&self.before.held, &self.after.held);
        let (came, left) = self.ends();
        let mut way = Way::default();
        for (at, arc) in arcs.iter().enumerate() {
            let from = before.get(arc.from);
            let to = arc.to.checked_sub(came + 1).and_then(|it| after.get(it));
            let asked = match (from, to) {
                (Some(_), Some(_)) => stay,
                (Some(_), None) => leave && arc.to == left,
                (None, Some(_)) => come && arc.from == came,
                (None, None) => false,
            };
            if !asked {
                continue;
            }
            let mut forced = arcs.to_vec();
            forced[at].low = forced[at].low.max(least);
            if !possible(self.nodes(), &forced) {
                continue;
            }
            match (from, to) {
                (Some(from), Some(to)) => {
                    let pairs = from.fine.iter().flat_map(|a| to.fine.iter().map(move |b| (*a, *b)));
                    way.stay.extend(pairs.filter(|(a, b)| self.can_become(*a, *b)));
                }
                (Some(from), None) => way.left.extend(&from.fine),
                (None, Some(to)) => way.came.extend(to.fine.iter().filter(|it| self.can_come(**it))),
                (None, None) => {}
            }
        }
        way
    }

    fn can_stay(&self, from: &Held, to: &Held) -> bool {
        from.fine.iter().any(|a| to.fine.iter().any(|b| self.can_become(*a, *b)))
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
                if self.can_stay(from, to) {
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

/// Whether somebody who came in the last so many quarters can have the value. A reader can know in which quarter it was
/// without any table of the quarter before.
fn can_come(attribute: Attribute, to: usize, quarters: i32, late: bool) -> bool {
    let waited = attribute == Attribute::Tid && !late;
    !waited || bounds(to).is_none_or(|it| it.0 <= 3 * quarters + 2)
}

/// What the tables leave open about one kind of person, and what was open without them.
#[derive(Debug, Default)]
struct Role {
    thinkable: Vec<usize>,
    left_open: Vec<usize>,
}

impl Role {
    /// That a value is missing is no alternative: nobody who knows the person believes so.
    fn think(&mut self, attribute: Attribute, fine: usize) {
        if fine + 1 < attribute.values().len() {
            add(&mut self.thinkable, fine);
        }
    }

    /// Nobody of the kind can exist, or all that was thinkable is left.
    fn is_untold(&self) -> bool {
        self.left_open.is_empty() || self.thinkable.iter().all(|it| self.left_open.contains(it))
    }

    /// Nobody of the kind can exist, or at least two values are left of those that were thinkable.
    fn is_safe(&self) -> bool {
        self.thinkable.len() < 2 || self.left_open.len() != 1
    }
}

fn add(to: &mut Vec<usize>, fine: usize) {
    if !to.contains(&fine) {
        to.push(fine);
    }
}

/// Every way a value can run through the quarters: for waiting time by start month, otherwise unchanged.
fn courses(attribute: Attribute, oldest: i32) -> Vec<Box<dyn Fn(i32) -> usize>> {
    let mut out: Vec<Box<dyn Fn(i32) -> usize>> = Vec::new();
    let values = attribute.values().len();
    if attribute.is_time() {
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
            assert_eq!(is_safe(Attribute::Orsak, &[layers.to_vec()]), safe, "{before:?} {after:?} {ended:?}");
        }
    }

    #[test]
    fn a_wait_that_can_only_have_grown_in_one_way_is_seen() {
        for (before, after, safe) in [
            // Whoever was in both has gone from 10–12 to 13–17: nobody is where the others would be now.
            ([0, 20, 9, 0, 0], [9, 0, 0, 9, 0], false),
            // Nobody can have been in both.
            ([0, 20, 0, 0, 9], [9, 0, 9, 0, 0], false),
            // At most one of those of 18 months or more can have left; the others who left are as good as known.
            ([20, 0, 0, 0, 7], [9, 8, 0, 0, 6], false),
            ([20, 0, 0, 0, 9], [9, 8, 0, 0, 6], true),
        ] {
            let layers = [layer(0, &after, None), layer(1, &before, None)];
            assert_eq!(is_safe(Attribute::Tid, &[layers.to_vec()]), safe, "{before:?} {after:?}");
        }
    }

    #[test]
    fn the_time_since_the_decision_rules_nothing_out() {
        for (counts, safe) in [
            (vec![[9, 8, 7, 6, 12]], true),
            // Nobody's decision is of 3–6 months, so whoever has waited so long has been interrupted.
            (vec![[0, 8, 7, 6, 12]], false),
            (vec![[9, 8, 7, 6, 12], [9, 8, 7, 6, 12]], true),
            // A quarter ago nobody had such an old decision.
            (vec![[9, 8, 7, 6, 12], [9, 30, 7, 6, 0]], false),
        ] {
            let layers: Vec<Layer> = (0..).zip(&counts).map(|(ago, it)| layer(ago, it, None)).collect();
            assert_eq!(is_safe(Attribute::TidBeslut, &[layers]), safe, "{counts:?}");
        }
    }

    #[test]
    fn what_was_known_before_is_not_held_against_the_tables() {
        // Who stayed five quarters has waited 15 months or more, whatever the tables say.
        let layers: Vec<Layer> = (0..=4).map(|ago| layer(ago, &[0, 0, 0, 9, 12], None)).collect();
        assert!(is_safe(Attribute::Tid, &[layers[..1].to_vec()]));
        assert!(is_safe(Attribute::Start, &[(0..=4).map(|ago| layer(ago, &[9, 12], None)).collect()]));
    }
}
