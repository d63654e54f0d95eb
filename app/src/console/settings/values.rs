//! What stands in a form's fields, by their names, and how numbers and times are read from it.

use domain::{settings::Wrong, time::Millis};
use std::{collections::BTreeMap, str::FromStr};

/// A checkbox that is not ticked has no entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(pub BTreeMap<String, String>);

/// A unit of the durations in forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Minutes,
}

impl Unit {
    fn millis(self, n: i64) -> Millis {
        match self {
            Unit::Seconds => Millis(n.saturating_mul(1_000)),
            Unit::Minutes => Millis(n.saturating_mul(60_000)),
        }
    }
    /// The duration as it stands in a field of this unit.
    pub fn shown(self, span: Millis) -> String {
        match self {
            Unit::Seconds => (span.0 / 1_000).to_string(),
            Unit::Minutes => (span.0 / 60_000).to_string(),
        }
    }
    pub fn word(self) -> &'static str {
        match self {
            Unit::Seconds => "settings.seconds",
            Unit::Minutes => "settings.minutes",
        }
    }
}

impl Values {
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).map(|text| text.trim().to_owned()).unwrap_or_default()
    }
    pub fn is_on(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
    /// A whole number; what is none is noted in `wrong`.
    pub fn number(&self, name: &str, wrong: &mut Vec<Wrong>) -> i64 {
        self.text(name).parse().unwrap_or_else(|_| {
            wrong.push(Wrong::new(name, "settings.problem.number"));
            0
        })
    }
    pub fn span(&self, name: &str, unit: Unit, wrong: &mut Vec<Wrong>) -> Millis {
        unit.millis(self.number(name, wrong))
    }
    /// A duration that may be left out.
    pub fn some_span(&self, name: &str, unit: Unit, wrong: &mut Vec<Wrong>) -> Option<Millis> {
        (!self.text(name).is_empty()).then(|| self.span(name, unit, wrong))
    }
    /// An identifier that was chosen; `None` for the first choice, which stands for nobody.
    pub fn chosen<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
    /// The identifiers whose boxes `PREFIX.ID` are ticked.
    pub fn ticked<T: FromStr>(&self, prefix: &str) -> Vec<T> {
        self.0.keys().filter_map(|name| name.strip_prefix(prefix)?.strip_prefix('.')?.parse().ok()).collect()
    }
    /// How many fields differ.
    pub fn differs_from(&self, other: &Self) -> usize {
        let names: std::collections::BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        names.into_iter().filter(|name| self.0.get(*name) != other.0.get(*name)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::SkillId;

    fn values(pairs: &[(&str, &str)]) -> Values {
        Values(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn numbers_are_read_and_what_is_none_is_told() {
        let form = values(&[("accept", " 30 "), ("idle", "an hour"), ("after", "")]);
        let mut wrong = Vec::new();
        assert_eq!(form.span("accept", Unit::Seconds, &mut wrong), Millis(30_000));
        assert_eq!(form.some_span("after", Unit::Minutes, &mut wrong), None);
        assert!(wrong.is_empty());
        form.span("idle", Unit::Minutes, &mut wrong);
        assert_eq!(wrong, [Wrong::new("idle", "settings.problem.number")]);
    }

    #[test]
    fn ticked_boxes_name_what_they_stand_for() {
        let id = SkillId::new(uuid::Uuid::from_u128(3));
        let form = values(&[(&format!("skill.{id}"), "on"), ("skills", "on"), ("skill.nothing", "on")]);
        assert_eq!(form.ticked::<SkillId>("skill"), [id]);
        assert_eq!(form.differs_from(&values(&[("skills", "on"), ("more", "1")])), 3);
    }
}
