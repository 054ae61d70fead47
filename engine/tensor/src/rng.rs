//! Named, reproducible streams of standard normal numbers (spec: pipeline 6).

/// A stream that fills any length from its start; the same source always gives the same numbers.
pub trait NoiseSource: Send + Sync {
    /// `len` numbers with mean 0 and variance 1, from the start of the stream.
    fn normal(&self, len: usize) -> Vec<f32>;
    /// Identity for records, e.g. `philox4x32-10/unlimited`.
    fn id(&self) -> String;
}

/// Counter-based stream of GPU generators: Philox 4x32 with 10 rounds.
///
/// Without a thread limit number `i` depends on the seed and `i` alone, on any device.
#[derive(Clone, Copy, Debug)]
pub struct PhiloxNoise {
    /// Seed; both 32-bit halves are used.
    pub seed: u64,
    /// Thread capacity of the GPU to match; `None` is device independent.
    pub max_threads: Option<u64>,
}

const ROUNDS: usize = 10;
const TWO_POW_32_INV: f32 = 2.328_306_4e-10;
const TWO_POW_32_INV_TAU: f32 = 1.462_918_1e-9;

/// Ten rounds of Philox 4x32.
fn philox(mut counter: [u32; 4], seed: u64) -> [u32; 4] {
    let mut key = [seed as u32, (seed >> 32) as u32];
    for _ in 0..ROUNDS {
        let p = u64::from(counter[0]) * 0xD251_1F53;
        let q = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (q >> 32) as u32 ^ counter[1] ^ key[0],
            q as u32,
            (p >> 32) as u32 ^ counter[3] ^ key[1],
            p as u32,
        ];
        key = [
            key[0].wrapping_add(0x9E37_79B9),
            key[1].wrapping_add(0xBB67_AE85),
        ];
    }
    counter
}

/// Two normals from two random words.
fn box_muller(a: u32, b: u32) -> [f32; 2] {
    let u = (a as f32).mul_add(TWO_POW_32_INV, TWO_POW_32_INV / 2.0);
    let v = (b as f32).mul_add(TWO_POW_32_INV_TAU, TWO_POW_32_INV_TAU / 2.0);
    let s = (-2.0 * f64::from(u).ln()).max(0.0).sqrt();
    let (sin, cos) = f64::from(v).sin_cos();
    [(s * sin) as f32, (s * cos) as f32]
}

impl PhiloxNoise {
    /// Device-independent stream.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            max_threads: None,
        }
    }

    fn lanes(&self, iteration: u32, thread: u64) -> [f32; 4] {
        let counter = [iteration, 0, thread as u32, (thread >> 32) as u32];
        let [a, b, c, d] = philox(counter, self.seed);
        let ([x0, x1], [x2, x3]) = (box_muller(a, b), box_muller(c, d));
        [x0, x1, x2, x3]
    }
}

impl NoiseSource for PhiloxNoise {
    fn normal(&self, len: usize) -> Vec<f32> {
        let wanted = 256 * (len as u64).div_ceil(256);
        let threads = self
            .max_threads
            .map_or(wanted, |max| wanted.min(max.max(1)));
        if threads >= len as u64 {
            return (0..len as u64)
                .map(|thread| self.lanes(0, thread)[0])
                .collect();
        }
        let mut out = vec![0.0; len];
        let per_iteration = 4 * threads;
        for iteration in 0..(len as u64).div_ceil(per_iteration) {
            for thread in 0..threads {
                for (lane, value) in self.lanes(iteration as u32, thread).into_iter().enumerate() {
                    let index = iteration * per_iteration + lane as u64 * threads + thread;
                    if let Some(slot) = out.get_mut(index as usize) {
                        *slot = value;
                    }
                }
            }
        }
        out
    }

    fn id(&self) -> String {
        match self.max_threads {
            Some(max) => format!("philox4x32-10/threads-{max}"),
            None => "philox4x32-10/unlimited".into(),
        }
    }
}

/// Stream of the host generator: MT19937 with the vectorised Box-Muller layout.
#[derive(Clone, Copy, Debug)]
pub struct HostNoise {
    /// Seed; only the low 32 bits are used.
    pub seed: u64,
}

impl NoiseSource for HostNoise {
    fn normal(&self, len: usize) -> Vec<f32> {
        let mut twister = MersenneTwister::new(self.seed as u32);
        if len < 16 {
            short_normals(&mut twister, len)
        } else {
            grouped_normals(&mut twister, len)
        }
    }

    fn id(&self) -> String {
        "mt19937/host".into()
    }
}

/// Fewer than 16 numbers: double-precision pairs.
fn short_normals(twister: &mut MersenneTwister, len: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(len + 1);
    while out.len() < len {
        let (u1, u2) = (twister.next_f64(), twister.next_f64());
        let radius = (-2.0 * (-u2).ln_1p()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * u1).sin_cos();
        out.extend([(radius * cos) as f32, (radius * sin) as f32]);
    }
    out.truncate(len);
    out
}

/// Groups of 16 uniforms become 16 normals; a ragged end is redrawn over the last 16.
fn grouped_normals(twister: &mut MersenneTwister, len: usize) -> Vec<f32> {
    let mut out: Vec<f32> = (0..len).map(|_| twister.next_f32()).collect();
    out.chunks_exact_mut(16).for_each(normal_group);
    if !len.is_multiple_of(16) {
        let tail = &mut out[len - 16..];
        tail.iter_mut().for_each(|slot| *slot = twister.next_f32());
        normal_group(tail);
    }
    out
}

fn normal_group(group: &mut [f32]) {
    let (first, second) = group.split_at_mut(8);
    for (a, b) in first.iter_mut().zip(second) {
        let radius = (-2.0 * (1.0 - *a).ln()).sqrt();
        let (sin, cos) = (std::f32::consts::TAU * *b).sin_cos();
        (*a, *b) = (radius * cos, radius * sin);
    }
}

/// MT19937.
struct MersenneTwister {
    state: [u32; 624],
    index: usize,
}

impl MersenneTwister {
    fn new(seed: u32) -> Self {
        let mut state = [seed; 624];
        for i in 1..624 {
            let previous = state[i - 1];
            state[i] = (previous ^ (previous >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
        }
        Self { state, index: 624 }
    }

    fn refill(&mut self) {
        for i in 0..624 {
            let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % 624] & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + 397) % 624] ^ (y >> 1) ^ odd;
        }
        self.index = 0;
    }

    fn next_u32(&mut self) -> u32 {
        if self.index >= 624 {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn next_f32(&mut self) -> f32 {
        (self.next_u32() & 0x00ff_ffff) as f32 / 16_777_216.0
    }

    fn next_f64(&mut self) -> f64 {
        let high = u64::from(self.next_u32());
        let bits = (high << 32) | u64::from(self.next_u32());
        (bits & ((1 << 53) - 1)) as f64 / 9_007_199_254_740_992.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_published_check_values() {
        let want = [
            -0.924663, -0.425344, -2.643846, 0.145184, -0.120866, -0.579726, -0.622851, -0.328387,
            -1.074542, -0.363144, -1.671051, 2.265505,
        ];
        let got = PhiloxNoise::new(0).normal(want.len());
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() < 1e-5, "{got} {want}");
        }
    }

    #[test]
    fn a_longer_draw_starts_with_the_shorter_one() {
        let short = PhiloxNoise::new(9).normal(100);
        assert_eq!(short[..], PhiloxNoise::new(9).normal(1000)[..100]);
    }
}
