//! Counts of claims: whatever the keys and the filter, the server counts what a plain count over the records counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::task::{Context, Waker};

use crate::filters::generate;
use crate::support::{
    IntoRecord, TestServer, actor, at, claim, corpus_of, ndjson, party, reason, relation, violated, violations,
};
use chrono::{DateTime, Datelike, Days};
use claimd::model::usual_case;
use claimd::proto::Timestamp;
use claimd::proto::v1::{
    Actor, AggregateClaimsRequest, AggregateClaimsResponse, Article, Bucket, Claim, ClaimFilter, GroupKey,
    ListArticlesRequest, ListClaimsRequest, PartialTime, Party, Position, Precision, RelationKind, RelationStatus,
};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use tonic::Status;

const KEYS: [GroupKey; 15] = [
    GroupKey::Speaker,
    GroupKey::Subject,
    GroupKey::Kind,
    GroupKey::Concept,
    GroupKey::Stance,
    GroupKey::Verdict,
    GroupKey::Article,
    GroupKey::Publisher,
    GroupKey::Language,
    GroupKey::Topic,
    GroupKey::Dataset,
    GroupKey::Day,
    GroupKey::Week,
    GroupKey::Month,
    GroupKey::Year,
];

async fn aggregate(server: &TestServer, request: AggregateClaimsRequest) -> Result<AggregateClaimsResponse, Status> {
    Ok(server.discourse().aggregate_claims(request).await?.into_inner())
}

fn by(keys: &[GroupKey]) -> AggregateClaimsRequest {
    AggregateClaimsRequest { group_by: keys.iter().map(|key| (*key).into()).collect(), ..Default::default() }
}

fn shown(response: &AggregateClaimsResponse) -> Vec<(String, i32)> {
    response.buckets.iter().map(|bucket| (bucket.keys.join(" "), bucket.count)).collect()
}

// === The plain count ===

struct Count<'r> {
    articles: HashMap<&'r str, &'r Article>,
    disputed: BTreeSet<&'r str>,
}

fn actors(parties: &[Party]) -> Vec<String> {
    // The loader gives merged actors the name they have now.
    let current = |party: &Party| party.actor.replace("merged-into-", "");
    parties.iter().map(current).collect()
}

fn period(time: Option<&PartialTime>, key: GroupKey) -> Vec<String> {
    let Some(PartialTime { time: Some(time), precision }) = time else { return Vec::new() };
    let coarser: &[Precision] = match key {
        GroupKey::Day | GroupKey::Week => &[Precision::Month, Precision::Year],
        GroupKey::Month => &[Precision::Year],
        _ => &[],
    };
    if coarser.iter().any(|coarser| *coarser as i32 == *precision) {
        return Vec::new();
    }
    let day = DateTime::from_timestamp(time.seconds, 0).unwrap().date_naive();
    vec![match key {
        GroupKey::Day => day.to_string(),
        GroupKey::Week => (day - Days::new(day.weekday().num_days_from_monday().into())).to_string(),
        GroupKey::Month => day.to_string()[..7].to_owned(),
        _ => day.to_string()[..4].to_owned(),
    }]
}

impl Count<'_> {
    fn values(&self, claim: &Claim, key: GroupKey) -> BTreeSet<String> {
        let articles = || claim.evidence.iter().map(|evidence| evidence.article.clone());
        let values: Vec<String> = match key {
            GroupKey::Unspecified => unreachable!("not asked for"),
            GroupKey::Speaker => actors(&claim.speakers),
            GroupKey::Subject => actors(&claim.subjects),
            GroupKey::Kind => vec![claim.kind().as_str_name().to_owned()],
            GroupKey::Concept => claim.positions.iter().map(|each| each.concept.clone()).collect(),
            GroupKey::Stance => claim.positions.iter().map(|each| each.stance().as_str_name().to_owned()).collect(),
            GroupKey::Verdict => claim.reviews.iter().map(|each| each.verdict().as_str_name().to_owned()).collect(),
            GroupKey::Article => articles().collect(),
            GroupKey::Publisher => articles().map(|name| self.articles[name.as_str()].publisher.clone()).collect(),
            GroupKey::Language => vec![usual_case(&claim.language)],
            GroupKey::Topic => claim.topics.clone(),
            GroupKey::Dataset => claim.provenance.iter().map(|each| each.dataset.clone()).collect(),
            GroupKey::Day | GroupKey::Week | GroupKey::Month | GroupKey::Year => period(claim.claim_time.as_ref(), key),
        };
        values.into_iter().filter(|value| !value.is_empty() && !value.ends_with("_UNSPECIFIED")).collect()
    }

    /// Every bucket, by count descending, then keys.
    fn buckets(&self, claims: &[Claim], keys: &[GroupKey]) -> Vec<Bucket> {
        let mut buckets: BTreeMap<Vec<String>, Bucket> = BTreeMap::new();
        for claim in claims {
            let mut combinations: Vec<Vec<String>> = vec![Vec::new()];
            for key in keys {
                let values = self.values(claim, *key);
                let extended = |before: &Vec<String>| {
                    let with = |value: &String| [before.clone(), vec![value.clone()]].concat();
                    values.iter().map(with).collect::<Vec<_>>()
                };
                combinations = combinations.iter().flat_map(extended).collect();
            }
            for keys in combinations {
                let bucket = buckets.entry(keys.clone()).or_insert_with(|| Bucket { keys, ..Bucket::default() });
                bucket.count += 1;
                bucket.disputed_count += i32::from(self.disputed.contains(claim.name.as_str()));
                let Some(time) = claim.claim_time.as_ref().and_then(|time| time.time) else { continue };
                let order = |time: &Timestamp| (time.seconds, time.nanos);
                if bucket.first_time.is_none_or(|first| order(&time) < order(&first)) {
                    bucket.first_time = Some(time);
                }
                if bucket.last_time.is_none_or(|last| order(&time) > order(&last)) {
                    bucket.last_time = Some(time);
                }
            }
        }
        let mut buckets: Vec<Bucket> = buckets.into_values().collect();
        buckets.sort_by_key(|bucket| std::cmp::Reverse(bucket.count));
        buckets
    }
}

