//! How closely the words of a query stand together in a text, and whether they keep their order.

use crate::matching::query::{MAX_TERMS, Query};
use crate::matching::scan::Scan;

/// Words that may stand between two neighbours of a run, in either text.
const MAX_STEP: u32 = 4;

/// The heaviest run: hits that follow each other closely in both texts, in the same order. Weight in rarity.
pub fn heaviest_run(query: &Query, scan: &Scan) -> f32 {
    // (position in the text, position in the query, term, weight of the heaviest run that ends here)
    let mut ends: Vec<(u32, u32, u8, f32)> = Vec::with_capacity(scan.hits.len() * 2);
    let mut best = 0.0_f32;
    for (position, term) in &scan.hits {
        let rarity = query.terms[usize::from(*term)].rarity;
        for (place, _) in query.sequence.iter().filter(|(_, other)| other == term) {
            let before = ends
                .iter()
                .rev()
                .take_while(|end| position - end.0 <= MAX_STEP)
                .filter(|end| end.0 < *position && end.1 < *place && place - end.1 <= MAX_STEP)
                .map(|end| end.3)
                .fold(0.0, f32::max);
            ends.push((*position, *place, *term, before + rarity));
            best = best.max(before + rarity);
        }
    }
    best
}

/// The heaviest window of `width` words: the summed rarity of the distinct terms in it.
pub fn heaviest_window(query: &Query, scan: &Scan, width: u32) -> f32 {
    let mut counts = [0_u16; MAX_TERMS];
    let (mut weight, mut best, mut first) = (0.0_f32, 0.0_f32, 0);
    for (position, term) in &scan.hits {
        let term = usize::from(*term);
        if counts[term] == 0 {
            weight += query.terms[term].rarity;
        }
        counts[term] += 1;
        while position - scan.hits[first].0 >= width {
            let gone = usize::from(scan.hits[first].1);
            counts[gone] -= 1;
            if counts[gone] == 0 {
                weight -= query.terms[gone].rarity;
            }
            first += 1;
        }
        best = best.max(weight);
    }
    best
}
