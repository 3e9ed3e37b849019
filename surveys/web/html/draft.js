/* Keeps what is entered: of an open link in this browser, of a personal one on the server. Gone after the thanks. */
(() => {
    const form = document.querySelector("form.answer"), { keep, draft } = form.dataset, name = "xs:" + keep, lifetime = 2 * 864e5;
    const parsed = (text) => { try { return JSON.parse(text) || {}; } catch { return {}; } };
    const store = { get: () => null, set() {}, drop() {}, names: [] };
    try { /* a browser may refuse to keep anything; the form works without */
        const box = localStorage;
        store.get = (key) => parsed(box.getItem(key));
        store.set = (key, value) => { try { box.setItem(key, value); } catch { box.removeItem(key); } };
        store.drop = (key) => box.removeItem(key);
        store.names = Object.keys(box).filter((key) => key.startsWith("xs:"));
    } catch {}
    const entered = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    let waiting, changed = false;
    const save = (leaving) => {
        clearTimeout(waiting);
        if (!changed) return;
        changed = false;
        if (!draft) return store.set(name, JSON.stringify({ at: Date.now(), fields: "" + entered() }));
        if (leaving && navigator.sendBeacon) return navigator.sendBeacon(draft, entered());
        fetch(draft, { method: "POST", body: entered() }).then((answer) => { if (!answer.ok) throw 0; }).catch(() => { changed = true; });
    };
    form.addEventListener("input", () => {
        changed = true;
        clearTimeout(waiting);
        waiting = setTimeout(save, draft ? 2000 : 300);
    });
    form.addEventListener("submit", () => save());
    addEventListener("pagehide", () => save(true));
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
    if (!keep) return;

    const [restored, older] = form.querySelectorAll(".note[hidden]");
    store.names.forEach((key) => { /* a clock that was set wrong must not keep a draft for ever */
        if (!(Math.abs(Date.now() - (store.get(key) || {}).at) < lifetime)) store.drop(key);
    });
    if ("unsent" in form.dataset) return;
    const summed = form.querySelector(".sum") && !(window.crypto && crypto.subtle); /* the sum on the page is for its own token */
    const fill = (fields) => [...form.elements].forEach((each) => {
        if (!each.name || /file|submit/.test(each.type) || each.name[0] === "_" && (each.name !== "_token" || summed)) return;
        const values = fields.getAll(each.name);
        if (/radio|checkbox/.test(each.type)) { each.checked = values.includes(each.value); return; }
        const boxes = [...form.elements].filter((one) => one.name === each.name && one.type === "checkbox").map((one) => one.value);
        each.value = values.filter((value) => !boxes.includes(value))[0] || "";
    });
    const kept = (store.get(name) || {}).fields;
    if (kept) {
        fill(new URLSearchParams(kept));
        restored.hidden = false;
        restored.lastElementChild.onclick = () => { store.drop(name); changed = false; location.reload(); };
        return;
    }
    const place = name.slice(0, name.lastIndexOf(":") + 1), old = store.names.find((key) => key.startsWith(place) && (store.get(key) || {}).fields);
    if (!old) return;
    older.hidden = false;
    older.lastElementChild.onclick = () => { /* the server shows the version it was begun on */
        const again = form.cloneNode();
        new URLSearchParams(store.get(old).fields).forEach((value, field) => {
            again.append(Object.assign(document.createElement("input"), { type: "hidden", name: field, value }));
        });
        again.append(Object.assign(document.createElement("input"), { type: "hidden", name: "_switch", value: older.lastElementChild.value }));
        document.body.append(again);
        again.submit();
        return false;
    };
})();
