//! One test on one database: from an empty desk to the oracle's word.

use super::{Half, Setup, TestApp, log};
use futures_util::FutureExt;
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{PoisonError, RwLock},
};

/// Tests that measure time have the machine to themselves, as far as this process goes.
static QUIET: RwLock<()> = RwLock::new(());

/// Makes of each story a test on SQLite and one on PostgreSQL.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp $(, $setup:expr)?) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::support::{Half, Setup, TestApp, run};

            async fn story($app: TestApp) $body

            fn setup() -> Setup {
                #[allow(unused_mut, unused_assignments)]
                let mut setup = Setup::default();
                $(setup = $setup;)?
                setup
            }
            #[test]
            fn sqlite() {
                run(Half::Sqlite, setup(), story);
            }
            #[test]
            fn postgres() {
                run(Half::Postgres, setup(), story);
            }
        }
    )*};
}
pub(crate) use both;

pub fn run<F: Future<Output = ()>>(half: Half, setup: Setup, story: impl FnOnce(TestApp) -> F) {
    if !half.is_here() {
        return;
    }
    log::begin();
    let (_together, _alone);
    if setup.alone {
        _alone = QUIET.write().unwrap_or_else(PoisonError::into_inner);
    } else {
        _together = QUIET.read().unwrap_or_else(PoisonError::into_inner);
    }
    let begun = std::time::Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = runtime.block_on(async {
        let app = TestApp::start(half, setup).await;
        let told = AssertUnwindSafe(story(app.clone())).catch_unwind().await;
        let checked = AssertUnwindSafe(app.finish(told.is_ok())).catch_unwind().await;
        app.remove().await;
        told.and(checked)
    });
    println!("took {} ms", begun.elapsed().as_millis());
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
