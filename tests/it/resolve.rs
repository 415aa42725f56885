//! ResolveActors over the demo corpus and over small corpora.

use std::iter::repeat_n;

use crate::support::{IntoRecord, TestServer, actor, corpus_of, defaults, info, ndjson, reason, violated};
use claimd::config::RequestLimits;
use claimd::proto::v1::{
    self as pb, Actor, ActorCandidate, ActorQuery, ActorType, Alias, AliasKind, Identifier, ResolveActorsRequest,
};
use tonic::{Code, Status};

fn asked(text: &str) -> ActorQuery {
    ActorQuery { text: text.to_owned(), ..ActorQuery::default() }
}

fn of_type(text: &str, actor_type: ActorType) -> ActorQuery {
    ActorQuery { r#type: actor_type.into(), ..asked(text) }
}

fn identifier(scheme: &str, value: &str) -> Identifier {
    Identifier { scheme: scheme.to_owned(), value: value.to_owned() }
}

async fn resolve(server: &TestServer, request: ResolveActorsRequest) -> Result<Vec<pb::ActorResult>, Status> {
    server.actors().resolve_actors(request).await.map(|response| response.into_inner().results)
}

/// The candidates of each query.
async fn all(server: &TestServer, queries: Vec<ActorQuery>) -> Vec<Vec<ActorCandidate>> {
    let count = queries.len();
    let results = resolve(server, ResolveActorsRequest { queries, ..ResolveActorsRequest::default() }).await.unwrap();
    assert_eq!(results.len(), count, "one result for each query");
    results.into_iter().map(|result| result.candidates).collect()
}

async fn one(server: &TestServer, query: ActorQuery) -> Vec<ActorCandidate> {
    all(server, vec![query]).await.remove(0)
}

async fn names(server: &TestServer, query: ActorQuery) -> Vec<String> {
    one(server, query).await.iter().map(name).collect()
}

fn name(candidate: &ActorCandidate) -> String {
    candidate.actor.as_ref().unwrap().decode().unwrap().name
}

async fn violations_of(server: &TestServer, request: ResolveActorsRequest) -> Vec<String> {
    violated(&resolve(server, request).await.unwrap_err())
}

#[tokio::test]
async fn variants_of_a_name_resolve_to_its_actor() {
    let server = TestServer::demo().await;
    let cases = [
        ("Donald Trump", "donald-trump"),
        ("donald trump", "donald-trump"),
        ("Trump, Donald", "donald-trump"),
        ("D. Trump", "donald-trump"),
        ("Дональд Трамп", "donald-trump"),
        ("唐纳德·特朗普", "donald-trump"),
        ("Dnald Trump", "donald-trump"),
        ("Donald Trmup", "donald-trump"),
        ("President Donald J. Trump", "donald-trump"),
        ("Secretary of State Mike Pompeo", "mike-pompeo"),
        ("Außenminister Pompeo", "mike-pompeo"),
        ("Michael R. Pompeo", "mike-pompeo"),
        ("Steve Mnuchin", "steven-mnuchin"),
        ("Mnuchin, Steven T.", "steven-mnuchin"),
        ("字节跳动", "bytedance"),
        ("ByteDance GmbH", "bytedance"),
        ("Byte Dance", "bytedance"),
        ("Microsoft Inc.", "microsoft"),
        ("MSFT", "microsoft"),
        ("Mircosoft", "microsoft"),
        ("ТикТок", "tiktok"),
        ("CFIUS", "cfius"),
        ("the Committee on Foreign Investment in the United States", "cfius"),
        ("US-Regierung", "us-government"),
        ("KPCh", "communist-party-of-china"),
    ];
    let found = all(&server, cases.iter().map(|(text, _)| asked(text)).collect()).await;
    for ((text, expected), candidates) in cases.iter().zip(found) {
        let first = candidates.first().unwrap_or_else(|| panic!("nobody for {text}"));
        assert_eq!(name(first), format!("actors/{expected}"), "{text}");
        assert!((0.7..=1.0).contains(&first.score), "{text}: {}", first.score);
        assert!(!first.matched_name.is_empty() && !first.explanation.is_empty(), "{text}");
        assert!(first.explanation.iter().all(|each| (0.0..=1.0).contains(&each.score)), "{first:?}");
    }
}

#[tokio::test]
async fn candidates_have_the_stored_actor_and_an_explanation() {
    let server = TestServer::demo().await;
    let found = one(&server, asked("Weisses Haus")).await;
    let record = server.actors().get_actor(pb::GetActorRequest { name: "actors/white-house".to_owned() }).await;
    assert_eq!(found[0].actor.as_ref(), Some(record.unwrap().get_ref()));
    assert_eq!(found[0].matched_name, "Weißes Haus");
}

#[tokio::test]
async fn names_of_other_parties_resolve_to_no_actor() {
    let server = TestServer::demo().await;
    let others = ["Angela Merkel", "Melania Trump", "Microsatellite", "Steven Miller", "Huawei", "Fox Sports Radio"];
    for (text, candidates) in others.iter().zip(all(&server, others.iter().map(|text| asked(text)).collect()).await) {
        assert_eq!(candidates, [], "{text}");
    }
}

#[tokio::test]
async fn a_weak_alias_resolves_only_if_corroborated() {
    let server = TestServer::demo().await;
    for text in
        ["Trump", "trump", "Mr Trump", "Pompeo", "Pompeó", "Washington", "Kritiker", "Peking", "Communist Party", "ABC"]
    {
        assert_eq!(names(&server, asked(text)).await, [""; 0], "{text}");
    }
    let typed = of_type("Pompeo", ActorType::Person);
    assert_eq!(names(&server, typed).await, [""; 0], "half of all actors are persons: a type says too little");
    let american = ActorQuery { countries: vec!["US".to_owned()], ..asked("Pompeo") };
    assert_eq!(names(&server, american).await, ["actors/mike-pompeo"]);
    let known = ActorQuery { identifiers: vec![identifier("wikidata", "Q22686")], ..asked("Trump") };
    assert_eq!(names(&server, known).await[0], "actors/donald-trump");
    // "Press reports" is a weak alias and the display name: the stronger one counts.
    assert_eq!(names(&server, asked("press reports")).await, ["actors/press-reports"]);
}

fn named(id: &str, display_name: &str, actor_type: ActorType, country: &str) -> Actor {
    let countries = [country].iter().filter(|country| !country.is_empty()).map(|&country| country.to_owned()).collect();
    Actor { display_name: display_name.to_owned(), r#type: actor_type.into(), countries, ..actor(id) }
}

#[tokio::test]
async fn type_and_country_raise_and_lower_scores() {
    let actors = [
        named("german", "Michael Müller", ActorType::Person, "DE"),
        named("austrian", "Michael Müller", ActorType::Person, "AT"),
        named("anyone", "Michael Müller", ActorType::Person, ""),
        named("dairy", "Michael Müller", ActorType::Company, "DE"),
    ];
    let server = TestServer::of(&ndjson(actors.iter().map(|actor| actor as &dyn IntoRecord))).await;
    let from = |country: &str| ActorQuery { countries: vec![country.to_owned()], ..asked("Michael Müller") };
    assert_eq!(names(&server, from("AT")).await[..2], ["actors/austrian", "actors/anyone"]);
    assert_eq!(names(&server, from("DE")).await[..2], ["actors/dairy", "actors/german"]);
    let company = one(&server, of_type("Michael Müller", ActorType::Company)).await;
    assert_eq!(name(&company[0]), "actors/dairy");
    assert_eq!(company.len(), 1, "a person is no company: {company:?}");
    assert!(company[0].explanation.iter().any(|each| each.feature == "type"));
}

#[tokio::test]
async fn an_equal_identifier_overrides_the_name() {
    let server = TestServer::demo().await;
    let q = identifier("wikidata", "Q473239");
    for text in ["", "Somebody Else", "Donald Trump", "Pompeo"] {
        let found = one(&server, ActorQuery { identifiers: vec![q.clone()], ..asked(text) }).await;
        assert_eq!(name(&found[0]), "actors/mike-pompeo", "{text}");
        assert!((found[0].score - 1.0).abs() < f64::EPSILON, "{text}");
        assert!(found[0].explanation.iter().any(|each| each.feature == "identifier"), "{text}");
    }
    let contradicted = ActorQuery { identifiers: vec![q], ..asked("Donald Trump") };
    assert_eq!(
        names(&server, contradicted).await,
        ["actors/mike-pompeo"],
        "who has the name does not have the identifier"
    );
    let unknown = ActorQuery { identifiers: vec![identifier("wikidata", "Q0")], ..ActorQuery::default() };
    assert_eq!(names(&server, unknown).await, [""; 0]);
    let other = ActorQuery { identifiers: vec![identifier("wikidata", "Q0")], ..asked("Mike Pompeo") };
    assert_eq!(names(&server, other).await, [""; 0], "another identifier of the same register speaks against it");
    let elsewhere = ActorQuery { identifiers: vec![identifier("lei", "5493")], ..asked("Mike Pompeo") };
    assert_eq!(names(&server, elsewhere).await, ["actors/mike-pompeo"], "another register says nothing");
}

#[tokio::test]
async fn merged_actors_resolve_to_the_remaining_actor() {
    let old = Alias { text: "Rheinbau Tief".to_owned(), kind: AliasKind::Previous.into(), ..Alias::default() };
    let survivor = Actor {
        aliases: vec![old],
        merged_names: vec!["actors/rheinbau-tief".to_owned()],
        ..named("rheinbau", "Rheinbau AG", ActorType::Company, "DE")
    };
    let server = TestServer::of(&ndjson([&survivor as &dyn IntoRecord])).await;
    assert_eq!(names(&server, asked("Rheinbau Tief GmbH")).await, ["actors/rheinbau"]);
}

#[tokio::test]
async fn texts_without_a_name_resolve_to_no_actor() {
    let server = TestServer::demo().await;
    let long = "Donald Trump and many others who were there ".repeat(23);
    assert!((1000..=1024).contains(&long.len()));
    let texts = [
        "a",
        "M.",
        "1",
        "🙂",
        "🙂🙃",
        "\u{200B}\u{200D}",
        "\u{202E}\u{2066}",
        "…!?",
        "((((",
        "%s%n",
        "\0",
        "的",
        "-",
        "&",
        "D0n",
        "Trцщ Mщк",
        "the",
        "of the",
        "GmbH",
        "Dr.",
        "Mr.",
        "von der",
        "(",
        "\u{FFFF}",
        &long,
    ];
    for (text, candidates) in texts.iter().zip(all(&server, texts.iter().map(|text| asked(text)).collect()).await) {
        assert_eq!(candidates, [], "{text:?}");
    }
}

#[tokio::test]
async fn lookalike_letters_are_recognized() {
    let server = TestServer::demo().await;
    for text in ["Dоnаld Trump", "Do\u{200B}nald\u{200D} Tr\u{AD}ump", "Ｄｏｎａｌｄ　Ｔｒｕｍｐ", "Donald 🙂 Trump"]
    {
        assert_eq!(names(&server, asked(text)).await, ["actors/donald-trump"], "{text}");
    }
}

#[tokio::test]
async fn one_to_a_hundred_queries_are_answered_in_order() {
    let server = TestServer::demo().await;
    let texts = ["Microsoft", "nobody at all", "Donald Trump", "字节跳动"];
    let queries: Vec<_> = texts.iter().cycle().take(100).map(|text| asked(text)).collect();
    let found = all(&server, queries).await;
    for (at, candidates) in found.iter().enumerate() {
        let expected: &[&str] =
            [&["actors/microsoft"][..], &[], &["actors/donald-trump"], &["actors/bytedance"]][at % 4];
        assert_eq!(candidates.iter().map(name).collect::<Vec<_>>(), expected, "query {at}");
    }
    for count in [0, 101] {
        let queries = repeat_n(asked("Microsoft"), count).collect();
        let request = ResolveActorsRequest { queries, ..ResolveActorsRequest::default() };
        assert_eq!(violations_of(&server, request).await, ["queries"], "{count} queries");
    }
}

#[tokio::test]
async fn all_invalid_fields_are_reported_at_once() {
    let server = TestServer::demo().await;
    let hinted = ActorQuery {
        text: "x".repeat(1025),
        r#type: 14,
        language: "deutsch".to_owned(),
        countries: vec!["DE".to_owned(), "de".to_owned(), "XX".to_owned()],
        identifiers: vec![identifier("wikidata", "Q1"), identifier("", "Q1"), identifier("wikidata", "")],
    };
    let many = ActorQuery {
        countries: repeat_n("DE".to_owned(), 101).collect(),
        identifiers: repeat_n(identifier("wikidata", "Q1"), 101).collect(),
        ..ActorQuery::default()
    };
    let negative = of_type("x", ActorType::Person);
    let negative = ActorQuery { r#type: -1, ..negative };
    let request = ResolveActorsRequest {
        queries: vec![asked("Microsoft"), asked(""), asked(" \t"), hinted, many, negative],
        limit: 51,
        threshold: Some(f64::NAN),
    };
    let status = resolve(&server, request).await.unwrap_err();
    let expected = [
        "queries[1].text",
        "queries[2].text",
        "queries[3].text",
        "queries[3].type",
        "queries[3].language",
        "queries[3].countries[1]",
        "queries[3].countries[2]",
        "queries[3].identifiers[1]",
        "queries[3].identifiers[2]",
        "queries[4].countries",
        "queries[4].identifiers",
        "queries[5].type",
        "limit",
        "threshold",
    ];
    assert_eq!(violated(&status), expected);
    assert_eq!(reason(&status), "INVALID_REQUEST");
}

#[tokio::test]
async fn a_text_has_at_most_1_kib() {
    let server = TestServer::demo().await;
    assert_eq!(names(&server, asked(&"x".repeat(1024))).await, [""; 0]);
    let request = ResolveActorsRequest { queries: vec![asked(&"ä".repeat(513))], ..ResolveActorsRequest::default() };
    assert_eq!(violations_of(&server, request).await, ["queries[0].text"]);
}

#[tokio::test]
async fn limit_and_threshold_bound_the_candidates() {
    let actors: Vec<Actor> =
        (0..60).map(|at| named(&format!("n{at:02}"), "Anna Schmidt", ActorType::Person, "")).collect();
    let server = TestServer::of(&ndjson(actors.iter().map(|actor| actor as &dyn IntoRecord))).await;
    let ask = async |limit, threshold| {
        let queries = vec![asked("Anna Schmidt")];
        resolve(&server, ResolveActorsRequest { queries, limit, threshold }).await.map(|mut results| results.remove(0))
    };
    let count = async |limit, threshold| ask(limit, threshold).await.unwrap().candidates.len();
    assert_eq!((count(0, None).await, count(1, None).await, count(7, Some(0.0)).await), (5, 1, 7));
    assert!((30..=50).contains(&count(50, None).await));
    for limit in [-1, 51, i32::MAX, i32::MIN] {
        assert_eq!(violated(&ask(limit, None).await.unwrap_err()), ["limit"], "{limit}");
    }
    for threshold in [-0.01, 1.01, f64::INFINITY, f64::NAN] {
        assert_eq!(violated(&ask(0, Some(threshold)).await.unwrap_err()), ["threshold"], "{threshold}");
    }
    assert_eq!(count(0, Some(1.0)).await, 5, "an equal name scores 1");
    let first = ask(3, None).await.unwrap();
    assert_eq!(first.candidates.iter().map(name).collect::<Vec<_>>(), ["actors/n00", "actors/n01", "actors/n02"]);
}

#[tokio::test]
async fn the_order_of_candidates_is_deterministic() {
    let server = TestServer::demo().await;
    let request = ResolveActorsRequest {
        queries: ["TikTok", "Chinese government", "News", "Microsoft Corp", "United States"].map(asked).to_vec(),
        limit: 50,
        threshold: Some(0.0),
    };
    let first = resolve(&server, request.clone()).await.unwrap();
    for result in &first {
        let order = |pair: &[ActorCandidate]| pair[0].score >= pair[1].score;
        assert!(result.candidates.windows(2).all(order), "{result:?}");
    }
    for _ in 0..3 {
        assert_eq!(resolve(&server, request.clone()).await.unwrap(), first);
    }
    server.swap(crate::support::demo()).await;
    assert_eq!(resolve(&server, request).await.unwrap(), first, "nor does it depend on the load");
}

#[tokio::test]
async fn a_too_large_response_is_refused_with_its_size() {
    let actors: Vec<Actor> = (0..20)
        .map(|at| Actor {
            description: "x".repeat(10_000),
            ..named(&format!("n{at:02}"), "Anna Schmidt", ActorType::Person, "")
        })
        .collect();
    let corpus = corpus_of(&ndjson(actors.iter().map(|actor| actor as &dyn IntoRecord)));
    let limits = RequestLimits { max_response_bytes: 100_000, ..defaults() };
    let server = TestServer::start(corpus, limits).await;
    let ask = async |limit| {
        let queries = vec![asked("Anna Schmidt")];
        resolve(&server, ResolveActorsRequest { queries, limit, threshold: None }).await
    };
    assert_eq!(ask(9).await.unwrap()[0].candidates.len(), 9);
    let status = ask(10).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "RESPONSE_TOO_LARGE"));
    assert_eq!(info(&status).metadata["limit_bytes"], "100000");
}
