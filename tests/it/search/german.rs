//! German texts of our own, found by umlauts written in every way, by parts of compounds and by inflections.

use crate::search::asking::articles;
use crate::support::TestServer;

async fn server() -> TestServer {
    TestServer::of(include_str!("../data/german.ndjson")).await
}

/// Every way of asking for it, and exactly what is found.
async fn assert_found(queries: &[&str], expected: &[&str]) {
    let server = server().await;
    for query in queries {
        for language in ["", "de", "de-AT"] {
            let mut found = articles(&server, query, language).await;
            found.sort();
            assert_eq!(found, expected, "{query} in {language:?}");
        }
    }
}

#[tokio::test]
async fn bedenken_stand_in_sicherheitsbedenken() {
    assert_found(&["Bedenken", "bedenken", "Sicherheitsbedenken"], &["sicherheit"]).await;
}

#[tokio::test]
async fn an_ueberpruefung_stands_in_a_sicherheitsueberpruefung() {
    let ways = ["Überprüfung", "Ueberpruefung", "Uberprufung", "U\u{308}berpru\u{308}fung", "Überprüfungen"];
    assert_found(&ways, &["sicherheit"]).await;
    assert_found(&["Sicherheitsüberprüfungen", "Sicherheitsueberpruefung"], &["sicherheit"]).await;
}

#[tokio::test]
async fn sharp_s_is_a_double_s() {
    assert_found(&["Hauptstraße", "Hauptstrasse", "HAUPTSTRASSE", "Straße", "Strasse", "Straßen"], &["strasse"]).await;
}

#[tokio::test]
async fn trees_of_any_kind_and_number() {
    assert_found(&["Baum", "Bäume", "Baeume", "Bäumen"], &["schule", "wald"]).await;
    assert_found(&["Obstbaum"], &["schule"]).await;
}

#[tokio::test]
async fn a_minister_stands_in_a_finanzminister() {
    assert_found(&["Minister", "Finanzminister", "Finanzministers", "Finanzministern"], &["minister"]).await;
}

#[tokio::test]
async fn nouns_in_other_numbers_and_cases() {
    assert_found(&["Brücke", "Brücken", "Bruecken"], &["sicherheit"]).await;
    assert_found(&["Fenster", "Fenstern", "Fensters"], &["bahn"]).await;
}

#[tokio::test]
async fn data_stand_in_user_data() {
    assert_found(&["Daten", "Nutzerdaten", "\"Nutzerdaten weitergab\""], &["datenschutz"]).await;
}

#[tokio::test]
async fn faces_and_recognition_stand_in_face_recognition() {
    assert_found(&["Erkennung", "Gesicht", "Gesichtserkennung", "gesichtserkenn*", "Gesichtserkennun*"], &["gesicht"])
        .await;
}

#[tokio::test]
async fn a_mangel_of_doctors() {
    assert_found(&["Ärztemangel", "Aerztemangel", "Arztemangel", "Mangel"], &["krankenhaus"]).await;
}

#[tokio::test]
async fn mayors_and_floods() {
    assert_found(&["Bürgermeister", "Buergermeister", "Burgermeister", "Oberbürgermeisters"], &["muell"]).await;
    assert_found(&["Hochwasser", "Deich"], &["hochwasser"]).await;
}

#[tokio::test]
async fn several_words_put_the_article_of_all_first() {
    let server = server().await;
    for (query, first) in [
        ("Vorwurf Minister Rücktritt", "minister"),
        ("Vorwürfe Datenschutz Unternehmen", "datenschutz"),
        ("Schließung der Kinderstation im Krankenhaus", "krankenhaus"),
        ("Klage gegen Windkraft", "energie"),
        ("Überwachung am Bahnhof mit Kameras", "gesicht"),
        ("Erhöhung der Miete", "wohnung"),
    ] {
        assert_eq!(articles(&server, query, "").await[0], first, "{query}");
    }
}
