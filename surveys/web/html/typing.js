const form = document.querySelector("form.typing");
const places = [...form.querySelectorAll(".text")];
const show = input => {
    const typed = input.value.split(/[\s,\uff0c\u3001]+/);
    for (const each of input.parentElement.querySelectorAll("[data-code]")) each.classList.toggle("on", typed.includes(each.dataset.code));
};
const go = input => {
    const next = places[places.indexOf(input) + 1];
    next ? (next.focus(), next.select()) : form.requestSubmit();
};
for (const input of places) {
    const codes = (input.dataset.codes || "").split(" ");
    show(input);
    input.addEventListener("input", () => {
        show(input);
        // One digit is enough where no longer code begins with it.
        if (input.dataset.codes && !("several" in input.dataset) && codes.includes(input.value) && codes.filter(code => code.startsWith(input.value)).length === 1 && places.indexOf(input) < places.length - 1) go(input);
    });
    input.addEventListener("keydown", event => {
        if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
        event.preventDefault();
        go(input);
    });
}
(form.querySelector(".wrong .text") || places[0]).focus();
form.addEventListener("submit", () => { form.querySelector("button.go").disabled = true; });
