//! The forms of a query, each with what it finds.

use claimd::proto::v1::{Actor, Alias, AliasKind, Article, Claim, ClaimFilter, ClaimKind, Evidence, Position, Review};

use crate::search::asking::{articles, claim_set, claims, claims_of};
use crate::support::{IntoRecord, TestServer, actor, article, claim, evidence, ndjson, party};

fn english(id: &str, text: &str) -> Claim {
    Claim { text: text.to_owned(), language: "en".to_owned(), ..claim(id) }
}

/// A word of its own in every field that can be named.
async fn fields() -> TestServer {
    let speaker = Actor {
        display_name: "Quintus Speaker".to_owned(),
        aliases: vec![Alias { text: "Quintessa".to_owned(), kind: AliasKind::Alias.into(), ..Alias::default() }],
        ..actor("a")
    };
    let source = Article {
        title: "Walnut harvest".to_owned(),
        body: "Somebody praised pistachio cakes.".to_owned(),
        language: "en".to_owned(),
        ..article("t")
    };
    let quoted = Evidence {
        quote: "praised pistachio cakes".to_owned(),
        spans: vec![claimd::proto::v1::Span { start: 9, end: 32 }],
        quotation_type: claimd::proto::v1::QuotationType::Direct.into(),
        ..evidence("t")
    };
    let everything = Claim {
        venue: "Chestnut Hall".to_owned(),
        positions: vec![Position { concept: "more hazelnut farms".to_owned(), ..Position::default() }],
        speakers: vec![party("a")],
        evidence: vec![quoted],
        reviews: vec![Review {
            title: "Checking the cashew numbers".to_owned(),
            claim_reviewed: "Macadamia is a fish".to_owned(),
            ..Review::default()
        }],
        ..english("all", "Almond trees walk")
    };
    let words = ["almond", "pistachio", "chestnut", "hazelnut", "quintus", "walnut", "cashew", "macadamia"];
    let decoy = english("decoy", &words.join(" "));
    TestServer::of(&ndjson([&speaker as &dyn IntoRecord, &source, &everything, &decoy])).await
}

#[tokio::test]
async fn a_named_field_is_the_only_one_looked_at() {
    let server = fields().await;
    for (field, word) in [
        ("quote", "pistachio"),
        ("venue", "chestnut"),
        ("concept", "hazelnut"),
        ("speaker", "quintus"),
        ("speaker", "Quintessa"),
        ("title", "walnut"),
        ("title", "cashew"),
        ("review", "macadamia"),
    ] {
        assert_eq!(claims(&server, &format!("{field}:{word}")).await, ["all"], "{field}:{word}");
        assert_eq!(claims(&server, &format!("{field}:{}*", &word[..5])).await, ["all"], "{field}:{word}*");
        assert_eq!(claims(&server, &format!("{field}:\"{word}\"")).await, ["all"], "{field}:\"{word}\"");
        assert_eq!(claims(&server, &format!("-{field}:{word}")).await, ["decoy"], "-{field}:{word}");
    }
    assert_eq!(claim_set(&server, "text:almond").await, ["all", "decoy"]);
    assert_eq!(claim_set(&server, "text:macadamia").await, ["decoy"]);
    assert_eq!(articles(&server, "title:walnut", "").await, ["t"]);
    assert_eq!(articles(&server, "body:walnut", "").await, [""; 0]);
    assert_eq!(articles(&server, "body:pistachio", "").await, ["t"]);
    assert_eq!(articles(&server, "title:pistachio", "").await, [""; 0]);
}

#[tokio::test]
async fn a_plain_word_looks_at_every_field() {
    let server = fields().await;
    for word in ["almond", "pistachio", "chestnut", "hazelnut", "quintus", "walnut", "cashew", "macadamia"] {
        assert_eq!(claim_set(&server, word).await, ["all", "decoy"], "{word}");
    }
    assert_eq!(claims(&server, "Quintessa").await, ["all"]);
}

async fn trees() -> TestServer {
    let texts = [
        ("oak", "The old oak stands by the river."),
        ("oak-ash", "An oak and an ash stand by the mill."),
        ("ash", "The ash fell onto the road."),
        ("elm", "Accusations about the elm were never proven."),
        ("elm2", "The security of the elms was reviewed."),
        ("other", "Nothing grows here."),
    ];
    let claims: Vec<Claim> = texts.iter().map(|(id, text)| english(id, text)).collect();
    TestServer::of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord))).await
}

