//! The writer: takes closures and batched commands, commits them in groups, answers, then publishes.
//!
//! It runs on a thread of its own with its own small runtime, so that a closure's future need not be `Send` and a busy
//! web side cannot starve it. On SQLite one connection commits up to [`GROUP`] jobs with one sync of the disk; each
//! runs in a savepoint. On PostgreSQL each closure has its own transaction, tried again on conflicts, and the commands
//! are committed in batches.

use super::{Address, Connection, Tx, batch, dialect};
use crate::{bugs::Bug, bus::Bus, failure::Failure};
use futures_util::{FutureExt, future::LocalBoxFuture};
use sqlx::{Executor as _, PgPool, SqlitePool, postgres::PgPoolOptions};
use std::{panic::AssertUnwindSafe, rc::Rc, sync::Arc};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// The most jobs of one commit.
const GROUP: usize = 64;
/// The most jobs that wait; beyond it the writer refuses before it acknowledges anything.
const QUEUE: usize = 4_096;
/// A node that stands still in the middle of a write holds up the others no longer than this.
const LET_GO: &str = "set idle_in_transaction_session_timeout = '10s'";
/// How often a closure is tried again when PostgreSQL reports a conflict.
const TRIES: u32 = 8;

#[derive(Clone)]
pub struct Writer {
    closures: mpsc::Sender<Box<dyn Job>>,
    commands: mpsc::Sender<batch::Ticket>,
    closing: CancellationToken,
    closed: CancellationToken,
}

/// A closure with the place for its answer.
trait Job: Send {
    /// Runs once; may be run again if the transaction is.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Step>;
    /// Answers with the result of the last run, or with why nothing was committed.
    fn answer(self: Box<Self>, commit: Result<(), Failure>);
}

/// What a run of a job means for its transaction.
enum Step {
    Keep,
    RollBack,
    /// The database reported a conflict: run the whole transaction again.
    Again,
}

struct Closure<F, T> {
    change: F,
    outcome: Option<Result<T, Failure>>,
    reply: oneshot::Sender<Result<T, Failure>>,
}

impl<F, T> Job for Closure<F, T>
where
    F: AsyncFn(&mut Tx) -> Result<T, Failure> + Send,
    T: Send,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Step> {
        Box::pin(async move {
            // A change that panics is our fault, and only its own caller's misfortune.
            let outcome = AssertUnwindSafe((self.change)(tx)).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(anyhow::anyhow!("a change panicked").into()));
            let step = match &outcome {
                Ok(_) => Step::Keep,
                Err(failure) if is_conflict(failure) => Step::Again,
                Err(_) => Step::RollBack,
            };
            self.outcome = Some(outcome);
            step
        })
    }

    fn answer(self: Box<Self>, commit: Result<(), Failure>) {
        let answer = match (self.outcome, commit) {
            // Also where it was refused: that was decided on what is gone again.
            (_, Err(failure)) => Err(failure),
            (Some(outcome), Ok(())) => outcome,
            (None, Ok(())) => Err(Failure::Unavailable),
        };
        // Nobody waits any more if the request was dropped: the change stands all the same.
        let _ = self.reply.send(answer);
    }
}

/// Serialisation failure or deadlock: the transaction may succeed if run again. So may one that stored a key which
/// another transaction stored first: run again, it finds what is there. And one that lost a compare-and-set, or a place
/// that another node filled first.
fn is_conflict(failure: &Failure) -> bool {
    if let Failure::Unavailable = failure {
        return true;
    }
    let Failure::Database(sqlx::Error::Database(error)) = failure else { return false };
    matches!(error.code().as_deref(), Some("40001" | "40P01" | "23505"))
}

