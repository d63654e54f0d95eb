use super::*;

/// A zone whose clocks are `0` minutes ahead until a moment, then an hour more.
struct Shifting {
    ahead: i64,
    at: Timestamp,
}

const MINUTE: i64 = 60_000;

impl Zone for Shifting {
    fn local(&self, at: Timestamp) -> (Date, u16) {
        let ahead = if at < self.at { self.ahead } else { self.ahead + 60 };
        let minutes = at.0.div_euclid(MINUTE) + ahead;
        (Date(minutes.div_euclid(i64::from(DAY))), u16::try_from(minutes.rem_euclid(i64::from(DAY))).unwrap())
    }
    fn instant(&self, date: Date, minute: u16) -> Timestamp {
        let wall = date.0 * i64::from(DAY) + i64::from(minute);
        let before = Timestamp((wall - self.ahead) * MINUTE);
        if before < self.at { before } else { Timestamp((wall - self.ahead - 60) * MINUTE).max(self.at) }
    }
}

const UTC: Shifting = Shifting { ahead: 0, at: Timestamp(i64::MAX) };

fn span(from: &str, to: &str) -> Span {
    Span { from: Span::parse_minute(from).unwrap(), to: Span::parse_minute(to).unwrap() }
}

fn moment(date: &str, time: &str) -> Timestamp {
    UTC.instant(date.parse().unwrap(), Span::parse_minute(time).unwrap())
}

/// Monday to Friday, with a break at noon; Saturday night.
fn office() -> Hours {
    let day = vec![span("9:00", "12:00"), span("13:00", "17:30")];
    Hours {
        name: "Office".into(),
        zone: "Etc/UTC".into(),
        week: [day.clone(), day.clone(), day.clone(), day.clone(), day, vec![span("22:00", "2:00")], Vec::new()],
        exceptions: vec![
            Exception { date: "2026-12-24".parse().unwrap(), name: "Christmas Eve".into(), spans: vec![span("9:00", "12:00")] },
            Exception { date: "2026-12-25".parse().unwrap(), name: "Christmas".into(), spans: Vec::new() },
        ],
    }
}

#[test]
fn open_and_closed_through_a_week() {
    // 2026-12-21 is a Monday.
    for (date, time, expected) in [
        ("2026-12-21", "8:59", Openness::Closed { opens: Some(moment("2026-12-21", "9:00")) }),
        ("2026-12-21", "9:00", Openness::Open { until: Some(moment("2026-12-21", "12:00")) }),
        ("2026-12-21", "12:00", Openness::Closed { opens: Some(moment("2026-12-21", "13:00")) }),
        ("2026-12-21", "17:30", Openness::Closed { opens: Some(moment("2026-12-22", "9:00")) }),
        // A half day, then a holiday on a Friday, then a night past midnight, then the weekend.
        ("2026-12-24", "12:30", Openness::Closed { opens: Some(moment("2026-12-26", "22:00")) }),
        ("2026-12-25", "10:00", Openness::Closed { opens: Some(moment("2026-12-26", "22:00")) }),
        ("2026-12-27", "1:59", Openness::Open { until: Some(moment("2026-12-27", "2:00")) }),
        ("2026-12-27", "2:00", Openness::Closed { opens: Some(moment("2026-12-28", "9:00")) }),
    ] {
        assert_eq!(office().at(&UTC, moment(date, time)), expected, "{date} {time}");
    }
}

#[test]
fn round_the_clock_never_closes_and_nothing_never_opens() {
    let hours = |spans: Vec<Span>| Hours { week: std::array::from_fn(|_| spans.clone()), exceptions: Vec::new(), ..office() };
    assert_eq!(hours(vec![span("0:00", "24:00")]).at(&UTC, moment("2026-12-21", "3:00")), Openness::ALWAYS);
    assert_eq!(hours(Vec::new()).at(&UTC, moment("2026-12-21", "3:00")), Openness::Closed { opens: None });
}

#[test]
fn clocks_that_are_put_forward_skip_what_they_skip() {
    // At 2:00 of the last Sunday in March clocks in a zone one hour ahead show 3:00.
    let zone = Shifting { ahead: 60, at: moment("2026-03-29", "1:00") };
    let hours = Hours { week: std::array::from_fn(|_| vec![span("2:30", "6:00")]), exceptions: Vec::new(), ..office() };
    let before = hours.at(&zone, moment("2026-03-29", "0:59"));
    assert_eq!(before, Openness::Closed { opens: Some(moment("2026-03-29", "1:00")) }, "what is skipped begins after the gap");
    assert_eq!(hours.at(&zone, moment("2026-03-29", "3:59")), Openness::Open { until: Some(moment("2026-03-29", "4:00")) });
}

#[test]
fn dates_read_back_and_wrong_ones_do_not() {
    for days in (-20_000..40_000).chain(2_900_000..2_930_000) {
        let date = Date(days);
        assert_eq!(date.to_string().parse(), Ok(date));
    }
    assert_eq!("2026-12-21".parse::<Date>().unwrap().weekday(), 0);
    for wrong in ["", "2026-02-29", "2026-13-01", "2026-1", "x-y-z", "2026-12-24-1"] {
        assert_eq!(wrong.parse::<Date>(), Err(NotADate), "{wrong}");
    }
}

#[test]
fn hours_say_what_is_wrong_with_them() {
    assert_eq!(office().problems(), Vec::new());
    let mut wrong = office();
    wrong.name = String::new();
    wrong.week[0] = vec![span("9:00", "12:00"), span("11:00", "13:00")];
    wrong.week[1] = vec![span("9:00", "9:00")];
    wrong.exceptions.push(wrong.exceptions[0].clone());
    let fields: Vec<_> = wrong.problems().into_iter().map(|one| (one.field, one.why)).collect();
    let expected = [
        ("name", "problem.required"),
        ("day_0", "settings.problem.spans_overlap"),
        ("day_1", "settings.problem.span"),
        ("exceptions", "settings.problem.date_twice"),
    ];
    assert_eq!(fields, expected.map(|(field, why)| (field.to_owned(), why.to_owned())));
    for (text, minute) in [("9:00", Some(540)), ("24:00", Some(1440)), ("24:01", None), ("9", None), ("9:60", None)] {
        assert_eq!(Span::parse_minute(text), minute, "{text}");
    }
}
