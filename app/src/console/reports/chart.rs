//! Charts, drawn as they are needed: the tables below say the same in figures.

use super::day::Day;
use crate::console::words::use_words;
use domain::report::{BINS, DayLine, Measure, Report};
use leptos::prelude::*;

/// What is stacked on each day, from below.
const STACK: [Measure; 3] = [Measure::Answered, Measure::Callbacks, Measure::Abandoned];
const HEIGHT: f64 = 160.0;
const WIDTH: f64 = 720.0;

/// A round number of steps that reaches `most`.
fn scale(most: u64) -> u64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if step * factor * 4 >= most {
                return step * factor * 4;
            }
        }
        step *= 10;
    }
}

fn share(value: u64, top: u64) -> f64 {
    HEIGHT * value as f64 / top.max(1) as f64
}

/// Chats by day: what became of them, stacked.
#[component]
pub fn DayChart(report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let days = report.with_value(|report| report.by_day.clone());
    let sum = |day: &DayLine| STACK.iter().map(|measure| day.numbers.count(*measure)).sum::<u64>();
    let top = scale(days.iter().map(sum).max().unwrap_or(0));
    let (first, last) = (days.first().map(|day| day.day), days.last().map(|day| day.day));
    let wide = WIDTH / days.len().max(1) as f64;
    let bar = |(at, day): (usize, &DayLine)| {
        let mut y = HEIGHT;
        STACK
            .iter()
            .enumerate()
            .map(|(series, measure)| {
                let high = share(day.numbers.count(*measure), top);
                y -= high;
                let x = at as f64 * wide + wide * 0.15;
                let inset = if high > 2.0 { 1.0 } else { 0.0 };
                view! {
                    <rect class=format!("fill s{}", series + 1) x=format!("{x:.1}") y=format!("{y:.1}") width=format!("{:.1}", wide * 0.7) height=format!("{:.1}", (high - inset).max(0.0)) rx="1.5"></rect>
                }
            })
            .collect_view()
    };
    let bars = days.iter().enumerate().map(bar).collect_view();
    let legend = STACK
        .iter()
        .enumerate()
        .map(|(series, measure)| view! { <span class=format!("s{}", series + 1)><i></i>{texts.get(&format!("report.measure.{}", measure.word()))}</span> })
        .collect_view();
    view! {
        <figure class="report__chart">
            <figcaption class="panel__head"><span class="sheet__title">{texts.get("report.chart.days")}<span class="visually-hidden">". " {texts.get("report.chart.table")}</span></span><span class="legend">{legend}</span></figcaption>
            <Plot title=texts.get("report.chart.days") top=top>{bars}</Plot>
            <p class="chart__feet" aria-hidden="true">{first.map(|day| view! { <Day day=day /> })} <span></span> {last.filter(|_| first != last).map(|day| view! { <Day day=day /> })}</p>
        </figure>
    }
}

/// How long customers waited: a bar for each span of time.
#[component]
pub fn WaitChart(report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let waits = report.with_value(|report| report.waits.clone());
    let top = scale(waits.iter().copied().max().unwrap_or(0));
    let wide = WIDTH / waits.len().max(1) as f64;
    let bars = waits
        .iter()
        .enumerate()
        .map(|(at, count)| {
            let (x, high) = (at as f64 * wide + wide * 0.12, share(*count, top));
            view! {
                <rect class="fill s1" x=format!("{x:.1}") y=format!("{:.1}", HEIGHT - high) width=format!("{:.1}", wide * 0.76) height=format!("{high:.1}") rx="1.5"></rect>
            }
        })
        .collect_view();
    let label = |at: usize| match BINS.get(at) {
        Some(end) if *end < 60 => texts.with("report.seconds", &[("n", &end.to_string())]),
        Some(end) => texts.with("report.minutes", &[("n", &(end / 60).to_string())]),
        None => texts.get("report.longer"),
    };
    let feet = (0..waits.len()).map(|at| view! { <li><span>{label(at)}</span> <b>{waits[at]}</b></li> }).collect_view();
    view! {
        <figure class="report__chart">
            <figcaption class="panel__head"><span class="sheet__title">{texts.get("report.chart.waits")}</span></figcaption>
            <Plot title=texts.get("report.chart.waits") top=top>{bars}</Plot>
            <ul class="chart__bins">{feet}</ul>
        </figure>
    }
}

/// Lines at quarters of the height, and what stands on them.
#[component]
fn Plot(title: String, top: u64, children: Children) -> impl IntoView {
    let lines = [1_u64, 2, 3, 4]
        .map(|quarter| {
            let y = format!("{:.1}", HEIGHT - HEIGHT * quarter as f64 / 4.0);
            view! { <line class="chart__grid" x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y></line> }
        })
        .collect_view();
    let axis = HEIGHT.to_string();
    view! {
        <div class="chart__box">
            <span class="chart__top number" aria-hidden="true">{top}</span>
            <svg class="chart" viewBox=format!("0 -1 {WIDTH} {}", HEIGHT + 2.0) preserveAspectRatio="none" role="img" aria-label=title>
                {lines}
                <line class="chart__axis" x1="0" x2=WIDTH.to_string() y1=axis.clone() y2=axis></line>
                {children()}
            </svg>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_a_chart_is_round_and_reached() {
        for (most, top) in [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (81, 200), (1_000, 2_000)] {
            assert_eq!(scale(most), top, "{most}");
        }
        assert!((share(2, 8) - HEIGHT / 4.0).abs() < f64::EPSILON);
    }
}