async fn claims(server: &TestServer, filter: ClaimFilter) -> Vec<Claim> {
    let request = ListClaimsRequest { filter: Some(filter), page_size: 1000, ..Default::default() };
    let response = server.claims().list_claims(request).await.unwrap().into_inner();
    response.claims.iter().map(|claim| claim.decode().unwrap()).collect()
}

async fn check(
    server: &TestServer,
    filters: Vec<ClaimFilter>,
    keys: &[Vec<GroupKey>],
    limit: i32,
) -> Result<(), TestCaseError> {
    let request = ListArticlesRequest { page_size: 1000, ..Default::default() };
    let articles = server.articles().list_articles(request).await.unwrap().into_inner().articles;
    let articles: Vec<Article> = articles.iter().map(|article| article.decode().unwrap()).collect();
    let everything = claims(server, ClaimFilter { statuses: vec![1, 2, 3], ..ClaimFilter::default() }).await;
    let against = [RelationKind::Disputes, RelationKind::Denies, RelationKind::Contradicts];
    let relations = everything.iter().flat_map(|claim| &claim.relations);
    let disputes = relations
        .filter(|each| against.contains(&each.kind()) && each.status() != RelationStatus::Rejected)
        .map(|each| each.claim.as_str());
    let count = Count {
        articles: articles.iter().map(|article| (article.name.as_str(), article)).collect(),
        disputed: disputes.collect(),
    };
    for (filter, keys) in filters.into_iter().zip(keys) {
        let selected = claims(server, filter.clone()).await;
        let mut expected = count.buckets(&selected, keys);
        let request = AggregateClaimsRequest { filter: Some(filter), limit, ..by(keys) };
        let found = aggregate(server, request).await.unwrap();
        let limit = usize::try_from(limit).unwrap();
        let other: i32 = expected.iter().skip(limit).map(|bucket| bucket.count).sum();
        expected.truncate(limit);
        prop_assert_eq!(found.buckets, expected, "by {:?}", keys);
        prop_assert_eq!(found.other_count, other);
    }
    Ok(())
}

