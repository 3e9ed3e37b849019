const form = document.querySelector("form.typing");
const places = [...form.querySelectorAll(".text")];
const stops = [...form.querySelectorAll(".batch input:not([type=checkbox]), .batch select, .text, button.go:not(.again)")];
const typed = input => input.value.normalize("NFKC").trim().split(/[\s,\uff0c\u3001;]+/).filter(code => code);
// Only Enter goes on, so that no key ever lands in a place it was not meant for.
const unknown = input => {
    if (!input.dataset.codes) return false;
    const codes = input.dataset.codes.split(" "), found = typed(input);
    return found.some(code => !codes.includes(code)) || (found.length > 1 && !("several" in input.dataset));
};
const show = input => {
    for (const each of input.parentElement.querySelectorAll("[data-code]")) each.classList.toggle("on", typed(input).includes(each.dataset.code));
};
const mark = (input, wrong) => {
    input.parentElement.classList.toggle("wrong", wrong);
    input.setAttribute("aria-invalid", wrong);
    input.parentElement.querySelector(".unknown").hidden = !wrong;
};
for (const input of places) {
    show(input);
    input.addEventListener("input", () => {
        show(input);
        if (input.dataset.codes && !unknown(input)) mark(input, false);
    });
    input.addEventListener("blur", () => { if (input.dataset.codes) mark(input, unknown(input)); });
}
for (const stop of stops) {
    if (stop.matches("button")) continue;
    stop.addEventListener("keydown", event => {
        if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.shiftKey) return;
        event.preventDefault();
        if (event.repeat) return;
        if (unknown(stop)) { mark(stop, true); stop.select(); return; }
        const next = stops[stops.indexOf(stop) + 1];
        next.focus();
        if (next.select) next.select();
    });
}
(form.querySelector(".wrong .text") || places.find(input => input.name) || stops[0]).focus();
form.addEventListener("submit", event => {
    const wrong = places.filter(unknown);
    for (const input of wrong) mark(input, true);
    if (wrong.length) { event.preventDefault(); wrong[0].focus(); wrong[0].select(); return; }
    setTimeout(() => { for (const button of form.querySelectorAll("button.go")) button.disabled = true; });
});