#[tokio::test]
async fn words_are_alternatives_and_more_of_them_rank_higher() {
    let server = trees().await;
    let found = claims(&server, "oak ash").await;
    assert_eq!(found[0], "oak-ash");
    assert_eq!(claim_set(&server, "oak ash").await, ["ash", "oak", "oak-ash"]);
}

#[tokio::test]
async fn words_are_found_in_other_inflections_and_any_case() {
    let server = trees().await;
    for query in ["accused", "ACCUSE", "Accusation", "accusing"] {
        assert_eq!(claims(&server, query).await, ["elm"], "{query}");
    }
}

#[tokio::test]
async fn a_phrase_is_its_words_side_by_side_in_order() {
    let server = trees().await;
    assert_eq!(claims(&server, "\"by the river\"").await, ["oak"]);
    assert_eq!(claims(&server, "\"river by the\"").await, [""; 0]);
    assert_eq!(claim_set(&server, "\"by the\"").await, ["oak", "oak-ash"]);
    assert_eq!(claims(&server, "\"by the\" mill").await[0], "oak-ash", "plain words rank what the phrase finds");
    assert_eq!(claims(&server, "\"by the\" \"old oak\"").await, ["oak"], "every phrase has to stand there");
    assert_eq!(claims(&server, "ash -\"by the\"").await, ["ash"]);
}

#[tokio::test]
async fn an_excluded_word_leaves_records_out() {
    let server = trees().await;
    assert_eq!(claims(&server, "oak -ash").await, ["oak"]);
    assert_eq!(
        claim_set(&server, "-oak -ash").await,
        ["elm", "elm2", "other"],
        "exclusions alone take from everything"
    );
    assert_eq!(claims(&server, "oak -oak").await, [""; 0]);
    assert_eq!(claims(&server, "-elm* -oak -ash").await, ["other"]);
}

#[tokio::test]
async fn a_star_finds_words_by_any_beginning_however_long() {
    let server = trees().await;
    for query in ["accu*", "accusat*", "accusation*", "Accusations*", "securit*", "security*", "reviewe*"] {
        let found = claims(&server, query).await;
        assert_eq!(found, [if query.to_lowercase().starts_with("acc") { "elm" } else { "elm2" }], "{query}");
    }
    assert_eq!(
        claims(&server, "secure*").await,
        [""; 0],
        "no word begins so, though one has the same stem as `secure`"
    );
    assert_eq!(claim_set(&server, "el*").await, ["elm", "elm2"]);
}

#[tokio::test]
async fn words_joined_by_a_hyphen_are_excluded_only_together() {
    let claims_ = [english("us", "US business of the firm"), english("us-deal", "A US-deal of the firm")];
    let server = TestServer::of(&ndjson(claims_.iter().map(|claim| claim as &dyn IntoRecord))).await;
    assert_eq!(claims(&server, "firm -US-deal").await, ["us"]);
    assert_eq!(claims(&server, "text:US-deal").await, ["us-deal"]);
    assert_eq!(claims(&server, "US-deal").await, ["us-deal", "us"], "plain, they are words that rank");
}

#[tokio::test]
async fn a_phrase_does_not_reach_from_one_text_into_the_next() {
    let server = fields().await;
    assert_eq!(claims(&server, "\"walk Chestnut\"").await, [""; 0]);
    assert_eq!(claims(&server, "\"trees walk\"").await, ["all"]);
}

#[tokio::test]
async fn stop_words_select_only_where_nothing_else_is_said() {
    let server = trees().await;
    assert_eq!(claim_set(&server, "the oak").await, ["oak", "oak-ash"]);
    assert_eq!(claim_set(&server, "the").await, ["ash", "elm", "elm2", "oak", "oak-ash"]);
    assert_eq!(claim_set(&server, "and onto the").await, claim_set(&server, "onto").await);
}

#[tokio::test]
async fn a_stop_word_of_another_language_still_ranks() {
    let texts = [
        ("crimes", "en", "Crimes of youth are rare."),
        ("war", "en", "War crimes are investigated."),
        ("german", "de", "Es war ein kalter Tag."),
    ];
    let claims_ = texts.map(|(id, language, text)| Claim { language: language.to_owned(), ..english(id, text) });
    let server = TestServer::of(&ndjson(claims_.iter().map(|claim| claim as &dyn IntoRecord))).await;
    assert_eq!(claims(&server, "war crimes").await, ["war", "crimes"]);
}

