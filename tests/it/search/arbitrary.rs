//! No text makes the search panic, and what it says of itself holds.

use claimd::corpus::text::ClaimField;
use claimd::proto::v1::Claim;
use claimd::query::{Field, Plan, QueryLimits, claim_highlights, matching, search};
use claimd::text::{Analyzers, Language};
use proptest::prelude::*;
use prost::Message;

const FIELDS: &[Field] = &[
    Field { name: "speaker", number: ClaimField::Speaker as usize, weight: 1.0 },
    Field { name: "title", number: ClaimField::Title as usize, weight: 0.5 },
    Field { name: "", number: ClaimField::EVERYTHING, weight: 1.0 },
];

const LIMITS: QueryLimits = QueryLimits { words: 128, expansions: 4_000, exclusions: 4 };

fn queries() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec!["TikTok", "data", "Pompeo", "the", "war", "Microsoft", "US-Geschäft", "字节", "l'app"])
            .prop_map(str::to_owned),
        2 => "\\PC{0,12}",
        1 => any::<String>().prop_map(|text| text.chars().take(12).collect()),
    ];
    let clause = (prop::sample::select(vec!["", "", "-", "speaker:", "-title:", "\"", "none:"]), word, "[*\"]?|");
    prop::collection::vec(clause.prop_map(|(before, word, after)| format!("{before}{word}{after}")), 0..6)
        .prop_map(|clauses| clauses.join(" "))
}

#[test]
fn any_query_is_answered_or_refused_within_it() {
    let corpus = crate::support::demo();
    let (index, table) = (&corpus.claim_text.index, &corpus.claims.table);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) };
    let strategy = (queries(), prop::collection::btree_set(0..table.len(), 0..28), 0..9_usize);
    let result = proptest::test_runner::TestRunner::new(config).run(&strategy, |(query, selected, offset)| {
        let plan = match Plan::new(&query, index, FIELDS, &corpus.languages, LIMITS) {
            Ok(plan) => plan,
            Err(fault) => {
                prop_assert!(fault.position <= query.chars().count() && !fault.message.is_empty());
                return Ok(());
            }
        };
        let selected = selected.into_iter().collect();
        let found = matching(index, table, &plan, &selected);
        prop_assert!(found.is_subset(&selected));
        let everything = matching(index, table, &plan, &(0..table.len()).collect());
        prop_assert_eq!(&found, &(&everything & &selected), "a filter only takes away");
        let all = search(index, table, &plan, &selected, 0, 100);
        prop_assert_eq!(all.total as u64, found.len());
        prop_assert_eq!(all.hits.iter().map(|hit| hit.id).collect::<roaring::RoaringBitmap>(), found);
        let page = search(index, table, &plan, &selected, offset, 3);
        let rest: Vec<_> = all.hits.iter().copied().skip(offset).take(3).collect();
        prop_assert_eq!(page.hits, rest);
        for hit in all.hits {
            let claim = Claim::decode(table.encoded(hit.id)).unwrap();
            claim_highlights(&corpus, &claim, &plan, &mut Analyzers::default());
        }
        let _ = Plan::new(&query, index, FIELDS, &[Language::of("de")], LIMITS);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
