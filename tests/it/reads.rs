//! Reads by name: Get and BatchGet of every resource, the views of articles, and what is said of the corpus.

use crate::support::{
    IntoRecord, TestServer, actor, article, at, claim, corpus_of, defaults, evidence, info, load_text, ndjson, party,
    reason,
};
use claimd::proto::v1::{
    Alias, Article, ArticleView, BatchGetActorsRequest, BatchGetArticlesRequest, BatchGetClaimsRequest, Claim,
    ClaimFilter, GetActorRequest, GetArticleRequest, GetClaimRequest, GetCorpusRequest, ListClaimsRequest, PartialTime,
    Provenance, VerifyQuoteRequest,
};
use tonic::Code;
use tonic_types::StatusExt;

/// An article with a body that took over another, an actor that took over two, and a claim.
fn small() -> String {
    let (language, body) = ("de".to_owned(), "Das Wetter wird schön. 🙂".to_owned());
    let mut text = Article { language, body, merged_names: vec!["articles/former".to_owned()], ..article("a") };
    text.labels.insert("rubrik".to_owned(), "Übersicht".to_owned());
    let mut speaker = actor("now");
    speaker.merged_names = vec!["actors/former".to_owned(), "actors/older".to_owned()];
    speaker.aliases = vec![Alias { text: "Früher".to_owned(), ..Alias::default() }];
    let mut said = claim("c");
    said.speakers = vec![party("former")];
    said.evidence = vec![evidence("former")];
    ndjson([&text as &dyn IntoRecord, &speaker, &said, &claim("d"), &claim("e")])
}

fn batch(names: &[&str]) -> BatchGetClaimsRequest {
    BatchGetClaimsRequest { names: names.iter().map(|name| (*name).to_owned()).collect() }
}

#[tokio::test]
async fn get_answers_with_the_record_itself() {
    let server = TestServer::of(&small()).await;
    let request = GetClaimRequest { name: "claims/c".to_owned() };
    let found = server.claims().get_claim(request).await.unwrap().into_inner().decode().unwrap();
    assert_eq!((found.name.as_str(), found.text.as_str()), ("claims/c", "Text of c"));

    let request = GetActorRequest { name: "actors/now".to_owned() };
    let found = server.actors().get_actor(request).await.unwrap().into_inner().decode().unwrap();
    assert_eq!(found.display_name, "Actor now");
}

#[tokio::test]
async fn every_record_of_the_demo_can_be_got_by_its_name() {
    let server = TestServer::demo().await;
    let corpus = server.corpus();
    for id in 0..corpus.claims.table.len() {
        let name = corpus.claims.table.name(id).to_owned();
        let found = server.claims().get_claim(GetClaimRequest { name: name.clone() }).await.unwrap().into_inner();
        assert_eq!(found.decode().unwrap().name, name);
    }
    for id in 0..corpus.actors.table.len() {
        let name = corpus.actors.table.name(id).to_owned();
        let found = server.actors().get_actor(GetActorRequest { name: name.clone() }).await.unwrap().into_inner();
        assert_eq!(found.decode().unwrap().name, name);
    }
    for id in 0..corpus.articles.table.len() {
        let name = corpus.articles.table.name(id).to_owned();
        let request = GetArticleRequest { name: name.clone(), view: 0 };
        let found = server.articles().get_article(request).await.unwrap().into_inner();
        assert_eq!(found.decode().unwrap().name, name);
    }
}

#[tokio::test]
async fn get_by_a_merged_name_answers_with_the_surviving_actor() {
    let server = TestServer::of(&small()).await;
    for name in ["actors/former", "actors/older", "actors/now"] {
        let request = GetActorRequest { name: name.to_owned() };
        let found = server.actors().get_actor(request).await.unwrap().into_inner().decode().unwrap();
        assert_eq!(found.name, "actors/now");
    }
}

#[tokio::test]
async fn what_nobody_bears_is_not_found_with_type_and_name() {
    let server = TestServer::of(&small()).await;
    let name = |name: &str| name.to_owned();
    let claim = server.claims().get_claim(GetClaimRequest { name: name("claims/x") }).await.unwrap_err();
    let actor = server.actors().get_actor(GetActorRequest { name: name("actors/x") }).await.unwrap_err();
    let request = GetArticleRequest { name: name("articles/x"), view: 0 };
    let article = server.articles().get_article(request).await.unwrap_err();

    for (status, name, kind) in [
        (claim, "claims/x", "claimd.v1.Claim"),
        (actor, "actors/x", "claimd.v1.Actor"),
        (article, "articles/x", "claimd.v1.Article"),
    ] {
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(reason(&status), "NOT_FOUND");
        assert_eq!(info(&status).metadata["name"], name);
        let resource = status.get_details_resource_info().unwrap();
        assert_eq!((resource.resource_type.as_str(), resource.resource_name.as_str()), (kind, name));
        assert!(status.message().contains(name), "{}", status.message());
    }
}

