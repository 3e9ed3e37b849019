/* At the counter: one question a screen, thanks, the next customer. What can't be sent waits here and is delivered once. */
(() => {
    const form = document.querySelector("form.answer"), desk = form.querySelector(".desk"), said = desk.dataset;
    const [back, next] = desk.querySelectorAll("button"), [problem, waiting, thanks, code] = document.querySelectorAll("[data-desk]");
    const kept = "xsk:", refused = "xsk-refused:", unkept = new Map(), words = waiting.textContent;
    let at = 0, begun = 0, touched = false, pointed = -9e9, loaded = performance.now(), idle, resetting, sending = false, locked = false;
    const first = (key) => { try { return sessionStorage[key] = sessionStorage[key] || location.href; } catch { return location.href; } };
    const home = first("xsk-home:" + location.pathname); // before anyone changed the language
    const box = (work) => { try { return work(localStorage); } catch { return null; } };
    const names = (prefix) => box((all) => Object.keys(all).filter((key) => key.startsWith(prefix))) || [];
    const screens = () => [...form.querySelectorAll("[data-q]")].filter((each) => !each.closest("[hidden]"));
    const filled = (question) => [...question.querySelectorAll("[name]")].some((each) =>
        /radio|checkbox/.test(each.type) ? each.checked : each.value.trim());
    const show = () => {
        const all = screens();
        at = Math.max(0, Math.min(at, all.length - 1));
        form.querySelectorAll(".now").forEach((each) => each.classList.remove("now"));
        if (all[at]) all[at].classList.add("now");
        back.hidden = !at;
        next.textContent = at < all.length - 1 ? said.next : said.send;
        problem.hidden = true;
        scrollTo(0, 0);
    };
    const count = () => {
        const number = names(kept).length + unkept.size + names(refused).length;
        waiting.hidden = !number;
        waiting.textContent = (locked ? said.locked : "") + words.replace("{count}", number);
    };
    const reset = () => {
        clearTimeout(resetting);
        form.reset();
        form.querySelectorAll("[data-sign] [type=hidden]").forEach((each) => { each.value = ""; });
        touched = false;
        at = 0;
        form.hidden = false;
        thanks.hidden = true;
        document.body.classList.remove("thanked");
        dispatchEvent(new Event("pageshow"));
        if (unkept.size || location.href === home && performance.now() - loaded < 36e5) return;
        fetch(home, { method: "HEAD" }).then((answer) => { if (answer.ok && !touched) location.replace(home); }).catch(() => {});
    };
    const deliver = async () => {
        if (sending) return;
        sending = true;
        try {
            for (const id of [...names(kept).map((key) => key.slice(kept.length)), ...unkept.keys()]) {
                const item = unkept.get(id) || box((all) => JSON.parse(all.getItem(kept + id)));
                if (!item) continue;
                const body = new URLSearchParams(item.fields);
                body.set("_age", Math.max(0, Math.round((Date.now() - item.at) / 1000)));
                const answer = await fetch(said.address, { method: "POST", body }), told = await answer.json();
                locked = told.outcome === "unenrolled"; // it waits here until the tablet is enrolled
                if (locked || told.id !== id || answer.status === 429 || answer.status >= 500) break; // not from our server, or later
                if (!answer.ok) box((all) => all.setItem(refused + id, JSON.stringify({ ...item, status: answer.status })));
                box((all) => all.removeItem(kept + id));
                unkept.delete(id);
                if (told.receipt && code.dataset.of === id) code.textContent = told.receipt;
            }
        } catch {} // no network; it is tried again
        sending = false;
        count();
    };
    const send = () => {
        const id = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
        const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
        fields.set("_id", id);
        fields.set("_survey", said.survey);
        fields.set("_took", Math.round((performance.now() - begun) / 1000));
        const item = { at: Date.now(), fields: "" + fields };
        if (!box((all) => { all.setItem(kept + id, JSON.stringify(item)); return true; })) unkept.set(id, item);
        code.dataset.of = id;
        code.textContent = "";
        thank();
        form.hidden = true;
        thanks.hidden = false;
        document.body.classList.add("thanked");
        count();
        deliver();
        resetting = setTimeout(reset, 6000);
    };
    const thank = () => { // the words for these answers, chosen here: there may be no network
        const texts = [...thanks.querySelectorAll(".lead")], entered = {};
        if (texts.length < 2) return;
        const { program, link, thanks: rules } = JSON.parse(document.getElementById("guide").textContent);
        new FormData(form).forEach((value, name) => { (entered[name] = entered[name] || []).push("" + value); });
        const chosen = 1 + decide(program, entered, link, rules).thanks;
        texts.forEach((each, n) => { each.hidden = n !== chosen; });
    };
    const forward = () => {
        const all = screens(), question = all[at];
        if (question && question.querySelector(".must") && !filled(question)) { problem.hidden = false; return; }
        if (at < all.length - 1) { at += 1; show(); } else if (!form.hidden) send();
    };
    next.onclick = forward;
    back.onclick = () => { at -= 1; show(); };
    form.addEventListener("submit", (event) => { event.preventDefault(); forward(); });
    form.addEventListener("last", () => { if (at < screens().length - 1) forward(); }); // Enter goes on, but never sends
    addEventListener("pointerdown", (event) => { pointed = event.timeStamp; });
    form.addEventListener("change", (event) => { // a tap on an answer goes on by itself, arrow keys do not
        const finger = event.timeStamp - pointed < 1000 && event.target.type === "radio", from = at;
        if (finger && !event.target.closest("[data-q]").querySelector("[type=text],textarea") && at < screens().length - 1)
            setTimeout(() => { if (at === from && !form.hidden) forward(); }, 250);
    });
    const used = () => {
        if (!touched && !form.hidden) { touched = true; begun = performance.now(); }
        clearTimeout(idle);
        idle = setTimeout(() => { if (!form.hidden) reset(); }, +said.idle * 1000);
    };
    ["pointerdown", "keydown", "input"].forEach((name) => addEventListener(name, used));
    if (location.href !== home) used();
    addEventListener("pageshow", () => { show(); count(); });
    addEventListener("online", deliver);
    setInterval(deliver, 15000);
    names(refused).forEach((key) => box((all) => { // a survey may be open again by now; what is unfit stays unfit
        const item = all.getItem(key);
        if (JSON.parse(item).status === 422) return;
        all.setItem(kept + key.slice(refused.length), item);
        all.removeItem(key);
    }));
    deliver();
    document.body.classList.add("counter");
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.register("/k/worker.js").then(() => navigator.serviceWorker.ready)
        .then(() => caches.open("kiosk")).then((shelf) => shelf.add(location.href)).catch(() => {});
})();
