//! Scripts and languages beyond the Latin alphabet, with texts of our own.

use claimd::proto::v1::{Claim, SearchClaimsRequest};

use crate::search::asking::{claim_set, claims, cut, search};
use crate::support::{IntoRecord, TestServer, claim, ndjson};

async fn server(texts: &[(&str, &str, &str)]) -> TestServer {
    let records: Vec<Claim> = texts
        .iter()
        .map(|(id, language, text)| Claim { text: (*text).to_owned(), language: (*language).to_owned(), ..claim(id) })
        .collect();
    TestServer::of(&ndjson(records.iter().map(|record| record as &dyn IntoRecord))).await
}

async fn assert_found(server: &TestServer, expected: &[(&str, &[&str])]) {
    for (query, ids) in expected {
        assert_eq!(claim_set(server, query).await, *ids, "{query}");
    }
}

#[tokio::test]
async fn chinese_and_japanese_words_are_found_within_their_sentence_and_nowhere_else() {
    let server = server(&[
        ("shenyang", "zh", "沈阳市公布新预算。"),
        ("luoyang", "zh", "洛阳大学发表声明。"),
        ("yangshen", "zh", "阳台上的沈先生。"),
        ("guanguang", "zh", "觀光業增長百分之五。"),
        ("osaka", "ja", "大阪府知事が辞任した。"),
        ("hantai", "ja", "坂の上の大きな家。"),
        ("kaigi", "ja", "クリニックで会議があった。"),
    ])
    .await;
    assert_found(
        &server,
        &[
            ("沈阳", &["shenyang"]),
            ("沈陽", &["shenyang"]),
            ("大学", &["luoyang"]),
            ("大學", &["luoyang"]),
            ("洛阳大学", &["luoyang"]),
            ("大阪", &["osaka"]),
            ("\"大阪府\"", &["osaka"]),
            ("观光", &["guanguang"]),
            ("增长", &["guanguang"]),
            ("クリニック", &["kaigi"]),
            ("ｸﾘﾆｯｸ", &["kaigi"]),
            ("阳", &["luoyang", "shenyang", "yangshen"]),
            ("大*", &["hantai", "luoyang", "osaka"]),
            ("大阪*", &["osaka"]),
            ("沈阳 -预算", &[]),
            ("阳 -沈阳市", &["luoyang", "yangshen"]),
            ("text:阪府知", &["osaka"]),
        ],
    )
    .await;
    assert_eq!(claims(&server, "洛阳大学发表了一个声明").await[0], "luoyang", "a sentence is several words");
}

#[tokio::test]
async fn the_characters_of_a_word_elsewhere_in_a_sentence_do_not_make_it_a_hit() {
    let server = server(&[
        ("beijing", "zh", "北京地铁延长运营时间。"),
        ("station", "zh", "南京北站今天停电。"),
        ("apart", "zh", "东京的北面下雪。"),
        ("university", "ja", "大学が新しい校舎を建てる。"),
        ("tuition", "ja", "学費が大きく上がった。"),
        ("topic", "ko", "정부는 다리를 고치지 않는다."),
        ("genitive", "ko", "정부의 다리 계획"),
        ("reversed", "ko", "부정 선거는 없었다."),
    ])
    .await;
    let expected: [(&str, &[&str]); 4] = [
        ("北京", &["beijing"]),
        ("大学", &["university"]),
        ("大學", &["university"]),
        ("정부", &["genitive", "topic"]),
    ];
    assert_found(&server, &expected).await;
}

#[tokio::test]
async fn highlights_join_the_pairs_of_a_word() {
    let server = server(&[("c", "zh", "昨天沈阳市公布新预算。")]).await;
    for (query, marked) in [("沈阳市", vec!["沈阳市"]), ("沈阳 预算", vec!["沈阳", "预算"]), ("市", vec!["市"])]
    {
        let request = SearchClaimsRequest { query: query.to_owned(), ..SearchClaimsRequest::default() };
        let hit = search(&server, request).await.unwrap().hits.remove(0);
        assert_eq!(cut("昨天沈阳市公布新预算。", &hit.highlights[0]), marked, "{query}");
    }
}

