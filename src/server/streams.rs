//! The streams of one connection: how many are open, which are stuck, how many were given up.
//!
//! hyper hands each stream of a connection to an executor, as a future that ends with the stream's last byte. Here that
//! future is wrapped, since only from outside can a stream be ended whose peer does not take the answer: its body is not
//! asked for more in the meantime, and timers in it would not run.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::sync::Notify;
use tokio::task::futures::TaskLocalFuture;
use tokio::time::{Instant, Sleep, sleep_until};

use super::counters::Counters;

tokio::task_local! {
    static TICKET: Arc<Ticket>;
}

/// The streams of one connection.
#[derive(Clone)]
pub(super) struct Streams(Arc<State>);

struct State {
    began: Instant,
    write_limit: Duration,
    max_given_up: u64,
    counters: Arc<Counters>,
    open: AtomicU64,
    finished: AtomicU64,
    given_up: AtomicU64,
    /// When the last stream ended, in milliseconds since the beginning.
    quiet_since: AtomicU64,
    /// Told whenever the last open stream ends, and when too many were given up.
    changed: Notify,
}

impl Streams {
    /// None yet. A stream whose peer takes nothing for `write_limit` is cut off.
    pub(super) fn new(write_limit: Duration, max_given_up: u32, counters: Arc<Counters>) -> Self {
        Self(Arc::new(State {
            began: Instant::now(),
            write_limit,
            max_given_up: max_given_up.into(),
            counters,
            open: AtomicU64::new(0),
            finished: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
            quiet_since: AtomicU64::new(0),
            changed: Notify::new(),
        }))
    }

    /// Polls the connection whenever the streams that are ready have had their turn.
    ///
    /// The first stream to give its answer wakes the connection, which would come before the others and write that
    /// answer alone. Many answers in one write are most of what a short call can save.
    pub(super) async fn gathered<F: Future>(&self, mut connection: Pin<&mut F>) -> F::Output {
        let mut waited = false;
        poll_fn(move |cx| {
            waited = !waited && self.0.open.load(Ordering::Relaxed) > 0;
            if waited {
                // A task that wakes itself goes behind all others that are ready.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            connection.as_mut().poll(cx)
        })
        .await
    }

    /// Waits until no stream has been open for this long.
    pub(super) async fn idle(&self, limit: Duration) {
        let state = &*self.0;
        loop {
            let changed = state.changed.notified();
            if state.open.load(Ordering::Acquire) > 0 {
                changed.await;
                continue;
            }
            let since = state.quiet_since.load(Ordering::Acquire);
            sleep_until(state.began + Duration::from_millis(since) + limit).await;
            let still = state.quiet_since.load(Ordering::Acquire) == since;
            if still && state.open.load(Ordering::Acquire) == 0 {
                return;
            }
        }
    }

    /// Waits until the peer has given up many more streams than it has let finish.
    pub(super) async fn flooded(&self) {
        loop {
            let changed = self.0.changed.notified();
            if self.0.is_flooded() {
                return;
            }
            changed.await;
        }
    }
}

impl State {
    fn is_flooded(&self) -> bool {
        let given_up = self.given_up.load(Ordering::Relaxed);
        given_up > self.max_given_up + self.finished.load(Ordering::Relaxed)
    }

    fn end(&self, finished: bool) {
        let count = if finished { &self.finished } else { &self.given_up };
        count.fetch_add(1, Ordering::Relaxed);
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.quiet_since.store(now, Ordering::Release);
        let was_last = self.open.fetch_sub(1, Ordering::AcqRel) == 1;
        if was_last || (!finished && self.is_flooded()) {
            self.changed.notify_waiters();
        }
    }
}

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, stream: F) {
        self.0.open.fetch_add(1, Ordering::AcqRel);
        let ticket = Arc::new(Ticket {
            streams: Arc::clone(&self.0),
            sending_since: AtomicU64::new(NOTHING),
            finished: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
        });
        let stream = TICKET.scope(Arc::clone(&ticket), stream);
        tokio::spawn(Watched { stream, ticket, stall: None });
    }
}

/// No portion is being sent.
const NOTHING: u64 = u64::MAX;

/// What is known of one stream. Ended with it.
pub(super) struct Ticket {
    streams: Arc<State>,
    /// Since when a portion has been waiting for the peer to have room, in milliseconds since the connection began.
    sending_since: AtomicU64,
    finished: AtomicBool,
    given_up: AtomicBool,
}

