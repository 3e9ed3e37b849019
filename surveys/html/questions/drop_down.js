/* A box above a long list that leaves only what contains the typed letters. */
document.querySelectorAll("[data-search]").forEach((list) => {
    const box = document.createElement("input"), all = [...list.options];
    box.className = "text";
    box.type = "search";
    box.placeholder = list.dataset.search;
    box.setAttribute("aria-label", list.dataset.search);
    box.addEventListener("input", (event) => {
        event.stopPropagation();
        const wanted = box.value.trim().toLowerCase();
        list.replaceChildren(...all.filter((each) => !each.value || each.selected || each.text.toLowerCase().includes(wanted)));
    });
    list.before(box);
});
