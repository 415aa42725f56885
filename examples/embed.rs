//! Asks a corpus questions without a server: `cargo run --no-default-features --features embed --example embed [PATH…]`.
//! Without paths it loads the built-in demo.

use std::error::Error;

use claimd::Corpus;
use claimd::proto::v1::{
    ActorQuery, AggregateClaimsRequest, GetThreadRequest, GroupKey, ListClaimsRequest, MatchClaimsRequest,
    ResolveActorsRequest, SearchClaimsRequest, VerifyQuoteRequest,
};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let corpus = if paths.is_empty() { Corpus::demo() } else { Corpus::open(paths)? };
    println!("{} errors in the data", corpus.report().errors);

    let newest = corpus.list_claims(ListClaimsRequest { page_size: 1, ..Default::default() })?;
    println!("{} active claims", newest.total_size);
    let Some(claim) = newest.claims.first() else { return Ok(()) };
    let claim = claim.decode()?;
    println!("the newest is {}: {}", claim.name, claim.text);
    if let Some(speaker) = claim.speakers.first().filter(|speaker| !speaker.actor.is_empty()) {
        println!("said by {}", corpus.get_actor(&speaker.actor)?.display_name);
    }

    let request = SearchClaimsRequest { query: claim.text.clone(), page_size: 3, ..Default::default() };
    for hit in corpus.search_claims(request)?.hits {
        println!("search: {:.2} {}", hit.score, hit.claim.expect("every hit has a claim").decode()?.name);
    }
    let request = MatchClaimsRequest { text: claim.text.clone(), ..Default::default() };
    for candidate in corpus.match_claims(request)?.candidates {
        let claim = candidate.claim.expect("every candidate has a claim").decode()?;
        println!("match: {:.2} {}", candidate.score, claim.name);
    }
    if let Some(evidence) = claim.evidence.iter().find(|evidence| !evidence.quote.is_empty()) {
        let response =
            corpus.verify_quote(VerifyQuoteRequest { quote: evidence.quote.clone(), ..Default::default() })?;
        println!("quote: {:?}, found at {} places", response.verdict(), response.matches.len());
    }
    let thread = corpus.get_thread(GetThreadRequest { claim: claim.name, ..Default::default() })?;
    println!("thread: {} claims, {} relations", thread.claims.len(), thread.edges.len());

    let queries = vec![ActorQuery { text: "TikTok".to_owned(), ..Default::default() }];
    for candidate in
        corpus.resolve_actors(ResolveActorsRequest { queries, ..Default::default() })?.results.remove(0).candidates
    {
        println!("actor: {:.2} {}", candidate.score, candidate.matched_name);
    }
    let group_by = vec![GroupKey::Publisher.into()];
    for bucket in corpus.aggregate_claims(AggregateClaimsRequest { group_by, ..Default::default() })?.buckets {
        println!("publisher: {} claims in {}", bucket.count, bucket.keys.join(", "));
    }
    Ok(())
}
