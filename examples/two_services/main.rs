//! Two services on one Postgres: so far the throw-away server that they share.

mod server;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = server::Server::start()?;
    server.stop(server::Stop::Fast)?;
    server.start_again()?;
    server.kill()?;
    server.start_again()?;
    Ok(())
}