#[tokio::test]
async fn a_field_restricts_and_plain_words_rank() {
    let server = TestServer::demo().await;
    let by_pompeo = claim_set(&server, "speaker:Pompeo").await;
    assert_eq!(by_pompeo.len(), 3, "{by_pompeo:?}");
    let ranked = claims(&server, "speaker:Pompeo security").await;
    assert_eq!(ranked[0], "pompeo-trump-will-act-against-software-risks", "{ranked:?}");
    assert_eq!(claim_set(&server, "speaker:Pompeo security").await, by_pompeo);
}

#[tokio::test]
async fn a_speaker_and_a_word_of_another_language_find_the_claim() {
    let server = TestServer::demo().await;
    for query in ["Pompeo Gesichtserkennung", "Pompeo facial recognition", "Помпео phone numbers"] {
        assert_eq!(claims(&server, query).await[0], "pompeo-what-the-data-could-be", "{query}");
    }
}

#[tokio::test]
async fn a_filter_restricts_before_ranking() {
    let server = TestServer::demo().await;
    let all = claims(&server, "TikTok").await;
    let filter = ClaimFilter { kinds: vec![ClaimKind::Denial.into()], ..ClaimFilter::default() };
    let mut denials = claims_of(&server, "TikTok", filter, "").await;
    denials.sort();
    assert_eq!(denials, ["tiktok-denies-censorship", "tiktok-denies-data-transfer"]);
    assert!(all.len() > 20, "{all:?}");
    let nobody = ClaimFilter { speakers: vec!["actors/nobody".to_owned()], ..ClaimFilter::default() };
    assert_eq!(claims_of(&server, "TikTok", nobody.clone(), "").await, [""; 0]);
    assert_eq!(claims_of(&server, "-TikTok", nobody, "").await, [""; 0]);
}

/// Whether a record fits, by whether it has a word.
type Expected = fn(&dyn Fn(&str) -> bool) -> bool;

#[tokio::test]
async fn the_total_is_what_a_plain_look_at_the_texts_counts() {
    let words = ["oak", "ash", "elm", "yew", "fir"];
    let texts: Vec<(usize, Vec<&str>)> = (0..64)
        .map(|at| (at, words.iter().enumerate().filter(|(bit, _)| at >> bit & 1 == 1).map(|(_, word)| *word).collect()))
        .collect();
    let claims_: Vec<Claim> = texts
        .iter()
        .map(|(at, words)| Claim {
            topics: vec![if at % 3 == 0 { "third" } else { "other" }.to_owned()],
            ..english(&format!("c{at:02}"), &format!("x {}", words.join(" ")))
        })
        .collect();
    let server = TestServer::of(&ndjson(claims_.iter().map(|claim| claim as &dyn IntoRecord))).await;
    let has = |words: &[&str], word: &str| words.contains(&word);
    let queries: [(&str, Expected); 7] = [
        ("oak ash", |has| has("oak") || has("ash")),
        ("oak -ash", |has| has("oak") && !has("ash")),
        ("-oak -elm", |has| !has("oak") && !has("elm")),
        ("text:oak text:elm", |has| has("oak") && has("elm")),
        ("text:oak elm", |has| has("oak")),
        ("\"oak ash\" yew -fir", |has| has("oak") && has("ash") && !has("fir")),
        ("y* f*", |has| has("yew") || has("fir")),
    ];
    for (query, expected) in queries {
        for topic in ["", "third"] {
            let topics: Vec<String> = (!topic.is_empty()).then(|| topic.to_owned()).into_iter().collect();
            let fits = texts
                .iter()
                .filter(|(at, words)| expected(&|word| has(words, word)) && (topic.is_empty() || at % 3 == 0));
            let fits: Vec<String> = fits.map(|(at, _)| format!("c{at:02}")).collect();
            let mut found = claims_of(&server, query, ClaimFilter { topics, ..ClaimFilter::default() }, "").await;
            found.sort();
            assert_eq!(found, fits, "{query} in {topic:?}");
        }
    }
}

#[tokio::test]
async fn what_no_reader_sees_is_no_part_of_a_word() {
    let source = Article {
        body: "The costs will dou\u{ad}ble, says the me\u{200d}mo\u{2060}randum.".to_owned(),
        language: "en".to_owned(),
        ..article("t")
    };
    let server = TestServer::of(&ndjson([&source as &dyn IntoRecord])).await;
    for query in ["double", "doubles", "dou\u{ad}ble", "doub*", "memorandum", "\"costs will double\""] {
        assert_eq!(articles(&server, query, "").await, ["t"], "{query:?}");
    }
    assert!(articles(&server, "ble", "").await.is_empty());
}
