/* What was kept while answering is not needed any more. */
try { localStorage.removeItem("xs:" + document.querySelector("[data-kept]").dataset.kept); } catch {}