impl Writer {
    /// Starts the writer's thread. It ends after [`Writer::close`].
    pub(super) fn start(address: Address, connections: u32, bus: Bus) -> anyhow::Result<Self> {
        let (closures, closure_queue) = mpsc::channel(QUEUE);
        let (commands, command_queue) = mpsc::channel(QUEUE);
        let (closing, closed) = (CancellationToken::new(), CancellationToken::new());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let worker = Worker { closures: closure_queue, commands: command_queue, bus, closing: closing.clone() };
        // Also when the thread ends in a panic: nobody shall wait for it for ever.
        let done = closed.clone().drop_guard();
        std::thread::Builder::new().name("deskbell-writer".into()).spawn(move || {
            let tasks = tokio::task::LocalSet::new();
            let _done = done;
            tasks.block_on(&runtime, worker.work(address, connections));
        })?;
        Ok(Self { closures, commands, closing, closed })
    }

    pub(super) async fn run<F, T>(&self, change: F) -> Result<T, Failure>
    where
        F: AsyncFn(&mut Tx) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Closure { change, outcome: None, reply });
        self.closures.try_send(job).map_err(|_| Failure::Unavailable)?;
        answer.await.map_err(|_| Failure::Unavailable)?
    }

    pub(super) async fn submit(&self, command: batch::Command) -> Result<batch::Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        self.commands.try_send(batch::Ticket { command, reply }).map_err(|_| Failure::Unavailable)?;
        answer.await.map_err(|_| Failure::Unavailable)?
    }

    /// Accepts nothing more, finishes what was accepted, closes the connections.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        self.closed.cancelled().await;
    }
}

struct Worker {
    closures: mpsc::Receiver<Box<dyn Job>>,
    commands: mpsc::Receiver<batch::Ticket>,
    bus: Bus,
    closing: CancellationToken,
}

/// One commit's worth of work.
#[derive(Default)]
struct Group {
    closures: Vec<Box<dyn Job>>,
    commands: Vec<batch::Ticket>,
}

impl Group {
    fn len(&self) -> usize {
        self.closures.len() + self.commands.len()
    }
}

/// Takes what has queued up, until there are `most`.
fn fill<T>(taken: &mut Vec<T>, queue: &mut mpsc::Receiver<T>, most: usize) {
    while taken.len() < most {
        match queue.try_recv() {
            Ok(next) => taken.push(next),
            Err(_) => return,
        }
    }
}

impl Worker {
    async fn work(self, address: Address, connections: u32) {
        match address {
            Address::Sqlite(options) => {
                let pool = super::sqlite_pool().max_connections(1).connect_lazy_with(options.optimize_on_close(true, None));
                self.sqlite(&pool).await;
                empty_the_log(&pool).await;
                pool.close().await;
            }
            Address::Postgres(options) => {
                let pool = PgPoolOptions::new()
                    .max_connections(connections.max(2))
                    .after_connect(|connection, _| Box::pin(async move { connection.execute(LET_GO).await.map(|_| ()) }))
                    .connect_lazy_with(options);
                self.postgres(&pool, connections.max(2) as usize).await;
                pool.close().await;
            }
        }
    }

    /// The next group: what has queued up while the last one was committed. `None` once closed and empty.
    async fn next_group(&mut self) -> Option<Group> {
        let mut group = Group::default();
        tokio::select! {
            biased;
            Some(ticket) = self.commands.recv() => group.commands.push(ticket),
            Some(job) = self.closures.recv() => group.closures.push(job),
            () = self.closing.cancelled() => {
                self.closures.close();
                self.commands.close();
            }
            else => return None,
        }
        // Neither crowds out the other: of many thousands who come back at once, each with a closure, no message waits long.
        fill(&mut group.closures, &mut self.closures, GROUP / 2);
        let left = GROUP - group.closures.len();
        fill(&mut group.commands, &mut self.commands, left);
        let left = GROUP - group.commands.len();
        fill(&mut group.closures, &mut self.closures, left);
        let finished = group.len() == 0 && self.closing.is_cancelled();
        if finished { None } else { Some(group) }
    }

    async fn sqlite(mut self, pool: &SqlitePool) {
        while let Some(group) = self.next_group().await {
            metrics::histogram!("deskbell_writer_group").record(group.len() as f64);
            match pool.begin_with("begin immediate").await {
                Ok(transaction) => self.commit_group(Tx { connection: Connection::Sqlite(transaction), outgoing: Vec::new() }, group).await,
                Err(error) => refuse(group, &error),
            }
        }
    }

