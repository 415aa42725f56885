//! Fits linear models by Newton's method: deterministic, a few iterations, no learning rate.

use claimd::matching::features::COUNT;

use super::sample::Sample;

pub type Vector = [f64; COUNT];

/// Ranking weights by softmax regression: maximises the likelihood of the relevant candidates among the candidates of each
/// query. L2 penalty on weights in units of each feature's standard deviation. Features outside `active` get weight 0.
pub fn fit_ranking(samples: &[&Sample], penalty: f64, active: &[usize]) -> Vector {
    let samples: Vec<&&Sample> = samples.iter().filter(|sample| sample.is_relevant.contains(&true)).collect();
    let scale = deviations(&samples);
    let size = active.len();
    let rows: Vec<Vec<Vec<f64>>> = samples
        .iter()
        .map(|s| s.features.iter().map(|f| active.iter().map(|i| f64::from(f[*i]) / scale[*i]).collect()).collect())
        .collect();
    let at = |weights: &[f64]| {
        let mut objective = Objective::at(weights, penalty);
        for (sample, rows) in samples.iter().zip(&rows) {
            objective.add_query(sample, rows, weights, 1.0 / samples.len() as f64);
        }
        objective
    };
    let weights = minimise(size, at);
    let mut out = [0.0; COUNT];
    active.iter().zip(weights).for_each(|(i, weight)| out[*i] = weight / scale[*i]);
    out
}

/// Weights of a logistic regression of `rows` (features, whether relevant, sample weight).
pub fn fit_logistic(rows: &[(Vec<f64>, bool, f64)], penalty: f64) -> Vec<f64> {
    let total: f64 = rows.iter().map(|(.., share)| share).sum();
    minimise(rows[0].0.len(), |weights| {
        let mut objective = Objective::at(weights, penalty);
        for (row, is_relevant, share) in rows {
            objective.add_candidate(row, *is_relevant, weights, share / total);
        }
        objective
    })
}

/// Newton's method with step halving; stops when no step lowers the loss.
fn minimise(size: usize, at: impl Fn(&[f64]) -> Objective) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    let mut here = at(&weights);
    for _ in 0..50 {
        let step = solve(here.hessian.clone(), here.descent.clone());
        let tries = (0..20).map(|halvings| 0.5_f64.powi(halvings)).map(|part| {
            let next: Vec<f64> = weights.iter().zip(&step).map(|(weight, step)| weight + part * step).collect();
            (at(&next), next)
        });
        let Some((objective, next)) = tries.into_iter().find(|(objective, _)| objective.loss < here.loss - 1e-8) else {
            break;
        };
        (here, weights) = (objective, next);
    }
    weights
}

/// Loss, negative gradient and Hessian (lower triangle) at some weights.
struct Objective {
    loss: f64,
    descent: Vec<f64>,
    hessian: Vec<Vec<f64>>,
}

impl Objective {
    /// The penalty.
    fn at(weights: &[f64], penalty: f64) -> Self {
        let size = weights.len();
        let mut hessian = vec![vec![0.0; size]; size];
        (0..size).for_each(|i| hessian[i][i] = 2.0 * penalty + 1e-9);
        let descent = weights.iter().map(|w| -2.0 * penalty * w).collect();
        Self { loss: penalty * dot(weights, weights), descent, hessian }
    }

    /// Adds a query: the cross-entropy of its softmax against its relevant candidates.
    fn add_query(&mut self, sample: &Sample, rows: &[Vec<f64>], w: &[f64], share: f64) {
        let scores: Vec<f64> = rows.iter().map(|row| dot(row, w)).collect();
        let top = scores.iter().copied().fold(f64::MIN, f64::max);
        let total: f64 = scores.iter().map(|score| (score - top).exp()).sum();
        let relevant = sample.is_relevant.iter().filter(|right| **right).count() as f64;
        let mut mean = vec![0.0; w.len()];
        for ((row, score), is_relevant) in rows.iter().zip(&scores).zip(&sample.is_relevant) {
            let probability = (score - top).exp() / total;
            let target = if *is_relevant { 1.0 / relevant } else { 0.0 };
            self.loss -= share * target * (score - top - total.ln());
            if probability > 1e-7 || *is_relevant {
                self.add_row(row, share * (target - probability), share * probability);
                mean.iter_mut().zip(row).for_each(|(mean, x)| *mean += probability * x);
            }
        }
        self.add_row(&mean, 0.0, -share);
    }

    /// Adds the logistic loss of one candidate.
    fn add_candidate(&mut self, row: &[f64], is_relevant: bool, w: &[f64], share: f64) {
        let score = dot(row, w);
        let probability = 1.0 / (1.0 + (-score).exp());
        let target = f64::from(u8::from(is_relevant));
        self.loss += share * (score.max(0.0) + (-score.abs()).exp().ln_1p() - target * score);
        self.add_row(row, share * (target - probability), share * probability * (1.0 - probability));
    }

    fn add_row(&mut self, row: &[f64], descent: f64, curvature: f64) {
        for (i, x) in row.iter().enumerate() {
            self.descent[i] += descent * x;
            let scaled = curvature * x;
            self.hessian[i].iter_mut().zip(&row[..=i]).for_each(|(entry, y)| *entry += scaled * y);
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Standard deviation of each feature within queries. That of a feature that differs only between queries is near 0.
fn deviations(samples: &[&&Sample]) -> Vector {
    let mut out = [0.0; COUNT];
    for (i, deviation) in out.iter_mut().enumerate() {
        let (mut sum, mut rows) = (0.0, 0.0);
        for sample in samples {
            let n = sample.features.len() as f64;
            let mean = sample.features.iter().map(|f| f64::from(f[i])).sum::<f64>() / n;
            sum += sample.features.iter().map(|f| (f64::from(f[i]) - mean).powi(2)).sum::<f64>();
            rows += n;
        }
        *deviation = (sum / rows).sqrt().max(1e-3);
    }
    out
}

/// Solves a symmetric positive definite system given by its lower triangle, by Cholesky decomposition.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let sum = a[i][j] - (0..j).map(|k| a[i][k] * a[j][k]).sum::<f64>();
            a[i][j] = if i == j { sum.max(1e-12).sqrt() } else { sum / a[j][j] };
        }
    }
    for i in 0..n {
        b[i] = (b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>()) / a[i][i];
    }
    for i in (0..n).rev() {
        b[i] = (b[i] - (i + 1..n).map(|k| a[k][i] * b[k]).sum::<f64>()) / a[i][i];
    }
    b
}
