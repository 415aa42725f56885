//! Filters as `proto/claimd/v1/filter.proto` words them, by looking at each record in turn.

use std::collections::{BTreeSet, HashMap};

use claimd::proto::Timestamp;
use claimd::proto::v1::{
    Actor, ActorFilter, Article, ArticleFilter, Claim, ClaimFilter, ClaimStatus, PartialTime, Party, Provenance,
    Relation, RelationKind, RelationStatus,
};

/// All records of a corpus.
pub(crate) struct Scan {
    pub(crate) articles: Vec<Article>,
    pub(crate) actors: Vec<Actor>,
    pub(crate) claims: Vec<Claim>,
    /// Former names of actors, with the names they lead to.
    merged: HashMap<String, String>,
}

/// Whether a field of a filter is passed: it is not set, or one of its values fits.
fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

impl Scan {
    pub(crate) fn new(articles: Vec<Article>, actors: Vec<Actor>, claims: Vec<Claim>) -> Self {
        let merged = actors.iter().flat_map(|actor| {
            actor.merged_names.iter().map(|merged| (merged.clone(), actor.name.clone())).collect::<Vec<_>>()
        });
        Self { merged: merged.collect(), articles, actors, claims }
    }

    pub(crate) fn sizes(&self) -> [usize; 3] {
        [self.articles.len(), self.actors.len(), self.claims.len()]
    }

    pub(crate) fn claims(&self, filter: &ClaimFilter) -> BTreeSet<String> {
        let by_default = |claim: &Claim| !filter.statuses.is_empty() || claim.status() == ClaimStatus::Active;
        let claims = self.claims.iter().filter(|claim| by_default(claim) && self.claim_passes(claim, filter));
        claims.map(|claim| claim.name.clone()).collect()
    }

    pub(crate) fn articles(&self, filter: &ArticleFilter) -> BTreeSet<String> {
        let articles = self.articles.iter().filter(|article| self.article_passes(article, filter));
        articles.map(|article| article.name.clone()).collect()
    }

    pub(crate) fn actors(&self, filter: &ActorFilter) -> BTreeSet<String> {
        let actors = self.actors.iter().filter(|actor| self.actor_passes(actor, filter));
        actors.map(|actor| actor.name.clone()).collect()
    }

    /// Every field of the filter but the default of `statuses`.
    fn claim_passes(&self, claim: &Claim, filter: &ClaimFilter) -> bool {
        // Without `..`: a field that is added to the message and forgotten here does not compile.
        let ClaimFilter {
            articles,
            publishers,
            speakers,
            subjects,
            addressees,
            actors,
            kinds,
            quotation_types,
            concepts,
            stances,
            topics,
            languages,
            claim_time_min,
            claim_time_max,
            relation_kinds,
            disputed,
            reviewed,
            verdicts,
            statuses,
            datasets,
            methods,
            except,
        } = filter;
        let Claim { evidence, positions, relations, reviews, .. } = claim;

        any(articles, |name| evidence.iter().any(|evidence| evidence.article == *name))
            && any(publishers, |publisher| {
                evidence.iter().any(|evidence| self.published_by(self.article(&evidence.article), publisher))
            })
            && any(speakers, |actor| self.among(&claim.speakers, actor))
            && any(subjects, |actor| self.among(&claim.subjects, actor))
            && any(addressees, |actor| self.among(&claim.addressees, actor))
            && any(actors, |actor| {
                [&claim.speakers, &claim.subjects, &claim.addressees]
                    .into_iter()
                    .flatten()
                    .any(|party| self.is(&party.actor, actor) || self.is(&party.on_behalf_of, actor))
            })
            && any(kinds, |kind| claim.kind == *kind)
            && any(quotation_types, |kind| evidence.iter().any(|evidence| evidence.quotation_type == *kind))
            && any(concepts, |concept| positions.iter().any(|position| position.concept == *concept))
            && any(stances, |stance| positions.iter().any(|position| position.stance == *stance))
            && any(topics, |topic| claim.topics.contains(topic))
            && any(languages, |range| fits_language(range, &claim.language))
            && within(claim.claim_time.as_ref(), claim_time_min.as_ref(), claim_time_max.as_ref())
            && any(relation_kinds, |kind| relations.iter().any(|each| each.kind == *kind && counts(each)))
            && disputed.is_none_or(|disputed| self.is_disputed(claim) == disputed)
            && reviewed.is_none_or(|reviewed| reviews.is_empty() != reviewed)
            && any(verdicts, |verdict| reviews.iter().any(|review| review.verdict == *verdict))
            && any(statuses, |status| claim.status == *status)
            && any(datasets, |dataset| from_dataset(claim.provenance.as_ref(), dataset))
            && any(methods, |method| claim.provenance.as_ref().map_or(0, |provenance| provenance.method) == *method)
            && !except.as_ref().is_some_and(|except| self.claim_passes(claim, except))
    }

