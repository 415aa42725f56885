//! The statements of claims in columns: speakers, organizations, positions, articles and disputes.
//!
//! Networks read these lists for every selected claim, since decoding a claim takes a thousand times as long. They take
//! about 40 bytes a claim.

use super::table::Id;
use crate::proto::v1::Stance;

/// For each claim, by id, a list of distinct numbers, ascending.
#[derive(Default)]
pub struct Lists {
    /// End of the list of each claim, which is the start of the next.
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

/// The statements of all claims.
#[derive(Default)]
pub struct Statements {
    /// Speakers: ids of actors.
    pub speakers: Lists,
    /// Organizations: for each speaker the actor of `on_behalf_of`, else the speaker.
    pub organizations: Lists,
    /// Positions for or against a concept, as [`Sided`].
    positions: Lists,
    /// Articles of the evidence: ids of articles.
    pub articles: Lists,
    /// (claim, disputed claim) for each relation that disputes a claim, ascending.
    pub disputes: Vec<(Id, Id)>,
}

/// A concept or actor and the side taken on it, as one number: twice the number of the thing, plus 1 if against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sided(pub u32);

impl Sided {
    /// A thing, and whether the side is against it.
    pub fn new(thing: u32, against: bool) -> Self {
        assert!(thing < 1 << 31, "concepts and actors are counted in 31 bits");
        Self(thing << 1 | u32::from(against))
    }

    /// The concept or actor.
    pub fn thing(self) -> u32 {
        self.0 >> 1
    }

    /// Whether the side is against it.
    pub fn is_against(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Lists {
    /// The list of a claim.
    pub fn get(&self, id: Id) -> &[u32] {
        let at = id as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.numbers[start as usize..self.ends[at] as usize]
    }

    /// Adds the list of the next claim, in any order and with duplicates.
    fn push(&mut self, numbers: impl IntoIterator<Item = u32>) {
        let start = self.numbers.len();
        self.numbers.extend(numbers);
        let list = &mut self.numbers[start..];
        list.sort_unstable();
        let mut kept = start;
        for at in start..self.numbers.len() {
            if at == start || self.numbers[at] != self.numbers[kept - 1] {
                self.numbers[kept] = self.numbers[at];
                kept += 1;
            }
        }
        self.numbers.truncate(kept);
        self.ends.push(u32::try_from(kept).expect("lists are counted in 32 bits"));
    }

    fn memory_bytes(&self) -> usize {
        size_of_val(&*self.ends) + size_of_val(&*self.numbers)
    }
}

/// The statements of one claim.
pub(super) struct Stated<S, O, P, A> {
    pub(super) speakers: S,
    pub(super) organizations: O,
    /// Number of the concept and stance.
    pub(super) positions: P,
    pub(super) articles: A,
}

impl Statements {
    /// The positions of a claim for or against a concept, without NEUTRAL ones.
    pub fn positions(&self, id: Id) -> impl ExactSizeIterator<Item = Sided> + Clone + '_ {
        self.positions.get(id).iter().map(|sided| Sided(*sided))
    }

    /// Adds the next claim.
    pub(super) fn push<S, O, P, A>(
        &mut self,
        Stated { speakers, organizations, positions, articles }: Stated<S, O, P, A>,
    ) where
        S: IntoIterator<Item = Id>,
        O: IntoIterator<Item = Id>,
        P: IntoIterator<Item = (u32, Stance)>,
        A: IntoIterator<Item = Id>,
    {
        self.speakers.push(speakers);
        self.organizations.push(organizations);
        self.positions.push(positions.into_iter().filter_map(|(concept, stance)| match stance {
            Stance::Support => Some(Sided::new(concept, false).0),
            Stance::Oppose => Some(Sided::new(concept, true).0),
            Stance::Neutral | Stance::Unspecified => None,
        }));
        self.articles.push(articles);
    }

    /// Adds a relation by which `claim` disputes `target`; claims come in order.
    pub(super) fn push_dispute(&mut self, claim: Id, target: Id) {
        self.disputes.push((claim, target));
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let lists = [&self.speakers, &self.organizations, &self.positions, &self.articles];
        lists.into_iter().map(Lists::memory_bytes).sum::<usize>() + size_of_val(&*self.disputes)
    }

    /// Sorts the disputes and frees unused memory.
    pub(super) fn build(mut self) -> Self {
        for lists in [&mut self.speakers, &mut self.organizations, &mut self.positions, &mut self.articles] {
            lists.ends.shrink_to_fit();
            lists.numbers.shrink_to_fit();
        }
        self.disputes.sort_unstable();
        self.disputes.shrink_to_fit();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_distinct_numbers_of_each_claim() {
        let mut lists = Lists::default();
        lists.push([3, 1, 3]);
        lists.push([]);
        lists.push([3]);
        assert_eq!([lists.get(0), lists.get(1), lists.get(2)], [&[1, 3][..], &[], &[3]]);
    }
}
