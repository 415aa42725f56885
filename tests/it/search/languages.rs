//! Texts are read in their own language, queries in every language or in the one they say.

use claimd::proto::v1::{Article, Claim, ClaimFilter};

use crate::search::asking::{articles, claims, claims_of};
use crate::support::{IntoRecord, TestServer, article, claim, ndjson};

fn text(id: &str, language: &str, body: &str) -> Article {
    Article { title: String::new(), body: body.to_owned(), language: language.to_owned(), ..article(id) }
}

async fn server() -> TestServer {
    let texts = [
        text("fr", "fr", "La croissance de l'économie française dépend aujourd’hui de l’énergie."),
        text("fr-other", "fr", "Le chat dort sur le canapé."),
        text("es", "es", "Los ministros negaron las acusaciones del niño sobre la canción."),
        text("es-other", "es", "El gato duerme por la mañana."),
        text("en", "en", "The ministers were denying every accusation."),
        text("en-other", "en", "A cat sleeps in the morning."),
        text("zh", "zh", "字节跳动否认了指控。"),
        text("ru", "ru", "Министры отрицают обвинения."),
        text("ar", "ar", "الوزراء ينفون الاتهامات"),
        text("und", "", "Ministers of nowhere"),
    ];
    TestServer::of(&ndjson(texts.iter().map(|text| text as &dyn IntoRecord))).await
}

#[tokio::test]
async fn words_are_found_as_the_readers_of_their_language_expect() {
    let server = server().await;
    for (query, found) in [
        ("économie", "fr"),
        ("economie", "fr"),
        ("économies", "fr"),
        ("l'économie", "fr"),
        ("L’ÉCONOMIE", "fr"),
        ("énergies", "fr"),
        ("aujourd'hui", "fr"),
        ("économ*", "fr"),
        ("l'écon*", "fr"),
        ("\"de l'économie française\"", "fr"),
        ("acusación", "es"),
        ("canciones", "es"),
        ("cancion", "es"),
        ("accusations", "en"),
        ("denied", "en"),
        ("字节跳动", "zh"),
        ("\"字节跳动\"", "zh"),
        ("министров", "ru"),
        ("الاتهامات", "ar"),
    ] {
        assert_eq!(articles(&server, query, "").await, [found], "{query}");
    }
}

#[tokio::test]
async fn a_query_is_read_in_the_language_it_says() {
    let server = server().await;
    assert_eq!(articles(&server, "accusations", "en").await, ["en"]);
    assert_eq!(articles(&server, "accusations", "en-GB").await, ["en"]);
    assert_eq!(
        articles(&server, "denied", "fr").await,
        [""; 0],
        "no French text has it, and it is no English word there"
    );
    assert_eq!(articles(&server, "nowhere", "gsw").await, ["und"], "a language without a stemmer is read as it stands");
}

#[tokio::test]
async fn decomposed_and_composed_letters_are_the_same() {
    let server = server().await;
    assert_eq!(articles(&server, "e\u{301}conomie", "").await, ["fr"]);
    assert_eq!(articles(&server, "nin\u{303}o", "es").await, ["es"]);
    assert_eq!(articles(&server, "min\u{303}o", "es").await, [""; 0]);
}

#[tokio::test]
async fn the_language_of_the_record_decides() {
    let claims_ = [("de", "Rat tat Gutes"), ("en", "Rats are good")].map(|(language, text)| Claim {
        text: text.to_owned(),
        language: language.to_owned(),
        ..claim(language)
    });
    let server = TestServer::of(&ndjson(claims_.iter().map(|claim| claim as &dyn IntoRecord))).await;
    assert_eq!(claims(&server, "Rats").await.len(), 2, "in every language, genitive and plural");
    assert_eq!(claims_of(&server, "gute", ClaimFilter::default(), "de").await, ["de"]);
}
