/* Decides what is shown by the rule of surveys/course.py, over the same data. The server decides again on its own. */
const decide = (program, entered, link) => {
    const blanks = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g;
    const trimmed = (value) => value.replace(blanks, "");
    const number = (text) => /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
    const same = (left, right) => left === right || number(left) !== null && number(left) === number(right);
    const kept = new Map(Object.entries(link).map(([name, value]) => ["link." + name, [value]]));
    const compared = (values, how, against) => {
        if (how === "answered") return values.length > 0;
        if (how === "unanswered") return !values.length;
        if (!values.length) return false;
        if (how === "includes" || how === "one_of") return values.some((each) => against.some((one) => same(each, one)));
        const alone = values.length === 1;
        if (how === "equals") return alone && same(values[0], against[0]);
        if (how === "differs") return !(alone && same(values[0], against[0]));
        const left = number(values[0]), right = number(against[0]);
        return alone && left !== null && right !== null && (how === "at_least" ? left >= right : left <= right);
    };
    const holds = (condition) => {
        if (!condition) return true;
        if (condition.not) return !holds(condition.not);
        if (condition.all) return condition.all.every(holds);
        if (condition.any) return condition.any.some(holds);
        const values = (kept.get(condition.field) || []).map(trimmed).filter(Boolean);
        return compared(values, condition.is, condition.value);
    };
    const shown = { sections: [], questions: {}, hidden: {}, ending: "complete" };
    let skip = 0, over = false;
    program.forEach((section, index) => {
        shown.sections[index] = !over && index >= skip && holds(section.if);
        if (!shown.sections[index]) return;
        section.questions.forEach((question) => {
            const hidden = Object.keys(question.parts).filter((part) => !holds(question.parts[part]));
            shown.questions[question.code] = holds(question.if) && !(question.of && hidden.length === question.of);
            shown.hidden[question.code] = hidden;
            if (!shown.questions[question.code]) return;
            question.fields.forEach((field) => {
                const part = field.split(".")[1] || "";
                const values = (entered[field] || []).filter((value) =>
                    field !== question.code || !hidden.includes(trimmed(value)));
                if (values.length && !hidden.includes(part)) kept.set(field, values);
            });
        });
        const jump = section.jumps.find((each) => holds(each.if));
        if (!jump) return;
        if (jump.to < 0) over = true; else skip = jump.to;
        if (jump.to === -2) shown.ending = "screened_out";
    });
    shown.entered = Object.fromEntries([...kept].filter(([field]) => !field.startsWith("link.")));
    return shown;
};
