//! Connections themselves: who sends half a request, and what a stop does to those that are open.

use crate::support::{PATIENCE, TestApp, both, key};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

async fn dial(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.origin().strip_prefix("http://").unwrap()).await.unwrap()
}

/// What comes until `end` does.
async fn hears(stream: &mut TcpStream, end: &str) -> String {
    let (mut heard, mut byte) = (String::new(), [0_u8]);
    let wait = async {
        while !heard.ends_with(end) && stream.read(&mut byte).await.unwrap() == 1 {
            heard.push(char::from(byte[0]));
        }
    };
    timeout(PATIENCE, wait).await.expect("an answer");
    assert!(heard.ends_with(end), "{heard}");
    heard
}

/// How long it takes until the other end hangs up, without having said a word.
async fn is_closed(stream: &mut TcpStream) -> Duration {
    let (begun, mut byte) = (Instant::now(), [0_u8]);
    let closed = timeout(PATIENCE, stream.read(&mut byte)).await.expect("the connection is closed");
    assert!(matches!(closed, Ok(0) | Err(_)), "nothing was to be said");
    begun.elapsed()
}

both! {
    async fn half_a_head_is_not_waited_for(app: TestApp, Setup::configured(|config| config.head_timeout_secs = 1)) {
        let (mut silent, mut half) = (dial(&app).await, dial(&app).await);
        half.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n").await.unwrap();
        assert!(is_closed(&mut half).await >= Duration::from_millis(500), "not at once");
        is_closed(&mut silent).await;
    }

    async fn a_head_byte_by_byte_is_not_waited_for(app: TestApp, Setup::configured(|config| config.head_timeout_secs = 1)) {
        let stream = dial(&app).await;
        let (mut read, mut write) = stream.into_split();
        let drip = async {
            for byte in b"GET /healthz HTTP/1.1\r\nX: ".iter().chain(std::iter::repeat(&b'x')) {
                if write.write_all(&[*byte]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let mut byte = [0_u8];
        tokio::select! {
            closed = read.read(&mut byte) => assert!(matches!(closed, Ok(0) | Err(_)), "nothing was to be said"),
            () = drip => {}
            () = tokio::time::sleep(PATIENCE) => panic!("the connection is still open"),
        }
    }

    async fn a_connection_serves_more_than_one_request(app: TestApp) {
        let mut stream = dial(&app).await;
        for _ in 0..2 {
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n").await.unwrap();
            hears(&mut stream, "\r\n\r\nok").await;
        }
    }

    async fn a_stop_finishes_requests_and_ends_connections_that_rest(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let (mut resting, mut silent, mut busy) = (dial(&app).await, dial(&app).await, dial(&app).await);
        resting.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n").await.unwrap();
        hears(&mut resting, "\r\n\r\nok").await;
        let message = json!({ "client": key(), "text": "Still on its way" }).to_string();
        let head = format!(
            "POST /api/v1/widget/messages HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            customer.token(),
            message.len()
        );
        busy.write_all(head.as_bytes()).await.unwrap();
        // The handler reads: the request is under way.
        hears(&mut busy, "100 Continue\r\n\r\n").await;
        customer.vanishes();
        let finish = async {
            is_closed(&mut resting).await;
            is_closed(&mut silent).await;
            busy.write_all(message.as_bytes()).await.unwrap();
            let answer = hears(&mut busy, "}").await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        };
        tokio::join!(app.stop(), finish);
        assert_eq!(app.eyes().number("select count(*) from event where kind = 'message'").await, 2);
    }
}
