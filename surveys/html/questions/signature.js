/* A pad to sign on with a finger; the drawn lines are sent as a path. The typed name stays for those who can't draw. */
document.querySelectorAll("[data-sign]").forEach((pad) => {
    const field = pad.querySelector("[type=hidden]"), sheet = document.createElement("canvas");
    const again = document.createElement("button"), pen = sheet.getContext("2d");
    Object.assign(sheet, { width: 600, height: 200, className: "sheet" });
    Object.assign(again, { type: "button", className: "plain", textContent: pad.dataset.sign });
    sheet.setAttribute("aria-hidden", "true");
    const draw = () => {
        pen.clearRect(0, 0, 600, 200);
        pen.lineWidth = 3;
        pen.stroke(new Path2D(field.value));
    };
    let down = false;
    const at = (event) => Math.max(0, Math.round(event.offsetX * 600 / sheet.clientWidth)) + " " + Math.max(0, Math.round(event.offsetY * 200 / sheet.clientHeight));
    sheet.addEventListener("pointerdown", (event) => {
        down = true;
        sheet.setPointerCapture(event.pointerId);
        field.value += "M" + at(event);
        event.preventDefault();
    });
    sheet.addEventListener("pointermove", (event) => {
        if (!down || field.value.length > 59000) return;
        field.value += "L" + at(event);
        draw();
    });
    sheet.addEventListener("pointerup", () => {
        down = false;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    again.addEventListener("click", () => { field.value = ""; draw(); });
    pad.prepend(sheet, again);
    draw();
});
