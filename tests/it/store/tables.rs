//! Tables and SQL texts: the same on both databases, made once, and nothing is looked for row by row.

use std::collections::BTreeSet;
use std::path::Path;

use kvartal::store::{Settings, Store};
use regex::Regex;
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

use crate::databases::{Database, migrations, on_both, on_postgres, on_sqlite, running};
use crate::support::Folder;

/// Lines that describe a database, asked for with one query that gives one text a row.
async fn described(db: &Database, lite: &str, pg: &str) -> BTreeSet<String> {
    let sql = if db.is_sqlite() { lite } else { pg };
    let sql = AssertSqlSafe(sql.to_owned());
    let rows: Vec<String> = if db.is_sqlite() {
        sqlx::query_scalar(sql).fetch_all(&mut db.lite().await).await.unwrap()
    } else {
        sqlx::query_scalar(sql).fetch_all(&mut db.pg().await).await.unwrap()
    };
    rows.into_iter().collect()
}

/// Fails with the lines that only one of the two has.
fn same_on_both(lite: &str, pg: &str) {
    let found = std::sync::Mutex::new(Vec::new());
    on_both(async |db| {
        let lines = described(db, lite, pg).await;
        assert!(!lines.is_empty());
        found.lock().unwrap().push(lines);
    });
    let found = found.into_inner().unwrap();
    let differ: Vec<&String> = found[0].symmetric_difference(&found[1]).collect();
    assert!(differ.is_empty(), "only on one of the two: {differ:#?}");
}

#[test]
fn both_have_the_same_tables_and_columns() {
    same_on_both(
        "SELECT m.name || '.' || c.name || ' ' || lower(c.type) || (CASE WHEN c.\"notnull\" OR c.pk THEN ' not null' ELSE '' END)
            || COALESCE(' default ' || lower(c.dflt_value), '')
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
        "SELECT table_name || '.' || column_name || ' '
            || (CASE data_type WHEN 'timestamp with time zone' THEN 'timestamp' WHEN 'bytea' THEN 'blob' ELSE data_type END)
            || (CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END)
            || COALESCE(' default ' || replace(column_default, '::text', ''), '')
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
    );
}

#[test]
fn both_have_the_same_foreign_keys() {
    same_on_both(
        "SELECT m.name || '.' || k.\"from\" || ' -> ' || k.\"table\" || '.' || k.\"to\"
         FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table'",
        "SELECT c.conrelid::regclass::text || '.' || a.attname || ' -> ' || c.confrelid::regclass::text || '.' || b.attname
         FROM pg_constraint c
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
         WHERE c.contype = 'f'",
    );
}

#[test]
fn both_have_the_same_indexes_and_unique_keys() {
    same_on_both(
        "SELECT (CASE WHEN l.\"unique\" THEN 'unique ' ELSE '' END) || m.name || ' (' ||
            (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) || ')'
         FROM sqlite_master m JOIN pragma_index_list(m.name) l
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
        "SELECT (CASE WHEN i.indisunique THEN 'unique ' ELSE '' END) || i.indrelid::regclass::text || ' (' ||
            (SELECT string_agg(a.attname, ', ' ORDER BY k.at)
             FROM unnest(i.indkey) WITH ORDINALITY k (number, at)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number) || ')'
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relname NOT LIKE '\\_sqlx%'",
    );
}

#[test]
fn texts_sort_by_their_bytes_on_postgresql() {
    on_postgres(async |db| {
        let sql =
            "SELECT table_name || '.' || column_name || ': write TEXT COLLATE \"C\" in the migration for PostgreSQL'
            FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'
            AND table_name NOT LIKE '\\_sqlx%' AND collation_name IS DISTINCT FROM 'C'";
        let sort_otherwise = described(db, sql, sql).await;
        assert!(sort_otherwise.is_empty(), "{sort_otherwise:#?}");
    });
}

#[test]
fn both_folders_hold_the_same_migrations_and_all_of_them_are_run() {
    let names = |kind: &str| -> Vec<String> {
        migrations(kind).iter().map(|it| it.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let numbers: Vec<i64> = names("sqlite").iter().map(|it| it[..4].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "numbered without gaps");
    on_both(async |db| {
        let run = db.number("SELECT COUNT(*) FROM _sqlx_migrations WHERE success").await;
        assert_eq!(run, numbers.len() as i64, "add it to all_migrations! in src/store/migrate.rs");
    });
}

#[test]
fn opening_a_database_again_changes_nothing() {
    on_both(async |db| {
        let before = db.number("SELECT COUNT(*) FROM _sqlx_migrations").await;
        for _ in 0..2 {
            db.another(Settings::default()).await.close().await;
        }
        assert_eq!(db.number("SELECT COUNT(*) FROM _sqlx_migrations").await, before);
    });
}

/// Eight nodes that start at the same moment on a database that has nothing yet.
async fn eight_at_once(url: &str) {
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let url = url.to_owned();
            tokio::spawn(async move { Store::open(&url).await })
        })
        .collect();
    for node in nodes {
        let store = node.await.unwrap().unwrap();
        store.ping().await.unwrap();
        store.close().await;
    }
}

#[test]
fn nodes_that_start_together_on_an_empty_sqlite_file_all_start() {
    let folder = Folder::new();
    running(eight_at_once(&format!("sqlite:{}", folder.path("ny.db"))));
}

