//! Requests that break the rules are refused with every field that does, and a reason that programs can tell apart.

use std::iter::repeat_n;

use crate::support::{TestServer, call_raw, info, reason, violated, violations};
use claimd::proto::Timestamp;
use claimd::proto::v1::{
    ActorFilter, ArticleFilter, BatchGetActorsRequest, BatchGetArticlesRequest, BatchGetClaimsRequest, ClaimFilter,
    GetActorRequest, GetArticleRequest, GetClaimRequest, Identifier, ListActorsRequest, ListArticlesRequest,
    ListClaimsRequest,
};
use tonic::{Code, Status};

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

async fn list(server: &TestServer, filter: ClaimFilter) -> Result<(), Status> {
    let request = ListClaimsRequest { filter: Some(filter), ..ListClaimsRequest::default() };
    server.claims().list_claims(request).await.map(drop)
}

/// A filter that stands so many times inside of others.
fn nested(depth: usize) -> ClaimFilter {
    (0..depth).fold(ClaimFilter::default(), |inner, _| ClaimFilter {
        except: Some(Box::new(inner)),
        ..ClaimFilter::default()
    })
}

#[tokio::test]
async fn a_get_of_what_is_no_name_names_the_field() {
    let server = TestServer::demo().await;
    let too_long = format!("claims/{}", "x".repeat(129));
    for name in ["", "claims", "claims/", "/claims/x", "claims/a b", "claims/ä", "Claims/x", "actors/x", &too_long] {
        let status = server.claims().get_claim(GetClaimRequest { name: name.to_owned() }).await.unwrap_err();
        assert_eq!(violated(&status), ["name"], "{name:?}");
        assert_eq!(reason(&status), "INVALID_REQUEST");
        assert_eq!(info(&status).metadata["violations"], "1");
    }
    let name = "claims/x".to_owned();
    let status = server.actors().get_actor(GetActorRequest { name: name.clone() }).await.unwrap_err();
    assert_eq!(violated(&status), ["name"]);
    assert!(violations(&status)[0].description.contains("actors/{id}"), "the right form is told: {status:?}");
    let status = server.articles().get_article(GetArticleRequest { name, view: 7 }).await.unwrap_err();
    assert_eq!(violated(&status), ["name", "view"]);
}

#[tokio::test]
async fn a_batch_names_every_bad_name_by_its_place() {
    let server = TestServer::demo().await;
    let names = strings(&["claims/ok", "", "claims/fine", "actors/x"]);
    let status = server.claims().batch_get_claims(BatchGetClaimsRequest { names: names.clone() }).await.unwrap_err();
    assert_eq!(violated(&status), ["names[1]", "names[3]"]);
    let request = BatchGetArticlesRequest { names: names.clone(), view: -1 };
    let status = server.articles().batch_get_articles(request).await.unwrap_err();
    assert_eq!(violated(&status), ["names[0]", "names[1]", "names[2]", "names[3]", "view"]);
    let status = server.actors().batch_get_actors(BatchGetActorsRequest { names }).await.unwrap_err();
    assert_eq!(violated(&status), ["names[0]", "names[1]", "names[2]"]);
}

#[tokio::test]
async fn a_batch_has_one_to_a_thousand_names() {
    let server = TestServer::demo().await;
    for (count, allowed) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let claims = BatchGetClaimsRequest { names: repeat_n("claims/x".to_owned(), count).collect() };
        let actors = BatchGetActorsRequest { names: repeat_n("actors/x".to_owned(), count).collect() };
        let articles = BatchGetArticlesRequest { names: repeat_n("articles/x".to_owned(), count).collect(), view: 0 };
        let answers = [
            server.claims().batch_get_claims(claims).await.map(drop),
            server.actors().batch_get_actors(actors).await.map(drop),
            server.articles().batch_get_articles(articles).await.map(drop),
        ];
        for answer in answers {
            match answer {
                Ok(()) => assert!(allowed, "{count} names"),
                Err(status) => assert_eq!((violated(&status), allowed), (strings(&["names"]), false)),
            }
        }
    }
}

