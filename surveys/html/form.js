/* All of this is a convenience: the form works the same with scripts off. */
(() => {
    const form = document.querySelector("form.answer"), button = form.querySelector(".go"), way = form.querySelector(".way");
    const questions = [...form.querySelectorAll("[data-q]")];
    const controls = (question) => [...question.querySelectorAll("input,textarea")];
    const filled = (question) => controls(question).some((each) =>
        /radio|checkbox/.test(each.type) ? each.checked : each.value.trim());
    let unsent = "unsent" in form.dataset;

    const progress = () => {
        const done = questions.filter(filled).length;
        way.hidden = false;
        way.firstChild.max = questions.length;
        way.firstChild.value = done;
        way.lastChild.textContent = "已答 " + done + " / " + questions.length;
    };
    const count = (question) => {
        const line = question.querySelector(".count");
        if (!line) return;
        const most = +line.dataset.most, length = [...controls(question)[0].value.trim()].length;
        line.textContent = length ? length + " / " + most + " 字" : "最多 " + most + " 字";
        line.classList.toggle("over", length > most);
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
        unsent = true;
        progress();
        count(question);
        mend(question);
    });
    form.addEventListener("submit", () => {
        unsent = false;
        button.disabled = true;
        button.textContent = "正在提交…";
    });
    addEventListener("pageshow", () => {
        button.disabled = false;
        button.textContent = "提交";
        questions.forEach(count);
        progress();
        const note = document.querySelector(".note.bad");
        if (note && document.activeElement !== note) note.focus(); // older browsers focus only controls by themselves
    });
    addEventListener("beforeunload", (event) => {
        if (unsent) { event.preventDefault(); event.returnValue = ""; }
    });
})();