#[tokio::test]
async fn the_basic_view_is_the_full_view_without_the_body() {
    let server = TestServer::of(&small()).await;
    let get = async |view: ArticleView| {
        let request = GetArticleRequest { name: "articles/a".to_owned(), view: view.into() };
        server.articles().get_article(request).await.unwrap().into_inner().decode().unwrap()
    };
    let full = get(ArticleView::Full).await;
    assert_eq!((full.body.as_str(), full.body_length), ("Das Wetter wird schön. 🙂", 24));

    let mut basic = get(ArticleView::Basic).await;
    assert_eq!(basic.body, "");
    basic.body.clone_from(&full.body);
    assert_eq!(basic, full);
    assert_eq!(get(ArticleView::Unspecified).await, full, "Get gives the FULL view unless it is told otherwise");
}

#[tokio::test]
async fn a_batch_of_articles_comes_in_the_view_asked_for() {
    let server = TestServer::of(&small()).await;
    for (view, bodies) in [(ArticleView::Unspecified, true), (ArticleView::Full, true), (ArticleView::Basic, false)] {
        let request = BatchGetArticlesRequest { names: vec!["articles/a".to_owned()], view: view.into() };
        let response = server.articles().batch_get_articles(request).await.unwrap().into_inner();
        assert_eq!(!response.articles[0].decode().unwrap().body.is_empty(), bodies, "{view:?}");
    }
}

#[tokio::test]
async fn a_batch_keeps_the_order_and_the_repetitions_of_its_names() {
    let server = TestServer::of(&small()).await;
    let names = ["claims/d", "claims/x", "claims/c", "claims/d", "claims/x", "claims/e"];
    let response = server.claims().batch_get_claims(batch(&names)).await.unwrap().into_inner();
    let found: Vec<String> = response.claims.iter().map(|claim| claim.decode().unwrap().name).collect();
    assert_eq!(found, ["claims/d", "claims/c", "claims/d", "claims/e"]);
    assert_eq!(response.missing, ["claims/x", "claims/x"]);
}

#[tokio::test]
async fn an_article_answers_to_its_former_name_wherever_articles_are_named() {
    let server = TestServer::of(&small()).await;
    let former = || vec!["articles/former".to_owned()];
    let request = GetArticleRequest { name: former().remove(0), view: 0 };
    let found = server.articles().get_article(request).await.unwrap().into_inner().decode().unwrap();
    assert_eq!(found.name, "articles/a");

    let names = [former(), vec!["articles/nowhere".to_owned()]].concat();
    let request = BatchGetArticlesRequest { names, view: ArticleView::Basic.into() };
    let response = server.articles().batch_get_articles(request).await.unwrap().into_inner();
    assert_eq!(response.articles[0].decode().unwrap().merged_names, former());
    assert_eq!(response.missing, ["articles/nowhere"]);

    let filter = ClaimFilter { articles: former(), ..ClaimFilter::default() };
    let request = ListClaimsRequest { filter: Some(filter), ..ListClaimsRequest::default() };
    let claims = server.claims().list_claims(request).await.unwrap().into_inner().claims;
    let claim = claims.first().unwrap().decode().unwrap();
    assert_eq!(
        (claims.len(), claim.evidence[0].article.as_str()),
        (1, "articles/a"),
        "the loader gives its name of now"
    );

    let request = VerifyQuoteRequest { quote: "das Wetter wird".to_owned(), articles: former(), ..Default::default() };
    let response = server.claims().verify_quote(request).await.unwrap().into_inner();
    assert_eq!(response.matches[0].article, "articles/a");
}

#[test]
fn a_former_name_of_an_article_stays_with_whoever_has_it() {
    let taking = |id: &str| Article { merged_names: vec!["articles/former".to_owned()], ..article(id) };
    let alive = Article { merged_names: vec!["articles/one".to_owned(), "actors/x".to_owned()], ..article("alive") };
    let corpus = load_text(&ndjson([&taking("one") as &dyn IntoRecord, &taking("other"), &alive])).unwrap();
    let counts: Vec<_> = corpus.report.counts.iter().map(|(code, count)| (&**code, *count)).collect();
    assert_eq!(counts, [("MERGED_NAME_TAKEN", 1), ("REFERENCE_INVALID", 1)]);
    let table = &corpus.articles.table;
    assert_eq!(table.name(table.id("articles/former").unwrap()), "articles/one");
}

#[tokio::test]
async fn a_batch_of_actors_follows_merged_names() {
    let server = TestServer::of(&small()).await;
    let names = ["actors/older", "actors/nobody", "actors/now"].map(str::to_owned).to_vec();
    let response = server.actors().batch_get_actors(BatchGetActorsRequest { names }).await.unwrap().into_inner();
    let found: Vec<String> = response.actors.iter().map(|actor| actor.decode().unwrap().name).collect();
    assert_eq!(found, ["actors/now", "actors/now"]);
    assert_eq!(response.missing, ["actors/nobody"]);
}

#[tokio::test]
async fn a_batch_takes_a_thousand_names_of_full_length() {
    let server = TestServer::of(&small()).await;
    let names: Vec<String> = (0..1000).map(|number| format!("claims/{number:0>128}")).collect();
    let request = BatchGetClaimsRequest { names: names.clone() };
    let response = server.claims().batch_get_claims(request).await.unwrap().into_inner();
    assert_eq!(response.claims.len(), 0);
    assert_eq!(response.missing, names);
}

