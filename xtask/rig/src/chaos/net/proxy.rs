//! A network of our own between clients and desk: slow, breaking, silent, forgetful or repeating, by a seed.

use super::framing::{self, Framing, Kind, Unit};
use anyhow::{Context, Result};
use bytes::{Bytes, BytesMut};
use domain::{ids::ClientKey, wire::Sent};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    collections::{BTreeSet, HashMap},
    future::pending,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpSocket, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

/// Room for one read.
const READ: usize = 4 << 10;
/// What a slow reader's system keeps for it.
const NARROW: u32 = 4 << 10;
/// As many may wait to be accepted as the system allows.
const BACKLOG: u32 = 4_096;
/// The longest pause before a repeated request is sent.
const REPEAT_WITHIN: u64 = 2_000;
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What happens to bytes on their way, in both directions unless said.
#[derive(Debug, Clone)]
pub struct Weather {
    /// Milliseconds that each piece takes.
    pub delay: RangeInclusive<u64>,
    /// The chance of a piece to be the last: some of its bytes arrive, then both ends are reset.
    pub reset: f64,
    pub bytes_per_second: Option<u32>,
    /// Pieces arrive in smaller ones, down to single bytes.
    pub splits: bool,
    /// Connections break when the answer to a message comes back: stored, but not acknowledged.
    pub forgets_answers: bool,
    /// A client's texts arrive one to three times, and its writing requests again on connections of their own.
    pub repeats: bool,
    /// The client takes one byte a second.
    pub trickles: bool,
}

impl Default for Weather {
    fn default() -> Self {
        Self { delay: 0..=0, reset: 0.0, bytes_per_second: None, splits: false, forgets_answers: false, repeats: false, trickles: false }
    }
}

/// What the proxy did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deeds {
    pub connections: u64,
    pub resets: u64,
    pub forgotten: u64,
    pub repeated: u64,
}

/// Connections with smaller numbers are cut or silent.
#[derive(Debug, Clone, Copy, Default)]
struct Below {
    cut: u64,
    silent: u64,
}

/// A door to the desk; what comes through has the weather of the moment. Dropping it cuts everything.
pub struct Proxy {
    pub address: SocketAddr,
    way: Arc<Way>,
    accepts: JoinHandle<()>,
}

struct Way {
    server: SocketAddr,
    seed: u64,
    narrow: bool,
    weather: Mutex<Weather>,
    below: watch::Sender<Below>,
    connections: AtomicU64,
    resets: AtomicU64,
    forgotten: AtomicU64,
    repeated: AtomicU64,
    /// The numbers that the desk gave to each message in answers that no client has seen.
    unseen: Mutex<HashMap<ClientKey, BTreeSet<u64>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Opens a door to `server` in fair weather.
    pub fn to(server: SocketAddr, seed: u64) -> Result<Self> {
        Self::open(server, seed, false)
    }

    /// A door for readers whose systems keep next to nothing for them.
    pub fn narrow(server: SocketAddr, seed: u64) -> Result<Self> {
        Self::open(server, seed, true)
    }

    fn open(server: SocketAddr, seed: u64, narrow: bool) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(BACKLOG).context("the proxy cannot listen")?;
        let way = Arc::new(Way {
            server,
            seed,
            narrow,
            weather: Mutex::default(),
            below: watch::Sender::default(),
            connections: AtomicU64::new(0),
            resets: AtomicU64::new(0),
            forgotten: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            unseen: Mutex::default(),
        });
        let address = listener.local_addr()?;
        Ok(Self { address, accepts: tokio::spawn(accept(listener, Arc::clone(&way))), way })
    }

    pub fn weather(&self, weather: Weather) {
        *lock(&self.way.weather) = weather;
    }

    /// Resets every connection that there is.
    pub fn cut(&self) {
        let number = self.way.connections.load(Ordering::SeqCst);
        self.way.below.send_modify(|below| below.cut = number);
    }

    /// Every connection that there is stays open, and nothing comes through it any more. New ones work.
    pub fn silence(&self) {
        let number = self.way.connections.load(Ordering::SeqCst);
        self.way.below.send_modify(|below| below.silent = number);
    }

    pub fn deeds(&self) -> Deeds {
        let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        let Way { connections, resets, forgotten, repeated, .. } = &*self.way;
        Deeds { connections: count(connections), resets: count(resets), forgotten: count(forgotten), repeated: count(repeated) }
    }

    /// The numbers that each message was given in answers that its author has not seen.
    pub fn unseen_answers(&self) -> HashMap<ClientKey, BTreeSet<u64>> {
        lock(&self.way.unseen).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepts.abort();
    }
}

