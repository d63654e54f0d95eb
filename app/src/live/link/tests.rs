use super::*;

const AT: fn(i64) -> Timestamp = |ms| Timestamp(1_800_000_000_000 + ms);

fn up() -> Link {
    let (mut link, _) = Link::start(AT(0));
    link.opened(AT(100));
    link.heard(AT(200));
    link
}

#[test]
fn a_line_is_up_with_its_first_frame() {
    let (mut link, step) = Link::start(AT(0));
    assert_eq!(step, Step { command: Some(Command::Connect), timer_ms: Some(10_000) });
    assert_eq!(link.state(true), LinkState::Connecting);
    link.opened(AT(100));
    assert!(!link.state(true).is_online());
    link.heard(AT(200));
    assert_eq!(link.state(true), LinkState::Online);
}

#[test]
fn a_lost_line_waits_longer_each_time_and_at_most_half_a_minute() {
    let mut link = up();
    for most in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        assert_eq!(link.closed(AT(1_000), 1.0), Step { command: None, timer_ms: Some(most) });
        assert_eq!(link.state(true), LinkState::Reconnecting { since: AT(1_000) });
        assert_eq!(link.state(false), LinkState::Offline { since: AT(1_000) });
        assert_eq!(link.tick(AT(2_000), 1.0).command, Some(Command::Connect));
    }
    link.opened(AT(3_000));
    assert_eq!(link.state(true), LinkState::Reconnecting { since: AT(1_000) });
    link.heard(AT(3_100));
    assert_eq!(link.state(true), LinkState::Online);
    assert_eq!(link.closed(AT(4_000), 1.0).timer_ms, Some(500));
}

#[test]
fn silence_is_probed_and_no_answer_is_death() {
    let mut link = up();
    assert_eq!(link.tick(AT(20_200), 0.5), Step { command: None, timer_ms: Some(10_000) });
    assert_eq!(link.tick(AT(30_200), 0.5), Step { command: Some(Command::Ping), timer_ms: Some(5_000) });
    assert_eq!(link.state(true), LinkState::Online);
    assert_eq!(link.tick(AT(35_200), 0.5).command, Some(Command::Connect));
    assert_eq!(link.state(true), LinkState::Reconnecting { since: AT(35_200) });
}

#[test]
fn an_answer_to_the_probe_keeps_the_line() {
    let mut link = up();
    assert_eq!(link.wake(AT(1_000)).command, Some(Command::Ping));
    assert_eq!(link.wake(AT(1_001)), Step::default(), "one probe at a time");
    assert_eq!(link.heard(AT(1_200)).timer_ms, Some(30_000));
    assert_eq!(link.tick(AT(31_200), 0.5).command, Some(Command::Ping));
}

#[test]
fn a_clock_set_back_does_not_put_off_the_probe_for_long() {
    let mut link = up();
    assert_eq!(link.tick(AT(-3_600_000), 0.5).timer_ms, Some(30_000));
}

#[test]
fn waking_comes_back_at_once() {
    let mut link = up();
    link.closed(AT(1_000), 1.0);
    assert_eq!(link.wake(AT(1_001)).command, Some(Command::Connect));
    assert_eq!(link.wake(AT(1_002)), Step::default());
    assert_eq!(link.wake(AT(7_000)).command, Some(Command::Connect), "a dial that hangs is begun anew");
}

#[test]
fn goodbye_is_honoured_even_when_waking() {
    let mut link = up();
    assert_eq!(link.bye(AT(1_000), 7_000), Step { command: Some(Command::Disconnect), timer_ms: Some(7_000) });
    assert_eq!(link.closed(AT(1_001), 1.0), Step::default());
    assert_eq!(link.wake(AT(2_000)), Step::default());
    assert_eq!(link.reached(AT(2_000)), Step::default());
    assert_eq!(link.tick(AT(8_000), 0.5).command, Some(Command::Connect));
}

#[test]
fn a_stop_is_for_good() {
    let mut link = up();
    assert_eq!(link.stop(Stop::Fenced).command, Some(Command::Disconnect));
    for step in [link.wake(AT(1)), link.tick(AT(2), 0.5), link.closed(AT(3), 0.5), link.bye(AT(4), 1), link.stop(Stop::Closed)] {
        assert_eq!(step, Step::default());
    }
    assert_eq!(link.state(true), LinkState::Stopped(Stop::Fenced));
}
