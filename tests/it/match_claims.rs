//! MatchClaims, through a real server.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use crate::support::{IntoRecord, TestServer, claim, corpus_of, ndjson, violated};
use claimd::proto::v1::{Claim, ClaimFilter, ListClaimsRequest, MatchClaimsRequest};
use claimd::query::MatchQuery;

fn request(text: &str) -> MatchClaimsRequest {
    MatchClaimsRequest { text: text.to_owned(), ..MatchClaimsRequest::default() }
}

async fn names(server: &TestServer, request: MatchClaimsRequest) -> Vec<(String, f64)> {
    let answer = server.claims().match_claims(request).await.expect("the request is valid").into_inner();
    let claims = answer.candidates.into_iter().map(|each| (each.claim.expect("a claim"), each.score));
    claims.map(|(claim, score)| (claim.decode().expect("the claim is complete").name, score)).collect()
}

#[tokio::test]
async fn a_paraphrased_claim_ranks_first_with_an_explanation() {
    let server = TestServer::demo().await;
    let text = "#TikTok rejects that it censors any videos https://t.co/x";
    let answer = server.claims().match_claims(request(text)).await.unwrap().into_inner();
    let best = &answer.candidates[0];
    assert_eq!(best.claim.as_ref().unwrap().decode().unwrap().name, "claims/tiktok-denies-censorship");
    assert!(!best.explanation.is_empty());
    let scores: Vec<f64> = answer.candidates.iter().map(|each| each.score).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)));
}

#[tokio::test]
async fn filter_limit_and_threshold_restrict_the_candidates() {
    let server = TestServer::demo().await;
    let text = "TikTok stores the data of US users in the USA";
    assert_eq!(names(&server, MatchClaimsRequest { limit: 1, ..request(text) }).await.len(), 1);
    assert!(names(&server, MatchClaimsRequest { threshold: Some(1.0), ..request(text) }).await.is_empty());
    let filter = ClaimFilter { speakers: vec!["actors/microsoft".to_owned()], ..ClaimFilter::default() };
    let found = names(&server, MatchClaimsRequest { filter: Some(filter), ..request(text) }).await;
    assert!(found.iter().all(|(name, _)| name.contains("microsoft")), "{found:?}");
}

#[tokio::test]
async fn a_text_without_a_claim_scores_below_one_half() {
    let server = TestServer::demo().await;
    for text in ["TikTok", "https://example.org #TikTok", "🙂🙂", "今日はとても天気がいいですね", "\u{200b}x", "asdf"]
    {
        let best = names(&server, request(text)).await.first().map_or(0.0, |(_, score)| *score);
        assert!(best < 0.5, "{text}: {best}");
    }
}

#[tokio::test]
async fn a_refused_request_names_every_invalid_field() {
    let server = TestServer::demo().await;
    let wrong = MatchClaimsRequest {
        text: "x".repeat((8 << 10) + 1),
        language: "deutsch".to_owned(),
        limit: 101,
        threshold: Some(f64::NAN),
        filter: None,
    };
    let status = server.claims().match_claims(wrong).await.unwrap_err();
    assert_eq!(violated(&status), ["text", "language", "limit", "threshold"]);
    let longest = MatchClaimsRequest { limit: 100, ..request(&"data ".repeat((8 << 10) / 5)) };
    server.claims().match_claims(longest).await.unwrap();
    assert_eq!(violated(&server.claims().match_claims(request(" ")).await.unwrap_err()), ["text"]);
}

#[tokio::test]
async fn every_claim_of_a_small_corpus_finds_itself_with_a_score_above_one_half() {
    let server = TestServer::demo().await;
    let claims = server.claims().list_claims(ListClaimsRequest::default()).await.unwrap().into_inner().claims;
    for claim in claims {
        let claim = claim.decode().unwrap();
        let (best, score) = names(&server, request(&claim.text)).await.swap_remove(0);
        assert!(best == claim.name && score > 0.5, "{}: {best} {score}", claim.text);
    }
}

