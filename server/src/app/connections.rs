//! Connections: accepted one by one, and never waited for longer than the head of a request may take.
//!
//! HTTP/1.1 only: browsers speak HTTP/2 to the proxy in front, if at all.

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::pin,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// How long to wait when the system gives no more connections: until some have ended.
const OUT_OF_BREATH: Duration = Duration::from_millis(500);

/// Serves `router` until `closing`; then takes nobody in, ends connections that rest and waits for requests under way.
pub async fn serve(listener: TcpListener, router: Router, head_timeout: Duration, closing: CancellationToken) {
    // Makes the routes once rather than with each request.
    let router = router.with_state::<()>(());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    let open = TaskTracker::new();
    while let Some((stream, peer)) = closing.run_until_cancelled(accept(&listener)).await {
        open.spawn(talk(http.clone(), router.clone(), (stream, peer), closing.clone()));
    }
    drop(listener);
    open.close();
    open.wait().await;
}

/// One connection, to its end or to its upgrade.
async fn talk(http: http1::Builder, router: Router, (stream, peer): (TcpStream, SocketAddr), closing: CancellationToken) {
    let service = router.map_request(move |request| from(peer, request));
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = pin!(connection.with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "A connection ended early.");
    }
}

fn from(peer: SocketAddr, request: Request<Incoming>) -> Request<Body> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// The next connection. That one could not be had ends nothing, and what may last is not tried again at once.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Frames are small and wanted at once.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "A connection stays with delays.");
                }
                return (stream, peer);
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "A connection could not be accepted.");
                sleep(OUT_OF_BREATH).await;
            }
        }
    }
}

/// Whether only the one who called has hung up again.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset)
}