#[tokio::test]
async fn a_listing_of_claims_names_every_bad_field_at_once() {
    let server = TestServer::demo().await;
    let except = ClaimFilter {
        articles: strings(&["articles/ok", "nothing"]),
        verdicts: vec![-1],
        languages: strings(&["de", "German"]),
        ..ClaimFilter::default()
    };
    let filter = ClaimFilter {
        articles: strings(&["claims/x"]),
        publishers: strings(&["The Paper", "actors/"]),
        speakers: strings(&["actors/ok", ""]),
        subjects: strings(&["x"]),
        addressees: strings(&["articles/x"]),
        actors: strings(&["actors/ä"]),
        kinds: vec![1, 99],
        quotation_types: vec![9],
        stances: vec![4],
        languages: strings(&["*", "de_DE", "zh-Hant", ""]),
        claim_time_min: Some(Timestamp { seconds: 0, nanos: -1 }),
        claim_time_max: Some(Timestamp { seconds: i64::MAX, nanos: 0 }),
        relation_kinds: vec![13],
        verdicts: vec![13],
        statuses: vec![4],
        methods: vec![1, 2, 4],
        except: Some(Box::new(except)),
        ..ClaimFilter::default()
    };
    let request = ListClaimsRequest {
        filter: Some(filter),
        order_by: "text".to_owned(),
        page_size: -1,
        page_token: "made up".to_owned(),
    };
    let status = server.claims().list_claims(request).await.unwrap_err();
    let mut fields = violated(&status);
    fields.sort_unstable();
    let mut expected = [
        "filter.actors[0]",
        "filter.addressees[0]",
        "filter.articles[0]",
        "filter.claim_time_max",
        "filter.claim_time_min",
        "filter.except.articles[1]",
        "filter.except.languages[1]",
        "filter.except.verdicts[0]",
        "filter.kinds[1]",
        "filter.languages[1]",
        "filter.languages[3]",
        "filter.methods[2]",
        "filter.publishers[1]",
        "filter.quotation_types[0]",
        "filter.relation_kinds[0]",
        "filter.speakers[1]",
        "filter.stances[0]",
        "filter.statuses[0]",
        "filter.subjects[0]",
        "filter.verdicts[0]",
        "order_by",
        "page_size",
        "page_token",
    ];
    expected.sort_unstable();
    assert_eq!(fields, expected);
    assert_eq!(reason(&status), "INVALID_REQUEST");
    assert_eq!(info(&status).metadata["violations"], expected.len().to_string());
}

