//! MAP@5, MRR, recall and reliability.

use super::sample::Sample;

/// Candidates in order of falling score, equal ones by claim number.
pub fn order(sample: &Sample, scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(sample.claims[*a].cmp(&sample.claims[*b])));
    order
}

/// Average precision at 5: divided by the number of right claims, at most 5.
pub fn average_precision(sample: &Sample, scores: &[f64]) -> f64 {
    let (mut right, mut sum) = (0.0, 0.0);
    for (rank, place) in order(sample, scores).into_iter().take(5).enumerate() {
        if sample.is_right[place] {
            right += 1.0;
            sum += right / (rank as f64 + 1.0);
        }
    }
    sum / sample.gold.min(5) as f64
}

/// One over the rank of the first right claim.
pub fn reciprocal_rank(sample: &Sample, scores: &[f64]) -> f64 {
    let first = order(sample, scores).into_iter().position(|place| sample.is_right[place]);
    first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0))
}

/// Share of the right claims that are candidates at all.
pub fn pool_recall(sample: &Sample) -> f64 {
    sample.is_right.iter().filter(|right| **right).count() as f64 / sample.gold as f64
}

/// Mean of a measure over samples.
pub fn mean<'a, S: 'a>(samples: impl Iterator<Item = &'a S>, measure: impl Fn(&S) -> f64) -> f64 {
    let values: Vec<f64> = samples.map(measure).collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Prints, for each tenth of the score, how many candidates fell there, their mean score and how many were right.
pub fn print_reliability(title: &str, scored: &[(f64, bool)]) {
    println!("{title}: score  candidates  mean score  right");
    for tenth in 0..10 {
        let (low, high) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
        let bin: Vec<_> = scored.iter().filter(|(s, _)| *s >= low && (*s < high || tenth == 9)).collect();
        let n = bin.len().max(1) as f64;
        let mean = bin.iter().map(|(score, _)| score).sum::<f64>() / n;
        let right = bin.iter().filter(|(_, right)| *right).count() as f64 / n;
        println!("  {low:.1}-{high:.1}  {:6}  {mean:.3}  {right:.3}", bin.len());
    }
}
