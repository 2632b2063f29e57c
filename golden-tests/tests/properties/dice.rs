//! Chance from a seed: the same on every machine. Must not know what is drawn with it.

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `n` - 1; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).expect("below a usize")
    }

    /// `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some of them, at least one, in their order.
    pub fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let mut found: Vec<T> = of.iter().filter(|_| self.chance(50)).cloned().collect();
        if found.is_empty() {
            found.push(self.pick(of).clone());
        }
        found
    }

    pub fn shuffle<T>(&mut self, of: &mut [T]) {
        for last in (1..of.len()).rev() {
            of.swap(last, self.below(last + 1));
        }
    }
}

/// The seeds of a test: `FROM` and so many after it, `CASES` times as many; `ONLY` that one.
pub fn seeds(count: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(only) = number("ONLY") {
        return only..only + 1;
    }
    let from = number("FROM").unwrap_or(0);
    from..from + count * number("CASES").unwrap_or(1)
}

/// Does something for every seed on two threads, and says all that went wrong.
pub fn every(count: u64, check: impl Fn(u64) -> Result<(), String> + Sync) {
    let seeds = seeds(count);
    let next = std::sync::atomic::AtomicU64::new(seeds.start);
    let wrong = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    if seed >= seeds.end {
                        break;
                    }
                    if let Err(text) = check(seed) {
                        wrong.lock().expect("not poisoned").push(format!("== seed {seed}\n{text}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("not poisoned");
    let shown: Vec<&str> = wrong.iter().take(40).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), seeds.end - seeds.start, shown.join("\n"));
}
