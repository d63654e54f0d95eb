//! Two databases, one desk: the same tables, and SQL that is text in the source.

use crate::support::{Half, Setup, TestApp, run, see};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Table, column, and whether it may be empty.
type Columns = BTreeSet<(String, String, bool)>;

const OWN: &str = "_sqlx_migrations";

async fn columns(app: &TestApp) -> Columns {
    let sql = match app.half() {
        Half::Sqlite => {
            "select t.name, c.name, (c.\"notnull\" = 0 and c.pk = 0) from pragma_table_list t join pragma_table_info(t.name) c \
             where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite_%'"
        }
        Half::Postgres => {
            "select table_name::text, column_name::text, (is_nullable = 'YES') from information_schema.columns \
             where table_schema = current_schema()"
        }
    };
    let rows: Vec<(String, String, bool)> = see!(app.eyes(), c => sqlx::query_as(sql).fetch_all(c).await.unwrap());
    rows.into_iter().filter(|(table, _, _)| table != OWN).collect()
}

#[test]
fn both_databases_have_the_same_tables() {
    let found: Mutex<Vec<Columns>> = Mutex::default();
    for half in [Half::Sqlite, Half::Postgres] {
        run(half, Setup::default(), async |app: TestApp| {
            let columns = columns(&app).await;
            found.lock().unwrap().push(columns);
        });
    }
    let found = found.into_inner().unwrap();
    assert!(found[0].iter().any(|(table, column, empty)| table == "event" && column == "pub_seq" && *empty));
    assert!(found[0].len() > 100, "{} columns", found[0].len());
    if let [sqlite, postgres] = &found[..] {
        let only: Vec<_> = sqlite.symmetric_difference(postgres).collect();
        assert!(only.is_empty(), "not in both, or not equally: {only:?}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All Rust sources below a directory.
fn sources(directory: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn sql_is_put_together_in_one_place_only() {
    let mut files = Vec::new();
    for directory in ["app/src", "app/domain/src", "server/src", "server/engine/src"] {
        sources(&root().join(directory), &mut files);
    }
    assert!(files.len() > 80, "{} sources", files.len());
    let word = ["Assert", "SqlSafe"].concat();
    for file in files.iter().filter(|file| !file.ends_with("database/dialect.rs")) {
        assert!(!fs::read_to_string(file).unwrap().contains(&word), "{} is trusted in {}", word, file.display());
    }
}

#[test]
fn migrations_have_the_same_numbers_and_names() {
    let names = |half: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root().join("migrations").join(half)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
