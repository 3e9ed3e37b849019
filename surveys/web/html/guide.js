/* Shows and hides as answers change, by the rule of logic.js; what is hidden is left out again by the server. */
(() => {
    const form = document.querySelector("form.answer"), { program, link, heard } = JSON.parse(document.getElementById("guide").textContent);
    const named = (code) => form.querySelector('[data-q="' + code + '"]');
    const entered = () => {
        const all = { ...heard };
        new FormData(form).forEach((value, name) => {
            const said = typeof value === "string" ? value : value.name;
            if (said) (all[name] = all[name] || []).push(said);
        });
        return all;
    };
    const show = (element, on) => {
        element.hidden = !on;
        if (element.tagName === "OPTION") element.disabled = !on;
    };
    const parts = (question, code) => {
        const kept = [...question.querySelectorAll("select")].flatMap((list) => list.everything || []);
        return [...question.querySelectorAll("[data-part]"), ...kept].filter((each) => each.dataset.part === code);
    };
    const words = (code) => {
        const question = named(code), controls = question ? [...question.querySelectorAll("[name]")] : [];
        const said = controls.map((each) => {
            if (each.type === "radio" || each.type === "checkbox") return each.checked ? each.labels[0].innerText : "";
            if (each.tagName === "SELECT") return each.value ? each.selectedOptions[0].text : "";
            return each.type === "hidden" ? "" : each.value;
        });
        return said.map((each) => each.trim().replace(/\s+/g, " ")).filter(Boolean).join("；");
    };
    const guide = () => {
        const shown = decide(program, entered(), link), seen = [];
        program.forEach((section, index) => {
            let any = false;
            section.questions.forEach((each) => {
                const question = named(each.code), on = !!shown.questions[each.code];
                if (!question) return;
                show(question, on);
                any = any || on;
                if (!on) return;
                seen.push(each.code);
                Object.keys(each.parts).forEach((code) => {
                    const offered = !shown.hidden[each.code].includes(code);
                    parts(question, code).forEach((part) => show(part, offered));
                    if (offered) seen.push(each.code + "." + code);
                });
            });
            show(form.querySelector('[data-s="' + index + '"]'), any);
        });
        form.elements._asked.value = seen.join(" ");
        const numbers = [...form.querySelectorAll(".no")].filter((each) => !each.closest("[hidden]"));
        numbers.forEach((each, n) => { each.textContent = n + 1; });
        form.querySelectorAll("[data-fill]").forEach((spot) => {
            if (!spot.dataset.fill.startsWith("link.") && named(spot.dataset.fill)) spot.textContent = words(spot.dataset.fill) || "…";
        });
    };
    form.addEventListener("input", guide);
    form.addEventListener("change", guide);
    addEventListener("pageshow", guide);
})();