#[test]
fn counts_are_those_of_a_plain_count_over_the_records() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(TestServer::of(&ndjson([&claim("first") as &dyn IntoRecord])));
    let config =
        Config { cases: 40, rng_seed: RngSeed::Fixed(20_200_803), failure_persistence: None, ..Config::default() };
    let keys = prop::collection::vec(subsequence(KEYS.to_vec(), 1..=3).prop_shuffle(), 12);
    let strategy = (generate::corpus(), generate::filters([12, 0, 0]), keys, prop::sample::select(vec![1, 3, 10_000]));
    let result = TestRunner::new(config).run(&strategy, |(corpus, filters, keys, limit)| {
        assert_eq!(corpus.sizes()[0], 6);
        runtime.block_on(server.swap(corpus_of(&corpus.ndjson())));
        // Half of the counts are over everything, so that many claims are counted.
        let filters = filters.claims.into_iter().enumerate();
        let filters = filters.map(|(at, filter)| if at % 2 == 0 { ClaimFilter::default() } else { filter }).collect();
        runtime.block_on(check(&server, filters, &keys, limit))
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

// === Forms and limits ===

#[tokio::test]
async fn keys_are_names_enum_names_texts_and_iso_dates() {
    let server = TestServer::demo().await;
    for (key, largest, count) in [
        (GroupKey::Speaker, "actors/tiktok", 8),
        (GroupKey::Subject, "actors/tiktok", 24),
        (GroupKey::Kind, "CLAIM_KIND_ASSERTION", 10),
        (GroupKey::Language, "en", 25),
        (GroupKey::Dataset, "demo", 28),
        (GroupKey::Topic, "TikTok", 28),
        (GroupKey::Day, "2020-08-02", 19),
        (GroupKey::Week, "2020-07-27", 23),
        (GroupKey::Month, "2020-08", 23),
        (GroupKey::Year, "2020", 27),
    ] {
        let found = aggregate(&server, by(&[key])).await.unwrap();
        let first = found.buckets[0].clone();
        assert_eq!(first.keys, [largest], "{key:?}");
        assert!(found.buckets.is_sorted_by(|a, b| (b.count, &a.keys) <= (a.count, &b.keys)), "{key:?}: {found:?}");
        // Counted by hand once; see data/demo.
        assert_eq!(first.count, count, "{key:?}");
    }
    let found = aggregate(&server, by(&[GroupKey::Year, GroupKey::Kind])).await.unwrap();
    let keys: Vec<_> = found.buckets.iter().map(|bucket| bucket.keys.clone()).collect();
    assert!(keys.contains(&vec!["2019".to_owned(), "CLAIM_KIND_ACCUSATION".to_owned()]), "{keys:?}");
}

#[tokio::test]
async fn weeks_begin_on_monday_and_tags_have_their_usual_case() {
    let day = 86_400;
    // Monday 2020-07-27 and Sunday 2020-08-02 share a week; the next second does not.
    let monday = 1_595_808_000;
    let said = |id: &str, seconds| Claim { claim_time: Some(at(seconds)), language: "DE-at".to_owned(), ..claim(id) };
    let records =
        [said("a", monday), said("b", monday + 7 * day - 1), said("c", monday + 7 * day), said("d", monday - 1)];
    let server = TestServer::of(&ndjson(records.iter().map(|claim| claim as &dyn IntoRecord))).await;
    let weeks = shown(&aggregate(&server, by(&[GroupKey::Week])).await.unwrap());
    assert_eq!(weeks, [("2020-07-27".to_owned(), 2), ("2020-07-20".to_owned(), 1), ("2020-08-03".to_owned(), 1)]);
    let languages = shown(&aggregate(&server, by(&[GroupKey::Language])).await.unwrap());
    assert_eq!(languages, [("de-AT".to_owned(), 4)]);
}

#[tokio::test]
async fn a_claim_is_counted_by_no_unit_that_is_finer_than_what_is_known_of_its_time() {
    // 2020-01-01, the first instant of its day, month and year.
    let first = |precision: Precision| Some(PartialTime { precision: precision.into(), ..at(1_577_836_800) });
    let precisions = [Precision::Unspecified, Precision::Year, Precision::Month, Precision::Day, Precision::Second];
    let records: Vec<Claim> = (0..)
        .zip(precisions)
        .map(|(id, precision)| Claim { claim_time: first(precision), ..claim(&format!("c{id}")) })
        .collect();
    let server = TestServer::of(&ndjson(records.iter().map(|claim| claim as &dyn IntoRecord))).await;
    for (key, name, count) in [
        (GroupKey::Day, "2020-01-01", 3),
        (GroupKey::Week, "2019-12-30", 3),
        (GroupKey::Month, "2020-01", 4),
        (GroupKey::Year, "2020", 5),
    ] {
        let found = aggregate(&server, by(&[key])).await.unwrap();
        assert_eq!((shown(&found), found.other_count), (vec![(name.to_owned(), count)], 0), "{key:?}");
    }
}

#[tokio::test]
async fn a_bucket_says_how_many_are_disputed_and_from_when_to_when() {
    let topic = |id: &str| Claim { topics: vec!["t".to_owned()], ..claim(id) };
    let records = [
        Claim { claim_time: Some(at(5)), ..topic("a") },
        Claim { claim_time: Some(at(-5)), ..topic("b") },
        topic("c"),
        Claim {
            relations: vec![relation(RelationKind::Denies, "a"), relation(RelationKind::Supports, "b")],
            ..claim("d")
        },
    ];
    let server = TestServer::of(&ndjson(records.iter().map(|claim| claim as &dyn IntoRecord))).await;
    let found = aggregate(&server, by(&[GroupKey::Topic])).await.unwrap();
    let seconds = |time: Option<Timestamp>| time.unwrap().seconds;
    let [bucket] = &found.buckets[..] else { panic!("{found:?}") };
    assert_eq!((bucket.count, bucket.disputed_count), (3, 1));
    assert_eq!((seconds(bucket.first_time), seconds(bucket.last_time)), (-5, 5));
}

#[tokio::test]
async fn a_claim_counts_once_for_each_of_its_values() {
    let both = Position { concept: "x".to_owned(), stance: 1 };
    let record = Claim {
        topics: vec!["one".to_owned(), "two".to_owned()],
        positions: vec![both.clone(), both, Position { concept: "y".to_owned(), stance: 2 }],
        ..claim("a")
    };
    let server = TestServer::of(&ndjson([&record as &dyn IntoRecord])).await;
    let found = aggregate(&server, by(&[GroupKey::Topic, GroupKey::Concept])).await.unwrap();
    let expected = ["one x", "one y", "two x", "two y"].map(|keys| (keys.to_owned(), 1));
    assert_eq!(shown(&found), expected);
}

#[tokio::test]
async fn buckets_beyond_the_limit_are_summed() {
    let records: Vec<Claim> =
        (0..130).map(|at| Claim { topics: vec![format!("t{:03}", at % 110)], ..claim(&format!("c{at}")) }).collect();
    let server = TestServer::of(&ndjson(records.iter().map(|claim| claim as &dyn IntoRecord))).await;
    for (limit, buckets, other) in [(0, 100, 10), (1, 1, 128), (110, 110, 0), (10_000, 110, 0)] {
        let found = aggregate(&server, AggregateClaimsRequest { limit, ..by(&[GroupKey::Topic]) }).await.unwrap();
        assert_eq!((found.buckets.len(), found.other_count), (buckets, other), "limit {limit}");
        assert_eq!(found.buckets[0].keys, ["t000"]);
    }
    for limit in [10_001, -1] {
        let status = aggregate(&server, AggregateClaimsRequest { limit, ..by(&[GroupKey::Topic]) }).await.unwrap_err();
        assert_eq!(violated(&status), ["limit"]);
    }
}

#[tokio::test]
async fn one_to_three_different_known_keys_are_counted_by() {
    let server = TestServer::demo().await;
    for (keys, field) in [
        (vec![], "group_by"),
        (vec![1, 2, 3, 4], "group_by"),
        (vec![1, 3, 1], "group_by[2]"),
        (vec![0], "group_by[0]"),
        (vec![1, 99], "group_by[1]"),
        (vec![-1], "group_by[0]"),
    ] {
        let request = AggregateClaimsRequest { group_by: keys.clone(), ..Default::default() };
        let status = aggregate(&server, request).await.unwrap_err();
        assert_eq!(
            (violated(&status), reason(&status).as_str()),
            (vec![field.to_owned()], "INVALID_REQUEST"),
            "{keys:?}"
        );
    }
}

#[tokio::test]
async fn a_query_restricts_what_is_counted() {
    let server = TestServer::demo().await;
    let asking = |query: &str, language: &str| AggregateClaimsRequest {
        query: query.to_owned(),
        language: language.to_owned(),
        ..by(&[GroupKey::Kind])
    };
    let found = aggregate(&server, asking("speaker:Pompeo", "")).await.unwrap();
    let expected = ["CLAIM_KIND_ACCUSATION", "CLAIM_KIND_ANNOUNCEMENT", "CLAIM_KIND_ASSERTION"];
    assert_eq!(shown(&found), expected.map(|kind| (kind.to_owned(), 1)));
    assert_eq!(aggregate(&server, asking("xyzzy", "")).await.unwrap(), AggregateClaimsResponse::default());
    let status = aggregate(&server, asking("a \"b", "")).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("character 2"), "{status:?}");
    for query in ["", "x"] {
        assert_eq!(violated(&aggregate(&server, asking(query, "no language")).await.unwrap_err()), ["language"]);
    }
}

/// One claim of 200 speakers and 200 subjects is in 40,000 buckets.
#[test]
fn counting_gives_way_by_buckets_and_not_by_claims() {
    let id = |number: u32| format!("a{number}");
    let actors: Vec<Actor> = (0..400).map(|number| actor(&id(number))).collect();
    let mut many = claim("many");
    many.speakers = (0..200).map(|number| party(&id(number))).collect();
    many.subjects = (200..400).map(|number| party(&id(number))).collect();
    let records = actors.iter().map(|actor| actor as &dyn IntoRecord).chain([&many as &dyn IntoRecord]);
    let corpus = corpus_of(&ndjson(records));
    let everything = (0..1).collect();
    let keys = [GroupKey::Speaker, GroupKey::Subject];
    let counting = claimd::query::aggregate(&corpus, &everything, &keys, 10);
    let (mut counting, mut pauses) = (std::pin::pin!(counting), 0);
    while counting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        pauses += 1;
    }
    assert!(pauses > 1, "{pauses} pauses, of which one is before the largest are looked for");
}