async fn accept(listener: TcpListener, way: Arc<Way>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Ok((client, _)) = listener.accept() => {
                let number = way.connections.fetch_add(1, Ordering::SeqCst);
                open.spawn(carry(Arc::clone(&way), client, number));
            }
            Some(_) = open.join_next() => {}
            else => return,
        }
    }
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
}

async fn carry(way: Arc<Way>, mut client: TcpStream, number: u64) {
    let Ok(mut server) = way.dial().await else { return };
    let _ = client.set_nodelay(true).and_then(|()| server.set_nodelay(true));
    let mut below = way.below.subscribe();
    let chance = Mutex::new(StdRng::seed_from_u64(way.seed.wrapping_mul(1_000_003).wrapping_add(number)));
    let passage = Passage { way: &way, number, chance, brings_message: AtomicBool::new(false) };
    let end = {
        let ((client_in, client_out), (server_in, server_out)) = (client.split(), server.split());
        tokio::select! {
            end = passage.up(client_in, server_out) => end,
            end = passage.down(server_in, client_out) => end,
            _ = below.wait_for(|below| number < below.cut) => End::Reset,
        }
    };
    if end == End::Reset {
        way.resets.fetch_add(1, Ordering::SeqCst);
        let _ = client.set_zero_linger().and_then(|()| server.set_zero_linger());
    }
}

impl Way {
    async fn dial(&self) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if self.narrow {
            socket.set_recv_buffer_size(NARROW)?;
        }
        socket.connect(self.server).await
    }

    fn now(&self) -> Weather {
        lock(&self.weather).clone()
    }

    /// Sends a request once more on a connection of its own, and notes what the desk says.
    async fn repeat(self: Arc<Self>, unit: Unit, wait: Duration) {
        sleep(wait).await;
        let Ok(mut server) = self.dial().await else { return };
        if server.write_all(&unit.bytes).await.is_ok()
            && let Some(answer) = answer(&mut server, BytesMut::new()).await
            && unit.kind == (Kind::Post { message: true })
        {
            self.note(&answer);
        }
    }

    fn note(&self, answer: &[u8]) {
        if let Ok(sent) = serde_json::from_slice::<Sent>(framing::body(answer)) {
            lock(&self.unseen).entry(sent.client).or_default().insert(sent.seq);
        }
    }
}

/// Reads on until a whole answer is there.
async fn answer(from: &mut (impl AsyncReadExt + Unpin), mut begun: BytesMut) -> Option<Bytes> {
    let whole = async {
        loop {
            if let Some(length) = framing::length(&begun) {
                return Some(begun.split_to(length).freeze());
            }
            if from.read_buf(&mut begun).await.ok()? == 0 {
                return None;
            }
        }
    };
    timeout(ANSWER_WITHIN, whole).await.ok()?
}

/// One connection from client to desk.
struct Passage<'a> {
    way: &'a Arc<Way>,
    number: u64,
    chance: Mutex<StdRng>,
    /// The last request brought a message.
    brings_message: AtomicBool,
}

