use super::*;
use crate::live::Hub;
use domain::{ids::Epoch, time::Timestamp};
use std::path::Path;
use uuid::Uuid;

const CONNECTIONS: Connections = Connections { readers: 2, writers: 2 };

/// Opens the desk in `directory`; one that has none gets this epoch.
async fn open(directory: &Path, epoch: u128) -> Database {
    let url = format!("sqlite://{}/desk.db", directory.display());
    let database = Database::open(&url, CONNECTIONS, Bus::Local(Hub::default())).await.unwrap();
    let epoch = Uuid::from_u128(epoch);
    database.write(async move |tx: &mut Tx| tx.ensure_desk(epoch, Timestamp(1)).await).await.unwrap();
    database
}

#[tokio::test]
async fn a_clean_stop_leaves_all_in_one_file() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("desk.db-wal");
    let size = || std::fs::metadata(&log).map_or(0, |found| found.len());
    let database = open(directory.path(), 7).await;
    // Both readers are open: one of them was the last to go.
    let (mut one, mut other) = (database.read().await.unwrap(), database.read().await.unwrap());
    assert_eq!(one.epoch().await.unwrap(), other.epoch().await.unwrap());
    drop((one, other));
    assert!(size() > 0, "what was written stands in the log so far");
    database.close().await;
    assert_eq!(size(), 0);
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(directory.path().join("desk.db"), copy.path().join("desk.db")).unwrap();
    let database = open(copy.path(), 8).await;
    assert_eq!(database.read().await.unwrap().epoch().await.unwrap(), Epoch::new(Uuid::from_u128(7)));
    database.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    let database = open(directory.path(), 7).await;
    let rights = |name: &str| std::fs::metadata(directory.path().join(name)).unwrap().permissions().mode() & 0o777;
    for name in ["desk.db", "desk.db-wal", "desk.db-shm"] {
        assert_eq!(rights(name), 0o600, "{name}");
    }
    database.close().await;
}

#[tokio::test]
async fn where_sqlite_ends_a_transaction_by_itself_the_next_write_has_another() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path(), 7).await;
    // As a full disk does, behind the driver's back.
    let end = async |tx: &mut Tx| Ok(on!(tx, c => sqlx::query("rollback").execute(c).await.map(drop))?);
    assert!(matches!(database.write(end).await, Err(Failure::Unavailable)), "nothing of it was committed");
    database.write(async |tx: &mut Tx| tx.epoch().await.map(drop)).await.unwrap();
    database.close().await;
}
