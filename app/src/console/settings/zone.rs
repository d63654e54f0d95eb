//! Time zones as the browser knows them, for what a form shows at once; the server counts with its own.

use domain::hours::{Hours, Openness};

/// Whether the hours are open now; `None` while their zone is not known, and on the server.
#[cfg(not(feature = "hydrate"))]
pub fn openness(_hours: &Hours) -> Option<Openness> {
    None
}

#[cfg(feature = "hydrate")]
pub fn openness(hours: &Hours) -> Option<Openness> {
    let zone = browser::Intl::find(&hours.zone)?;
    Some(hours.at(&zone, domain::time::Timestamp(js_sys::Date::now() as i64)))
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::{
        hours::{DAY, Date, Zone},
        time::Timestamp,
    };
    use wasm_bindgen::{JsCast, JsValue};

    const MINUTE: i64 = 60_000;

    pub struct Intl(js_sys::Intl::DateTimeFormat);

    impl Intl {
        /// `None` for a name that the browser does not know.
        pub fn find(name: &str) -> Option<Self> {
            let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
            let format: js_sys::Function = js_sys::Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
            let options = js_sys::Object::new();
            let numeric = ["year", "month", "day", "hour", "minute"].map(|part| (part, "numeric"));
            let others = [("timeZone", name), ("hourCycle", "h23"), ("calendar", "gregory")];
            for (key, value) in numeric.into_iter().chain(others) {
                js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()?;
            }
            let arguments = js_sys::Array::of2(&"en-US".into(), &options);
            (!name.is_empty())
                .then(|| js_sys::Reflect::construct(&format, &arguments).ok())
                .flatten()
                .map(|made| Self(made.unchecked_into()))
        }

        /// What clocks show at `at`, as minutes since 1970-01-01.
        fn minutes(&self, at: Timestamp) -> Option<i64> {
            let parts = self.0.format_to_parts(&js_sys::Date::new(&JsValue::from_f64(at.0 as f64)));
            let part = |name: &str| {
                let found = parts.iter().find(|part| text(part, "type").as_deref() == Some(name))?;
                text(&found, "value")?.parse::<i64>().ok()
            };
            let date = Date::of(part("year")?, part("month")?, part("day")?)?;
            Some(date.0 * i64::from(DAY) + part("hour")? * 60 + part("minute")?)
        }
    }

    fn text(part: &JsValue, name: &str) -> Option<String> {
        js_sys::Reflect::get(part, &name.into()).ok()?.as_string()
    }

    impl Zone for Intl {
        fn local(&self, at: Timestamp) -> (Date, u16) {
            let day = i64::from(DAY);
            let minutes = self.minutes(at).unwrap_or(at.0.div_euclid(MINUTE));
            (Date(minutes.div_euclid(day)), u16::try_from(minutes.rem_euclid(day)).unwrap_or(0))
        }

        fn instant(&self, date: Date, minute: u16) -> Timestamp {
            let wanted = date.0 * i64::from(DAY) + i64::from(minute);
            let off = |guess: i64| wanted - self.minutes(Timestamp(guess * MINUTE)).unwrap_or(guess);
            // The offset at the first guess may be that of the other side of a change of clocks.
            let first = wanted + off(wanted);
            Timestamp((first + off(first)) * MINUTE)
        }
    }
}
