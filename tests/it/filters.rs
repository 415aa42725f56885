//! Filters: whatever the corpus and whatever the filter, the server selects what a plain scan over the records selects.

pub(crate) mod generate;
mod scan;
use std::cell::Cell;
use std::collections::BTreeSet;

use crate::support::{TestServer, claim, corpus_of, ndjson};
use claimd::proto::v1::{
    Actor, Article, Claim, ClaimFilter, ClaimStatus, ListActorsRequest, ListArticlesRequest, ListClaimsRequest,
};
use proptest::prop_assert_eq;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use scan::Scan;

/// Filters of claims, of articles and of actors that each corpus is asked with.
const FILTERS: [usize; 3] = [16, 8, 8];

/// How often answers were told apart from "all" and "none".
#[derive(Default)]
struct Telling(Cell<usize>);

impl Telling {
    fn count(&self, selected: usize, of: usize) {
        if (1..of).contains(&selected) {
            self.0.set(self.0.get() + 1);
        }
    }
}

#[test]
fn filters_select_what_a_scan_over_the_records_selects() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(TestServer::of(&ndjson([&claim("first") as &dyn crate::support::IntoRecord])));
    let config = Config {
        cases: 64,
        rng_seed: RngSeed::Fixed(20_200_802),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let telling = Telling::default();
    let strategy = (generate::corpus(), generate::filters(FILTERS));
    let result = TestRunner::new(config).run(&strategy, |(corpus, filters)| {
        runtime.block_on(server.swap(corpus_of(&corpus.ndjson())));
        runtime.block_on(async {
            let scan = served(&server).await;
            prop_assert_eq!(scan.sizes(), corpus.sizes(), "every generated record is served");
            check(&server, &scan, filters, &telling).await
        })
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    let asked = 64 * FILTERS.iter().sum::<usize>();
    assert!(telling.0.get() > asked / 4, "only {} of {asked} answers tell anything", telling.0.get());
}

async fn check(
    server: &TestServer,
    scan: &Scan,
    filters: generate::Filters,
    telling: &Telling,
) -> Result<(), TestCaseError> {
    for filter in filters.claims {
        let selected = names(&claims(server, filter.clone()).await, |claim| &claim.name);
        telling.count(selected.len(), scan.claims.len());
        prop_assert_eq!(selected, scan.claims(&filter), "claims by {:#?}", filter);
    }
    for filter in filters.articles {
        let request = ListArticlesRequest { filter: Some(filter.clone()), page_size: 1000, ..Default::default() };
        let response = server.articles().list_articles(request).await.unwrap().into_inner();
        let selected: Vec<Article> = response.articles.iter().map(|article| article.decode().unwrap()).collect();
        let selected = names(&selected, |article| &article.name);
        assert_eq!(response.total_size, i32::try_from(selected.len()).unwrap());
        telling.count(selected.len(), scan.articles.len());
        prop_assert_eq!(selected, scan.articles(&filter), "articles by {:#?}", filter);
    }
    for filter in filters.actors {
        let request = ListActorsRequest { filter: Some(filter.clone()), page_size: 1000, ..Default::default() };
        let response = server.actors().list_actors(request).await.unwrap().into_inner();
        let selected: Vec<Actor> = response.actors.iter().map(|actor| actor.decode().unwrap()).collect();
        let selected = names(&selected, |actor| &actor.name);
        assert_eq!(response.total_size, i32::try_from(selected.len()).unwrap());
        telling.count(selected.len(), scan.actors.len());
        prop_assert_eq!(selected, scan.actors(&filter), "actors by {:#?}", filter);
    }
    Ok(())
}

async fn claims(server: &TestServer, filter: ClaimFilter) -> Vec<Claim> {
    let request = ListClaimsRequest { filter: Some(filter), page_size: 1000, ..Default::default() };
    let response = server.claims().list_claims(request).await.unwrap().into_inner();
    assert_eq!(response.total_size, i32::try_from(response.claims.len()).unwrap());
    response.claims.iter().map(|claim| claim.decode().unwrap()).collect()
}

/// Everything that the server has.
async fn served(server: &TestServer) -> Scan {
    let statuses = [ClaimStatus::Active, ClaimStatus::Superseded, ClaimStatus::Retracted];
    let any_status = ClaimFilter { statuses: statuses.map(Into::into).to_vec(), ..ClaimFilter::default() };
    let articles = ListArticlesRequest { page_size: 1000, ..Default::default() };
    let articles = server.articles().list_articles(articles).await.unwrap().into_inner().articles;
    let actors = ListActorsRequest { page_size: 1000, ..Default::default() };
    let actors = server.actors().list_actors(actors).await.unwrap().into_inner().actors;
    Scan::new(
        articles.iter().map(|article| article.decode().unwrap()).collect(),
        actors.iter().map(|actor| actor.decode().unwrap()).collect(),
        claims(server, any_status).await,
    )
}

fn names<R>(records: &[R], name: impl Fn(&R) -> &str) -> BTreeSet<String> {
    let names: BTreeSet<String> = records.iter().map(|record| name(record).to_owned()).collect();
    assert_eq!(names.len(), records.len(), "no record is listed twice");
    names
}
