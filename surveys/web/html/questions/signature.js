/* A pad to sign on with a finger; the drawn lines are sent as a path. The typed name stays for those who can't draw. */
document.querySelectorAll("[data-sign]").forEach((place) => {
    const field = place.querySelector("[type=hidden]"), pad = document.createElement("div"), sheet = document.createElement("canvas");
    const again = document.createElement("button"), pen = sheet.getContext("2d"), typed = place.querySelector("[data-or]");
    Object.assign(sheet, { width: 900, height: 300 });
    Object.assign(again, { type: "button", className: "plain", textContent: place.dataset.sign });
    sheet.setAttribute("aria-hidden", "true");
    pad.className = "pad";
    typed.textContent = typed.dataset.or;
    const draw = () => {
        pen.clearRect(0, 0, 900, 300);
        Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#1D2B2A" });
        pen.stroke(new Path2D(field.value));
        again.hidden = !field.value;
    };
    const changed = () => {
        draw();
        field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    let down = false, last = "";
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    const at = (event) => within(event.offsetX * 900 / sheet.clientWidth, 900) + " " + within(event.offsetY * 300 / sheet.clientHeight, 300);
    sheet.addEventListener("pointerdown", (event) => {
        down = true;
        sheet.setPointerCapture(event.pointerId);
        last = at(event);
        field.value += "M" + last + "L" + last;
        event.preventDefault();
    });
    sheet.addEventListener("pointermove", (event) => {
        if (!down || at(event) === last || field.value.length > 59000) return;
        last = at(event);
        field.value += "L" + last;
        draw();
    });
    const up = () => { if (down) { down = false; changed(); } };
    sheet.addEventListener("pointerup", up);
    sheet.addEventListener("pointercancel", up);
    again.addEventListener("click", () => { field.value = ""; changed(); });
    pad.append(sheet, again);
    place.prepend(pad);
    addEventListener("pageshow", draw);
});