impl Ticket {
    /// The ticket of the stream that the current task serves.
    pub(super) fn current() -> Option<Arc<Self>> {
        TICKET.try_with(Arc::clone).ok()
    }

    /// A portion of the answer is handed over.
    pub(super) fn sending(&self) {
        let now = u64::try_from(self.streams.began.elapsed().as_millis()).unwrap_or(NOTHING - 1);
        self.sending_since.store(now, Ordering::Relaxed);
    }

    /// The last portion was taken.
    pub(super) fn sent(&self) {
        self.sending_since.store(NOTHING, Ordering::Relaxed);
    }

    /// There is nothing more to send.
    pub(super) fn finish(&self) {
        self.finished.store(true, Ordering::Relaxed);
    }

    /// The peer gave the stream up, whatever is still made of it here.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// When the stream is to be cut off if nothing changes.
    fn cut_at(&self) -> Option<Instant> {
        let since = self.sending_since.load(Ordering::Relaxed);
        (since != NOTHING).then(|| self.streams.began + Duration::from_millis(since) + self.streams.write_limit)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let finished = self.finished.load(Ordering::Relaxed) && !self.given_up.load(Ordering::Relaxed);
        self.streams.end(finished);
    }
}

pin_project! {
    /// A stream that ends when its peer does not take the answer.
    struct Watched<F> {
        #[pin]
        stream: TaskLocalFuture<Arc<Ticket>, F>,
        ticket: Arc<Ticket>,
        // Made when a portion has to wait, which few do.
        stall: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.stream.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let Some(cut_at) = this.ticket.cut_at() else { return Poll::Pending };
        let stall = this.stall.get_or_insert_with(|| Box::pin(sleep_until(cut_at)));
        if stall.deadline() != cut_at {
            stall.as_mut().reset(cut_at);
        }
        ready!(stall.as_mut().poll(cx));
        this.ticket.streams.counters.stalled_streams.add();
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use hyper::rt::Executor;
    use tokio::time::sleep;

    use super::*;

    fn streams(max_given_up: u32) -> Streams {
        Streams::new(Duration::from_secs(20), max_given_up, Arc::default())
    }

    #[tokio::test(start_paused = true)]
    async fn idle_begins_when_the_last_stream_ends() {
        let streams = streams(9);
        let began = Instant::now();
        streams.execute(sleep(Duration::from_secs(7)));
        streams.idle(Duration::from_mins(1)).await;
        let waited = began.elapsed();
        assert!((67..68).contains(&waited.as_secs()), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_sends_what_nobody_takes_is_cut_off_and_one_that_waits_for_its_handler_is_not() {
        let streams = streams(9);
        let began = Instant::now();
        streams.execute(async {
            Ticket::current().unwrap().sending();
            std::future::pending::<()>().await;
        });
        streams.idle(Duration::from_secs(1)).await;
        assert!((21..22).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        assert_eq!(streams.0.counters.stalled_streams.get(), 1);

        streams.execute(async {
            let ticket = Ticket::current().unwrap();
            ticket.sending();
            ticket.sent();
            sleep(Duration::from_mins(10)).await;
        });
        streams.idle(Duration::from_secs(1)).await;
        assert_eq!(streams.0.counters.stalled_streams.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_more_streams_given_up_than_finished_and_allowed() {
        let streams = streams(2);
        streams.execute(async { Ticket::current().unwrap().finish() });
        for _ in 0..3 {
            streams.execute(async {});
        }
        assert!(tokio::time::timeout(Duration::from_secs(1), streams.flooded()).await.is_err());
        streams.execute(async {});
        streams.flooded().await;
    }

    /// On one thread, so that the order is the runtime's: what a task wakes comes next, before what waits already.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_connection_that_the_first_answer_wakes_waits_for_the_others_that_are_ready() {
        let streams = streams(9);
        let answers = Arc::new(AtomicU64::new(0));
        let woken = Arc::new(Notify::new());
        let (seen, connection) = (Arc::clone(&answers), Arc::clone(&woken));
        let asked = async move {
            for _ in 0..3 {
                let (answers, woken) = (Arc::clone(&answers), Arc::clone(&woken));
                streams.execute(async move {
                    answers.fetch_add(1, Ordering::Relaxed);
                    woken.notify_one();
                });
            }
            let connection = std::pin::pin!(async {
                connection.notified().await;
                seen.load(Ordering::Relaxed)
            });
            streams.gathered(connection).await
        };
        assert_eq!(tokio::spawn(asked).await.unwrap(), 3);
    }
}
