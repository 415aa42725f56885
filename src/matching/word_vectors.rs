//! Which words are related: those that keep the same company in the texts of a corpus.
//!
//! This is latent semantic analysis (Deerwester and others, 1990): the leading singular vectors of the matrix of passages
//! and words, each passage of length one, each word weighted by its rarity. They are found by subspace iteration from a
//! random start (Halko, Martinsson and Tropp, 2011), whose signs come from the words themselves, so that the same texts
//! give the same vectors.
#![allow(
    clippy::cast_possible_truncation,
    reason = "sums of 64 bits become numbers of 32, and these 127ths, on purpose"
)]

use hashbrown::HashMap;

/// Numbers in a vector. The start of a word takes the bits of one `u64` as signs.
const DIMENSIONS: usize = 64;
/// Fewer passages say nothing about what words mean: no word is related to another then.
const FEWEST_PASSAGES: usize = 1000;
/// A word that stands in fewer passages has no vector.
const FEWEST_PLACES: u32 = 3;
/// Words that have a vector, at most: the commonest.
const MAX_WORDS: usize = 1 << 16;
/// Times that the vectors are carried through all passages. In a trial 200 numbers a word, three times through three times
/// as many passages, did not rank the labelled queries better in sum.
const ITERATIONS: usize = 2;

/// The distinct stems of passages, one passage behind the other.
#[derive(Debug, Default)]
pub struct Passages {
    stems: Vec<u64>,
    ends: Vec<usize>,
}

impl Passages {
    /// Adds a passage by the hashes of its distinct stems.
    pub fn add(&mut self, stems: &[u64]) {
        self.stems.extend_from_slice(stems);
        self.ends.push(self.stems.len());
    }
}

/// Where a word stands among all others, of length one, its numbers 127 times as large as they are.
pub type WordVector = [i16; DIMENSIONS];

/// The vectors of words, by the hashes of their stems.
#[derive(Debug, Default)]
pub struct WordVectors {
    by_stem: HashMap<u64, WordVector>,
}

impl WordVectors {
    /// Learns them from passages.
    pub fn learn(passages: Passages) -> Self {
        if passages.ends.len() < FEWEST_PASSAGES {
            return Self::default();
        }
        let (words, matrix) = Matrix::new(passages);
        let mut block: Vec<Row> = words.iter().map(|stem| signs(*stem)).collect();
        for _ in 0..ITERATIONS {
            block = matrix.carry(&block);
            orthonormalise(&mut block);
        }
        let by_stem = words.into_iter().zip(block.iter().map(of_length_one)).collect();
        Self { by_stem }
    }

    /// The vector of a word, if it is known well enough.
    pub fn get(&self, stem: u64) -> Option<&WordVector> {
        self.by_stem.get(&stem)
    }

    /// Bytes that they take.
    pub fn memory_bytes(&self) -> usize {
        self.by_stem.allocation_size()
    }
}

/// How related two words are: the cosine of their vectors, 0 at least.
pub fn relatedness(one: &WordVector, other: &WordVector) -> f32 {
    let product: i32 = one.iter().zip(other).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
    (product as f32 / (127.0 * 127.0)).clamp(0.0, 1.0)
}

type Row = [f32; DIMENSIONS];

/// Passages and words: which of them stand together, and what each word weighs.
struct Matrix {
    words: Vec<u32>,
    ends: Vec<usize>,
    rarities: Vec<f32>,
}

impl Matrix {
    /// The words that have vectors, in order, and where they stand.
    fn new(Passages { stems, ends }: Passages) -> (Vec<u64>, Self) {
        let mut places: HashMap<u64, u32> = HashMap::new();
        for stem in &stems {
            *places.entry(*stem).or_insert(0) += 1;
        }
        let mut known: Vec<(u64, u32)> = places.into_iter().filter(|(_, count)| *count >= FEWEST_PLACES).collect();
        known.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        known.truncate(MAX_WORDS);
        let numbers: HashMap<u64, u32> = (0..).zip(&known).map(|(number, (stem, _))| (*stem, number)).collect();
        let rarity = |count: u32| (ends.len() as f32 / count as f32).ln();
        let rarities = known.iter().map(|(_, count)| rarity(*count)).collect();
        let mut matrix =
            Self { words: Vec::with_capacity(stems.len()), ends: Vec::with_capacity(ends.len()), rarities };
        let mut start = 0;
        for end in ends {
            matrix.words.extend(stems[start..end].iter().filter_map(|stem| numbers.get(stem)));
            matrix.ends.push(matrix.words.len());
            start = end;
        }
        (known.into_iter().map(|(stem, _)| stem).collect(), matrix)
    }

    /// Carries the vectors of words to the passages they stand in, and these back to the words. On one thread, so that
    /// sums are taken in one order.
    fn carry(&self, block: &[Row]) -> Vec<Row> {
        let mut carried = vec![[0.0; DIMENSIONS]; block.len()];
        let mut start = 0;
        for end in &self.ends {
            let words = &self.words[start..*end];
            start = *end;
            let squares: f32 = words.iter().map(|word| self.rarities[*word as usize].powi(2)).sum();
            // A passage of words that stand everywhere has no length.
            let scale = if squares > 0.0 { squares.sqrt().recip() } else { 0.0 };
            let mut passage = [0.0; DIMENSIONS];
            for word in words {
                add(&mut passage, self.rarities[*word as usize] * scale, &block[*word as usize]);
            }
            for word in words {
                add(&mut carried[*word as usize], self.rarities[*word as usize] * scale, &passage);
            }
        }
        carried
    }
}

