//! Filters of requests: checks them and turns them into terms.

use crate::corpus::{ActorFacet, ArticleFacet, ClaimFacet, Facet, identifier_term};
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::{Resource, TimeKey, check_name, is_country, is_language_range, quoted};
use crate::proto::Timestamp;
use crate::proto::v1::{
    ActorFilter, ActorType, ArticleFilter, ClaimFilter, ClaimKind, ClaimStatus, Identifier, Method, QuotationType,
    RelationKind, Stance, Verdict,
};
use crate::query::{Filter, Term};

/// Most filters nested in one another by `except`.
const MAX_NESTING: usize = 3;

/// Most bytes of a name prefix; display names that people type are shorter.
const MAX_PREFIX_BYTES: usize = 256;

/// First and last second of a valid Timestamp: the years 1 to 9999.
const TIMESTAMP_SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Gathers the terms of one filter and its violations.
struct Reader<'v, F> {
    filter: Filter<F>,
    path: &'v str,
    values: usize,
    violations: &'v mut Violations,
}

/// Reads a ClaimFilter; none is the default one.
pub(super) fn read_claims(
    filter: Option<&ClaimFilter>,
    path: &str,
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Filter<ClaimFacet> {
    let empty = ClaimFilter::default();
    let (filter, values) = claims_at(filter.unwrap_or(&empty), path, 0, violations);
    check_values(values, limits.max_filter_values, path, violations);
    filter
}

/// Checks a filter of at most `max_values` values and turns it into the filter of a query.
pub fn claim_filter(filter: &ClaimFilter, max_values: usize) -> Result<Filter<ClaimFacet>, Error> {
    let mut violations = Violations::default();
    let (filter, values) = claims_at(filter, "filter", 0, &mut violations);
    check_values(values, max_values, "filter", &mut violations);
    violations.check()?;
    Ok(filter)
}

fn claims_at(
    filter: &ClaimFilter,
    path: &str,
    nesting: usize,
    violations: &mut Violations,
) -> (Filter<ClaimFacet>, usize) {
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
    let mut reader = Reader { filter: Filter::default(), path, values: 0, violations };
    reader.names("articles", articles, Resource::Article, ClaimFacet::Article);
    reader.publishers(publishers, ClaimFacet::Publisher);
    reader.names("speakers", speakers, Resource::Actor, ClaimFacet::Speaker);
    reader.names("subjects", subjects, Resource::Actor, ClaimFacet::Subject);
    reader.names("addressees", addressees, Resource::Actor, ClaimFacet::Addressee);
    reader.names("actors", actors, Resource::Actor, ClaimFacet::Actor);
    reader.enums::<ClaimKind>("kinds", kinds, ClaimFacet::Kind);
    reader.enums::<QuotationType>("quotation_types", quotation_types, ClaimFacet::QuotationType);
    reader.texts(concepts, ClaimFacet::Concept);
    reader.enums::<Stance>("stances", stances, ClaimFacet::Stance);
    reader.texts(topics, ClaimFacet::Topic);
    reader.languages(languages, ClaimFacet::Language);
    reader.times(("claim_time_min", claim_time_min.as_ref()), ("claim_time_max", claim_time_max.as_ref()));
    reader.enums::<RelationKind>("relation_kinds", relation_kinds, ClaimFacet::RelationKind);
    reader.is(*disputed, ClaimFacet::Disputed);
    reader.is(*reviewed, ClaimFacet::Reviewed);
    reader.enums::<Verdict>("verdicts", verdicts, ClaimFacet::Verdict);
    reader.enums::<ClaimStatus>("statuses", statuses, ClaimFacet::Status);
    if statuses.is_empty() && nesting == 0 {
        // Not a value of the request: it does not count.
        reader.filter.groups.push(vec![Term::Number(ClaimFacet::Status, ClaimStatus::Active as u32)]);
    }
    reader.texts(datasets, ClaimFacet::Dataset);
    reader.enums::<Method>("methods", methods, ClaimFacet::Method);

    let Reader { filter: mut selected, mut values, violations, .. } = reader;
    if let Some(except) = except {
        let path = format!("{path}.except");
        if nesting == MAX_NESTING {
            violations.add(path, format!("filters may be nested at most {MAX_NESTING} deep"));
        } else {
            let (except, nested) = claims_at(except, &path, nesting + 1, violations);
            values += nested;
            selected.except = Some(Box::new(except));
        }
    }
    (selected, values)
}

/// Reads an ArticleFilter.
pub(super) fn read_articles(
    filter: Option<&ArticleFilter>,
    path: &str,
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Filter<ArticleFacet> {
    let Some(filter) = filter else { return Filter::default() };
    let ArticleFilter { publishers, languages, sections, topics, actors, publish_time_min, publish_time_max, datasets } =
        filter;
    let mut reader = Reader { filter: Filter::default(), path, values: 0, violations };
    reader.publishers(publishers, ArticleFacet::Publisher);
    reader.languages(languages, ArticleFacet::Language);
    reader.texts(sections, ArticleFacet::Section);
    reader.texts(topics, ArticleFacet::Topic);
    reader.names("actors", actors, Resource::Actor, ArticleFacet::Actor);
    reader.times(("publish_time_min", publish_time_min.as_ref()), ("publish_time_max", publish_time_max.as_ref()));
    reader.texts(datasets, ArticleFacet::Dataset);
    reader.finish(limits.max_filter_values)
}

/// Reads an ActorFilter.
pub(super) fn read_actors(
    filter: Option<&ActorFilter>,
    path: &str,
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Filter<ActorFacet> {
    let Some(filter) = filter else { return Filter::default() };
    let ActorFilter { types, countries, name_prefix, parents, datasets, identifiers } = filter;
    let mut reader = Reader { filter: Filter::default(), path, values: 0, violations };
    reader.enums::<ActorType>("types", types, ActorFacet::Type);
    for (index, country) in countries.iter().enumerate().filter(|(_, country)| !is_country(country)) {
        let field = format!("{path}.countries[{index}]");
        reader.violations.add(field, format!("{country:?} is not an ISO 3166-1 alpha-2 code in upper case"));
    }
    reader.texts(countries, ActorFacet::Country);
    if name_prefix.len() > MAX_PREFIX_BYTES {
        let description = format!("has {} bytes, more than {MAX_PREFIX_BYTES}", name_prefix.len());
        reader.violations.add(format!("{path}.name_prefix"), description);
    } else if !name_prefix.is_empty() {
        reader.group(vec![Term::DisplayName(name_prefix.clone())]);
    }
    reader.names("parents", parents, Resource::Actor, ActorFacet::Parent);
    reader.texts(datasets, ActorFacet::Dataset);
    for (index, Identifier { scheme, value }) in identifiers.iter().enumerate() {
        if scheme.is_empty() || value.is_empty() {
            reader.violations.add(format!("{path}.identifiers[{index}]"), "needs both scheme and value");
        }
    }
    let terms = identifiers.iter().map(|Identifier { scheme, value }| identifier_term(scheme, value));
    reader.group(terms.map(|term| Term::Text(ActorFacet::Identifier, term)).collect());
    reader.finish(limits.max_filter_values)
}

fn check_values(values: usize, max_values: usize, path: &str, violations: &mut Violations) {
    if values > max_values {
        violations.add(path, format!("has {values} values, more than {max_values}"));
    }
}

impl<F: Facet> Reader<'_, F> {
    fn group(&mut self, terms: Vec<Term<F>>) {
        self.values += terms.len();
        if !terms.is_empty() {
            self.filter.groups.push(terms);
        }
    }

    fn texts(&mut self, texts: &[String], facet: F) {
        self.group(texts.iter().map(|text| Term::Text(facet, text.clone())).collect());
    }

    fn names(&mut self, field: &str, names: &[String], of: Resource, facet: F) {
        for (index, name) in names.iter().enumerate() {
            self.name(field, index, name, of);
        }
        self.group(names.iter().map(|name| Term::Record(facet, of, name.clone())).collect());
    }

    fn name(&mut self, field: &str, index: usize, name: &str, of: Resource) {
        if let Err(error) = check_name(name, of) {
            self.violations.add(format!("{}.{field}[{index}]", self.path), error.to_string());
        }
    }

    /// Publishers are given as printed, or as actors: what begins with `actors/` must be a valid name. A publisher may be
    /// printed like that too, so both are looked up.
    fn publishers(&mut self, publishers: &[String], facet: F) {
        let mut terms = Vec::with_capacity(publishers.len());
        for (index, publisher) in publishers.iter().enumerate() {
            terms.push(Term::Text(facet, publisher.clone()));
            if publisher.starts_with("actors/") {
                self.name("publishers", index, publisher, Resource::Actor);
                terms.push(Term::Record(facet, Resource::Actor, publisher.clone()));
            }
        }
        if !terms.is_empty() {
            self.filter.groups.push(terms);
        }
        // Each is one value of the request, though it may be two terms.
        self.values += publishers.len();
    }

    fn languages(&mut self, languages: &[String], facet: F) {
        for (index, language) in languages.iter().enumerate() {
            if !is_language_range(language) {
                let field = format!("{}.languages[{index}]", self.path);
                self.violations.add(field, format!("{} is neither a BCP-47 language tag nor *", quoted(language)));
            }
        }
        self.group(languages.iter().map(|range| Term::Language(facet, range.clone())).collect());
    }

    fn is(&mut self, wanted: Option<bool>, facet: F) {
        self.group(wanted.map(|wanted| Term::Is(facet, wanted)).into_iter().collect());
    }

    fn enums<E: TryFrom<i32>>(&mut self, field: &str, numbers: &[i32], facet: F) {
        let mut terms = Vec::with_capacity(numbers.len());
        for (index, number) in numbers.iter().enumerate() {
            if let (Ok(_), Ok(value)) = (E::try_from(*number), u32::try_from(*number)) {
                terms.push(Term::Number(facet, value));
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

    fn finish(self, max_values: usize) -> Filter<F> {
        check_values(self.values, max_values, self.path, self.violations);
        self.filter
    }
}