#[tokio::test]
async fn an_answer_that_would_be_too_large_is_refused_with_its_size() {
    let mut large = claim("large");
    large.text = "x".repeat(900);
    let limits = claimd::config::RequestLimits { max_response_bytes: 2048, ..defaults() };
    let server = TestServer::start(corpus_of(&ndjson([&large as &dyn IntoRecord])), limits).await;

    server.claims().batch_get_claims(batch(&["claims/large"; 2])).await.unwrap();
    let status = server.claims().batch_get_claims(batch(&["claims/large"; 3])).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason(&status), "RESPONSE_TOO_LARGE");
    let metadata = info(&status).metadata;
    assert_eq!(metadata["limit_bytes"], "2048");
    assert!(metadata["size_bytes"].parse::<usize>().unwrap() > 2700, "{metadata:?}");
}

#[tokio::test]
async fn the_corpus_counts_its_records_and_datasets() {
    let dataset = |name: &str| {
        let retrieve_time = at(50).time;
        Some(Provenance { dataset: name.to_owned(), retrieve_time, ..Provenance::default() })
    };
    let (mut first, mut second, mut third) = (claim("1"), claim("2"), article("3"));
    (first.provenance, first.claim_time) = (dataset("one"), Some(at(100)));
    (second.provenance, second.claim_time) = (dataset("one"), Some(at(200)));
    (third.provenance, third.publish_time) = (dataset("two"), Some(at(300)));
    let records: [&dyn IntoRecord; 4] = [&first, &second, &third, &actor("a")];
    let server = TestServer::of(&ndjson(records)).await;

    let corpus = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap().into_inner();
    assert_eq!((corpus.article_count, corpus.actor_count, corpus.claim_count), (1, 1, 2));
    assert!(corpus.memory_bytes > 0 && corpus.load_time.is_some() && corpus.load_duration.is_some());
    assert!(!corpus.reload.unwrap().running);
    let datasets: Vec<_> = corpus.datasets.iter().map(|set| (set.name.as_str(), set.claim_count)).collect();
    assert_eq!(datasets, [("", 0), ("one", 2), ("two", 0)]);
    let newest: Vec<_> = corpus.datasets.iter().map(|set| set.newest_time.as_ref().map(|time| time.seconds)).collect();
    assert_eq!(newest, [None, Some(200), Some(300)]);
    assert_eq!(corpus.datasets[1].retrieve_time, at(50).time);
}

#[tokio::test]
async fn the_corpus_tells_what_its_load_found() {
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    let records: [&dyn IntoRecord; 2] = [&claim("kept"), &lost];
    let server = TestServer::start(load_text(&ndjson(records)).unwrap(), defaults()).await;

    let report = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.error_count, report.warning_count, report.note_count), (1, 0, 0));
    assert_eq!((report.counts[0].code.as_str(), report.counts[0].count), ("REFERENCE_UNKNOWN", 1));
    let found = &report.diagnostics[0];
    assert_eq!(found.severity(), claimd::proto::v1::Severity::Error);
    assert_eq!((found.code.as_str(), found.line), ("REFERENCE_UNKNOWN", 2));
    assert_eq!((found.record.as_str(), found.field.as_str()), ("claims/lost", "speakers[0].actor"));
    assert!(found.file.ends_with(".ndjson") && found.message.contains("actors/nobody") && !found.advice.is_empty());
}

#[tokio::test]
async fn the_corpus_sends_no_more_than_a_hundred_diagnostics_and_counts_all() {
    let claims = (0..150).map(|number| {
        let mut lost = claim(&number.to_string());
        lost.speakers = vec![party("nobody")];
        lost
    });
    let claims: Vec<_> = claims.collect();
    let kept = claim("kept");
    let records = claims.iter().map(|claim| claim as &dyn IntoRecord).chain([&kept as &dyn IntoRecord]);
    let server = TestServer::start(load_text(&ndjson(records)).unwrap(), defaults()).await;

    let report = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.error_count, report.diagnostics.len()), (150, 100));
}

#[tokio::test]
async fn a_hundred_notes_do_not_hide_an_error_behind_them() {
    let vague = |number: u32| {
        let claim_time = at(0).time.map(|time| PartialTime { time: Some(time), precision: 0 });
        Claim { claim_time, ..claim(&number.to_string()) }
    };
    let claims: Vec<Claim> = (0..100).map(vague).collect();
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    let records = claims.iter().map(|claim| claim as &dyn IntoRecord).chain([&lost as &dyn IntoRecord]);
    let server = TestServer::start(load_text(&ndjson(records)).unwrap(), defaults()).await;

    let report = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.note_count, report.error_count, report.diagnostics.len()), (100, 1, 100));
    let lines: Vec<i32> = report.diagnostics.iter().map(|found| found.line).collect();
    assert!(lines.is_sorted() && lines[99] == 101, "{lines:?}");
}