    /// Runs each job of a group in a savepoint, commits once, then answers all.
    async fn commit_group(&self, mut tx: Tx, mut group: Group) {
        let mut broken = None;
        let mut decided = match within(&mut tx, async |tx| batch::decide(tx, &group.commands).await).await {
            Ok(Ok(decided)) => decided,
            Ok(Err(failure)) => group.commands.iter().map(|_| Err(copy(&failure))).collect(),
            Err(error) => {
                broken = Some(error);
                group.commands.iter().map(|_| Err(Failure::Unavailable)).collect()
            }
        };
        for job in &mut group.closures {
            // Without the transaction a savepoint would be one of its own, and commit what nobody is told of.
            if broken.is_some() {
                break;
            }
            broken = run_in_savepoint(&mut tx, job.as_mut()).await.err();
        }
        let Tx { connection, outgoing } = tx;
        if Bug::AnswerBeforeCommit.is_on() {
            group.commands = answer_early(group.commands, &mut decided).await;
        }
        let committed = match (broken, connection) {
            (Some(error), _) => Err(error),
            (None, Connection::Sqlite(transaction)) => transaction.commit().await,
            (None, Connection::Postgres(transaction)) => transaction.commit().await,
        };
        finish(committed, group, decided, outgoing, &self.bus);
    }

    async fn postgres(mut self, pool: &PgPool, connections: usize) {
        let permits = Arc::new(Semaphore::new(connections - 1));
        let bus = Rc::new(self.bus.clone());
        let all = Arc::clone(&permits);
        while let Some(group) = self.next_group().await {
            for job in group.closures {
                let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
                let (pool, bus) = (pool.clone(), Rc::clone(&bus));
                tokio::task::spawn_local(async move {
                    run_alone(&pool, job, &bus).await;
                    drop(permit);
                });
            }
            if !group.commands.is_empty() {
                run_commands(pool, group.commands, &bus).await;
            }
        }
        // Whoever still writes holds a permit.
        let _ = all.acquire_many(u32::try_from(connections - 1).unwrap_or(1)).await;
    }
}

/// Puts everything into SQLite's main file, so that a copy of that file alone is the whole desk.
async fn empty_the_log(pool: &SqlitePool) {
    let emptied: Result<(i64, i64, i64), sqlx::Error> = sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(pool).await;
    match emptied {
        Ok((0, _, _)) => {}
        Ok((_busy, _, _)) => tracing::warn!("Somebody else reads the database: its -wal file was not emptied and belongs to it."),
        Err(error) => tracing::warn!(%error, "The database's -wal file was not emptied and belongs to it."),
    }
}

/// Runs `work` in a savepoint, undone if it fails. The outer error is that the transaction itself is gone: SQLite ends it
/// when the disk is full or fails.
async fn within<T>(tx: &mut Tx, work: impl AsyncFnOnce(&mut Tx) -> Result<T, Failure>) -> Result<Result<T, Failure>, sqlx::Error> {
    let told = tx.outgoing.len();
    tx.control(dialect::SAVEPOINT).await?;
    let outcome = work(tx).await;
    if outcome.is_err() {
        tx.outgoing.truncate(told);
        tx.control(dialect::ROLL_BACK).await?;
    }
    tx.control(dialect::RELEASE).await?;
    Ok(outcome)
}

async fn run_in_savepoint(tx: &mut Tx, job: &mut dyn Job) -> Result<(), sqlx::Error> {
    let told = tx.outgoing.len();
    tx.control(dialect::SAVEPOINT).await?;
    match job.run(tx).await {
        Step::Keep => {}
        Step::RollBack | Step::Again => {
            tx.outgoing.truncate(told);
            tx.control(dialect::ROLL_BACK).await?;
        }
    }
    tx.control(dialect::RELEASE).await
}

