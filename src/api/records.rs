//! Get, BatchGet and List, the same for articles, actors and claims.

use bytes::Bytes;
use prost::Message;
use roaring::RoaringBitmap;

use super::filter::{read_actors, read_articles, read_claims};
use super::paging::{PageFields, Paging, signed};
use crate::corpus::{Corpus, Id, Table};
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::{Resource, check_name};
use crate::proto::v1::{
    Actor, Article, ArticleView, BatchGetActorsRequest, BatchGetActorsResponse, BatchGetArticlesRequest,
    BatchGetArticlesResponse, BatchGetClaimsRequest, BatchGetClaimsResponse, Claim, GetActorRequest, GetArticleRequest,
    GetClaimRequest, ListActorsRequest, ListActorsResponse, ListArticlesRequest, ListArticlesResponse,
    ListClaimsRequest, ListClaimsResponse,
};
use crate::proto::{Encoded, EncodedActor, EncodedArticle, EncodedClaim};
use crate::query::FRAMING_BYTES;

/// A resource: which table holds its records.
trait Record: Sized {
    const RESOURCE: Resource;

    fn table(corpus: &Corpus) -> &Table;
}

impl Record for Article {
    const RESOURCE: Resource = Resource::Article;

    fn table(corpus: &Corpus) -> &Table {
        &corpus.articles.table
    }
}

impl Record for Actor {
    const RESOURCE: Resource = Resource::Actor;

    fn table(corpus: &Corpus) -> &Table {
        &corpus.actors.table
    }
}

impl Record for Claim {
    const RESOURCE: Resource = Resource::Claim;

    fn table(corpus: &Corpus) -> &Table {
        &corpus.claims.table
    }
}

// === Get ===

/// Returns the article of a name, in the FULL view by default.
pub fn get_article(
    corpus: &Corpus,
    request: GetArticleRequest,
    limits: &RequestLimits,
) -> Result<EncodedArticle, Error> {
    let GetArticleRequest { name, view } = request;
    get::<Article>(corpus, name, view, limits)
}

/// Returns the actor of a name, or of a former name.
pub fn get_actor(corpus: &Corpus, request: GetActorRequest, limits: &RequestLimits) -> Result<EncodedActor, Error> {
    let GetActorRequest { name } = request;
    get::<Actor>(corpus, name, FULL, limits)
}

/// Returns the claim of a name.
pub fn get_claim(corpus: &Corpus, request: GetClaimRequest, limits: &RequestLimits) -> Result<EncodedClaim, Error> {
    let GetClaimRequest { name } = request;
    get::<Claim>(corpus, name, FULL, limits)
}

fn get<R: Record>(corpus: &Corpus, name: String, view: i32, limits: &RequestLimits) -> Result<Encoded<R>, Error> {
    let mut violations = Violations::default();
    if let Err(error) = check_name(&name, R::RESOURCE) {
        violations.add("name", error.to_string());
    }
    let view = read_view(view, ArticleView::Full, &mut violations);
    violations.check()?;
    let table = R::table(corpus);
    let Some(id) = table.id(&name) else { return Err(Error::NotFound { resource: R::RESOURCE, name }) };
    let record = in_view(table, id, view);
    check_size(record.len(), limits)?;
    Ok(Encoded::from_bytes(record))
}

// === BatchGet ===

/// Returns the articles of several names, in their order, and the names that no article has.
pub fn batch_get_articles(
    corpus: &Corpus,
    request: BatchGetArticlesRequest,
    limits: &RequestLimits,
) -> Result<BatchGetArticlesResponse, Error> {
    let BatchGetArticlesRequest { names, view } = request;
    let (articles, missing) = batch_get::<Article>(corpus, names, view, limits)?;
    Ok(BatchGetArticlesResponse { articles, missing })
}

/// Returns the actors of several names, in their order, and the names that no actor has.
pub fn batch_get_actors(
    corpus: &Corpus,
    request: BatchGetActorsRequest,
    limits: &RequestLimits,
) -> Result<BatchGetActorsResponse, Error> {
    let BatchGetActorsRequest { names } = request;
    let (actors, missing) = batch_get::<Actor>(corpus, names, FULL, limits)?;
    Ok(BatchGetActorsResponse { actors, missing })
}

/// Returns the claims of several names, in their order, and the names that no claim has.
pub fn batch_get_claims(
    corpus: &Corpus,
    request: BatchGetClaimsRequest,
    limits: &RequestLimits,
) -> Result<BatchGetClaimsResponse, Error> {
    let BatchGetClaimsRequest { names } = request;
    let (claims, missing) = batch_get::<Claim>(corpus, names, FULL, limits)?;
    Ok(BatchGetClaimsResponse { claims, missing })
}

