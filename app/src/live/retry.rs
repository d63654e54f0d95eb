//! How long to wait before the next try.

const FIRST_MS: u64 = 500;

/// Full jitter: anything from nothing to a ceiling that starts at half a second and doubles with each try up to
/// `longest_ms`, so that a thousand browsers do not come back at once. `random` is from 0 up to 1.
pub fn delay_ms(tries: u32, longest_ms: u64, random: f64) -> u64 {
    let ceiling = FIRST_MS.saturating_mul(1 << tries.min(16)).min(longest_ms);
    (ceiling as f64 * random.clamp(0.0, 1.0)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        for (tries, most) in [(0, 500), (1, 1_000), (2, 2_000), (5, 16_000), (6, 30_000), (4_000_000, 30_000)] {
            assert_eq!(delay_ms(tries, 30_000, 1.0), most, "after {tries} tries");
            assert_eq!(delay_ms(tries, 30_000, 0.0), 0);
            assert_eq!(delay_ms(tries, 30_000, 0.5), most / 2);
        }
    }
}
