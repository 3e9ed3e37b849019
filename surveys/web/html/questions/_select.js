/* A box above a long list that leaves only what contains the typed letters. */
document.querySelectorAll("[data-search]").forEach((list) => {
    const box = document.createElement("input"), all = list.everything = [...list.options];
    Object.assign(box, { type: "search", className: "text", placeholder: list.dataset.search });
    box.setAttribute("aria-label", list.labels[0].textContent + " " + list.dataset.search);
    box.addEventListener("input", (event) => {
        event.stopPropagation();
        const wanted = box.value.trim().toLowerCase().split(/\s+/), chosen = list.value;
        const left = all.filter((each) => !each.value || wanted.every((part) => each.text.toLowerCase().includes(part)));
        list.replaceChildren(...left);
        list.value = left.some((each) => each.value === chosen) ? chosen : "";
        if (left.length === 2) list.value = left[1].value;
        if (list.value !== chosen) list.dispatchEvent(new Event("input", { bubbles: true }));
    });
    list.before(box);
});