fn batch_get<R: Record>(
    corpus: &Corpus,
    names: Vec<String>,
    view: i32,
    limits: &RequestLimits,
) -> Result<(Vec<Encoded<R>>, Vec<String>), Error> {
    let mut violations = Violations::default();
    let max = limits.max_batch_size;
    if names.is_empty() || names.len() > max {
        violations.add("names", format!("has {} names; must have between 1 and {max}", names.len()));
    }
    for (index, name) in names.iter().enumerate() {
        if let Err(error) = check_name(name, R::RESOURCE) {
            violations.add(format!("names[{index}]"), error.to_string());
        }
    }
    let view = read_view(view, ArticleView::Full, &mut violations);
    violations.check()?;

    let table = R::table(corpus);
    let (mut found, mut missing, mut size) = (Vec::new(), Vec::new(), 0);
    for name in names {
        if let Some(id) = table.id(&name) {
            let record = in_view(table, id, view);
            size += record.len() + FRAMING_BYTES;
            found.push(Encoded::from_bytes(record));
        } else {
            size += name.len() + FRAMING_BYTES;
            missing.push(name);
        }
    }
    check_size(size, limits)?;
    Ok((found, missing))
}

// === List ===

/// Returns a page of the articles that pass a filter, in the BASIC view by default.
pub fn list_articles(
    corpus: &Corpus,
    mut request: ListArticlesRequest,
    limits: &RequestLimits,
) -> Result<ListArticlesResponse, Error> {
    let mut violations = Violations::default();
    let view = read_view(request.view, ArticleView::Basic, &mut violations);
    request.set_view(view);
    let filter = read_articles(request.filter.as_ref(), "filter", limits, &mut violations);
    let (order_by, size, token) = (&mut request.order_by, &mut request.page_size, &mut request.page_token);
    let fields = PageFields::take(order_by, size, token, ("publish_time", true), limits, &mut violations);
    let paging = fields.check_token("ListArticles", &request, &mut violations);
    violations.check()?;
    let (articles, next_page_token, total_size) = list::<Article>(corpus, &filter.select(corpus), &paging, view);
    Ok(ListArticlesResponse { articles, next_page_token, total_size })
}

/// Returns a page of the actors that pass a filter.
pub fn list_actors(
    corpus: &Corpus,
    mut request: ListActorsRequest,
    limits: &RequestLimits,
) -> Result<ListActorsResponse, Error> {
    let mut violations = Violations::default();
    let filter = read_actors(request.filter.as_ref(), "filter", limits, &mut violations);
    let (order_by, size, token) = (&mut request.order_by, &mut request.page_size, &mut request.page_token);
    let fields = PageFields::take(order_by, size, token, ("display_name", false), limits, &mut violations);
    let paging = fields.check_token("ListActors", &request, &mut violations);
    violations.check()?;
    let (actors, next_page_token, total_size) =
        list::<Actor>(corpus, &filter.select(corpus), &paging, ArticleView::Full);
    Ok(ListActorsResponse { actors, next_page_token, total_size })
}

/// Returns a page of the claims that pass a filter.
pub fn list_claims(
    corpus: &Corpus,
    mut request: ListClaimsRequest,
    limits: &RequestLimits,
) -> Result<ListClaimsResponse, Error> {
    let mut violations = Violations::default();
    let filter = read_claims(request.filter.as_ref(), "filter", limits, &mut violations);
    let (order_by, size, token) = (&mut request.order_by, &mut request.page_size, &mut request.page_token);
    let fields = PageFields::take(order_by, size, token, ("claim_time", true), limits, &mut violations);
    let paging = fields.check_token("ListClaims", &request, &mut violations);
    violations.check()?;
    let (claims, next_page_token, total_size) =
        list::<Claim>(corpus, &filter.select(corpus), &paging, ArticleView::Full);
    Ok(ListClaimsResponse { claims, next_page_token, total_size })
}

/// A page of records, the token of the next page, and the number of selected records.
fn list<R: Record>(
    corpus: &Corpus,
    selected: &RoaringBitmap,
    paging: &Paging,
    view: ArticleView,
) -> (Vec<Encoded<R>>, String, i32) {
    let table = R::table(corpus);
    let (ids, next_page_token) = paging.page(table, selected, |id| in_view(table, id, view).len());
    let records = ids.into_iter().map(|id| Encoded::from_bytes(in_view(table, id, view))).collect();
    (records, next_page_token, signed(selected.len()))
}

// === Views and sizes ===

/// The view of requests without one: of claims and actors there is only the FULL view.
const FULL: i32 = ArticleView::Full as i32;

fn read_view(view: i32, default: ArticleView, violations: &mut Violations) -> ArticleView {
    match ArticleView::try_from(view) {
        Ok(ArticleView::Unspecified) => default,
        Ok(view) => view,
        Err(_) => {
            violations.add("view", format!("{view} is not a value of this enum"));
            default
        }
    }
}

fn in_view(table: &Table, id: Id, view: ArticleView) -> Bytes {
    match view {
        ArticleView::Full => table.full(id),
        ArticleView::Basic | ArticleView::Unspecified => table.basic(id),
    }
}

/// Fails if a response of so many bytes is too large to send.
pub(crate) fn check_size(size: usize, limits: &RequestLimits) -> Result<(), Error> {
    let limit = limits.max_response_bytes;
    if size > limit { Err(Error::ResponseTooLarge { size: Some(size), limit }) } else { Ok(()) }
}

/// Fails if a response is too large to send.
pub(super) fn check_response<M: Message>(response: M, limits: &RequestLimits) -> Result<M, Error> {
    check_size(response.encoded_len(), limits).map(|()| response)
}
