/* Enter in a field goes on to the next one and never sends; what an input method confirms by it stays its own. */
(() => {
    const form = document.querySelector("form.answer"), field = (each) => each.matches("input:not([type=file],[type=hidden])");
    const stops = () => [...form.querySelectorAll("input,select,textarea")].filter((each) => each.tabIndex >= 0 && !each.disabled
        && each.getClientRects().length && (each.type !== "radio" || each.checked || !form.querySelector('[name="' + each.name + '"]:checked')));
    [...form.elements].filter(field).forEach((each) => { each.enterKeyHint = "next"; });
    form.addEventListener("keydown", (event) => {
        const at = event.target;
        if (event.key !== "Enter" || event.ctrlKey || event.isComposing || event.keyCode === 229 || !field(at)) return;
        event.preventDefault();
        if (event.repeat || /radio|checkbox/.test(at.type)) return;
        const all = stops(), next = all[all.indexOf(at) + 1];
        if (next) next.focus(); else form.dispatchEvent(new Event("last"));
    });
    addEventListener("submit", (event) => { // the form's first button, which sends nothing
        if (event.submitter && event.submitter.formMethod === "dialog") { event.preventDefault(); event.stopImmediatePropagation(); }
    }, true);
})();