#[tokio::test]
async fn inflected_words_match_in_languages_with_a_stemmer() {
    let server = serve(&[
        said("fr", "fr", "L’économie de l’Union européenne n’a jamais été aussi forte"),
        said("es", "es", "Las vacunas causaron miles de muertes en los hospitales españoles"),
        said("ru", "ru", "Российские банки потеряли миллиарды рублей из-за санкций"),
        said("en", "en", "The dairy farms of the valley sold their cows"),
    ])
    .await;
    for (text, right) in [
        ("les économies d’une Union européenne forte", "claims/fr"),
        ("miles de muertos por la vacuna en un hospital español", "claims/es"),
        ("банк потерял миллиарды рублей, санкция", "claims/ru"),
        ("a valley's dairy farm sells its cow", "claims/en"),
    ] {
        let found = names(&server, request(text)).await;
        assert_eq!(found.first().map(|(name, _)| name.as_str()), Some(right), "{text}");
        assert!(found[0].1 > 0.1, "{text}: {}", found[0].1);
    }
}

/// Each of the claims repeats one word a thousand times, which takes a millisecond or two to compare.
#[test]
fn matching_yields_between_the_claims_it_compares() {
    let claims: Vec<Claim> = (0..40)
        .map(|number| Claim { text: format!("{} {number}", "word ".repeat(1000)), ..claim(&format!("c{number}")) })
        .collect();
    let corpus = corpus_of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord)));
    let everything = (0..40).collect();
    let question = MatchQuery { text: "word word word word", language: "en", limit: 10, threshold: 0.0 };
    let matching = claimd::query::match_claims(&corpus, &everything, question);
    let (mut matching, mut pauses) = (std::pin::pin!(matching), 0);
    let found = loop {
        match matching.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => break found,
            Poll::Pending => pauses += 1,
        }
    };
    assert_eq!(found.len(), 10);
    assert!(pauses >= 40, "{pauses} pauses");
}

fn said(id: &str, language: &str, text: &str) -> Claim {
    Claim { language: language.to_owned(), text: text.to_owned(), ..claim(id) }
}

async fn serve(claims: &[Claim]) -> TestServer {
    TestServer::of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord))).await
}

#[tokio::test]
async fn a_verbatim_claim_is_found_in_every_script() {
    let claims = [
        said("zh", "zh", "广州市政府计划明年取消地铁优惠票价。"),
        said("zh-other", "zh", "深圳大学明年取消入学考试。"),
        said("zh-traditional", "zh-Hant", "臺灣學費明年不會上漲。"),
        said("ja", "ja", "大阪府は来年から給食を無料にすると発表した。"),
        said("ja-other", "ja", "学費は来年も無料にならない。"),
        said("th", "th", "รัฐบาลจะขึ้นค่าแรงขั้นต่ำในปีหน้า"),
        said("th-other", "th", "รัฐบาลไม่มีแผนขึ้นภาษีน้ำมัน"),
        said("lo", "lo", "ລັດຖະບານຈະຂຶ້ນຄ່າແຮງງານໃນປີໜ້າ"),
        said("km", "km", "រដ្ឋាភិបាលនឹងដំឡើងប្រាក់ខែគ្រូបង្រៀន"),
        said("ko", "ko", "국회는 내년부터 버스 요금을 인상하기로 했다."),
        said("ko-other", "ko", "부산시는 지하철 요금을 동결했다."),
        said("ar", "ar", "أعلنت الحكومة رفع أسعار الوقود في العام المقبل"),
        said("ar-other", "ar", "نفت الوزارة خفض رواتب المعلمين"),
        said("he", "he", "ראש העירייה הבטיח להוזיל את מחירי התחבורה"),
        said("tr", "tr", "Iğdır Belediyesi gelecek yıl su ücretini artırmayacak"),
        said("el", "el", "Η κυβέρνηση θα μειώσει τους φόρους στα τρόφιμα"),
        said("en", "en", "The council will close three libraries next year"),
    ];
    let server = serve(&claims).await;
    for claim in &claims {
        for language in ["", &claim.language] {
            let request = MatchClaimsRequest { language: language.to_owned(), ..request(&claim.text) };
            let found = names(&server, request).await;
            let best = found.first().map(|(name, _)| name.as_str());
            assert_eq!(best, Some(claim.name.as_str()), "{} in {language:?}: {found:?}", claim.text);
            assert!(found[0].1 > 0.5, "{} in {language:?}: {found:?}", claim.text);
        }
    }
}

