//! Filters as requests carry them: checked, and turned into terms.

use crate::config::RequestLimits;
use crate::error::{Error, Violations};
use crate::model::{Resource, TimeKey, check_name, is_country, is_language_range, quoted};
use crate::proto::Timestamp;
use crate::proto::v1::{
    ActorFilter, ActorType, ArticleFilter, ClaimFilter, ClaimKind, ClaimStatus, Method, QuotationType, RelationKind,
    Stance, Verdict,
};
use crate::query::{ActorTerm, ArticleTerm, ClaimTerm, Filter};

/// Filters that may stand inside one another by `except`.
const MAX_NESTING: usize = 3;

/// Most bytes of a name prefix. No display name that is typed is longer.
const MAX_PREFIX_BYTES: usize = 256;

/// First and last second of the years 1 to 9999, which is what a Timestamp may be.
const TIMESTAMP_SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Gathers the terms of one filter and what is wrong with it.
struct Reader<'v, T> {
    filter: Filter<T>,
    path: &'v str,
    values: usize,
    violations: &'v mut Violations,
}

/// The claims that a request means.
pub(super) fn read_claims(
    filter: Option<&ClaimFilter>,
    path: &str,
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Filter<ClaimTerm> {
    let empty = ClaimFilter::default();
    let (filter, values) = claims_at(filter.unwrap_or(&empty), path, 0, violations);
    check_values(values, limits.max_filter_values, path, violations);
    filter
}

/// Checks a filter and turns it into terms, for the queries that take a [`Filter`].
pub fn claim_filter(filter: &ClaimFilter, limits: &RequestLimits) -> Result<Filter<ClaimTerm>, Error> {
    let mut violations = Violations::default();
    let filter = read_claims(Some(filter), "filter", limits, &mut violations);
    violations.check()?;
    Ok(filter)
}

fn claims_at(
    filter: &ClaimFilter,
    path: &str,
    nesting: usize,
    violations: &mut Violations,
) -> (Filter<ClaimTerm>, usize) {
    let mut reader = Reader { filter: Filter::default(), path, values: 0, violations };
    reader.names("articles", &filter.articles, Resource::Article, ClaimTerm::Article);
    reader.publishers(&filter.publishers, ClaimTerm::Publisher);
    reader.names("speakers", &filter.speakers, Resource::Actor, ClaimTerm::Speaker);
    reader.names("subjects", &filter.subjects, Resource::Actor, ClaimTerm::Subject);
    reader.names("addressees", &filter.addressees, Resource::Actor, ClaimTerm::Addressee);
    reader.names("actors", &filter.actors, Resource::Actor, ClaimTerm::Actor);
    reader.enums::<ClaimKind>("kinds", &filter.kinds, ClaimTerm::Kind);
    reader.enums::<QuotationType>("quotation_types", &filter.quotation_types, ClaimTerm::QuotationType);
    reader.texts(&filter.concepts, ClaimTerm::Concept);
    reader.enums::<Stance>("stances", &filter.stances, ClaimTerm::Stance);
    reader.texts(&filter.topics, ClaimTerm::Topic);
    reader.languages(&filter.languages, ClaimTerm::Language);
    reader
        .times(("claim_time_min", filter.claim_time_min.as_ref()), ("claim_time_max", filter.claim_time_max.as_ref()));
    reader.enums::<RelationKind>("relation_kinds", &filter.relation_kinds, ClaimTerm::RelationKind);
    reader.group(filter.disputed.map(ClaimTerm::Disputed).into_iter().collect());
    reader.group(filter.reviewed.map(ClaimTerm::Reviewed).into_iter().collect());
    reader.enums::<Verdict>("verdicts", &filter.verdicts, ClaimTerm::Verdict);
    reader.enums::<ClaimStatus>("statuses", &filter.statuses, ClaimTerm::Status);
    if filter.statuses.is_empty() && nesting == 0 {
        // Not a value of the request: it does not count.
        reader.filter.groups.push(vec![ClaimTerm::Status(ClaimStatus::Active as u32)]);
    }
    reader.texts(&filter.datasets, ClaimTerm::Dataset);
    reader.enums::<Method>("methods", &filter.methods, ClaimTerm::Method);

    let Reader { filter: mut selected, mut values, violations, .. } = reader;
    if let Some(except) = &filter.except {
        let path = format!("{path}.except");
        if nesting == MAX_NESTING {
            violations.add(path, format!("filters may stand at most {MAX_NESTING} deep inside one another"));
        } else {
            let (except, nested) = claims_at(except, &path, nesting + 1, violations);
            values += nested;
            selected.except = Some(Box::new(except));
        }
    }
    (selected, values)
}

/// The articles that a request means.
pub(super) fn read_articles(
    filter: Option<&ArticleFilter>,
    path: &str,
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Filter<ArticleTerm> {
    let Some(filter) = filter else { return Filter::default() };
    let mut reader = Reader { filter: Filter::default(), path, values: 0, violations };
    reader.publishers(&filter.publishers, ArticleTerm::Publisher);
    reader.languages(&filter.languages, ArticleTerm::Language);
    reader.texts(&filter.sections, ArticleTerm::Section);
    reader.texts(&filter.topics, ArticleTerm::Topic);
    reader.names("actors", &filter.actors, Resource::Actor, ArticleTerm::Actor);
    reader.times(
        ("publish_time_min", filter.publish_time_min.as_ref()),
        ("publish_time_max", filter.publish_time_max.as_ref()),
    );
    reader.texts(&filter.datasets, ArticleTerm::Dataset);
    reader.finish(limits.max_filter_values)
}

/// The actors that a request means.
pub(super) fn read_actors(
    filter: Option<&ActorFilter>,
    path: &str,
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Filter<ActorTerm> {
    let Some(filter) = filter else { return Filter::default() };
    let mut reader = Reader { filter: Filter::default(), path, values: 0, violations };
    reader.enums::<ActorType>("types", &filter.types, ActorTerm::Type);
    for (index, country) in filter.countries.iter().enumerate() {
        if !is_country(country) {
            let field = format!("{path}.countries[{index}]");
            reader.violations.add(field, format!("{country:?} is not an ISO 3166-1 alpha-2 code in upper case"));
        }
    }
    reader.texts(&filter.countries, ActorTerm::Country);
    if filter.name_prefix.len() > MAX_PREFIX_BYTES {
        let field = format!("{path}.name_prefix");
        reader.violations.add(field, format!("has more than {MAX_PREFIX_BYTES} bytes"));
    } else if !filter.name_prefix.is_empty() {
        reader.group(vec![ActorTerm::Prefix(filter.name_prefix.clone())]);
    }
    reader.names("parents", &filter.parents, Resource::Actor, ActorTerm::Parent);
    reader.texts(&filter.datasets, ActorTerm::Dataset);
    for (index, identifier) in filter.identifiers.iter().enumerate() {
        if identifier.scheme.is_empty() || identifier.value.is_empty() {
            reader.violations.add(format!("{path}.identifiers[{index}]"), "needs both scheme and value");
        }
    }
    let identifiers = filter.identifiers.iter();
    reader.group(identifiers.map(|each| ActorTerm::Identifier(each.scheme.clone(), each.value.clone())).collect());
    reader.finish(limits.max_filter_values)
}

fn check_values(values: usize, max_values: usize, path: &str, violations: &mut Violations) {
    if values > max_values {
        violations.add(path, format!("has {values} values, more than {max_values}"));
    }
}

impl<T> Reader<'_, T> {
    fn group(&mut self, terms: Vec<T>) {
        self.values += terms.len();
        if !terms.is_empty() {
            self.filter.groups.push(terms);
        }
    }

    fn texts(&mut self, texts: &[String], term: impl Fn(String) -> T) {
        self.group(texts.iter().cloned().map(term).collect());
    }

    fn names(&mut self, field: &str, names: &[String], of: Resource, term: impl Fn(String) -> T) {
        for (index, name) in names.iter().enumerate() {
            self.name(field, index, name, of);
        }
        self.texts(names, term);
    }

    fn name(&mut self, field: &str, index: usize, name: &str, of: Resource) {
        if let Err(error) = check_name(name, of) {
            self.violations.add(format!("{}.{field}[{index}]", self.path), error.to_string());
        }
    }

    /// Publishers are given as printed, or as actors: what begins like the name of an actor has to be one.
    fn publishers(&mut self, publishers: &[String], term: impl Fn(String) -> T) {
        for (index, publisher) in publishers.iter().enumerate() {
            if publisher.starts_with("actors/") {
                self.name("publishers", index, publisher, Resource::Actor);
            }
        }
        self.texts(publishers, term);
    }

    fn languages(&mut self, languages: &[String], term: impl Fn(String) -> T) {
        for (index, language) in languages.iter().enumerate() {
            if !is_language_range(language) {
                let field = format!("{}.languages[{index}]", self.path);
                self.violations.add(field, format!("{} is neither a BCP-47 language tag nor *", quoted(language)));
            }
        }
        self.texts(languages, term);
    }

    fn enums<E: TryFrom<i32>>(&mut self, field: &str, numbers: &[i32], term: impl Fn(u32) -> T) {
        let mut terms = Vec::with_capacity(numbers.len());
        for (index, number) in numbers.iter().enumerate() {
            if let (Ok(_), Ok(value)) = (E::try_from(*number), u32::try_from(*number)) {
                terms.push(term(value));
            } else {
                let path = format!("{}.{field}[{index}]", self.path);
                self.violations.add(path, format!("{number} is not a value of this enum"));
            }
        }
        self.group(terms);
    }

    fn times(&mut self, min: (&str, Option<&Timestamp>), max: (&str, Option<&Timestamp>)) {
        self.filter.time_min = self.time(min);
        self.filter.time_max = self.time(max);
        let range = self.filter.time_min.zip(self.filter.time_max);
        if range.is_some_and(|(first, end)| first > end) {
            self.violations.add(format!("{}.{}", self.path, min.0), format!("is later than {}", max.0));
        }
    }

    fn time(&mut self, (field, time): (&str, Option<&Timestamp>)) -> Option<TimeKey> {
        let time = time?;
        if !TIMESTAMP_SECONDS.contains(&time.seconds) || !(0..1_000_000_000).contains(&time.nanos) {
            self.violations.add(format!("{}.{field}", self.path), "is not within the years 1 to 9999");
        }
        Some(TimeKey::from_timestamp(time))
    }

    fn finish(self, max_values: usize) -> Filter<T> {
        check_values(self.values, max_values, self.path, self.violations);
        self.filter
    }
}
