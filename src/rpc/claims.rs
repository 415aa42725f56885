//! ClaimService.

use prost::Message;
use tonic::{Request, Response, Status};

use super::paging::Paging;
use super::searching::{self, SearchPage, read_query};
use super::{accept, filter, matching, paging, quotes, records};
use crate::config::RequestLimits;
use crate::corpus::text::Analyzers;
use crate::error::{Error, Violations};
use crate::model::Resource;
use crate::proto::v1::claim_service_server::ClaimService;
use crate::proto::v1::{
    BatchGetClaimsRequest, BatchGetClaimsResponse, Claim, ClaimHit, GetClaimRequest, ListClaimsRequest,
    ListClaimsResponse, MatchClaimsRequest, MatchClaimsResponse, SearchClaimsRequest, SearchClaimsResponse,
    VerifyQuoteRequest, VerifyQuoteResponse,
};
use crate::proto::{Encoded, EncodedClaim};
use crate::query::{CLAIM_FIELDS, claim_highlights, match_claims, search, verify};

pub(super) struct Service {
    pub(super) limits: RequestLimits,
}

#[tonic::async_trait]
impl ClaimService for Service {
    async fn get_claim(&self, request: Request<GetClaimRequest>) -> Result<Response<EncodedClaim>, Status> {
        let (corpus, GetClaimRequest { name }) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        records::check_one(&name, Resource::Claim, &mut violations);
        violations.check()?;
        let table = &corpus.claims.table;
        let record = table.id(&name).map(|id| table.full(id));
        Ok(Response::new(records::one(name, Resource::Claim, record, self.limits)?))
    }

    async fn batch_get_claims(
        &self,
        request: Request<BatchGetClaimsRequest>,
    ) -> Result<Response<BatchGetClaimsResponse>, Status> {
        let (corpus, BatchGetClaimsRequest { names }) = accept(request, self.limits.max_batch_request_bytes)?;
        let mut violations = Violations::default();
        records::check_batch(&names, Resource::Claim, self.limits, &mut violations);
        violations.check()?;
        let table = &corpus.claims.table;
        let (claims, missing) = records::batch(names, |name| table.id(name), |id| table.full(id), self.limits)?;
        Ok(Response::new(BatchGetClaimsResponse { claims, missing }))
    }

    async fn list_claims(&self, request: Request<ListClaimsRequest>) -> Result<Response<ListClaimsResponse>, Status> {
        let (corpus, mut request) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let filter = filter::claims(request.filter.as_ref(), "filter", self.limits.max_filter_values, &mut violations);
        let paging = Paging::read(&mut request, ("claim_time", true), self.limits, &mut violations);
        violations.check()?;
        let selected = filter.select(&corpus);
        let table = &corpus.claims.table;
        let (claims, next_page_token) = paging.take(table, &selected, |id| table.full(id));
        let total_size = paging::total(&selected);
        Ok(Response::new(ListClaimsResponse { claims, next_page_token, total_size }))
    }

    async fn search_claims(
        &self,
        request: Request<SearchClaimsRequest>,
    ) -> Result<Response<SearchClaimsResponse>, Status> {
        let limits = self.limits;
        let (corpus, mut request) = accept(request, limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let filter = filter::claims(request.filter.as_ref(), "filter", limits.max_filter_values, &mut violations);
        let asked = (request.query.as_str(), request.language.as_str());
        let index = &corpus.claim_text.index;
        let plan = read_query(asked, (index, CLAIM_FIELDS), &corpus.languages, limits, &mut violations);
        let page = SearchPage::read(&mut request, limits, &mut violations);
        violations.check()?;
        let plan = plan.ok_or(Error::Internal { cause: "a query without a plan or a violation" })?;
        let offset = page.offset(&corpus.revision)?;

        let table = &corpus.claims.table;
        let found = search(index, table, &plan, &filter.select(&corpus), offset, page.size);
        let hits = found.hits.iter().map(|hit| {
            let claim = Claim::decode(table.encoded(hit.id)).expect("records were encoded here");
            let highlights = Analyzers::kept(|analyzers| claim_highlights(&corpus, &claim, &plan, analyzers));
            ClaimHit {
                claim: Some(Encoded::from_bytes(table.full(hit.id))),
                score: hit.score.into(),
                highlights: searching::highlights(highlights),
            }
        });
        let hits = paging::fitting(hits, limits.max_page_bytes);
        let next_page_token = page.next(&corpus.revision, offset + hits.len(), found.total);
        Ok(Response::new(SearchClaimsResponse { hits, next_page_token, total_size: paging::count(found.total) }))
    }

    async fn match_claims(
        &self,
        request: Request<MatchClaimsRequest>,
    ) -> Result<Response<MatchClaimsResponse>, Status> {
        let limits = self.limits;
        let (corpus, request) = accept(request, limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let filter = filter::claims(request.filter.as_ref(), "filter", limits.max_filter_values, &mut violations);
        let question = matching::read(&request, limits, &mut violations);
        violations.check()?;
        let matches = match_claims(&corpus, &filter.select(&corpus), question).await;
        let response = MatchClaimsResponse { candidates: matching::show(&corpus, matches) };
        records::check_size(response.encoded_len(), limits)?;
        Ok(Response::new(response))
    }

    async fn verify_quote(
        &self,
        request: Request<VerifyQuoteRequest>,
    ) -> Result<Response<VerifyQuoteResponse>, Status> {
        // A thousand articles of full length are twice the usual request.
        let (corpus, request) = accept(request, self.limits.max_batch_request_bytes)?;
        let mut violations = Violations::default();
        let question = quotes::read(request, self.limits, &mut violations);
        violations.check()?;
        let question = question.ok_or(Error::Internal { cause: "a question without violations was not read" })?;
        let matches = verify(&corpus, question.as_asked()).await;
        Ok(Response::new(quotes::response(&corpus, matches, self.limits)))
    }
}
