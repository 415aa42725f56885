//! ArticleService.

use bytes::Bytes;
use tonic::{Request, Response, Status};

use super::paging::Paging;
use super::searching::{self, SearchPage, read_query};
use super::{accept, filter, paging, records};
use crate::config::RequestLimits;
use crate::corpus::text::Analyzers;
use crate::corpus::{Id, Table};
use crate::error::{Error, Violations};
use crate::model::Resource;
use crate::proto::v1::article_service_server::ArticleService;
use crate::proto::v1::{
    ArticleHit, ArticleView, BatchGetArticlesRequest, BatchGetArticlesResponse, GetArticleRequest, ListArticlesRequest,
    ListArticlesResponse, SearchArticlesRequest, SearchArticlesResponse,
};
use crate::proto::{Encoded, EncodedArticle};
use crate::query::{ARTICLE_FIELDS, article_highlights, search};

pub(super) struct Service {
    pub(super) limits: RequestLimits,
}

#[tonic::async_trait]
impl ArticleService for Service {
    async fn get_article(&self, request: Request<GetArticleRequest>) -> Result<Response<EncodedArticle>, Status> {
        let (corpus, GetArticleRequest { name, view }) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        records::check_one(&name, Resource::Article, &mut violations);
        let view = read_view(view, ArticleView::Full, &mut violations);
        violations.check()?;
        let table = &corpus.articles.table;
        let record = table.id(&name).map(|id| in_view(table, id, view));
        Ok(Response::new(records::one(name, Resource::Article, record, self.limits)?))
    }

    async fn batch_get_articles(
        &self,
        request: Request<BatchGetArticlesRequest>,
    ) -> Result<Response<BatchGetArticlesResponse>, Status> {
        let (corpus, BatchGetArticlesRequest { names, view }) = accept(request, self.limits.max_batch_request_bytes)?;
        let mut violations = Violations::default();
        records::check_batch(&names, Resource::Article, self.limits, &mut violations);
        let view = read_view(view, ArticleView::Full, &mut violations);
        violations.check()?;
        let table = &corpus.articles.table;
        let (articles, missing) =
            records::batch(names, |name| table.id(name), |id| in_view(table, id, view), self.limits)?;
        Ok(Response::new(BatchGetArticlesResponse { articles, missing }))
    }

    async fn list_articles(
        &self,
        request: Request<ListArticlesRequest>,
    ) -> Result<Response<ListArticlesResponse>, Status> {
        let (corpus, mut request) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let view = read_view(request.view, ArticleView::Basic, &mut violations);
        request.set_view(view);
        let filter =
            filter::articles(request.filter.as_ref(), "filter", self.limits.max_filter_values, &mut violations);
        let paging = Paging::read(&mut request, ("publish_time", true), self.limits, &mut violations);
        violations.check()?;
        let selected = filter.select(&corpus);
        let table = &corpus.articles.table;
        let (articles, next_page_token) = paging.take(table, &selected, |id| in_view(table, id, view));
        let total_size = paging::total(&selected);
        Ok(Response::new(ListArticlesResponse { articles, next_page_token, total_size }))
    }

    async fn search_articles(
        &self,
        request: Request<SearchArticlesRequest>,
    ) -> Result<Response<SearchArticlesResponse>, Status> {
        let limits = self.limits;
        let (corpus, mut request) = accept(request, limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let filter = filter::articles(request.filter.as_ref(), "filter", limits.max_filter_values, &mut violations);
        let asked = (request.query.as_str(), request.language.as_str());
        let index = &corpus.article_text.index;
        let plan = read_query(asked, (index, ARTICLE_FIELDS), &corpus.languages, limits, &mut violations);
        let page = SearchPage::read(&mut request, limits, &mut violations);
        violations.check()?;
        let plan = plan.ok_or(Error::Internal { cause: "a query without a plan or a violation" })?;
        let offset = page.offset(&corpus.revision)?;

        let table = &corpus.articles.table;
        let found = search(index, table, &plan, &filter.select(&corpus), offset, page.size);
        let hits = found.hits.iter().map(|hit| {
            let highlights = Analyzers::kept(|analyzers| article_highlights(&corpus, hit.id, &plan, analyzers));
            ArticleHit {
                article: Some(Encoded::from_bytes(table.basic(hit.id))),
                score: hit.score.into(),
                highlights: searching::highlights(highlights),
            }
        });
        let hits = paging::fitting(hits, limits.max_page_bytes);
        let next_page_token = page.next(&corpus.revision, offset + hits.len(), found.total);
        Ok(Response::new(SearchArticlesResponse { hits, next_page_token, total_size: paging::count(found.total) }))
    }
}

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
