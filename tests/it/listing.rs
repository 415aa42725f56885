//! Listings: every order at every page size, and what a page token holds on to.

use std::collections::BTreeSet;

use crate::support::{
    IntoRecord, TestServer, actor, article, at, claim, corpus_of, defaults, ndjson, reason, violated,
};
use claimd::config::RequestLimits;
use claimd::model::Resource;
use claimd::proto::v1::{
    Actor, ActorFilter, Article, ArticleFilter, ArticleView, Claim, ClaimFilter, ListActorsRequest,
    ListArticlesRequest, ListClaimsRequest,
};
use tonic::Status;

const RESOURCES: [Resource; 3] = [Resource::Article, Resource::Actor, Resource::Claim];
const PAGE_SIZES: [i32; 5] = [1, 2, 7, 50, 1000];

/// The orders of a resource; the first is the default.
fn orders(resource: Resource) -> [&'static str; 4] {
    match resource {
        Resource::Article => ["publish_time desc", "publish_time", "name", "name desc"],
        Resource::Actor => ["display_name", "display_name desc", "name", "name desc"],
        Resource::Claim => ["claim_time desc", "claim_time", "name", "name desc"],
    }
}

/// A page: names and encoded lengths of its records, and the rest.
struct Page {
    names: Vec<String>,
    bytes: Vec<usize>,
    next: String,
    total: i32,
}

async fn page(
    server: &TestServer,
    resource: Resource,
    order_by: &str,
    page_size: i32,
    page_token: &str,
) -> Result<Page, Status> {
    let (order_by, page_token) = (order_by.to_owned(), page_token.to_owned());
    macro_rules! page {
        ($client:ident $method:ident $request:ident $records:ident) => {{
            let request = $request { order_by, page_size, page_token, ..$request::default() };
            let response = server.$client().$method(request).await?.into_inner();
            Page {
                names: response.$records.iter().map(|record| record.decode().unwrap().name).collect(),
                bytes: response.$records.iter().map(|record| record.as_bytes().len()).collect(),
                next: response.next_page_token,
                total: response.total_size,
            }
        }};
    }
    Ok(match resource {
        Resource::Article => page!(articles list_articles ListArticlesRequest articles),
        Resource::Actor => page!(actors list_actors ListActorsRequest actors),
        Resource::Claim => page!(claims list_claims ListClaimsRequest claims),
    })
}

/// Walks from a token to the end.
async fn walk(server: &TestServer, resource: Resource, order_by: &str, page_size: i32, token: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut token = token.to_owned();
    loop {
        let page = page(server, resource, order_by, page_size, &token).await.unwrap();
        assert!(page.names.len() <= usize::try_from(page_size).unwrap());
        assert!(!page.names.is_empty() || page.next.is_empty(), "an empty page has no successor");
        names.extend(page.names);
        if page.next.is_empty() {
            return names;
        }
        token = page.next;
    }
}

/// Records of every resource whose orders all differ: times and display names repeat, go down while ids go up, and are
/// missing now and then.
struct Corpus {
    articles: Vec<Article>,
    actors: Vec<Actor>,
    claims: Vec<Claim>,
}

impl Corpus {
    fn new(numbers: impl IntoIterator<Item = usize>) -> Self {
        let mut corpus = Self { articles: Vec::new(), actors: Vec::new(), claims: Vec::new() };
        for number in numbers {
            let id = format!("r{:03}", number * 37 % 131);
            let time = (number % 11 != 0).then(|| at(-i64::try_from(number / 3).unwrap()));
            let mut actor = actor(&id);
            actor.display_name = format!("Änne {}", number * 7 % 19);
            corpus.articles.push(Article { publish_time: time, ..article(&id) });
            corpus.claims.push(Claim { claim_time: time, ..claim(&id) });
            corpus.actors.push(actor);
        }
        corpus
    }

    fn ndjson(&self) -> String {
        let articles = self.articles.iter().map(|record| record as &dyn IntoRecord);
        let actors = self.actors.iter().map(|record| record as &dyn IntoRecord);
        ndjson(articles.chain(actors).chain(self.claims.iter().map(|record| record as &dyn IntoRecord)))
    }

