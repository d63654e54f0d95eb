//! A checker that cannot fail is a defect: each one is shown a desk that was broken on purpose.

use crate::support::{Eyes, Half, Setup, TestApp, key, run};
use domain::wire::SendMessage;

/// What breaks a promise: first what keeps the database from allowing it, then the deed.
const DEEDS: [(&str, &[&str]); 8] = [
    (
        "M2",
        &[
            "drop index event_client",
            "insert into event (conversation, seq, pub_seq, audience, kind, sender, client_id, payload, payload_hash, ts) \
             select conversation, (select max(seq) + 1 from event), (select max(pub_seq) + 1 from event), audience, kind, sender, client_id, payload, \
             payload_hash, ts from event where kind = 'message' and seq = 3",
        ],
    ),
    ("M3", &["delete from event where kind = 'message' and seq = 3"]),
    ("time never", &["update event set ts = ts - 5000 where seq = 3"]),
    ("R13", &["update agent set load = load - 1 where load > 0"]),
    (
        "R6",
        &[
            "update conversation set status = 'waiting', agent = null, offer = null where status = 'active'",
            "update offer set state = 'pending', ended_at = null",
        ],
    ),
    ("R4", &["delete from event where kind = 'offer_ended'"]),
    ("M3 streams", &["delete from stream_event where seq = 2"]),
    ("marks", &["update conversation set customer_read = 900"]),
];

/// A chat with something of everything, and the file that it is stored in.
async fn a_chat(app: &TestApp) {
    let (agent, customer) = (app.agent("Ana").await, app.customer());
    agent.comes_to_work().await;
    let chat = customer.says("Hello?").await;
    agent.accepts(chat).await;
    customer.send(SendMessage { client: key(), text: "More".into(), seen: 0 }).await.unwrap();
    app.stop().await;
}

async fn break_and_look(app: TestApp) {
    a_chat(&app).await;
    assert_eq!(app.eyes().findings().await, Vec::<String>::new(), "sound before the deed");
    app.eyes().change("pragma wal_checkpoint(truncate)").await;
    let whole = app.url().strip_prefix("sqlite://").unwrap();
    for (n, (promise, steps)) in DEEDS.iter().enumerate() {
        let copy = format!("{whole}.{n}");
        std::fs::copy(whole, &copy).unwrap();
        let eyes = Eyes::open(&format!("sqlite://{copy}"));
        for step in *steps {
            let rows = eyes.change(step).await;
            assert!(rows > 0 || step.starts_with("drop"), "{step} changes nothing");
        }
        let found = eyes.findings().await;
        assert!(found.iter().any(|line| line.starts_with(promise)), "{promise} is broken, found: {found:?}");
        eyes.close().await;
    }
}

#[test]
fn the_oracle_sees_what_is_wrong() {
    run(Half::Sqlite, Setup::without_oracle(), break_and_look);
}
