//! The suite that every ledger must pass.

use dynamoi_privacy::ledger::{Postgres, conformance};

use crate::place::Place;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_keeps_every_promise() {
    conformance::holds(async |setup| {
        let place = Place::new().await;
        Postgres::connect(&place.url, setup.history).await.unwrap().with_clock(setup.clock)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn and_over_a_pool_of_the_host() {
    conformance::holds(async |setup| {
        let place = Place::new().await;
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(4).connect(&place.url).await.unwrap();
        Postgres::over(pool, setup.history).await.unwrap().with_clock(setup.clock)
    })
    .await;
}
