#!/usr/bin/env python3
"""Makes golden.h5 beside it: probabilities, quantiles and tests as SciPy computes them.

Each array `distributions/NAME` has a row for each case: the arguments, and last the value. The
studentized range and the noncentral t are integrals made here, since SciPy's have less than 10 digits in
the tails; the script compares them with SciPy's and, for some, with mpmath's at 30 digits.

Needs SciPy, mpmath and h5py. Run it from anywhere:
    python3 tests/statistics/golden.py
"""
import itertools
import os

import h5py
import mpmath
import numpy
import scipy
from scipy import optimize, special, stats

FOLDER = os.path.dirname(os.path.abspath(__file__))
mpmath.mp.dps = 30

DF = [1, 2, 3, 4.5, 5, 9, 10, 29, 30, 100, 200, 1000, 12345.5]
TAILS = [1e-30, 1e-20, 1e-12, 1e-6, 1e-3, 0.01, 0.025, 0.05, 0.2, 0.4, 0.5]

# Test losses of three variants over ten shared seeds.
A = [8.421, 8.437, 8.402, 8.455, 8.419, 8.430, 8.411, 8.448, 8.426, 8.415]
B = [8.412, 8.425, 8.407, 8.431, 8.409, 8.424, 8.405, 8.436, 8.418, 8.404]
C = [8.470, 8.442, 8.481, 8.459, 8.466, 8.490, 8.447, 8.475, 8.468, 8.452]


def rows(function, *arguments):
    return [[*map(float, case), float(function(*case))] for case in itertools.product(*arguments)]


def check(name, ours, other, tolerance):
    worst = max(float(abs(x[-1] - y) / abs(y)) for x, y in zip(ours, other))
    print(f"{name}: relative difference {worst:.1e} at most")
    assert worst < tolerance, name


def t_tail(t, df):
    """P(T > t) by mpmath's incomplete beta function."""
    t, df = mpmath.mpf(t), mpmath.mpf(df)
    return mpmath.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True) / 2


def grid(low, high, panels):
    """Nodes and weights of Gauss-Legendre quadrature, 20 points a panel."""
    nodes, weights = numpy.polynomial.legendre.leggauss(20)
    half = (high - low) / panels / 2
    middles = low + (2 * numpy.arange(panels) + 1) * half
    return (middles[:, None] + half * nodes).ravel(), numpy.tile(weights * half, panels)


def log_density_of_root(s, df):
    """Of sqrt(chi^2 / df)."""
    return (numpy.log(2) + df / 2 * numpy.log(df / 2) - special.gammaln(df / 2)
            + (df - 1) * numpy.log(s) - df * s * s / 2)


def noncentral_t(t, df, nc, upper):
    """The integral over the root's density, Owen (1968); its panels are far narrower than anything in it."""
    s, weights = grid(0, 1 + 40 / numpy.sqrt(2 * df), 4000)
    sign = -1 if upper else 1
    return float(numpy.sum(weights * numpy.exp(log_density_of_root(s, df) + special.log_ndtr(sign * (t * s - nc)))))


def noncentral_t_exact(t, df, nc, upper):
    """The same at 30 digits."""
    t, df, nc = map(mpmath.mpf, (t, df, nc))
    sign = -1 if upper else 1
    log_constant = mpmath.log(2) + df / 2 * mpmath.log(df / 2) - mpmath.loggamma(df / 2)

    def integrand(s):
        s = s or mpmath.mpf("1e-40")
        return mpmath.exp(log_constant + (df - 1) * mpmath.log(s) - df * s * s / 2) * mpmath.ncdf(sign * (t * s - nc))

    return mpmath.quad(integrand, mpmath.linspace(0, 1 + 30 / mpmath.sqrt(2 * df), 41))


def range_tail(w, k):
    """P(range of k standard normal values > w)."""
    z, weights = grid(-9, 9 + min(w, 40.0), 25)
    upper = special.ndtr(z)
    with numpy.errstate(divide="ignore"):
        difference = -numpy.expm1((k - 1) * numpy.log1p(-numpy.minimum(special.ndtr(z - w) / upper, 1)))
    return float(k * numpy.sum(weights * stats.norm.pdf(z) * upper ** (k - 1) * difference))


def range_tail_exact(w, k):
    """The same at 30 digits, as written down."""
    def integrand(z):
        upper = mpmath.ncdf(z)
        return mpmath.npdf(z) * (upper ** (k - 1) - (upper - mpmath.ncdf(z - w)) ** (k - 1))

    return k * mpmath.quad(integrand, mpmath.linspace(-9, 9 + w, 19))


def studentized(q, k, df):
    """P(Q > q) over the density of the root of chi^2 / df."""
    if numpy.isinf(df):
        return range_tail(q, k)
    width = 12 / numpy.sqrt(2 * df)
    s, weights = grid(max(0.0, 1 - width), 1 + width, 20)
    return float(sum(weight * range_tail(q * root, k)
                     for root, weight in zip(s, weights * numpy.exp(log_density_of_root(s, df)))))


