//! The claims of a corpus and what finds them.

use prost::Message;
use roaring::RoaringBitmap;

use super::actors::Actors;
use super::articles::Articles;
use super::datasets::DatasetsBuilder;
use super::postings::{Postings, PostingsBuilder, Terms, TermsBuilder};
use super::statements::{Stated, Statements};
use super::table::{Id, Table};
use crate::model::Resource;
use crate::proto::v1::{Claim, Method, PartialTime, Party, Precision, Relation, RelationKind, RelationStatus};

/// The claims of a corpus, ordered by claim time.
pub struct Claims {
    /// The records.
    pub table: Table,
    /// By article they are written in: id of the article.
    pub articles: Postings,
    /// By publisher of such an article, as printed.
    pub publishers: Terms,
    /// By publisher of such an article: id of the actor.
    pub publisher_actors: Postings,
    /// By speaker: id of the actor.
    pub speakers: Postings,
    /// By subject: id of the actor.
    pub subjects: Postings,
    /// By addressee: id of the actor.
    pub addressees: Postings,
    /// By actor with any part: id of the actor.
    pub actors: Postings,
    /// By kind: enum number.
    pub kinds: Postings,
    /// By quotation type of some evidence: enum number.
    pub quotation_types: Postings,
    /// By concept of some position.
    pub concepts: Terms,
    /// By stance of some position: enum number.
    pub stances: Postings,
    /// By topic.
    pub topics: Terms,
    /// By language tag, in lower case.
    pub languages: Terms,
    /// By kind of an outgoing relation that is not REJECTED: enum number.
    pub relation_kinds: Postings,
    /// By verdict of some review: enum number.
    pub verdicts: Postings,
    /// By status: enum number.
    pub statuses: Postings,
    /// By dataset.
    pub datasets: Terms,
    /// By method: enum number.
    pub methods: Postings,
    /// Claims that some claim disputes, denies or contradicts by a relation that is not REJECTED.
    pub disputed: RoaringBitmap,
    /// Claims with a review.
    pub reviewed: RoaringBitmap,
    /// Claims whose time is known to the month, and no further.
    pub to_the_month: RoaringBitmap,
    /// Claims whose time is known to the year, and no further.
    pub to_the_year: RoaringBitmap,
    /// By claim they relate to, whatever the kind and status: id of that claim.
    pub answers: Postings,
    /// What each claim states.
    pub statements: Statements,
}

impl Claims {
    /// Indexes the claims, and adds to `speaking` who speaks in which article.
    pub(super) fn new(
        table: Table,
        articles: &Articles,
        actors: &Actors,
        speaking: &mut PostingsBuilder,
        datasets: &mut DatasetsBuilder,
    ) -> Self {
        let known = Known {
            articles: &articles.table,
            printed_publishers: articles.printed_publishers(),
            publisher_ids: articles.publisher_ids(),
            actors,
        };
        let mut builder = Builder::default();
        for id in 0..table.len() {
            let claim = Claim::decode(table.encoded(id)).expect("records were encoded here");
            builder.add_parties(id, &claim, actors);
            builder.add_evidence(id, &claim, &known, speaking);
            builder.add_content(id, &claim);
            builder.add_statements(&claim, &known);
            builder.add_relations(id, &claim.relations, &table);
            datasets.add(Resource::Claim, claim.provenance.as_ref(), table.time(id));
        }
        builder.build(table)
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let postings = [
            &self.articles,
            &self.publisher_actors,
            &self.speakers,
            &self.subjects,
            &self.addressees,
            &self.actors,
            &self.kinds,
            &self.quotation_types,
            &self.stances,
            &self.relation_kinds,
            &self.verdicts,
            &self.statuses,
            &self.methods,
            &self.answers,
        ];
        let terms = [&self.publishers, &self.concepts, &self.topics, &self.languages, &self.datasets];
        self.table.memory_bytes()
            + postings.into_iter().map(Postings::memory_bytes).sum::<usize>()
            + terms.into_iter().map(Terms::memory_bytes).sum::<usize>()
            + self.disputed.serialized_size()
            + self.reviewed.serialized_size()
            + self.to_the_month.serialized_size()
            + self.to_the_year.serialized_size()
            + self.statements.memory_bytes()
    }
}

/// Whether a relation makes the claim it leads to a disputed one.
pub fn disputes(relation: &Relation) -> bool {
    let kind = matches!(relation.kind(), RelationKind::Disputes | RelationKind::Denies | RelationKind::Contradicts);
    kind && relation.status() != RelationStatus::Rejected
}

struct Known<'c> {
    articles: &'c Table,
    printed_publishers: Vec<&'c str>,
    publisher_ids: Vec<Option<Id>>,
    actors: &'c Actors,
}

