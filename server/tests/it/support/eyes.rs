//! A look into the tables that goes past the product's own code, and panics where it finds nothing to look at.

pub struct Eyes(pub ::oracle::Eyes);

/// Runs the same query on whichever database it is.
macro_rules! see {
    ($eyes:expr, $connection:ident => $body:expr) => {
        ::oracle::see!(&$eyes.0, $connection => $body)
    };
}
pub(crate) use see;

impl Eyes {
    pub fn open(url: &str) -> Self {
        Eyes(::oracle::Eyes::open(url).unwrap())
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        self.0.number(sql).await.unwrap()
    }

    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        self.0.texts(sql).await.unwrap()
    }

    /// Changes rows behind the product's back; gives how many.
    pub async fn change(&self, sql: &'static str) -> u64 {
        self.0.change(sql).await.unwrap()
    }

    /// What is wrong, a line each.
    pub async fn findings(&self) -> Vec<String> {
        ::oracle::tables::findings(&self.0).await.unwrap()
    }

    pub async fn close(&self) {
        self.0.close().await;
    }
}
