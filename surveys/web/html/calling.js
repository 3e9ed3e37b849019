/* Answers by digits: the option with that code, else the one at that place; two digits within a moment are one number. */
(() => {
    const form = document.querySelector("form.answer");
    const questions = [...form.querySelectorAll("[data-q]")];
    let typed = "", last = 0, at = null;
    const options = (question) => [...question.querySelectorAll("input[type=radio], input[type=checkbox]")];
    const current = () => {
        const near = document.activeElement && document.activeElement.closest("[data-q]");
        if (near) return near;
        return questions.find((each) => !each.closest("[hidden]") && options(each).length && !options(each).some((one) => one.checked));
    };
    const choose = (question, digits) => {
        const all = options(question);
        const one = all.find((each) => each.value === digits) || (all.some((each) => /^\d+$/.test(each.value)) ? null : all[+digits - 1]);
        if (!one) return false;
        if (one.type === "radio") one.checked = true; else one.checked = !one.checked;
        one.dispatchEvent(new Event("input", { bubbles: true }));
        one.dispatchEvent(new Event("change", { bubbles: true }));
        one.focus();
        return true;
    };
    let taken = false; // what was typed goes along, and comes back with the number or with an unfit appointment
    document.querySelectorAll(".card form").forEach((aside) => {
        aside.addEventListener("formdata", (event) => {
            taken = true;
            new FormData(form).forEach((value, name) => {
                if (name !== "_csrf" && typeof value === "string") event.formData.append(name, value);
            });
        });
    });
    addEventListener("beforeunload", (event) => { if (taken) event.stopImmediatePropagation(); }, true);
    document.addEventListener("keydown", (event) => {
        if (event.isComposing || event.keyCode === 229) return; // an input method's key
        const outcomes = document.querySelector("details.outcome");
        if (event.key === "F2" && outcomes) { event.preventDefault(); outcomes.open = true; outcomes.querySelector(".plain").focus(); return; }
        if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); form.requestSubmit(); return; }
        const field = event.target;
        const writing = field.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
        const reports = outcomes && outcomes.contains(field) ? [...outcomes.querySelectorAll("button[name=outcome]")] : [];
        if (!writing && reports[event.key - 1]) { event.preventDefault(); reports[event.key - 1].focus(); return; }
        if (writing || event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
        if (event.repeat) { event.preventDefault(); return; }
        const now = Date.now(), question = current(); // the one just answered has the focus, until Tab is pressed
        if (!question) return;
        const two = question === at && now - last < 1500 ? typed + event.key : "";
        if (two && choose(question, two)) typed = two;
        else if (choose(question, event.key)) typed = event.key;
        else return;
        event.preventDefault();
        last = now;
        at = question;
    });
})();