    /// The names of a resource in an order.
    fn names(&self, resource: Resource, order_by: &str) -> Vec<String> {
        let seconds = |time: &Option<claimd::proto::v1::PartialTime>| {
            time.as_ref().map(|time| time.time.as_ref().unwrap().seconds)
        };
        let (field, descending) = order_by.strip_suffix(" desc").map_or((order_by, false), |field| (field, true));
        let by_name = field == "name";
        // `None` sorts first, as a record without a time does.
        let mut keys: Vec<((Option<i64>, &str), &str)> = match resource {
            Resource::Article => {
                self.articles.iter().map(|record| ((seconds(&record.publish_time), ""), &*record.name)).collect()
            }
            Resource::Claim => {
                self.claims.iter().map(|record| ((seconds(&record.claim_time), ""), &*record.name)).collect()
            }
            Resource::Actor => {
                self.actors.iter().map(|record| ((None, &*record.display_name), &*record.name)).collect()
            }
        };
        keys.sort_unstable_by(|a, b| if by_name { a.1.cmp(b.1) } else { a.cmp(b) });
        if descending {
            keys.reverse();
        }
        keys.into_iter().map(|(_, name)| name.to_owned()).collect()
    }
}

#[tokio::test]
async fn every_order_walks_all_records_once_at_every_page_size() {
    let corpus = Corpus::new(0..131);
    let server = TestServer::of(&corpus.ndjson()).await;
    for resource in RESOURCES {
        for order_by in orders(resource) {
            let expected = corpus.names(resource, order_by);
            for page_size in PAGE_SIZES {
                let walked = walk(&server, resource, order_by, page_size, "").await;
                assert_eq!(walked, expected, "{resource:?} by {order_by}, {page_size} a page");
            }
        }
    }
}

#[tokio::test]
async fn the_demo_is_walked_without_a_gap_or_a_repeat() {
    let server = TestServer::demo().await;
    for resource in RESOURCES {
        let whole: BTreeSet<String> = walk(&server, resource, "", 1000, "").await.into_iter().collect();
        for page_size in PAGE_SIZES {
            let walked = walk(&server, resource, "", page_size, "").await;
            assert_eq!(walked.len(), whole.len());
            assert_eq!(walked.into_iter().collect::<BTreeSet<_>>(), whole);
        }
    }
}

#[tokio::test]
async fn the_default_order_is_newest_first_and_actors_by_display_name() {
    let corpus = Corpus::new(0..131);
    let server = TestServer::of(&corpus.ndjson()).await;
    for resource in RESOURCES {
        let [default, ..] = orders(resource);
        let first = page(&server, resource, "", 7, "").await.unwrap();
        assert_eq!(first.names[..], corpus.names(resource, default)[..7]);
        // Spelt out it is the same listing, also to a token.
        let second = page(&server, resource, default, 7, &first.next).await.unwrap();
        assert_eq!(second.names[..], corpus.names(resource, default)[7..14]);
    }
}

#[tokio::test]
async fn white_space_in_an_order_does_not_matter() {
    let server = TestServer::of(&Corpus::new(0..20).ndjson()).await;
    let tidy = page(&server, Resource::Claim, "name desc", 5, "").await.unwrap();
    let untidy = page(&server, Resource::Claim, "  name   desc ", 5, &tidy.next).await.unwrap();
    assert_ne!(untidy.names, tidy.names);
}

#[tokio::test]
async fn every_page_tells_the_exact_total() {
    let server = TestServer::of(&Corpus::new(0..131).ndjson()).await;
    for resource in RESOURCES {
        let first = page(&server, resource, "", 100, "").await.unwrap();
        let second = page(&server, resource, "", 100, &first.next).await.unwrap();
        assert_eq!((first.total, second.total), (131, 131));
        assert_eq!((first.names.len(), second.names.len()), (100, 31));
        assert_eq!(second.next, "");
    }
}

#[tokio::test]
async fn a_full_last_page_has_no_successor() {
    let server = TestServer::of(&Corpus::new(0..10).ndjson()).await;
    for resource in RESOURCES {
        let only = page(&server, resource, "", 10, "").await.unwrap();
        assert_eq!((only.names.len(), only.next.as_str()), (10, ""));
    }
}

