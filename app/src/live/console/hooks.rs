use domain::{
    desk::OfferView,
    event::Event,
    ids::{ConversationId, OfferId},
    offer::OfferEnd,
};

type OnEvent = Box<dyn Fn(ConversationId, &Event, bool)>;

/// What to do beside showing the state: sounds, notifications, the way to the sign-in.
#[derive(Default)]
pub struct ConsoleHooks {
    pub(super) event: Option<OnEvent>,
    pub(super) offer: Option<Box<dyn Fn(&OfferView)>>,
    pub(super) offer_gone: Option<Box<dyn Fn(OfferId, Option<OfferEnd>)>>,
    pub(super) signed_out: Option<Box<dyn Fn()>>,
    pub(super) fenced: Option<Box<dyn Fn()>>,
}

impl ConsoleHooks {
    /// Called for each event of a followed chat as it is applied. The last argument is whether it is news: false for the
    /// history of a chat that is followed from nothing.
    pub fn on_event(mut self, hook: impl Fn(ConversationId, &Event, bool) + 'static) -> Self {
        self.event = Some(Box::new(hook));
        self
    }
    /// Called once for each offer that was not there at first.
    pub fn on_offer(mut self, hook: impl Fn(&OfferView) + 'static) -> Self {
        self.offer = Some(Box::new(hook));
        self
    }
    /// Called once for each offer that is over; why is unknown when a snapshot told it.
    pub fn on_offer_gone(mut self, hook: impl Fn(OfferId, Option<OfferEnd>) + 'static) -> Self {
        self.offer_gone = Some(Box::new(hook));
        self
    }
    pub fn on_signed_out(mut self, hook: impl Fn() + 'static) -> Self {
        self.signed_out = Some(Box::new(hook));
        self
    }
    /// Called when another socket of this tab's instance took over.
    pub fn on_fenced(mut self, hook: impl Fn() + 'static) -> Self {
        self.fenced = Some(Box::new(hook));
        self
    }
}
