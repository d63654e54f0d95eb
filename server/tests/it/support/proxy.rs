//! A wire to a server that can be held: connections stay open, and nothing comes through until it is let go.

use std::{net::SocketAddr, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Dropping it cuts everything.
pub struct Proxy {
    pub address: SocketAddr,
    held: Arc<watch::Sender<bool>>,
    cuts: Arc<watch::Sender<u64>>,
    accepts: JoinHandle<()>,
}

impl Proxy {
    /// A way to `HOST:PORT`.
    pub async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, held) = (listener.local_addr().unwrap(), Arc::new(watch::Sender::new(false)));
        let cuts = Arc::new(watch::Sender::new(0));
        let accepts = tokio::spawn(accept(listener, server, Arc::clone(&held), Arc::clone(&cuts)));
        Self { address, held, cuts, accepts }
    }

    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Ends every connection that there is; new ones work.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    pub fn let_go(&self) {
        self.held.send_replace(false);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepts.abort();
    }
}

async fn accept(listener: TcpListener, server: String, held: Arc<watch::Sender<bool>>, cuts: Arc<watch::Sender<u64>>) {
    let mut open = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        let Ok(far) = TcpStream::connect(&server).await else { continue };
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        for (from, to) in [(near_in, far_out), (far_in, near_out)] {
            let (carried, mut cut) = (carry(from, to, held.subscribe()), cuts.subscribe());
            open.spawn(async move {
                tokio::select! {
                    () = carried => {}
                    _ = cut.changed() => {}
                }
            });
        }
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut held: watch::Receiver<bool>) {
    let mut piece = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        if held.wait_for(|held| !held).await.is_err() || to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
