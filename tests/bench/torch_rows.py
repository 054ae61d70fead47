"""The benchmark rows in PyTorch: same sizes, same work, random weights, F32 on the processor.

    python torch_rows.py ROW THREADS RUNS

prints one JSON object: seconds of every timed run, and the peak resident memory of the process.
Written from the project's own specification of the networks.
"""

import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F


def rand(*shape, gain=1.0):
    fan_in = math.prod(shape[1:]) if len(shape) > 1 else 1
    return torch.empty(shape).uniform_(-1, 1).mul_(gain * math.sqrt(3 / max(fan_in, 1)))


def rms(x, weight, eps=1e-6):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def attention(q, k, v, heads, scale=None, bias=None):
    split = lambda x: x.view(x.shape[0], heads, -1).transpose(0, 1).unsqueeze(0)
    out = F.scaled_dot_product_attention(split(q), split(k), split(v), attn_mask=bias, scale=scale)
    return out.squeeze(0).transpose(0, 1).reshape(q.shape[0], -1)


def fusion_block():
    dim, ffn, heads, text_len = 3072, 14336, 24, 512
    lengths = {"video": 512, "audio": 157}
    names = ["q", "k", "v", "o", "cq", "ck", "cv", "co", "kf", "vf"]

    def tower():
        weights = {name: (rand(dim, dim), rand(dim) * 0.02) for name in names}
        weights["f0"], weights["f2"] = (rand(ffn, dim), rand(ffn) * 0.02), (rand(dim, ffn), rand(dim) * 0.02)
        weights["norm"] = torch.ones(dim)
        weights["mod"] = rand(6, dim) * 0.1
        return weights

    towers = {name: tower() for name in lengths}
    x = {name: torch.randn(length, dim) for name, length in lengths.items()}
    text = {name: torch.randn(text_len, dim) for name in lengths}
    angles = {name: torch.rand(length, dim // heads // 2) for name, length in lengths.items()}
    tables = {name: (a.cos().unsqueeze(1), a.sin().unsqueeze(1)) for name, a in angles.items()}

    def rope(z, name):
        cos, sin = tables[name]
        pairs = z.view(z.shape[0], heads, -1, 2)
        a, b = pairs[..., 0], pairs[..., 1]
        return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).view(z.shape[0], dim)

    def run():
        y = {}
        for name, w in towers.items():
            m = w["mod"]
            u = F.layer_norm(x[name], (dim,)) * (1 + m[1]) + m[0]
            q = rope(rms(F.linear(u, *w["q"]), w["norm"]), name)
            k = rope(rms(F.linear(u, *w["k"]), w["norm"]), name)
            mixed = attention(q, k, F.linear(u, *w["v"]), heads)
            y[name] = x[name] + m[2] * F.linear(mixed, *w["o"])
        out = {}
        for name, other in (("audio", "video"), ("video", "audio")):
            w = towers[name]
            m = w["mod"]
            u = F.layer_norm(y[name], (dim,), w["norm"], m[0])
            q = rms(F.linear(u, *w["cq"]), w["norm"])
            k = rms(F.linear(text[name], *w["ck"]), w["norm"])
            a1 = attention(q, k, F.linear(text[name], *w["cv"]), heads)
            z = F.layer_norm(y[other], (dim,), w["norm"], m[0])
            k = rope(rms(F.linear(z, *w["kf"]), w["norm"]), other)
            a2 = attention(rope(q, name), k, F.linear(z, *w["vf"]), heads)
            z = y[name] + F.linear(a1 + a2, *w["co"])
            u = F.layer_norm(z, (dim,)) * (1 + m[4]) + m[3]
            out[name] = z + m[5] * F.linear(F.gelu(F.linear(u, *w["f0"]), approximate="tanh"), *w["f2"])
        return out

    return run


def umt5_layer():
    dim, ffn, heads, length = 4096, 10240, 64, 200
    w = {name: rand(dim, dim) for name in "qkvo"}
    gate, up, down = rand(ffn, dim), rand(ffn, dim), rand(dim, ffn)
    norm = torch.ones(dim)
    table = torch.randn(32, heads)
    positions = torch.arange(length)
    buckets = (positions[None, :] - positions[:, None]).abs().clamp(max=15) + 16 * (positions[None, :] > positions[:, None])
    x = torch.randn(length, dim)

    def run():
        h = rms(x, norm)
        bias = table[buckets].permute(2, 0, 1).unsqueeze(0)
        mixed = attention(F.linear(h, w["q"]), F.linear(h, w["k"]), F.linear(h, w["v"]), heads, 1.0, bias)
        y = x + F.linear(mixed, w["o"])
        h = rms(y, norm)
        y = y + F.linear(F.linear(h, up) * F.gelu(F.linear(h, gate), approximate="tanh"), down)
        return rms(y, norm)

    return run


def video_decoder_frame():
    """A later latent frame, streamed as the reference does: chunks with two cached frames."""
    z_dim, grid = 48, 8
    widths = [1024, 1024, 1024, 512, 256]

    class Causal:
        def __init__(self, inp, out, kt=3, k=3):
            self.weight, self.bias, self.cache = rand(out, inp, kt, k, k), rand(out) * 0.02, None
            self.pad = k // 2

        def __call__(self, x):
            kt = self.weight.shape[2]
            if kt > 1:
                past = self.cache if self.cache is not None else x.new_zeros(1, x.shape[1], 2, *x.shape[3:])
                x = torch.cat([past, x], 2)
                self.cache = x[:, :, -2:].clone()
            return F.conv3d(x, self.weight, self.bias, padding=(0, self.pad, self.pad))

    def norm(x):
        return F.normalize(x, dim=1) * math.sqrt(x.shape[1])

    class Residual:
        def __init__(self, inp, out):
            self.conv1, self.conv2 = Causal(inp, out), Causal(out, out)
            self.shortcut = Causal(inp, out, 1, 1) if inp != out else None

        def __call__(self, x):
            h = self.conv2(F.silu(norm(self.conv1(F.silu(norm(x))))))
            return h + (self.shortcut(x) if self.shortcut else x)

    class Attention:
        def __init__(self, dim):
            self.qkv, self.proj = rand(3 * dim, dim, 1, 1), rand(dim, dim, 1, 1)

        def __call__(self, x):
            _, c, t, h, w = x.shape
            y = norm(x).permute(0, 2, 1, 3, 4).reshape(t, c, h, w)
            q, k, v = F.conv2d(y, self.qkv).reshape(t, 3, c, h * w).permute(1, 0, 3, 2).unsqueeze(2).unbind(0)
            y = F.scaled_dot_product_attention(q, k, v).squeeze(1).permute(0, 2, 1).reshape(t, c, h, w)
            return x + F.conv2d(y, self.proj).reshape(1, t, c, h, w).permute(0, 2, 1, 3, 4)

    class Level:
        def __init__(self, inp, out, up, up_time):
            self.blocks = [Residual(inp, out), Residual(out, out), Residual(out, out)]
            self.time = Causal(out, 2 * out, 3, 1) if up_time else None
            self.conv = (rand(out, out, 3, 3), rand(out) * 0.02) if up else None
            self.inp, self.out, self.started = inp, out, False

        def __call__(self, x):
            first, self.started = not self.started, True
            y = x
            for block in self.blocks:
                y = block(y)
            if self.conv is None:
                return y
            if self.time is not None and not first:
                _, c, t, h, w = y.shape
                y = self.time(y).reshape(1, 2, c, t, h, w).permute(0, 2, 3, 1, 4, 5).reshape(1, c, 2 * t, h, w)
            _, c, t, h, w = y.shape
            y = y.permute(0, 2, 1, 3, 4).reshape(t, c, h, w)
            y = F.conv2d(F.interpolate(y, scale_factor=2.0, mode="nearest"), *self.conv, padding=1)
            y = y.reshape(1, t, c, 2 * h, 2 * w).permute(0, 2, 1, 3, 4)
            ft = 2 if self.time is not None else 1
            s = x.repeat_interleave(self.out * ft * 4 // self.inp, 1)
            _, _, t, h, w = x.shape
            s = s.view(1, self.out, ft, 2, 2, t, h, w).permute(0, 1, 5, 2, 6, 3, 7, 4)
            s = s.reshape(1, self.out, t * ft, 2 * h, 2 * w)
            return y + (s[:, :, ft - 1 :] if first else s)

    conv2, conv1 = Causal(z_dim, z_dim, 1, 1), Causal(z_dim, widths[0])
    middle = [Residual(1024, 1024), Attention(1024), Residual(1024, 1024)]
    levels = [Level(widths[i], widths[i + 1], i < 3, i < 2) for i in range(4)]
    head = Causal(256, 12)

    def decode(z):
        x = conv1(conv2(z))
        for block in middle + levels:
            x = block(x)
        y = head(F.silu(norm(x)))
        return y.view(1, 3, 2, 2, *y.shape[2:]).permute(0, 1, 4, 5, 3, 6, 2).reshape(1, 3, y.shape[2], 128, 128)

    decode(torch.randn(1, z_dim, 1, grid, grid))
    return lambda: decode(torch.randn(1, z_dim, 1, grid, grid))


def vocoder():
    rates, kernels = [4, 4, 2, 2, 2, 2], [8, 8, 4, 4, 4, 4]
    taps = torch.hann_window(14, periodic=False)[1:-1]
    taps = (taps / taps.sum()).view(1, 1, 12)

    def snake(x, alpha, beta):
        c = x.shape[1]
        x = F.pad(x, (5, 5), mode="replicate")
        x = 2 * F.conv_transpose1d(x, taps.expand(c, -1, -1), stride=2, groups=c)[..., 15:-15]
        x = x + torch.sin(x * alpha).pow(2) / (beta + 1e-9)
        return F.conv1d(F.pad(x, (5, 6), mode="replicate"), taps.expand(c, -1, -1), stride=2, groups=c)

    def activation(c):
        return torch.exp(torch.randn(1, c, 1) * 0.1), torch.exp(torch.randn(1, c, 1) * 0.1)

    def conv(out, inp, k, gain):
        return rand(out, inp, k, gain=gain), rand(out) * 0.02

    pre = conv(1536, 80, 7, 0.3)
    stages, c = [], 1536
    for kernel in kernels:
        out = c // 2
        blocks = []
        for k in (3, 7, 11):
            blocks.append((k, [conv(out, out, k, 0.5) for _ in range(3)], [conv(out, out, k, 0.3) for _ in range(3)],
                           [activation(out) for _ in range(6)]))
        stages.append((rand(c, out, kernel, gain=1.0), rand(out) * 0.02, blocks))
        c = out
    post_act, post = activation(c), conv(1, c, 7, 0.5)
    mel = torch.randn(1, 80, 314) - 2

    def run():
        x = F.conv1d(mel, *pre, padding=3)
        for (weight, bias, blocks), rate, kernel in zip(stages, rates, kernels):
            x = F.conv_transpose1d(x, weight, bias, stride=rate, padding=(kernel - rate) // 2)
            total = 0
            for k, convs1, convs2, acts in blocks:
                y = x
                for idx, d in enumerate((1, 3, 5)):
                    t = F.conv1d(snake(y, *acts[2 * idx]), *convs1[idx], padding=(k - 1) * d // 2, dilation=d)
                    y = y + F.conv1d(snake(t, *acts[2 * idx + 1]), *convs2[idx], padding=(k - 1) // 2)
                total = total + y
            x = total / 3
        return torch.tanh(F.conv1d(snake(x, *post_act), *post, padding=3))

    return run


def audio_decoder():
    hidden = 384
    silu = lambda x: F.silu(x) / 0.596
    add = lambda a, b: (0.7 * a + 0.3 * b) / math.sqrt(0.58)
    pixel = lambda x: x / (1e-4 + x.pow(2).mean(1, keepdim=True).sqrt())
    conv = lambda x, w: F.conv1d(x, w, padding=w.shape[2] // 2)

    class Res:
        def __init__(self, inp, out):
            self.c1, self.c2 = rand(out, inp, 3), rand(out, out, 3)
            self.skip = rand(out, inp, 1) if inp != out else None

        def __call__(self, x):
            x = pixel(x)
            h = conv(silu(conv(silu(x), self.c1)), self.c2)
            return add(x if self.skip is None else conv(x, self.skip), h)

    top = 4 * hidden
    conv_in, conv_out, upsample = rand(top, 20, 3), rand(80, hidden, 3), rand(2 * hidden, 2 * hidden, 3)
    mid1, mid2, qkv, proj = Res(top, top), Res(top, top), rand(3 * top, top, 1), rand(top, top, 1)
    levels = [[Res(top, top) for _ in range(3)],
              [Res(top, 2 * hidden), Res(2 * hidden, 2 * hidden), Res(2 * hidden, 2 * hidden)],
              [Res(2 * hidden, hidden), Res(hidden, hidden), Res(hidden, hidden)]]
    latent = torch.randn(1, 20, 157)

    def run():
        x = mid1(conv(latent, conv_in))
        y = conv(x, qkv).view(1, top, 3, -1)
        q, k, v = (pixel(y[:, :, i]).transpose(1, 2).unsqueeze(1) for i in range(3))
        x = add(x, conv(F.scaled_dot_product_attention(q, k, v).squeeze(1).transpose(1, 2), proj))
        x = mid2(x).clamp(-256, 256)
        for idx, level in enumerate(levels):
            for block in level:
                x = block(x).clamp(-256, 256)
            if idx == 1:
                x = conv(x.repeat_interleave(2, 2), upsample)
        return conv(silu(x), conv_out)

    return run


def main():
    row, threads, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with torch.inference_mode():
        run = globals()[row]()
        run()
        secs = []
        for _ in range(runs):
            started = time.perf_counter()
            run()
            secs.append(time.perf_counter() - started)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"secs": secs, "peak_mb": peak_kib * 1024 / 1e6, "torch": torch.__version__}))


main()
