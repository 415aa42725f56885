//! Facets: the fields by which records are filtered, with an index for each.
//!
//! A facet is a value of an enum: [`ClaimFacet`](super::ClaimFacet) and the like. One `match` has the values that a record
//! has in each of them, so that a facet without its values does not compile.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use super::Corpus;
use super::postings::{Postings, PostingsBuilder, Terms, TermsBuilder};
use super::table::{Id, Table};

/// The number that stands for "yes" in the index of a facet that is yes or no.
pub const YES: u32 = 1;

/// The facets of one resource.
pub trait Facet: Copy + 'static {
    /// Every facet.
    const ALL: &'static [Self];

    /// Position in [`Self::ALL`].
    fn position(self) -> usize;

    /// The records of the resource.
    fn table(corpus: &Corpus) -> &Table;

    /// The indexes of the facets.
    fn indexes(corpus: &Corpus) -> &FacetIndexes<Self>;
}

/// Defines the facets of a resource.
macro_rules! facets {
    ($(#[$doc:meta])* $name:ident of $collection:ident { $($(#[$facet_doc:meta])* $facet:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$facet_doc])* $facet,)+
        }

        impl $crate::corpus::Facet for $name {
            const ALL: &'static [Self] = &[$(Self::$facet),+];

            fn position(self) -> usize {
                self as usize
            }

            fn table(corpus: &$crate::corpus::Corpus) -> &$crate::corpus::Table {
                &corpus.$collection.table
            }

            fn indexes(corpus: &$crate::corpus::Corpus) -> &$crate::corpus::FacetIndexes<Self> {
                &corpus.$collection.by
            }
        }
    };
}
pub(super) use facets;

/// The index of one facet: which records have which value.
#[derive(Default)]
pub struct FacetIndex {
    /// By values that are texts.
    pub texts: Terms,
    /// By values that are numbers: of enums, or ids of records. [`YES`] for a facet that is yes or no.
    pub numbers: Postings,
}

/// The indexes of all facets of a resource.
pub struct FacetIndexes<F> {
    indexes: Box<[FacetIndex]>,
    facets: PhantomData<F>,
}

impl<F: Facet> Index<F> for FacetIndexes<F> {
    type Output = FacetIndex;

    fn index(&self, facet: F) -> &FacetIndex {
        &self.indexes[facet.position()]
    }
}

impl<F: Facet> IndexMut<F> for FacetIndexes<F> {
    fn index_mut(&mut self, facet: F) -> &mut FacetIndex {
        &mut self.indexes[facet.position()]
    }
}

impl<F> FacetIndexes<F> {
    pub(super) fn memory_bytes(&self) -> usize {
        self.indexes.iter().map(|index| index.texts.memory_bytes() + index.numbers.memory_bytes()).sum()
    }
}

/// Gathers the values of one facet.
#[derive(Default)]
pub(super) struct FacetBuilder {
    pub(super) texts: TermsBuilder,
    pub(super) numbers: PostingsBuilder,
}

/// Gathers the values of all facets.
pub(super) struct FacetBuilders<F> {
    builders: Vec<FacetBuilder>,
    facets: PhantomData<F>,
}

impl<F: Facet> FacetBuilders<F> {
    pub(super) fn new() -> Self {
        Self { builders: F::ALL.iter().map(|_| FacetBuilder::default()).collect(), facets: PhantomData }
    }

    /// Adds a record: `add` adds its values in each facet.
    pub(super) fn add(&mut self, id: Id, mut add: impl FnMut(F, &mut Values<'_>)) {
        for (facet, builder) in F::ALL.iter().zip(&mut self.builders) {
            add(*facet, &mut Values { builder, id });
        }
    }

    /// The values of a facet so far.
    pub(super) fn facet(&self, facet: F) -> &FacetBuilder {
        &self.builders[facet.position()]
    }

    /// The values of a facet so far, to be changed.
    pub(super) fn facet_mut(&mut self, facet: F) -> &mut FacetBuilder {
        &mut self.builders[facet.position()]
    }

    pub(super) fn build(self) -> FacetIndexes<F> {
        let built = self.builders.into_iter();
        let indexes = built.map(|facet| FacetIndex { texts: facet.texts.build(), numbers: facet.numbers.build() });
        FacetIndexes { indexes: indexes.collect(), facets: PhantomData }
    }
}

/// Takes the values of one record in one facet; any order, any number of times.
pub(super) struct Values<'b> {
    builder: &'b mut FacetBuilder,
    id: Id,
}

impl Values<'_> {
    /// Adds texts. The empty text is not a value.
    pub(super) fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        texts.into_iter().for_each(|text| self.builder.texts.add(text, self.id));
    }

    /// Adds ids of records.
    pub(super) fn ids(&mut self, ids: impl IntoIterator<Item = Id>) {
        ids.into_iter().for_each(|id| self.builder.numbers.add(id, self.id));
    }

    /// Adds values of an enum.
    pub(super) fn enums(&mut self, numbers: impl IntoIterator<Item = i32>) {
        numbers.into_iter().for_each(|number| self.builder.numbers.add_number(number, self.id));
    }

    /// Adds [`YES`] for records; this one or others.
    pub(super) fn yes(&mut self, ids: impl IntoIterator<Item = Id>) {
        ids.into_iter().for_each(|id| self.builder.numbers.add(YES, id));
    }
}
