//! What is sent from stored bytes is, byte for byte, what prost would have encoded.

use crate::support::{TestServer, call_raw};
use bytes::{BufMut, Bytes};
use claimd::proto::v1::{
    Actor, Article, ArticleView, BatchGetActorsRequest, BatchGetArticlesRequest, BatchGetClaimsRequest, Claim,
    GetActorRequest, GetArticleRequest, GetClaimRequest, ListActorsRequest, ListArticlesRequest, ListClaimsRequest,
};
use prost::Message;
use prost::encoding::encode_varint;

macro_rules! answers {
    ($($page:ident $batch:ident $record:ident)+) => {
        $(
            /// A page as a server without stored bytes would build it.
            #[derive(Clone, PartialEq, Message)]
            struct $page {
                #[prost(message, repeated, tag = "1")]
                records: Vec<$record>,
                #[prost(string, tag = "2")]
                next_page_token: String,
                #[prost(int32, tag = "3")]
                total_size: i32,
            }

            /// A batch as a server without stored bytes would build it.
            #[derive(Clone, PartialEq, Message)]
            struct $batch {
                #[prost(message, repeated, tag = "1")]
                records: Vec<$record>,
                #[prost(string, repeated, tag = "2")]
                missing: Vec<String>,
            }
        )+
    };
}

answers! {
    ArticlePage ArticleBatch Article
    ActorPage ActorBatch Actor
    ClaimPage ClaimBatch Claim
}

async fn answer(server: &TestServer, method: &str, request: impl Message) -> Bytes {
    call_raw(server, method, request.encode_to_vec()).await.unwrap().into_inner()
}

/// Decodes an answer into plain messages, and checks that these encode to the very same bytes.
#[track_caller]
fn same_as_plain<M: Message + Default>(bytes: &Bytes) -> M {
    let plain = M::decode(bytes.clone()).unwrap();
    assert!(plain.encode_to_vec() == bytes[..], "prost encodes it in another way");
    plain
}

fn names(server: &TestServer) -> [Vec<String>; 3] {
    let corpus = server.corpus();
    [&corpus.articles.table, &corpus.actors.table, &corpus.claims.table]
        .map(|table| (0..table.len()).map(|id| table.name(id).to_owned()).collect())
}

#[tokio::test]
async fn records_are_encoded_as_prost_encodes_them() {
    let server = TestServer::demo().await;
    let [articles, actors, claims] = names(&server);
    for name in articles {
        for view in [ArticleView::Basic, ArticleView::Full] {
            let request = GetArticleRequest { name: name.clone(), view: view.into() };
            let article: Article =
                same_as_plain(&answer(&server, "/claimd.v1.ArticleService/GetArticle", request).await);
            assert_eq!(article.body.is_empty(), view == ArticleView::Basic);
        }
    }
    for name in actors {
        let bytes = answer(&server, "/claimd.v1.ActorService/GetActor", GetActorRequest { name }).await;
        same_as_plain::<Actor>(&bytes);
    }
    for name in claims {
        let bytes = answer(&server, "/claimd.v1.ClaimService/GetClaim", GetClaimRequest { name }).await;
        same_as_plain::<Claim>(&bytes);
    }
}

#[tokio::test]
async fn pages_are_encoded_as_prost_encodes_them() {
    let server = TestServer::demo().await;
    let page_size = 5;
    let request = ListClaimsRequest { page_size, ..ListClaimsRequest::default() };
    let page: ClaimPage = same_as_plain(&answer(&server, "/claimd.v1.ClaimService/ListClaims", request).await);
    assert!(page.records.len() == 5 && !page.next_page_token.is_empty() && page.total_size > 5);

    let request = ListActorsRequest { page_size, ..ListActorsRequest::default() };
    let page: ActorPage = same_as_plain(&answer(&server, "/claimd.v1.ActorService/ListActors", request).await);
    assert!(page.records.len() == 5 && !page.next_page_token.is_empty() && page.total_size > 5);

    for view in [ArticleView::Basic, ArticleView::Full] {
        let request = ListArticlesRequest { view: view.into(), ..ListArticlesRequest::default() };
        let bytes = answer(&server, "/claimd.v1.ArticleService/ListArticles", request).await;
        let page: ArticlePage = same_as_plain(&bytes);
        assert!(page.records.len() == 3 && page.next_page_token.is_empty() && page.total_size == 3);
    }
}

#[tokio::test]
async fn batches_are_encoded_as_prost_encodes_them() {
    let server = TestServer::demo().await;
    let [mut articles, mut actors, mut claims] = names(&server);
    articles.push("articles/nobody".to_owned());
    actors.push("actors/nobody".to_owned());
    claims.push("claims/nobody".to_owned());

    let request = BatchGetArticlesRequest { names: articles, view: 0 };
    let bytes = answer(&server, "/claimd.v1.ArticleService/BatchGetArticles", request).await;
    assert_eq!(same_as_plain::<ArticleBatch>(&bytes).missing, ["articles/nobody"]);
    let request = BatchGetActorsRequest { names: actors };
    let bytes = answer(&server, "/claimd.v1.ActorService/BatchGetActors", request).await;
    assert_eq!(same_as_plain::<ActorBatch>(&bytes).missing, ["actors/nobody"]);
    let request = BatchGetClaimsRequest { names: claims };
    let bytes = answer(&server, "/claimd.v1.ClaimService/BatchGetClaims", request).await;
    assert_eq!(same_as_plain::<ClaimBatch>(&bytes).missing, ["claims/nobody"]);
}

/// Not by prost at all: keys and lengths written by hand around what Get answers.
#[tokio::test]
async fn a_page_is_the_records_one_by_one_then_token_and_count() {
    const RECORD: u8 = 1 << 3 | 2;
    const TOKEN: u8 = 2 << 3 | 2;
    const COUNT: u8 = 3 << 3;

    let server = TestServer::demo().await;
    let request = ListClaimsRequest { page_size: 3, order_by: "name".to_owned(), ..ListClaimsRequest::default() };
    let page = answer(&server, "/claimd.v1.ClaimService/ListClaims", request.clone()).await;
    let token = server.claims().list_claims(request).await.unwrap().into_inner().next_page_token;

    let [_, _, mut claims] = names(&server);
    claims.sort_unstable();
    let mut expected = Vec::new();
    for name in claims.iter().take(3) {
        let request = GetClaimRequest { name: name.clone() };
        let record = answer(&server, "/claimd.v1.ClaimService/GetClaim", request).await;
        expected.put_u8(RECORD);
        encode_varint(record.len() as u64, &mut expected);
        expected.put(record);
    }
    expected.put_u8(TOKEN);
    encode_varint(token.len() as u64, &mut expected);
    expected.put_slice(token.as_bytes());
    expected.put_u8(COUNT);
    encode_varint(claims.len() as u64, &mut expected);
    assert_eq!(page, expected);
}
