# Rscript peers.R FOLDER: fits hard problems by the functions of R that have such a model.
#
# FOLDER/<number>.data.bin is as peers.py writes it. FOLDER/<number>.<route>.bin is written: 1 if
# the fit called itself converged and gave no warning, its log-likelihood, the parameters (the
# mean's, then those of the log variance) and their standard errors. Where there is none, a
# function stopped with an error; where it has no such model, "unfit" says so.
suppressPackageStartupMessages({
  library(survival)
  library(mgcv)
  library(glmmTMB)
})
folder <- commandArgs(TRUE)[1]

fits <- list(
  `R lm` = function(d) {
    if (ncol(d$z) > 1 || d$limited) return(NULL)
    known <- exp(-d$shift)
    fit <- lm(d$y ~ d$x - 1 + offset(d$offset), weights = d$w * known)
    variance <- sum(d$w * known * resid(fit)^2) / sum(d$w)
    error <- rep(NA_real_, ncol(d$x))
    error[!is.na(coef(fit))] <- summary(fit)$coefficients[, 2]
    list(TRUE, NA, coef(fit), log(variance), c(error, sqrt(2 / sum(d$w))))
  },
  `R mgcv gaulss` = function(d) {
    # Its likelihood has no weights, and it says by warnings alone how it ended.
    if (d$limited || any(d$w != 1)) return(NULL)
    fit <- gam(list(d$y ~ d$x - 1 + offset(d$offset), ~ d$z - 1 + offset(d$shift / 2)),
               family = gaulss(b = 0))
    k <- ncol(d$x)
    b <- coef(fit)
    list(length(fit$warn) == 0, NA, b[seq_len(k)], 2 * b[-seq_len(k)],
         sqrt(diag(fit$Vp)) * rep(1:2, c(k, ncol(d$z))))
  },
  `R glmmTMB` = function(d) {
    if (d$limited) return(NULL)
    fit <- glmmTMB(y ~ x - 1 + offset(offset), dispformula = ~ z - 1 + offset(shift),
                   weights = w, data = list(y = d$y, x = d$x, z = d$z, offset = d$offset,
                                            shift = d$shift, w = d$w))
    found <- fixef(fit)
    list(fit$fit$convergence == 0 && fit$sdr$pdHess, as.numeric(logLik(fit)),
         found$cond, found$disp, sqrt(diag(vcov(fit, full = TRUE))))
  },
  `R survreg` = function(d) {
    if (ncol(d$z) > 1 || any(d$shift != 0) || d$truncated || !d$limited) return(NULL)
    lower <- ifelse(is.finite(d$lower), d$lower, NA)
    upper <- ifelse(is.finite(d$upper), d$upper, NA)
    fit <- survreg(Surv(lower, upper, type = "interval2") ~ d$x - 1 + offset(d$offset),
                   weights = d$w, dist = "gaussian")
    error <- sqrt(diag(vcov(fit)))
    error[length(error)] <- 2 * error[length(error)]
    list(TRUE, fit$loglik[2], coef(fit), 2 * log(fit$scale), error)
  },
  `R AER tobit` = function(d) {
    if (ncol(d$z) > 1 || any(d$shift != 0) || d$truncated || !d$limited || d$intervals) {
      return(NULL)
    }
    y <- d$y
    x <- d$x
    given <- d$offset
    w <- d$w
    from <- d$left
    to <- d$right
    fit <- if (any(is.finite(from)) && any(is.finite(to))) {
      AER::tobit(y ~ x - 1 + offset(given), left = from, right = to, weights = w)
    } else if (any(is.finite(from))) {
      AER::tobit(y ~ x - 1 + offset(given), left = from, weights = w)
    } else {
      AER::tobit(y ~ x - 1 + offset(given), left = -Inf, right = to, weights = w)
    }
    error <- sqrt(diag(vcov(fit)))
    error[length(error)] <- 2 * error[length(error)]
    list(TRUE, fit$loglik[2], coef(fit), 2 * log(fit$scale), error)
  }
)

read <- function(path) {
  values <- readBin(path, "double", file.size(path) / 8)
  n <- values[1]
  sizes <- c(values[2:3], rep(1, 8))
  at <- 6 + cumsum(c(0, n * sizes))
  part <- function(i) values[at[i] + seq_len(n * sizes[i])]
  list(
    limited = values[4] == 1, truncated = values[5] == 1, intervals = values[6] == 1,
    x = matrix(part(1), n), z = matrix(part(2), n), y = part(3), offset = part(4),
    shift = part(5), w = part(6), lower = part(7), upper = part(8), left = part(9),
    right = part(10)
  )
}

for (path in list.files(folder, "data[.]bin$", full.names = TRUE)) {
  data <- read(path)
  number <- sub("[.]data[.]bin$", "", basename(path))
  for (route in names(fits)) {
    target <- file.path(folder, paste0(number, ".", route, ".bin"))
    warned <- FALSE
    found <- tryCatch(
      withCallingHandlers({
        setTimeLimit(elapsed = 60, transient = TRUE)
        fits[[route]](data)
      }, warning = function(w) {
        warned <<- TRUE
        invokeRestart("muffleWarning")
      }),
      error = function(e) "error"
    )
    setTimeLimit()
    if (is.null(found)) {
      file.create(sub("[.]bin$", ".unfit", target))
    } else if (is.list(found)) {
      out <- c(isTRUE(found[[1]]) && !warned, found[[2]], found[[3]], found[[4]], found[[5]])
      writeBin(as.double(out), target)
    }
  }
}
cat(R.version.string, "\n")
for (package in c("survival", "mgcv", "glmmTMB", "AER")) {
  cat(package, as.character(packageVersion(package)), "\n")
}
