/* One item can't be both in its set: choosing the other side takes the first choice away. */
document.querySelectorAll("[data-bw]").forEach((set) => set.addEventListener("input", (event) => {
    event.target.closest("tr").querySelectorAll("input").forEach((each) => { if (each !== event.target) each.checked = false; });
}));
