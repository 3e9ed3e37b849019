/* A place is held once: who had it before gets the place that became free. */
document.querySelectorAll("[data-rank]").forEach((list) => {
    const places = [...list.querySelectorAll("select")], held = new Map();
    const note = () => places.forEach((each) => held.set(each, each.value));
    list.addEventListener("input", (event) => {
        const other = places.find((each) => each !== event.target && each.value && each.value === event.target.value);
        if (other) other.value = held.get(event.target);
        note();
    });
    addEventListener("pageshow", note);
});
