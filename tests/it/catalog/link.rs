//! A TCP link to a server that a test can freeze, as when the server hangs, or cut, as when it is
//! gone.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Bytes pass.
    Open,
    /// Bytes stay where they are; connections are taken and hear nothing.
    Frozen,
    /// Connections are closed, new ones at once.
    Cut,
}

pub(super) struct Link {
    pub(super) address: SocketAddr,
    /// The mode of the connections that are made from now on; the older ones may keep another.
    mode: Arc<Mutex<watch::Sender<Mode>>>,
    _tasks: JoinSet<()>,
}

impl Link {
    pub(super) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mode = Arc::new(Mutex::new(watch::Sender::new(Mode::Open)));
        let watched = Arc::clone(&mode);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let mode = watched.lock().unwrap().subscribe();
                connections.spawn(connect(client, server, mode));
            }
        });
        Self { address, mode, _tasks: tasks }
    }

    /// Changes what becomes of every connection.
    pub(super) fn set(&self, mode: Mode) {
        self.mode.lock().unwrap().send_replace(mode);
    }

    /// Leaves the connections there are as they are for ever, and opens the link to new ones: as
    /// when another server takes over the address.
    pub(super) fn renew(&self) -> watch::Sender<Mode> {
        std::mem::replace(&mut *self.mode.lock().unwrap(), watch::Sender::new(Mode::Open))
    }
}

async fn connect(client: TcpStream, server: SocketAddr, mut mode: watch::Receiver<Mode>) {
    if *mode.borrow_and_update() == Mode::Cut {
        return;
    }
    let mode_of_back = mode.clone();
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pass(from_client, to_server, mode.clone()) => {}
        () = pass(from_server, to_client, mode_of_back) => {}
        _ = mode.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mode: watch::Receiver<Mode>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if mode.wait_for(|mode| *mode == Mode::Open).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