#[tokio::test]
async fn spelling_variants_of_a_script_match() {
    let server = serve(&[
        said("tuition", "zh-Hant", "臺灣的大學學費明年不會上漲"),
        said("fuel", "ar", "أعلنت الحكومة رفع أسعار الوقود"),
        said("bus", "ko", "국회는 버스 요금을 인상했다"),
        said("mayor", "he", "רָאשׁ הָעִירִיָּיה הבטיח להוזיל את התחבורה"),
        said("taxes", "el", "Η κυβέρνηση μειώνει τους φόρους"),
        said("water", "tr", "İzmir ve Iğdır su ücretini artırdı"),
        said("other", "en", "The council closed three libraries"),
    ])
    .await;
    for (text, language, right) in [
        ("台湾的大学学费明年不会上涨", "zh", "claims/tuition"),
        ("اعلنت الحكومه رَفْع اسعار الوقود", "ar", "claims/fuel"),
        ("국회가 버스의 요금을 인상", "ko", "claims/bus"),
        ("ראש העירייה הבטיח להוזיל", "he", "claims/mayor"),
        ("Η ΚΥΒΕΡΝΗΣΗ ΜΕΙΩΝΕΙ ΤΟΥΣ ΦΟΡΟΥΣ", "el", "claims/taxes"),
        ("IĞDIR VE İZMİR SU ÜCRETİNİ ARTIRDI", "tr", "claims/water"),
    ] {
        let found = names(&server, MatchClaimsRequest { language: language.to_owned(), ..request(text) }).await;
        assert_eq!(found.first().map(|(name, _)| name.as_str()), Some(right), "{text}: {found:?}");
        assert!(found[0].1 > 0.5, "{text}: {found:?}");
    }
}

/// Each word alone in a claim: the score of a query must not depend on its spelling.
#[tokio::test]
async fn umlauts_and_their_digraphs_have_the_same_score() {
    let words = [
        ("bäuerliche", "baeuerliche"),
        ("Säuerling", "Saeuerling"),
        ("Müllabfuhr", "Muellabfuhr"),
        ("Überprüfung", "Ueberpruefung"),
        ("Löhne", "Loehne"),
        ("Zölle", "Zoelle"),
        ("Flüchtlinge", "Fluechtlinge"),
        ("Kühlhäuser", "Kuehlhaeuser"),
        ("Großmärkte", "Grossmaerkte"),
        ("Öltanker", "Oeltanker"),
        ("Ämter", "Aemter"),
        ("Grünflächen", "Gruenflaechen"),
    ];
    let spelled = |use_umlauts: bool| {
        let claim = |(number, (umlaut, digraph)): (usize, &(&str, &str))| {
            let word = if use_umlauts { umlaut } else { digraph };
            said(&format!("c{number}"), "de", &format!("Die Stadt plant {word} am Rand von Viertel {number}"))
        };
        words.iter().enumerate().map(claim).collect::<Vec<_>>()
    };
    for use_umlauts in [true, false] {
        let server = serve(&spelled(use_umlauts)).await;
        for (number, (umlaut, digraph)) in words.iter().enumerate() {
            let text = |word: &str| request(&format!("Plant die Stadt {word}?"));
            let (one, other) = (names(&server, text(umlaut)).await, names(&server, text(digraph)).await);
            assert_eq!(one[0].0, format!("claims/c{number}"), "{umlaut}: {one:?}");
            assert_eq!(one, other, "{umlaut} and {digraph}");
        }
    }
}

#[tokio::test]
async fn a_bare_vowel_and_a_foreign_language_find_an_umlaut() {
    let server = serve(&[
        said("de", "de", "Der Minister Müller senkt die Zölle"),
        said("en", "en", "Mayor Schröder opened the Käthe Kollwitz museum"),
        said("other", "en", "The council closed three libraries"),
    ])
    .await;
    for (text, language, right) in [
        ("Minister Muller senkt die Zolle", "de", "claims/de"),
        ("Minister Mueller senkt die Zoelle", "de", "claims/de"),
        ("Mayor Schroeder opened the Kaethe Kollwitz museum", "en", "claims/en"),
        ("Mayor Schroder opened the Kathe Kollwitz museum", "en", "claims/en"),
    ] {
        let found = names(&server, MatchClaimsRequest { language: language.to_owned(), ..request(text) }).await;
        assert_eq!(found.first().map(|(name, _)| name.as_str()), Some(right), "{text}: {found:?}");
        assert!(found[0].1 > 0.5, "{text}: {found:?}");
    }
}