impl Passage<'_> {
    fn is_silent(&self) -> bool {
        self.number < self.way.below.borrow().silent
    }

    /// The end of one direction. One that is silent says nothing, not even that.
    async fn over(&self) -> End {
        if self.is_silent() { pending().await } else { End::Closed }
    }

    async fn up(&self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> End {
        let (mut framing, mut bytes) = (Framing::default(), BytesMut::with_capacity(READ));
        loop {
            if !matches!(from.read_buf(&mut bytes).await, Ok(1..)) {
                return self.over().await;
            }
            while let Some(unit) = framing.next(&mut bytes) {
                let bytes = self.prepare(unit);
                if let Err(end) = self.hand_on(&bytes, &mut to).await {
                    return end;
                }
            }
        }
    }

    /// What becomes of a unit before it is sent.
    fn prepare(&self, unit: Unit) -> Bytes {
        if let Kind::Post { message } = unit.kind {
            self.brings_message.store(message, Ordering::SeqCst);
        }
        let repeats = lock(&self.way.weather).repeats;
        match unit.kind {
            Kind::Text if repeats => {
                let times = lock(&self.chance).random_range(1..=3);
                self.way.repeated.fetch_add(times as u64 - 1, Ordering::SeqCst);
                unit.bytes.repeat(times).into()
            }
            Kind::Post { .. } if repeats => {
                let waits: Vec<u64> = {
                    let mut chance = lock(&self.chance);
                    let times = chance.random_range(0..=2);
                    // Many at once with the original, some long after it.
                    (0..times).map(|_| if chance.random_bool(0.5) { 0 } else { chance.random_range(0..=REPEAT_WITHIN) }).collect()
                };
                self.way.repeated.fetch_add(waits.len() as u64, Ordering::SeqCst);
                for wait in waits {
                    tokio::spawn(Arc::clone(self.way).repeat(unit.clone(), Duration::from_millis(wait)));
                }
                unit.bytes
            }
            Kind::Text | Kind::Post { .. } | Kind::Get | Kind::Control => unit.bytes,
        }
    }

    async fn down(&self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> End {
        let mut bytes = BytesMut::with_capacity(READ);
        loop {
            let weather = self.way.now();
            if weather.trickles {
                sleep(Duration::from_secs(1)).await;
            }
            let most = if self.way.now().trickles { 1 } else { READ };
            let read = (&mut from).take(most as u64).read_buf(&mut bytes).await;
            if !matches!(read, Ok(1..)) {
                return self.over().await;
            }
            if self.way.now().forgets_answers && self.brings_message.load(Ordering::SeqCst) {
                return self.forget(&mut from, bytes).await;
            }
            if let Err(end) = self.hand_on(&bytes.split(), &mut to).await {
                return end;
            }
        }
    }

    /// The answer to a message: read, noted, and kept from its author.
    async fn forget(&self, from: &mut ReadHalf<'_>, begun: BytesMut) -> End {
        if let Some(answer) = answer(from, begun).await {
            self.way.note(&answer);
            self.way.forgotten.fetch_add(1, Ordering::SeqCst);
        }
        End::Reset
    }

    async fn hand_on(&self, bytes: &[u8], to: &mut WriteHalf<'_>) -> Result<(), End> {
        let weather = self.way.now();
        let (delay, breaks) = {
            let mut chance = lock(&self.chance);
            let delay = chance.random_range(weather.delay.clone());
            let breaks = chance.random_bool(weather.reset).then(|| chance.random_range(0..=bytes.len()));
            (delay, breaks)
        };
        if delay > 0 {
            sleep(Duration::from_millis(delay)).await;
        }
        if self.is_silent() {
            return Ok(());
        }
        self.write(&bytes[..breaks.unwrap_or(bytes.len())], to, &weather).await?;
        if breaks.is_some() { Err(End::Reset) } else { Ok(()) }
    }

    async fn write(&self, mut bytes: &[u8], to: &mut WriteHalf<'_>, weather: &Weather) -> Result<(), End> {
        while !bytes.is_empty() {
            let size = if weather.splits { self.size(bytes.len()) } else { bytes.len() };
            let (piece, rest) = bytes.split_at(size);
            if to.write_all(piece).await.is_err() {
                return Err(self.over().await);
            }
            if let Some(rate) = weather.bytes_per_second {
                sleep(Duration::from_secs(1).mul_f64(piece.len() as f64 / f64::from(rate.max(1)))).await;
            } else if weather.splits {
                tokio::task::yield_now().await;
            }
            bytes = rest;
        }
        Ok(())
    }

    /// Half the pieces are single bytes.
    fn size(&self, left: usize) -> usize {
        let mut chance = lock(&self.chance);
        if chance.random_bool(0.5) { 1 } else { chance.random_range(1..=left) }
    }
}
