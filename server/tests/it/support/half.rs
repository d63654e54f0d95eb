//! The two databases, and a place on each of them that is gone after the test.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{env, fs::OpenOptions, io::Write};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Sqlite,
    Postgres,
}

/// Where one test's desk is stored.
pub struct Place {
    pub url: String,
    pub directory: tempfile::TempDir,
    schema: Option<(String, String)>,
}

/// The PostgreSQL server that the run was given.
fn postgres() -> Option<String> {
    env::var("DESKBELL_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// The NATS server that the run was given, if it was given a PostgreSQL server beside it: several nodes need both.
pub fn nats() -> Option<String> {
    env::var("DESKBELL_TEST_NATS").ok().filter(|url| !url.is_empty() && postgres().is_some())
}

/// Whether tests with several nodes can run; notes down what is run and what is skipped.
pub fn nats_is_here() -> bool {
    let here = nats().is_some();
    if here {
        report("nats");
    } else {
        println!("skipped: DESKBELL_TEST_NATS or DESKBELL_TEST_POSTGRES is not set");
        report("skipped nats");
    }
    here
}

impl Half {
    pub fn word(self) -> &'static str {
        match self {
            Half::Sqlite => "sqlite",
            Half::Postgres => "postgres",
        }
    }

    /// Whether the run was given this database; notes down what is run and what is skipped.
    pub fn is_here(self) -> bool {
        let here = self == Half::Sqlite || postgres().is_some();
        if here {
            report(self.word());
        } else {
            println!("skipped: DESKBELL_TEST_POSTGRES is not set");
            report(&format!("skipped {}", self.word()));
        }
        here
    }

    /// A new empty database. On PostgreSQL a commit does not wait for the disk: no test here pulls its plug.
    pub async fn place(self) -> Place {
        self.place_with("%20-c%20synchronous_commit%3Doff").await
    }

    /// A new empty database as it is in production.
    pub async fn durable_place(self) -> Place {
        self.place_with("").await
    }

    async fn place_with(self, options: &str) -> Place {
        let directory = tempfile::Builder::new().prefix("deskbell-it-").tempdir().unwrap();
        match self {
            Half::Sqlite => Place { url: format!("sqlite://{}/desk.db", directory.path().display()), directory, schema: None },
            Half::Postgres => {
                let (server, schema) = (postgres().unwrap(), format!("it_{}", Uuid::new_v4().simple()));
                execute(&server, format!("create schema {schema}")).await;
                let joint = if server.contains('?') { '&' } else { '?' };
                let url = format!("{server}{joint}options=-c%20search_path%3D{schema}{options}");
                Place { url, directory, schema: Some((server, schema)) }
            }
        }
    }
}

impl Place {
    pub async fn remove(&self) {
        if let Some((server, schema)) = &self.schema {
            execute(server, format!("drop schema {schema} cascade")).await;
        }
    }
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn report(line: &str) {
    let Some(path) = env::var_os("DESKBELL_TEST_REPORT") else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
