use super::*;
use crate::model::Code;
use crate::proto::Timestamp;
use crate::proto::v1::{
    Actor, Alias, AliasKind, Article, Claim, Evidence, Mention, PartialTime, Party, Provenance, Relation, Review, Span,
};
use proptest::prelude::*;

fn actor(display_name: &str) -> Actor {
    Actor { name: "actors/a".to_owned(), display_name: display_name.to_owned(), ..Actor::default() }
}

fn merged(mut a: Kind, b: Kind) -> Kind {
    merge_record(&mut a, b);
    a
}

fn fields(findings: Findings) -> Vec<(Code, String)> {
    findings.into_iter().map(|finding| (finding.code, finding.field)).collect()
}

#[test]
fn an_empty_field_is_filled_in_without_a_finding() {
    let one = Actor { countries: vec!["GB".to_owned()], ..actor("Ada") };
    let other = Actor { url: "https://ada.example".to_owned(), countries: vec!["FR".to_owned()], ..actor("Ada") };
    let mut kept = Kind::Actor(one);
    assert_eq!(fields(merge_record(&mut kept, Kind::Actor(other.clone()))), []);
    let countries = ["FR", "GB"].map(str::to_owned).to_vec();
    assert_eq!(kept, Kind::Actor(Actor { countries, ..other }));
}

#[test]
fn the_longer_display_name_is_kept_and_the_other_becomes_an_alias() {
    let mut kept = Kind::Actor(actor("Ada Q."));
    let found = fields(merge_record(&mut kept, Kind::Actor(actor("Ada Quint"))));
    assert_eq!(found, [(Code::ValuesDiffer, "display_name".to_owned())]);
    let alias = Alias { text: "Ada Q.".to_owned(), language: String::new(), kind: AliasKind::Alias.into() };
    assert_eq!(kept, Kind::Actor(Actor { aliases: vec![alias], ..actor("Ada Quint") }));
}

#[test]
fn a_precision_without_a_time_never_replaces_a_time() {
    let claim = |claim_time| Kind::Claim(Claim { claim_time: Some(claim_time), ..Claim::default() });
    let alone = claim(PartialTime { time: None, precision: 5 });
    let day = claim(PartialTime { time: Some(Timestamp::default()), precision: 3 });
    assert_eq!(merged(alone.clone(), day.clone()), day);
    assert_eq!(merged(day.clone(), alone), day);
}

#[test]
fn spans_of_mentions_are_kept_only_with_their_own_body() {
    let article = |body: &str, start| Article {
        name: "articles/t".to_owned(),
        body: body.to_owned(),
        body_length: i32::try_from(body.len()).unwrap(),
        mentions: vec![Mention {
            actor: "actors/a".to_owned(),
            text: "Ada".to_owned(),
            spans: vec![Span { start, end: start + 3 }],
        }],
        ..Article::default()
    };
    let (short, long) = (article("Ada said so.", 0), article("Then Ada said so.", 5));
    for (one, other) in [(&short, &long), (&long, &short)] {
        assert_eq!(merged(Kind::Article(one.clone()), Kind::Article(other.clone())), Kind::Article(long.clone()));
    }
}

#[test]
fn the_order_of_mentions_does_not_depend_on_the_spans_that_were_dropped() {
    let article = |body: &str, mentioned: &[&str]| {
        let mention = |text: &&str| {
            let spans = vec![Span { start: 0, end: 1 }];
            Mention { text: (*text).to_owned(), spans, ..Mention::default() }
        };
        let mentions = mentioned.iter().map(mention).collect();
        Kind::Article(Article { body: body.to_owned(), mentions, ..Article::default() })
    };
    let [a, b, c] = [article("cc", &[]), article("", &["b", "a"]), article("a", &["b", "a"])];
    let left = merged(merged(a.clone(), b.clone()), c.clone());
    assert_eq!(left, merged(a, merged(b, c)));
}

#[test]
fn reviews_of_one_url_are_one_review() {
    let claim = |title: &str, url: &str| Claim {
        name: "claims/c".to_owned(),
        reviews: vec![Review { title: title.to_owned(), url: url.to_owned(), ..Review::default() }],
        ..Claim::default()
    };
    let Kind::Claim(kept) = merged(Kind::Claim(claim("", "u")), Kind::Claim(claim("Title", "u"))) else { panic!() };
    assert_eq!(kept.reviews, claim("Title", "u").reviews);
    let Kind::Claim(kept) = merged(Kind::Claim(kept), Kind::Claim(claim("Title", "v"))) else { panic!() };
    assert_eq!(kept.reviews.len(), 2);
}

