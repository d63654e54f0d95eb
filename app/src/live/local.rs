use super::platform;
use leptos::prelude::*;
use std::rc::Rc;

/// Something of this tab's one thread behind a handle that may be copied anywhere. On the server there is nothing in it.
pub struct Local<T: 'static>(Option<StoredValue<Rc<T>, LocalStorage>>);

impl<T> Clone for Local<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Local<T> {}

impl<T> Local<T> {
    /// Lives as long as the current reactive owner.
    pub fn new(make: impl FnOnce() -> T) -> Self {
        Self(platform::HERE.then(|| StoredValue::new_local(Rc::new(make()))))
    }
    /// `None` on the server, and after the owner is gone.
    pub fn get(&self) -> Option<Rc<T>> {
        self.0.and_then(|stored| stored.try_get_value())
    }
}

#[cfg(test)]
mod tests {
    fn goes_anywhere<T: Copy + Send + Sync + 'static>() {}

    #[test]
    fn handles_go_into_contexts_and_closures() {
        goes_anywhere::<crate::live::outbox::Outbox>();
        goes_anywhere::<crate::live::clock::Clock>();
        goes_anywhere::<crate::live::marks::Marks>();
        #[cfg(feature = "widget")]
        goes_anywhere::<crate::live::widget::WidgetLive>();
        #[cfg(feature = "console")]
        goes_anywhere::<crate::live::console::ConsoleLive>();
    }
}
