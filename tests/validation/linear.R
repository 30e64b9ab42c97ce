# Rscript linear.R FOLDER: coefficients, their standard errors and RSS of lm().
#
# FOLDER/<name>.bin has n, k, the response and the columns, as doubles; FOLDER/<name>.lm.bin is
# written: k coefficients, k errors, RSS; NA for columns that lm() left out.
folder <- commandArgs(TRUE)[1]
for (path in list.files(folder, "data[.]bin$", full.names = TRUE)) {
  values <- readBin(path, "double", file.size(path) / 8)
  number <- sub("[.]data[.]bin$", "", basename(path))
  n <- values[1]
  k <- values[2]
  y <- values[2 + seq_len(n)]
  x <- matrix(values[2 + n + seq_len(n * k)], n)
  for (route in c("default", "tol")) {
    fit <- if (route == "tol") lm(y ~ x - 1, tol = 1e-20) else lm(y ~ x - 1)
    error <- rep(NA_real_, k)
    found <- suppressWarnings(summary(fit))$coefficients
    error[!is.na(coef(fit))] <- found[, 2]
    out <- c(coef(fit), error, sum(resid(fit)^2))
    writeBin(as.double(out), file.path(folder, paste0(number, ".", route, ".bin")))
  }
}
cat(R.version.string, "\n")