#[derive(Default)]
struct Builder {
    articles: PostingsBuilder,
    publishers: TermsBuilder,
    publisher_actors: PostingsBuilder,
    speakers: PostingsBuilder,
    subjects: PostingsBuilder,
    addressees: PostingsBuilder,
    actors: PostingsBuilder,
    kinds: PostingsBuilder,
    quotation_types: PostingsBuilder,
    concepts: TermsBuilder,
    stances: PostingsBuilder,
    topics: TermsBuilder,
    languages: TermsBuilder,
    relation_kinds: PostingsBuilder,
    verdicts: PostingsBuilder,
    statuses: PostingsBuilder,
    datasets: TermsBuilder,
    methods: PostingsBuilder,
    disputed: RoaringBitmap,
    reviewed: RoaringBitmap,
    to_the_month: RoaringBitmap,
    to_the_year: RoaringBitmap,
    answers: PostingsBuilder,
    statements: Statements,
}

impl Builder {
    fn add_parties(&mut self, id: Id, claim: &Claim, actors: &Actors) {
        let roles: [(&[Party], _); 3] = [
            (&claim.speakers, &mut self.speakers),
            (&claim.subjects, &mut self.subjects),
            (&claim.addressees, &mut self.addressees),
        ];
        for (parties, postings) in roles {
            for party in parties {
                if let Some(actor) = actors.table.id(&party.actor) {
                    postings.add(actor, id);
                    self.actors.add(actor, id);
                }
                if let Some(principal) = actors.table.id(&party.on_behalf_of) {
                    self.actors.add(principal, id);
                }
            }
        }
    }

    fn add_evidence(&mut self, id: Id, claim: &Claim, known: &Known<'_>, speaking: &mut PostingsBuilder) {
        for evidence in &claim.evidence {
            self.quotation_types.add_number(evidence.quotation_type, id);
            let Some(article) = known.articles.id(&evidence.article) else { continue };
            self.articles.add(article, id);
            self.publishers.add(known.printed_publishers[article as usize], id);
            if let Some(publisher) = known.publisher_ids[article as usize] {
                self.publisher_actors.add(publisher, id);
            }
            for speaker in claim.speakers.iter().filter_map(|party| known.actors.table.id(&party.actor)) {
                speaking.add(speaker, article);
            }
        }
    }

    fn add_content(&mut self, id: Id, claim: &Claim) {
        self.kinds.add_number(claim.kind, id);
        for position in &claim.positions {
            self.concepts.add(&position.concept, id);
            self.stances.add_number(position.stance, id);
        }
        claim.topics.iter().for_each(|topic| self.topics.add(topic, id));
        self.languages.add(&claim.language.to_ascii_lowercase(), id);
        claim.reviews.iter().for_each(|review| self.verdicts.add_number(review.verdict, id));
        if !claim.reviews.is_empty() {
            self.reviewed.insert(id);
        }
        match claim.claim_time.as_ref().map(PartialTime::precision) {
            Some(Precision::Year) => _ = self.to_the_year.insert(id),
            Some(Precision::Month) => _ = self.to_the_month.insert(id),
            _ => {}
        }
        self.statuses.add_number(claim.status, id);
        let provenance = claim.provenance.as_ref();
        self.datasets.add(provenance.map_or("", |provenance| &provenance.dataset), id);
        let method = provenance.map_or(Method::Unspecified as i32, |provenance| provenance.method);
        self.methods.add_number(method, id);
    }

    /// Needs the concepts of the claim to be among the terms.
    fn add_statements(&mut self, claim: &Claim, known: &Known<'_>) {
        let Self { statements, concepts, .. } = self;
        let (articles, actors) = (known.articles, known.actors);
        let organization =
            |party: &Party| actors.table.id(&party.on_behalf_of).or_else(|| actors.table.id(&party.actor));
        statements.push(Stated {
            speakers: claim.speakers.iter().filter_map(|party| actors.table.id(&party.actor)),
            organizations: claim.speakers.iter().filter_map(organization),
            positions: claim.positions.iter().filter_map(|each| Some((concepts.number(&each.concept)?, each.stance()))),
            articles: claim.evidence.iter().filter_map(|evidence| articles.id(&evidence.article)),
        });
    }

    fn add_relations(&mut self, id: Id, relations: &[Relation], table: &Table) {
        for relation in relations {
            if relation.status() != RelationStatus::Rejected {
                self.relation_kinds.add_number(relation.kind, id);
            }
            if let Some(target) = table.id(&relation.claim) {
                self.answers.add(target, id);
                if disputes(relation) {
                    self.disputed.insert(target);
                    self.statements.push_dispute(id, target);
                }
            }
        }
    }

    fn build(self, table: Table) -> Claims {
        Claims {
            table,
            articles: self.articles.build(),
            publishers: self.publishers.build(),
            publisher_actors: self.publisher_actors.build(),
            speakers: self.speakers.build(),
            subjects: self.subjects.build(),
            addressees: self.addressees.build(),
            actors: self.actors.build(),
            kinds: self.kinds.build(),
            quotation_types: self.quotation_types.build(),
            concepts: self.concepts.build(),
            stances: self.stances.build(),
            topics: self.topics.build(),
            languages: self.languages.build(),
            relation_kinds: self.relation_kinds.build(),
            verdicts: self.verdicts.build(),
            statuses: self.statuses.build(),
            datasets: self.datasets.build(),
            methods: self.methods.build(),
            disputed: self.disputed,
            reviewed: self.reviewed,
            to_the_month: self.to_the_month,
            to_the_year: self.to_the_year,
            answers: self.answers.build(),
            statements: self.statements.build(),
        }
    }
}
