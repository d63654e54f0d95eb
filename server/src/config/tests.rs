use super::*;

fn given(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> anyhow::Result<Config> {
    let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    gather(Given { file: None, environment: own(environment), flags: own(flags) })?.config()
}

#[test]
fn every_key_has_a_sentence_and_a_field() {
    assert!(keys().iter().all(|key| key.help.ends_with('.')), "a key without its sentence");
    let defaults = Config::defaults().unwrap();
    assert_eq!((defaults.port, defaults.demo), (8080, false));
    defaults.check().unwrap();
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("deskbell.toml"), "port = 1\nnode_id = \"file\"\nsockets_per_agent = 3\n").unwrap();
    let data = directory.path().to_str().unwrap();
    let config = given(&[("DESKBELL_PORT", "2"), ("DESKBELL_NODE_ID", "environment"), ("DESKBELL_DATA", data)], &[("port", "3")]).unwrap();
    assert_eq!((config.port, config.node_id.as_str(), config.sockets_per_agent), (3, "environment", 3));
}

#[test]
fn misspelt_keys_are_refused_with_a_suggestion() {
    let error = given(&[("DESKBELL_PUBLIC_ULR", "x")], &[]).err().unwrap().to_string();
    assert!(error.contains("did you mean DESKBELL_PUBLIC_URL?"), "{error}");
    given(&[("DESKBELL_TEST_DATABASE", "x"), ("DESKBELL_SITE", "x"), ("HOME", "/")], &[]).unwrap();
    assert!(given(&[("DESKBELL_PORT", "many")], &[]).is_err());
}

#[test]
fn a_value_may_stand_in_a_file_of_its_own_and_is_masked_when_secret() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    std::fs::write(&path, "a-secret-of-more-than-32-characters\n").unwrap();
    let environment = vec![("DESKBELL_SECRET_KEY_FILE".to_owned(), path.display().to_string())];
    let gathered = gather(Given { environment, ..Given::default() }).unwrap();
    assert_eq!(gathered.config().unwrap().secret_key, "a-secret-of-more-than-32-characters");
    assert!(!gathered.show().contains("a-secret"), "{}", gathered.show());
}

#[test]
fn plain_http_beyond_this_machine_is_refused_unless_allowed() {
    let with = |url: &str, allow: &str| given(&[("DESKBELL_PUBLIC_URL", url), ("DESKBELL_ALLOW_HTTP", allow)], &[]).unwrap();
    for fine in ["https://desk.example", "http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:2"] {
        with(fine, "false").check().unwrap();
    }
    assert!(with("http://desk.example", "false").check().is_err());
    with("http://desk.example", "true").check().unwrap();
    assert!(with("https://desk.example/path", "true").check().is_err());
    assert!(given(&[("DESKBELL_LISTEN_ADDR", "0.0.0.0")], &[]).unwrap().check().is_err());
    assert_eq!(with("https://Desk.example:443/", "false").origin(1).unwrap().url, "https://desk.example");
}

#[test]
fn nats_wants_postgresql() {
    let with = |database: &str| given(&[("DESKBELL_NATS_URL", "nats://127.0.0.1:4222"), ("DESKBELL_DATABASE_URL", database)], &[]).unwrap();
    for sqlite in ["", "sqlite:///tmp/desk.db"] {
        let refused = with(sqlite).check().unwrap_err().to_string();
        assert!(refused.contains("postgres://"), "{refused}");
    }
    with("postgres://127.0.0.1/desk").check().unwrap();
    assert!(given(&[("DESKBELL_NATS_CREDS", "file")], &[]).unwrap().check().is_err());
}

#[test]
fn the_key_is_made_once() {
    let directory = tempfile::tempdir().unwrap();
    let first = secret::load("", directory.path()).unwrap();
    assert_eq!(secret::load("", directory.path()).unwrap(), first);
    assert_ne!(secret::load(&"x".repeat(32), directory.path()).unwrap(), first);
}

#[test]
fn the_documentation_names_every_key_and_its_default() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/CONFIGURATION.md");
    let document = std::fs::read_to_string(path).unwrap();
    for key in keys() {
        let row = format!("| `{}` | `{}` | {} |", key.name, key.default, key.help);
        assert!(document.contains(&row), "docs/CONFIGURATION.md lacks this row:\n{row}");
    }
}