def distributions():
    tables = {}
    x = [-11, -5, -1, -0.1, 0, 0.3, 1, 2, 5, 8, 11, 20]
    tables["normal_cdf"] = rows(stats.norm.cdf, x)
    tables["normal_sf"] = rows(stats.norm.sf, x)
    tables["normal_quantile"] = rows(stats.norm.ppf, TAILS + [0.6, 0.975, 0.999999])
    t = [-3, -0.5, 0, 1e-6, 0.7, 2, 4.104272795862727, 12, 100, 1e4]
    tables["t_cdf"] = rows(stats.t.cdf, t, DF)
    tables["t_sf"] = rows(stats.t.sf, t, DF)
    for name, table in (("t_sf", tables["t_sf"]), ("t_cdf", [[-r[0], *r[1:]] for r in tables["t_cdf"]])):
        tail = [r for r in table if r[0] > 0 and r[-1] > 1e-300]
        check(name, tail, [t_tail(*r[:2]) for r in tail], 1e-10)
    tables["t_quantile_upper"] = rows(stats.t.isf, TAILS, DF)
    tables["t_quantile"] = rows(stats.t.ppf, [0.025, 0.3, 0.7, 0.975, 0.9995], DF)
    back = [r for r in tables["t_quantile_upper"] if r[-1] != 0]
    check("t_quantile_upper", [[r[0]] for r in back], [t_tail(r[2], r[1]) for r in back], 1e-10)
    tables["f_sf"] = rows(stats.f.sf, [0.01, 0.5, 1, 3, 91, 1e4, 1e8], [1, 2, 5, 19], [1, 3, 18, 120])
    tables["chi_square_sf"] = rows(stats.chi2.sf, [1e-3, 0.5, 2, 18.2, 60, 150, 250], [1, 2, 3, 10, 60, 200])
    tables["beta_cdf"] = rows(stats.beta.cdf, [1e-10, 0.01, 0.3, 0.5, 0.9], [0.5, 2, 30], [0.5, 7, 100])
    tables["gamma_cdf"] = rows(stats.gamma.cdf, [1e-12, 0.1, 1, 9, 30], [0.25, 1, 5, 30])
    tables["gamma_sf"] = rows(stats.gamma.sf, [1e-12, 0.1, 1, 9, 100], [0.25, 1, 5, 30])
    tables["binomial_at_least"] = [
        [k, n, p, stats.binom.sf(k - 1, n, p)]
        for n in (1, 10, 100, 2000) for k in (0, 1, 7, 60, 1100, 2000) if k <= n for p in (0.01, 0.5, 0.9)]
    tables["noncentral_t_cdf"], tables["noncentral_t_sf"] = noncentral_tables()
    tables["range_sf"], tables["range_quantile"] = range_tables()
    return tables


def noncentral_tables():
    lower, upper, scipy_lower = [], [], []
    for df, nc, place in itertools.product([1, 2, 4, 9, 30, 200], [0, 0.5, 3.1622776601683795, 10, 40],
                                           [-2, -0.5, 0.5, 1, 1.5, 4]):
        t = place * nc if nc else place * 2
        lower.append([t, df, nc, float(noncentral_t(t, df, nc, False))])
        upper.append([t, df, nc, float(noncentral_t(t, df, nc, True))])
        scipy_lower.append(float(stats.nct.cdf(t, df, nc)))
    lower_kept = [(r, s) for r, s in zip(lower, scipy_lower) if r[-1] > 1e-6]
    check("noncentral_t_cdf", [r for r, _ in lower_kept], [s for _, s in lower_kept], 1e-9)
    exact = [r for r in lower + upper if 1e-20 < r[-1] < 0.9][::23]
    check("noncentral_t at 30 digits", exact,
          [noncentral_t_exact(*r[:3], r in upper and r not in lower) for r in exact], 1e-11)
    keep = lambda table: [r for r in table if r[-1] > 1e-200]
    return keep(lower), keep(upper)


def range_tables():
    tails = [[q, k, df, studentized(q, k, df)] for k in (2, 3, 5, 10, 20) for q in (0.5, 2, 3.5, 6, 10)
             for df in (2, 18, numpy.inf)]
    infinite = [r for r in tails if numpy.isinf(r[2])][::5]
    check("range_sf at 30 digits", infinite, [range_tail_exact(r[0], r[1]) for r in infinite], 1e-12)
    some = [r for r in tails if r[-1] > 1e-3 and r[1] in (3, 10)][:3]
    check("range_sf", some, [float(stats.studentized_range.sf(*r[:3])) for r in some], 1e-8)
    two = [r for r in tails if r[1] == 2 and numpy.isfinite(r[2])]
    check("range_sf of 2 groups as t", two, [2 * t_tail(r[0] / numpy.sqrt(2), r[2]) for r in two], 1e-11)
    quantiles = [[p, k, df, optimize.brentq(lambda q: studentized(q, k, df) - (1 - p), 0.5, 12,
                                            xtol=1e-13, rtol=1e-14)]
                 for k in (2, 3, 5, 10, 20) for p in (0.9, 0.95, 0.99) for df in (30, numpy.inf)
                 if numpy.isinf(df) or k == 3]
    return tails, quantiles


