# Evaluates the R expression of every case over the answers. Usage: Rscript oracle.R CASES.json ANSWERS.csv OUT.json
suppressPackageStartupMessages({
  for (package in c("jsonlite", "survey", "psych", "lavaan", "MASS", "spc", "strucchange", "sandwich", "lme4")) {
    if (!requireNamespace(package, quietly = TRUE)) stop("R package missing: ", package)
    library(package, character.only = TRUE)
  }
})
arguments <- commandArgs(trailingOnly = TRUE)
cases <- jsonlite::fromJSON(arguments[1])
d <- read.csv(arguments[2], stringsAsFactors = TRUE)
design <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = d, nest = TRUE)
items <- d[, c("a", "b", "c", "e", "f", "g")]
drivers <- d[, c("b", "c", "e", "f")]
counts <- table(d$choice, d$segment)
values <- lapply(cases, function(code) as.numeric(suppressMessages(suppressWarnings(eval(parse(text = code))))))
versions <- sapply(c("survey", "psych", "lavaan", "MASS", "spc", "strucchange", "sandwich", "lme4"),
                   function(package) as.character(packageVersion(package)))
found <- list(r = R.version.string, packages = as.list(versions), values = values)
writeLines(jsonlite::toJSON(found, digits = NA, auto_unbox = FALSE, pretty = TRUE), arguments[3])