    fn article_passes(&self, article: &Article, filter: &ArticleFilter) -> bool {
        let ArticleFilter {
            publishers,
            languages,
            sections,
            topics,
            actors,
            publish_time_min,
            publish_time_max,
            datasets,
        } = filter;
        let speaks = |actor: &str| {
            self.claims.iter().any(|claim| {
                claim.evidence.iter().any(|evidence| evidence.article == article.name)
                    && self.among(&claim.speakers, actor)
            })
        };
        any(publishers, |publisher| self.published_by(article, publisher))
            && any(languages, |range| fits_language(range, &article.language))
            && any(sections, |section| article.section == *section)
            && any(topics, |topic| article.topics.contains(topic))
            && any(actors, |actor| {
                article.mentions.iter().any(|mention| self.is(&mention.actor, actor)) || speaks(actor)
            })
            && within(article.publish_time.as_ref(), publish_time_min.as_ref(), publish_time_max.as_ref())
            && any(datasets, |dataset| from_dataset(article.provenance.as_ref(), dataset))
    }

    fn actor_passes(&self, actor: &Actor, filter: &ActorFilter) -> bool {
        let ActorFilter { types, countries, name_prefix, parents, datasets, identifiers } = filter;
        any(types, |kind| actor.r#type == *kind)
            && any(countries, |country| actor.countries.contains(country))
            && lower(&actor.display_name).starts_with(&lower(name_prefix))
            && any(parents, |parent| self.is(&actor.parent, parent))
            && any(datasets, |dataset| from_dataset(actor.provenance.as_ref(), dataset))
            && any(identifiers, |identifier| actor.identifiers.contains(identifier))
    }

    /// The name an actor has now.
    fn current<'n>(&'n self, name: &'n str) -> &'n str {
        self.merged.get(name).map_or(name, String::as_str)
    }

    /// Whether two names, of which the first may be empty, mean one actor.
    fn is(&self, name: &str, wanted: &str) -> bool {
        !name.is_empty() && self.current(name) == self.current(wanted)
    }

    fn among(&self, parties: &[Party], actor: &str) -> bool {
        parties.iter().any(|party| self.is(&party.actor, actor))
    }

    fn article(&self, name: &str) -> &Article {
        self.articles.iter().find(|article| article.name == name).unwrap()
    }

    fn published_by(&self, article: &Article, publisher: &str) -> bool {
        article.publisher == publisher || self.is(&article.publisher_actor, publisher)
    }

    fn is_disputed(&self, claim: &Claim) -> bool {
        const AGAINST: [RelationKind; 3] = [RelationKind::Disputes, RelationKind::Denies, RelationKind::Contradicts];
        let relations = self.claims.iter().flat_map(|other| &other.relations);
        relations.into_iter().any(|each| each.claim == claim.name && AGAINST.contains(&each.kind()) && counts(each))
    }
}

fn counts(relation: &Relation) -> bool {
    relation.status() != RelationStatus::Rejected
}

fn from_dataset(provenance: Option<&Provenance>, dataset: &str) -> bool {
    provenance.is_some_and(|provenance| provenance.dataset == dataset)
}

/// RFC 4647, 3.3.1.
fn fits_language(range: &str, tag: &str) -> bool {
    let (range, tag) = (range.to_ascii_lowercase(), tag.to_ascii_lowercase());
    !tag.is_empty() && (range == "*" || tag == range || tag.starts_with(&format!("{range}-")))
}

fn within(time: Option<&PartialTime>, min: Option<&Timestamp>, max: Option<&Timestamp>) -> bool {
    let parts = |time: &Timestamp| (time.seconds, time.nanos);
    let Some(time) = time.and_then(|time| time.time.as_ref()) else { return min.is_none() && max.is_none() };
    min.is_none_or(|min| parts(time) >= parts(min)) && max.is_none_or(|max| parts(time) < parts(max))
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