#[tokio::test]
async fn thai_lao_and_khmer_words_are_found_within_their_sentence() {
    let server = server(&[
        ("thai", "th", "รัฐบาลจะไม่ขึ้นภาษีในปีหน้า"),
        ("thai-other", "th", "ฝนตกหนักที่เชียงใหม่"),
        ("lao", "lo", "ລັດຖະບານຈະບໍ່ຂຶ້ນພາສີ"),
        ("khmer", "km", "រដ្ឋាភិបាលនឹងមិនដំឡើងពន្ធ"),
    ])
    .await;
    assert_found(
        &server,
        &[
            ("รัฐบาล", &["thai"]),
            ("ภาษี", &["thai"]),
            ("เชียงใหม่", &["thai-other"]),
            ("ພາສີ", &["lao"]),
            ("ពន្ធ", &["khmer"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn korean_nouns_are_found_with_any_particle() {
    let server = server(&[
        ("topic", "ko", "의회는 예산을 줄이지 않는다."),
        ("genitive", "ko", "의회의 예산 정책"),
        ("place", "ko", "부산에서 회의가 열렸다."),
        ("other", "ko", "의사는 휴가를 갔다."),
    ])
    .await;
    assert_found(
        &server,
        &[
            ("의회", &["genitive", "topic"]),
            ("의회가", &["genitive", "topic"]),
            ("예산", &["genitive", "topic"]),
            ("부산", &["place"]),
            ("회의", &["place"]),
            ("의사", &["other"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn letters_are_one_in_all_their_forms() {
    let server = server(&[
        ("turkish", "tr", "İZMİR'DE IŞIKLAR YANDI, ISPARTA uyudu."),
        ("arabic", "ar", "قالَ إِبراهيم إنّ الجامعةَ الكُبرى أغلقت"),
        ("hebrew", "he", "הַמֶּמְשָׁלָה תוריד מסים, אמר צה\"ל"),
        ("greek", "el", "Ο Νίκος ζει στη Θεσσαλονίκη, ΕΙΠΕ Ο ΥΠΟΥΡΓΟΣ."),
        ("russian", "ru", "Фёдор Соловьёв открыл музей."),
        ("polish", "pl", "Rząd w Łodzi podniósł podatki."),
        ("vietnamese", "vi", "Thủ tướng thăm Hà Nội"),
    ])
    .await;
    assert_found(
        &server,
        &[
            ("İzmir", &["turkish"]),
            ("izmir", &["turkish"]),
            ("ışıklar", &["turkish"]),
            ("Isparta", &["turkish"]),
            ("isparta", &["turkish"]),
            ("isiklar", &["turkish"]),
            ("ابراهيم", &["arabic"]),
            ("الجامعه", &["arabic"]),
            ("الكبري", &["arabic"]),
            ("الممشلة", &[]),
            ("הממשלה", &["hebrew"]),
            ("צה״ל", &["hebrew"]),
            ("ΝΙΚΟΣ", &["greek"]),
            ("θεσσαλονικη", &["greek"]),
            ("υπουργός", &["greek"]),
            ("Федор", &["russian"]),
            ("Соловьев", &["russian"]),
            ("Lodzi", &["polish"]),
            ("rzad", &["polish"]),
            ("ha noi", &["vietnamese"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn numbers_are_found_however_they_are_grouped() {
    let server = server(&[
        ("grouped", "en", "The town owes 12,500 pounds, 3.5 per head."),
        ("plain", "en", "The town owes 12500 pounds."),
        ("dated", "de", "Am 12.03.2020 stieg die Quote um 7% an."),
    ])
    .await;
    assert_found(
        &server,
        &[
            ("12500", &["grouped", "plain"]),
            ("12,500", &["grouped", "plain"]),
            ("3.5", &["grouped"]),
            ("2020", &["dated"]),
            ("Prozent", &["dated"]),
        ],
    )
    .await;
}
