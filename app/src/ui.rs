//! What the screens are made of: presentation only. A component takes values and signals and returns a view; none of
//! them calls the server, and both sides render the same tree. The look of each stands in `style/`, one file a block.

mod avatar;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
#[path = "ui/still.rs"]
mod browser;
mod bubble;
mod button;
mod chip;
mod clock;
mod dialog;
mod empty;
mod field;
mod icon;
mod latest;
mod menu;
mod message_text;
mod tabs;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod time;
mod toast;

pub use avatar::{Avatar, AvatarSize, Presence, hue, initials, presence_class};
pub use bubble::{Bubble, BubbleMeta, Delivery, NewLine, Side, SystemLine, Typing};
pub use button::{Button, ButtonSize, IconButton, Variant};
pub use chip::{Badge, Chip, Tone};
pub use clock::{Clock, Now, Ring, WaitBar, provide_now, use_now};
pub use dialog::Dialog;
pub use empty::{Empty, SkeletonList};
pub use field::{Choice, Field, Select, TextArea, textarea_html};
pub use icon::{Icon, IconSize, IconsUrl};
pub use latest::Latest;
pub use menu::{Menu, MenuItem, MenuLabel, MenuLine, MenuRadio};
pub use message_text::MessageText;
pub use tabs::{Tab, TabPanel, Tabs};
pub use time::{Time, TimeShape};
pub use toast::{Toast, ToastRegion, Toasts, provide_toasts, use_toasts};