/// One closure in a transaction of its own.
async fn run_alone(pool: &PgPool, mut job: Box<dyn Job>, bus: &Bus) {
    for attempt in 1..=TRIES {
        let mut tx = match pool.begin().await {
            Ok(transaction) => Tx { connection: Connection::Postgres(transaction), outgoing: Vec::new() },
            Err(error) => return job.answer(Err(error.into())),
        };
        let step = job.run(&mut tx).await;
        let committed = match step {
            Step::Keep => tx.commit().await,
            Step::RollBack => return job.answer(Ok(())),
            Step::Again => Err(Failure::Unavailable),
        };
        match committed {
            Ok(outgoing) => {
                job.answer(Ok(()));
                return bus.publish(outgoing);
            }
            Err(failure) if attempt == TRIES || !(matches!(step, Step::Again) || is_conflict(&failure)) => return job.answer(Err(failure)),
            Err(_) => {}
        }
    }
}

async fn run_commands(pool: &PgPool, commands: Vec<batch::Ticket>, bus: &Bus) {
    for attempt in 1..=TRIES {
        let outcome = try_commands(pool, &commands).await;
        match outcome {
            Ok((decided, outgoing)) => {
                return finish(Ok(()), Group { closures: Vec::new(), commands }, decided, outgoing, bus);
            }
            Err(failure) if attempt == TRIES || !is_conflict(&failure) => {
                let decided = commands.iter().map(|_| Err(copy(&failure))).collect();
                return finish(Ok(()), Group { closures: Vec::new(), commands }, decided, Vec::new(), bus);
            }
            Err(_) => {}
        }
    }
}

async fn try_commands(pool: &PgPool, commands: &[batch::Ticket]) -> Result<(batch::Decided, Vec<super::Outgoing>), Failure> {
    let mut tx = Tx { connection: Connection::Postgres(pool.begin().await?), outgoing: Vec::new() };
    let decided = batch::decide(&mut tx, commands).await?;
    Ok((decided, tx.commit().await?))
}

/// What [`Bug::AnswerBeforeCommit`] does: everybody is told that it is stored, a good while before it is.
async fn answer_early(commands: Vec<batch::Ticket>, decided: &mut batch::Decided) -> Vec<batch::Ticket> {
    for (ticket, answer) in commands.into_iter().zip(std::mem::take(decided)) {
        let _ = ticket.reply.send(answer);
    }
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    Vec::new()
}

/// Answers everybody, then tells the followers.
fn finish(committed: Result<(), sqlx::Error>, group: Group, decided: batch::Decided, outgoing: Vec<super::Outgoing>, bus: &Bus) {
    let ok = match &committed {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(error = %error, jobs = group.len(), "a group of writes was not committed; nothing of it was acknowledged");
            false
        }
    };
    for (ticket, answer) in group.commands.into_iter().zip(decided) {
        let _ = ticket.reply.send(if ok { answer } else { Err(Failure::Unavailable) });
    }
    for job in group.closures {
        job.answer(if ok { Ok(()) } else { Err(Failure::Unavailable) });
    }
    if ok {
        bus.publish(outgoing);
    }
}

fn refuse(group: Group, error: &sqlx::Error) {
    tracing::error!(error = %error, jobs = group.len(), "the writer could not begin a transaction; nothing was acknowledged");
    for ticket in group.commands {
        let _ = ticket.reply.send(Err(Failure::Unavailable));
    }
    for job in group.closures {
        job.answer(Err(Failure::Unavailable));
    }
}

/// A failure of a whole batch, told to each of its senders.
fn copy(failure: &Failure) -> Failure {
    tracing::error!(error = %failure, "a batch of messages failed");
    Failure::Unavailable
}

impl Tx {
    async fn control(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        super::on!(self, c => sqlx::query(statement).execute(c).await.map(|_| ()))
    }

    /// Commits and hands out what is to be told.
    async fn commit(self) -> Result<Vec<super::Outgoing>, Failure> {
        match self.connection {
            Connection::Sqlite(transaction) => transaction.commit().await?,
            Connection::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(self.outgoing)
    }
}

#[cfg(test)]
mod tests;