#[test]
fn provenance_is_kept_whole_and_another_licence_is_reported() {
    let from = |dataset: &str, license: &str, record: &str| Actor {
        provenance: Some(Provenance {
            dataset: dataset.to_owned(),
            license: license.to_owned(),
            record: record.to_owned(),
            ..Provenance::default()
        }),
        ..actor("Ada")
    };
    let mut kept = Kind::Actor(from("b", "free", "2"));
    assert_eq!(fields(merge_record(&mut kept, Kind::Actor(from("b", "free", "1")))), []);
    assert_eq!(kept, Kind::Actor(from("b", "free", "1")));
    let found = fields(merge_record(&mut kept, Kind::Actor(from("a", "paid", "7"))));
    assert_eq!(
        found.iter().map(|(_, field)| field.as_str()).collect::<Vec<_>>(),
        ["provenance.dataset", "provenance.license"]
    );
    assert_eq!(kept, Kind::Actor(from("a", "paid", "7")));
}

// Values from small sets, so that records often have some in common.

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(["", "a", "b", "cc", "dd"].as_slice()).prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[abc]", 0..3).prop_map(|words| words.into_iter().rev().collect())
}

fn time() -> impl Strategy<Value = Option<PartialTime>> {
    let time = (0..2_i64, 0..3_i32).prop_map(|(seconds, precision)| (Timestamp { seconds, nanos: 0 }, precision));
    let time = (time, any::<bool>())
        .prop_map(|((time, precision), has_time)| PartialTime { time: has_time.then_some(time), precision });
    prop::option::of(time)
}

fn actors() -> impl Strategy<Value = Kind> {
    (word(), words(), words(), 0..4_i32, word()).prop_map(|(display_name, aliases, countries, kind, label)| {
        let alias = |text| Alias { text, ..Alias::default() };
        let labels = [("l".to_owned(), label)].into();
        let aliases = aliases.into_iter().map(alias).collect();
        Kind::Actor(Actor { display_name, aliases, countries, r#type: kind, labels, ..actor("") })
    })
}

fn articles() -> impl Strategy<Value = Kind> {
    (word(), words(), time(), time(), words()).prop_map(|(body, authors, publish_time, modify_time, mentioned)| {
        let mention = |text: String| Mention { text, spans: vec![Span { start: 0, end: 1 }], ..Mention::default() };
        let mentions = mentioned.into_iter().map(mention).collect();
        Kind::Article(Article { body, authors, publish_time, modify_time, mentions, ..Article::default() })
    })
}

fn claims() -> impl Strategy<Value = Kind> {
    (word(), words(), words(), words(), 0..3_i32).prop_map(|(text, speakers, evidence, urls, number)| {
        let party = |mention| Party { mention, ..Party::default() };
        let relation = |claim| Relation { claim, status: number, ..Relation::default() };
        let review = |url| Review { url, verdict: number, ..Review::default() };
        Kind::Claim(Claim {
            relations: speakers.iter().cloned().map(relation).collect(),
            speakers: speakers.into_iter().map(party).collect(),
            evidence: evidence.into_iter().map(|article| Evidence { article, ..Evidence::default() }).collect(),
            reviews: urls.into_iter().map(review).collect(),
            confidence: (number > 0).then_some(f64::from(number) / 4.0),
            status: number,
            text,
            ..Claim::default()
        })
    })
}

fn three(records: impl Strategy<Value = Kind>) -> impl Strategy<Value = Vec<Kind>> {
    prop::collection::vec(records, 3)
}

proptest! {
    #[test]
    fn order_and_grouping_do_not_matter(all in prop_oneof![three(actors()), three(articles()), three(claims())]) {
        let [a, b, c] = [0, 1, 2].map(|at| all[at].clone());
        prop_assert_eq!(merged(a.clone(), a.clone()), a.clone(), "a record with itself is itself");
        prop_assert_eq!(merged(a.clone(), b.clone()), merged(b.clone(), a.clone()));
        let left = merged(merged(a.clone(), b.clone()), c.clone());
        prop_assert_eq!(left, merged(a, merged(b, c)));
    }
}