fn add(to: &mut Row, weight: f32, row: &Row) {
    for (to, number) in to.iter_mut().zip(row) {
        *to += weight * number;
    }
}

/// Where the iteration starts for a word: one or minus one, by the bits of its hash, which are mixed once more.
fn signs(stem: u64) -> Row {
    let mut bits = stem.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    std::array::from_fn(|at| if bits & (1 << at) == 0 { -1.0 } else { 1.0 })
}

/// Share of a column's square that rounding leaves of it, at most, where it says nothing that others do not.
const ROUNDED: f64 = 1e-10;

/// Makes the columns of a block orthogonal to each other and of length one (Gram and Schmidt; each column twice, since
/// what rounding leaves of the others after the first time is gone after the second). A column that the others make up
/// becomes zero.
fn orthonormalise(block: &mut [Row]) {
    let squares = |block: &[Row], column: usize| block.iter().map(|row| f64::from(row[column]).powi(2)).sum::<f64>();
    for column in 0..DIMENSIONS {
        let before = squares(block, column);
        for _ in 0..2 {
            let mut shares = [0.0_f64; DIMENSIONS];
            for row in &*block {
                let number = f64::from(row[column]);
                for (share, before) in shares.iter_mut().zip(&row[..column]) {
                    *share += f64::from(*before) * number;
                }
            }
            let shares = shares.map(|share| share as f32);
            for row in &mut *block {
                let taken: f32 = row[..column].iter().zip(&shares).map(|(before, share)| before * share).sum();
                row[column] -= taken;
            }
        }
        let left = squares(block, column);
        let scale = if left > before * ROUNDED { left.sqrt().recip() as f32 } else { 0.0 };
        for row in &mut *block {
            row[column] *= scale;
        }
    }
}

fn of_length_one(row: &Row) -> WordVector {
    let length = row.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    row.map(|number| (number / length * 127.0).round() as i16)
}

/// Passages of a few words each, all from one of 60 themes of twelve words: number 100 is the first of the second theme. 0
/// and 1, of the first theme, never stand together.
#[cfg(test)]
pub(super) fn themed(count: usize) -> Vec<Vec<u64>> {
    let mut bits = 1_u64;
    let mut below = |end: u64| {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (bits >> 33) % end
    };
    let passage = |_| {
        let theme = below(60);
        let mut words: Vec<u64> = (0..5).map(|_| theme * 100 + below(12)).collect();
        if words.contains(&0) {
            words.retain(|word| *word != 1);
        }
        words.sort_unstable();
        words.dedup();
        words
    };
    (0..count).map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages(count: usize) -> Passages {
        let mut passages = Passages::default();
        for words in themed(count) {
            passages.add(&words);
        }
        passages
    }

    #[test]
    fn words_that_keep_the_same_company_are_related() {
        let vectors = WordVectors::learn(passages(10_000));
        let vector = |stem| vectors.get(stem).expect("it stands often enough");
        let (same, other) = (relatedness(vector(0), vector(1)), relatedness(vector(0), vector(101)));
        assert!(same > 0.3 && other < 0.15, "{same} {other}");
        assert!((relatedness(vector(1), vector(1)) - 1.0).abs() < 0.05);
    }

    #[test]
    fn the_same_passages_give_the_same_vectors() {
        let (one, other) = (WordVectors::learn(passages(1500)), WordVectors::learn(passages(1500)));
        assert!((1..=3).all(|stem| one.get(stem) == other.get(stem) && one.get(stem).is_some()));
    }

    #[test]
    fn few_passages_relate_nothing_and_rare_words_have_no_vector() {
        assert!(WordVectors::learn(passages(FEWEST_PASSAGES - 1)).get(1).is_none());
        let mut enough = passages(FEWEST_PASSAGES);
        for (stem, places) in [(98, FEWEST_PLACES - 1), (99, FEWEST_PLACES)] {
            (0..places).for_each(|_| enough.add(&[1, stem]));
        }
        let vectors = WordVectors::learn(enough);
        assert!(vectors.get(98).is_none() && vectors.get(99).is_some());
    }

    #[test]
    fn columns_become_orthogonal_and_of_length_one() {
        let mut block: Vec<Row> = (0..500).map(|stem| signs(stem % 450)).collect();
        for row in &mut block {
            row[1] = row[0] + row[1] * 0.001;
            row[5] = row[3] + row[4];
        }
        orthonormalise(&mut block);
        for (a, b) in (0..DIMENSIONS).flat_map(|a| (0..=a).map(move |b| (a, b))) {
            let product: f32 = block.iter().map(|row| row[a] * row[b]).sum();
            let expected = if a == b && a != 5 { 1.0 } else { 0.0 };
            assert!((product - expected).abs() < 1e-3, "{a} {b}: {product}");
        }
    }
}
