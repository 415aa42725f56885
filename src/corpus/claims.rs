//! The claims of a corpus and their indexes.

use prost::Message;
use roaring::RoaringBitmap;

use super::actors::Actors;
use super::articles::Articles;
use super::datasets::DatasetsBuilder;
use super::facets::{FacetBuilders, FacetIndexes, Values, YES, facets};
use super::postings::{Postings, PostingsBuilder, TermsBuilder};
use super::statements::{Stated, Statements};
use super::table::{Id, Table};
use crate::model::Resource;
use crate::proto::v1::{Claim, Method, PartialTime, Party, Precision, Relation, RelationKind, RelationStatus};

facets! {
    /// The facets: fields by which claims are filtered.
    ClaimFacet of claims {
        /// Article of some evidence: its id.
        Article,
        /// Publisher of such an article: the text as printed, and the id of the actor.
        Publisher,
        /// Speaker: id of the actor.
        Speaker,
        /// Subject: id of the actor.
        Subject,
        /// Addressee: id of the actor.
        Addressee,
        /// Actor with any part: id of the actor.
        Actor,
        /// Kind: enum number.
        Kind,
        /// Quotation type of some evidence: enum number.
        QuotationType,
        /// Concept of some position: text.
        Concept,
        /// Stance of some position: enum number.
        Stance,
        /// Topic: text.
        Topic,
        /// Language tag in lower case: text.
        Language,
        /// Kind of an outgoing relation that is not REJECTED: enum number.
        RelationKind,
        /// Whether some claim disputes, denies or contradicts it by a relation that is not REJECTED.
        Disputed,
        /// Whether it has a review.
        Reviewed,
        /// Verdict of some review: enum number.
        Verdict,
        /// Status: enum number.
        Status,
        /// Dataset: text.
        Dataset,
        /// Method of its provenance: enum number.
        Method,
    }
}

impl ClaimFacet {
    /// Adds the values that a claim has in the facet.
    fn add_values(self, claim: &Claim, known: &Known<'_>, values: &mut Values<'_>) {
        let actors = |parties| actor_ids(parties, known);
        let provenance = claim.provenance.as_ref();
        match self {
            Self::Article => values.ids(known.article_ids(claim)),
            Self::Publisher => {
                values.texts(known.article_ids(claim).map(|article| known.printed_publishers[article as usize]));
                values.ids(known.article_ids(claim).filter_map(|article| known.publisher_ids[article as usize]));
            }
            Self::Speaker => values.ids(actors(&claim.speakers)),
            Self::Subject => values.ids(actors(&claim.subjects)),
            Self::Addressee => values.ids(actors(&claim.addressees)),
            Self::Actor => {
                for parties in [&claim.speakers, &claim.subjects, &claim.addressees] {
                    values.ids(actors(parties));
                    values.ids(parties.iter().filter_map(|party| known.actors.table.id(&party.on_behalf_of)));
                }
            }
            Self::Kind => values.enums([claim.kind]),
            Self::QuotationType => values.enums(claim.evidence.iter().map(|evidence| evidence.quotation_type)),
            Self::Concept => values.texts(claim.positions.iter().map(|position| &*position.concept)),
            Self::Stance => values.enums(claim.positions.iter().map(|position| position.stance)),
            Self::Topic => values.texts(claim.topics.iter().map(String::as_str)),
            Self::Language => values.texts([&*claim.language.to_ascii_lowercase()]),
            Self::RelationKind => {
                let relations = claim.relations.iter().filter(|each| each.status() != RelationStatus::Rejected);
                values.enums(relations.map(|relation| relation.kind));
            }
            Self::Disputed => values.yes(known.disputed_by(claim)),
            Self::Reviewed => values.enums(claim.reviews.first().map(|_| YES.cast_signed())),
            Self::Verdict => values.enums(claim.reviews.iter().map(|review| review.verdict)),
            Self::Status => values.enums([claim.status]),
            Self::Dataset => values.texts(provenance.map(|provenance| &*provenance.dataset)),
            Self::Method => {
                values.enums([provenance.map_or(Method::Unspecified as i32, |provenance| provenance.method)]);
            }
        }
    }
}

/// The claims of a corpus, ordered by claim time.
pub struct Claims {
    /// The records.
    pub table: Table,
    /// Which claims have which value in a facet.
    pub by: FacetIndexes<ClaimFacet>,
    /// Claims that have [`ClaimFacet::Disputed`].
    pub disputed: RoaringBitmap,
    /// Claims whose time has the precision MONTH.
    pub to_the_month: RoaringBitmap,
    /// Claims whose time has the precision YEAR.
    pub to_the_year: RoaringBitmap,
    /// By claim they relate to, whatever the kind and status: id of that claim.
    pub answers: Postings,
    /// What each claim states.
    pub statements: Statements,
}