#[tokio::test]
async fn an_empty_listing_is_an_empty_page() {
    let server = TestServer::of(&ndjson([&claim("only") as &dyn IntoRecord])).await;
    for (resource, count) in [(Resource::Article, 0), (Resource::Actor, 0), (Resource::Claim, 1)] {
        let only = page(&server, resource, "", 10, "").await.unwrap();
        assert_eq!((only.names.len(), only.total, only.next.as_str()), (count, i32::try_from(count).unwrap(), ""));
    }
}

#[tokio::test]
async fn a_page_has_50_records_unless_told_otherwise_and_never_more_than_1000() {
    let claims: Vec<Claim> = (0..1005).map(|number| claim(&number.to_string())).collect();
    let server = TestServer::of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord))).await;
    for (page_size, expected) in [(0, 50), (999, 999), (1000, 1000), (1001, 1000), (i32::MAX, 1000)] {
        let first = page(&server, Resource::Claim, "", page_size, "").await.unwrap();
        assert_eq!(first.names.len(), expected, "page_size {page_size}");
    }
}

#[tokio::test]
async fn a_page_ends_before_its_limit_of_bytes() {
    let limits = RequestLimits { max_page_bytes: 1000, ..defaults() };
    let mut corpus = Corpus::new(0..60);
    // One record alone is larger than a page may be: it comes, by itself.
    corpus.claims[30].text = "long ".repeat(400);
    let server = TestServer::start(corpus_of(&corpus.ndjson()), limits).await;

    let (mut names, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = page(&server, Resource::Claim, "name", 1000, &token).await.unwrap();
        assert!(page.bytes.iter().sum::<usize>() <= 1000 || page.bytes.len() == 1, "{:?}", page.bytes);
        assert_eq!(page.total, 60);
        pages += 1;
        names.extend(page.names);
        token = page.next;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(names, corpus.names(Resource::Claim, "name"));
    assert!(pages > 3, "{pages} pages");
}

#[tokio::test]
async fn the_page_size_may_change_between_pages() {
    let corpus = Corpus::new(0..131);
    let server = TestServer::of(&corpus.ndjson()).await;
    let (mut names, mut token) = (Vec::new(), String::new());
    for page_size in [3, 1, 20, 0, 1000] {
        let page = page(&server, Resource::Claim, "claim_time", page_size, &token).await.unwrap();
        names.extend(page.names);
        token = page.next;
    }
    assert_eq!(token, "");
    assert_eq!(names, corpus.names(Resource::Claim, "claim_time"));
}

#[tokio::test]
async fn a_token_with_any_character_changed_is_refused() {
    let server = TestServer::of(&Corpus::new(0..20).ndjson()).await;
    let token = page(&server, Resource::Claim, "", 5, "").await.unwrap().next;
    for at in 0..token.len() {
        let by = if token.as_bytes()[at] == b'x' { "y" } else { "x" };
        let altered = format!("{}{by}{}", &token[..at], &token[at + 1..]);
        let status = page(&server, Resource::Claim, "", 5, &altered).await.err().unwrap();
        assert_eq!(violated(&status), ["page_token"]);
        assert_eq!(reason(&status), "INVALID_PAGE_TOKEN");
    }
    for made_up in ["x", "claims/r000", "AAAA", &token[1..], &format!("{token}A"), "ä", &"A".repeat(40_000)] {
        let status = page(&server, Resource::Claim, "", 5, made_up).await.err().unwrap();
        assert_eq!(violated(&status), ["page_token"]);
        assert_eq!(reason(&status), "INVALID_PAGE_TOKEN");
    }
}

#[tokio::test]
async fn a_token_of_another_method_or_order_is_refused() {
    let server = TestServer::of(&Corpus::new(0..20).ndjson()).await;
    for made_by in RESOURCES {
        let token = page(&server, made_by, "name", 5, "").await.unwrap().next;
        for used_by in RESOURCES {
            for order_by in orders(used_by) {
                let answer = page(&server, used_by, order_by, 5, &token).await;
                if (made_by, "name") == (used_by, order_by) {
                    assert!(answer.is_ok());
                } else {
                    let status = answer.err().unwrap();
                    assert_eq!(violated(&status), ["page_token"]);
                    assert_eq!(reason(&status), "PAGE_TOKEN_MISMATCH");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_token_of_another_filter_or_view_is_refused() {
    let server = TestServer::of(&Corpus::new(0..20).ndjson()).await;
    let token = |resource| page(&server, resource, "", 5, "");
    let refused = |status: Status| assert_eq!(reason(&status), "PAGE_TOKEN_MISMATCH");

    let page_token = token(Resource::Claim).await.unwrap().next;
    let filter = Some(ClaimFilter { disputed: Some(false), ..ClaimFilter::default() });
    let request = ListClaimsRequest { filter, page_token, ..ListClaimsRequest::default() };
    refused(server.claims().list_claims(request).await.unwrap_err());

    let page_token = token(Resource::Actor).await.unwrap().next;
    let filter = Some(ActorFilter { name_prefix: "ä".to_owned(), ..ActorFilter::default() });
    let request = ListActorsRequest { filter, page_token, ..ListActorsRequest::default() };
    refused(server.actors().list_actors(request).await.unwrap_err());

    let page_token = token(Resource::Article).await.unwrap().next;
    let filter = Some(ArticleFilter { topics: vec!["x".to_owned()], ..ArticleFilter::default() });
    let request = ListArticlesRequest { filter, page_token: page_token.clone(), ..ListArticlesRequest::default() };
    refused(server.articles().list_articles(request).await.unwrap_err());
    let view = ArticleView::Full.into();
    let request = ListArticlesRequest { view, page_token, ..ListArticlesRequest::default() };
    refused(server.articles().list_articles(request).await.unwrap_err());
}

#[tokio::test]
async fn a_listing_goes_on_over_a_reload_without_skipping_or_repeating_what_stayed() {
    let before = Corpus::new((0..131).filter(|number| number % 5 != 0));
    let after = Corpus::new((0..131).filter(|number| number % 7 != 0));
    for resource in RESOURCES {
        for order_by in orders(resource) {
            for (page_size, pages) in [(1, 40), (7, 5), (50, 1)] {
                let server = TestServer::of(&before.ndjson()).await;
                let (mut names, mut token) = (Vec::new(), String::new());
                for _ in 0..pages {
                    let page = page(&server, resource, order_by, page_size, &token).await.unwrap();
                    names.extend(page.names);
                    token = page.next;
                }
                server.swap(corpus_of(&after.ndjson())).await;
                names.extend(walk(&server, resource, order_by, page_size, &token).await);

                let old = before.names(resource, order_by);
                let stayed: Vec<_> =
                    after.names(resource, order_by).into_iter().filter(|name| old.contains(name)).collect();
                let walked: Vec<_> = names.iter().filter(|name| stayed.contains(name)).cloned().collect();
                assert_eq!(walked, stayed, "{resource:?} by {order_by}, {page_size} a page");
            }
        }
    }
}

#[tokio::test]
async fn a_token_of_one_replica_goes_on_at_another() {
    let corpus = Corpus::new(0..131);
    let (one, other) = (TestServer::of(&corpus.ndjson()).await, TestServer::of(&corpus.ndjson()).await);
    for resource in RESOURCES {
        let [order_by, ..] = orders(resource);
        let first = page(&one, resource, order_by, 9, "").await.unwrap();
        let mut names = first.names;
        names.extend(walk(&other, resource, order_by, 50, &first.next).await);
        assert_eq!(names, corpus.names(resource, order_by));
    }
}

#[tokio::test]
async fn the_longest_display_name_can_be_paged_behind() {
    let mut long = [actor("a"), actor("b"), actor("c")];
    for actor in &mut long {
        actor.display_name = format!("{:x<1024}", &actor.name[7..]);
    }
    let server = TestServer::of(&ndjson(long.iter().map(|actor| actor as &dyn IntoRecord))).await;
    assert_eq!(walk(&server, Resource::Actor, "", 1, "").await, ["actors/a", "actors/b", "actors/c"]);
}