#[tokio::test]
async fn a_range_of_time_that_ends_before_it_begins_is_refused_and_an_empty_one_is_not() {
    let server = TestServer::demo().await;
    let time = |seconds, nanos| Some(Timestamp { seconds, nanos });
    for (min, max, allowed) in [
        (time(5, 1), time(5, 0), false),
        (time(6, 0), time(5, 1), false),
        (time(5, 1), time(5, 1), true),
        (time(5, 0), time(5, 1), true),
        (time(5, 0), None, true),
        (None, time(5, 0), true),
    ] {
        let claims = ClaimFilter { claim_time_min: min, claim_time_max: max, ..ClaimFilter::default() };
        let except = ClaimFilter { except: Some(Box::new(claims.clone())), ..ClaimFilter::default() };
        let articles = ArticleFilter { publish_time_min: min, publish_time_max: max, ..ArticleFilter::default() };
        let request = ListArticlesRequest { filter: Some(articles), ..ListArticlesRequest::default() };
        for (answer, field) in [
            (list(&server, claims).await, "filter.claim_time_min"),
            (list(&server, except).await, "filter.except.claim_time_min"),
            (server.articles().list_articles(request).await.map(drop), "filter.publish_time_min"),
        ] {
            match answer {
                Ok(()) => assert!(allowed, "{field}: {min:?} to {max:?}"),
                Err(status) => {
                    assert_eq!((violated(&status), allowed), (strings(&[field]), false), "{min:?} to {max:?}");
                    assert_eq!(reason(&status), "INVALID_REQUEST");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_listing_of_articles_names_every_bad_field_at_once() {
    let server = TestServer::demo().await;
    let filter = ArticleFilter {
        publishers: strings(&["actors/no name"]),
        languages: strings(&["en-"]),
        actors: strings(&["articles/x"]),
        publish_time_min: Some(Timestamp { seconds: i64::MIN, nanos: 0 }),
        publish_time_max: Some(Timestamp { seconds: 0, nanos: 1_000_000_000 }),
        ..ArticleFilter::default()
    };
    let request = ListArticlesRequest {
        filter: Some(filter),
        order_by: "claim_time".to_owned(),
        page_size: i32::MIN,
        page_token: "made up".to_owned(),
        view: 3,
    };
    let mut fields = violated(&server.articles().list_articles(request).await.unwrap_err());
    fields.sort_unstable();
    let expected = [
        "filter.actors[0]",
        "filter.languages[0]",
        "filter.publish_time_max",
        "filter.publish_time_min",
        "filter.publishers[0]",
        "order_by",
        "page_size",
        "page_token",
        "view",
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_listing_of_actors_names_every_bad_field_at_once() {
    let server = TestServer::demo().await;
    let filter = ActorFilter {
        types: vec![14],
        countries: strings(&["DE", "de", "Germany", "XX"]),
        name_prefix: "x".repeat(257),
        parents: strings(&["parents/x"]),
        identifiers: vec![
            Identifier { scheme: "wikidata".to_owned(), value: "Q1".to_owned() },
            Identifier { scheme: "wikidata".to_owned(), value: String::new() },
            Identifier { scheme: String::new(), value: "Q1".to_owned() },
        ],
        ..ActorFilter::default()
    };
    let request =
        ListActorsRequest { filter: Some(filter), order_by: "display_name asc".to_owned(), ..Default::default() };
    let mut fields = violated(&server.actors().list_actors(request).await.unwrap_err());
    fields.sort_unstable();
    let expected = [
        "filter.countries[1]",
        "filter.countries[2]",
        "filter.countries[3]",
        "filter.identifiers[1]",
        "filter.identifiers[2]",
        "filter.name_prefix",
        "filter.parents[0]",
        "filter.types[0]",
        "order_by",
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_filter_stands_at_most_three_deep_in_others() {
    let server = TestServer::demo().await;
    list(&server, nested(3)).await.unwrap();
    for depth in [4, 5, 40] {
        let status = list(&server, nested(depth)).await.unwrap_err();
        assert_eq!(violated(&status), ["filter.except.except.except.except"]);
    }
}

#[tokio::test]
async fn a_filter_has_at_most_a_thousand_values_in_all() {
    let server = TestServer::demo().await;
    let topics = |count| repeat_n("x".to_owned(), count).collect::<Vec<_>>();
    let except = |count| Some(Box::new(ClaimFilter { topics: topics(count), ..ClaimFilter::default() }));

    list(&server, ClaimFilter { topics: topics(1000), ..ClaimFilter::default() }).await.unwrap();
    let status = list(&server, ClaimFilter { topics: topics(1001), ..ClaimFilter::default() }).await.unwrap_err();
    assert_eq!(violated(&status), ["filter"]);

    let filter = ClaimFilter { topics: topics(500), except: except(500), ..ClaimFilter::default() };
    list(&server, filter).await.unwrap();
    let filter = ClaimFilter { topics: topics(500), except: except(501), ..ClaimFilter::default() };
    assert_eq!(violated(&list(&server, filter).await.unwrap_err()), ["filter"]);

    let articles = |count| ListArticlesRequest {
        filter: Some(ArticleFilter { topics: topics(count), ..ArticleFilter::default() }),
        ..ListArticlesRequest::default()
    };
    server.articles().list_articles(articles(1000)).await.unwrap();
    assert_eq!(violated(&server.articles().list_articles(articles(1001)).await.unwrap_err()), ["filter"]);

    let actors = |count| ListActorsRequest {
        filter: Some(ActorFilter { datasets: topics(count), ..ActorFilter::default() }),
        ..ListActorsRequest::default()
    };
    server.actors().list_actors(actors(1000)).await.unwrap();
    assert_eq!(violated(&server.actors().list_actors(actors(1001)).await.unwrap_err()), ["filter"]);
}

#[tokio::test]
async fn a_request_above_its_limit_of_bytes_is_refused_with_both_sizes() {
    let server = TestServer::demo().await;
    let topics = |bytes: usize| ClaimFilter { topics: vec!["x".repeat(bytes)], ..ClaimFilter::default() };
    list(&server, topics(60 << 10)).await.unwrap();
    let status = list(&server, topics(64 << 10)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason(&status), "REQUEST_TOO_LARGE");
    let metadata = info(&status).metadata;
    assert_eq!(metadata["limit_bytes"], (64 << 10).to_string());
    assert!(metadata["size_bytes"].parse::<usize>().unwrap() > 64 << 10);
}

#[tokio::test]
async fn a_request_above_every_limit_is_refused_and_the_next_one_answered() {
    let server = TestServer::demo().await;
    let names = vec!["claims/x".repeat(1 << 20)];
    server.claims().batch_get_claims(BatchGetClaimsRequest { names }).await.unwrap_err();
    let names = strings(&["claims/x"]);
    server.claims().batch_get_claims(BatchGetClaimsRequest { names }).await.unwrap();
}

#[tokio::test]
async fn details_of_a_thousand_faults_fit_a_header_of_8_kib() {
    let server = TestServer::demo().await;
    let names = repeat_n("no name ".repeat(16), 1000).collect();
    let status = server.claims().batch_get_claims(BatchGetClaimsRequest { names }).await.unwrap_err();
    assert_eq!(info(&status).metadata["violations"], "1000");
    let on_the_wire = status.details().len().div_ceil(3) * 4;
    assert!(on_the_wire < 8 << 10, "{on_the_wire} bytes");
    let shown = violations(&status);
    let last = shown.last().unwrap();
    assert_eq!(last.description, format!("and {} more", 1000 - (shown.len() - 1)));
}

#[tokio::test]
async fn methods_that_nobody_knows_are_unimplemented() {
    let server = TestServer::demo().await;
    for method in ["/claimd.v1.ClaimService/GetClaims", "/claimd.v2.ClaimService/GetClaim", "/x/y"] {
        let status = call_raw(&server, method, Vec::new()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{method}");
    }
}
