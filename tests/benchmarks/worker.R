# Runs fits that Python asks for, in a process that lives as long as the measurement.
# A request is a line of tab-separated words; so is the reply:
#   packages             -> ok, and the version of each package that is installed
#   read PATH N K KZ     -> ok; y, X, Z, weights and the limit are read from doubles
#   run TASK TIMES CLOCK -> ok, seconds of one run, coefficients, standard errors, a warning
# Coefficients are those of the mean, then of the logarithm of the variance.

suppressPackageStartupMessages(library(stats))
data <- NULL
unit <- NULL

read_data <- function(path, n, k, k_scale) {
  input <- file(path, "rb")
  on.exit(close(input))
  doubles <- function(size) readBin(input, "double", size)
  list(
    y = doubles(n),
    X = matrix(doubles(n * k), n, k),
    Z = if (k_scale > 0) matrix(doubles(n * k_scale), n, k_scale),
    weights = doubles(n),
    left = doubles(1)
  )
}

answer <- function(params, bse = NULL) list(params = params, bse = bse)

of_lm <- function(fit) {
  logLik(fit)
  answer(coef(fit), sqrt(diag(vcov(fit))))
}

# Whether glmmTMB's coefficients of the dispersion are those of log(sigma) or of its double
# has changed from version to version.
dispersion_unit <- function() {
  if (is.null(unit)) {
    fit <- glmmTMB::glmmTMB(y ~ 1, data.frame(y = c(1, 5, 2, 9, 11, 3)))
    unit <<- 2 * log(sigma(fit)) / unname(glmmTMB::fixef(fit)$disp)
  }
  unit
}

of_survreg <- function(fit) {
  logLik(fit)
  answer(c(coef(fit), 2 * log(fit$scale)), sqrt(diag(vcov(fit))) * c(1 + 0 * coef(fit), 2))
}

tasks <- list(
  lm = function(d) of_lm(with(d, lm(y ~ X - 1))),
  lm_formula = function(d) of_lm(lm(reformulate(names(d)[-1], "y"), d)),
  weighted_lm = function(d) of_lm(with(d, lm(y ~ X - 1, weights = weights))),
  lm_fit = function(d) answer(.lm.fit(d$X, d$y)$coefficients),
  fast_lm = function(d) {
    fit <- RcppEigen::fastLmPure(d$X, d$y, method = 2L)
    answer(fit$coefficients, fit$se)
  },
  gaulss = function(d) {
    fit <- mgcv::gam(list(y ~ X - 1, ~ Z - 1), mgcv::gaulss(b = 0), d)
    logLik(fit)
    times <- rep(c(1, 2), c(ncol(d$X), ncol(d$Z)))
    answer(times * coef(fit), times * sqrt(diag(vcov(fit))))
  },
  glmmTMB = function(d) {
    fit <- glmmTMB::glmmTMB(y ~ X - 1, d, dispformula = ~ Z - 1)
    logLik(fit)
    times <- rep(c(1, dispersion_unit()), c(ncol(d$X), ncol(d$Z)))
    bse <- sqrt(diag(vcov(fit, full = TRUE)))
    answer(times * c(glmmTMB::fixef(fit)$cond, glmmTMB::fixef(fit)$disp), times * bse)
  },
  survreg = function(d) {
    Surv <- survival::Surv
    of_survreg(with(d, survival::survreg(
      Surv(y, y > left, type = "left") ~ X - 1, dist = "gaussian"
    )))
  },
  tobit = function(d) of_survreg(with(d, AER::tobit(y ~ X - 1, left = left)))
)

seconds <- function(clock) {
  if (clock == "processor") sum(proc.time()[1:2]) else as.numeric(Sys.time())
}

# R counts the processor's time in milliseconds, so that few of them are not enough.
enough <- function(spent, clock) clock != "processor" || spent > 0.1

run <- function(name, times, clock) {
  said <- ""
  task <- tasks[[name]]
  d <- if (name == "lm_formula") data.frame(y = data$y, data$X[, -1]) else data
  hear <- function(w) {
    said <<- conditionMessage(w)
    invokeRestart("muffleWarning")
  }
  elapsed <- withCallingHandlers({
    begin <- seconds(clock)
    turns <- 0
    repeat {
      for (turn in seq_len(times)) found <- task(d)
      turns <- turns + times
      spent <- seconds(clock) - begin
      if (enough(spent, clock)) break
    }
    spent / turns
  }, warning = hear)
  numbers <- function(x) paste(sprintf("%.17g", x), collapse = " ")
  c(sprintf("%.9g", elapsed), numbers(found$params), numbers(found$bse), said)
}

packages <- function() {
  wanted <- c("survival", "glmmTMB", "mgcv", "AER", "RcppEigen")
  there <- Filter(function(name) requireNamespace(name, quietly = TRUE), wanted)
  versions <- vapply(there, function(name) as.character(packageVersion(name)), "")
  blas <- extSoftVersion()[["BLAS"]]
  c(
    paste0("R=", getRversion()),
    paste0("BLAS=", file.path(basename(dirname(blas)), basename(blas))),
    if (length(there)) paste0(there, "=", versions)
  )
}

respond <- function(words) {
  switch(words[1],
    packages = packages(),
    read = {
      size <- as.numeric(words[3:5])
      data <<- read_data(words[2], size[1], size[2], size[3])
      character()
    },
    run = run(words[2], as.integer(words[3]), words[4]),
    stop("no such request: ", words[1])
  )
}

# Nothing but replies goes to Python; what packages print goes to the other stream.
if (requireNamespace("RhpcBLASctl", quietly = TRUE)) RhpcBLASctl::blas_set_num_threads(1)
requests <- file("stdin", "r")
sink(stderr())
repeat {
  line <- readLines(requests, 1)
  if (!length(line)) break
  reply <- tryCatch(
    c("ok", respond(strsplit(line, "\t", fixed = TRUE)[[1]])),
    error = function(e) c("error", conditionMessage(e))
  )
  sink()
  cat(paste(gsub("[\t\n]", " ", reply), collapse = "\t"), "\n", sep = "")
  flush(stdout())
  sink(stderr())
}