#[test]
fn nodes_that_start_together_on_an_empty_postgresql_all_start() {
    on_postgres(async |db| {
        db.tries("DROP SCHEMA public CASCADE").await.unwrap();
        db.tries("CREATE SCHEMA public").await.unwrap();
        eight_at_once(&db.url).await;
    });
}

/// An SQL text of `src/store/`, with the name of its constant.
struct Sql {
    name: String,
    text: String,
}

impl Sql {
    fn is_for(&self, db: &Database) -> bool {
        !(db.is_sqlite() && self.name.ends_with("_PG"))
    }
}

fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut folders = vec![folder];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push((path.to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

fn texts() -> Vec<Sql> {
    let literal =
        Regex::new(r#"(?:const (\w+): &str =\s*)?"((?:SELECT|INSERT|UPDATE|DELETE|WITH)\s(?:[^"\\]|\\.)*)""#).unwrap();
    let mut found = Vec::new();
    for (path, source) in sources() {
        let production = source.split("#[cfg(test)]").next().unwrap();
        for it in literal.captures_iter(production) {
            let name = it.get(1).map_or("", |it| it.as_str());
            found.push(Sql { name: format!("{path}: {name}"), text: it[2].replace("\\\"", "\"") });
        }
    }
    assert!(found.len() > 80, "only {} texts found", found.len());
    found
}

#[test]
fn every_sql_text_is_understood_by_both_databases() {
    on_both(async |db| {
        for sql in texts().iter().filter(|it| it.is_for(db)) {
            let text = AssertSqlSafe(sql.text.clone()).into_sql_str();
            let prepared = if db.is_sqlite() {
                db.lite().await.prepare(text).await.map(|_| ())
            } else {
                db.pg().await.prepare(text).await.map(|_| ())
            };
            prepared.unwrap_or_else(|it| panic!("{}\n{}\n{it}", sql.name, sql.text));
        }
    });
}

#[test]
fn no_sql_text_is_put_together_from_pieces() {
    let pieced = Regex::new(r#"AssertSqlSafe|QueryBuilder|format!\(\s*"(?:SELECT|INSERT|UPDATE|DELETE)\b"#).unwrap();
    for (path, source) in sources() {
        assert!(
            !pieced.is_match(&source),
            "{path}: SQL is constant text with $1, $2 …; that makes injection impossible"
        );
    }
}

/// Tables so small that a nämnd's or a kommun's whole list is wanted, and those read from end to end on purpose.
const READ_WHOLE: &[&str] = &["namnd", "event_head", "_sqlx_migrations"];
/// Reads of everything there is: the rebuild, the audit, the clock.
const WHOLE_ON_PURPOSE: &[&str] = &[
    "WITH_READING",
    "verify.rs: CHAINS",
    "verify.rs: ORIGINALS",
    "round.rs: COLUMNS",
    "copy.rs: ",
    "letter.rs: ALL",
    "letter.rs: GIVEN_UP_OF",
    "session.rs: OLD_SESSIONS",
    "session.rs: OLD_LINKS",
    "session.rs: OLD_TRIES",
    "session.rs: OLD_DRAFTS",
];

#[test]
fn nothing_is_looked_for_row_by_row() {
    on_sqlite(async |db| {
        let mut connection = db.lite().await;
        let mut scans = Vec::new();
        for sql in texts().iter().filter(|it| it.is_for(db)) {
            if WHOLE_ON_PURPOSE.iter().any(|it| sql.name.contains(it)) {
                continue;
            }
            let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.text));
            for row in sqlx::query(plan).fetch_all(&mut connection).await.unwrap() {
                let step: String = row.get("detail");
                let table = step.strip_prefix("SCAN ").and_then(|it| it.split_whitespace().next());
                // With an index to follow, the rows come in the order they are wanted.
                let whole =
                    table.is_some_and(|it| !READ_WHOLE.contains(&it) && it != "CONSTANT" && it != "(subquery-1)");
                if whole {
                    scans.push(format!("{}: {step}\n    {}", sql.name, sql.text));
                }
            }
        }
        assert!(scans.is_empty(), "{}", scans.join("\n"));
    });
}

/// SQLite walks through a value of many pages to reach the columns behind it.
#[test]
fn large_values_stand_last_in_their_table_on_sqlite() {
    on_sqlite(async |db| {
        let sql = "SELECT m.name || '.' || c.name || ' stands after a BLOB' FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND EXISTS (SELECT 1
                FROM pragma_table_info(m.name) b WHERE b.type = 'BLOB' AND b.cid < c.cid)";
        let behind = described(db, sql, sql).await;
        assert!(behind.is_empty(), "{behind:#?}");
    });
}

/// The suite is whole: a verb that nobody tries here is a verb that may do something else on the other database.
#[test]
fn every_verb_of_the_store_is_tried() {
    let verb = Regex::new(r"pub async fn (\w+)").unwrap();
    let tests: String = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/store"))
        .unwrap()
        .map(|it| std::fs::read_to_string(it.unwrap().path()).unwrap())
        // How every database of the suite is opened.
        .chain([include_str!("../databases.rs").to_owned()])
        .collect();
    let mut untried = Vec::new();
    for (path, source) in sources() {
        for it in verb.captures_iter(&source) {
            if !Regex::new(&format!(r"[.:]{}\(", &it[1])).unwrap().is_match(&tests) {
                untried.push(format!("{path}: {}", &it[1]));
            }
        }
    }
    assert!(untried.is_empty(), "{untried:#?}");
}
