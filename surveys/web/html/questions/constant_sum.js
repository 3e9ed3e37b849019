/* The sum so far beside the sum wanted. */
document.querySelectorAll("[data-total]").forEach((sheet) => {
    const line = sheet.querySelector("[data-sum]"), wanted = +sheet.dataset.total, said = line.textContent;
    const add = () => {
        const fields = [...sheet.querySelectorAll("input")].filter((each) => !each.closest("[hidden]"));
        const sum = fields.reduce((all, each) => all + (+each.value.normalize("NFKC").replace(/[%\s]+$/, "") || 0), 0);
        line.textContent = said + " · " + sum + " / " + wanted;
        line.classList.toggle("over", sum > wanted);
    };
    sheet.addEventListener("input", add);
    addEventListener("pageshow", add);
});
