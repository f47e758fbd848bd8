//! Insatser that few wait for, brought together under a name, before anything has to be hidden.
//!
//! Goes in: how many wait for each insats. Comes out: groups of insatser, each shown with its true number.
//! Guaranteed: each insats stands in exactly one group; each group has the threshold or more, unless all decisions
//! together are fewer; a reader who knows how groups are made still cannot count out one insats in a group.

/// One insats of the report, or all texts that were not recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub key: String,
    pub name: String,
    pub lag: Option<&'static str>,
    pub open: u32,
    /// A zero that must not be shown as one: it followed a figure, or some of these ended in the quarter.
    pub telling: bool,
}

/// Places in the list of insatser, and under which law they stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joint {
    Alone(usize),
    /// `Övriga insatser enligt LSS`
    Law(&'static str, Vec<usize>),
    /// Across laws.
    Mixed(Vec<usize>),
}

impl Joint {
    pub fn members(&self) -> &[usize] {
        match self {
            Self::Alone(it) => std::slice::from_ref(it),
            Self::Law(_, all) | Self::Mixed(all) => all,
        }
    }
}

/// Brings the small together. In the order of the list; groups stand last.
pub fn joined(kinds: &[Kind], threshold: u32) -> Vec<Joint> {
    let mut laws: Vec<&'static str> = kinds.iter().filter_map(|it| it.lag).collect();
    laws.sort_unstable();
    laws.dedup();
    let mut mixed: Vec<usize> = of(kinds, |it| it.lag.is_none() && small(it, threshold));
    let mut per_law: Vec<(&'static str, Vec<usize>)> = Vec::new();
    for law in laws {
        let mut pool = of(kinds, |it| it.lag == Some(law) && small(it, threshold));
        if pool.is_empty() {
            continue;
        }
        // A zero goes in as well: otherwise the list of members would say that each has somebody.
        pool.extend(of(kinds, |it| it.lag == Some(law) && it.open == 0 && !it.telling));
        let mut others = of(kinds, |it| it.lag == Some(law) && it.open >= threshold);
        others.sort_by_key(|it| std::cmp::Reverse(kinds[*it].open));
        match filled(kinds, pool.clone(), others, threshold) {
            Some(pool) => per_law.push((law, pool)),
            None => mixed.extend(pool),
        }
    }
    if !mixed.is_empty() {
        mixed = filled_across(kinds, mixed, &mut per_law, threshold);
    }
    let taken = |at: &usize| mixed.contains(at) || per_law.iter().any(|it| it.1.contains(at));
    let mut out: Vec<Joint> = (0..kinds.len()).filter(|it| !taken(it)).map(Joint::Alone).collect();
    for (law, mut pool) in per_law {
        pool.sort_unstable();
        out.push(if pool.len() == 1 { Joint::Alone(pool[0]) } else { Joint::Law(law, pool) });
    }
    mixed.sort_unstable();
    match mixed.as_slice() {
        [] => {}
        [one] => out.push(Joint::Alone(*one)),
        _ => out.push(Joint::Mixed(mixed)),
    }
    out
}

fn of(kinds: &[Kind], wanted: impl Fn(&Kind) -> bool) -> Vec<usize> {
    kinds.iter().enumerate().filter(|(_, it)| wanted(it)).map(|(at, _)| at).collect()
}

fn small(it: &Kind, threshold: u32) -> bool {
    it.open < threshold && (it.open > 0 || it.telling)
}

/// Takes in the smallest of the others until nobody in the pool can be counted out; `None` when all are in and it does not help.
fn filled(kinds: &[Kind], mut pool: Vec<usize>, mut others: Vec<usize>, threshold: u32) -> Option<Vec<usize>> {
    while !safe(kinds, &pool, threshold) {
        pool.push(others.pop()?);
    }
    Some(pool)
}

/// The same across laws; a law's own group is taken in whole. At the end everything is in one.
fn filled_across(
    kinds: &[Kind],
    mut mixed: Vec<usize>,
    per_law: &mut Vec<(&'static str, Vec<usize>)>,
    threshold: u32,
) -> Vec<usize> {
    while !safe(kinds, &mixed, threshold) {
        if let Some((_, pool)) = per_law.pop() {
            mixed.extend(pool);
            continue;
        }
        let next = (0..kinds.len()).filter(|it| !mixed.contains(it)).min_by_key(|it| (kinds[*it].open, *it));
        match next {
            Some(it) => mixed.push(it),
            None => break,
        }
    }
    mixed
}

/// Whether each small member can still be several numbers, to somebody who knows the threshold and, to be on the safe
/// side, which members were taken in only to protect the others.
fn safe(kinds: &[Kind], pool: &[usize], threshold: u32) -> bool {
    let sum: u32 = pool.iter().map(|it| kinds[*it].open).sum();
    let large = u32::try_from(pool.iter().filter(|it| kinds[**it].open >= threshold).count()).unwrap_or(u32::MAX);
    let few = u32::try_from(pool.len()).unwrap_or(u32::MAX) - large;
    if sum < threshold || pool.len() < 2 {
        return false;
    }
    let most = threshold - 1;
    let low = if large > 0 { 0 } else { sum.saturating_sub((few - 1) * most) };
    let high = most.min(sum.saturating_sub(large * threshold));
    few == 0 || high.saturating_sub(low) >= threshold.saturating_sub(1).min(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        text.split(' ')
            .map(|it| {
                let (name, open) = it.split_once(':').unwrap();
                let lag = if name.starts_with('s') { "SoL" } else { "LSS" };
                let (open, telling) = open.strip_suffix('!').map_or((open, false), |it| (it, true));
                let open = open.parse().unwrap();
                let lag = (name != "?").then_some(lag);
                Kind { key: name.to_owned(), name: name.to_owned(), lag, open, telling }
            })
            .collect()
    }

    fn words(text: &str) -> String {
        let all = kinds(text);
        let name = |it: &Joint| {
            let names: Vec<&str> = it.members().iter().map(|it| all[*it].name.as_str()).collect();
            match it {
                Joint::Alone(_) => names.join("+"),
                Joint::Law(law, _) => format!("{law}({})", names.join("+")),
                Joint::Mixed(_) => format!("({})", names.join("+")),
            }
        };
        joined(&all, 5).iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_small_stand_together_under_their_law() {
        for (text, expected) in [
            ("a:10 b:3 c:7 d:4 e:1 f:14 g:18", "a c f g LSS(b+d+e)"),
            // A zero stands alone when nothing is small, and in the group otherwise.
            ("a:10 b:0 c:7", "a b c"),
            ("a:10 b:0 c:7 d:3 e:3", "a c LSS(b+d+e)"),
            // Four and four would both be known to be four.
            ("a:10 b:4 c:4", "LSS(a+b+c)"),
            ("a:10 b:8 c:4 d:4", "a LSS(b+c+d)"),
            // One alone takes in the smallest, and one more when that is at the threshold.
            ("a:10 b:8 c:2", "a LSS(b+c)"),
            ("a:10 b:5 c:2", "a LSS(b+c)"),
            ("a:10 b:5 c:1", "LSS(a+b+c)"),
            // A zero that would tell that all ended.
            ("a:10 b:8 c:0!", "a LSS(b+c)"),
            // Too few under one law: both laws together, and at last everything.
            ("a:10 s1:3 s2:1", "(a+s1+s2)"),
            ("a:2 s1:1", "(a+s1)"),
            ("a:3", "a"),
            ("?:2 a:8 b:9", "b (?+a)"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
