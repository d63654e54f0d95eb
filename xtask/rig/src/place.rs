//! Where a run's desk is stored: a database with people and chats in it, gone when the run is over.

mod fixtures;

pub use fixtures::{AgentKey, ChatKey, Fixtures};

use anyhow::{Context, Result, bail};
use engine::{
    clock::Clock,
    database::Connections,
    services::{Options, Services},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Db {
    Sqlite,
    Postgres,
}

impl Db {
    pub fn word(self) -> &'static str {
        match self {
            Db::Sqlite => "sqlite",
            Db::Postgres => "postgres",
        }
    }
}

/// What a place is filled with.
#[derive(Debug, Clone, Copy)]
pub struct Sowing {
    pub agents: usize,
    /// Chats that are already joined, shared out among the agents in turn.
    pub chats: usize,
    /// Stands in a note of every chat: no customer may ever be sent it.
    pub canary: Option<&'static str>,
}

pub struct Place {
    pub db: Db,
    /// As `DESKBELL_DATABASE_URL` takes it.
    pub url: String,
    pub fixtures: Fixtures,
    directory: TempDir,
    schema: Option<(String, String)>,
}

impl Place {
    /// A new database with the fixtures in it. PostgreSQL is the one that `DESKBELL_TEST_POSTGRES` names.
    pub async fn make(db: Db, sowing: Sowing) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("deskbell-rig-").tempdir()?;
        Self::make_in(db, sowing, directory).await
    }

    /// As [`Place::make`], in a directory of the caller's choice.
    pub async fn make_in(db: Db, sowing: Sowing, directory: TempDir) -> Result<Self> {
        let (url, schema) = match db {
            Db::Sqlite => (format!("sqlite://{}/deskbell.db", directory.path().display()), None),
            Db::Postgres => {
                let Ok(server) = std::env::var("DESKBELL_TEST_POSTGRES") else {
                    bail!("DESKBELL_TEST_POSTGRES names no PostgreSQL: set it to postgres://USER@HOST/NAME");
                };
                let schema = format!("rig_{}", Uuid::new_v4().simple());
                execute(&server, format!("create schema {schema}")).await?;
                let joint = if server.contains('?') { '&' } else { '?' };
                (format!("{server}{joint}options=-c%20search_path%3D{schema}"), Some((server, schema)))
            }
        };
        let services = open(&url).await?;
        let fixtures = fixtures::sow(&services, sowing).await;
        services.stop().await;
        Ok(Self { db, url, fixtures: fixtures?, directory, schema })
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("deskbell.db")
    }

    /// Takes everything away again.
    pub async fn remove(self) -> Result<()> {
        if let Some((server, schema)) = &self.schema {
            execute(server, format!("drop schema {schema} cascade")).await?;
        }
        Ok(())
    }
}

/// The desk's services on a database, with nothing running by itself.
pub async fn open(url: &str) -> Result<Services> {
    let options = Options {
        nats: None,
        database_url: url.to_owned(),
        connections: Connections { readers: 4, writers: 4 },
        clock: Clock::System,
        node: "fixtures".into(),
        texts: domain::text::Texts::new("en", std::collections::BTreeMap::new()),
    };
    Services::open(options).await.context("cannot open the database of the run")
}

async fn execute(server: &str, statement: String) -> Result<()> {
    let mut connection = PgConnection::connect(server).await.context("cannot reach PostgreSQL")?;
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
