//! A road between followers and a server, on which it can be made slow, stop, or break.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    time::sleep,
};

/// What happens to those who are on the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Road {
    Open,
    /// Everything takes 60 milliseconds longer, each way.
    Slow,
    /// Nothing arrives, and nobody is told.
    Silent,
    /// Connections end, and new ones too.
    Cut,
}

#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    road: Arc<AtomicU8>,
}

impl Proxy {
    pub(crate) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), road: Arc::new(AtomicU8::new(0)) };
        let shared = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let proxy = shared.clone();
                tokio::spawn(async move {
                    // Where nobody listens, the client is cut off.
                    if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                        let (from, to) = (client.into_split(), server.into_split());
                        tokio::select! {
                            () = proxy.carry(from.0, to.1) => {}
                            () = proxy.carry(to.0, from.1) => {}
                        }
                    }
                });
            }
        });
        proxy
    }

    pub(crate) fn set(&self, road: Road) {
        self.road.store(road as u8, Ordering::SeqCst);
    }

    fn is(&self, road: Road) -> bool {
        self.road.load(Ordering::SeqCst) == road as u8
    }

    /// Carries what comes until one side ends or the road is cut.
    async fn carry(&self, mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf) {
        let mut bytes = [0; 8192];
        loop {
            let read = tokio::select! {
                read = from.read(&mut bytes) => read,
                () = self.until_cut() => return,
            };
            let Ok(count @ 1..) = read else { return };
            if self.is(Road::Slow) {
                sleep(Duration::from_millis(60)).await;
            }
            while self.is(Road::Silent) {
                sleep(Duration::from_millis(2)).await;
            }
            if self.is(Road::Cut) || to.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    }

    async fn until_cut(&self) {
        while !self.is(Road::Cut) {
            sleep(Duration::from_millis(2)).await;
        }
    }
}
