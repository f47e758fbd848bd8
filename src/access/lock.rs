//! Slowing down those who guess: a lock on the account, and a limit for each address.
//!
//! Goes in: how often a sign-in failed and when, or an address and the time. Comes out: until when to wait. Guaranteed:
//! five wrong tries are free, then waiting doubles from one minute to at most an hour, so that nobody can lock another
//! out for good; the limiter remembers only addresses of the last minutes.

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use governor::Quota;
use governor::RateLimiter;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;

/// Wrong tries that cost nothing.
const FREE_TRIES: u32 = 5;
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// Until when an account is locked after this many failed tries in a row, the last of them at `last`. None: it is open.
/// A success sets the number to zero.
pub fn locked_until(failed_tries: u32, last: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let beyond = failed_tries.checked_sub(FREE_TRIES)?;
    // Six doublings pass the hour; more would only overflow.
    let wait = FIRST_WAIT * 2_i32.pow(beyond.min(6));
    Some(last + wait.min(LONGEST_WAIT))
}

/// Whether the account may be tried now.
pub fn is_open(failed_tries: u32, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    locked_until(failed_tries, last).is_none_or(|until| now >= until)
}

/// Tries a minute from one address before it has to wait. A whole office may share an address.
pub const TRIES_A_MINUTE: u32 = 20;

/// Addresses remembered before those that are long quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// The time as it was last handed in: nothing here reads a clock.
#[derive(Debug, Clone, Default)]
struct GivenTime(Arc<AtomicU64>);

impl GivenTime {
    fn set(&self, now: DateTime<Utc>) {
        let nanos = now.timestamp_nanos_opt().and_then(|it| u64::try_from(it).ok()).unwrap_or_default();
        // Never backwards: threads hand in their times in any order.
        self.0.fetch_max(nanos, Ordering::Relaxed);
    }
}

impl Clock for GivenTime {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(self.0.load(Ordering::Relaxed))
    }
}

/// How often one address may try. Cheap to share; each node counts for itself.
#[derive(Debug)]
pub struct PerAddress {
    time: GivenTime,
    limiter: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, GivenTime, NoOpMiddleware<Nanos>>,
}

impl PerAddress {
    /// At most this many a minute, all at once if need be.
    pub fn a_minute(tries: NonZeroU32) -> Self {
        let time = GivenTime::default();
        Self { limiter: RateLimiter::hashmap_with_clock(Quota::per_minute(tries), time.clone()), time }
    }

    /// For signing in and for asking for links.
    pub fn for_sign_in() -> Self {
        Self::a_minute(NonZeroU32::new(TRIES_A_MINUTE).unwrap_or(NonZeroU32::MIN))
    }

    /// Counts a try. Too many: how long to wait.
    pub fn count(&self, address: IpAddr, now: DateTime<Utc>) -> Result<(), Duration> {
        self.time.set(now);
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&household(address)).map_err(|not_until| not_until.wait_time_from(self.time.now()))
    }
}

/// A subscriber of IPv6 has a whole /64 to try from.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(it) if it.to_ipv4_mapped().is_none() => {
            IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() & !u128::from(u64::MAX)))
        }
        IpAddr::V6(it) => it.to_canonical(),
        it @ IpAddr::V4(_) => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn five_tries_are_free_and_then_waiting_doubles_to_an_hour() {
        for (failed, minutes) in [
            (0, None),
            (4, None),
            (5, Some(1)),
            (6, Some(2)),
            (7, Some(4)),
            (10, Some(32)),
            (11, Some(60)),
            (u32::MAX, Some(60)),
        ] {
            let expected = minutes.map(|it| at(0) + TimeDelta::minutes(it));
            assert_eq!(locked_until(failed, at(0)), expected, "{failed}");
        }
    }

    #[test]
    fn a_locked_account_opens_by_itself_on_the_second() {
        for (failed, seconds, open) in [(4, 0, true), (5, 0, false), (5, 59, false), (5, 60, true), (6, 60, false)] {
            assert_eq!(is_open(failed, at(0), at(seconds)), open, "{failed} after {seconds} s");
        }
    }

    #[test]
    fn an_address_that_tries_too_often_is_told_how_long_to_wait() {
        let limit = PerAddress::a_minute(NonZeroU32::new(3).unwrap());
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        for _ in 0..3 {
            assert_eq!(limit.count(one, at(0)), Ok(()));
        }
        assert_eq!(limit.count(one, at(0)), Err(Duration::from_secs(20)));
        assert_eq!(limit.count(other, at(0)), Ok(()), "another address is not held up");
        assert_eq!(limit.count(one, at(20)), Ok(()));
    }

    #[test]
    fn an_older_time_does_not_turn_the_clock_back() {
        let limit = PerAddress::a_minute(NonZeroU32::MIN);
        let one = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(limit.count(one, at(10)), Ok(()));
        assert_eq!(limit.count(one, at(0)), Err(Duration::from_mins(1)));
    }

    #[test]
    fn addresses_of_one_household_count_as_one() {
        for (one, other, same) in [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
        ] {
            let of = |text: &str| household(text.parse().unwrap());
            assert_eq!(of(one) == of(other), same, "{one} {other}");
        }
    }
}
