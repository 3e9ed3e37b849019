/* "None of these" and the others put each other out. */
document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked) return;
    document.getElementsByName(box.name).forEach((each) => {
        if (each !== box && each.type === "checkbox" && ("alone" in box.dataset || "alone" in each.dataset)) each.checked = false;
    });
});
