//! The outbox's rows in IndexedDB: database `deskbell`, store `outbox`, keyed by the client key, found by owner.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbObjectStoreParameters, IdbOpenDbRequest, IdbRequest, IdbTransaction};

const DATABASE: &str = "deskbell";
const STORE: &str = "outbox";
const OWNER: &str = "owner";
/// Some browsers never answer when storage is denied or damaged.
const PATIENCE_MS: u32 = 4_000;

/// Open storage of this browser. Every refusal is `None`: whoever asked goes on in memory.
#[derive(Clone)]
pub struct Store {
    database: IdbDatabase,
}

impl Store {
    pub async fn open() -> Option<Self> {
        let request = super::window()?.indexed_db().ok()??.open_with_u32(DATABASE, 1).ok()?;
        let upgrade = {
            let request = request.clone();
            Closure::<dyn Fn(JsValue)>::new(move |_| {
                let _ = create(&request);
            })
        };
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let opened = Promise::new(&mut |resolve, reject| {
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
            request.set_onblocked(Some(&reject));
        });
        patiently(opened).await?;
        let database: IdbDatabase = request.result().ok()?.dyn_into().ok()?;
        // A later version of the product must be able to upgrade while this tab is open.
        let closing = database.clone();
        let close = Closure::once_into_js(move |_: JsValue| closing.close());
        database.set_onversionchange(close.dyn_ref());
        Some(Self { database })
    }

    /// Stores `text` under `client`, durably, in place of what was there.
    pub async fn put(&self, client: &str, owner: &str, text: &str) -> Option<()> {
        let row = Object::new();
        for (field, value) in [("client", client), (OWNER, owner), ("text", text)] {
            Reflect::set(&row, &field.into(), &value.into()).ok()?;
        }
        let transaction = self.transaction("readwrite")?;
        transaction.object_store(STORE).ok()?.put(&row).ok()?;
        finished(transaction).await
    }

    pub async fn remove(&self, client: &str) -> Option<()> {
        let transaction = self.transaction("readwrite")?;
        transaction.object_store(STORE).ok()?.delete(&client.into()).ok()?;
        finished(transaction).await
    }

    /// The texts of one owner, in no order.
    pub async fn all(&self, owner: &str) -> Option<Vec<String>> {
        let store = self.transaction("readonly")?.object_store(STORE).ok()?;
        let request = store.index(OWNER).ok()?.get_all_with_key(&owner.into()).ok()?;
        patiently(answered(&request)).await?;
        let rows: Array = request.result().ok()?.dyn_into().ok()?;
        Some(rows.iter().filter_map(|row| Reflect::get(&row, &"text".into()).ok()?.as_string()).collect())
    }

    /// `database.transaction(STORE, mode, { durability: "strict" })`: the options are behind a flag in web-sys.
    fn transaction(&self, mode: &str) -> Option<IdbTransaction> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into()).ok()?;
        let begin: Function = Reflect::get(&self.database, &"transaction".into()).ok()?.dyn_into().ok()?;
        begin.call3(&self.database, &STORE.into(), &mode.into(), &options).ok()?.dyn_into().ok()
    }
}

fn create(request: &IdbOpenDbRequest) -> Result<IdbObjectStore, JsValue> {
    let database: IdbDatabase = request.result()?.dyn_into()?;
    let parameters = IdbObjectStoreParameters::new();
    parameters.set_key_path(&"client".into());
    let store = database.create_object_store_with_optional_parameters(STORE, &parameters)?;
    store.create_index_with_str(OWNER, OWNER)?;
    Ok(store)
}

fn answered(request: &IdbRequest) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    })
}

async fn finished(transaction: IdbTransaction) -> Option<()> {
    let done = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    });
    patiently(done).await
}

async fn patiently(work: Promise) -> Option<()> {
    let limit = wasm_bindgen_futures::future_to_promise(async {
        super::sleep(PATIENCE_MS).await;
        Err(JsValue::NULL)
    });
    JsFuture::from(Promise::race(&Array::of2(&work, &limit))).await.ok().map(drop)
}