def sign_flip(d):
    d = numpy.array(d)
    signs = numpy.array(list(itertools.product([1, -1], repeat=len(d))))
    return numpy.mean(abs(signs @ d) >= abs(d.sum()) * (1 - 1e-9))


def paired_cases():
    """Pairs of samples: the three variants above, and drawn ones of 2 to 40 seeds."""
    generator = numpy.random.default_rng(16)
    cases = [(A, B), (A, C), (B, C)]
    for n in (2, 3, 5, 6, 7, 16, 20, 40):
        base = generator.normal(2, 0.3, n)
        cases.append((base + generator.normal(0.05, 0.1, n), base + generator.normal(0, 0.1, n)))
    return [(numpy.array(a), numpy.array(b)) for a, b in cases]


def tests(file):
    margin = 0.03
    for i, (a, b) in enumerate(paired_cases()):
        n, d = len(a), a - b
        group = file.create_group(f"paired/{i:02d}")
        group["a"], group["b"] = a, b
        result = stats.ttest_rel(a, b)
        interval = result.confidence_interval(0.95)
        group["t"] = [result.statistic, result.pvalue, d.mean(), d.std(ddof=1), interval.low, interval.high]
        mean = stats.ttest_1samp(a, 0).confidence_interval(0.95)
        group["mean"] = [a.mean(), a.std(ddof=1), mean.low, mean.high]
        group["margin"] = margin
        group["tost"] = [stats.ttest_rel(a + margin, b, alternative="greater").pvalue,
                         stats.ttest_rel(a - margin, b, alternative="less").pvalue]
        if n <= 16:
            group["sign_flip"] = sign_flip(d)
        elif n <= 20:
            group["sign_flip"] = stats.permutation_test(
                (d,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=2**n,
                vectorized=True, batch=1 << 16).pvalue
        welch = stats.ttest_ind(a, b, equal_var=False)
        ends = welch.confidence_interval(0.95)
        group["welch"] = [welch.statistic, welch.pvalue, welch.df, ends.low, ends.high]
        u = stats.mannwhitneyu(a, b, method="exact" if n <= 20 else "asymptotic")
        group["mann_whitney"] = [u.statistic, u.pvalue]


def rankings(file):
    generator = numpy.random.default_rng(5)
    tables = [numpy.array([A, B, C]).T, generator.normal(size=(6, 5)).round(1), generator.integers(0, 3, (12, 4)),
              numpy.sort(generator.normal(size=(5, 3)), axis=1)]
    for i, table in enumerate(tables):
        n, k = table.shape
        chi, p = stats.friedmanchisquare(*table.T)
        left = n * (k - 1) - chi
        f = (n - 1) * chi / left if left > 1e-9 else numpy.inf
        difference = stats.studentized_range.ppf(0.95, k, numpy.inf) / numpy.sqrt(2) * numpy.sqrt(k * (k + 1) / (6 * n))
        group = file.create_group(f"ranking/{i}")
        group["values"] = table.astype(float)
        group["ranks"] = stats.rankdata(table, axis=1).mean(axis=0)
        group["figures"] = [chi, p, f, stats.f.sf(f, k - 1, (k - 1) * (n - 1)), difference]


def items(file):
    file["mcnemar"] = numpy.array([[b, c, stats.binomtest(b, b + c, 0.5).pvalue] for b, c in
                                   ((0, 1), (3, 9), (9, 3), (5, 5), (40, 71), (1000, 1200))], dtype=float)
    generator = numpy.random.default_rng(8)
    weight = generator.integers(1, 30, 120).astype(float)
    first = generator.gamma(2, 0.5, 120) * weight
    second = first + generator.gamma(0.4, 0.4, 120) * weight - 0.13 * weight
    group = file.create_group("bootstrap")
    group["first"], group["second"], group["weight"] = first, second, weight

    def statistic(x, y, w, axis=-1):
        return (x - y).sum(axis=axis) / w.sum(axis=axis)

    ends = []
    for method in ("BCa", "percentile"):
        found = stats.bootstrap((first, second, weight), statistic, paired=True, vectorized=True, method=method,
                                n_resamples=200000, batch=20000, rng=numpy.random.default_rng(1)).confidence_interval
        ends += [found.low, found.high]
    group["ends"] = [statistic(first, second, weight), *ends]


def main():
    with h5py.File(os.path.join(FOLDER, "golden.h5"), "w", track_order=False) as file:
        file.attrs["scipy"] = scipy.__version__
        file.attrs["mpmath"] = mpmath.__version__
        for name, table in distributions().items():
            file[f"distributions/{name}"] = numpy.array(table, dtype=float)
        tests(file)
        rankings(file)
        items(file)


if __name__ == "__main__":
    main()
