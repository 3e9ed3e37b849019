/* A slider beside the number; the number stays empty until one of them is touched. */
document.querySelectorAll("[data-range]").forEach((number) => {
    const slider = document.createElement("input"), [low, high, step] = number.dataset.range.split(" ");
    Object.assign(slider, { type: "range", min: low, max: high, step, className: "slide" });
    slider.value = number.value || (+low + +high) / 2;
    slider.setAttribute("aria-label", number.parentNode.innerText);
    slider.addEventListener("input", () => {
        number.value = slider.value;
        number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("change", () => { slider.value = number.value; });
    number.parentNode.after(slider);
});
