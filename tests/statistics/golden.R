# A second opinion beside golden.py's: what R says. Writes golden_r.txt beside it, a value a line:
#     function argument.. value
# Run it from anywhere (Debian: r-base-core):
#     Rscript tests/statistics/golden.R
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
file <- file.path(dirname(script), "golden_r.txt")
number <- function(x) formatC(x, digits = 17, format = "g", width = 1)
lines <- c(paste("#", R.version.string))
say <- function(name, ...) lines <<- c(lines, paste(name, paste(number(c(...)), collapse = " ")))

for (t in c(-2, 0.3, 4.1, 30, 1e4)) for (df in c(1, 2, 7.5, 30, 200)) {
  say("t_sf", t, df, pt(t, df, lower.tail = FALSE))
}
for (p in c(1e-30, 1e-12, 1e-3, 0.025, 0.4)) for (df in c(1, 3, 9, 99)) {
  say("t_quantile_upper", p, df, qt(p, df, lower.tail = FALSE))
}
for (z in c(-3, 0.5, 6, 11)) say("normal_sf", z, pnorm(z, lower.tail = FALSE))
for (p in c(1e-30, 1e-4, 0.3, 0.975)) say("normal_quantile", p, qnorm(p))
for (f in c(0.2, 1, 5, 91, 1e5)) say("f_sf", f, 3, 18, pf(f, 3, 18, lower.tail = FALSE))
for (x in c(0.1, 3, 18.2, 160)) for (df in c(1, 2, 9)) say("chi_square_sf", x, df, pchisq(x, df, lower.tail = FALSE))
for (x in c(0.01, 0.4, 0.95)) say("beta_cdf", x, 2.5, 7, pbeta(x, 2.5, 7))
for (x in c(0.01, 2, 11)) say("gamma_sf", x, 3.5, pgamma(x, 3.5, lower.tail = FALSE))
for (k in c(1, 6, 10)) say("binomial_at_least", k, 10, 0.3, pbinom(k - 1, 10, 0.3, lower.tail = FALSE))
for (nc in c(0.5, 3, 10)) for (df in c(4, 9, 60)) {
  say("noncentral_t_cdf", nc, df, nc, pt(nc, df, nc))
  say("noncentral_t_cdf", 0.7 * nc, df, nc, pt(0.7 * nc, df, nc))
}
for (k in c(2, 3, 10, 20)) for (df in c(5, 30, Inf)) {
  say("range_cdf", 3.5, k, df, ptukey(3.5, k, df))
}
for (n in c(3, 6, 10, 34)) for (d in c(0.3, 1)) {
  found <- power.t.test(n, d, type = "paired", strict = TRUE, sig.level = 0.05)
  say("power", n, d, found$power)
}
cat(lines, file = file, sep = "\n")
