/* A slider below the number; the number stays empty until one of them is touched. */
document.querySelectorAll("[data-range]").forEach((number) => {
    const slider = document.createElement("input"), [low, high, step] = number.dataset.range.split(" ");
    const none = number.closest("[data-q]").querySelector("[value=na]");
    Object.assign(slider, { type: "range", min: low, max: high, step });
    slider.setAttribute("aria-label", number.getAttribute("aria-label"));
    const show = () => {
        slider.value = number.value || (+low + +high) / 2;
        slider.className = number.value ? "slide" : "slide unset";
    };
    const take = () => {
        number.value = slider.value;
        number.dispatchEvent(new Event("input", { bubbles: true }));
    };
    slider.addEventListener("input", (event) => { event.stopPropagation(); take(); });
    slider.addEventListener("click", () => { if (!number.value) take(); });
    number.addEventListener("input", () => {
        show();
        if (none && number.value) none.checked = false;
    });
    if (none) none.addEventListener("input", () => {
        if (none.checked) number.value = "";
        show();
    });
    number.parentNode.after(slider);
    addEventListener("pageshow", show);
});
