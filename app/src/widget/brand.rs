//! The colours of a site, from its one brand colour: the formulas of `.brand` in `style/brand.css`, worked out here so
//! that browsers which cannot calculate with colours show the same.

use std::fmt::Write;

/// A colour for light and one for dark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    light: Linear,
    dark: Linear,
}

impl Pair {
    pub fn light(self) -> String {
        hex(self.light)
    }
    pub fn dark(self) -> String {
        hex(self.dark)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colours {
    pub fill: Pair,
    pub hover: Pair,
    pub on: Pair,
    pub text: Pair,
    pub tint: Pair,
    pub border: Pair,
}

/// Linear light, each from 0 to 1.
type Linear = [f64; 3];

const WHITE: Linear = [1.0; 3];
const BLACK: Linear = [0.0; 3];
/// From this lightness on a colour keeps its tone and carries ink.
const CARRIES_INK: f64 = 0.68;
const DEFAULT: &str = "#00636E";

impl Colours {
    /// From `#rrggbb`; what is not a colour counts as the product's own.
    pub fn of(brand: &str) -> Self {
        let brand = parse(brand).or_else(|| parse(DEFAULT)).unwrap_or(BLACK);
        let dark_surface = parse("#191815").unwrap_or(BLACK);
        let (l, c, h) = to_oklch(brand);
        let ink = l > CARRIES_INK;
        let fill_at = |low: f64| if ink { from_oklch(l, c, h) } else { from_oklch(low, c, h) };
        let fill = Pair { light: fill_at(l.min(0.53)), dark: fill_at(l.clamp(0.42, 0.53)) };
        let on = from_oklch(if ink { 0.18 } else { 1.0 }, 0.0, h);
        let text = Pair { light: from_oklch(l.min(0.45), c, h), dark: from_oklch(l.max(0.80), c.min(0.11), h) };
        Self {
            fill,
            hover: Pair { light: mix(fill.light, 0.90, BLACK), dark: mix(fill.dark, 0.90, BLACK) },
            on: Pair { light: on, dark: on },
            text,
            tint: Pair { light: mix(brand, 0.08, WHITE), dark: mix(brand, 0.20, dark_surface) },
            border: Pair { light: mix(text.light, 0.42, WHITE), dark: mix(text.dark, 0.48, dark_surface) },
        }
    }

    /// The custom properties of `.brand`, except where the reader's own colours rule.
    pub fn css(&self) -> String {
        let pairs = [("fill", self.fill), ("fill-hover", self.hover), ("text", self.text), ("tint", self.tint), ("border", self.border)];
        let mut css = format!("@media (forced-colors:none){{.brand{{--on-brand:{};", self.on.light());
        for (name, pair) in pairs {
            let _ = write!(css, "--brand-{name}:light-dark({},{});", pair.light(), pair.dark());
        }
        css.push_str("}}");
        css
    }
}

fn parse(text: &str) -> Option<Linear> {
    let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(|v| linear(f64::from(v) / 255.0));
    Some([part(0)?, part(2)?, part(4)?])
}

fn hex(colour: Linear) -> String {
    let [r, g, b] = colour.map(|v| (encode(v) * 255.0).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn linear(v: f64) -> f64 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn encode(v: f64) -> f64 {
    let v = v.clamp(0.0, 1.0);
    if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
}

fn to_oklab([r, g, b]: Linear) -> [f64; 3] {
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
    ]
}

/// Clipped to sRGB, the way a browser paints it.
fn from_oklab([l, a, b]: [f64; 3]) -> Linear {
    let long = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ]
    .map(|v| v.clamp(0.0, 1.0))
}

fn to_oklch(colour: Linear) -> (f64, f64, f64) {
    let [l, a, b] = to_oklab(colour);
    (l, a.hypot(b), b.atan2(a))
}

fn from_oklch(l: f64, c: f64, h: f64) -> Linear {
    from_oklab([l, c * h.cos(), c * h.sin()])
}

/// `part` of one colour and the rest of another.
fn mix(one: Linear, part: f64, other: Linear) -> Linear {
    let (one, other) = (to_oklab(one), to_oklab(other));
    from_oklab([0, 1, 2].map(|n| one[n] * part + other[n] * (1.0 - part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(one: Linear, other: Linear) -> f64 {
        let luminance = |[r, g, b]: Linear| 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        let (one, other) = (luminance(one), luminance(other));
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_colour_stays_readable() {
        let dark_surface = parse("#191815").unwrap();
        for n in 0..4096_u32 {
            let brand = format!("#{0:x}{0:x}{1:x}{1:x}{2:x}{2:x}", n >> 8, n >> 4 & 15, n & 15);
            let colours = Colours::of(&brand);
            for (one, other) in [
                (colours.on.light, colours.fill.light),
                (colours.on.dark, colours.fill.dark),
                (colours.text.light, WHITE),
                (colours.text.dark, dark_surface),
            ] {
                assert!(contrast(one, other) >= 4.5, "{brand}: {:.2}", contrast(one, other));
            }
        }
    }

    #[test]
    fn colours_are_hex_and_nothing_else_gets_in() {
        assert_eq!(Colours::of("red;}"), Colours::of(DEFAULT));
        let css = Colours::of("#B4532A").css();
        assert!(css.contains("--brand-fill:light-dark(#") && css.contains("--on-brand:#ffffff"), "{css}");
    }
}