impl Claims {
    /// Indexes the claims, and adds to `speaking` which actors speak in which article.
    pub(super) fn new(
        table: Table,
        articles: &Articles,
        actors: &Actors,
        speaking: &mut PostingsBuilder,
        datasets: &mut DatasetsBuilder,
    ) -> Self {
        let known = Known {
            claims: &table,
            articles: &articles.table,
            printed_publishers: articles.printed_publishers(),
            publisher_ids: articles.publisher_ids(),
            actors,
        };
        let mut facets = FacetBuilders::new();
        let (mut to_the_month, mut to_the_year) = (RoaringBitmap::new(), RoaringBitmap::new());
        let (mut answers, mut statements) = (PostingsBuilder::default(), Statements::default());
        for id in 0..table.len() {
            let claim = Claim::decode(table.encoded(id)).expect("records were encoded here");
            facets.add(id, |facet: ClaimFacet, values| facet.add_values(&claim, &known, values));
            for article in known.article_ids(&claim) {
                actor_ids(&claim.speakers, &known).for_each(|speaker| speaking.add(speaker, article));
            }
            match claim.claim_time.as_ref().map(PartialTime::precision) {
                Some(Precision::Year) => _ = to_the_year.insert(id),
                Some(Precision::Month) => _ = to_the_month.insert(id),
                _ => {}
            }
            add_statements(&mut statements, &claim, &known, &facets.facet(ClaimFacet::Concept).texts);
            for target in claim.relations.iter().filter_map(|relation| table.id(&relation.claim)) {
                answers.add(target, id);
            }
            known.disputed_by(&claim).for_each(|target| statements.push_dispute(id, target));
            datasets.add(Resource::Claim, claim.provenance.as_ref(), table.time(id));
        }
        let by = facets.build();
        let mut disputed = RoaringBitmap::new();
        by[ClaimFacet::Disputed].numbers.get(YES).add_to(&mut disputed);
        let (answers, statements) = (answers.build(), statements.build());
        Self { table, by, disputed, to_the_month, to_the_year, answers, statements }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let bitmaps = [&self.disputed, &self.to_the_month, &self.to_the_year];
        self.table.memory_bytes()
            + self.by.memory_bytes()
            + self.answers.memory_bytes()
            + bitmaps.into_iter().map(RoaringBitmap::serialized_size).sum::<usize>()
            + self.statements.memory_bytes()
    }
}

/// Whether a relation makes the claim it leads to a disputed one.
pub fn disputes(relation: &Relation) -> bool {
    let kind = matches!(relation.kind(), RelationKind::Disputes | RelationKind::Denies | RelationKind::Contradicts);
    kind && relation.status() != RelationStatus::Rejected
}

/// What the values of claims refer to.
struct Known<'c> {
    claims: &'c Table,
    articles: &'c Table,
    printed_publishers: Vec<&'c str>,
    publisher_ids: Vec<Option<Id>>,
    actors: &'c Actors,
}

impl Known<'_> {
    /// The articles of the evidence of a claim.
    fn article_ids(&self, claim: &Claim) -> impl Iterator<Item = Id> {
        claim.evidence.iter().filter_map(|evidence| self.articles.id(&evidence.article))
    }

    /// The claims that a claim disputes.
    fn disputed_by(&self, claim: &Claim) -> impl Iterator<Item = Id> {
        claim
            .relations
            .iter()
            .filter(|relation| disputes(relation))
            .filter_map(|relation| self.claims.id(&relation.claim))
    }
}

fn actor_ids(parties: &[Party], known: &Known<'_>) -> impl Iterator<Item = Id> {
    parties.iter().filter_map(|party| known.actors.table.id(&party.actor))
}

/// Adds what a claim states. Its concepts must be among `concepts`.
fn add_statements(statements: &mut Statements, claim: &Claim, known: &Known<'_>, concepts: &TermsBuilder) {
    let actors = &known.actors.table;
    let organization = |party: &Party| actors.id(&party.on_behalf_of).or_else(|| actors.id(&party.actor));
    statements.push(Stated {
        speakers: actor_ids(&claim.speakers, known),
        organizations: claim.speakers.iter().filter_map(organization),
        positions: claim.positions.iter().filter_map(|each| Some((concepts.number(&each.concept)?, each.stance()))),
        articles: known.article_ids(claim),
    });
}
