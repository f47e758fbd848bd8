//! Whether a system of linear equations has a solution without negative numbers: the attacker's only tool.
//!
//! Goes in: equations. Comes out: yes or no. Guaranteed: knows nothing of tables; the first phase of the simplex method
//! with Bland's rule, so it ends.

const NEAR: f64 = 1e-7;

#[derive(Default)]
pub struct System {
    unknowns: usize,
    rows: Vec<(Vec<(usize, f64)>, f64)>,
}

impl System {
    pub fn unknown(&mut self) -> usize {
        self.unknowns += 1;
        self.unknowns - 1
    }

    pub fn equal(&mut self, terms: impl IntoIterator<Item = (usize, f64)>, sum: f64) {
        self.rows.push((terms.into_iter().collect(), sum));
    }

    pub fn at_most(&mut self, terms: impl IntoIterator<Item = (usize, f64)>, sum: f64) {
        let slack = self.unknown();
        self.equal(terms.into_iter().chain([(slack, 1.0)]), sum);
    }

    pub fn at_least(&mut self, terms: impl IntoIterator<Item = (usize, f64)>, sum: f64) {
        let slack = self.unknown();
        self.equal(terms.into_iter().chain([(slack, -1.0)]), sum);
    }

    pub fn has_solution(&self) -> bool {
        let width = self.unknowns + 1;
        let mut table: Vec<Vec<f64>> = Vec::new();
        for (terms, sum) in &self.rows {
            let sign = if *sum < 0.0 { -1.0 } else { 1.0 };
            let mut row = vec![0.0; width];
            for (at, by) in terms {
                row[*at] += sign * by;
            }
            row[width - 1] = sign * sum;
            table.push(row);
        }
        // One artificial unknown per row, all of them paid for; `base` holds which unknown each row stands for.
        let mut base: Vec<Option<usize>> = vec![None; table.len()];
        let mut price = vec![0.0; width];
        for row in &table {
            price.iter_mut().zip(row).for_each(|(price, it)| *price += it);
        }
        while price[width - 1] > NEAR {
            let Some(enters) = (0..width - 1).find(|it| price[*it] > NEAR) else { return false };
            let ratio = |row: usize| table[row][width - 1] / table[row][enters];
            let leaves = (0..table.len())
                .filter(|row| table[*row][enters] > NEAR)
                .min_by(|a, b| ratio(*a).total_cmp(&ratio(*b)).then(base[*a].cmp(&base[*b])));
            let Some(leaves) = leaves else { return false };
            let by = table[leaves][enters];
            table[leaves].iter_mut().for_each(|it| *it /= by);
            let pivot: Vec<(usize, f64)> =
                table[leaves].iter().copied().enumerate().filter(|it| it.1.abs() > 1e-12).collect();
            let clear = |row: &mut Vec<f64>| {
                let by = row[enters];
                if by.abs() > 1e-12 {
                    pivot.iter().for_each(|(at, it)| row[*at] -= by * it);
                }
            };
            table.iter_mut().enumerate().filter(|it| it.0 != leaves).for_each(|it| clear(it.1));
            clear(&mut price);
            base[leaves] = Some(enters);
        }
        true
    }
}

#[test]
fn equations_are_solved_or_not() {
    let mut system = System::default();
    let (a, b) = (system.unknown(), system.unknown());
    system.equal([(a, 1.0), (b, 1.0)], 5.0);
    system.at_least([(a, 1.0)], 3.0);
    assert!(system.has_solution());
    system.at_least([(b, 1.0)], 3.0);
    assert!(!system.has_solution());
}
