/* All of this is a convenience: the form works the same with scripts off. */
(() => {
    const form = document.querySelector("form.answer"), button = form.querySelector(".go"), way = form.querySelector(".way");
    const questions = [...form.querySelectorAll("[data-q]")];
    const controls = (question) => [...question.querySelectorAll("[name]")];
    const filled = (question) => controls(question).some((each) =>
        /radio|checkbox/.test(each.type) ? each.checked : each.value.trim());
    let unsent = "unsent" in form.dataset;

    const said = way.lastChild.textContent, send = button.textContent;

    const progress = () => {
        const shown = questions.filter((each) => !each.closest("[hidden]") && controls(each)[0]), done = shown.filter(filled).length;
        way.hidden = false;
        way.firstChild.max = shown.length;
        way.firstChild.value = done;
        way.lastChild.textContent = said + " " + done + " / " + shown.length;
    };
    const count = (question) => {
        const line = question.querySelector("[data-most]");
        if (!line) return;
        const { most, of } = line.dataset, length = [...controls(question)[0].value.trim()].length;
        line.title = line.title || line.textContent;
        line.classList.toggle("over", length > most);
        clearTimeout(line.late); /* said when one pauses, not at every key */
        line.late = setTimeout(() => { line.textContent = length ? length + of : line.title; }, 400);
    };
    const mend = (question) => {
        const error = question.querySelector(".error"), line = question.querySelector(".over");
        if (!error || !filled(question) || line) return;
        error.remove();
        question.classList.remove("wrong");
        [question, ...controls(question)].forEach((each) => each.removeAttribute("aria-invalid"));
    };
    form.addEventListener("input", (event) => {
        const question = event.target.closest("[data-q]");
        if (!question) return;
        unsent = true;
        progress();
        count(question);
        mend(question);
    });
    const { _token: token, _work: work } = form.elements;
    const entered = () => [...new FormData(form)].filter(([name]) => name[0] !== "_").join("\n");
    const sum = (text) => [...text].reduce((all, letter) => all * 31 + letter.codePointAt(0) | 0, 7);
    const once = () => { /* what was sent before the way back is no second answer; what was changed since is */
        const sent = history.state, now = sum(entered());
        if (!sent || sent.sum !== now) return history.replaceState({ sum: now, token: token.value, work: work && work.value }, "");
        token.value = sent.token;
        if (work) work.value = sent.work;
    };
    form.addEventListener("submit", () => {
        once();
        unsent = false;
        button.disabled = true;
        button.textContent = button.dataset.busy;
    });
    addEventListener("pageshow", () => {
        button.disabled = false;
        button.textContent = send;
        questions.forEach(count);
        progress();
        const note = document.querySelector("[autofocus]");
        if (note && document.activeElement !== note) note.focus(); /* older browsers focus only controls by themselves */
    });
    addEventListener("beforeunload", (event) => {
        if (unsent && !form.dataset.keep && !form.dataset.draft) { event.preventDefault(); event.returnValue = ""; }
    });
})();
